//! Through which proxies the network is reached, and who one is to them.

mod system;

use std::{
    fmt,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::{ClientBuilder, Proxy};
use rustls::ClientConfig;
use serde::Serialize;
use tokio::sync::watch;
use url::Url;
use zeroize::Zeroizing;

use super::{is_cleartext, probe};
use crate::{
    error::{AppError, ErrorCode, Result},
    policy::{
        Policy, keys,
        value::{Hosts, ProxyMode},
    },
    storage::Secret,
};

/// How long a name and a password may be, in bytes: SOCKS5 has one byte for it (RFC 1929).
const LONGEST: usize = 255;

/// The addresses of proxies, which may hold a name and a password. Where there is neither, those of the system
/// count; where there is one, the environment's do not. `NO_PROXY` counts either way.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For `http://`.
    pub http: Option<Secret>,
    /// For `https://`.
    pub https: Option<Secret>,
}

/// Whether a proxy lets Estafette through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProxyState {
    /// It has not said otherwise, or there is none.
    #[default]
    Open,
    /// It wants to know who one is (`App::enter_proxy`).
    PasswordNeeded {
        /// Its name and port.
        proxy: String,
        /// It has refused the name and the password that it was given.
        refused: bool,
        /// They would go to it without encryption.
        cleartext: bool,
    },
}

/// Who one is to a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    user: String,
    password: Secret,
}

/// The way into the network.
#[derive(Clone)]
pub(crate) struct Route(Arc<Way>);

struct Way {
    /// Which addresses are reached through which proxy; nothing where there is none.
    matcher: Option<Matcher>,
    /// The proxy of `https://`, without a name and a password.
    proxy: Option<Url>,
    /// The same, unless its address says already who one is: it may ask for that.
    asking: Option<Url>,
    /// Whether it takes a name and a password, once it has said so.
    takes_password: OnceLock<bool>,
    /// How TLS is spoken to a proxy that is asked.
    tls: Arc<ClientConfig>,
    entry: RwLock<Option<Entry>>,
    state: watch::Sender<ProxyState>,
}

impl Entry {
    /// What was typed. `CredentialsWrong` for what no proxy can take.
    pub(crate) fn new(user: &str, password: Zeroizing<String>) -> Result<Self> {
        // A name ends where the colon stands (RFC 7617).
        let fits = |text: &str| !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
        let user = user.trim();
        if !fits(user) || user.contains(':') || !fits(&password) {
            return Err(AppError::new(ErrorCode::CredentialsWrong));
        }
        Ok(Self { user: user.to_owned(), password: Secret::new(password.as_bytes().to_vec()) })
    }

    /// The address of a proxy that is told this.
    fn to(&self, proxy: &Url) -> Option<Url> {
        with(proxy, &self.user, self.password())
    }

    /// It was text when it was taken.
    fn password(&self) -> &str {
        std::str::from_utf8(self.password.expose()).unwrap_or_default()
    }

    /// As the keyring keeps it.
    pub(crate) fn to_secret(&self) -> Secret {
        Secret::new([self.user.as_bytes(), b":", self.password.expose()].concat())
    }

    /// As the keyring has kept it; nothing if it is something else.
    pub(crate) fn from_secret(secret: &Secret) -> Option<Self> {
        let (user, password) = std::str::from_utf8(secret.expose()).ok()?.split_once(':')?;
        Self::new(user, Zeroizing::new(password.to_owned())).ok()
    }
}

/// Without who one is.
impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("proxy", &self.name()).finish_non_exhaustive()
    }
}

impl Route {
    /// By the policy, else by the system. What the proxy says is told to `state`. `ProxyUnknown` where the policy means
    /// one, and does not say which: past it, or by another, would be past what was meant. `ProxyUnusable` where the
    /// system's makes no sense, for the same reason.
    pub(super) fn new(
        system: &Proxies,
        policy: &Policy,
        state: watch::Sender<ProxyState>,
        tls: Arc<ClientConfig>,
    ) -> Result<Self> {
        let mode = policy.get_over(&keys::NETWORK_PROXY_MODE, &keys::NETWORK_PROXY);
        let unclear = policy.unclear(&keys::NETWORK_PROXY_MODE);
        let named = match unclear {
            Some(_) => policy.get_over(&keys::NETWORK_PROXY, &keys::NETWORK_PROXY_MODE),
            None => policy.get(&keys::NETWORK_PROXY).map(|decided| decided.value),
        };
        let named = named.map(|address| address.0);
        let unclear = unclear.or_else(|| policy.unclear(&keys::NETWORK_PROXY)).is_some();
        let exceptions = policy.get_over(&keys::NETWORK_PROXY_EXCEPTIONS, &keys::NETWORK_PROXY);
        let matcher = match (mode, named) {
            (Some(ProxyMode::None), _) => None,
            // By this alone: the environment's proxies do not count any more.
            (Some(ProxyMode::Manual) | None, Some(address)) => {
                let address = address.to_string();
                if !is_usable(&address) {
                    return Err(unreadable(ErrorCode::ProxyUnknown));
                }
                Some(Matcher::builder().all(address).no(without(exceptions)).build())
            }
            (Some(ProxyMode::Manual), None) => return Err(AppError::new(ErrorCode::ProxyUnknown)),
            (None, None) if unclear => return Err(AppError::new(ErrorCode::ProxyUnknown)),
            (Some(ProxyMode::System) | None, _) => Some(system.matcher()?),
        };
        Ok(Self(Arc::new(Way::new(matcher, state, tls)?)))
    }

    /// Has a client take this way.
    pub(super) fn set(&self, builder: ClientBuilder) -> ClientBuilder {
        // Without what reqwest would find by itself: it is in the matcher.
        ["http", "https"].into_iter().fold(builder.no_proxy(), |builder, scheme| {
            let Some(found) = self.0.matcher.as_ref().and_then(|matcher| anywhere(matcher, scheme)) else {
                return builder;
            };
            let way = Arc::clone(&self.0);
            let proxy = Proxy::custom(move |to| if to.scheme() == scheme { way.to(to) } else { None });
            builder.proxy(match found.basic_auth() {
                Some(header) => proxy.custom_http_auth(header.clone()),
                None => proxy,
            })
        })
    }

    /// The name and port of the proxy, where there is one.
    pub(super) fn name(&self) -> Option<String> {
        self.0.proxy.as_ref().map(name)
    }

    /// The same of the proxy through which this address is reached.
    pub(super) fn name_for(&self, to: &Url) -> Option<String> {
        self.0.through(to).map(|(proxy, _)| name(&proxy))
    }

    /// Under which name the keyring keeps who one is to the proxy, where it may ask for that.
    pub(crate) fn key(&self) -> Option<String> {
        self.0.asking.as_ref().map(|proxy| format!("proxy {}://{}", proxy.scheme(), name(proxy)))
    }

    /// From now on the proxy is told this.
    pub(crate) fn enter(&self, entry: Entry) {
        *self.0.entry.write().unwrap_or_else(PoisonError::into_inner) = Some(entry);
        self.0.state.send_replace(ProxyState::Open);
    }

    /// What the proxy is told.
    pub(super) fn entry(&self) -> Option<Entry> {
        self.0.entry()
    }

    /// Whether the proxy refuses this, and not only the server.
    pub(super) async fn refuses(&self, said: &Entry) -> bool {
        let Some(proxy) = &self.0.asking else { return false };
        let Some(with) = said.to(proxy) else { return false };
        let found = anywhere(&Matcher::builder().all(String::from(with)).build(), "https");
        match found.as_ref().and_then(Intercept::basic_auth) {
            Some(who) => probe::refuses(proxy, &self.0.tls, who).await,
            None => false,
        }
    }

    /// Whether the proxy, which wants to know who one is, takes a name and a password for that. It is asked once; one that
    /// does not say may do so.
    pub(super) async fn takes_password(&self) -> bool {
        let Some(proxy) = &self.0.proxy else { return true };
        if let Some(known) = self.0.takes_password.get() {
            return *known;
        }
        match probe::takes_password(proxy, &self.0.tls).await {
            Some(known) => *self.0.takes_password.get_or_init(|| known),
            None => true,
        }
    }

    /// Whether the proxy can be connected to; None where there is no proxy.
    pub(super) async fn is_there(&self) -> Option<bool> {
        match &self.0.proxy {
            Some(proxy) => Some(probe::is_there(proxy).await),
            None => None,
        }
    }

    /// The proxy was told this, and wants to be told something else. Until then it is told nothing: a name with a wrong
    /// password, said over and over, is locked out.
    pub(super) fn turned_away(&self, said: Option<&Entry>) {
        let Some(proxy) = &self.0.asking else { return };
        {
            let mut entry = self.0.entry.write().unwrap_or_else(PoisonError::into_inner);
            // It may have been told something else since.
            if entry.as_ref() != said {
                return;
            }
            *entry = None;
        }
        let needed = ProxyState::PasswordNeeded {
            proxy: name(proxy),
            refused: said.is_some(),
            cleartext: proxy.scheme() != "https",
        };
        self.0.state.send_if_modified(|state| {
            // A question that was still under way says nothing new.
            let known = said.is_none() && *state != ProxyState::Open;
            !known && std::mem::replace(state, needed.clone()) != needed
        });
    }
}

impl Way {
    fn new(matcher: Option<Matcher>, state: watch::Sender<ProxyState>, tls: Arc<ClientConfig>) -> Result<Self> {
        let found = matcher.as_ref().and_then(|matcher| anywhere(matcher, "https"));
        let proxy = found.as_ref().map(|found| address(found).ok_or_else(|| unreadable(ErrorCode::ProxyUnusable)));
        let proxy = proxy.transpose()?;
        let known = found.is_some_and(|found| found.basic_auth().is_some() || found.raw_auth().is_some());
        let asking = proxy.clone().filter(|_| !known);
        Ok(Self { matcher, proxy, asking, takes_password: OnceLock::new(), tls, entry: RwLock::default(), state })
    }

    fn entry(&self) -> Option<Entry> {
        self.entry.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The proxy through which an address is reached, with who one is to it as far as that stands in an address.
    fn to(&self, to: &Url) -> Option<Url> {
        let (proxy, found) = self.through(to)?;
        let entry = self.entry().filter(|_| self.asking.as_ref() == Some(&proxy));
        let with = match (found.as_ref().and_then(Intercept::raw_auth), &entry) {
            (Some((user, password)), _) => with(&proxy, user, password),
            (None, Some(entry)) => entry.to(&proxy),
            (None, None) => None,
        };
        // Without who one is, it is the proxy's to refuse.
        with.or(Some(proxy))
    }

    /// The same without who one is, and what is known of it besides. None only where nothing says that there is one.
    fn through(&self, to: &Url) -> Option<(Url, Option<Intercept>)> {
        // What is said in clear within this machine is no proxy's to read.
        if to.scheme() == "http" && !is_cleartext(to) {
            return None;
        }
        let matcher = self.matcher.as_ref()?;
        let Ok(uri) = to.as_str().parse() else { return Some((self.proxy.clone()?, None)) };
        let found = matcher.intercept(&uri)?;
        Some((address(&found).or_else(|| self.proxy.clone())?, Some(found)))
    }
}

/// A proxy's address with who one is to it.
fn with(proxy: &Url, user: &str, password: &str) -> Option<Url> {
    // What an address takes for encoded already, is encoded here.
    let plain = |text: &str| text.replace('%', "%25");
    let mut with = proxy.clone();
    with.set_username(&plain(user)).ok()?;
    with.set_password(Some(&plain(password))).ok()?;
    Some(with)
}

/// The proxy of all addresses that nothing special is said of.
fn anywhere(matcher: &Matcher, scheme: &str) -> Option<Intercept> {
    // No server has such a name (RFC 6761).
    matcher.intercept(&format!("{scheme}://estafette.invalid").parse().ok()?)
}

/// A proxy's address, without a name and a password.
fn address(of: &Intercept) -> Option<Url> {
    let mut proxy = Url::parse(&of.uri().to_string()).ok()?;
    if proxy.port().is_none() && proxy.scheme().starts_with("socks") {
        // No address knows this port by itself.
        proxy.set_port(Some(1080)).ok()?;
    }
    Some(proxy)
}

/// A proxy's name and port.
fn name(proxy: &Url) -> String {
    let host = proxy.host_str().unwrap_or_default();
    match proxy.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn without(exceptions: Option<Hosts>) -> String {
    exceptions.map(|hosts| hosts.0.join(",")).unwrap_or_default()
}

/// Whether this is the address of a proxy. Whoever named one needs it: where it cannot be read, it is not left out.
fn is_usable(proxy: &str) -> bool {
    anywhere(&Matcher::builder().all(proxy).build(), "https").is_some_and(|found| address(&found).is_some())
}

/// What is wrong with an address may show it: the cause is not told.
fn unreadable(code: ErrorCode) -> AppError {
    AppError::caused(code, &"the address of a proxy cannot be read")
}

impl Proxies {
    /// Which addresses they are for; as the system says, where there are none. `ProxyUnusable` for an address that
    /// cannot be read.
    fn matcher(&self) -> Result<Matcher> {
        let text = |address: &Option<Secret>| {
            let text = address.as_ref().map(|address| String::from_utf8_lossy(address.expose()).into_owned());
            match text {
                Some(text) if !is_usable(&text) => Err(unreadable(ErrorCode::ProxyUnusable)),
                text => Ok(text),
            }
        };
        Ok(match (text(&self.http)?, text(&self.https)?) {
            (None, None) => system::matcher()?,
            (http, https) => {
                let (http, https) = (http.unwrap_or_default(), https.unwrap_or_default());
                Matcher::builder().http(http).https(https).no(system::exceptions().unwrap_or_default()).build()
            }
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
