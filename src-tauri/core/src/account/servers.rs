//! Which homeservers the administration lets people sign in to.

use matrix_sdk::ruma::{OwnedServerName, OwnedUserId, ServerName};
use url::Url;

use super::address::Address;
use crate::{
    error::{AppError, ErrorCode, Result},
    policy::{
        Asked, Decided, Policy, Spec, keys,
        value::{Discovery, Server, Servers as Names},
    },
};

/// The homeservers that one may sign in to; without a policy, all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Servers {
    /// What stands in each of these is allowed: that of the administration,
    decided: Option<Vec<OwnedServerName>>,
    /// and that of the homeserver.
    asked: Option<Vec<OwnedServerName>>,
    fixed: Option<OwnedServerName>,
    /// Whose homeserver that is, where it holds somebody who is not signed in.
    held_by: Option<OwnedUserId>,
}

impl Servers {
    /// As the policy says, and the homeserver of the account that is signed in, or was and may go on. What is only
    /// recommended forbids nothing.
    pub(crate) fn of(policy: &Policy, asked: &Asked) -> Self {
        let source = |key: &'static Spec| policy.held().get(key.name).map(|held| held.source);
        let allowed = policy.get(&keys::SERVERS_ALLOWED).filter(|decided| decided.locked);
        let by_name = policy.get_over(&keys::SERVERS_DISCOVERY, &keys::SERVERS_FIXED) == Some(Discovery::WellKnown);
        let fixed = policy.get(&keys::SERVERS_FIXED).filter(|_| !by_name);
        let decided = allowed.map(|allowed| {
            // Sources are in their order: the first is the strongest.
            let is_as_strong = source(keys::SERVERS_FIXED.spec) <= source(keys::SERVERS_ALLOWED.spec);
            with(allowed.value.0, fixed.as_ref().filter(|_| is_as_strong))
        });
        // Who is to have this one may not go on at another either.
        let decided = decided.or_else(|| Some(with(Vec::new(), Some(fixed.as_ref().filter(|fixed| fixed.locked)?))));
        let asked = asked
            .get(&keys::SERVERS_ALLOWED)
            .map(|Names(left)| with(left, fixed.as_ref().filter(|fixed| fixed.locked)));
        let fixed = fixed.map(|fixed| fixed.value.0);
        // Who is weaker than a list does not send people where it forbids them to go.
        let fixed =
            fixed.filter(|fixed| [&decided, &asked].into_iter().flatten().all(|list| holds(list, fixed.as_str())));
        Self { decided, asked, fixed, held_by: None }
    }

    /// For who is about to sign in while this account is kept here, if one is: a refusal that only its homeserver is the
    /// reason of names it.
    pub(crate) fn held_by(self, account: Option<OwnedUserId>) -> Self {
        Self { held_by: account, ..self }
    }

    /// The one homeserver of everybody.
    pub(crate) fn fixed(&self) -> Option<&ServerName> {
        self.fixed.as_deref()
    }

    /// Understands what was typed: where the homeserver is always the same, the user's name is enough.
    pub(super) fn parse(&self, typed: &str) -> Result<Address> {
        match self.fixed() {
            Some(fixed) => Address::at(typed, fixed),
            None => Address::parse(typed),
        }
    }

    /// Refuses a homeserver that none of its names is allowed of: that of its Matrix IDs, or what was typed to find it,
    /// and that of its address, with its port where that is not the usual one. It is the same rule at the sign-in, when
    /// the account is known, and at each start.
    pub(crate) fn refuse_foreign(&self, name: &str, homeserver: &Url) -> Result<()> {
        let host = homeserver.host_str().map(|host| match homeserver.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
        let allowed = |list: &Option<Vec<OwnedServerName>>| {
            let named = |list: &Vec<_>| holds(list, name) || host.as_ref().is_some_and(|host| holds(list, host));
            list.as_ref().is_none_or(named)
        };
        let refused = || AppError::new(ErrorCode::ServerNotAllowed).with("server", name);
        match &self.held_by {
            // Without that account it would not be allowed either.
            _ if !allowed(&self.decided) => Err(refused()),
            _ if allowed(&self.asked) => Ok(()),
            Some(account) => Err(refused().with("account", account)),
            None => Err(refused()),
        }
    }
}

/// A list, and what is stronger than it.
fn with(list: Vec<OwnedServerName>, fixed: Option<&Decided<Server>>) -> Vec<OwnedServerName> {
    list.into_iter().chain(fixed.map(|fixed| fixed.value.0.clone())).collect()
}

fn holds(list: &[OwnedServerName], name: &str) -> bool {
    list.iter().any(|allowed| allowed.as_str().eq_ignore_ascii_case(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::policy::Source;

    fn servers(said: &[(&str, Value)]) -> Servers {
        let said: Vec<_> = said.iter().map(|(key, value)| (Source::Machine, *key, value.clone())).collect();
        Servers::of(&Policy::said(&said), &Asked::default())
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn without_a_policy_every_server_is_allowed() {
        Servers::default().refuse_foreign("anything.example", &url("https://elsewhere.example")).unwrap();
    }

    #[test]
    fn one_of_the_names_has_to_be_allowed() {
        let servers = servers(&[("servers.allowed", json!(["bund.example", "matrix.agents.example:8448"]))]);
        servers.refuse_foreign("bund.example", &url("https://matrix.bund.example")).unwrap();
        servers.refuse_foreign("ministere.example", &url("https://Matrix.agents.example:8448")).unwrap();
        for (name, at) in [
            ("elsewhere.example", "https://matrix.elsewhere.example"),
            ("elsewhere.example", "https://matrix.agents.example"),
            ("notbund.example", "https://notbund.example"),
        ] {
            assert_eq!(servers.refuse_foreign(name, &url(at)).unwrap_err().code, ErrorCode::ServerNotAllowed, "{name}");
        }
    }

    #[test]
    fn a_list_that_makes_no_sense_allows_none_and_a_recommended_one_forbids_none() {
        let nobody = servers(&[("servers.allowed", json!("bund.example"))]);
        assert!(nobody.refuse_foreign("bund.example", &url("https://bund.example")).is_err());
        let said = [(Source::Recommended, "servers.allowed", json!(["bund.example"]))];
        let servers = Servers::of(&Policy::said(&said), &Asked::default());
        servers.refuse_foreign("elsewhere.example", &url("https://elsewhere.example")).unwrap();
    }

    #[test]
    fn a_homeserver_leaves_fewer_of_the_allowed_ones_and_itself() {
        let asked = Asked::said(&json!({ "servers": { "allowed": ["bund.example", "elsewhere.example"] } }));
        let allowed = |policy: &Policy| {
            let servers = Servers::of(policy, &asked);
            ["bund.example", "own.example", "elsewhere.example", "fixed.example", "other.example"]
                .map(|name| servers.refuse_foreign(name, &url("https://matrix.example")).is_ok())
        };
        assert_eq!(allowed(&Policy::default()), [true, true, true, false, false]);
        let list = (Source::Machine, "servers.allowed", json!(["bund.example", "own.example", "other.example"]));
        assert_eq!(allowed(&Policy::said(&[list])), [true, true, false, false, false]);
        // What it asks for is not stronger than what the machine's administration says of its own machines.
        let fixed = (Source::Machine, "servers.fixed", json!("fixed.example"));
        assert_eq!(allowed(&Policy::said(&[fixed])), [false, false, false, true, false]);
        let recommended = (Source::Recommended, "servers.allowed", json!(["other.example"]));
        assert_eq!(allowed(&Policy::said(&[recommended])), [true, true, true, false, false]);
    }

    #[test]
    fn who_holds_is_named_only_where_nobody_else_does() {
        let account = || Some(OwnedUserId::try_from("@anna:own.example").unwrap());
        let asked = Asked::said(&json!({ "servers": { "allowed": [] } }));
        let held = |policy: &Policy, name: &str| {
            let servers = Servers::of(policy, &asked).held_by(account());
            let refused = servers.refuse_foreign(name, &url("https://matrix.example")).err()?;
            Some(refused.args.get("account").cloned())
        };
        let named = Some(Some("@anna:own.example".to_owned()));
        assert_eq!(held(&Policy::default(), "elsewhere.example"), named);
        assert_eq!(held(&Policy::default(), "own.example"), None);
        let list = Policy::said(&[(Source::Machine, "servers.allowed", json!(["friend.example"]))]);
        assert_eq!(held(&list, "friend.example"), named);
        assert_eq!(held(&list, "elsewhere.example"), Some(None));
    }

    #[test]
    fn one_server_for_everybody_beats_a_list_only_of_a_source_that_is_not_stronger() {
        use Source::{Installer, Machine, Recommended, User};
        for (source, listed, stands) in [
            (Machine, Machine, true),
            (User, User, true),
            (Machine, User, true),
            (Recommended, User, true),
            (Recommended, Machine, false),
            (User, Machine, false),
            (Installer, User, false),
            // What is only recommended forbids nothing.
            (User, Recommended, true),
        ] {
            let of = |fixed: &str| {
                let list = (listed, "servers.allowed", json!(["bund.example"]));
                Servers::of(&Policy::said(&[(source, "servers.fixed", json!(fixed)), list]), &Asked::default())
            };
            let servers = of("elsewhere.example");
            let went = servers.refuse_foreign("elsewhere.example", &url("https://matrix.elsewhere.example"));
            assert_eq!((servers.fixed().is_some(), went.is_ok()), (stands, stands), "{source:?} {listed:?}");
            assert!(of("bund.example").fixed().is_some());
        }
        // One that the homeserver leaves out stands only where it is locked.
        let asked = Asked::said(&json!({ "servers": { "allowed": [] } }));
        for (source, stands) in [(Machine, true), (User, true), (Recommended, false), (Installer, false)] {
            let policy = Policy::said(&[(source, "servers.fixed", json!("fixed.example"))]);
            assert_eq!(Servers::of(&policy, &asked).fixed().is_some(), stands, "{source:?}");
        }
    }

    #[test]
    fn one_server_that_makes_no_sense_allows_none() {
        for said in [("servers.fixed", json!("matrix bund")), ("servers.discovery", json!("fixed"))] {
            let servers = servers(&[said]);
            assert!(servers.refuse_foreign("anything.example", &url("https://anything.example")).is_err());
        }
    }

    #[test]
    fn one_server_for_everybody_is_the_only_one_where_it_is_locked() {
        let elsewhere = |source| {
            let said = [(source, "servers.fixed", json!("bund.example"))];
            let servers = Servers::of(&Policy::said(&said), &Asked::default());
            servers.refuse_foreign("BUND.example", &url("https://matrix.example")).unwrap();
            servers.refuse_foreign("elsewhere.example", &url("https://elsewhere.example")).is_ok()
        };
        assert_eq!([Source::Machine, Source::Recommended].map(elsewhere), [false, true]);
    }

    #[test]
    fn where_the_server_is_always_the_same_a_name_is_enough() {
        let servers = servers(&[("servers.fixed", json!("bund.example"))]);
        for (typed, user) in [("anna", Some("anna")), (" anna@amt.example ", Some("anna@amt.example")), ("", None)] {
            let address = servers.parse(typed).unwrap();
            assert_eq!(address.lookup(), "bund.example", "{typed}");
            assert_eq!(address.user().as_deref(), user, "{typed}");
        }
        for same in ["@anna:bund.example", "@anna:Bund.example"] {
            assert_eq!(servers.parse(same).unwrap().user().as_deref(), Some("anna"), "{same}");
        }
        assert_eq!(servers.parse("@anna:elsewhere.example").unwrap_err().code, ErrorCode::ServerNotAllowed);
        let by_name = |source| {
            let fixed = (Source::User, "servers.fixed", json!("bund.example"));
            let said = [fixed, (source, "servers.discovery", json!("well-known"))];
            Servers::of(&Policy::said(&said), &Asked::default()).parse("anna").is_err()
        };
        assert_eq!([Source::Machine, Source::User, Source::Installer].map(by_name), [true, true, false]);
    }
}
