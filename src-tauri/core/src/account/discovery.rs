//! Finding the homeserver behind an address, and whether Estafette can work with it.

use std::time::Duration;

use matrix_sdk::{
    Client, HttpError,
    ruma::{
        api::{
            IncomingResponse, SupportedVersions,
            client::{
                discovery::{discover_homeserver, get_supported_versions},
                session::get_login_types::{self, v3::LoginType},
            },
            error::{Error, ErrorKind, FromHttpResponseError},
        },
        exports::http::Response,
    },
    sliding_sync::VersionBuilder,
};
use url::Url;

use super::{Servers, address::Address, dto::DiscoveredServer};
use crate::{
    error::{AppError, ErrorCode, Result},
    network,
};

/// How long the search may take altogether, however many places are tried.
const PATIENCE: Duration = Duration::from_secs(30);

/// No answer to one of the first questions is longer than this, in bytes.
const LONGEST: usize = 1024 * 1024;

/// A homeserver that Estafette can work with.
pub(crate) struct Found {
    /// Its address.
    pub(crate) homeserver: Url,
    /// What the window is told.
    pub(crate) server: DiscoveredServer,
    /// A client for it that stores nothing.
    pub(super) client: Client,
    /// The Matrix ID, if it was the address.
    pub(super) matrix_id: Option<String>,
}

/// Finds the homeserver behind an address. `ServerNotAllowed` where the administration allows only others.
pub(crate) async fn discover(http: &reqwest::Client, typed: &str, servers: &Servers) -> Result<Found> {
    let address = servers.parse(typed)?;
    let server = address.server_name();
    tokio::time::timeout(PATIENCE, find(http, &address, &server, servers))
        .await
        .unwrap_or_else(|_| Err(AppError::caused(ErrorCode::ServerUnreachable, &"no answer in time")))
        .map_err(|error| network::of_server(error, &server))
}

async fn find(http: &reqwest::Client, address: &Address, server: &str, servers: &Servers) -> Result<Found> {
    let (homeserver, versions) = match address {
        Address::Url(url) => match at(http, url).await {
            // A website's address may have been typed: its `.well-known` file leads on.
            Err(error) if matches!(error.code, ErrorCode::NotAHomeserver | ErrorCode::CaptivePortal) => {
                at(http, &leads_to(http, &url.join("/").map_err(|_| nowhere())?).await?).await?
            }
            // Who types a homeserver's whole address means just that.
            found => found?,
        },
        _ => {
            let website = Url::parse(&format!("https://{}", address.lookup())).map_err(|_| nowhere())?;
            match leads_to(http, &website).await {
                Ok(url) => at(http, &url).await?,
                // A name that leads nowhere may be the homeserver's own.
                Err(error) => at(http, &website).await.map_err(|other| match error.code {
                    // A word to which nothing leads is the beginning of an address.
                    ErrorCode::NameNotFound | ErrorCode::ServerUnreachable | ErrorCode::NotAHomeserver
                        if is_one_word(address) =>
                    {
                        AppError::new(ErrorCode::AddressInvalid)
                    }
                    ErrorCode::NotAHomeserver | ErrorCode::CaptivePortal => other,
                    _ => error,
                })?,
            }
        }
    };
    servers.refuse_foreign(server, &homeserver)?;
    if VersionBuilder::DiscoverNative.build(Some(&versions)).is_err() {
        return Err(AppError::new(ErrorCode::ServerTooOld));
    }
    let asked: get_login_types::v3::Response = ask(http, &homeserver, "/_matrix/client/v3/login").await?;
    if !asked.flows.iter().any(|flow| matches!(flow, LoginType::Password(_))) {
        return Err(AppError::new(ErrorCode::PasswordSignInUnavailable));
    }
    // With what it has answered already: the SDK would ask again, and again.
    let client = anonymous(http, &homeserver, versions).await?;
    Ok(Found {
        homeserver,
        server: DiscoveredServer { server_name: server.to_owned(), user: address.user() },
        client,
        matrix_id: match address {
            Address::MatrixId(id) => Some(id.to_string()),
            _ => None,
        },
    })
}

/// Whether a server was named by a word that stands in no domain.
fn is_one_word(address: &Address) -> bool {
    matches!(address, Address::Server(_)) && !address.lookup().contains(['.', ':'])
}

/// A client that stores nothing.
async fn anonymous(http: &reqwest::Client, url: &Url, versions: SupportedVersions) -> Result<Client> {
    let builder = Client::builder().homeserver_url(url).http_client(http.clone()).respect_login_well_known(false);
    let built = builder.server_versions(versions.versions).build().await;
    built.map_err(|error| network::discovery_error(&error, url.as_str()))
}

/// The homeserver at this very address, if there is one, and what it can do.
async fn at(http: &reqwest::Client, url: &Url) -> Result<(Url, SupportedVersions)> {
    let asked: get_supported_versions::Response = ask(http, url, "/_matrix/client/versions").await?;
    Ok((url.clone(), asked.as_supported_versions()))
}

/// Where the `.well-known` file of a website leads.
async fn leads_to(http: &reqwest::Client, website: &Url) -> Result<Url> {
    let found: discover_homeserver::Response = ask(http, website, "/.well-known/matrix/client").await?;
    let homeserver = Url::parse(&found.homeserver.base_url).map_err(|_| nowhere())?;
    network::refuse_to_be_led(website, &homeserver)?;
    Ok(homeserver)
}

/// Asks one of the first questions, and without the SDK: of an answer that is none, it does not say what it was. Nor is
/// it asked again: a server that asks to wait would be waited for in silence until the search gives up.
async fn ask<R: IncomingResponse<EndpointError = Error>>(http: &reqwest::Client, at: &Url, path: &str) -> Result<R> {
    // Whatever a `.well-known` file says, it is checked before anything else is sent.
    network::refuse_cleartext(at)?;
    let failed = |error: reqwest::Error| not_a_homeserver(&error.into());
    let url = format!("{}{path}", at.as_str().trim_end_matches('/'));
    let mut answer = http.get(url).timeout(PATIENCE).send().await.map_err(failed)?;
    if network::is_for_a_browser(answer.status(), answer.headers()) {
        return Err(AppError::caused(ErrorCode::CaptivePortal, &"a page for a browser"));
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut bytes = Vec::new();
    while let Some(more) = answer.chunk().await.map_err(failed)? {
        if bytes.len() + more.len() > LONGEST {
            return Err(AppError::caused(ErrorCode::NotAHomeserver, &"an answer without an end"));
        }
        bytes.extend_from_slice(&more);
    }
    let mut response = Response::new(bytes);
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    R::try_from_http_response(response).map_err(|error| not_a_homeserver(&error.into()))
}

fn nowhere() -> AppError {
    AppError::caused(ErrorCode::NotAHomeserver, &"no address of a homeserver")
}

/// A server that answers these first questions with anything else than a homeserver's answer is none, unless it is one
/// that is out of order.
fn not_a_homeserver(error: &HttpError) -> AppError {
    let foreign = match error {
        HttpError::Api(response) => match &**response {
            FromHttpResponseError::Server(_) => match error.client_api_error_kind() {
                None => !error
                    .as_client_api_error()
                    .is_some_and(|error| error.status_code.is_server_error() || error.status_code.as_u16() == 429),
                Some(kind) => matches!(kind, ErrorKind::NotFound | ErrorKind::Unrecognized),
            },
            _ => true,
        },
        _ => false,
    };
    if foreign {
        AppError::caused(ErrorCode::NotAHomeserver, &"not the answer of a homeserver")
    } else {
        network::unreachable_if_offline(network::http_error(error))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// A server that answers a question with `head`, and then with `x` as often as told.
    async fn server(head: &'static str, length: usize) -> Url {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut asked = [0; 1024];
                    assert!(stream.read(&mut asked).await.unwrap() > 0);
                    stream.write_all(head.as_bytes()).await.unwrap();
                    // Whoever has had enough goes.
                    let _ = stream.write_all(&vec![b'x'; length]).await;
                    let _ = stream.read(&mut asked).await;
                });
            }
        });
        url
    }

    #[tokio::test]
    async fn an_answer_without_an_end_is_not_read_to_the_end() {
        let url = server("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", LONGEST + 1).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = tokio::time::timeout(Duration::from_secs(10), at(&http, &url)).await;
        assert_eq!(asked.unwrap().map(drop).unwrap_err().code, ErrorCode::NotAHomeserver);
    }

    #[test]
    fn the_server_that_failed_is_named_and_not_the_one_that_was_looked_for() {
        let failed = AppError::new(ErrorCode::CertificateUntrusted).with("server", "matrix.example.org");
        let named = |error| network::of_server(error, "example.org").args["server"].clone();
        assert_eq!(named(failed), "matrix.example.org");
        assert_eq!(named(AppError::new(ErrorCode::ServerTooOld)), "example.org");
    }
}
