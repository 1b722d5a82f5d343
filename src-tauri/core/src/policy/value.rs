//! What a key of the policy may hold. Whatever the source, a value is JSON until it has been read here.

use std::{
    net::IpAddr,
    path::{Component, PathBuf},
};

use matrix_sdk::ruma::{OwnedServerName, ServerName};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::{
    i18n::Language,
    settings::{NotificationContent, Theme},
};

/// What kind of value a key takes: what the generated files say of it, and the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One line of text, of so many characters at most.
    Text(usize),
    /// The name of a homeserver.
    Server,
    /// Names of homeservers.
    Servers,
    /// A `https` address.
    Link,
    /// The address of a proxy: `http`, `https`, `socks5` or `socks5h`, without a name and a password.
    Proxy,
    /// Names of hosts, IP addresses and networks.
    Hosts,
    /// A colour, `#rrggbb`.
    Colour,
    /// The path of a file, from the root.
    File,
    /// Paths of files, from the root.
    Files,
    /// The path of a folder, from the root.
    Folder,
}

impl Kind {
    /// The kind, as one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::Choice(_) => "choice",
            Self::Text(_) => "text",
            Self::Server => "server",
            Self::Servers => "servers",
            Self::Link => "link",
            Self::Proxy => "proxy",
            Self::Hosts => "hosts",
            Self::Colour => "colour",
            Self::File => "file",
            Self::Files => "files",
            Self::Folder => "folder",
        }
    }

    /// The words it takes, where it takes only some.
    #[must_use]
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Choice(words) => words,
            _ => &[],
        }
    }

    /// Whether it holds several values.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Servers | Self::Hosts | Self::Files)
    }
}

/// Why a value is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It is of another type.
    #[error("another type")]
    Type,
    /// It is none of the words that the key knows.
    #[error("an unknown word")]
    Word,
    /// It is empty, too long, or has line breaks.
    #[error("no line of text")]
    Text,
    /// It is no name of a homeserver.
    #[error("no server name")]
    Server,
    /// It is no address of the kind that is wanted.
    #[error("no such address")]
    Address,
    /// It is no colour.
    #[error("no colour")]
    Colour,
    /// It is no path from the root.
    #[error("no path from the root")]
    Path,
}

/// A type that a key may hold.
pub trait PolicyValue: Sized {
    /// What the value looks like.
    const KIND: Kind;

    /// Reads it.
    ///
    /// # Errors
    /// Why it is not taken.
    fn read(value: &Value) -> Result<Self, Invalid>;
}

impl PolicyValue for bool {
    const KIND: Kind = Kind::Switch;

    fn read(value: &Value) -> Result<Self, Invalid> {
        value.as_bool().ok_or(Invalid::Type)
    }
}

/// Implements it for enums that are written as one word.
macro_rules! words {
    ($($type:ty: $($word:literal)|+;)+) => { $(
        impl PolicyValue for $type {
            const KIND: Kind = Kind::Choice(&[$($word),+]);

            fn read(value: &Value) -> Result<Self, Invalid> {
                word(value)
            }
        }
    )+ };
}

words! {
    Language: "fr" | "de";
    Theme: "system" | "light" | "dark" | "contrast";
    NotificationContent: "full" | "sender" | "nothing";
    Discovery: "well-known" | "fixed";
    Recipients: "signed" | "verified";
    ProxyMode: "system" | "none" | "manual";
    LogLevel: "error" | "warn" | "info" | "debug";
}

fn word<T: DeserializeOwned>(value: &Value) -> Result<T, Invalid> {
    let text = value.as_str().ok_or(Invalid::Type)?;
    T::deserialize(serde::de::value::StrDeserializer::<serde_json::Error>::new(text)).map_err(|_| Invalid::Word)
}

/// How the homeserver of an address is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discovery {
    /// By the `.well-known` file of the address's domain.
    WellKnown,
    /// It is always the same.
    Fixed,
}

/// Which devices get the keys of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipients {
    /// Those that their owner has signed (MSC4153).
    Signed,
    /// Those of people whom the user has verified.
    Verified,
}

/// Whose proxy is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyMode {
    /// The operating system's.
    System,
    /// None.
    None,
    /// The one that is named.
    Manual,
}

/// How much is written to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// What should never happen.
    Error,
    /// What did not work as well.
    Warn,
    /// What happened as well.
    Info,
    /// Each step as well.
    Debug,
}

/// Names of homeservers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers(pub Vec<OwnedServerName>);

impl PolicyValue for Servers {
    const KIND: Kind = Kind::Servers;

    fn read(value: &Value) -> Result<Self, Invalid> {
        each(value, server).map(Self)
    }
}

/// The name of a homeserver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server(pub OwnedServerName);

impl PolicyValue for Server {
    const KIND: Kind = Kind::Server;

    fn read(value: &Value) -> Result<Self, Invalid> {
        server(value).map(Self)
    }
}

/// A page to be opened in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(pub Url);

impl PolicyValue for Link {
    const KIND: Kind = Kind::Link;

    fn read(value: &Value) -> Result<Self, Invalid> {
        let url = Url::parse(text(value)?).map_err(|_| Invalid::Address)?;
        let plain = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
        if plain { Ok(Self(url)) } else { Err(Invalid::Address) }
    }
}

/// The address of a proxy. A name and a password have no place in a file that everybody can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAddress(pub Url);

impl PolicyValue for ProxyAddress {
    const KIND: Kind = Kind::Proxy;

    fn read(value: &Value) -> Result<Self, Invalid> {
        let url = Url::parse(text(value)?).map_err(|_| Invalid::Address)?;
        let plain = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        if plain { Ok(Self(url)) } else { Err(Invalid::Address) }
    }
}

/// Hosts that are reached without a proxy: `intranet.example.fr` with all below it, IP addresses, networks
/// (`10.0.0.0/8`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts(pub Vec<String>);

impl PolicyValue for Hosts {
    const KIND: Kind = Kind::Hosts;

    fn read(value: &Value) -> Result<Self, Invalid> {
        each(value, |one| {
            let text = text(one)?;
            let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
            let fits = match (address.parse::<IpAddr>(), bits) {
                (Ok(ip), Some(bits)) => {
                    bits.parse::<u8>().is_ok_and(|bits| bits <= if ip.is_ipv4() { 32 } else { 128 })
                }
                (Ok(_), None) => true,
                (Err(_), Some(_)) => false,
                (Err(_), None) => is_name(address.strip_prefix('.').unwrap_or(address)),
            };
            if fits { Ok(text.to_owned()) } else { Err(Invalid::Address) }
        })
        .map(Self)
    }
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl PolicyValue for Colour {
    const KIND: Kind = Kind::Colour;

    fn read(value: &Value) -> Result<Self, Invalid> {
        let digits = text(value)?.strip_prefix('#').ok_or(Invalid::Colour)?;
        // `from_str_radix` would take a sign.
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Invalid::Colour);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| Invalid::Colour)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

/// The path of a file, from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePath(pub PathBuf);

impl PolicyValue for FilePath {
    const KIND: Kind = Kind::File;

    fn read(value: &Value) -> Result<Self, Invalid> {
        path(value).map(Self)
    }
}

/// Paths of files, from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePaths(pub Vec<PathBuf>);

impl PolicyValue for FilePaths {
    const KIND: Kind = Kind::Files;

    fn read(value: &Value) -> Result<Self, Invalid> {
        each(value, path).map(Self)
    }
}

/// The path of a folder, from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderPath(pub PathBuf);

impl PolicyValue for FolderPath {
    const KIND: Kind = Kind::Folder;

    fn read(value: &Value) -> Result<Self, Invalid> {
        path(value).map(Self)
    }
}

/// A name, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub String);

impl Name {
    /// More does not stand in the head of a window.
    pub const LONGEST: usize = 40;
}

impl PolicyValue for Name {
    const KIND: Kind = Kind::Text(Self::LONGEST);

    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = text(value)?.trim();
        let fits = !text.is_empty() && text.chars().count() <= Self::LONGEST && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(Invalid::Text) }
    }
}

/// Whether this is the name of a host: letters and digits, as they are asked for in the DNS.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.len() <= 253 && text.split('.').all(|part| !part.is_empty() && part.bytes().all(plain))
}

fn text(value: &Value) -> Result<&str, Invalid> {
    value.as_str().ok_or(Invalid::Type)
}

fn server(value: &Value) -> Result<OwnedServerName, Invalid> {
    ServerName::parse(text(value)?).map_err(|_| Invalid::Server)
}

fn path(value: &Value) -> Result<PathBuf, Invalid> {
    let path = PathBuf::from(text(value)?);
    let plain = path.is_absolute() && path.components().all(|part| !matches!(part, Component::ParentDir));
    if plain { Ok(path) } else { Err(Invalid::Path) }
}

/// A list of them; one that does not fit spoils all: half of a list means something else than the list.
fn each<T>(value: &Value, read: impl Fn(&Value) -> Result<T, Invalid>) -> Result<Vec<T>, Invalid> {
    value.as_array().ok_or(Invalid::Type)?.iter().map(read).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_type_takes_its_own_and_nothing_else() {
        assert_eq!(bool::read(&json!(true)), Ok(true));
        assert_eq!(bool::read(&json!(1)), Err(Invalid::Type));
        assert_eq!(Discovery::read(&json!("well-known")), Ok(Discovery::WellKnown));
        assert_eq!(Discovery::read(&json!("wellknown")), Err(Invalid::Word));
        assert_eq!(NotificationContent::read(&json!("nothing")), Ok(NotificationContent::Nothing));
        let servers = Servers::read(&json!(["agent.dinum.tchap.gouv.fr", "matrix.bund.de:8448"])).unwrap();
        assert_eq!(servers.0.len(), 2);
        assert_eq!(Servers::read(&json!(["ok.fr", "no server"])), Err(Invalid::Server));
        assert_eq!(Servers::read(&json!("ok.fr")), Err(Invalid::Type));
        assert_eq!(Name::read(&json!("  Messagerie  ")), Ok(Name("Messagerie".into())));
        for name in [json!(""), json!("a\nb"), json!("x".repeat(41))] {
            assert_eq!(Name::read(&name), Err(Invalid::Text));
        }
        assert_eq!(Colour::read(&json!("#1A2b3C")), Ok(Colour { red: 0x1a, green: 0x2b, blue: 0x3c }));
        for colour in ["1a2b3c", "#1a2b3", "#+1a2b3", "#é1a2b", "red"] {
            assert_eq!(Colour::read(&json!(colour)), Err(Invalid::Colour), "{colour}");
        }
    }

    #[test]
    fn addresses_are_of_the_kind_that_is_wanted() {
        Link::read(&json!("https://aide.example.fr/a?b")).unwrap();
        for link in ["http://aide.example.fr", "javascript:alert(1)", "file:///etc/passwd", "https://a:b@c.fr", "aide"]
        {
            assert_eq!(Link::read(&json!(link)), Err(Invalid::Address), "{link}");
        }
        for proxy in ["http://proxy.example.fr:3128", "socks5h://10.0.0.1:1080", "http://[::1]:3128"] {
            ProxyAddress::read(&json!(proxy)).unwrap();
        }
        for proxy in ["http://anna:secret@proxy:3128", "proxy:3128", "ftp://proxy", "http://proxy/path"] {
            assert_eq!(ProxyAddress::read(&json!(proxy)), Err(Invalid::Address), "{proxy}");
        }
        Hosts::read(&json!(["intranet.example.fr", ".local", "10.0.0.0/8", "2001:db8::/32", "::1"])).unwrap();
        for host in ["10.0.0.0/33", "a b", "host/8", "", "*"] {
            assert_eq!(Hosts::read(&json!([host])), Err(Invalid::Address), "{host}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_begin_at_the_root_and_do_not_climb() {
        FilePath::read(&json!("/etc/ssl/ministere.pem")).unwrap();
        for path in ["ministere.pem", "/etc/../home/anna/ca.pem", ""] {
            assert_eq!(FilePath::read(&json!(path)), Err(Invalid::Path), "{path}");
        }
    }
}
