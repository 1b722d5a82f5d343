//! From a profile's folder to a signed-in account and back.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    sync::{Mutex, Notify, OnceCell, broadcast, watch},
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use super::{
    Options,
    signed_in::{SessionId, SignedIn, forget_name},
};
use crate::{
    account::{
        Credentials, Ended, SavedSession, Stores, discover,
        dto::{AccountState, ConnectionState, DiscoveredServer, EncryptionState},
        sign_in,
    },
    encryption::Encryption,
    error::{AppError, ErrorCode, Result},
    network,
    notices::{self, NoticeUpdate},
    settings::SettingsStore,
    storage::{Ask, KeyringError, OpenProfile, Profile, ProfileLock, ProfileProblem, StorageSizes, Vault, measure},
    timeline::Drafts,
};

/// How often Estafette looks by itself whether the keyring has been unlocked.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// How long a server may take to forget a session that could not be used.
const FORGET: Duration = Duration::from_secs(5);

/// What the door holds.
pub(super) struct Core {
    options: Options,
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
    holdings: Mutex<Holdings>,
    /// One sign-in at a time.
    signing_in: Mutex<()>,
    signed_in: RwLock<Option<Arc<SignedIn>>>,
    retry: Notify,
}

/// What was here before a sign-in.
enum Before<'a> {
    /// The device that is signed in again: the server asked for that.
    ThisDevice,
    /// Another device, which the server has forgotten, or none.
    Another(Option<&'a SavedSession>),
}

#[derive(Default)]
struct Holdings {
    profile: Option<Profile>,
    open: Option<OpenProfile>,
    shut_down: bool,
}

impl Holdings {
    /// The opened profile, or the reason why there is none.
    fn opened(&self) -> Result<(&Profile, &OpenProfile)> {
        match (&self.profile, &self.open) {
            (Some(profile), Some(open)) => Ok((profile, open)),
            _ => Err(AppError::new(ErrorCode::KeyringUnavailable)),
        }
    }
}

impl Core {
    pub(super) fn new(options: Options, held: Option<ProfileLock>) -> Arc<Self> {
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

    fn say(&self, state: AccountState) {
        self.account.send_replace(state);
    }

    async fn http(&self) -> Result<reqwest::Client> {
        let client = self
            .http
            .get_or_try_init(|| async { network::client(&self.options.root_certificates, &self.options.proxies) })
            .await?;
        Ok(client.clone())
    }

    /// Opens the profile as soon as the keyring lets it.
    pub(super) async fn keep_opening(self: Arc<Self>) {
        let mut ask = Ask::Yes;
        loop {
            let again = self.open(ask).await;
            ask = Ask::Yes;
            if again {
                tokio::select! {
                    () = self.retry.notified() => {}
                    // By itself it only looks: a dialog every few seconds would be a plague.
                    () = sleep(LOOK_AGAIN) => ask = Ask::No,
                }
            } else {
                self.retry.notified().await;
            }
        }
    }

    pub(super) fn retry(&self) {
        self.retry.notify_one();
    }

    /// Opens the profile. True if it is worth trying again without being asked.
    async fn open(self: &Arc<Self>, ask: Ask) -> bool {
        let mut holdings = self.holdings.lock().await;
        if holdings.shut_down || holdings.open.is_some() {
            return false;
        }
        match self.try_open(&mut holdings, ask).await {
            Ok(()) => false,
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
                self.say(AccountState::Unusable { error });
                false
            }
        }
    }

    async fn try_open(self: &Arc<Self>, holdings: &mut Holdings, ask: Ask) -> Result<(), ProfileProblem> {
        let failed = ProfileProblem::Failed;
        let profile = match &holdings.profile {
            Some(profile) => profile,
            None => holdings.profile.insert(Profile::hold(&self.options.profile).map_err(failed)?),
        };
        let open = profile.open(&self.vault, ask).await?;
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
                    profile_of(holdings).and_then(Profile::remove_sdk_folders).map_err(failed)?;
                    SavedSession::left(&open.database).map_err(failed)?;
                }
                self.say(AccountState::SignedOut);
                Ok(())
            }
        }
    }

    /// Starts what lives while somebody is signed in.
    async fn enter(
        self: &Arc<Self>,
        holdings: &Holdings,
        saved: &SavedSession,
        password: Option<Zeroizing<String>>,
    ) -> Result<()> {
        let (profile, open) = holdings.opened()?;
        profile.make_sdk_folders()?;
        let stores = Stores { data: profile.sdk(), cache: profile.sdk_cache(), key: open.keys.sdk.clone() };
        let http = self.http().await?;
        let signed_in = SignedIn::start(self, &http, &stores, &open.database, saved, password).await?;
        let signed_in = Arc::new(signed_in);
        // Before the name is waited for: whoever ends this meanwhile must find what has been started.
        self.set_signed_in(Some(signed_in.clone()));
        let me = signed_in.me().await;
        self.say(AccountState::Ready { me });
        Ok(())
    }

    /// Stops what lives while somebody is signed in, and closes its stores.
    async fn leave(&self, goodbye: bool) {
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

    pub(super) async fn sign_in(
        self: &Arc<Self>,
        address: &str,
        user: Option<&str>,
        password: Zeroizing<String>,
    ) -> Result<()> {
        let _one_at_a_time = self.signing_in.lock().await;
        let earlier = {
            let holdings = self.holdings.lock().await;
            SavedSession::load(&holdings.opened()?.1.database)?
        };
        self.may_sign_in()?;
        let http = self.http().await?;
        let found = discover(&http, address).await?;
        let credentials = Credentials { user: user.map(str::to_owned), password };
        let kept = earlier.as_ref().filter(|earlier| earlier.can_go_on());
        let session = sign_in(&found, &credentials, &self.options.device_name, kept).await?;
        let saved = SavedSession { homeserver: found.homeserver, session, ended: None };

        let holdings = self.holdings.lock().await;
        let same_device = kept
            .is_some_and(|earlier| earlier.user_id() == saved.user_id() && earlier.device_id() == saved.device_id());
        let before = if same_device { Before::ThisDevice } else { Before::Another(earlier.as_ref()) };
        if let Err(error) = self.make_room(&holdings, &before) {
            if !same_device {
                forget_session(&http, &saved).await;
            }
            return Err(error);
        }
        let entered = self.enter_first(&holdings, &saved, credentials.password).await;
        if entered.is_err() {
            self.clean_up(&holdings, earlier.filter(|_| same_device)).await;
            // A device that is kept signs in again; the server must go on knowing it.
            if !same_device {
                forget_session(&http, &saved).await;
            }
        }
        entered
    }

    /// Whether a sign-in makes sense now.
    fn may_sign_in(&self) -> Result<()> {
        match *self.account.borrow() {
            AccountState::SignedOut => Ok(()),
            // The window does not offer it.
            _ => Err(AppError::caused(ErrorCode::Internal, &"somebody is signed in already")),
        }
    }

    /// Keeps what was here before and must not be lost, and removes the rest. The earlier session stays stored
    /// until the new one is, but does not go on: its keys are not where they were.
    fn make_room(&self, holdings: &Holdings, before: &Before<'_>) -> Result<()> {
        let (profile, open) = holdings.opened()?;
        self.may_sign_in()?;
        let Before::Another(earlier) = before else { return Ok(()) };
        // Nobody signed that device out: what it stored may be nowhere else.
        match earlier {
            Some(earlier) => {
                SavedSession { ended: Some(Ended::ForGood), ..SavedSession::clone(earlier) }.save(&open.database)?;
                if let Err(error) = profile.set_sdk_aside() {
                    if profile.sdk().exists() {
                        // Nothing was moved: that device can go on as before.
                        earlier.save(&open.database)?;
                    }
                    return Err(error);
                }
            }
            // Given up by who was signed in, and not removed yet.
            None if SavedSession::is_leaving(&open.database)? => profile.remove_sdk_folders()?,
            // Of stores whose session is lost nobody knows whether they are needed.
            None => profile.set_sdk_aside()?,
        }
        forget_name(&open.database)?;
        Drafts::forget(&open.database)?;
        Encryption::begin(&open.database, earlier.map(|earlier| &**earlier.user_id()))
    }

    /// Stores a new session and starts with it.
    async fn enter_first(
        self: &Arc<Self>,
        holdings: &Holdings,
        saved: &SavedSession,
        password: Zeroizing<String>,
    ) -> Result<()> {
        let (_, open) = holdings.opened()?;
        // Before anything is built on it: a token that is lost now would leave a device behind.
        saved.save(&open.database)?;
        self.enter(holdings, saved, Some(password)).await
    }

    /// After a failed start: as before the sign-in of a device that was here, and as if nobody had been otherwise.
    async fn clean_up(&self, holdings: &Holdings, earlier: Option<SavedSession>) {
        self.leave(false).await;
        let Ok((_, open)) = holdings.opened() else { return };
        let cleaned = match earlier {
            Some(earlier) => earlier.save(&open.database),
            None => Self::remove_account(holdings),
        };
        if cleaned.is_err() {
            tracing::warn!("a failed sign-in left something behind; the next start removes it");
        }
    }

    /// Signs out. Unless `anyway`, not while keys of messages would be lost with this device.
    pub(super) async fn sign_out(&self, anyway: bool) -> Result<()> {
        let signed_in = self.signed_in()?;
        signed_in.encryption.may_sign_out().await?;
        if !anyway {
            signed_in.encryption.wait_for_backup().await?;
        }
        // Not before: the window may be closed while the backup is waited for.
        let holdings = self.holdings.lock().await;
        if !self.signed_in().is_ok_and(|now| now.id == signed_in.id) {
            return Err(AppError::new(ErrorCode::NotSignedIn));
        }
        self.say(AccountState::SigningOut);
        drop(signed_in);
        self.leave(true).await;
        let removed = Self::remove_account(&holdings);
        self.say(AccountState::SignedOut);
        removed
    }

    /// The server has ended the session. Nothing is removed: it may be a mistake of the server, and
    /// what this device holds may be nowhere else.
    pub(super) async fn session_ended(&self, which: &SessionId, how: Ended) {
        let holdings = self.holdings.lock().await;
        // Another session may have begun since.
        if !self.signed_in().is_ok_and(|signed_in| signed_in.id == *which) {
            return;
        }
        self.leave(false).await;
        if Self::mark_ended(&holdings, how).is_err() {
            tracing::warn!("the end of the session could not be stored");
        }
        self.say(AccountState::SignedOut);
    }

    fn mark_ended(holdings: &Holdings, how: Ended) -> Result<()> {
        let database = &holdings.opened()?.1.database;
        match SavedSession::load(database)? {
            Some(saved) => SavedSession { ended: Some(how), ..saved }.save(database),
            None => Ok(()),
        }
    }

    /// Removes what is stored of the account; the settings stay.
    fn remove_account(holdings: &Holdings) -> Result<()> {
        let (profile, open) = holdings.opened()?;
        // The session first: without it, the next start removes the rest.
        SavedSession::remove(&open.database)?;
        Encryption::forget(&open.database)?;
        forget_name(&open.database)?;
        Drafts::forget(&open.database)?;
        profile.remove_sdk_folders()?;
        SavedSession::left(&open.database)
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

/// Has the server forget a session that this device cannot use.
async fn forget_session(http: &reqwest::Client, saved: &SavedSession) {
    let url = format!("{}/_matrix/client/v3/logout", saved.homeserver.as_str().trim_end_matches('/'));
    let request = http.post(url).bearer_auth(&saved.session.tokens.access_token).send();
    if !matches!(timeout(FORGET, request).await, Ok(Ok(_))) {
        tracing::info!("the server was not told of a session that is not used");
    }
}
