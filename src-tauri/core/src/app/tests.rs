#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::sync::watch;

use super::*;
use crate::{
    error::ErrorCode,
    storage::{Ask, KeyringError, Secret},
};

/// A keyring that is locked until it may ask, or for good.
#[derive(Default)]
struct Keys {
    keys: Mutex<BTreeMap<String, Secret>>,
    failure: Mutex<Option<KeyringError>>,
    asked: Mutex<Vec<Ask>>,
}

impl Keyring for Keys {
    fn get(&self, profile: &str, ask: Ask) -> Result<Option<Secret>, KeyringError> {
        self.asked.lock().unwrap().push(ask);
        match *self.failure.lock().unwrap() {
            Some(failure) => Err(failure),
            None => Ok(self.keys.lock().unwrap().get(profile).cloned()),
        }
    }

    fn set(&self, profile: &str, key: &Secret) -> Result<(), KeyringError> {
        if let Some(failure) = *self.failure.lock().unwrap() {
            return Err(failure);
        }
        self.keys.lock().unwrap().insert(profile.to_owned(), key.clone());
        Ok(())
    }

    fn delete(&self, profile: &str) -> Result<(), KeyringError> {
        self.keys.lock().unwrap().remove(profile);
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
        let app = App::start(Options { keyring: keys.clone(), ..Options::new(profile) });
        let (sender, account) = watch::channel(AccountState::Opening);
        let stream = app.watch_account(move |state| sender.send(state).is_ok()).await.unwrap();
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
    opened.app.set_language(Language::De).await.unwrap();
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
    assert_eq!(second.app.sign_out().await.unwrap_err().code, ErrorCode::NotSignedIn);
    second.app.shut_down().await;
}
