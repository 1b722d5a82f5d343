//! From a profile's folder to a signed-in account and back.

use std::{
    pin::pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    sync::{Mutex, Notify, OnceCell, broadcast, watch},
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use super::{Options, signed_in::SignedIn};
use crate::{
    account::{
        SavedSession, Stores, discover,
        dto::{AccountState, ConnectionState, DiscoveredServer, EncryptionState},
    },
    error::{AppError, ErrorCode, Result},
    network,
    notices::{self, NoticeUpdate},
    settings::SettingsStore,
    storage::{Ask, KeyringError, OpenProfile, Profile, ProfileLock, ProfileProblem, StorageSizes, Vault, measure},
};

/// How often Estafette looks by itself whether the keyring has been unlocked.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// How long a window may take to come.
const WINDOW: Duration = Duration::from_secs(10);

/// What the door holds.
pub(super) struct Core {
    pub(super) options: Options,
    vault: Vault,
    http: OnceCell<reqwest::Client>,
    pub(super) account: watch::Sender<AccountState>,
    pub(super) encryption: watch::Sender<EncryptionState>,
    pub(super) connection: watch::Sender<ConnectionState>,
    pub(super) settings: SettingsStore,
    pub(super) notices: broadcast::Sender<NoticeUpdate>,
    pub(super) unread: watch::Sender<u32>,
    /// Held while the profile or the account changes hands, never while the network is waited for
    /// before a sign-in.
    pub(super) holdings: Mutex<Holdings>,
    /// One sign-in at a time.
    pub(super) signing_in: Mutex<()>,
    signed_in: RwLock<Option<Arc<SignedIn>>>,
    retry: Notify,
    /// Whether the keyring may show a dialog by now.
    pub(super) may_ask: watch::Sender<bool>,
}

#[derive(Default)]
pub(super) struct Holdings {
    profile: Option<Profile>,
    open: Option<OpenProfile>,
    shut_down: bool,
}

impl Holdings {
    /// The opened profile, or the reason why there is none.
    pub(super) fn opened(&self) -> Result<(&Profile, &OpenProfile)> {
        match (&self.profile, &self.open) {
            (Some(profile), Some(open)) => Ok((profile, open)),
            _ => Err(AppError::new(ErrorCode::KeyringUnavailable)),
        }
    }
}

impl Core {
    pub(super) fn new(options: Options, held: Option<ProfileLock>, may_ask: bool) -> Arc<Self> {
        Arc::new(Self {
            vault: Vault::new(options.keyring.clone()),
            options,
            http: OnceCell::new(),
            account: watch::Sender::new(AccountState::Opening),
            encryption: watch::Sender::new(EncryptionState::Checking),
            connection: watch::Sender::new(ConnectionState::Connecting),
            settings: SettingsStore::new(),
            notices: notices::channel(),
            unread: watch::Sender::new(0),
            holdings: Mutex::new(Holdings { profile: held.map(Profile::held), ..Holdings::default() }),
            signing_in: Mutex::default(),
            signed_in: RwLock::default(),
            retry: Notify::new(),
            may_ask: watch::Sender::new(may_ask),
        })
    }

    /// What lives while somebody is signed in.
    pub(super) fn signed_in(&self) -> Result<Arc<SignedIn>> {
        let signed_in = self.signed_in.read().unwrap_or_else(PoisonError::into_inner);
        signed_in.clone().ok_or_else(|| AppError::new(ErrorCode::NotSignedIn))
    }

    fn set_signed_in(&self, value: Option<Arc<SignedIn>>) -> Option<Arc<SignedIn>> {
        let mut signed_in = self.signed_in.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *signed_in, value)
    }

    pub(super) fn say(&self, state: AccountState) {
        self.account.send_replace(state);
    }

    pub(super) async fn http(&self) -> Result<reqwest::Client> {
        let client = self
            .http
            .get_or_try_init(|| async { network::client(&self.options.root_certificates, &self.options.proxies) })
            .await?;
        Ok(client.clone())
    }

    /// Opens the profile as soon as the keyring lets it.
    pub(super) async fn keep_opening(self: Arc<Self>) {
        let (mut ask, mut asked) = (if *self.may_ask.borrow() { Ask::Yes } else { Ask::No }, false);
        let mut let_ask = pin!(self.let_ask());
        loop {
            asked |= ask == Ask::Yes;
            let again = self.open(ask, asked).await;
            ask = tokio::select! {
                () = self.retry.notified() => Ask::Yes,
                () = &mut let_ask, if again && !asked => Ask::Yes,
                // By itself it only looks: a dialog every few seconds would be a plague.
                () = sleep(LOOK_AGAIN), if again => Ask::No,
            };
        }
    }

    /// Waits until the keyring may show a dialog; not for ever, for a window may never come.
    async fn let_ask(&self) {
        // The sender lives as long as this.
        let _ = timeout(WINDOW, self.may_ask.subscribe().wait_for(|may_ask| *may_ask)).await;
    }

    pub(super) fn retry(&self) {
        self.retry.notify_one();
    }

    /// Opens the profile. True if it is worth trying again without being asked.
    async fn open(self: &Arc<Self>, ask: Ask, asked: bool) -> bool {
        let mut holdings = self.holdings.lock().await;
        if holdings.shut_down || holdings.open.is_some() {
            return false;
        }
        match self.try_open(&mut holdings, ask).await {
            Ok(()) => false,
            // Nobody was asked yet: it is still opening.
            Err(ProfileProblem::Locked(_)) if !asked => true,
            Err(ProfileProblem::Locked(error)) => {
                self.say(AccountState::Locked { keyring_present: error != KeyringError::Absent });
                true
            }
            Err(ProfileProblem::KeyGone) => {
                self.say(AccountState::KeyGone);
                // The keyring may be restored meanwhile.
                true
            }
            Err(ProfileProblem::Failed(error)) => {
                holdings.open = None;
                self.settings.detach();
                // Room may be made meanwhile.
                let again = error.code == ErrorCode::StorageFull;
                self.say(AccountState::Unusable { error });
                again
            }
        }
    }

    async fn try_open(self: &Arc<Self>, holdings: &mut Holdings, ask: Ask) -> Result<(), ProfileProblem> {
        let failed = ProfileProblem::Failed;
        let profile = match &holdings.profile {
            Some(profile) => profile,
            None => holdings.profile.insert(Profile::hold(&self.options.profile).map_err(failed)?),
        };
        tracing::debug!("the profile is opened");
        let open = profile.open(&self.vault, ask).await?;
        tracing::debug!("the keyring has answered, the database is open");
        self.settings.attach(open.database.clone()).map_err(failed)?;
        if let Some(log) = &self.options.log {
            log.tell_apart_by(&open.keys.log);
        }
        holdings.open = Some(open.clone());
        match SavedSession::load(&open.database).map_err(failed)? {
            Some(saved) if saved.ended.is_none() => self.enter(holdings, &saved, None).await.map_err(failed),
            saved => {
                if saved.is_none() && SavedSession::is_leaving(&open.database).map_err(failed)? {
                    // A sign-in or sign-out was cut short.
                    Self::remove_account(holdings).map_err(failed)?;
                }
                self.say(AccountState::SignedOut);
                Ok(())
            }
        }
    }

    /// Starts what lives while somebody is signed in.
    pub(super) async fn enter(
        self: &Arc<Self>,
        holdings: &Holdings,
        saved: &SavedSession,
        password: Option<Zeroizing<String>>,
    ) -> Result<()> {
        let (profile, open) = holdings.opened()?;
        profile.make_sdk_folders()?;
        let stores = Stores {
            data: profile.sdk(),
            cache: profile.sdk_cache(),
            key: open.keys.sdk.clone(),
            database: open.database.clone(),
        };
        let http = self.http().await?;
        let signed_in = SignedIn::start(self, &http, stores, saved, password).await?;
        let signed_in = Arc::new(signed_in);
        // Before the name is waited for: whoever ends this meanwhile must find what has been started.
        self.set_signed_in(Some(signed_in.clone()));
        let me = signed_in.me().await;
        self.say(AccountState::Ready { me });
        Ok(())
    }

    /// Stops what lives while somebody is signed in, and closes its stores.
    pub(super) async fn leave(&self, goodbye: bool) {
        let Some(signed_in) = self.set_signed_in(None) else {
            return;
        };
        signed_in.stop().await;
        if goodbye {
            signed_in.say_goodbye().await;
        }
        signed_in.close().await;
        drop(signed_in);
        self.encryption.send_replace(EncryptionState::Checking);
        self.connection.send_replace(ConnectionState::Connecting);
        self.unread.send_replace(0);
    }

    pub(super) async fn discover(&self, address: &str) -> Result<DiscoveredServer> {
        Ok(discover(&self.http().await?, address).await?.server)
    }

    /// How much the profile takes on the disk.
    pub(super) async fn sizes(&self) -> Result<StorageSizes> {
        let folder = self.options.profile.clone();
        tokio::task::spawn_blocking(move || measure(&folder))
            .await
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"the measuring was given up"))
    }

    pub(super) async fn set_data_aside(&self) -> Result<String> {
        let name = {
            let holdings = self.holdings.lock().await;
            match &*self.account.borrow() {
                AccountState::KeyGone => {}
                AccountState::Unusable { error } if error.code == ErrorCode::DataDamaged => {}
                _ => return Err(AppError::caused(ErrorCode::Internal, &"there is nothing to set aside")),
            }
            let name = profile_of(&holdings)?.set_aside()?;
            self.say(AccountState::Opening);
            name
        };
        let mut states = self.account.subscribe();
        self.retry();
        // The window goes on with whatever came of it.
        let _ = states.wait_for(|state| *state != AccountState::Opening).await;
        Ok(name)
    }

    pub(super) async fn shut_down(&self) {
        let mut holdings = self.holdings.lock().await;
        holdings.shut_down = true;
        self.leave(false).await;
        self.settings.detach();
        if let Some(open) = holdings.open.take() {
            open.database.settle();
        }
        // Last: another process may open the profile from here on.
        holdings.profile = None;
    }
}

fn profile_of(holdings: &Holdings) -> Result<&Profile> {
    holdings.profile.as_ref().ok_or_else(|| AppError::new(ErrorCode::StorageFailed))
}
