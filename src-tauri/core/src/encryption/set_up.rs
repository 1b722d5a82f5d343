//! The first sign-in of an account: its keys are made, backed up, and a recovery key for them.

use matrix_sdk::{
    encryption::recovery::RecoveryError,
    ruma::api::client::uiaa::{AuthData, MatrixUserIdentifier, Password, UserIdentifier},
};
use zeroize::Zeroizing;

use super::{MAKING_KEY, PENDING_KEY, STAGE, Shared, Stage, UNSAVED_BACKUP_KEY, recover::recovery_error};
use crate::{
    account::dto::EncryptionState,
    error::{AppError, ErrorCode, Result},
    network,
};

/// Whose the account's cross-signing identity is.
enum Identity {
    /// Made by this device, and at the server.
    Ours,
    /// Made by another device.
    Foreign,
    /// The server wants a password for it that is no longer at hand.
    Refused,
}

impl Shared {
    /// Makes the account's keys if there are none. Can be done again after any interruption.
    pub(super) async fn set_up(&self, password: Option<&str>) -> Result<()> {
        self.say(EncryptionState::Checking);
        let encryption = self.client.encryption();
        let identity = self.make_identity(password).await?;
        let exists = encryption.secret_storage().is_enabled().await.map_err(|error| network::sdk_error(&error))?;
        match identity {
            Identity::Ours => {}
            Identity::Foreign => return self.settle(exists).await,
            Identity::Refused => return self.settle(false).await,
        }
        self.say(EncryptionState::SettingUp);
        // Where an earlier try got so far and was cut off before its key was stored, nobody has seen it.
        let key = Zeroizing::new(if exists { self.reset_key().await? } else { self.first_key().await? });
        self.keep(&key, &[])?;
        self.publish().await;
        Ok(())
    }

    /// Makes a recovery key for an account that has its keys, all of them on this device, and no recovery key that
    /// anybody has. Can be done again after any interruption.
    pub(super) async fn new_key(&self) -> Result<()> {
        let _turn = self.making.lock().await;
        if !self.database.has(PENDING_KEY)? && self.keyless().await? {
            self.say(EncryptionState::SettingUp);
            let made = self.make_key().await;
            self.publish().await;
            made?;
        }
        Ok(())
    }

    async fn make_key(&self) -> Result<()> {
        // First: one that was made and not stored would look like one that its owner has.
        self.database.set(MAKING_KEY, &true)?;
        let encryption = self.client.encryption();
        let exists = encryption.secret_storage().is_enabled().await.map_err(|error| network::sdk_error(&error))?;
        let backups = encryption.backups();
        if !backups.fetch_exists_on_server().await.map_err(|error| network::sdk_error(&error))? {
            // Who removed the key removed the backup too, and this device may not have noticed.
            encryption.recovery().enable_backup().await.map_err(|error| recovery_error(&error))?;
        }
        let key = Zeroizing::new(if exists { self.reset_key().await? } else { self.first_key().await? });
        // The account's secrets hold the backup's key from here on.
        self.keep(&key, &[MAKING_KEY, UNSAVED_BACKUP_KEY])
    }

    async fn first_key(&self) -> Result<String> {
        match self.client.encryption().recovery().enable().await {
            // A backup of which this device has no key: what it holds stays on the server.
            Err(RecoveryError::BackupExistsOnServer) => self.reset_key().await,
            outcome => outcome.map_err(|error| recovery_error(&error)),
        }
    }

    /// Has the user keep a recovery key. All at once: with a part of it, a crash would lose the key or make a second.
    pub(super) fn keep(&self, key: &str, forgotten: &[&str]) -> Result<()> {
        self.database.set_both((PENDING_KEY, key), (STAGE, &Stage::Settled { recoverable: true }), forgotten)
    }

    /// A new recovery key, which opens a backup too. Where this device has none, it begins a new one;
    /// what an earlier one holds stays on the server.
    async fn reset_key(&self) -> Result<String> {
        let encryption = self.client.encryption();
        if !encryption.backups().are_enabled().await {
            encryption.backups().create().await.map_err(|error| network::sdk_error(&error))?;
        }
        encryption.recovery().reset_key().await.map_err(|error| recovery_error(&error))
    }

    async fn settle(&self, recoverable: bool) -> Result<()> {
        self.database.set(STAGE, &Stage::Settled { recoverable })?;
        self.publish().await;
        Ok(())
    }

    /// Makes the account's cross-signing identity if it has none, and makes sure that it is at the
    /// server. The SDK makes it when the session starts, but does not try again where that failed.
    async fn make_identity(&self, password: Option<&str>) -> Result<Identity> {
        let encryption = self.client.encryption();
        let user_id = self.client.user_id().ok_or_else(|| AppError::new(ErrorCode::NotSignedIn))?;
        if let Err(error) = encryption.bootstrap_cross_signing_if_needed(None).await
            && error.as_uiaa_response().is_none()
        {
            return Err(network::sdk_error(&error));
        }
        // Another device may have been first; then the keys made here are void, and the SDK drops them.
        self.ask_server(user_id).await?;
        if !self.holds_identity().await {
            return Ok(Identity::Foreign);
        }
        if self.confirmed().await? {
            return Ok(Identity::Ours);
        }
        if let Err(error) = encryption.bootstrap_cross_signing(None).await {
            let Some(challenge) = error.as_uiaa_response() else {
                return Err(network::sdk_error(&error));
            };
            let Some(password) = password else {
                return Ok(Identity::Refused);
            };
            let identifier = UserIdentifier::Matrix(MatrixUserIdentifier::new(user_id.to_string()));
            let mut proof = Password::new(identifier, password.to_owned());
            proof.session.clone_from(&challenge.session);
            encryption
                .bootstrap_cross_signing(Some(AuthData::Password(proof)))
                .await
                .map_err(|error| network::sdk_error(&error))?;
        }
        self.ask_server(user_id).await?;
        match (self.holds_identity().await, self.confirmed().await?) {
            (true, true) => Ok(Identity::Ours),
            (false, _) => Ok(Identity::Foreign),
            (true, false) => Err(AppError::caused(ErrorCode::ServerFailed, &"the server does not show the new keys")),
        }
    }

    /// Has the SDK compare what it holds with what the server has.
    async fn ask_server(&self, user_id: &matrix_sdk::ruma::UserId) -> Result<()> {
        let answer = self.client.encryption().request_user_identity(user_id).await;
        answer.map(|_| ()).map_err(|error| network::sdk_error(&error))
    }

    /// Whether this device holds all private parts of the identity.
    pub(super) async fn holds_identity(&self) -> bool {
        self.client.encryption().cross_signing_status().await.is_some_and(|status| status.is_complete())
    }
}
