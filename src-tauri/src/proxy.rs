//! Proxies that ask for a password, which stands in the environment (decision 0007). What stands there, every process
//! that we start inherits, and every process of the user can read: so the program starts itself anew without it, and
//! hands it over through a pipe.

#[cfg(unix)]
use std::{env, ffi::OsStr};
use std::{
    ffi::OsString,
    io::{self, Read},
};

use estafette_core::{Proxies, Secret};
use serde::{Deserialize, Serialize};

/// The variables that reqwest reads, and, where they say nothing, those that count instead.
#[cfg(unix)]
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
#[cfg(unix)]
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
#[cfg(unix)]
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];

/// Fits into a pipe, which nobody reads before it is written.
const LONGEST: usize = 16 * 1024;

/// What is handed over.
#[derive(Serialize, Deserialize)]
struct Addresses {
    http: Option<String>,
    https: Option<String>,
}

impl From<Addresses> for Proxies {
    fn from(addresses: Addresses) -> Self {
        let secret = |address: Option<String>| address.map(|address| Secret::new(address.into_bytes()));
        Self { http: secret(addresses.http), https: secret(addresses.https) }
    }
}

/// Starts the program anew if a proxy's address in the environment holds a name or a password, and then returns only
/// with what went wrong.
#[cfg(unix)]
pub(crate) fn hide(arguments: &[OsString], flag: &str) -> io::Result<()> {
    use std::{io::Write as _, os::unix::process::CommandExt as _, process::Command};

    let telling: Vec<_> = env::vars_os().filter(|(name, value)| tells(name, value)).map(|(name, _)| name).collect();
    if telling.is_empty() {
        return Ok(());
    }
    let address = |names| address(names, |name| env::var(name).ok());
    let addresses = serde_json::to_vec(&Addresses { http: address(HTTP), https: address(HTTPS) })?;
    if addresses.len() > LONGEST {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(&addresses)?;
    drop(writer);
    let mut anew = Command::new(env::current_exe()?);
    for name in telling {
        anew.env_remove(name);
    }
    if let Some(name) = arguments.first() {
        anew.arg0(name);
    }
    // First: after a `--` it would be no flag.
    Err(anew.arg(flag).args(arguments.iter().skip(1)).stdin(reader).exec())
}

/// Whether a variable may hold a name or a password for a proxy. Who sets one for the web sets the same for others,
/// such as `ftp_proxy`.
#[cfg(unix)]
fn tells(name: &OsStr, value: &OsStr) -> bool {
    let name = name.as_encoded_bytes().to_ascii_lowercase();
    name.ends_with(b"_proxy") && value.as_encoded_bytes().contains(&b'@')
}

/// The address that reqwest would find: of each pair the first that is set counts, even if it is empty.
#[cfg(unix)]
fn address(names: [&str; 2], get: impl Fn(&str) -> Option<String>) -> Option<String> {
    let of = |names: [&str; 2]| names.into_iter().find_map(&get).filter(|value| !value.is_empty());
    of(names).or_else(|| of(ALL))
}

/// Windows has no `exec`, and keeps its proxies elsewhere: what somebody sets in the environment there is inherited.
#[cfg(not(unix))]
pub(crate) fn hide(_: &[OsString], _: &str) -> io::Result<()> {
    Ok(())
}

/// What the program handed to itself.
pub(crate) fn handed_over(from: impl Read) -> io::Result<Proxies> {
    let mut text = Vec::new();
    from.take(LONGEST as u64).read_to_end(&mut text)?;
    Ok(serde_json::from_slice::<Addresses>(&text)?.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn every_variable_for_a_proxy_is_looked_at() {
        let tells = |name: &str, value: &str| tells(name.as_ref(), value.as_ref());
        for name in ["HTTPS_PROXY", "https_proxy", "ftp_proxy", "RSYNC_PROXY", "Socks_Proxy"] {
            assert!(tells(name, "http://camille:hunter2@proxy.example.org:3128"), "{name}");
        }
        assert!(!tells("https_proxy", "http://proxy.example.org:3128"));
        assert!(!tells("EMAIL", "camille@example.org"));
    }

    #[cfg(unix)]
    #[test]
    fn the_address_is_the_one_that_reqwest_would_find() {
        let found = |set: &[(&str, &str)]| {
            let get = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            address(HTTPS, get).unwrap_or_default()
        };
        assert_eq!(found(&[("https_proxy", "lower"), ("HTTPS_PROXY", "upper"), ("ALL_PROXY", "all")]), "upper");
        assert_eq!(found(&[("https_proxy", "lower"), ("HTTPS_PROXY", ""), ("all_proxy", "all")]), "all");
        assert_eq!(found(&[("https_proxy", "lower"), ("HTTPS_PROXY", "")]), "");
        assert_eq!(found(&[("HTTP_PROXY", "http"), ("no_proxy", "*")]), "");
    }

    #[test]
    fn what_is_handed_over_arrives_and_does_not_show_itself() {
        let text = r#"{"http":null,"https":"http://camille:hunter2@proxy.example.org:3128"}"#;
        let proxies = handed_over(text.as_bytes()).unwrap();
        assert!(proxies.http.is_none());
        assert!(proxies.https.as_ref().unwrap().expose().ends_with(b"hunter2@proxy.example.org:3128"));
        assert!(!format!("{proxies:?}").contains("hunter2"));
        for nonsense in ["", "{", "[]", "{\"https\":7}"] {
            assert!(handed_over(nonsense.as_bytes()).is_err(), "{nonsense}");
        }
    }
}
