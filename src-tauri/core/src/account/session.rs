//! The session as it is kept: which server, who, which device, the tokens.

use matrix_sdk::{
    Client,
    authentication::matrix::MatrixSession,
    ruma::{OwnedDeviceId, OwnedUserId},
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Servers;
use crate::{
    error::{AppError, ErrorCode, Result},
    storage::Database,
};

const SESSION: &str = "session";
/// Stands where a session was that has been given up: what its device stored is being removed.
const LEAVING: &str = "session.leaving";

/// A session that survives the end of the program.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SavedSession {
    /// Where the homeserver is, so that a start needs no search.
    pub(crate) homeserver: Url,
    /// The account, the device and the tokens.
    pub(crate) session: MatrixSession,
    /// Set once the server has ended the session. What the device stored stays until somebody signs in.
    #[serde(default)]
    pub(crate) ended: Option<Ended>,
}

/// How the server ended a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ended {
    /// It asks to sign in again; the device and its keys stay good.
    Softly,
    /// It has forgotten the device and its public keys, so that the next sign-in makes another one.
    ForGood,
}

impl SavedSession {
    /// Somebody's at this server: for tests.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub(super) fn at(homeserver: &str) -> Self {
        serde_json::from_value(serde_json::json!({
            "homeserver": homeserver,
            "session": { "user_id": "@anna:example.org", "device_id": "DESK", "access_token": "token" },
        }))
        .unwrap()
    }

    pub(crate) fn load(database: &Database) -> Result<Option<Self>> {
        database.get(SESSION)
    }

    pub(crate) fn save(&self, database: &Database) -> Result<()> {
        database.replace(&[LEAVING], SESSION, self)?;
        database.settle();
        Ok(())
    }

    /// Gives the session up. What its device stored is to be removed until `left`.
    pub(crate) fn remove(database: &Database) -> Result<()> {
        database.replace(&[SESSION], LEAVING, &true)?;
        // Else it could come back after its stores are gone, and would count as damaged.
        database.settle();
        Ok(())
    }

    /// Whether a session was given up and what its device stored is not removed yet. Where there is neither, what
    /// lies there was not given up by anybody.
    pub(crate) fn is_leaving(database: &Database) -> Result<bool> {
        database.has(LEAVING)
    }

    /// What the device stored is removed.
    pub(crate) fn left(database: &Database) -> Result<()> {
        database.remove(&[LEAVING])
    }

    pub(crate) fn user_id(&self) -> &OwnedUserId {
        &self.session.meta.user_id
    }

    /// Refuses an account of a homeserver that is not allowed.
    pub(crate) fn refuse_foreign(&self, servers: &Servers) -> Result<()> {
        servers.refuse_foreign(self.user_id().server_name().as_str(), &self.homeserver)
    }

    /// Whether a sign-in may go on with this device.
    pub(crate) fn can_go_on(&self) -> bool {
        self.ended == Some(Ended::Softly)
    }

    pub(crate) fn device_id(&self) -> &OwnedDeviceId {
        &self.session.meta.device_id
    }
}

/// Stores each new token before it is used: a lost one would end the session.
pub(crate) fn keep_tokens_saved(client: &Client, database: &Database) -> Result<()> {
    let database = database.clone();
    let save = move |client: Client| {
        let (Some(session), Some(mut saved)) = (client.matrix_auth().session(), SavedSession::load(&database)?) else {
            return Ok(());
        };
        // Whoever signed in meanwhile is not overwritten.
        if saved.session.meta == session.meta {
            saved.session = session;
            saved.save(&database)?;
        }
        Ok(())
    };
    client
        .set_session_callbacks(
            // Asked for only where several processes share a session.
            Box::new(|client| client.session_tokens().ok_or_else(|| "not signed in".into())),
            Box::new(save),
        )
        .map_err(|_| AppError::caused(ErrorCode::Internal, &"the session's callbacks were set twice"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;
    use crate::storage::{ProfileKeys, Secret};

    #[test]
    fn what_stands_beside_the_database_may_be_lost() {
        let folder = tempfile::tempdir().unwrap();
        let keys = ProfileKeys::derive(&Secret::new(vec![1; 32])).unwrap();
        let path = folder.path().join("estafette.db");
        let database = Database::open(&path, &keys).unwrap();
        let alone = |expected: bool| {
            let copy = folder.path().join("copy.db");
            fs::copy(&path, &copy).unwrap();
            assert_eq!(SavedSession::load(&Database::open(&copy, &keys).unwrap()).unwrap().is_some(), expected);
        };
        let saved = SavedSession::at("https://matrix.example.org");
        saved.save(&database).unwrap();
        alone(true);
        SavedSession::remove(&database).unwrap();
        alone(false);
    }
}
