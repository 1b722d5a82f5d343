//! Whether this device takes part in encrypted conversations: cross-signing, key backup, recovery key.

mod recover;
mod set_up;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, future::Either, pin_mut, stream::select};
use matrix_sdk::{Client, encryption::recovery::RecoveryState, ruma::UserId};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use crate::{
    account::dto::EncryptionState,
    error::{AppError, ErrorCode, Result},
    storage::Database,
    stream::Subscription,
};

/// The recovery key that the user has not yet kept.
const PENDING_KEY: &str = "encryption.pending-key";
const STAGE: &str = "encryption.stage";
/// Set while there is a backup of this device whose key the account's stored secrets do not hold yet.
const UNSAVED_BACKUP_KEY: &str = "encryption.unsaved-backup-key";
/// Set while a new recovery key is made for an account that has lost its own: one may be in force that nobody has.
const MAKING_KEY: &str = "encryption.making-key";

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
    publishing: tokio::sync::Mutex<()>,
    /// Held by who changes the account's keys. What is half done is nothing to tell.
    making: tokio::sync::Mutex<()>,
    half_done: AtomicBool,
    /// The recovery key that an earlier device left was tried in vain since the start.
    earlier_key_is_stale: AtomicBool,
    ended: AtomicBool,
}

impl Encryption {
    /// To be called when a device has been signed in, before its first start. `earlier` is whose device
    /// was here before: a recovery key that they have not kept is kept for them.
    pub(crate) fn begin(database: &Database, earlier: Option<&UserId>) -> Result<()> {
        if let (Some(user_id), Some(key)) = (earlier, pending_key(database)?) {
            database.set(&recover::earlier_key(user_id), &*key)?;
        }
        database.remove(&[PENDING_KEY, UNSAVED_BACKUP_KEY, MAKING_KEY])?;
        database.set(STAGE, &Stage::Fresh)
    }

    /// Forgets what is stored of a device that is signed out.
    pub(crate) fn forget(database: &Database) -> Result<()> {
        database.remove(&[PENDING_KEY, UNSAVED_BACKUP_KEY, MAKING_KEY, STAGE])
    }

    /// Starts; how things stand goes to `state`. The password, if one was just typed, is used where the
    /// server wants to see it again before it accepts the account's first keys.
    pub(crate) fn start(
        client: &Client,
        database: &Database,
        state: watch::Sender<EncryptionState>,
        password: Option<Zeroizing<String>>,
    ) -> Self {
        let shared = Arc::new(Shared {
            client: client.clone(),
            database: database.clone(),
            state,
            publishing: tokio::sync::Mutex::default(),
            making: tokio::sync::Mutex::default(),
            half_done: AtomicBool::default(),
            earlier_key_is_stale: AtomicBool::default(),
            ended: AtomicBool::default(),
        });
        let task = Subscription::spawn(shared.clone().run(password));
        Self { shared, task: Mutex::new(Some(task)) }
    }

    /// Ends what runs by itself, and waits until it has. A command that still runs says nothing any more.
    pub(crate) async fn stop(&self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.end().await;
        }
    }

    /// Refuses while the account's keys may be on this device alone, and the recovery key nowhere else:
    /// with the device, they would be lost for good.
    pub(crate) async fn may_sign_out(&self) -> Result<()> {
        may_sign_out(&self.shared.database, self.shared.holds_identity().await)
    }

    /// Waits a while until the backup has the keys of all messages that this device can read, and
    /// refuses if it has not: with the device, those would be lost.
    pub(crate) async fn wait_for_backup(&self) -> Result<()> {
        let kept = match (self.shared.confirmed().await?, self.shared.stage()) {
            // There may be a backup; no recovery key opens it.
            (true, _) if self.shared.backup_is_locked().await? => false,
            (true, _) => matches!(timeout(BACK_UP, self.shared.back_up()).await, Ok(true)),
            // What this device was sent is here alone: there is no backup that it could take part in.
            (false, Stage::Settled { recoverable: false }) => false,
            // What it was sent went to the account's confirmed devices too.
            (false, _) => true,
        };
        if kept { Ok(()) } else { Err(AppError::new(ErrorCode::KeysNotSaved)) }
    }

    /// Whether this device has been confirmed by its owner. Answered from what is stored.
    pub(crate) async fn confirmed(&self) -> Result<bool> {
        self.shared.confirmed().await
    }

    /// Makes a recovery key where the account has none any more: somebody removed what it opened.
    pub(crate) async fn new_recovery_key(&self) -> Result<()> {
        self.shared.new_key().await
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

    /// Confirms this device with the recovery key; where it is confirmed, mends the backup.
    pub(crate) async fn recover(&self, typed: &str) -> Result<()> {
        let key = Zeroizing::new(normalised(typed));
        if key.is_empty() {
            return Err(AppError::new(ErrorCode::RecoveryKeyWrong));
        }
        // From here on the account's keys are older than this device, and must not be made anew.
        self.shared.database.set(STAGE, &Stage::Settled { recoverable: true })?;
        let outcome = {
            let _turn = self.shared.making.lock().await;
            self.shared.half_done.store(true, Ordering::Relaxed);
            let outcome = self.shared.recover(&key).await;
            self.shared.half_done.store(false, Ordering::Relaxed);
            outcome
        };
        self.shared.publish().await;
        outcome.map_err(|failure| failure.into_error())
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
        while self.stage() == Stage::Fresh || (self.has_earlier_key() && !self.confirmed().await.unwrap_or(false)) {
            match self.get_ready(password.as_deref().map(String::as_str)).await {
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
            // It confirmed this device before it could be shown: nothing waits for it any more.
            if self.has_earlier_key() && self.use_earlier_key().await.is_err() {
                tracing::info!("the recovery key of the earlier device could not be tried yet");
            }
            self.publish().await;
            let unknown = !self.confirmed().await.unwrap_or(false) && recovery.state() == RecoveryState::Unknown;
            // Without network at the start the SDK does not ask again by itself.
            let retry = if unknown { Either::Left(sleep(wait)) } else { Either::Right(std::future::pending()) };
            tokio::select! {
                change = changes.next() => if change.is_none() { return },
                () = retry => wait = (wait * 2).min(BACK_OFF.1),
            }
        }
    }

    /// The account's keys, then the recovery key that an earlier device left.
    async fn get_ready(&self, password: Option<&str>) -> Result<()> {
        if self.stage() == Stage::Fresh {
            self.set_up(password).await?;
        }
        self.use_earlier_key().await
    }

    async fn confirmed(&self) -> Result<bool> {
        match self.client.encryption().get_own_device().await {
            Ok(device) => Ok(device.is_some_and(|device| device.is_cross_signed_by_owner())),
            Err(_) => Err(AppError::caused(ErrorCode::StorageFailed, &"the keys could not be read")),
        }
    }

    /// Whether the account has no recovery key that anybody has, and this device could make one.
    async fn keyless(&self) -> Result<bool> {
        let gone = self.client.encryption().recovery().state() == RecoveryState::Disabled;
        Ok((gone || self.database.has(MAKING_KEY)?) && self.holds_identity().await)
    }

    /// Whether no recovery key opens the backup, whether there is one or not.
    async fn backup_is_locked(&self) -> Result<bool> {
        let gone = self.client.encryption().recovery().state() == RecoveryState::Disabled;
        Ok(gone || self.database.has(UNSAVED_BACKUP_KEY)? || self.database.has(MAKING_KEY)?)
    }

    /// Waits until the backup has all keys. False if it cannot have them, also where there is none any more: what
    /// nothing is sent to does not notice.
    async fn back_up(&self) -> bool {
        let backups = self.client.encryption().backups();
        backups.wait_for_steady_state().await.is_ok() && matches!(backups.fetch_exists_on_server().await, Ok(true))
    }

    fn stage(&self) -> Stage {
        // A database that fails says so elsewhere; without an answer nothing is set up.
        self.database.get(STAGE).ok().flatten().unwrap_or(Stage::Settled { recoverable: true })
    }

    /// Finds out and stores whether a recovery key can confirm this device.
    async fn learn(&self) {
        if self.stage() == Stage::Fresh || self.confirmed().await.unwrap_or(true) {
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
        // One after the other: who read the facts first must not speak last.
        let _turn = self.publishing.lock().await;
        if self.half_done.load(Ordering::Relaxed) {
            return;
        }
        let encryption = self.client.encryption();
        let recovery = encryption.recovery().state();
        // What cannot be read now is no news: what was said stands.
        let (Ok(confirmed), Ok(unsaved), Ok(keyless)) =
            (self.confirmed().await, self.database.has(UNSAVED_BACKUP_KEY), self.keyless().await)
        else {
            return;
        };
        let facts = Facts {
            pending: self.database.has(PENDING_KEY).unwrap_or(false),
            // Where the device is confirmed, nothing waits for it.
            earlier: !confirmed && self.has_earlier_key(),
            confirmed,
            backed_up: !unsaved && (recovery != RecoveryState::Incomplete || encryption.backups().are_enabled().await),
            keyless,
        };
        self.say(facts.state(self.stage()));
    }

    fn say(&self, state: EncryptionState) {
        // Another session may have begun to speak.
        if self.ended.load(Ordering::Relaxed) {
            return;
        }
        self.state.send_if_modified(|current| {
            let changed = *current != state;
            *current = state;
            changed
        });
    }
}

/// What decides how things stand.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// A recovery key waits to be kept.
    pending: bool,
    /// A recovery key that an earlier device left is about to be tried.
    earlier: bool,
    confirmed: bool,
    /// Whether this device takes part in a backup that the recovery key opens. Where the account wants no backup,
    /// nothing is missing.
    backed_up: bool,
    /// The account has no recovery key any more, and this device could make one.
    keyless: bool,
}

impl Facts {
    /// How things stand, in the window's terms.
    fn state(self, stage: Stage) -> EncryptionState {
        match stage {
            _ if self.pending => EncryptionState::KeyToKeep,
            // `set_up` says more.
            Stage::Fresh => EncryptionState::Checking,
            Stage::Settled { .. } if self.earlier => EncryptionState::SettingUp,
            // It reads and sends all the same: that takes confirmation and nothing else.
            Stage::Settled { .. } if self.confirmed && self.keyless => EncryptionState::RecoveryGone,
            Stage::Settled { .. } if self.confirmed && !self.backed_up => EncryptionState::BackupIncomplete,
            Stage::Settled { .. } if self.confirmed => EncryptionState::Ready,
            Stage::Settled { recoverable: true } => EncryptionState::RecoveryNeeded,
            Stage::Settled { recoverable: false } => EncryptionState::RecoveryImpossible,
        }
    }
}

/// `holds_identity`: whether all private parts of the account's identity are on this device.
fn may_sign_out(database: &Database, holds_identity: bool) -> Result<()> {
    // Before the recovery key is made there is none to keep, but there may be what it is made for.
    let unfinished = || Ok::<_, AppError>(holds_identity && database.get(STAGE)? == Some(Stage::Fresh));
    if database.has(PENDING_KEY)? || unfinished()? {
        return Err(AppError::new(ErrorCode::RecoveryKeyNotKept));
    }
    Ok(())
}

fn pending_key(database: &Database) -> Result<Option<Zeroizing<String>>> {
    Ok(database.get(PENDING_KEY)?.map(Zeroizing::new))
}

/// A key as it was typed, read off paper or copied with what stood around it.
fn normalised(typed: &str) -> String {
    let words: Vec<&str> =
        typed.split(|c: char| c.is_whitespace() || c == '\u{feff}').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use matrix_sdk::ruma::user_id;

    use super::*;
    use crate::storage::{ProfileKeys, Secret};

    fn database(folder: &tempfile::TempDir) -> Database {
        let keys = ProfileKeys::derive(&Secret::new(vec![5; 32])).unwrap();
        Database::open(&folder.path().join("estafette.db"), &keys).unwrap()
    }

    #[test]
    fn nobody_signs_out_before_the_recovery_key_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(&folder);
        may_sign_out(&database, true).unwrap();
        Encryption::begin(&database, None).unwrap();
        assert_eq!(may_sign_out(&database, true).unwrap_err().code, ErrorCode::RecoveryKeyNotKept);
        // Nothing is made yet: nothing is lost.
        may_sign_out(&database, false).unwrap();
        let settled = Stage::Settled { recoverable: true };
        database.set_both((PENDING_KEY, "key"), (STAGE, &settled), &[]).unwrap();
        for holds_identity in [true, false] {
            let refused = may_sign_out(&database, holds_identity).unwrap_err();
            assert_eq!(refused.code, ErrorCode::RecoveryKeyNotKept);
        }
        database.remove(&[PENDING_KEY]).unwrap();
        may_sign_out(&database, true).unwrap();
    }

    #[test]
    fn a_recovery_key_that_was_not_kept_outlives_its_device() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(&folder);
        let (anna, bruno) = (user_id!("@anna:x.fr"), user_id!("@bruno:x.fr"));
        database.set(PENDING_KEY, "key").unwrap();
        // Somebody else signs in, and then again: cut short the first time.
        for _ in 0..2 {
            Encryption::begin(&database, Some(anna)).unwrap();
            assert!(!database.has(PENDING_KEY).unwrap(), "another account's key is not shown");
        }
        Encryption::begin(&database, Some(bruno)).unwrap();
        Encryption::forget(&database).unwrap();
        assert_eq!(database.get::<String>(&recover::earlier_key(anna)).unwrap().as_deref(), Some("key"));
        assert!(!database.has(&recover::earlier_key(bruno)).unwrap());
    }

    #[test]
    fn a_confirmed_device_takes_part_whatever_becomes_of_the_backup() {
        let settled = Stage::Settled { recoverable: true };
        let facts =
            |confirmed, backed_up| Facts { pending: false, earlier: false, confirmed, backed_up, keyless: false };
        for (facts, expected) in [
            (facts(false, false), EncryptionState::RecoveryNeeded),
            (facts(false, true), EncryptionState::RecoveryNeeded),
            (facts(true, false), EncryptionState::BackupIncomplete),
            (facts(true, true), EncryptionState::Ready),
        ] {
            assert_eq!(facts.state(settled), expected);
            assert_eq!(Facts { earlier: true, ..facts }.state(settled), EncryptionState::SettingUp);
            assert_eq!(Facts { pending: true, ..facts }.state(settled), EncryptionState::KeyToKeep);
            assert_eq!(facts.state(Stage::Fresh), EncryptionState::Checking);
            let keyless = Facts { keyless: true, ..facts }.state(settled);
            assert_eq!(keyless == EncryptionState::RecoveryGone, facts.confirmed);
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
