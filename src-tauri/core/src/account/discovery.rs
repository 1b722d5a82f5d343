//! Finding the homeserver behind an address, and whether Estafette can work with it.

use std::time::Duration;

use matrix_sdk::{
    Client, HttpError,
    config::RequestConfig,
    ruma::api::{
        client::session::get_login_types::{self, v3::LoginType},
        error::{ErrorKind, FromHttpResponseError},
    },
    sliding_sync::Version,
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
    let client = match address {
        Address::Url(url) => match at(http, url).await {
            // A website's address may have been typed: its `.well-known` file leads on.
            Err(error) if error.code == ErrorCode::NotAHomeserver => lookup(http, address, server).await?,
            // Who types a homeserver's whole address means just that.
            found => found?,
        },
        _ => lookup(http, address, server).await?,
    };
    let homeserver = client.homeserver();
    let versions = client.available_sliding_sync_versions().await;
    if !versions.iter().any(|version| matches!(version, Version::Native)) {
        return Err(AppError::new(ErrorCode::ServerTooOld));
    }
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

/// A client for the homeserver at this very address, if there is one.
async fn at(http: &reqwest::Client, url: &Url) -> Result<Client> {
    network::refuse_cleartext(url)?;
    let client = Client::builder()
        .homeserver_url(url)
        .http_client(http.clone())
        .respect_login_well_known(false)
        .build()
        .await
        .map_err(|error| network::discovery_error(&error, url.as_str()))?;
    client.fetch_server_versions(Some(once())).await.map_err(|error| not_a_homeserver(&error))?;
    Ok(client)
}

/// A client for the homeserver that a server's name leads to.
async fn lookup(http: &reqwest::Client, address: &Address, server: &str) -> Result<Client> {
    let client = Client::builder()
        .server_name_or_homeserver_url(address.lookup())
        .http_client(http.clone())
        .respect_login_well_known(false)
        .build()
        .await
        .map_err(|error| network::discovery_error(&error, server))?;
    // Whatever the `.well-known` file says, it is checked before anything else is sent.
    at(http, &client.homeserver()).await
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
