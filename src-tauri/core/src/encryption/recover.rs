//! Confirming a device with a recovery key, and mending the backup that the key should open.

use std::sync::atomic::Ordering;

use matrix_sdk::{
    encryption::{
        recovery::{RecoveryError, RecoveryState},
        secret_storage::{ImportError, SecretStorageError},
    },
    ruma::{UserId, events::secret::request::SecretName},
};
use zeroize::Zeroizing;

use super::{PENDING_KEY, Shared, UNSAVED_BACKUP_KEY};
use crate::{
    error::{AppError, ErrorCode, Result},
    network,
};

/// Why a recovery key did not help.
pub(super) enum Failure {
    /// It opens nothing, and never will.
    Wrong,
    /// It opened the account's secrets, and what lies there confirms no device of today's account.
    Stale,
    /// Our own database failed.
    Ours(AppError),
    /// Anything else.
    Other(RecoveryError),
}

impl Failure {
    /// What the user is told.
    pub(super) fn into_error(self) -> AppError {
        match self {
            Self::Wrong | Self::Stale => AppError::new(ErrorCode::RecoveryKeyWrong),
            Self::Ours(error) => error,
            Self::Other(error) => recovery_error(&error),
        }
    }

    /// Whether another try may go better: it failed at the network, the server or the store.
    fn may_pass(&self) -> bool {
        match self {
            Self::Ours(_) | Self::Other(RecoveryError::Sdk(_)) => true,
            Self::Other(RecoveryError::SecretStorage(error)) => passes(error),
            _ => false,
        }
    }
}

/// Whether that was the network, the server or the store, and says nothing of the secret.
fn passes(error: &SecretStorageError) -> bool {
    matches!(
        error,
        SecretStorageError::Sdk(_)
            | SecretStorageError::Storage(_)
            // The SDK calls a secret that could not be fetched one that could not be imported.
            | SecretStorageError::ImportError { error: ImportError::Sdk(_), .. }
    )
}

impl From<SecretStorageError> for Failure {
    fn from(error: SecretStorageError) -> Self {
        RecoveryError::from(error).into()
    }
}

impl From<RecoveryError> for Failure {
    fn from(error: RecoveryError) -> Self {
        match error {
            RecoveryError::SecretStorage(error) if passes(&error) => Self::Other(RecoveryError::SecretStorage(error)),
            RecoveryError::SecretStorage(
                SecretStorageError::SecretStorageKey(_) | SecretStorageError::MissingKeyInfo { .. },
            ) => Self::Wrong,
            RecoveryError::SecretStorage(
                SecretStorageError::ImportError { .. } | SecretStorageError::Decryption(_),
            ) => Self::Stale,
            error => Self::Other(error),
        }
    }
}

impl Shared {
    /// Opens the account's stored secrets, which confirms this device, and makes sure that it takes part
    /// in a backup. A device that is confirmed by this counts as recovered also where the backup fails:
    /// the state says what is left to mend.
    pub(super) async fn recover(&self, key: &str) -> Result<(), Failure> {
        let before = self.confirmed().await.unwrap_or(false);
        let outcome = self.open_secrets(key, before).await;
        match outcome {
            outcome if before => outcome,
            _ if self.confirmed().await.unwrap_or(false) => Ok(()),
            Ok(()) => Err(Failure::Stale),
            failure => failure,
        }
    }

    async fn open_secrets(&self, key: &str, mending: bool) -> Result<(), Failure> {
        let encryption = self.client.encryption();
        let recovery = encryption.recovery();
        let outcome = recovery.recover(key).await;
        // The SDK says so also where it only could not be fetched.
        let called_missing = matches!(
            outcome,
            Err(RecoveryError::SecretStorage(SecretStorageError::MissingOrInvalidBackupDecryptionKey))
        );
        let lost = match &outcome {
            Ok(()) => recovery.state() == RecoveryState::Incomplete && !encryption.backups().are_enabled().await,
            Err(RecoveryError::SecretStorage(
                SecretStorageError::InconsistentBackupDecryptionKey
                | SecretStorageError::MissingOrInvalidBackupDecryptionKey,
            )) => true,
            Err(_) => false,
        };
        if !(lost && self.confirmed().await.unwrap_or(false)) {
            outcome?;
            if !mending {
                return Ok(());
            }
        }
        let secrets = encryption.secret_storage().open_secret_store(key).await?;
        if lost {
            match secrets.get_secret(SecretName::RecoveryKey).await.map(|secret| secret.map(Zeroizing::new)) {
                Err(error) if passes(&error) => return Err(error.into()),
                Ok(Some(_)) if called_missing => recovery.recover(key).await?,
                _ => self.begin_backup().await?,
            }
        }
        // Also at the next try after one that ended here.
        secrets.export_secrets().await?;
        self.database.remove(&[UNSAVED_BACKUP_KEY]).map_err(Failure::Ours)
    }

    /// Begins a backup whose key the account's secrets do not hold yet.
    ///
    /// Not the SDK's `recover_and_fix_backup`: it deletes the backup of which the key is not stored, and another
    /// device may have that key. The key that the secrets held for an earlier backup, which the server does not
    /// offer any more, makes room for the new one.
    async fn begin_backup(&self) -> Result<(), Failure> {
        // First: a backup that nobody else can open must not look like one.
        self.database.set(UNSAVED_BACKUP_KEY, &true).map_err(Failure::Ours)?;
        let backups = self.client.encryption().backups();
        Ok(backups.create().await.map_err(RecoveryError::from)?)
    }

    /// Whether an earlier device of this account left a recovery key that its owner has not kept, and that may
    /// still help.
    pub(super) fn has_earlier_key(&self) -> bool {
        !self.earlier_key_is_stale.load(Ordering::Relaxed)
            && self.client.user_id().is_some_and(|user_id| self.database.has(&earlier_key(user_id)).unwrap_or(false))
    }

    /// Confirms this device with the recovery key that an earlier one left, and has it kept at last.
    pub(super) async fn use_earlier_key(&self) -> Result<()> {
        let _turn = self.making.lock().await;
        let Some(name) = self.client.user_id().map(earlier_key) else { return Ok(()) };
        let Some(key) = self.database.get(&name)?.map(Zeroizing::<String>::new) else { return Ok(()) };
        // A new one is there already where the account's keys were made anew.
        if !self.database.has(PENDING_KEY)? {
            match self.recover(&key).await {
                Ok(()) => {
                    self.keep(&key, &[&name])?;
                    self.publish().await;
                    return Ok(());
                }
                Err(Failure::Wrong) => tracing::info!("the recovery key of the earlier device opens nothing any more"),
                Err(failure) if failure.may_pass() => return Err(failure.into_error()),
                Err(_) => {
                    // It opens something, if not this account as it is today: kept, and tried at the next start.
                    self.earlier_key_is_stale.store(true, Ordering::Relaxed);
                    self.publish().await;
                    return Ok(());
                }
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
        RecoveryError::Sdk(error)
        | RecoveryError::SecretStorage(
            SecretStorageError::Sdk(error) | SecretStorageError::ImportError { error: ImportError::Sdk(error), .. },
        ) => network::sdk_error(error),
        RecoveryError::SecretStorage(SecretStorageError::Storage(_)) => {
            AppError::caused(ErrorCode::StorageFailed, &"the keys could not be stored")
        }
        RecoveryError::BackupExistsOnServer | RecoveryError::SecretStorage(_) => {
            AppError::caused(ErrorCode::ServerFailed, &"the stored keys contradict each other")
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use matrix_sdk::{encryption::secret_storage::DecryptionError, ruma::serde::Raw};

    use super::*;

    fn not_imported(error: impl Into<ImportError>) -> SecretStorageError {
        SecretStorageError::ImportError { name: SecretName::CrossSigningMasterKey, error: error.into() }
    }

    #[test]
    fn a_network_that_fails_says_nothing_of_the_key() {
        let offline = || matrix_sdk::Error::AuthenticationRequired;
        for error in [SecretStorageError::from(offline()), not_imported(offline())] {
            let failure = Failure::from(error);
            assert!(failure.may_pass());
            assert_ne!(failure.into_error().code, ErrorCode::RecoveryKeyWrong);
        }
        assert!(Failure::from(RecoveryError::Sdk(offline())).may_pass());
    }

    #[test]
    fn only_a_key_that_opens_nothing_is_wrong_for_good() {
        let key = SecretStorageError::MissingKeyInfo { key_id: None };
        assert!(matches!(Failure::from(key), Failure::Wrong));
        let json = Raw::<u8>::from_json_string("[]".to_owned()).unwrap().deserialize().unwrap_err();
        let utf8 = String::from_utf8(vec![0xff]).unwrap_err();
        for error in [
            not_imported(ImportError::MismatchedPublicKeys),
            not_imported(json),
            not_imported(DecryptionError::from(utf8)),
        ] {
            let failure = Failure::from(error);
            assert!(matches!(failure, Failure::Stale) && !failure.may_pass());
            assert_eq!(failure.into_error().code, ErrorCode::RecoveryKeyWrong);
        }
    }
}
