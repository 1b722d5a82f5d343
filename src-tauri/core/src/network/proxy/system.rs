//! The proxies of the system: those of the environment and, under Windows, of the account's Internet settings.
//! hyper-util would read them too, but leaves out without a word what it does not understand, and all of them where
//! `REQUEST_METHOD` is set, which is for programs that a web server starts.

use hyper_util::client::proxy::matcher::Matcher;

use super::{is_usable, unreadable};
use crate::error::{ErrorCode, Result};

// Those in lower case first, as curl does. It leaves out `HTTP_PROXY`, which in a program that a web server starts may be
// a visitor's; this is none.
const HTTP: [&str; 2] = ["http_proxy", "HTTP_PROXY"];
const HTTPS: [&str; 2] = ["https_proxy", "HTTPS_PROXY"];
const ALL: [&str; 2] = ["all_proxy", "ALL_PROXY"];
const NO: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// What the Internet settings say where they have a proxy enabled.
#[cfg_attr(not(windows), allow(dead_code))]
struct Internet {
    /// `proxy:3128` for everything, or `http=one:80;https=other:443`.
    server: String,
    /// What is reached without it, with semicolons between.
    exceptions: String,
}

/// Which addresses the system's proxies are for. `ProxyUnusable` where one is named, and cannot be read.
pub(super) fn matcher() -> Result<Matcher> {
    said_by(variable, internet()?.as_ref())
}

/// What the environment says is reached without a proxy.
pub(super) fn exceptions() -> Option<String> {
    first(variable, NO)
}

fn said_by(variable: impl Fn(&str) -> Option<String>, internet: Option<&Internet>) -> Result<Matcher> {
    let of = |names, scheme| {
        let named = first(&variable, names).or_else(|| internet.and_then(|internet| internet.of(scheme)));
        named.or_else(|| first(&variable, ALL))
    };
    let https = of(HTTPS, "https");
    if https.as_ref().is_some_and(|proxy| !is_usable(proxy)) {
        return Err(unreadable(ErrorCode::ProxyUnusable));
    }
    // Not checked, since nothing goes by it: without TLS, nothing is said but within this machine.
    let http = of(HTTP, "http").unwrap_or_default();
    let no = first(&variable, NO).or_else(|| internet.map(Internet::without)).unwrap_or_default();
    Ok(Matcher::builder().http(http).https(https.unwrap_or_default()).no(no).build())
}

/// What the first of these variables says that says anything.
fn first(variable: impl Fn(&str) -> Option<String>, names: [&str; 2]) -> Option<String> {
    let mut values = names.into_iter().filter_map(variable).map(|value| value.trim().to_owned());
    values.find(|value| !value.is_empty())
}

fn variable(name: &str) -> Option<String> {
    Some(std::env::var_os(name)?.to_string_lossy().into_owned())
}

impl Internet {
    /// The proxy for a scheme; None where there are only some for others. Where none is named at all, or only one of
    /// SOCKS, which is version 4 there, what it gives is no address.
    fn of(&self, scheme: &str) -> Option<String> {
        let parts: Vec<(&str, &str)> = self
            .server
            .split(|at: char| at == ';' || at.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').filter(|(name, _)| !name.contains(':')).unwrap_or(("", part)))
            .collect();
        let find = |wanted: &str| parts.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        match find(scheme).or_else(|| find("")) {
            Some((_, proxy)) => Some((*proxy).to_owned()),
            None if parts.is_empty() || find("socks").is_some() => Some(String::new()),
            None => None,
        }
    }

    /// What is reached without it, as an environment would say it.
    fn without(&self) -> String {
        let parts = self.exceptions.split(';').map(str::trim);
        // `<local>` is a name without a domain; nothing here has such a name.
        let parts = parts.filter(|part| !part.is_empty() && !part.starts_with('<'));
        let parts = parts.filter_map(|part| network(part).or_else(|| domain(part)));
        parts.collect::<Vec<_>>().join(",")
    }
}

/// `*.intern.example` as an environment would say it, and what has no star as it is. With stars elsewhere, what it says
/// cannot be said so: that is reached through the proxy.
fn domain(part: &str) -> Option<String> {
    let rest = if part == "*" { part } else { part.strip_prefix("*.").unwrap_or(part) };
    Some(rest.to_owned()).filter(|rest| rest == "*" || !rest.contains('*'))
}

/// `10.1.*` as a network, `10.1.0.0/16`.
fn network(part: &str) -> Option<String> {
    let known: Vec<&str> = part.split('.').take_while(|part| *part != "*").collect();
    let stars = part.split('.').skip(known.len()).collect::<Vec<_>>();
    let fits = (1..=3).contains(&known.len()) && !stars.is_empty() && known.len() + stars.len() <= 4;
    if !fits || stars.iter().any(|part| *part != "*") || known.iter().any(|part| part.parse::<u8>().is_err()) {
        return None;
    }
    let rest = vec!["0"; 4 - known.len()];
    Some(format!("{}/{}", [known.as_slice(), &rest].concat().join("."), 8 * known.len()))
}

/// None where no proxy is enabled there. The machine's count where the administration wants them for all accounts.
#[cfg(windows)]
fn internet() -> Result<Option<Internet>> {
    use windows_registry::{CURRENT_USER, LOCAL_MACHINE};

    /// No such key or value: `ERROR_FILE_NOT_FOUND` as an HRESULT.
    const MISSING: i32 = 0x8007_0002_u32.cast_signed();
    const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    const RULES: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
    /// None where it is missing.
    fn there<T>(read: windows_registry::Result<T>) -> Result<Option<T>> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(error) if error.code().0 == MISSING => Ok(None),
            Err(_) => Err(unreadable(ErrorCode::ProxyUnusable)),
        }
    }
    let rules = there(LOCAL_MACHINE.open(RULES))?;
    let per_user = rules.map(|rules| there(rules.get_u32("ProxySettingsPerUser"))).transpose()?.flatten();
    let root = if per_user == Some(0) { LOCAL_MACHINE } else { CURRENT_USER };
    let Some(settings) = there(root.open(SETTINGS))? else { return Ok(None) };
    if there(settings.get_u32("ProxyEnable"))?.unwrap_or(0) == 0 {
        return Ok(None);
    }
    let text = |name| settings.get_string(name).unwrap_or_default();
    Ok(Some(Internet { server: text("ProxyServer"), exceptions: text("ProxyOverride") }))
}

/// There are none.
#[cfg(not(windows))]
#[allow(clippy::unnecessary_wraps)]
fn internet() -> Result<Option<Internet>> {
    Ok(None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::AppError;

    type Said<'a> = &'a [(&'a str, &'a str)];

    /// By which proxy an address is reached.
    fn by(environment: Said<'_>, internet: Option<(&str, &str)>, to: &str) -> Result<Option<String>> {
        let variable =
            |name: &str| environment.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let internet = internet
            .map(|(server, exceptions)| Internet { server: server.to_owned(), exceptions: exceptions.to_owned() });
        let found = said_by(variable, internet.as_ref())?.intercept(&to.parse().unwrap());
        Ok(found.map(|found| found.uri().to_string()))
    }

    const SERVER: &str = "https://matrix.example";

    #[test]
    fn an_environment_that_cannot_be_read_is_no_reason_to_go_past_it() {
        let environment = |said: Said<'_>| by(said, None, SERVER);
        let one = || Ok(Some("http://proxy.example:3128/".to_owned()));
        assert_eq!(environment(&[]), Ok(None));
        assert_eq!(environment(&[("https_proxy", " "), ("HTTP_PROXY", "what?")]), Ok(None));
        assert_eq!(environment(&[("https_proxy", "proxy.example:3128"), ("ALL_PROXY", "what?")]), one());
        assert_eq!(environment(&[("all_proxy", " http://proxy.example:3128 ")]), one());
        // Lower case first, and nothing says nothing.
        assert_eq!(environment(&[("HTTPS_PROXY", "other.example"), ("https_proxy", "proxy.example:3128")]), one());
        assert_eq!(environment(&[("HTTPS_PROXY", "proxy.example:3128"), ("https_proxy", "")]), one());
        assert_eq!(environment(&[("HTTPS_PROXY", ""), ("https_proxy", "proxy.example:3128")]), one());
        assert_eq!(environment(&[("HTTPS_PROXY", "proxy.example:3128"), ("no_proxy", "matrix.example")]), Ok(None));
        for nonsense in [("HTTPS_PROXY", "http://:x"), ("https_proxy", "quic://p.example"), ("all_proxy", "http://p x")]
        {
            let code = environment(&[nonsense]).map_err(|error: AppError| error.code);
            assert_eq!(code, Err(ErrorCode::ProxyUnusable), "{nonsense:?}");
        }
    }

    #[test]
    fn the_internet_settings_of_windows_are_understood_or_an_error() {
        let settings = |server| by(&[], Some((server, "")), SERVER).map_err(|error| error.code);
        let one = Ok(Some("http://b.example:443/".to_owned()));
        for server in
            ["b.example:443", "http=a.example:80;https=b.example:443", " ftp=a:21 HTTPS=http://b.example:443 "]
        {
            assert_eq!(settings(server), one, "{server}");
        }
        // As Windows does.
        assert_eq!(settings("http=a.example:80"), Ok(None));
        for server in ["", ";", "socks=c.example:1080", "https=", "https=quic://b.example", "http://:x"] {
            assert_eq!(settings(server), Err(ErrorCode::ProxyUnusable), "{server}");
        }
        // The environment's count first, as before.
        let environment = [("https_proxy", "proxy.example:3128")];
        assert_eq!(by(&environment, Some(("", "")), SERVER).unwrap().as_deref(), Some("http://proxy.example:3128/"));
    }

    #[test]
    fn what_windows_reaches_without_a_proxy_is_reached_without() {
        let exceptions = "<local>;*.intern.example; 10.1.*;192.168.7.20;172.*.1;chat.*.example;*.b.*";
        let internet = Some(("proxy.example:3128", exceptions));
        for (to, without) in [
            ("https://chat.intern.example", true),
            ("https://10.1.2.3", true),
            ("https://192.168.7.20", true),
            ("https://10.2.2.3", false),
            ("https://local", false),
            ("https://172.16.0.1", false),
            ("https://chat.example", false),
            ("https://below.chat.example", false),
            (SERVER, false),
        ] {
            assert_eq!(by(&[], internet, to).unwrap().is_none(), without, "{to}");
        }
        assert_eq!(by(&[], Some(("proxy.example:3128", "*")), SERVER), Ok(None));
    }
}
