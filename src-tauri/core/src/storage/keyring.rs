//! Where the profile's key lives: the keyring of the operating system.
//!
//! An answer of "there is no such key" decides about the user's data, so it must be certain: a
//! keyring that is locked, silent or missing never counts as empty.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::keys::Secret;

#[cfg(target_os = "linux")]
#[path = "keyring_linux.rs"]
mod system;
#[cfg(windows)]
#[path = "keyring_windows.rs"]
mod system;

pub use system::SystemKeyring;

/// Under which name the keyring lists the keys of Estafette.
#[cfg_attr(not(any(target_os = "linux", windows)), allow(dead_code))]
const SERVICE: &str = "eu.estafette.Estafette";

/// How long the keyring may take before the window says that it does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the keyring may ask its owner for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// It may show a dialog: the user has just started Estafette or wants to try again.
    Yes,
    /// It must not: Estafette looks by itself whether the keyring has been opened meanwhile.
    No,
}

/// Why the keyring gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// It is locked, and was not unlocked.
    #[error("the keyring is locked")]
    Locked,
    /// It did not answer, or failed.
    #[error("the keyring does not answer")]
    Unavailable,
    /// There is no keyring on this machine.
    #[error("there is no keyring")]
    Absent,
}

/// A place for one secret per profile. Calls may block for as long as they need.
pub trait Keyring: Send + Sync + 'static {
    /// The key of a profile. `None` only if the keyring is open and surely does not have it.
    ///
    /// # Errors
    /// When the keyring cannot say.
    fn get(&self, profile: &str, ask: Ask) -> Result<Option<Secret>, KeyringError>;

    /// Stores the key of a profile.
    ///
    /// # Errors
    /// When it is not stored.
    fn set(&self, profile: &str, key: &Secret, ask: Ask) -> Result<(), KeyringError>;
}

type Answer = Result<Option<Secret>, KeyringError>;

/// The keyring as core uses it: with patience, off the runtime's threads, and for each profile at most
/// one call and one look beside it at a time, however long they take.
pub(crate) struct Vault {
    keyring: Arc<dyn Keyring>,
    patience: Duration,
    pending: Mutex<Option<Pending>>,
}

/// A call that took longer than the patience, such as a dialog that still waits for a password. Its
/// answer is taken later rather than a second dialog opened.
struct Pending {
    profile: String,
    /// Whether it may show a dialog.
    ask: Ask,
    call: oneshot::Receiver<Answer>,
    /// A look past the dialog that took longer than the patience too: no second one is started.
    look: Option<oneshot::Receiver<Answer>>,
}

impl Vault {
    pub(crate) fn new(keyring: Arc<dyn Keyring>) -> Self {
        Self { keyring, patience: PATIENCE, pending: Mutex::new(None) }
    }

    /// The key of a profile.
    pub(crate) async fn get(&self, profile: &str, ask: Ask) -> Answer {
        let name = profile.to_owned();
        self.call(profile, ask, move |keyring, ask| keyring.get(&name, ask)).await
    }

    /// Stores a key and reads it back: data is only ever written under a key that is known to be kept.
    pub(crate) async fn store(&self, profile: &str, key: &Secret, ask: Ask) -> Result<(), KeyringError> {
        let (name, expected) = (profile.to_owned(), key.clone());
        let stored = self.call(profile, ask, move |keyring, ask| {
            keyring.set(&name, &expected, ask)?;
            match keyring.get(&name, Ask::No)? {
                Some(found) if found == expected => Ok(Some(found)),
                _ => Err(KeyringError::Unavailable),
            }
        });
        stored.await.map(|_| ())
    }

    async fn call(
        &self,
        profile: &str,
        ask: Ask,
        call: impl FnOnce(&dyn Keyring, Ask) -> Answer + Send + 'static,
    ) -> Answer {
        let earlier = self.pending.lock().unwrap_or_else(PoisonError::into_inner).take();
        match earlier.filter(|earlier| earlier.profile == profile) {
            // The dialog is still open, and stays so when the keyring is unlocked elsewhere.
            Some(mut pending) if ask == Ask::No && pending.call.is_empty() => {
                let mut look = pending.look.take().unwrap_or_else(|| self.run(move |keyring| call(keyring, Ask::No)));
                let (answer, outstanding) = match tokio::time::timeout(self.patience, &mut look).await {
                    Ok(answer) => (answer.unwrap_or(Err(KeyringError::Unavailable)), None),
                    Err(_) => (Err(KeyringError::Unavailable), Some(look)),
                };
                if answer.is_err() {
                    self.remember(Pending { look: outstanding, ..pending });
                }
                answer
            }
            // A look does not ask, however long it takes.
            Some(pending) if ask == Ask::No || pending.ask == Ask::Yes => self.wait(pending).await,
            _ => {
                let call = self.run(move |keyring| call(keyring, ask));
                self.wait(Pending { profile: profile.to_owned(), ask, call, look: None }).await
            }
        }
    }

    /// A thread of its own and not one of the runtime's: a dialog that nobody answers must not keep
    /// the process from ending.
    fn run(&self, call: impl FnOnce(&dyn Keyring) -> Answer + Send + 'static) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        let keyring = self.keyring.clone();
        std::thread::spawn(move || {
            // Nobody may be waiting any more, which is fine.
            let _ = sender.send(call(&*keyring));
        });
        receiver
    }

    async fn wait(&self, mut pending: Pending) -> Answer {
        match tokio::time::timeout(self.patience, &mut pending.call).await {
            Ok(answer) => answer.unwrap_or(Err(KeyringError::Unavailable)),
            Err(_) => {
                self.remember(pending);
                Err(KeyringError::Unavailable)
            }
        }
    }

    fn remember(&self, pending: Pending) {
        *self.pending.lock().unwrap_or_else(PoisonError::into_inner) = Some(pending);
    }
}

/// A keyring for unit tests.
#[cfg(test)]
pub(super) mod fake {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Default)]
    pub(crate) struct FakeKeyring {
        pub(crate) keys: Mutex<BTreeMap<String, Secret>>,
        pub(crate) failure: Mutex<Option<KeyringError>>,
        /// Answers that a key was stored, and loses it.
        pub(crate) forgetful: bool,
        /// Whether each attempt to store a key was allowed to ask.
        pub(crate) asked: Mutex<Vec<Ask>>,
    }

    impl FakeKeyring {
        fn check(&self) -> Result<(), KeyringError> {
            self.failure.lock().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
        }
    }

    impl Keyring for FakeKeyring {
        fn get(&self, profile: &str, _: Ask) -> Answer {
            self.check()?;
            Ok(self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(profile).cloned())
        }

        fn set(&self, profile: &str, key: &Secret, ask: Ask) -> Result<(), KeyringError> {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(ask);
            self.check()?;
            if !self.forgetful {
                let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                keys.insert(profile.to_owned(), key.clone());
            }
            Ok(())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;

    use super::{fake::FakeKeyring, *};

    #[tokio::test]
    async fn a_stored_key_is_read_back() {
        let vault = Vault::new(Arc::new(FakeKeyring::default()));
        let key = Secret::random().unwrap();
        vault.store("one", &key, Ask::Yes).await.unwrap();
        assert_eq!(vault.get("one", Ask::Yes).await, Ok(Some(key)));
        assert_eq!(vault.get("two", Ask::Yes).await, Ok(None));
    }

    #[tokio::test]
    async fn a_keyring_that_loses_what_it_is_given_is_no_place_for_a_key() {
        let vault = Vault::new(Arc::new(FakeKeyring { forgetful: true, ..FakeKeyring::default() }));
        let answer = vault.store("one", &Secret::random().unwrap(), Ask::Yes).await;
        assert_eq!(answer, Err(KeyringError::Unavailable));
    }

    /// Shows a dialog that answers when the test says so, and counts them.
    struct Slow(Mutex<mpsc::Receiver<()>>, Mutex<u32>, Mutex<Answer>);

    impl Keyring for Slow {
        fn get(&self, _: &str, ask: Ask) -> Answer {
            if ask == Ask::No {
                return self.2.lock().unwrap().clone();
            }
            *self.1.lock().unwrap() += 1;
            self.0.lock().unwrap().recv().unwrap();
            Ok(Some(Secret::new(vec![1])))
        }
        fn set(&self, _: &str, _: &Secret, _: Ask) -> Result<(), KeyringError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_late_answer_is_taken_and_no_second_dialog_opened() {
        let (answer, wait) = mpsc::channel();
        let slow = Arc::new(Slow(Mutex::new(wait), Mutex::new(0), Mutex::new(Err(KeyringError::Locked))));
        let mut vault = Vault::new(slow.clone());
        vault.patience = Duration::from_millis(20);
        assert_eq!(vault.get("one", Ask::Yes).await, Err(KeyringError::Unavailable));
        assert_eq!(vault.get("one", Ask::No).await, Err(KeyringError::Locked));
        answer.send(()).unwrap();
        vault.patience = Duration::from_secs(10);
        assert_eq!(vault.get("one", Ask::Yes).await, Ok(Some(Secret::new(vec![1]))));
        assert_eq!(*slow.1.lock().unwrap(), 1);
    }

    #[tokio::test]
    async fn a_keyring_unlocked_elsewhere_is_not_kept_waiting_by_a_dialog() {
        let (_answer, wait) = mpsc::channel();
        let key = Secret::new(vec![2]);
        let slow = Arc::new(Slow(Mutex::new(wait), Mutex::new(0), Mutex::new(Err(KeyringError::Locked))));
        let mut vault = Vault::new(slow.clone());
        vault.patience = Duration::from_millis(20);
        assert_eq!(vault.get("one", Ask::Yes).await, Err(KeyringError::Unavailable));
        vault.patience = Duration::from_secs(10);
        assert_eq!(vault.get("one", Ask::No).await, Err(KeyringError::Locked));
        *slow.2.lock().unwrap() = Ok(Some(key.clone()));
        assert_eq!(vault.get("one", Ask::No).await, Ok(Some(key)));
    }

    /// Hangs, whoever asks.
    #[derive(Default)]
    struct Hung {
        calls: Mutex<u32>,
        answers: Mutex<Vec<mpsc::Sender<Answer>>>,
    }

    impl Keyring for Hung {
        fn get(&self, _: &str, _: Ask) -> Answer {
            let (sender, answer) = mpsc::channel();
            self.answers.lock().unwrap().push(sender);
            *self.calls.lock().unwrap() += 1;
            answer.recv().unwrap()
        }
        fn set(&self, _: &str, _: &Secret, _: Ask) -> Result<(), KeyringError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_keyring_that_hangs_is_not_asked_ever_more_often() {
        let hung = Arc::new(Hung::default());
        let mut vault = Vault::new(hung.clone());
        vault.patience = Duration::from_millis(20);
        for ask in [Ask::Yes, Ask::No, Ask::No, Ask::Yes, Ask::No, Ask::No] {
            assert_eq!(vault.get("one", ask).await, Err(KeyringError::Unavailable));
        }
        assert_eq!(*hung.calls.lock().unwrap(), 2, "the dialog and one look");
        // The late answer of the look counts, and the next look is another one.
        vault.patience = Duration::from_secs(10);
        let key = Secret::new(vec![3]);
        let look = hung.answers.lock().unwrap().pop().unwrap();
        look.send(Ok(Some(key.clone()))).unwrap();
        assert_eq!(vault.get("one", Ask::No).await, Ok(Some(key)));
    }
}
