//! The one HTTP client, what it trusts, and what its failures mean to the user.

mod connecting;
mod probe;
mod proxy;
mod roots;
mod trust;
mod why;

use std::{path::Path, time::Duration};

use matrix_sdk::{
    ClientBuildError, HttpError, RefreshTokenError,
    ruma::api::error::{DeserializationError, ErrorKind, FromHttpResponseError, RetryAfter},
};
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use tokio::sync::watch;
use url::{Host, Url};

use self::{
    connecting::{Patience, Watching},
    proxy::Route,
    why::transport_error,
};
use crate::{
    error::{AppError, ErrorCode, Result},
    policy::Policy,
    storage::failed,
};

pub(crate) use proxy::Entry;
pub use proxy::{Proxies, ProxyState};

/// How long a connection may take.
const PATIENCE: Patience = Patience { connecting: Duration::from_secs(9), asking: Duration::from_secs(5) };

/// How long both together may take: what is cut off here, nobody knows why, and a wrong password would be said again.
const CONNECT: Duration = Duration::from_secs(15);

const _: () = assert!(PATIENCE.connecting.as_millis() + PATIENCE.asking.as_millis() < CONNECT.as_millis());

/// How long to wait when a server asks to wait and does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(30);

/// One has to sign in to the network first (RFC 6585).
const PORTAL: u16 = 511;

/// Redirects beyond this are a loop.
const MAX_REDIRECTS: usize = 5;

/// The network as Estafette reaches it.
#[derive(Clone)]
pub(crate) struct Network {
    /// The HTTP client that the SDK uses for everything.
    pub(crate) client: reqwest::Client,
    /// Through which proxy.
    pub(crate) route: Route,
}

impl Network {
    /// Trusts the roots of the operating system, those of `root_certificates` and those that the policy names; goes
    /// through the policy's proxy or the system's, and tells `state` what that says; speaks at least TLS 1.2, and
    /// verifies each certificate.
    pub(crate) fn open(
        root_certificates: &[impl AsRef<Path>],
        proxies: &Proxies,
        policy: &Policy,
        state: watch::Sender<ProxyState>,
    ) -> Result<Self> {
        Self::patient(root_certificates, proxies, policy, state, PATIENCE)
    }

    fn patient(
        root_certificates: &[impl AsRef<Path>],
        proxies: &Proxies,
        policy: &Policy,
        state: watch::Sender<ProxyState>,
        patience: Patience,
    ) -> Result<Self> {
        let roots = roots::read(root_certificates, policy)?;
        let tls = trust::config(roots).map_err(|error| AppError::caused(ErrorCode::Internal, &error))?;
        let route = Route::new(proxies, policy, state, probe::to_proxies(&tls))?;
        // The time that a whole request may take is set for each by the SDK.
        let builder = route.set(reqwest::Client::builder());
        let client = builder
            .user_agent(concat!("Estafette/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls)
            .connector_layer(Watching { route: route.clone(), patience })
            .connect_timeout(CONNECT)
            .tcp_keepalive(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::custom(|attempt| match refusal(attempt.previous(), attempt.url()) {
                Some(refusal) => attempt.error(refusal),
                None => attempt.follow(),
            }))
            .build()
            .map_err(|error| AppError::caused(ErrorCode::Internal, &error))?;
        Ok(Self { client, route })
    }
}

/// Why a redirect is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum RedirectRefused {
    /// To where we would speak without TLS.
    #[error("a redirect leads away from TLS")]
    Cleartext,
    /// The same, and to another host.
    #[error("a redirect leads elsewhere, and away from TLS")]
    Elsewhere,
    /// On and on, as in a circle.
    #[error("too many redirects")]
    Endless,
}

fn refusal(from: &[Url], to: &Url) -> Option<RedirectRefused> {
    let last = from.last();
    if is_cleartext(to) {
        let same = last.is_none_or(|last| last.host() == to.host());
        Some(if same { RedirectRefused::Cleartext } else { RedirectRefused::Elsewhere })
    } else if last.is_some_and(|last| leads_inside(last, to)) {
        Some(RedirectRefused::Cleartext)
    } else if from.len() > MAX_REDIRECTS {
        Some(RedirectRefused::Endless)
    } else {
        None
    }
}

/// Whether a page for a browser is answered where a homeserver would answer a program: a website, or the page on which
/// one signs in to a network first.
pub(crate) fn is_for_a_browser(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase());
    status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED
        || status.is_success() && kind.is_some_and(|kind| kind.starts_with(b"text/html"))
}

/// Whether a conversation with this address could be overheard: no TLS, and not on this machine.
pub(crate) fn is_cleartext(url: &Url) -> bool {
    match url.scheme() {
        "https" => false,
        "http" => !is_on_this_machine(url),
        _ => true,
    }
}

fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// Whether another machine would have us speak in clear, and past the proxy, with what listens on this one.
fn leads_inside(from: &Url, to: &Url) -> bool {
    to.scheme() != "https" && is_on_this_machine(to) && !is_on_this_machine(from)
}

/// Refuses an address, said by another, that could be overheard or is not that one's to say.
pub(crate) fn refuse_to_be_led(from: &Url, to: &Url) -> Result<()> {
    if leads_inside(from, to) { Err(AppError::new(ErrorCode::CleartextRefused)) } else { refuse_cleartext(to) }
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
                Some(PORTAL) => AppError::caused(ErrorCode::CaptivePortal, &"HTTP status 511"),
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
    of_server(error, server)
}

/// Names the server that was looked for, where no other is known to be meant.
pub(crate) fn of_server(error: AppError, server: &str) -> AppError {
    if error.args.contains_key("server") { error } else { error.with("server", server) }
}

/// While a server is looked for, silence means that this server is wrong or down; it is the only one
/// that was asked.
pub(crate) fn unreachable_if_offline(mut error: AppError) -> AppError {
    if error.code == ErrorCode::Offline {
        error.code = ErrorCode::ServerUnreachable;
    }
    error
}

/// What a failure of the SDK means that is tried again by itself, where it is more than that nothing answers.
pub(crate) fn trouble(error: &matrix_sdk::Error, homeserver: &Url) -> Option<AppError> {
    let matrix_sdk::Error::Http(error) = error else { return None };
    http_trouble(error, homeserver)
}

fn http_trouble(error: &HttpError, homeserver: &Url) -> Option<AppError> {
    match error {
        HttpError::Reqwest(error) => why::trouble(error),
        HttpError::Cached(error) => http_trouble(error, homeserver),
        HttpError::RefreshToken(RefreshTokenError::MatrixAuth(error)) => http_trouble(error, homeserver),
        HttpError::Api(_) if is_of_a_portal(error) => {
            let told = AppError::new(ErrorCode::CaptivePortal);
            Some(why::server(homeserver).into_iter().fold(told, |told, server| of_server(told, &server)))
        }
        _ => None,
    }
}

/// Whether something that is no homeserver has answered in its place, at an address where one has answered before: it
/// wants one to sign in to the network, or sends what is no JSON at all, as a page is none. JSON that is not understood
/// is a homeserver's.
fn is_of_a_portal(error: &HttpError) -> bool {
    let HttpError::Api(answer) = error else { return false };
    match &**answer {
        FromHttpResponseError::Server(_) => {
            error.as_client_api_error().is_some_and(|error| error.status_code.as_u16() == PORTAL)
        }
        FromHttpResponseError::Deserialization(DeserializationError::Json(error)) => error.is_syntax(),
        _ => false,
    }
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
    fn a_circle_is_not_told_as_a_lack_of_tls() {
        let url = |text| Url::parse(text).unwrap();
        let (safe, overheard) = (url("https://example.org"), url("http://example.org"));
        let from = |count| vec![url("https://example.org"); count];
        assert_eq!(refusal(&from(MAX_REDIRECTS), &safe), None);
        assert_eq!(refusal(&from(MAX_REDIRECTS + 1), &safe), Some(RedirectRefused::Endless));
        assert_eq!(refusal(&from(1), &overheard), Some(RedirectRefused::Cleartext));
        assert_eq!(refusal(&from(1), &url("http://portal.example")), Some(RedirectRefused::Elsewhere));
    }

    #[test]
    fn another_machine_leads_nobody_to_what_listens_on_this_one() {
        let url = |text| Url::parse(text).unwrap();
        let (there, here) = (url("https://example.org"), url("https://localhost:8448"));
        for inside in ["http://127.0.0.1:8008", "http://localhost", "http://[::1]:631/admin"].map(url) {
            assert_eq!(refusal(&[here.clone(), there.clone()], &inside), Some(RedirectRefused::Cleartext), "{inside}");
            assert_eq!(refusal(&[there.clone(), here.clone()], &inside), None, "{inside}");
            let led = |from| refuse_to_be_led(from, &inside).map_err(|error| error.code);
            assert_eq!((led(&there), led(&here)), (Err(ErrorCode::CleartextRefused), Ok(())), "{inside}");
        }
        assert_eq!(refusal(std::slice::from_ref(&there), &here), None);
        refuse_to_be_led(&there, &url("https://matrix.example.org")).unwrap();
        refuse_to_be_led(&here, &url("http://example.org")).unwrap_err();
    }

    #[test]
    fn a_page_for_a_browser_is_told_from_an_answer() {
        let page = |status, kind: &str| {
            let headers = [(CONTENT_TYPE, kind.parse().unwrap())].into_iter().collect();
            is_for_a_browser(StatusCode::from_u16(status).unwrap(), &headers)
        };
        assert!(page(200, "text/html") && page(200, "Text/HTML; charset=utf-8") && page(511, "text/plain"));
        assert!(!page(200, "application/json") && !page(404, "text/html") && !page(502, "text/html"));
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
    fn a_page_in_place_of_the_homeserver_is_a_trouble_and_an_answer_of_its_own_is_none() {
        use matrix_sdk::ruma::{api::IncomingResponse as _, exports::http::Response};
        type Answer = matrix_sdk::ruma::api::client::account::whoami::v3::Response;
        let homeserver = Url::parse("https://matrix.example:8448").unwrap();
        let told = |status: u16, body: &str| {
            let answer = Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap();
            let error = match Answer::try_from_http_response(answer).unwrap_err() {
                FromHttpResponseError::Server(error) => {
                    FromHttpResponseError::Server(matrix_sdk::RumaApiError::MatrixError(error))
                }
                FromHttpResponseError::Deserialization(error) => FromHttpResponseError::Deserialization(error),
                _ => unreachable!(),
            };
            trouble(&matrix_sdk::Error::Http(Box::new(HttpError::from(error))), &homeserver)
        };
        for (status, body) in [(200, "<html>Bienvenue</html>"), (200, "Sign in"), (511, "<html>"), (511, "{}")] {
            let told = told(status, body).unwrap();
            assert_eq!(told.code, ErrorCode::CaptivePortal, "{status} {body}");
            assert_eq!(told.args.get("server").map(String::as_str), Some("matrix.example:8448"));
        }
        for (status, body) in [(200, "{}"), (200, "[1]"), (502, "<html>"), (401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#)] {
            assert!(told(status, body).is_none(), "{status} {body}");
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
}
