#![allow(clippy::unwrap_used)]

mod policies;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;
use tokio::sync::watch;

use super::{signed_in::SessionId, *};
use crate::{
    account::{Ended, SavedSession},
    error::ErrorCode,
    settings::Language,
    storage::{Ask, Database, KeyringError, Profile, Secret, Vault},
};

/// A keyring that is locked until it may ask, or for good.
#[derive(Default)]
struct Keys {
    keys: Mutex<BTreeMap<String, Secret>>,
    failure: Mutex<Option<KeyringError>>,
    asked: Mutex<Vec<Ask>>,
    /// Whether each attempt to store a key was allowed to ask.
    asked_to_store: Mutex<Vec<Ask>>,
}

impl Keyring for Keys {
    fn get(&self, profile: &str, ask: Ask) -> Result<Option<Secret>, KeyringError> {
        self.asked.lock().unwrap().push(ask);
        match *self.failure.lock().unwrap() {
            Some(failure) => Err(failure),
            None => Ok(self.keys.lock().unwrap().get(profile).cloned()),
        }
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        self.keys.lock().unwrap().remove(name);
        Ok(())
    }

    fn set(&self, profile: &str, key: &Secret, ask: Ask) -> Result<(), KeyringError> {
        self.asked_to_store.lock().unwrap().push(ask);
        if let Some(failure) = *self.failure.lock().unwrap() {
            return Err(failure);
        }
        self.keys.lock().unwrap().insert(profile.to_owned(), key.clone());
        Ok(())
    }
}

struct Opened {
    app: Arc<App>,
    account: watch::Receiver<AccountState>,
    _stream: Subscription,
}

impl Opened {
    async fn start(profile: &Path, keys: &Arc<Keys>) -> Self {
        Self::of(App::start(Options { keyring: keys.clone(), ..Options::new(profile) })).await
    }

    async fn of(app: Arc<App>) -> Self {
        let (sender, account) = watch::channel(AccountState::Opening);
        let stream = app.watch_account(Box::new(move |state| sender.send(state).is_ok())).await.unwrap();
        Self { app, account, _stream: stream }
    }

    async fn reaches(&mut self, state: &AccountState) {
        let reached = self.account.wait_for(|current| current == state);
        tokio::time::timeout(Duration::from_secs(10), reached).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_locked_keyring_is_waited_for_and_asked_only_when_the_user_wants() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::SignedOut).await;
    opened
        .app
        .change_settings(&SettingsPatch { language: Some(Language::De), ..SettingsPatch::default() })
        .await
        .unwrap();
    opened.app.shut_down().await;

    keys.asked.lock().unwrap().clear();
    *keys.failure.lock().unwrap() = Some(KeyringError::Absent);
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::Locked { keyring_present: false }).await;
    *keys.failure.lock().unwrap() = Some(KeyringError::Locked);
    opened.app.retry_keyring().await.unwrap();
    opened.reaches(&AccountState::Locked { keyring_present: true }).await;
    assert_eq!(*keys.asked.lock().unwrap(), [Ask::Yes, Ask::Yes]);
    let refused = opened.app.set_data_aside().await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Internal);
    let refused = opened.app.sign_in("@a:example.org", None, "b".to_owned()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::KeyringUnavailable);

    // Unlocked elsewhere: found without being asked.
    *keys.failure.lock().unwrap() = None;
    opened.reaches(&AccountState::SignedOut).await;
    assert_eq!(keys.asked.lock().unwrap().last(), Some(&Ask::No));
    assert_eq!(opened.app.core.settings.subscribe().borrow().language, Language::De);
    opened.app.shut_down().await;
}

#[tokio::test]
async fn nobody_is_asked_before_the_window_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    *keys.failure.lock().unwrap() = Some(KeyringError::Locked);
    let app = App::start_on(Options { keyring: keys.clone(), ..Options::new(folder.path()) }, None);
    let mut opened = Opened::of(app).await;
    let told = opened.account.wait_for(|state| *state != AccountState::Opening);
    tokio::time::timeout(Duration::from_secs(1), told).await.unwrap_err();
    assert!(keys.asked_to_store.lock().unwrap().iter().all(|ask| *ask == Ask::No));

    opened.app.let_ask();
    opened.reaches(&AccountState::Locked { keyring_present: true }).await;
    assert_eq!(keys.asked_to_store.lock().unwrap().last(), Some(&Ask::Yes));
    opened.app.shut_down().await;
}

#[tokio::test]
async fn data_without_its_key_is_set_aside_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::SignedOut).await;
    opened.app.shut_down().await;
    let lost = std::mem::take(&mut *keys.keys.lock().unwrap());

    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::KeyGone).await;
    assert!(keys.keys.lock().unwrap().is_empty(), "a new key over old data");
    let name = opened.app.set_data_aside().await.unwrap();
    opened.reaches(&AccountState::SignedOut).await;
    assert!(folder.path().join(name).join("estafette.db").exists());
    let new = keys.keys.lock().unwrap().clone();
    assert!(new.len() == 1 && new.keys().ne(lost.keys()));
    opened.app.shut_down().await;
}

#[tokio::test]
async fn one_app_has_a_profile_until_it_is_shut_down_or_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let mut first = Opened::start(folder.path(), &keys).await;
    first.reaches(&AccountState::SignedOut).await;
    let mut second = Opened::start(folder.path(), &keys).await;
    let in_use = |state: &AccountState| matches!(state, AccountState::Unusable { error } if error.code == ErrorCode::ProfileInUse);
    tokio::time::timeout(Duration::from_secs(10), second.account.wait_for(in_use)).await.unwrap().unwrap();
    drop(first);
    // The lock is let go in the background.
    for _ in 0..100 {
        second.app.retry_keyring().await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        if *second.account.borrow() == AccountState::SignedOut {
            break;
        }
    }
    second.reaches(&AccountState::SignedOut).await;
    assert_eq!(second.app.sign_out(false).await.unwrap_err().code, ErrorCode::NotSignedIn);
    second.app.shut_down().await;
}

/// Makes a profile in which something was stored, and stores of the SDK with something in them.
async fn prepared(folder: &Path, keys: &Arc<Keys>, store: impl FnOnce(&Database)) {
    let profile = Profile::hold(folder).unwrap();
    let open = profile.open(&Vault::new(keys.clone()), Ask::Yes).await.unwrap();
    store(&open.database);
    profile.make_sdk_folders().unwrap();
    std::fs::write(profile.sdk().join("kept"), "messages").unwrap();
}

/// A session at a server that nobody reaches.
fn saved(ended: Option<&str>) -> serde_json::Value {
    serde_json::json!({
        "homeserver": "https://localhost:9/",
        "session": { "user_id": "@anna:localhost", "device_id": "DESK", "access_token": "token" },
        "ended": ended,
    })
}

#[tokio::test]
async fn a_sign_out_that_was_cut_short_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let device = serde_json::json!({ "id": "DESK", "key": "its key" });
    prepared(folder.path(), &keys, |database| {
        database.set("session.leaving", &true).unwrap();
        database.set("account.device", &device).unwrap();
        database.set("account.name", &("Anna", None::<String>)).unwrap();
    })
    .await;
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::SignedOut).await;
    opened.app.shut_down().await;
    assert!(!folder.path().join("sdk").exists());
    let profile = Profile::hold(folder.path()).unwrap();
    let open = profile.open(&Vault::new(keys.clone()), Ask::Yes).await.unwrap();
    for name in ["session.leaving", "account.device", "account.name"] {
        assert!(!open.database.has(name).unwrap(), "{name}");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_not_cleaned_away() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    prepared(folder.path(), &keys, |database| database.set("session", &["from", "the", "future"]).unwrap()).await;
    let mut opened = Opened::start(folder.path(), &keys).await;
    let unusable = |state: &AccountState| matches!(state, AccountState::Unusable { error } if error.code == ErrorCode::StorageFailed);
    tokio::time::timeout(Duration::from_secs(10), opened.account.wait_for(unusable)).await.unwrap().unwrap();
    assert!(folder.path().join("sdk/kept").exists());
    opened.app.shut_down().await;
}

#[tokio::test]
async fn what_an_ended_session_left_stays_until_somebody_signs_in() {
    for ended in ["softly", "for-good"] {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(Keys::default());
        prepared(folder.path(), &keys, |database| database.set("session", &saved(Some(ended))).unwrap()).await;
        let mut opened = Opened::start(folder.path(), &keys).await;
        opened.reaches(&AccountState::SignedOut).await;
        opened.app.sign_in("https://localhost:9", Some("anna"), "wrong".to_owned()).await.unwrap_err();
        opened.app.shut_down().await;
        assert!(folder.path().join("sdk/kept").exists(), "{ended}");
    }
}

#[tokio::test]
async fn a_session_ends_by_its_own_end_alone() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    prepared(folder.path(), &keys, |database| {
        database.set("session", &saved(None)).unwrap();
        database.set("account.name", &("Anna", None::<String>)).unwrap();
        database.set("encryption.pending-key", "key").unwrap();
    })
    .await;
    let mut opened = Opened::start(folder.path(), &keys).await;
    let ready = |state: &AccountState| matches!(state, AccountState::Ready { me } if me.name == "Anna");
    tokio::time::timeout(Duration::from_secs(10), opened.account.wait_for(ready)).await.unwrap().unwrap();
    // The only recovery key is not kept: refused, whatever else may be lost.
    for anyway in [false, true] {
        let refused = opened.app.sign_out(anyway).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::RecoveryKeyNotKept);
    }
    // The late word of a session before.
    opened.app.core.session_ended(&SessionId::default(), Ended::ForGood).await;
    assert!(ready(&opened.app.core.account.borrow()));

    let signed_in = opened.app.core.signed_in().unwrap();
    opened.app.core.session_ended(&signed_in.id, Ended::ForGood).await;
    opened.reaches(&AccountState::SignedOut).await;
    // Also while somebody still holds it.
    assert_eq!(*opened.app.core.encryption.borrow(), EncryptionState::Checking);
    assert_eq!(*opened.app.core.connection.borrow(), ConnectionState::Connecting);
    assert!(folder.path().join("sdk/kept").exists());
    drop(signed_in);
    opened.app.shut_down().await;
}

#[tokio::test]
async fn a_first_start_opens_one_dialog_and_then_only_looks() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    *keys.failure.lock().unwrap() = Some(KeyringError::Locked);
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::Locked { keyring_present: true }).await;
    *keys.failure.lock().unwrap() = None;
    opened.reaches(&AccountState::SignedOut).await;
    assert_eq!(*keys.asked_to_store.lock().unwrap(), [Ask::Yes, Ask::No]);
    opened.app.shut_down().await;
}

#[tokio::test]
async fn a_key_that_comes_back_opens_everything_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    prepared(folder.path(), &keys, |database| database.set("session", &saved(Some("softly"))).unwrap()).await;
    let lost = std::mem::take(&mut *keys.keys.lock().unwrap());
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::KeyGone).await;
    *keys.keys.lock().unwrap() = lost;
    opened.reaches(&AccountState::SignedOut).await;
    assert_eq!(keys.asked.lock().unwrap().iter().filter(|ask| **ask == Ask::Yes).count(), 1);
    assert!(folder.path().join("sdk/kept").exists());
    opened.app.shut_down().await;
}
