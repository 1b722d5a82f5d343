//! All keys of the policy: one table, of which the JSON Schema, the templates for group policies, the documentation and
//! the window's page are made.

use std::marker::PhantomData;

use serde_json::Value;

use super::{
    Source,
    value::{
        Colour, Discovery, FilePath, FilePaths, FolderPath, Hosts, Invalid, Kind, Link, LogLevel, Name, PolicyValue,
        ProxyAddress, ProxyMode, Recipients, Server, Servers,
    },
};
use crate::{
    i18n::Language,
    settings::{NotificationContent, Theme},
};

/// A key and the type of what it holds.
#[derive(Debug)]
pub struct Key<T> {
    /// What is known of it whatever its type.
    pub spec: &'static Spec,
    of: PhantomData<fn() -> T>,
}

/// What is known of a key whatever its type. Its words are `policy-<name with dashes>` and `…-text` in
/// `locales/<language>/policies.ftl`.
#[derive(Debug)]
pub struct Spec {
    /// Section and name: `notifications.content`.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// A key on which somebody's safety rests: it never becomes looser by a mistake or by a server.
    pub guard: Option<Guard>,
    /// When a change is obeyed.
    pub applies: Applies,
    /// What else is to be known of it.
    marks: &'static [Mark],
    /// The file in which it is obeyed. A test looks there.
    pub honoured: &'static str,
    /// An example for the documentation, as JSON.
    pub example: &'static str,
    /// The same for German readers.
    pub german_example: &'static str,
    read: fn(&Value) -> Result<(), Invalid>,
}

/// Which of two values is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The words from the loosest to the strictest, which is the safe one.
    Order(&'static [&'static str]),
    /// The safe one of the two.
    Switch(bool),
    /// Of two lists, what stands in both; the safe one is empty.
    Common,
}

/// When a change is obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Within seconds.
    AtOnce,
    /// Within seconds where one signs in; an account that is open stays so until Estafette starts the next time.
    AtSignIn,
    /// When Estafette starts the next time.
    NextStart,
}

/// What is true of some keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// The user has a say where the administration only recommends.
    Choice,
    /// It must not be left for another way where nobody knows which one was meant.
    Way,
}

impl Spec {
    /// Whether a value may be held.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, value: &Value) -> Result<(), Invalid> {
        (self.read)(value)
    }

    /// The section, and the name within it.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// Whether a user has a say where the administration only recommends: in the settings, on the command line or, of
    /// servers, where one signs in.
    #[must_use]
    pub fn has_choice(&self) -> bool {
        self.marks.contains(&Mark::Choice)
    }

    /// Whether it is a way that must not be left for another where nobody knows which one was meant: the one homeserver,
    /// the proxy.
    #[must_use]
    pub fn is_way(&self) -> bool {
        self.marks.contains(&Mark::Way)
    }

    /// Whether safety rests on it, so that nothing may be guessed where nobody knows what was meant.
    #[must_use]
    pub(super) fn must_be_clear(&self) -> bool {
        self.guard.is_some() || self.is_way()
    }

    /// Whether the user can have nothing else than what a source says of it.
    #[must_use]
    pub fn is_locked_by(&self, source: Source) -> bool {
        source.locks() || !self.has_choice()
    }

    /// The key of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|spec| spec.name == name)
    }
}

impl Guard {
    /// What holds where nobody knows what was meant.
    #[must_use]
    pub fn safe(self) -> Value {
        match self {
            Self::Order(words) => words.last().copied().unwrap_or_default().into(),
            Self::Switch(safe) => safe.into(),
            Self::Common => Value::Array(Vec::new()),
        }
    }

    /// What holds where nobody has decided. None for a list: then there is none.
    #[must_use]
    pub(super) fn loosest(self) -> Option<Value> {
        match self {
            Self::Order(words) => words.first().map(|&word| word.into()),
            Self::Switch(safe) => Some((!safe).into()),
            Self::Common => None,
        }
    }

    /// The stricter of two values that the key may hold.
    #[must_use]
    pub fn stricter(self, one: &Value, other: &Value) -> Value {
        match self {
            Self::Order(words) => {
                let place = |value: &Value| words.iter().position(|word| value == word);
                if place(other) > place(one) { other.clone() } else { one.clone() }
            }
            Self::Switch(safe) => {
                if *one == Value::Bool(safe) {
                    one.clone()
                } else {
                    other.clone()
                }
            }
            Self::Common => {
                let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
                let allowed = list(other);
                list(one).into_iter().filter(|each| allowed.iter().any(|other| is_same(each, other))).collect()
            }
        }
    }
}

/// Whether two members of a list are the same: names of servers know no capitals.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])+ $constant:ident: $type:ty = $name:literal,
        $guard:expr, $applies:ident $(+ $mark:ident)*, $honoured:literal,
        $example:literal $(or $german:literal)?;)+) => {
        $(
            $(#[$doc])+
            pub static $constant: Key<$type> = Key {
                spec: {
                    static SPEC: Spec = Spec {
                        name: $name,
                        kind: <$type as PolicyValue>::KIND,
                        guard: $guard,
                        applies: Applies::$applies,
                        marks: &[$(Mark::$mark),*],
                        honoured: $honoured,
                        example: $example,
                        german_example: {
                            // The last of them: most do for both.
                            const EXAMPLES: &[&str] = &[$example $(, $german)?];
                            EXAMPLES[EXAMPLES.len() - 1]
                        },
                        read: |value| <$type as PolicyValue>::read(value).map(drop),
                    };
                    &SPEC
                },
                of: PhantomData,
            };
        )+

        /// All keys, in the order of the documentation.
        pub static ALL: &[&Spec] = &[$($constant.spec),+];

        /// The names of their constants, by which the code that obeys them names them.
        #[cfg(test)]
        pub(super) const CONSTANTS: &[&str] = &[$(stringify!($constant)),+];
    };
}

keys! {
    /// The homeservers that one may sign in to.
    SERVERS_ALLOWED: Servers = "servers.allowed",
        Some(Guard::Common), AtSignIn + Choice, "src-tauri/core/src/account/servers.rs",
        r#"["agent.dinum.tchap.gouv.fr"]"# or r#"["matrix.bund.de"]"#;
    /// How the homeserver of an address is found.
    SERVERS_DISCOVERY: Discovery = "servers.discovery",
        None, AtSignIn, "src-tauri/core/src/account/servers.rs", r#""well-known""#;
    /// The homeserver of everybody, where it is always the same.
    SERVERS_FIXED: Server = "servers.fixed",
        None, AtSignIn + Way, "src-tauri/core/src/account/servers.rs",
        r#""agent.dinum.tchap.gouv.fr""# or r#""matrix.bund.de""#;
    /// Which devices get the keys of messages.
    ENCRYPTION_RECIPIENTS: Recipients = "encryption.recipients",
        Some(Guard::Order(&["signed", "verified"])), NextStart, "src-tauri/core/src/account/client.rs", r#""signed""#;
    /// What a notification shows.
    NOTIFICATIONS_CONTENT: NotificationContent = "notifications.content",
        Some(Guard::Order(&["full", "sender", "nothing"])), AtOnce + Choice, "src-tauri/core/src/settings/managed.rs",
        r#""sender""#;
    /// Whether pictures may be sent.
    MESSAGES_IMAGES: bool = "messages.images",
        Some(Guard::Switch(false)), AtOnce, "src-tauri/core/src/app/lifecycle.rs", "true";
    /// Whether others see what the user has read.
    MESSAGES_RECEIPTS: bool = "messages.receipts",
        None, AtOnce + Choice, "src-tauri/core/src/settings/managed.rs", "true";
    /// The interface's language.
    INTERFACE_LANGUAGE: Language = "interface.language",
        None, AtOnce + Choice, "src-tauri/core/src/settings/managed.rs", r#""fr""# or r#""de""#;
    /// The interface's colours.
    INTERFACE_THEME: Theme = "interface.theme",
        None, AtOnce + Choice, "src-tauri/core/src/settings/managed.rs", r#""system""#;
    /// Another name for Estafette, where one signs in.
    BRAND_NAME: Name = "brand.name",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs",
        r#""Messagerie du ministère""# or r#""Messenger des Ministeriums""#;
    /// A picture beside that name.
    BRAND_LOGO: FilePath = "brand.logo",
        None, NextStart, "src-tauri/core/src/policy/brand.rs",
        r#""/usr/share/ministere/logo.png""# or r#""/usr/share/ministerium/logo.png""#;
    /// The colour of what is pressed.
    BRAND_ACCENT: Colour = "brand.accent",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs", r##""#000091""##;
    /// Where one finds help.
    LINKS_HELP: Link = "links.help",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs", r#""https://aide.example.fr""# or r#""https://hilfe.example.de""#;
    /// The terms of use.
    LINKS_TERMS: Link = "links.terms",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs",
        r#""https://www.example.fr/conditions""# or r#""https://www.example.de/nutzung""#;
    /// What becomes of personal data.
    LINKS_PRIVACY: Link = "links.privacy",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs",
        r#""https://www.example.fr/donnees""# or r#""https://www.example.de/datenschutz""#;
    /// Who is responsible.
    LINKS_IMPRINT: Link = "links.imprint",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs",
        r#""https://www.example.fr/mentions""# or r#""https://www.example.de/impressum""#;
    /// How accessible it is.
    LINKS_ACCESSIBILITY: Link = "links.accessibility",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs",
        r#""https://www.example.fr/accessibilite""# or r#""https://www.example.de/barrierefreiheit""#;
    /// Whether the services work.
    LINKS_STATUS: Link = "links.status",
        None, AtOnce, "src-tauri/core/src/policy/brand.rs",
        r#""https://etat.example.fr""# or r#""https://status.example.de""#;
    /// Whose proxy is gone through.
    NETWORK_PROXY_MODE: ProxyMode = "network.proxyMode",
        None, NextStart + Way, "src-tauri/core/src/network/proxy.rs", r#""manual""#;
    /// The proxy's address.
    NETWORK_PROXY: ProxyAddress = "network.proxy",
        None, NextStart + Way, "src-tauri/core/src/network/proxy.rs",
        r#""http://proxy.example.fr:3128""# or r#""http://proxy.example.de:3128""#;
    /// What is reached without the proxy.
    NETWORK_PROXY_EXCEPTIONS: Hosts = "network.proxyExceptions",
        None, NextStart, "src-tauri/core/src/network/proxy.rs",
        r#"["intranet.example.fr", "10.0.0.0/8"]"# or r#"["intranet.example.de", "10.0.0.0/8"]"#;
    /// Authorities that are trusted besides those of the operating system.
    NETWORK_ROOT_CERTIFICATES: FilePaths = "network.rootCertificates",
        None, NextStart, "src-tauri/core/src/network/roots.rs",
        r#"["/etc/ssl/ministere.pem"]"# or r#"["/etc/ssl/ministerium.pem"]"#;
    /// How much is written to the log.
    LOG_LEVEL: LogLevel = "log.level",
        None, NextStart + Choice, "src-tauri/src/arguments.rs", r#""info""#;
    /// Where the log lies.
    LOG_FOLDER: FolderPath = "log.folder",
        None, NextStart, "src-tauri/src/lib.rs", r#""/var/log/estafette""#;
    /// Whether Estafette starts without its window.
    START_BACKGROUND: bool = "start.background",
        None, NextStart + Choice, "src-tauri/src/arguments.rs", "false";
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use serde_json::json;

    use super::*;

    #[test]
    fn every_key_is_obeyed_where_it_says() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (spec, constant) in ALL.iter().zip(CONSTANTS) {
            let source = fs::read_to_string(root.join(spec.honoured)).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap();
            assert!(is_named(code, constant), "{} is not read in {}", spec.name, spec.honoured);
        }
    }

    /// Whether code names a key, and not one whose name only begins so; a comment names none.
    fn is_named(code: &str, constant: &str) -> bool {
        let whole = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        let name = format!("keys::{constant}");
        let mut lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
        lines.any(|line| line.match_indices(&name).any(|(at, _)| whole(&line[at + name.len()..])))
    }

    #[test]
    fn a_key_is_named_by_its_whole_name_and_by_no_comment() {
        assert!(is_named("policy.get(&keys::NETWORK_PROXY).map(", "NETWORK_PROXY"));
        for code in
            ["keys::NETWORK_PROXY_MODE", "// keys::NETWORK_PROXY", "a(); // keys::NETWORK_PROXY", "NETWORK_PROXY"]
        {
            assert!(!is_named(code, "NETWORK_PROXY"), "{code}");
        }
    }

    #[test]
    #[cfg_attr(windows, ignore = "the paths of its examples are those of Linux")]
    fn names_are_one_of_a_kind_and_examples_fit() {
        let names: BTreeSet<_> = ALL.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ALL.len());
        for spec in ALL {
            assert!(std::ptr::eq(Spec::of(spec.name).unwrap(), *spec));
            for example in [spec.example, spec.german_example] {
                spec.check(&serde_json::from_str(example).unwrap()).unwrap();
            }
            if let Some(guard) = spec.guard {
                spec.check(&guard.safe()).unwrap();
            }
        }
    }

    #[test]
    fn the_stricter_wins_from_either_side() {
        let order = Guard::Order(&["full", "sender", "nothing"]);
        for (one, other, stricter) in [("full", "sender", "sender"), ("nothing", "full", "nothing")] {
            assert_eq!(order.stricter(&json!(one), &json!(other)), json!(stricter));
            assert_eq!(order.stricter(&json!(other), &json!(one)), json!(stricter));
        }
        for (one, other) in [(true, false), (false, true), (false, false)] {
            assert_eq!(Guard::Switch(false).stricter(&json!(one), &json!(other)), json!(false));
        }
        let common = Guard::Common.stricter(&json!(["a.fr", "b.fr"]), &json!(["b.fr", "c.fr"]));
        assert_eq!(common, json!(["b.fr"]));
    }
}
