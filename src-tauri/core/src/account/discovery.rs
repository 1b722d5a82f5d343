//! Finding the homeserver behind an address, and whether Estafette can work with it.

use std::time::Duration;

use matrix_sdk::{
    Client, HttpError,
    config::RequestConfig,
    ruma::api::{
        SupportedVersions,
        client::{
            discovery::discover_homeserver,
            session::get_login_types::{self, v3::LoginType},
        },
        error::{ErrorKind, FromHttpResponseError},
    },
    sliding_sync::VersionBuilder,
};
use url::Url;

use super::{address::Address, dto::DiscoveredServer};
use crate::{
    error::{AppError, ErrorCode, Result},
    network,
};

/// How long the search may take altogether, however many places are tried.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// Finds the homeserver behind an address.
pub(crate) async fn discover(http: &reqwest::Client, typed: &str) -> Result<Found> {
    let address = Address::parse(typed)?;
    let server = address.server_name();
    tokio::time::timeout(PATIENCE, find(http, &address, &server))
        .await
        .unwrap_or_else(|_| Err(AppError::caused(ErrorCode::ServerUnreachable, &"no answer in time")))
        .map_err(|error| error.with("server", server))
}

async fn find(http: &reqwest::Client, address: &Address, server: &str) -> Result<Found> {
    let (homeserver, versions) = match address {
        Address::Url(url) => match at(http, url).await {
            // A website's address may have been typed: its `.well-known` file leads on.
            Err(error) if error.code == ErrorCode::NotAHomeserver => {
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
                    ErrorCode::ServerUnreachable | ErrorCode::NotAHomeserver if is_one_word(address) => {
                        AppError::new(ErrorCode::AddressInvalid)
                    }
                    ErrorCode::NotAHomeserver => other,
                    _ => error,
                })?,
            }
        }
    };
    if VersionBuilder::DiscoverNative.build(Some(&versions)).is_err() {
        return Err(AppError::new(ErrorCode::ServerTooOld));
    }
    // With what it has answered already: the SDK would ask again, and again.
    let client = anonymous(http, &homeserver, Some(versions)).await?;
    let asked = client.send(get_login_types::v3::Request::new()).with_request_config(once());
    let flows = asked.await.map_err(|error| not_a_homeserver(&error))?.flows;
    if !flows.iter().any(|flow| matches!(flow, LoginType::Password(_))) {
        return Err(AppError::new(ErrorCode::PasswordSignInUnavailable));
    }
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
async fn anonymous(http: &reqwest::Client, url: &Url, versions: Option<SupportedVersions>) -> Result<Client> {
    let builder = Client::builder().homeserver_url(url).http_client(http.clone()).respect_login_well_known(false);
    let builder = match versions {
        Some(known) => builder.server_versions(known.versions),
        None => builder,
    };
    builder.build().await.map_err(|error| network::discovery_error(&error, url.as_str()))
}

/// The homeserver at this very address, if there is one, and what it can do.
async fn at(http: &reqwest::Client, url: &Url) -> Result<(Url, SupportedVersions)> {
    // Whatever a `.well-known` file says, it is checked before anything else is sent.
    network::refuse_cleartext(url)?;
    let client = anonymous(http, url, None).await?;
    let asked = client.fetch_server_versions(Some(once())).await.map_err(|error| not_a_homeserver(&error))?;
    Ok((client.homeserver(), asked.as_supported_versions()))
}

/// Where the `.well-known` file of a website leads.
async fn leads_to(http: &reqwest::Client, website: &Url) -> Result<Url> {
    let asked = anonymous(http, website, None).await?;
    let asked = asked.send(discover_homeserver::Request::new()).with_request_config(once());
    let found = asked.await.map_err(|error| not_a_homeserver(&error))?;
    Url::parse(&found.homeserver.base_url).map_err(|_| nowhere())
}

fn nowhere() -> AppError {
    AppError::caused(ErrorCode::NotAHomeserver, &"no address of a homeserver")
}

/// Not tried again by itself: a server that asks to wait would be waited for in silence until the search gives up.
fn once() -> RequestConfig {
    RequestConfig::new().disable_retry()
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
