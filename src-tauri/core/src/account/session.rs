//! The session as it is kept: which server, who, which device, the tokens.

use matrix_sdk::{
    Client,
    authentication::matrix::MatrixSession,
    ruma::{OwnedDeviceId, OwnedUserId},
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    error::{AppError, ErrorCode, Result},
    storage::Database,
};

const SESSION: &str = "session";

/// A session that survives the end of the program.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SavedSession {
    /// Where the homeserver is, so that a start needs no search.
    pub(crate) homeserver: Url,
    /// The account, the device and the tokens.
    pub(crate) session: MatrixSession,
    /// The server ended the session and asks to sign in again; the keys of this device stay good.
    #[serde(default)]
    pub(crate) signed_out_softly: bool,
}

impl SavedSession {
    pub(crate) fn load(database: &Database) -> Result<Option<Self>> {
        database.get(SESSION)
    }

    pub(crate) fn save(&self, database: &Database) -> Result<()> {
        database.set(SESSION, self)
    }

    pub(crate) fn remove(database: &Database) -> Result<()> {
        database.remove(&[SESSION])
    }

    pub(crate) fn user_id(&self) -> &OwnedUserId {
        &self.session.meta.user_id
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
