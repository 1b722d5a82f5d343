//! Where the profile's key lives: the keyring of the operating system.
//!
//! An answer of "there is no such key" decides about the user's data, so it must be certain: a
//! keyring that is locked, silent or missing never counts as empty.

use std::{
    collections::BTreeMap,
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

/// A place for one secret per profile, and one per proxy. Calls may block for as long as they need.
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

    /// Removes what is kept under a name, if anything is. Never shows a dialog.
    ///
    /// # Errors
    /// When it may still be there.
    fn remove(&self, name: &str) -> Result<(), KeyringError>;
}

type Answer = Result<Option<Secret>, KeyringError>;

/// The keyring as core uses it: with patience, off the runtime's threads, and under each name at most
/// one call and one look beside it at a time, however long they take.
pub(crate) struct Vault {
    keyring: Arc<dyn Keyring>,
    patience: Duration,
    /// By name.
    pending: Mutex<BTreeMap<String, Pending>>,
    /// What is replaced is replaced one after the other: until it has lost patience, no call is among the pending ones.
    replacing: tokio::sync::Mutex<()>,
}

/// What a call is for.
#[derive(Clone, PartialEq, Eq)]
enum Wish {
    Get,
    Store(Secret),
    Remove,
}

/// A call that took longer than the patience, such as a dialog that still waits for a password. Its
/// answer is taken later rather than a second dialog opened.
struct Pending {
    wish: Wish,
    /// Whether it may show a dialog.
    ask: Ask,
    call: Call,
    /// A look past the dialog that took longer than the patience too: no second one is started.
    look: Option<(Wish, Call)>,
}

/// A call that is under way.
type Call = oneshot::Receiver<Answer>;

impl Wish {
    /// Whether the answer to an earlier wish is one to this too. What is to be kept, or not to be kept any more, is not
    /// by then what was to be kept before.
    fn is_met_by(&self, earlier: &Self) -> bool {
        *self == Self::Get || self == earlier
    }

    /// Whether this is to store something, and what is under way would replace or remove it.
    fn is_undone_by(&self, other: &Self) -> bool {
        matches!(self, Self::Store(_)) && *other != Self::Get && self != other
    }
}

impl Vault {
    pub(crate) fn new(keyring: Arc<dyn Keyring>) -> Self {
        Self { keyring, patience: PATIENCE, pending: Mutex::default(), replacing: tokio::sync::Mutex::default() }
    }

    /// The key of a profile.
    pub(crate) async fn get(&self, profile: &str, ask: Ask) -> Answer {
        let name = profile.to_owned();
        self.call(profile, Wish::Get, ask, move |keyring, ask| keyring.get(&name, ask)).await
    }

    /// Stores a key and reads it back: data is only ever written under a key that is known to be kept. Another one that is
    /// still being stored under this name is stored first, so that this one stays.
    pub(crate) async fn store(&self, profile: &str, key: &Secret, ask: Ask) -> Result<(), KeyringError> {
        let (name, expected) = (profile.to_owned(), key.clone());
        let stored = self.call(profile, Wish::Store(key.clone()), ask, move |keyring, ask| {
            keyring.set(&name, &expected, ask)?;
            match keyring.get(&name, Ask::No)? {
                Some(found) if found == expected => Ok(Some(found)),
                _ => Err(KeyringError::Unavailable),
            }
        });
        match stored.await? {
            Some(found) if found == *key => Ok(()),
            _ => Err(KeyringError::Unavailable),
        }
    }

    /// Keeps this in the place of what was kept under a name, or nothing, where it cannot: what was kept before is wrong.
    /// May show a dialog. An error where it is not kept.
    pub(crate) async fn replace(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        let _turn = self.replacing.lock().await;
        let stored = self.store(name, secret, Ask::Yes).await;
        if let Err(error) = stored {
            tracing::warn!(%error, "the keyring does not keep what was entered");
            if let Err(error) = self.forget(name).await {
                tracing::warn!(%error, "the keyring may still keep what was replaced");
            }
        }
        stored
    }

    /// Removes what is kept under a name.
    async fn forget(&self, name: &str) -> Result<(), KeyringError> {
        let of = name.to_owned();
        self.call(name, Wish::Remove, Ask::No, move |keyring, _| keyring.remove(&of).map(|()| None)).await.map(drop)
    }

    async fn call(
        &self,
        name: &str,
        wish: Wish,
        ask: Ask,
        call: impl FnOnce(&dyn Keyring, Ask) -> Answer + Send + 'static,
    ) -> Answer {
        let earlier = self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        match earlier {
            // It would be stored now, and replaced by what waits for the dialog.
            Some(pending) if ask == Ask::No && pending.call.is_empty() && wish.is_undone_by(&pending.wish) => {
                self.remember(name, pending);
                Err(KeyringError::Unavailable)
            }
            // The dialog is still open, and stays so when the keyring is unlocked elsewhere.
            Some(mut pending) if ask == Ask::No && pending.call.is_empty() => {
                let mut look = match pending.look.take() {
                    Some((earlier, look)) if wish.is_met_by(&earlier) => look,
                    earlier => self.run(earlier.map(|(_, look)| look), move |keyring| call(keyring, Ask::No)),
                };
                let (answer, outstanding) = match tokio::time::timeout(self.patience, &mut look).await {
                    Ok(answer) => (answer.unwrap_or(Err(KeyringError::Unavailable)), None),
                    Err(_) => (Err(KeyringError::Unavailable), Some((wish, look))),
                };
                // Where it still stores or removes something, what comes next has to wait for that.
                if answer.is_err() || pending.wish != Wish::Get {
                    self.remember(name, Pending { look: outstanding, ..pending });
                }
                answer
            }
            // A look does not ask, however long it takes.
            Some(pending) if wish.is_met_by(&pending.wish) && (ask == Ask::No || pending.ask == Ask::Yes) => {
                self.wait(name, pending).await
            }
            earlier => {
                // What only asks need not wait for anything.
                let before = earlier.filter(|_| wish != Wish::Get);
                let before = before.map(|it| [Some(it.call), it.look.map(|(_, look)| look)]);
                let call = self.run(before.into_iter().flatten().flatten(), move |keyring| call(keyring, ask));
                self.wait(name, Pending { wish, ask, call, look: None }).await
            }
        }
    }

    /// A thread of its own and not one of the runtime's: a dialog that nobody answers must not keep
    /// the process from ending. What comes before is over first.
    fn run(
        &self,
        before: impl IntoIterator<Item = Call>,
        call: impl FnOnce(&dyn Keyring) -> Answer + Send + 'static,
    ) -> Call {
        let (sender, receiver) = oneshot::channel();
        let (keyring, before) = (self.keyring.clone(), Vec::from_iter(before));
        std::thread::spawn(move || {
            for earlier in before {
                // Whatever came of it.
                let _ = earlier.blocking_recv();
            }
            // Nobody may be waiting any more, which is fine.
            let _ = sender.send(call(&*keyring));
        });
        receiver
    }

    async fn wait(&self, name: &str, mut pending: Pending) -> Answer {
        match tokio::time::timeout(self.patience, &mut pending.call).await {
            Ok(answer) => answer.unwrap_or(Err(KeyringError::Unavailable)),
            Err(_) => {
                self.remember(name, pending);
                Err(KeyringError::Unavailable)
            }
        }
    }

    fn remember(&self, name: &str, pending: Pending) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), pending);
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

        fn remove(&self, name: &str) -> Result<(), KeyringError> {
            self.check()?;
            self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
            Ok(())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
