//! Confirming a device with a recovery key, and mending the backup that the key should open.

use matrix_sdk::{
    encryption::{
        recovery::{RecoveryError, RecoveryState},
        secret_storage::SecretStorageError,
    },
    ruma::{UserId, events::secret::request::SecretName},
};
use zeroize::Zeroizing;

use super::{PENDING_KEY, STAGE, Shared, Stage};
use crate::{
    error::{AppError, ErrorCode, Result},
    network,
};

/// Why a recovery key did not help.
pub(super) enum Failure {
    /// It opens nothing, and never will.
    Wrong,
    /// Anything else.
    Other(RecoveryError),
}

impl Failure {
    /// What the user is told.
    pub(super) fn into_error(self) -> AppError {
        match self {
            Self::Wrong => AppError::new(ErrorCode::RecoveryKeyWrong),
            Self::Other(error) => recovery_error(&error),
        }
    }

    /// Whether another try may go better: it failed at the network, the server or the store.
    fn may_pass(&self) -> bool {
        let Self::Other(error) = self else { return false };
        matches!(
            error,
            RecoveryError::Sdk(_)
                | RecoveryError::SecretStorage(SecretStorageError::Sdk(_) | SecretStorageError::Storage(_))
        )
    }
}

impl From<SecretStorageError> for Failure {
    fn from(error: SecretStorageError) -> Self {
        RecoveryError::from(error).into()
    }
}

impl From<RecoveryError> for Failure {
    fn from(error: RecoveryError) -> Self {
        match error {
            RecoveryError::SecretStorage(
                SecretStorageError::SecretStorageKey(_)
                | SecretStorageError::ImportError { .. }
                | SecretStorageError::Decryption(_)
                | SecretStorageError::MissingKeyInfo { .. },
            ) => Self::Wrong,
            error => Self::Other(error),
        }
    }
}

impl Shared {
    /// Opens the account's stored secrets, which confirms this device, and makes sure that it takes part
    /// in a backup. A device that is confirmed by this counts as recovered also where the backup fails:
    /// the state says what is left to mend.
    pub(super) async fn recover(&self, key: &str) -> Result<(), Failure> {
        let before = self.confirmed().await;
        let outcome = self.open_secrets(key, before).await;
        match outcome {
            outcome if before => outcome,
            _ if self.confirmed().await => Ok(()),
            // The stored secrets were opened and held nothing that confirms a device.
            Ok(()) => Err(Failure::Wrong),
            failure => failure,
        }
    }

    async fn open_secrets(&self, key: &str, mending: bool) -> Result<(), Failure> {
        let encryption = self.client.encryption();
        let recovery = encryption.recovery();
        let outcome = recovery.recover(key).await;
        let lost = match &outcome {
            Ok(()) => recovery.state() == RecoveryState::Incomplete && !encryption.backups().are_enabled().await,
            Err(RecoveryError::SecretStorage(
                SecretStorageError::InconsistentBackupDecryptionKey
                | SecretStorageError::MissingOrInvalidBackupDecryptionKey,
            )) => true,
            Err(_) => false,
        };
        if !(lost && self.confirmed().await) {
            outcome?;
            if !mending {
                return Ok(());
            }
        }
        let secrets = encryption.secret_storage().open_secret_store(key).await?;
        if lost {
            // The SDK calls the backup's key missing also where it only could not be fetched.
            if let Err(error @ SecretStorageError::Sdk(_)) =
                secrets.get_secret(SecretName::RecoveryKey).await.map(|secret| secret.map(Zeroizing::new))
            {
                return Err(error.into());
            }
            // Not the SDK's `recover_and_fix_backup`: it deletes the backup of which the key is not
            // stored, and another device may have that key. This begins one beside it.
            encryption.backups().create().await.map_err(RecoveryError::from)?;
        }
        // Also at the next try after one that ended here.
        Ok(secrets.export_secrets().await?)
    }

    /// Whether an earlier device of this account left a recovery key that its owner has not kept.
    pub(super) fn has_earlier_key(&self) -> bool {
        self.client.user_id().is_some_and(|user_id| self.database.has(&earlier_key(user_id)).unwrap_or(false))
    }

    /// Confirms this device with the recovery key that an earlier one left, and has it kept at last.
    pub(super) async fn use_earlier_key(&self) -> Result<()> {
        let Some(name) = self.client.user_id().map(earlier_key) else { return Ok(()) };
        let Some(key) = self.database.get(&name)?.map(Zeroizing::<String>::new) else { return Ok(()) };
        // A new one is there already where the account's keys were made anew.
        if !self.database.has(PENDING_KEY)? {
            match self.recover(&key).await {
                Ok(()) => {
                    self.database.set_both((PENDING_KEY, &*key), (STAGE, &Stage::Settled { recoverable: true }))?;
                }
                Err(failure) if failure.may_pass() => return Err(failure.into_error()),
                Err(_) => tracing::info!("the recovery key of the earlier device opens nothing any more"),
            }
        }
        self.database.remove(&[&name])?;
        self.publish().await;
        Ok(())
    }
}

/// Under which name the recovery key is kept that a user's earlier device left.
pub(super) fn earlier_key(user_id: &UserId) -> String {
    format!("encryption.earlier-key.{user_id}")
}

/// What a failure of the SDK's recovery means to the user.
pub(super) fn recovery_error(error: &RecoveryError) -> AppError {
    match error {
        RecoveryError::Sdk(error) | RecoveryError::SecretStorage(SecretStorageError::Sdk(error)) => {
            network::sdk_error(error)
        }
        RecoveryError::SecretStorage(SecretStorageError::Storage(_)) => {
            AppError::caused(ErrorCode::StorageFailed, &"the keys could not be stored")
        }
        RecoveryError::BackupExistsOnServer | RecoveryError::SecretStorage(_) => {
            AppError::caused(ErrorCode::ServerFailed, &"the stored keys contradict each other")
        }
    }
}
