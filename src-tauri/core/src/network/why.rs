//! Why there is no connection, as far as that can be known: told by what an error is, and not by its words.

use std::error::Error as StdError;

use hyper_util::client::legacy::connect::{
    HttpConnector,
    proxy::{SocksV5, Tunnel},
};
use matrix_sdk::ruma::exports::http::Uri;
use tower_service::Service;
use url::Url;

use super::{
    RedirectRefused,
    connecting::{Known, Unconnected},
    trust::{Reason, Refused},
};
use crate::error::{AppError, ErrorCode, layers};

/// Why a proxy opens no tunnel. The type has no path of its own.
type TunnelError = <Tunnel<HttpConnector> as Service<Uri>>::Error;
/// The same of SOCKS, of version 4 as well.
type SocksError = <SocksV5<HttpConnector> as Service<Uri>>::Error;

/// In place of who issued a certificate, where it does not say so: the words then leave it out.
const NOBODY: &str = "none";

/// Why there is no connection.
#[derive(Debug, PartialEq, Eq)]
enum Why {
    /// Nobody knows the server's name.
    NameUnknown,
    /// The proxy's name is not known, or it does not answer.
    ProxySilent,
    /// The proxy wants to know who one is.
    ProxyAsks,
    /// The same, in a way that Estafette does not have.
    ProxyAsksOtherwise,
    /// The proxy answers, and makes no connection.
    ProxyRefuses,
    /// The proxy is there, and there is no connection through it in time.
    ProxySlow,
    /// The certificate: the server's, or that of the proxy on the way there.
    Certificate { reason: Reason, issuer: Option<String>, of_proxy: bool },
    /// What answers speaks no TLS.
    NoTls,
    /// A redirect is not followed.
    Redirect(RedirectRefused),
    /// Anything else.
    Other,
}

/// What a failure below HTTP means. The error's own words name the address and stay out of the log.
pub(super) fn transport_error(error: &reqwest::Error) -> AppError {
    let why = why(error);
    let (code, cause) = why.told(error);
    why.named(error, AppError::caused(code, &cause))
}

/// The same where it is more than that nothing answers, which may be nobody's fault; for what is tried again and again,
/// and not traced each time.
pub(super) fn trouble(error: &reqwest::Error) -> Option<AppError> {
    let why = why(error);
    let (code, _) = why.told(error);
    let more = match code {
        // That a name is not known is what a machine without a network says too.
        ErrorCode::Offline | ErrorCode::NameNotFound => false,
        // Where the user may answer, the question is a word of its own.
        ErrorCode::ProxyPasswordNeeded => unconnected(error).is_some_and(|it| it.route.key().is_none()),
        _ => true,
    };
    more.then(|| why.named(error, AppError::new(code)))
}

impl Why {
    /// What the user is told, and the log.
    fn told(&self, error: &reqwest::Error) -> (ErrorCode, &'static str) {
        match self {
            Self::NameUnknown => (ErrorCode::NameNotFound, "the name is not known"),
            Self::ProxySilent => (ErrorCode::ProxyUnreachable, "the proxy does not answer"),
            Self::ProxyAsks => (ErrorCode::ProxyPasswordNeeded, "the proxy wants a password"),
            Self::ProxyAsksOtherwise => (ErrorCode::ProxySignInUnsupported, "the proxy takes no password (Basic)"),
            Self::ProxyRefuses => (ErrorCode::ProxyRefused, "the proxy makes no connection"),
            Self::ProxySlow => (ErrorCode::ProxyRefused, "the proxy makes no connection in time"),
            Self::Certificate { reason: Reason::Untrusted, .. } => {
                (ErrorCode::CertificateUntrusted, "the certificate is not trusted")
            }
            Self::Certificate { reason: Reason::Time, .. } => {
                (ErrorCode::CertificateOutdated, "the certificate is of another time")
            }
            Self::Certificate { reason: Reason::Name, .. } => {
                (ErrorCode::CertificateOfAnother, "the certificate is of another server")
            }
            Self::NoTls => (ErrorCode::NotAHomeserver, "the server does not speak TLS"),
            Self::Redirect(RedirectRefused::Cleartext) => {
                (ErrorCode::CleartextRefused, "a redirect leads away from TLS")
            }
            Self::Redirect(RedirectRefused::Elsewhere) => {
                (ErrorCode::CaptivePortal, "a redirect leads elsewhere, and away from TLS")
            }
            Self::Redirect(RedirectRefused::Endless) => (ErrorCode::ServerFailed, "too many redirects"),
            Self::Other if error.is_timeout() => (ErrorCode::Offline, "no answer in time"),
            Self::Other if error.is_connect() => (ErrorCode::Offline, "no connection"),
            Self::Other => (ErrorCode::Offline, "the connection broke"),
        }
    }

    /// Adds what the words name.
    fn named(&self, error: &reqwest::Error, mut told: AppError) -> AppError {
        let proxy = unconnected(error).and_then(|it| match error.url() {
            Some(url) => it.route.name_for(url),
            None => it.route.name(),
        });
        let mut server = error.url().and_then(server);
        if let Self::Certificate { issuer, of_proxy, .. } = self {
            told = told.with("issuer", issuer.as_deref().unwrap_or(NOBODY));
            if *of_proxy {
                server.clone_from(&proxy);
            }
        }
        for (name, value) in [("server", server), ("proxy", proxy)] {
            if let Some(value) = value {
                told = told.with(name, value);
            }
        }
        told
    }
}

/// What a proxy that answers has answered.
pub(super) enum ByProxy {
    /// It wants to know who one is.
    Asks,
    /// It makes no connection, for whatever reason.
    Refuses,
}

/// Whether a connection failed because of what a proxy has answered.
pub(super) fn by_proxy(error: &(dyn StdError + 'static)) -> Option<ByProxy> {
    match among(layers(error))? {
        Why::ProxyAsks => Some(ByProxy::Asks),
        Why::ProxyRefuses => Some(ByProxy::Refuses),
        _ => None,
    }
}

fn why(error: &reqwest::Error) -> Why {
    let found = among(layers(error)).or_else(|| in_silence(error));
    found.unwrap_or(if error.is_dns() { Why::NameUnknown } else { Why::Other })
}

/// What it means that the time was up, where the proxy has to do with it.
fn in_silence(error: &reqwest::Error) -> Option<Why> {
    let unconnected = unconnected(error)?;
    unconnected.route.name_for(error.url()?)?;
    match unconnected.known? {
        Known::Silent => Some(Why::ProxySilent),
        Known::Slow => Some(Why::ProxySlow),
        Known::WantsPassword | Known::WantsOther => None,
    }
}

fn unconnected(error: &reqwest::Error) -> Option<&Unconnected> {
    layers(error).find_map(|layer| layer.downcast_ref())
}

/// The name of the server of an address, and its port where that is no usual one.
pub(super) fn server(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Looks through the layers of a failure for the one cause that matters.
fn among<'a>(layers: impl Iterator<Item = &'a (dyn StdError + 'static)>) -> Option<Why> {
    let mut to_proxy = false;
    for layer in layers {
        match layer.downcast_ref::<Unconnected>().and_then(|unconnected| unconnected.known) {
            Some(Known::WantsPassword) => return Some(Why::ProxyAsks),
            Some(Known::WantsOther) => return Some(Why::ProxyAsksOtherwise),
            Some(Known::Silent | Known::Slow) | None => {}
        }
        if let Some(tunnel) = layer.downcast_ref::<TunnelError>() {
            match tunnel {
                TunnelError::ProxyAuthRequired => return Some(Why::ProxyAsks),
                // Its certificate may be why.
                TunnelError::ConnectFailed(_) => to_proxy = true,
                TunnelError::MissingHost => {}
                // Of its answer nothing is known but that it is not 200: it may forbid the server, or not find it.
                TunnelError::Io(_)
                | TunnelError::ProxyHeadersTooLong
                | TunnelError::TunnelUnexpectedEof
                | TunnelError::TunnelUnsuccessful => return Some(Why::ProxyRefuses),
            }
        } else if let Some(socks) = layer.downcast_ref::<SocksError>() {
            return Some(by_socks(socks));
        } else if let Some(tls) = layer.downcast_ref::<rustls::Error>() {
            return by_tls(tls, to_proxy).or(to_proxy.then_some(Why::ProxySilent));
        } else if let Some(refused) = layer.downcast_ref::<RedirectRefused>() {
            return Some(Why::Redirect(*refused));
        }
    }
    to_proxy.then_some(Why::ProxySilent)
}

fn by_socks(error: &SocksError) -> Why {
    match error {
        SocksError::Inner(_) => Why::ProxySilent,
        // The type of what is in it cannot be named, and a method of it does not help: by how it shows itself, then. A
        // test looks whether it still does.
        SocksError::V5(inner) if format!("{inner:?}").starts_with("Auth(") => Why::ProxyAsks,
        SocksError::DnsFailure => Why::NameUnknown,
        _ => Why::ProxyRefuses,
    }
}

fn by_tls(error: &rustls::Error, of_proxy: bool) -> Option<Why> {
    match error {
        rustls::Error::InvalidCertificate(certificate) => {
            let told = match certificate {
                rustls::CertificateError::Other(other) => other.0.downcast_ref::<Refused>(),
                _ => None,
            };
            let (reason, issuer) = told.map_or((Reason::Untrusted, None), |told| (told.reason, told.issuer.clone()));
            Some(Why::Certificate { reason, issuer, of_proxy })
        }
        rustls::Error::NoCertificatesPresented => {
            Some(Why::Certificate { reason: Reason::Untrusted, issuer: None, of_proxy })
        }
        rustls::Error::InvalidMessage(_) if !of_proxy => Some(Why::NoTls),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
