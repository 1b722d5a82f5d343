//! Whether this device takes part in encrypted conversations: cross-signing, key backup, recovery key.

mod set_up;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, future::Either, pin_mut, stream::select};
use matrix_sdk::{
    Client,
    encryption::{
        recovery::{RecoveryError, RecoveryState},
        secret_storage::SecretStorageError,
    },
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use crate::{
    account::dto::EncryptionState,
    error::{AppError, ErrorCode, Result},
    network,
    storage::Database,
    stream::Subscription,
};

/// The recovery key that the user has not yet kept.
const PENDING_KEY: &str = "encryption.pending-key";
const STAGE: &str = "encryption.stage";

/// The first and the longest wait before the next try without network.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));

/// How long a sign-out waits for keys of messages on their way into the backup.
const BACK_UP: Duration = Duration::from_secs(10);

/// How far this device got since it was signed in. Stored, so that a start without network knows it,
/// and a start after a crash goes on where the last one stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    /// Just signed in: whether the account has keys is not known.
    Fresh,
    /// The account's keys were there before this device, or were made by it.
    Settled {
        /// Whether a recovery key can confirm this device.
        recoverable: bool,
    },
}

/// The encryption of the signed-in account. Dropping it ends its task; `stop` waits for that.
pub(crate) struct Encryption {
    shared: Arc<Shared>,
    task: Mutex<Option<Subscription>>,
}

struct Shared {
    client: Client,
    database: Database,
    state: watch::Sender<EncryptionState>,
}

impl Encryption {
    /// To be called when a device has been signed in, before its first start.
    pub(crate) fn begin(database: &Database) -> Result<()> {
        database.remove(&[PENDING_KEY])?;
        database.set(STAGE, &Stage::Fresh)
    }

    /// Forgets what is stored of an account that signs out.
    pub(crate) fn forget(database: &Database) -> Result<()> {
        database.remove(&[PENDING_KEY, STAGE])
    }

    /// Starts; how things stand goes to `state`. The password, if one was just typed, is used where the
    /// server wants to see it again before it accepts the account's first keys.
    pub(crate) fn start(
        client: &Client,
        database: &Database,
        state: watch::Sender<EncryptionState>,
        password: Option<Zeroizing<String>>,
    ) -> Self {
        let shared = Arc::new(Shared { client: client.clone(), database: database.clone(), state });
        let task = Subscription::spawn(shared.clone().run(password));
        Self { shared, task: Mutex::new(Some(task)) }
    }

    /// Ends what runs by itself, and waits until it has.
    pub(crate) async fn stop(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.end().await;
        }
    }

    /// Refuses while the account's keys may be on this device alone, and the recovery key nowhere else:
    /// with the device, they would be lost for good.
    pub(crate) fn may_sign_out(&self) -> Result<()> {
        may_sign_out(&self.shared.database)
    }

    /// Waits a while until the backup has the keys of all messages that this device can read.
    pub(crate) async fn wait_for_backup(&self) {
        let backups = self.shared.client.encryption().backups();
        if !matches!(timeout(BACK_UP, backups.wait_for_steady_state()).await, Ok(Ok(()))) {
            tracing::info!("the backup may lack keys of this device");
        }
    }

    /// Whether this device has been confirmed by its owner. Answered from what is stored.
    pub(crate) async fn confirmed(&self) -> bool {
        self.shared.confirmed().await
    }

    /// The recovery key that waits to be kept.
    pub(crate) fn recovery_key(&self) -> Result<String> {
        self.shared.database.get(PENDING_KEY)?.ok_or_else(|| AppError::new(ErrorCode::RecoveryKeyWrong))
    }

    /// The user has kept the recovery key: it is forgotten.
    pub(crate) async fn recovery_key_kept(&self) -> Result<()> {
        self.shared.database.remove(&[PENDING_KEY])?;
        self.shared.publish().await;
        Ok(())
    }

    /// Confirms this device with the recovery key.
    pub(crate) async fn recover(&self, typed: &str) -> Result<()> {
        let key = Zeroizing::new(normalised(typed));
        if key.is_empty() {
            return Err(AppError::new(ErrorCode::RecoveryKeyWrong));
        }
        // From here on the account's keys are older than this device, and must not be made anew.
        self.shared.database.set(STAGE, &Stage::Settled { recoverable: true })?;
        let outcome = self.shared.client.encryption().recovery().recover(&key).await;
        let confirmed = self.shared.confirmed().await;
        let recovery = self.shared.client.encryption().recovery().state();
        self.shared.publish().await;
        match outcome {
            _ if confirmed && recovery == RecoveryState::Enabled => Ok(()),
            Err(error) => Err(recovery_error(&error)),
            Ok(()) if confirmed => Err(AppError::caused(ErrorCode::ServerFailed, &"the backup could not be opened")),
            // The stored secrets were opened and held nothing that confirms a device.
            Ok(()) => Err(AppError::caused(ErrorCode::RecoveryKeyWrong, &"no key in the secret storage")),
        }
    }
}

impl Shared {
    async fn run(self: Arc<Self>, mut password: Option<Zeroizing<String>>) {
        let encryption = self.client.encryption();
        let verification = encryption.verification_state();
        let recovery = encryption.recovery();
        // First what the store knows, then what the server says.
        self.publish().await;
        encryption.wait_for_e2ee_initialization_tasks().await;
        let mut wait = BACK_OFF.0;
        while self.stage() == Stage::Fresh {
            match self.set_up(password.as_deref().map(String::as_str)).await {
                Ok(()) => break,
                Err(error) => {
                    tracing::info!(code = ?error.code, "the keys could not be set up yet");
                    sleep(wait).await;
                    wait = (wait * 2).min(BACK_OFF.1);
                }
            }
        }
        // Overwritten here.
        password.take();

        let changes = select(verification.map(|_| ()), recovery.state_stream().map(|_| ()));
        pin_mut!(changes);
        wait = BACK_OFF.0;
        loop {
            self.learn().await;
            self.publish().await;
            let unknown = !self.confirmed().await && recovery.state() == RecoveryState::Unknown;
            // Without network at the start the SDK does not ask again by itself.
            let retry = if unknown { Either::Left(sleep(wait)) } else { Either::Right(std::future::pending()) };
            tokio::select! {
                change = changes.next() => if change.is_none() { return },
                () = retry => wait = (wait * 2).min(BACK_OFF.1),
            }
        }
    }

    async fn confirmed(&self) -> bool {
        match self.client.encryption().get_own_device().await {
            Ok(Some(device)) => device.is_cross_signed_by_owner(),
            _ => false,
        }
    }

    fn stage(&self) -> Stage {
        // A database that fails says so elsewhere; without an answer nothing is set up.
        self.database.get(STAGE).ok().flatten().unwrap_or(Stage::Settled { recoverable: true })
    }

    /// Finds out and stores whether a recovery key can confirm this device.
    async fn learn(&self) {
        if self.stage() == Stage::Fresh || self.confirmed().await {
            return;
        }
        let encryption = self.client.encryption();
        let recoverable = match encryption.recovery().state() {
            RecoveryState::Enabled | RecoveryState::Incomplete => true,
            RecoveryState::Disabled => false,
            RecoveryState::Unknown => match encryption.secret_storage().is_enabled().await {
                Ok(enabled) => enabled,
                Err(_) => return,
            },
        };
        let stage = Stage::Settled { recoverable };
        if self.stage() != stage && self.database.set(STAGE, &stage).is_err() {
            tracing::warn!("how far the encryption got could not be stored");
        }
    }

    /// Says how things stand, from what is stored.
    async fn publish(&self) {
        let pending = self.database.has(PENDING_KEY).unwrap_or(false);
        let recovery = self.client.encryption().recovery().state();
        self.say(state(pending, self.stage(), self.confirmed().await, recovery));
    }

    fn say(&self, state: EncryptionState) {
        self.state.send_if_modified(|current| {
            let changed = *current != state;
            *current = state;
            changed
        });
    }
}

/// How things stand, in the window's terms.
fn state(pending: bool, stage: Stage, confirmed: bool, recovery: RecoveryState) -> EncryptionState {
    match stage {
        _ if pending => EncryptionState::KeyToKeep,
        // `set_up` says more.
        Stage::Fresh => EncryptionState::Checking,
        // Confirmed, but without the backup: the key can be entered again.
        Stage::Settled { .. } if confirmed && recovery == RecoveryState::Incomplete => EncryptionState::RecoveryNeeded,
        Stage::Settled { .. } if confirmed => EncryptionState::Ready,
        Stage::Settled { recoverable: true } => EncryptionState::RecoveryNeeded,
        Stage::Settled { recoverable: false } => EncryptionState::RecoveryImpossible,
    }
}

fn may_sign_out(database: &Database) -> Result<()> {
    if database.has(PENDING_KEY)? || database.get(STAGE)? == Some(Stage::Fresh) {
        return Err(AppError::new(ErrorCode::RecoveryKeyNotKept));
    }
    Ok(())
}

/// A key as it was typed, read off paper or copied with what stood around it.
fn normalised(typed: &str) -> String {
    let words: Vec<&str> =
        typed.split(|c: char| c.is_whitespace() || c == '\u{feff}').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn recovery_error(error: &RecoveryError) -> AppError {
    match error {
        RecoveryError::Sdk(error) | RecoveryError::SecretStorage(SecretStorageError::Sdk(error)) => {
            network::sdk_error(error)
        }
        RecoveryError::SecretStorage(SecretStorageError::Storage(_)) => {
            AppError::caused(ErrorCode::StorageFailed, &"the keys could not be stored")
        }
        RecoveryError::SecretStorage(
            SecretStorageError::SecretStorageKey(_)
            | SecretStorageError::ImportError { .. }
            | SecretStorageError::Decryption(_)
            | SecretStorageError::MissingKeyInfo { .. },
        ) => AppError::new(ErrorCode::RecoveryKeyWrong),
        RecoveryError::BackupExistsOnServer | RecoveryError::SecretStorage(_) => {
            AppError::caused(ErrorCode::ServerFailed, &"the stored keys contradict each other")
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::storage::{ProfileKeys, Secret};

    #[test]
    fn nobody_signs_out_before_the_recovery_key_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let keys = ProfileKeys::derive(&Secret::new(vec![5; 32])).unwrap();
        let database = Database::open(&folder.path().join("estafette.db"), &keys).unwrap();
        may_sign_out(&database).unwrap();
        Encryption::begin(&database).unwrap();
        assert_eq!(may_sign_out(&database).unwrap_err().code, ErrorCode::RecoveryKeyNotKept);
        let settled = Stage::Settled { recoverable: true };
        database.set_both((PENDING_KEY, "key"), (STAGE, &settled)).unwrap();
        assert_eq!(may_sign_out(&database).unwrap_err().code, ErrorCode::RecoveryKeyNotKept);
        database.remove(&[PENDING_KEY]).unwrap();
        may_sign_out(&database).unwrap();
    }

    #[test]
    fn a_confirmed_device_without_the_backup_still_needs_the_key() {
        let settled = Stage::Settled { recoverable: true };
        for (confirmed, recovery, expected) in [
            (false, RecoveryState::Incomplete, EncryptionState::RecoveryNeeded),
            (true, RecoveryState::Incomplete, EncryptionState::RecoveryNeeded),
            (true, RecoveryState::Enabled, EncryptionState::Ready),
            // A start without network.
            (true, RecoveryState::Unknown, EncryptionState::Ready),
        ] {
            assert_eq!(state(false, settled, confirmed, recovery), expected);
            assert_eq!(state(true, settled, confirmed, recovery), EncryptionState::KeyToKeep);
        }
    }

    #[test]
    fn keys_are_taken_as_people_copy_them() {
        let key = "EsTJ aBcd efGH";
        for typed in ["EsTJ aBcd efGH", "  EsTJ\u{a0}aBcd\nefGH\r\n", "\u{feff}EsTJ\t aBcd  efGH"] {
            assert_eq!(normalised(typed), key);
        }
        assert_eq!(normalised(" \n"), "");
    }
}
