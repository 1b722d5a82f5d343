//! The two homeservers, with people of their own for each test.

use std::{path::PathBuf, sync::OnceLock};

use anyhow::Result;
use estafette_homeservers::{Homeservers, Info, Server, Side};
use serde_json::json;

use crate::{agent::Agent, window::root};

/// Everybody's password.
pub const PASSWORD: &str = "correct-horse-battery-staple";

/// The servers that the run shares: those of `cargo xtask test`, else started here and ended with the process.
pub fn servers() -> &'static Homeservers {
    static SERVERS: OnceLock<Homeservers> = OnceLock::new();
    SERVERS.get_or_init(|| match Homeservers::from_environment(root().join("target/homeservers")) {
        Ok(servers) => servers,
        Err(error) => panic!("no homeservers: {error:#}"),
    })
}

/// One person of a test, at one of the servers.
#[derive(Debug, Clone)]
pub struct Account {
    /// At which server.
    pub side: Side,
    /// The part of the Matrix ID before the colon.
    pub localpart: String,
    /// The Matrix ID.
    pub user_id: String,
}

impl Account {
    /// Registers somebody whose name no other test has.
    pub fn new(side: Side, name: &str) -> Result<Self> {
        let mut bytes = [0_u8; 5];
        getrandom::fill(&mut bytes)?;
        let tail: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        // Matrix IDs know neither umlauts nor accents.
        let plain: String = name.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let localpart = format!("{plain}-{tail}");
        let user_id = servers().register(side, &localpart, PASSWORD, Some(name), false)?;
        Ok(Self { side, user_id: user_id.to_string(), localpart })
    }

    /// The server's data.
    #[must_use]
    pub fn server(&self) -> &'static Server {
        servers().server(self.side)
    }

    /// Signs in with another client.
    pub async fn agent(&self) -> Result<Agent> {
        Agent::sign_in(self.server(), &info().ca, &self.localpart, PASSWORD).await
    }

    /// Signs in with another client whose device is not cross-signed.
    pub async fn unconfirmed_agent(&self) -> Result<Agent> {
        Agent::sign_in_unconfirmed(self.server(), &info().ca, &self.localpart, PASSWORD).await
    }

    /// Blanks what names the account's recovery key, and says that it wants no backup. The backup itself stays.
    pub fn remove_recovery_key(&self) -> Result<()> {
        let api = servers().api(self.side);
        let token = api.login(&self.localpart, PASSWORD)?.access_token;
        let data = format!("/_matrix/client/v3/user/{}/account_data", self.user_id);
        api.call("PUT", &format!("{data}/m.secret_storage.default_key"), Some(&token), Some(&json!({})))?;
        api.call("PUT", &format!("{data}/m.key_backup"), Some(&token), Some(&json!({ "enabled": false })))?;
        Ok(())
    }
}

/// The servers' data.
#[must_use]
pub fn info() -> &'static Info {
    servers().info()
}

/// The file with the private authority's certificate.
#[must_use]
pub fn ca() -> PathBuf {
    info().ca.clone()
}
