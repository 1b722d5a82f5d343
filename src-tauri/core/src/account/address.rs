//! What the user typed to say where the account is.

use matrix_sdk::ruma::{OwnedServerName, OwnedUserId, ServerName, UserId};
use url::Url;

use crate::{
    error::{AppError, ErrorCode, Result},
    network::refuse_cleartext,
};

/// An address that makes sense. Whether a server is there is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// `@user:server`
    MatrixId(OwnedUserId),
    /// `user@domain`
    Email { address: String, domain: OwnedServerName },
    /// `server` or `server:port`
    Server(OwnedServerName),
    /// `https://server/path`
    Url(Url),
    /// The name of a user whose server is known without it.
    User { user: String, server: OwnedServerName },
}

impl Address {
    /// Understands what was typed where everybody has the same homeserver: a name is enough, or nothing at all.
    pub(super) fn at(typed: &str, server: &ServerName) -> Result<Self> {
        let typed = typed.trim();
        // Names of servers know no capitals.
        let is_same = |name: &str| name.eq_ignore_ascii_case(server.as_str());
        if typed.is_empty() || is_same(typed) {
            return Ok(Self::Server(server.to_owned()));
        }
        if typed.starts_with('@') {
            return match Self::parse(typed)? {
                Self::MatrixId(id) if !is_same(id.server_name().as_str()) => {
                    Err(AppError::new(ErrorCode::ServerNotAllowed).with("server", id.server_name()))
                }
                address => Ok(address),
            };
        }
        if is_plain(typed) {
            Ok(Self::User { user: typed.to_owned(), server: server.to_owned() })
        } else {
            Err(AppError::new(ErrorCode::AddressInvalid))
        }
    }

    /// Understands what was typed.
    pub(super) fn parse(typed: &str) -> Result<Self> {
        let invalid = || AppError::new(ErrorCode::AddressInvalid);
        let typed = typed.trim();
        if typed.is_empty() || !is_plain(typed) {
            return Err(invalid());
        }
        if let Some((scheme, _)) = typed.split_once("://") {
            return match scheme.to_ascii_lowercase().as_str() {
                "https" | "http" => Self::parse_url(typed),
                _ => Err(invalid()),
            };
        }
        if let Some(rest) = typed.strip_prefix('@') {
            let (user, server) = rest.split_once(':').ok_or_else(invalid)?;
            let id = format!("@{user}:{}", server_name(server).ok_or_else(invalid)?);
            return match UserId::parse(id) {
                Ok(id) if !id.localpart().is_empty() => Ok(Self::MatrixId(id)),
                _ => Err(invalid()),
            };
        }
        if let Some((user, domain)) = typed.rsplit_once('@') {
            let domain = server_name(domain).ok_or_else(invalid)?;
            let plausible = !user.is_empty() && !user.contains('@') && domain.port().is_none();
            return if plausible {
                Ok(Self::Email { address: format!("{user}@{domain}"), domain })
            } else {
                Err(invalid())
            };
        }
        server_name(typed).map(Self::Server).ok_or_else(invalid)
    }

    fn parse_url(typed: &str) -> Result<Self> {
        let url = Url::parse(typed).map_err(|_| AppError::new(ErrorCode::AddressInvalid))?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.has_host();
        if !plain {
            return Err(AppError::new(ErrorCode::AddressInvalid));
        }
        refuse_cleartext(&url)?;
        Ok(Self::Url(url))
    }

    /// Where the homeserver is looked for.
    pub(super) fn lookup(&self) -> String {
        match self {
            Self::MatrixId(id) => id.server_name().to_string(),
            Self::Email { domain: server, .. } | Self::Server(server) | Self::User { server, .. } => server.to_string(),
            Self::Url(url) => url.as_str().trim_end_matches('/').to_owned(),
        }
    }

    /// The server's name, as it stands in Matrix IDs, as far as the address tells.
    pub(super) fn server_name(&self) -> String {
        match self {
            Self::Url(url) => {
                let host = url.host_str().unwrap_or_default();
                url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
            }
            other => other.lookup(),
        }
    }

    /// The user that the address already names.
    pub(super) fn user(&self) -> Option<String> {
        match self {
            Self::MatrixId(id) => Some(id.localpart().to_owned()),
            Self::Email { address: user, .. } | Self::User { user, .. } => Some(user.clone()),
            Self::Server(_) | Self::Url(_) => None,
        }
    }
}

/// Whether a text may be an address at all.
fn is_plain(typed: &str) -> bool {
    typed.len() <= 500 && !typed.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A server's name, with umlauts and capitals brought to the form that stands in Matrix IDs.
fn server_name(typed: &str) -> Option<OwnedServerName> {
    // Only what is a host and a port: whatever else a URL could hold is refused here.
    if typed.is_empty() || typed.contains(['/', '?', '#', '@', '\\', '%']) {
        return None;
    }
    let url = Url::parse(&format!("https://{typed}")).ok()?;
    let host = url.host_str()?;
    // `Url` leaves out the port that is usual for https; in a server's name it means something.
    let port = typed.rsplit_once(':').map(|(_, port)| port).filter(|port| port.parse::<u16>().is_ok());
    let port = if typed.ends_with(']') { None } else { port };
    let name = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    // A single word is a name on the local network, or half an address; only `localhost` is surely meant.
    let whole = host.contains(['.', ':']) || host == "localhost" || port.is_some();
    whole.then(|| ServerName::parse(name).ok()).flatten()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> (String, Option<String>, String) {
        let address = Address::parse(typed).unwrap();
        (address.lookup(), address.user(), address.server_name())
    }

    fn expected(lookup: &str, user: Option<&str>, server: &str) -> (String, Option<String>, String) {
        (lookup.to_owned(), user.map(str::to_owned), server.to_owned())
    }

    #[test]
    fn matrix_ids() {
        assert_eq!(parsed("@anna:example.org"), expected("example.org", Some("anna"), "example.org"));
        assert_eq!(parsed(" @anna:localhost:8448 "), expected("localhost:8448", Some("anna"), "localhost:8448"));
        assert_eq!(parsed("@a.b-c=d/e:127.0.0.1:8449").1.as_deref(), Some("a.b-c=d/e"));
        assert_eq!(parsed("@anna:[::1]:8448").0, "[::1]:8448");
        assert_eq!(parsed("@anna:Example.ORG").0, "example.org");
    }

    #[test]
    fn email_like_addresses() {
        assert_eq!(
            parsed("jean.dupont@interieur.gouv.fr"),
            expected("interieur.gouv.fr", Some("jean.dupont@interieur.gouv.fr"), "interieur.gouv.fr")
        );
        assert_eq!(parsed("a+b@example.org").1.as_deref(), Some("a+b@example.org"));
    }

    #[test]
    fn servers() {
        assert_eq!(parsed("example.org"), expected("example.org", None, "example.org"));
        assert_eq!(parsed("localhost:8448"), expected("localhost:8448", None, "localhost:8448"));
        assert_eq!(parsed("example.org:443").0, "example.org:443");
        assert_eq!(parsed("münchen.example"), expected("xn--mnchen-3ya.example", None, "xn--mnchen-3ya.example"));
    }

    #[test]
    fn urls() {
        assert_eq!(parsed("https://matrix.example.org"), {
            expected("https://matrix.example.org", None, "matrix.example.org")
        });
        assert_eq!(parsed("https://example.org:8448/base/"), {
            expected("https://example.org:8448/base", None, "example.org:8448")
        });
        assert_eq!(parsed("http://127.0.0.1:8008").0, "http://127.0.0.1:8008");
        assert_eq!(Address::parse("http://example.org").unwrap_err().code, ErrorCode::CleartextRefused);
    }

    #[test]
    fn what_makes_no_sense() {
        for typed in [
            "",
            "   ",
            "anna",
            "@anna",
            "@anna:",
            "@:example.org",
            "@anna:exa mple.org",
            "anna@",
            "@example.org@",
            "a@b@example.org",
            "anna@example.org:8448",
            "anna@localhost/..",
            "ftp://example.org",
            "javascript://example.org",
            "https://",
            "https://anna:secret@example.org",
            "https://example.org/?q=1",
            "https://example.org/#room",
            "example.org/path",
            "example.org\\x",
            "exa\u{0}mple.org",
            "example.org:99999",
        ] {
            assert_eq!(Address::parse(typed).unwrap_err().code, ErrorCode::AddressInvalid, "{typed:?}");
        }
        assert!(Address::parse(&"a".repeat(600)).is_err());
    }
}
