//! The policy as the window shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{
    Applies, Asked, Policy, Problem, Source, Spec, What,
    keys::{ALL, ENCRYPTION_RECIPIENTS, NETWORK_PROXY},
    tightened,
};

/// All that is decided by others than the user, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PolicyState {
    /// In the order of the documentation.
    pub entries: Vec<PolicyEntry>,
    /// What is wrong with what was read.
    pub problems: Vec<PolicyProblem>,
    /// The settings that the user cannot choose freely, by their names.
    pub locked_settings: BTreeMap<String, LockedSetting>,
    /// Whether pictures may be sent.
    pub images: bool,
}

/// A setting on which others have a say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct LockedSetting {
    /// The key of the policy that it follows.
    pub key: String,
    /// The values that the user may still choose; a single one where there is nothing to choose.
    pub choices: Vec<String>,
}

/// One key on which something is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PolicyEntry {
    /// `notifications.content`; its words are `policy-notifications-content`.
    pub key: String,
    /// What the value looks like (`Kind::name`).
    pub kind: String,
    /// Whether it holds several values, or none.
    pub list: bool,
    /// The value, a list as its members.
    pub values: Vec<String>,
    /// Who has decided.
    pub source: Source,
    /// Where it stands, if it stands anywhere.
    pub place: Option<String>,
    /// Whether the user may choose nothing else.
    pub locked: bool,
    /// What stands there makes no sense: the safe value holds.
    pub fallback: bool,
    /// It has changed, and is obeyed from the next start on.
    pub pending: bool,
    /// Nobody decides on it any more, and it is obeyed until the next start.
    pub withdrawn: bool,
}

/// Something that is wrong with a policy; its words are `policy-problem-<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PolicyProblem {
    /// What is wrong.
    pub name: String,
    /// The file and line, or the value of the registry.
    pub place: String,
    /// The key, if it is about one.
    pub key: Option<String>,
    /// What kind of value the key takes; its words are `policy-kind-<kind>`.
    pub kind: Option<String>,
    /// The words that it takes.
    pub words: Vec<String>,
}

/// All that others than the user say, at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing<'a> {
    /// The administration of the machine.
    pub(crate) policy: &'a Policy,
    /// The homeserver of the account.
    pub(crate) asked: &'a Asked,
}

/// What is obeyed until the next start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InForce<'a> {
    /// Of most keys.
    pub(crate) started: &'a Policy,
    /// Of those of the network: what it was opened with may have been mended after the start.
    pub(crate) network: &'a Policy,
    /// Of those that an account is opened with.
    pub(crate) entered: Standing<'a>,
    /// The account that is open would not be opened any more.
    pub(crate) refused: bool,
}

/// What holds for a key.
struct Holds {
    value: Value,
    source: Source,
    place: Option<String>,
    fallback: bool,
}

impl InForce<'_> {
    fn on(self, spec: &Spec) -> Option<Holds> {
        let is_beside = |other: &Spec| spec.parts().0 == other.parts().0;
        let policy = if is_beside(NETWORK_PROXY.spec) { self.network } else { self.started };
        let of_account = is_beside(ENCRYPTION_RECIPIENTS.spec) || spec.applies == Applies::AtSignIn;
        if of_account { self.entered } else { Standing { policy, ..self.entered } }.on(spec)
    }

    /// Whether a change of a key waits for the next start.
    fn holds_back(self, spec: &Spec) -> bool {
        match spec.applies {
            Applies::AtOnce => false,
            Applies::AtSignIn => self.refused,
            Applies::NextStart => true,
        }
    }
}

impl Standing<'_> {
    fn on(self, spec: &Spec) -> Option<Holds> {
        let held = self.policy.held().get(spec.name);
        // A choice against what is only recommended is one against the homeserver still.
        let locked = held.filter(|held| held.source.locks()).map(|held| &held.value);
        if let Some(value) = tightened(spec, locked, self.asked) {
            let place = Some(self.asked.place().to_owned());
            return Some(Holds { value, source: Source::Server, place, fallback: false });
        }
        held.map(|held| Holds {
            value: held.value.clone(),
            source: held.source,
            place: held.place.as_ref().map(ToString::to_string),
            fallback: held.fallback,
        })
    }
}

impl PolicyState {
    /// What the window shows of what is said now, where something else may be in force until the next start.
    pub(crate) fn of(
        now: Standing<'_>,
        in_force: InForce<'_>,
        locked: BTreeMap<String, LockedSetting>,
        images: bool,
    ) -> Self {
        let mut entries: Vec<_> = ALL.iter().filter_map(|spec| PolicyEntry::of(spec, now, in_force)).collect();
        // What may still be chosen among others is not locked, however strict it is.
        for setting in locked.values().filter(|setting| setting.choices.len() > 1) {
            for entry in entries.iter_mut().filter(|entry| entry.key == setting.key) {
                entry.locked = false;
            }
        }
        Self {
            entries,
            problems: now.policy.problems().iter().map(PolicyProblem::of).collect(),
            locked_settings: locked,
            images,
        }
    }
}

impl PolicyEntry {
    /// None where nothing is decided, and nothing was that is still obeyed.
    fn of(spec: &Spec, now: Standing<'_>, in_force: InForce<'_>) -> Option<Self> {
        let holds = now.on(spec);
        let waits = in_force.holds_back(spec);
        let before = if waits { in_force.on(spec) } else { None };
        // Of servers, what was only recommended refused nobody.
        let locks = |holds: &Holds| spec.applies == Applies::AtSignIn && holds.source.locks();
        let meant = |holds: &Option<Holds>| holds.as_ref().map(|holds| (holds.value.clone(), locks(holds)));
        let pending = waits && meant(&holds) != meant(&before);
        let withdrawn = holds.is_none();
        let Holds { value, source, place, fallback } = holds.or(before)?;
        Some(Self {
            key: spec.name.to_owned(),
            kind: spec.kind.name().to_owned(),
            list: spec.kind.is_list(),
            values: texts(&value),
            source,
            place,
            locked: spec.is_locked_by(source),
            fallback,
            pending,
            withdrawn,
        })
    }
}

/// A value as its words.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

impl PolicyProblem {
    fn of(problem: &Problem) -> Self {
        let kind = match problem.what {
            What::Value(_, kind) => Some(kind),
            _ => None,
        };
        Self {
            name: problem.name().to_owned(),
            place: problem.place.to_string(),
            key: problem.key.clone(),
            kind: kind.map(|kind| kind.name().to_owned()),
            words: kind.map(|kind| kind.words().iter().map(|&word| word.to_owned()).collect()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn machine(key: &str, value: Value) -> Policy {
        Policy::said(&[(Source::Machine, key, value)])
    }

    #[test]
    fn where_something_may_still_be_chosen_the_key_is_not_locked() {
        let (nothing, asked) = (Policy::default(), Asked::said(&json!({ "notifications": { "content": "sender" } })));
        let standing = Standing { policy: &nothing, asked: &asked };
        let locked = |choices: &[&str]| {
            let choices = choices.iter().map(|&choice| choice.to_owned()).collect();
            let setting = LockedSetting { key: "notifications.content".to_owned(), choices };
            let settings = BTreeMap::from([("notifications".to_owned(), setting)]);
            let in_force = InForce { started: &nothing, network: &nothing, entered: standing, refused: false };
            PolicyState::of(standing, in_force, settings, true).entries[0].locked
        };
        assert!(!locked(&["sender", "nothing"]));
        assert!(locked(&["sender"]));
    }

    /// What is shown of a key.
    fn shown(key: &str, now: (&Policy, &Asked), started: (&Policy, &Asked)) -> Option<PolicyEntry> {
        let standing = |(policy, asked)| Standing { policy, asked };
        let in_force = InForce { started: started.0, network: started.0, entered: standing(started), refused: false };
        let state = PolicyState::of(standing(now), in_force, BTreeMap::new(), true);
        state.entries.into_iter().find(|entry| entry.key == key)
    }

    #[test]
    fn what_waits_for_the_next_start_says_so_also_where_it_is_gone() {
        let (nothing, unasked) = (Policy::default(), Asked::default());
        let debug = machine("log.level", json!("debug"));
        let error = machine("log.level", json!("error"));
        let state = |now, started| {
            let entry: PolicyEntry = shown("log.level", (now, &unasked), (started, &unasked))?;
            Some((entry.values, entry.pending, entry.withdrawn))
        };
        assert_eq!(state(&debug, &debug), Some((vec!["debug".to_owned()], false, false)));
        assert_eq!(state(&debug, &error), Some((vec!["debug".to_owned()], true, false)));
        assert_eq!(state(&debug, &nothing), Some((vec!["debug".to_owned()], true, false)));
        assert_eq!(state(&nothing, &debug), Some((vec!["debug".to_owned()], true, true)));
        assert_eq!(state(&nothing, &nothing), None);
        // What is obeyed at once is gone at once.
        let dark = machine("interface.theme", json!("dark"));
        assert_eq!(shown("interface.theme", (&nothing, &unasked), (&dark, &unasked)), None);
        assert!(!shown("interface.theme", (&dark, &unasked), (&nothing, &unasked)).unwrap().pending);
    }

    #[test]
    #[cfg_attr(windows, ignore = "its paths are those of Linux")]
    fn keys_of_the_network_wait_only_where_the_network_was_opened_with_something_else() {
        let nobody = Asked::default();
        let roots = |path: &str| machine("network.rootCertificates", json!([path]));
        let (broken, mended) = (roots("/etc/broken.pem"), roots("/etc/mended.pem"));
        let pending = |now, network| {
            let standing = |policy| Standing { policy, asked: &nobody };
            let in_force = InForce { started: &broken, network, entered: standing(&broken), refused: false };
            let state = PolicyState::of(standing(now), in_force, BTreeMap::new(), true);
            state.entries.iter().find(|entry| entry.key == "network.rootCertificates").map(|entry| entry.pending)
        };
        assert_eq!(pending(&mended, &mended), Some(false), "mended before the network was opened");
        assert_eq!(pending(&broken, &mended), Some(true), "and broken again");
        assert_eq!(pending(&mended, &broken), Some(true), "changed since");
        assert_eq!(pending(&broken, &broken), Some(false), "and changed back");
    }

    #[test]
    fn what_an_account_was_opened_with_is_what_its_keys_wait_with() {
        let (nothing, unasked) = (Policy::default(), Asked::default());
        let standing = |policy| Standing { policy, asked: &unasked };
        let pending = |key: &str, now, entered, refused| {
            let in_force = InForce { started: &nothing, network: &nothing, entered: standing(entered), refused };
            let state = PolicyState::of(standing(now), in_force, BTreeMap::new(), true);
            state.entries.iter().find(|entry| entry.key == key).map(|entry| (entry.pending, entry.withdrawn))
        };
        let verified = machine("encryption.recipients", json!("verified"));
        let recipients = |now, entered| pending("encryption.recipients", now, entered, false);
        assert_eq!(recipients(&verified, &verified), Some((false, false)), "decided before it was opened");
        assert_eq!(recipients(&verified, &nothing), Some((true, false)), "decided since");
        assert_eq!(recipients(&nothing, &verified), Some((true, true)));

        let only = |source, server: &str| Policy::said(&[(source, "servers.allowed", json!([server]))]);
        let (before, after) = (only(Source::Machine, "own.example"), only(Source::Machine, "elsewhere.example"));
        let recommended = only(Source::Recommended, "elsewhere.example");
        let servers = |now, entered, refused| pending("servers.allowed", now, entered, refused);
        assert_eq!(servers(&after, &before, false), Some((false, false)), "the account is allowed still");
        assert_eq!(servers(&after, &before, true), Some((true, false)));
        assert_eq!(servers(&after, &nothing, true), Some((true, false)));
        assert_eq!(servers(&after, &recommended, true), Some((true, false)));
        // Something else is what refuses it.
        assert_eq!(servers(&before, &before, true), Some((false, false)));
        assert_eq!(servers(&nothing, &before, false), None);
        let fixed = machine("servers.fixed", json!("elsewhere.example"));
        assert_eq!(pending("servers.fixed", &fixed, &nothing, true), Some((true, false)));
        assert_eq!(
            pending("interface.theme", &machine("interface.theme", json!("dark")), &nothing, true),
            Some((false, false))
        );
    }

    #[test]
    #[cfg_attr(windows, ignore = "the paths of its examples are those of Linux")]
    fn what_is_recommended_shows_as_open_only_where_there_is_a_choice() {
        for spec in ALL {
            let value: Value = serde_json::from_str(spec.example).unwrap();
            let policy = Policy::said(&[(Source::Recommended, spec.name, value)]);
            let entry = shown(spec.name, (&policy, &Asked::default()), (&policy, &Asked::default())).unwrap();
            assert_eq!(entry.locked, !spec.has_choice(), "{}", spec.name);
        }
    }

    #[test]
    fn what_only_the_homeserver_asks_for_is_shown_as_its_own() {
        let (nothing, unasked) = (Policy::default(), Asked::default());
        let asked = Asked::said(&json!({
            "notifications": { "content": "sender" },
            "encryption": { "recipients": "verified" },
            "interface": { "theme": "dark" },
        }));
        let content = |policy| shown("notifications.content", (policy, &asked), (&nothing, &unasked));
        let entry = content(&nothing).unwrap();
        assert_eq!((entry.source, entry.locked, entry.pending), (Source::Server, true, false));
        assert_eq!(entry.values, ["sender"]);
        assert_eq!(entry.place.as_deref(), Some("https://own.example/.well-known/matrix/client"));
        // What is stricter is the administration's.
        let strict = machine("notifications.content", json!("nothing"));
        assert_eq!(content(&strict).unwrap().source, Source::Machine);
        let loose = machine("notifications.content", json!("full"));
        assert_eq!(content(&loose).unwrap().source, Source::Server);
        assert_eq!(shown("interface.theme", (&nothing, &asked), (&nothing, &unasked)), None);
        let recipients = shown("encryption.recipients", (&nothing, &asked), (&nothing, &unasked)).unwrap();
        assert!(recipients.pending && !recipients.withdrawn);
        assert!(!shown("encryption.recipients", (&nothing, &asked), (&nothing, &asked)).unwrap().pending);
        assert!(shown("encryption.recipients", (&nothing, &unasked), (&nothing, &asked)).unwrap().withdrawn);
    }
}
