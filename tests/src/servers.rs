//! The two homeservers, with people of their own for each test.

use std::{path::PathBuf, sync::OnceLock};

use anyhow::Result;
use estafette_homeservers::{Homeservers, Info, Server, Side};
use matrix_sdk::ruma::{EventId, RoomId};
use serde_json::{Value, json};

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

    /// Has the account's push rules keep a room silent, as other clients do.
    pub fn mute(&self, room: &RoomId) -> Result<()> {
        let rule = json!({
            "conditions": [{ "kind": "event_match", "key": "room_id", "pattern": room }],
            "actions": [],
        });
        let path = format!("/_matrix/client/v3/pushrules/global/override/{}", room.as_str().replace('!', "%21"));
        self.call("PUT", &path, &rule)
    }

    /// Reads a room up to a message, on another device.
    pub fn read_elsewhere(&self, room: &RoomId, event: &EventId) -> Result<()> {
        let event = event.as_str().replace('$', "%24");
        self.call("POST", &format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}"), &json!({}))
    }

    /// Blanks what names the account’s recovery key, and says that it wants no backup. The backup itself stays.
    pub fn remove_recovery_key(&self) -> Result<()> {
        let data = format!("/_matrix/client/v3/user/{}/account_data", self.user_id);
        self.call("PUT", &format!("{data}/m.secret_storage.default_key"), &json!({}))?;
        self.call("PUT", &format!("{data}/m.key_backup"), &json!({ "enabled": false }))
    }

    /// Asks the server for something in this person's name.
    fn call(&self, method: &str, path: &str, body: &Value) -> Result<()> {
        let api = servers().api(self.side);
        let token = api.login(&self.localpart, PASSWORD)?.access_token;
        api.call(method, path, Some(&token), Some(body)).map(drop)
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
