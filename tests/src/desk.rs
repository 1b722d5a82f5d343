//! Estafette without its window: core on a profile, and what a window would show of it.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, bail, ensure};
use estafette_core::{
    App, Ask, Keyring, KeyringError, Options, Secret,
    account::dto::{AccountState, ConnectionState, EncryptionState},
    policy::{Policies, Policy},
    rooms::dto::RoomRow,
    stream::{ListUpdate, Subscription, apply},
    timeline::dto::{Message, TimelineContent, TimelineItem},
};
use matrix_sdk::ruma::RoomId;
use serde_json::Value;
use tokio::{sync::watch, time::timeout};

use crate::{
    agent::PATIENCE,
    gateway::Gateway,
    servers::{Account, PASSWORD, ca},
};

/// A keyring in memory, which tests can lock and empty.
#[derive(Debug, Default)]
pub struct MemoryKeyring {
    keys: Mutex<HashMap<String, Secret>>,
    trouble: Mutex<Option<KeyringError>>,
}

impl MemoryKeyring {
    /// From now on the keyring answers with this error, or again as it should.
    pub fn trouble(&self, trouble: Option<KeyringError>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Forgets everything, as after a reset by IT.
    pub fn reset(&self) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn answer<T>(&self, answer: impl FnOnce(&mut HashMap<String, Secret>) -> T) -> Result<T, KeyringError> {
        match *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(trouble) => Err(trouble),
            None => Ok(answer(&mut self.keys.lock().unwrap_or_else(PoisonError::into_inner))),
        }
    }
}

impl Keyring for MemoryKeyring {
    fn get(&self, profile: &str, _: Ask) -> Result<Option<Secret>, KeyringError> {
        self.answer(|keys| keys.get(profile).cloned())
    }

    fn set(&self, profile: &str, key: &Secret, _: Ask) -> Result<(), KeyringError> {
        self.answer(|keys| {
            keys.insert(profile.to_owned(), key.clone());
        })
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        self.answer(|keys| {
            keys.remove(name);
        })
    }
}

/// A keyring in a folder, for processes that open a profile one after the other.
#[derive(Debug)]
pub struct FolderKeyring(pub PathBuf);

impl FolderKeyring {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name.replace('/', "_"))
    }
}

impl Keyring for FolderKeyring {
    fn get(&self, profile: &str, _: Ask) -> Result<Option<Secret>, KeyringError> {
        match fs::read(self.file(profile)) {
            Ok(key) => Ok(Some(Secret::new(key))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(KeyringError::Unavailable),
        }
    }

    fn set(&self, profile: &str, key: &Secret, _: Ask) -> Result<(), KeyringError> {
        fs::write(self.file(profile), key.expose()).map_err(|_| KeyringError::Unavailable)
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        match fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(KeyringError::Unavailable),
            _ => Ok(()),
        }
    }
}

/// Core on a profile, with the streams that a window listens to.
pub struct Desk {
    /// The door.
    pub app: Arc<App>,
    /// Where the account stands.
    pub account: watch::Receiver<AccountState>,
    /// Where its keys stand.
    pub encryption: watch::Receiver<EncryptionState>,
    /// Where its connection stands.
    pub connection: watch::Receiver<ConnectionState>,
    _streams: Vec<Subscription>,
}

/// A list as the window would hold it.
pub struct List<T> {
    /// The items now.
    pub items: watch::Receiver<Vec<T>>,
    _stream: Subscription,
}

impl Desk {
    /// Opens a profile.
    pub async fn open(profile: &Path, ca: Option<&Path>, keyring: Arc<dyn Keyring>) -> Result<Self> {
        let root_certificates = ca.map(Path::to_owned).into_iter().collect::<Vec<PathBuf>>();
        Self::with(Options { root_certificates, keyring, ..Options::new(profile) }).await
    }

    /// Opens a profile of a machine whose administration has decided this, and nothing else: `{"network": …}`.
    pub async fn obeying(policy: &Value, profile: &Path, keyring: Arc<dyn Keyring>) -> Result<Self> {
        let policy = Policy::of_text(&policy.to_string());
        ensure!(policy.problems().is_empty(), "{:?}", policy.problems());
        Self::with(Options { keyring, policies: Policies::fixed(policy), ..Options::new(profile) }).await
    }

    /// Opens a profile as these options say.
    pub async fn with(options: Options) -> Result<Self> {
        let app = App::start(Options { device_name: "Estafette (test)".to_owned(), ..options });
        let (account, encryption, connection) = (
            watch::channel(AccountState::Opening),
            watch::channel(EncryptionState::Checking),
            watch::channel(ConnectionState::Connecting),
        );
        let streams = vec![
            app.watch_account(Box::new(move |state| account.0.send(state).is_ok())).await?,
            app.watch_encryption(Box::new(move |state| encryption.0.send(state).is_ok())).await?,
            app.watch_connection(Box::new(move |state| connection.0.send(state).is_ok())).await?,
        ];
        Ok(Self { app, account: account.1, encryption: encryption.1, connection: connection.1, _streams: streams })
    }

    /// Opens a profile on a machine of its own, that trusts the servers' authority.
    pub async fn fresh(profile: &Path) -> Result<Self> {
        Self::open(profile, Some(&ca()), Arc::new(MemoryKeyring::default())).await
    }

    /// Signs in and, on the account's first device, keeps the recovery key; gives the key back if one was made.
    pub async fn sign_in(&mut self, address: &str, password: &str) -> Result<Option<String>> {
        self.sign_in_as(address, None, password).await
    }

    /// Does the same at an address that does not say whose it is.
    pub async fn sign_in_as(&mut self, address: &str, user: Option<&str>, password: &str) -> Result<Option<String>> {
        until(&mut self.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
        self.app.sign_in(address, user, password.to_owned()).await?;
        until(&mut self.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
        let state = until(&mut self.encryption, "keys", |state| {
            !matches!(state, EncryptionState::Checking | EncryptionState::SettingUp)
        })
        .await?;
        if state != EncryptionState::KeyToKeep {
            return Ok(None);
        }
        let key = self.app.recovery_key().await?;
        self.app.recovery_key_kept().await?;
        until(&mut self.encryption, "ready keys", |state| *state == EncryptionState::Ready).await?;
        Ok(Some(key))
    }

    /// Signs in through a gateway that may misbehave.
    pub async fn sign_in_behind_a_gateway(&mut self, account: &Account) -> Result<Gateway> {
        let gateway = Gateway::before(account.server()).await?;
        self.sign_in_as(&gateway.url, Some(&account.localpart), PASSWORD).await?;
        Ok(gateway)
    }

    /// Waits until the signed-in account may be used.
    pub async fn ready(&mut self) -> Result<()> {
        until(&mut self.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await.map(drop)
    }

    /// The room list.
    pub async fn rooms(&self) -> Result<List<RoomRow>> {
        let (sink, items) = list();
        Ok(List { _stream: self.app.watch_rooms(Box::new(sink)).await?, items })
    }

    /// A room's messages.
    pub async fn timeline(&self, room: &str) -> Result<List<TimelineItem>> {
        let (sink, items) = list();
        Ok(List { _stream: self.app.watch_timeline(room, Box::new(sink)).await?, items })
    }

    /// Waits until a room is in the list and satisfies.
    pub async fn room(&self, what: &str, satisfies: impl Fn(&RoomRow) -> bool) -> Result<RoomRow> {
        let mut rooms = self.rooms().await?;
        let rows = until(&mut rooms.items, what, |rows| rows.iter().any(&satisfies)).await?;
        rows.into_iter().find(satisfies).context("the row was just there")
    }

    /// Waits for an invitation and accepts it.
    pub async fn join(&self, room: &str) -> Result<()> {
        self.room("an invitation", |row| row.id == room && row.invited).await?;
        self.app.accept_invitation(room).await?;
        self.room("a joined room", |row| row.id == room && !row.invited).await?;
        Ok(())
    }

    /// Ends core as closing the window does.
    pub async fn close(self) {
        self.app.shut_down().await;
    }
}

impl List<TimelineItem> {
    /// Waits for a message that satisfies.
    pub async fn message(&mut self, what: &str, satisfies: impl Fn(&Message) -> bool) -> Result<Message> {
        let items = until(&mut self.items, what, |items| messages(items).any(&satisfies)).await?;
        let found = messages(&items).find(|message| satisfies(message)).cloned();
        found.context("the message was just there")
    }

    /// Waits for a message that satisfies, and has older ones loaded meanwhile, as the window does while there is space
    /// above: an answer of the server that leaves something out takes away what stood before it.
    pub async fn message_back(
        &mut self,
        desk: &Desk,
        room: &RoomId,
        what: &str,
        satisfies: impl Fn(&Message) -> bool,
    ) -> Result<Message> {
        let all = async {
            while !messages(&self.items.borrow_and_update()).any(&satisfies) {
                if desk.app.load_older(room.as_str(), 50).await? {
                    self.items.changed().await?;
                }
            }
            anyhow::Ok(())
        };
        if let Ok(all) = timeout(PATIENCE, all).await {
            all?;
        }
        // What is missing now is told.
        self.message(what, satisfies).await
    }
}

/// The messages among the lines of a timeline.
pub fn messages(items: &[TimelineItem]) -> impl Iterator<Item = &Message> {
    items.iter().filter_map(|item| match &item.content {
        TimelineContent::Message(message) => Some(&**message),
        _ => None,
    })
}

/// A sink that applies what it gets, as the window does.
fn list<T: Clone + Send + Sync + 'static>()
-> (impl estafette_core::stream::Sink<ListUpdate<T>>, watch::Receiver<Vec<T>>) {
    let (sender, receiver) = watch::channel(Vec::new());
    let sink = move |update: ListUpdate<T>| {
        let mut sound = true;
        sender.send_modify(|items| sound = apply(items, update.diffs).is_ok());
        sound && !sender.is_closed()
    };
    (sink, receiver)
}

/// Waits until a watched value satisfies, and gives it back.
pub async fn until<T: Clone + std::fmt::Debug>(
    watched: &mut watch::Receiver<T>,
    what: &str,
    satisfies: impl FnMut(&T) -> bool,
) -> Result<T> {
    let waited =
        tokio::time::timeout(PATIENCE, watched.wait_for(satisfies)).await.map(|found| found.map(|it| it.clone()));
    match waited {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => bail!("the stream ended before {what}"),
        Err(_) => bail!("waited {PATIENCE:?} for {what}; in the end it was {:#?}", *watched.borrow()),
    }
}
