//! The one HTTP client, what it trusts, and what its failures mean to the user.

use std::{error::Error as StdError, path::Path, time::Duration};

use matrix_sdk::{
    ClientBuildError, HttpError, RefreshTokenError,
    ruma::api::error::{ErrorKind, FromHttpResponseError, RetryAfter},
};
use url::{Host, Url};

use crate::{
    error::{AppError, ErrorCode, Result, layers},
    storage::{Secret, failed},
};

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// How long to wait when a server asks to wait and does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(30);

/// Redirects beyond this are a loop.
const MAX_REDIRECTS: usize = 5;

/// The addresses of proxies, which may hold a name and a password. Where there is neither, reqwest reads the environment;
/// where there is one, the environment's proxies do not count. `NO_PROXY` counts either way.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For `http://`.
    pub http: Option<Secret>,
    /// For `https://`.
    pub https: Option<Secret>,
}

impl Proxies {
    fn all(&self) -> Result<Vec<reqwest::Proxy>> {
        // What is wrong with an address may show it: the cause is not told.
        let wrong = || AppError::caused(ErrorCode::Internal, &"the address of a proxy cannot be read");
        let one = |address: &Option<Secret>, make: fn(&str) -> reqwest::Result<reqwest::Proxy>| {
            let text = address.as_ref().map(|address| std::str::from_utf8(address.expose()));
            text.map(|text| make(text.map_err(|_| wrong())?).map_err(|_| wrong())).transpose()
        };
        let http = one(&self.http, |address| reqwest::Proxy::http(address))?;
        let https = one(&self.https, |address| reqwest::Proxy::https(address))?;
        Ok([http, https].into_iter().flatten().map(|proxy| proxy.no_proxy(reqwest::NoProxy::from_env())).collect())
    }
}

/// Makes the HTTP client that the SDK uses for everything: the roots of the operating system and
/// those of `root_certificates`, at least TLS 1.2, certificates always verified.
pub(crate) fn client(root_certificates: &[impl AsRef<Path>], proxies: &Proxies) -> Result<reqwest::Client> {
    let mut roots = Vec::new();
    for path in root_certificates {
        let pem = std::fs::read(path).map_err(|error| AppError::caused(ErrorCode::StorageFailed, &error.kind()))?;
        let found = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|error| AppError::caused(ErrorCode::StorageFailed, &error))?;
        if found.is_empty() {
            return Err(AppError::caused(ErrorCode::StorageFailed, &"a root certificate file holds none"));
        }
        roots.extend(found);
    }
    // The time that a whole request may take is set for each by the SDK.
    let builder = reqwest::Client::builder();
    let builder = proxies.all()?.into_iter().fold(builder, reqwest::ClientBuilder::proxy);
    builder
        .user_agent(concat!("Estafette/", env!("CARGO_PKG_VERSION")))
        .tls_certs_merge(roots)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .connect_timeout(CONNECT)
        .tcp_keepalive(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::custom(|attempt| match refusal(attempt.previous().len(), attempt.url()) {
            Some(refusal) => attempt.error(refusal),
            None => attempt.follow(),
        }))
        .build()
        .map_err(|error| AppError::caused(ErrorCode::Internal, &error))
}

/// Why a redirect is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum RedirectRefused {
    /// To where we would speak without TLS.
    #[error("a redirect leads away from TLS")]
    Cleartext,
    /// On and on, as in a circle.
    #[error("too many redirects")]
    Endless,
}

fn refusal(redirects: usize, to: &Url) -> Option<RedirectRefused> {
    if is_cleartext(to) {
        Some(RedirectRefused::Cleartext)
    } else if redirects > MAX_REDIRECTS {
        Some(RedirectRefused::Endless)
    } else {
        None
    }
}

/// Whether a conversation with this address could be overheard: no TLS, and not on this machine.
pub(crate) fn is_cleartext(url: &Url) -> bool {
    let on_this_machine = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    };
    match url.scheme() {
        "https" => false,
        "http" => !on_this_machine,
        _ => true,
    }
}

/// Refuses an address that could be overheard, wherever it came from.
pub(crate) fn refuse_cleartext(url: &Url) -> Result<()> {
    if is_cleartext(url) { Err(AppError::new(ErrorCode::CleartextRefused)) } else { Ok(()) }
}

/// What a failed request means.
pub(crate) fn http_error(error: &HttpError) -> AppError {
    let code = match error {
        HttpError::Reqwest(error) => return transport_error(error),
        HttpError::Cached(error) => return http_error(error),
        HttpError::RefreshToken(RefreshTokenError::MatrixAuth(error)) => return http_error(error),
        HttpError::RefreshToken(_) => ErrorCode::NotSignedIn,
        HttpError::Api(response) => match &**response {
            FromHttpResponseError::Server(_) => return server_error(error),
            // Something answered, in a form that no homeserver uses.
            _ => ErrorCode::ServerFailed,
        },
        HttpError::IntoHttp(_) => ErrorCode::Internal,
    };
    AppError::caused(code, &"a request failed")
}

fn server_error(error: &HttpError) -> AppError {
    match error.client_api_error_kind() {
        Some(ErrorKind::LimitExceeded(limit)) => too_many_requests(limit.retry_after.as_ref()),
        Some(ErrorKind::UserDeactivated) => AppError::new(ErrorCode::AccountDeactivated),
        Some(ErrorKind::Forbidden) => AppError::new(ErrorCode::NotAllowed),
        Some(ErrorKind::UnknownToken(_) | ErrorKind::MissingToken) => AppError::new(ErrorCode::NotSignedIn),
        Some(kind) => AppError::caused(ErrorCode::ServerFailed, &known_form(kind.errcode().as_ref())),
        None => {
            let status = error.as_client_api_error().map(|error| error.status_code.as_u16());
            match status {
                Some(429) => too_many_requests(None),
                _ => AppError::caused(ErrorCode::ServerFailed, &format_args!("HTTP status {status:?}")),
            }
        }
    }
}

/// A server's code for an error, which goes to the log, if it looks like one: a server may send anything.
fn known_form(code: &str) -> &str {
    let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || "_.".contains(letter);
    if code.len() <= 64 && code.chars().all(fits) { code } else { "a code of no known form" }
}

fn too_many_requests(retry_after: Option<&RetryAfter>) -> AppError {
    let wait = match retry_after {
        Some(RetryAfter::Delay(delay)) => *delay,
        Some(RetryAfter::DateTime(moment)) => moment.duration_since(std::time::SystemTime::now()).unwrap_or_default(),
        None => DEFAULT_WAIT,
    };
    // Rounded up: who comes back a moment too early is sent away again.
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    AppError::new(ErrorCode::TooManyRequests).with("seconds", seconds)
}

/// What a failure below HTTP means. The error's own words name the address and stay out of the log.
fn transport_error(error: &reqwest::Error) -> AppError {
    let failure = match deepest(error) {
        Cause::Certificate => AppError::caused(ErrorCode::CertificateUntrusted, &"the certificate is not trusted"),
        Cause::Redirect(RedirectRefused::Cleartext) => AppError::new(ErrorCode::CleartextRefused),
        Cause::Redirect(refused) => AppError::caused(ErrorCode::ServerFailed, &refused),
        Cause::NoTls => AppError::caused(ErrorCode::NotAHomeserver, &"the server does not speak TLS"),
        Cause::Other => {
            let kind = if error.is_timeout() {
                "no answer in time"
            } else if error.is_connect() {
                "no connection"
            } else {
                "the connection broke"
            };
            AppError::caused(ErrorCode::Offline, &kind)
        }
    };
    match error.url().and_then(Url::host_str) {
        Some(host) => failure.with("server", host),
        None => failure,
    }
}

enum Cause {
    Certificate,
    NoTls,
    Redirect(RedirectRefused),
    Other,
}

/// Looks through the layers of HTTP for the one cause that matters.
fn deepest(error: &(dyn StdError + 'static)) -> Cause {
    let cause = layers(error).find_map(|error| {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(match error {
                rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => Cause::Certificate,
                rustls::Error::InvalidMessage(_) => Cause::NoTls,
                _ => Cause::Other,
            });
        }
        error.downcast_ref::<RedirectRefused>().map(|refused| Cause::Redirect(*refused))
    });
    cause.unwrap_or(Cause::Other)
}

/// What it means that no client could be built for an address, or its server not be found.
pub(crate) fn discovery_error(error: &ClientBuildError, server: &str) -> AppError {
    let error = match error {
        ClientBuildError::Http(error) => unreachable_if_offline(http_error(error)),
        ClientBuildError::InvalidServerName | ClientBuildError::MissingHomeserver => {
            AppError::new(ErrorCode::AddressInvalid)
        }
        ClientBuildError::AutoDiscovery(_) | ClientBuildError::Url(_) => {
            AppError::caused(ErrorCode::NotAHomeserver, &"no homeserver was found")
        }
        ClientBuildError::SlidingSyncVersion(_) => AppError::new(ErrorCode::ServerTooOld),
        ClientBuildError::SqliteStore(error) => failed(error),
    };
    error.with("server", server)
}

/// While a server is looked for, silence means that this server is wrong or down; it is the only one
/// that was asked.
pub(crate) fn unreachable_if_offline(mut error: AppError) -> AppError {
    if error.code == ErrorCode::Offline {
        error.code = ErrorCode::ServerUnreachable;
    }
    error
}

/// What a failure of the SDK means.
pub(crate) fn sdk_error(error: &matrix_sdk::Error) -> AppError {
    use matrix_sdk::Error;
    match error {
        Error::Http(error) => http_error(error),
        Error::AuthenticationRequired => AppError::new(ErrorCode::NotSignedIn),
        Error::Timeout => AppError::caused(ErrorCode::Offline, &"no answer in time"),
        Error::StateStore(_) | Error::CryptoStoreError(_) | Error::EventCacheStore(_) | Error::MediaStore(_) => {
            failed(error)
        }
        // The words of the SDK's errors may hold IDs and content.
        _ => AppError::caused(ErrorCode::Internal, &"the SDK failed"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn cleartext_only_on_this_machine() {
        let cleartext = |url: &str| is_cleartext(&Url::parse(url).unwrap());
        for safe in [
            "https://example.org",
            "http://localhost:8008",
            "http://LOCALHOST",
            "http://127.0.0.1:8008",
            "http://127.8.9.10",
            "http://[::1]:8008",
        ] {
            assert!(!cleartext(safe), "{safe}");
        }
        for unsafe_one in [
            "http://example.org",
            "http://localhost.example.org",
            "http://192.168.0.1",
            "http://0.0.0.0",
            "http://127.0.0.1.example.org",
            "http://[::ffff:10.0.0.1]",
            "ftp://localhost",
            "ws://localhost",
        ] {
            assert!(cleartext(unsafe_one), "{unsafe_one}");
        }
        assert_eq!(
            refuse_cleartext(&Url::parse("http://example.org").unwrap()).unwrap_err().code,
            ErrorCode::CleartextRefused
        );
    }

    #[test]
    fn a_certificate_is_recognised_under_any_number_of_layers() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        assert!(matches!(deepest(&wrapped), Cause::Certificate));
        assert!(matches!(deepest(&io::Error::other("anything")), Cause::Other));
        let plain = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        assert!(matches!(deepest(&io::Error::other(plain)), Cause::NoTls));
    }

    #[test]
    fn a_circle_is_not_told_as_a_lack_of_tls() {
        let (safe, overheard) = (Url::parse("https://example.org").unwrap(), Url::parse("http://example.org").unwrap());
        assert_eq!(refusal(MAX_REDIRECTS, &safe), None);
        assert_eq!(refusal(MAX_REDIRECTS + 1, &safe), Some(RedirectRefused::Endless));
        assert_eq!(refusal(1, &overheard), Some(RedirectRefused::Cleartext));
        for refused in [RedirectRefused::Endless, RedirectRefused::Cleartext] {
            let wrapped = io::Error::other(io::Error::other(refused));
            assert!(matches!(deepest(&wrapped), Cause::Redirect(found) if found == refused));
        }
    }

    #[test]
    fn a_server_cannot_write_into_the_log() {
        assert_eq!(known_form("M_UNKNOWN"), "M_UNKNOWN");
        let long = "M".repeat(65);
        for forged in ["M_X\n2026-11-24T13-05-09Z ERROR estafette_core::crash a defect", "camille", "M X", &long] {
            assert_eq!(known_form(forged), "a code of no known form", "{forged}");
        }
    }

    #[test]
    fn waiting_times_are_rounded_up() {
        let seconds = |millis| {
            let error = too_many_requests(Some(&RetryAfter::Delay(Duration::from_millis(millis))));
            error.args.get("seconds").cloned().unwrap()
        };
        assert_eq!((seconds(0).as_str(), seconds(1000).as_str(), seconds(1001).as_str()), ("1", "1", "2"));
        assert_eq!(too_many_requests(None).args.get("seconds").map(String::as_str), Some("30"));
    }

    #[test]
    fn certificates_that_cannot_be_read_are_an_error_and_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.pem");
        assert_eq!(client(&[&path], &Proxies::default()).unwrap_err().code, ErrorCode::StorageFailed);
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        assert!(client(&[&path], &Proxies::default()).is_err());
        client(&[] as &[&Path], &Proxies::default()).unwrap();
    }

    #[test]
    fn a_proxy_that_cannot_be_read_is_an_error_that_does_not_show_it() {
        let proxies = |address: &str| Proxies { https: Some(Secret::new(address.into())), ..Proxies::default() };
        client(&[] as &[&Path], &proxies("http://camille:hunter2@127.0.0.1:3128")).unwrap();
        let error = client(&[] as &[&Path], &proxies("http://camille:hunter2@:x")).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
