//! From a profile's folder to a signed-in account and back.

use std::{
    pin::pin,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    sync::{Mutex, Notify, OnceCell, broadcast, watch},
    task::spawn_blocking,
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use super::{Options, signed_in::SignedIn};
use crate::{
    account::{
        Ended, SavedSession, Stores, asked, discover,
        dto::{AccountState, ConnectionState, DiscoveredServer, EncryptionState},
    },
    error::{AppError, ErrorCode, Result},
    media::{Media, drawable},
    network::{Entry, Network, ProxyState},
    notices::{self, NoticeUpdate},
    policy::{
        Asked, Policy,
        brand::{self, Brand},
        dto::{InForce, PolicyState, Standing},
        keys,
    },
    settings::SettingsStore,
    storage::{
        Ask, Database, KeyringError, OpenProfile, Profile, ProfileLock, ProfileProblem, StorageSizes, Vault, measure,
    },
};

/// How often Estafette looks by itself whether the keyring has been unlocked.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// How long a window may take to come.
const WINDOW: Duration = Duration::from_secs(10);

/// What the door holds.
pub(super) struct Core {
    pub(super) options: Options,
    /// The policy that held at the start: by it, what only the next start changes goes on.
    pub(super) started_with: Arc<Policy>,
    /// What the homeserver of the account asks for.
    asked: watch::Sender<Asked>,
    /// What the account that is signed in was opened with.
    pub(super) entered_with: watch::Sender<Entered>,
    pub(super) policy: watch::Sender<PolicyState>,
    pub(super) brand: watch::Sender<Brand>,
    /// What the proxy says, if there is one.
    pub(super) proxy: watch::Sender<ProxyState>,
    vault: Vault,
    network: OnceCell<Network>,
    /// The policy that the network was opened with, once it is: not always the one that held at the start.
    opened_with: OnceLock<Arc<Policy>>,
    pub(super) account: watch::Sender<AccountState>,
    pub(super) encryption: watch::Sender<EncryptionState>,
    pub(super) connection: watch::Sender<ConnectionState>,
    /// Why the homeserver cannot be reached, where that is known.
    pub(super) trouble: watch::Sender<Option<AppError>>,
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

/// All that others than the user said when an account was opened.
#[derive(Debug, Clone, Default)]
pub(super) struct Entered {
    pub(super) policy: Arc<Policy>,
    pub(super) asked: Asked,
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
        let started_with = options.policies.now();
        let core = Self {
            vault: Vault::new(options.keyring.clone()),
            options,
            network: OnceCell::new(),
            opened_with: OnceLock::new(),
            account: watch::Sender::new(AccountState::Opening),
            encryption: watch::Sender::new(EncryptionState::Checking),
            connection: watch::Sender::new(ConnectionState::Connecting),
            trouble: watch::Sender::default(),
            settings: SettingsStore::new(Arc::clone(&started_with)),
            policy: watch::Sender::default(),
            brand: watch::Sender::default(),
            proxy: watch::Sender::default(),
            started_with,
            asked: watch::Sender::default(),
            entered_with: watch::Sender::default(),
            notices: notices::channel(),
            unread: watch::Sender::new(0),
            holdings: Mutex::new(Holdings { profile: held.map(Profile::held), ..Holdings::default() }),
            signing_in: Mutex::default(),
            signed_in: RwLock::default(),
            retry: Notify::new(),
            may_ask: watch::Sender::new(may_ask),
        };
        core.show_policy();
        Arc::new(core)
    }

    /// Obeys each change of the policy, as far as that is safe while Estafette runs.
    pub(super) async fn keep_obeying(self: Arc<Self>) {
        let (mut policies, mut locked) = (self.options.policies.subscribe(), self.settings.locked());
        loop {
            let policy = Arc::clone(&policies.borrow_and_update());
            self.settings.obey(policy);
            locked.mark_unchanged();
            self.show_policy();
            let ended = tokio::select! {
                changed = policies.changed() => changed.is_err(),
                changed = locked.changed() => changed.is_err(),
            };
            if ended {
                return;
            }
        }
    }

    /// From now on the homeserver asks for this.
    pub(super) fn heed(&self, asked: Asked) {
        self.settings.heed(asked.clone());
        self.asked.send_replace(asked);
        self.show_policy();
    }

    /// As the server of a session asked last: nobody waits for it. One that has forgotten this device has no say any
    /// more over who uses it.
    pub(super) fn heed_server_of(&self, database: &Database, saved: Option<&SavedSession>) -> Result<()> {
        let saved = saved.filter(|saved| saved.ended != Some(Ended::ForGood));
        self.heed(saved.map(|saved| asked::known(database, saved)).transpose()?.unwrap_or_default());
        Ok(())
    }

    /// What the homeserver asks for, as far as it is known.
    pub(super) fn asked(&self) -> Asked {
        self.asked.borrow().clone()
    }

    /// Tells the window what is decided by others than the user.
    fn show_policy(&self) {
        let server = self.servers().fixed().map(ToString::to_string);
        // While nobody else can tell: what is told last is what holds.
        self.brand.send_modify(|brand| *brand = Brand::of(&self.options.policies.now(), &self.started_with, server));
        self.policy.send_modify(|state| {
            let (policy, asked) = (self.options.policies.now(), self.asked());
            let now = Standing { policy: &policy, asked: &asked };
            let account = self.signed_in().ok();
            let entered = self.entered_with.borrow().clone();
            let in_force = InForce {
                started: &self.started_with,
                network: self.opened_with.get().unwrap_or(&self.started_with),
                // Where nobody is signed in, whoever signs in obeys it from the beginning.
                entered: match account {
                    Some(_) => Standing { policy: &entered.policy, asked: &entered.asked },
                    None => now,
                },
                refused: account.is_some_and(|account| account.refuse_foreign(&self.servers()).is_err()),
            };
            let locked = self.settings.locked().borrow().clone();
            *state = PolicyState::of(now, in_force, locked, may_send_pictures(now));
        });
    }

    /// The organisation's picture.
    pub(super) async fn logo(&self) -> Result<Media> {
        let policy = Arc::clone(&self.started_with);
        let read = spawn_blocking(move || brand::logo(&policy)).await;
        drawable(read.ok().flatten().ok_or_else(|| AppError::new(ErrorCode::MediaUnavailable))?)
    }

    /// Whether pictures may be sent.
    pub(super) fn may_send_pictures(&self) -> bool {
        may_send_pictures(Standing { policy: &self.options.policies.now(), asked: &self.asked.borrow() })
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
        Ok(self.network().await?.client.clone())
    }

    async fn network(&self) -> Result<&Network> {
        if let Some(network) = self.network.get() {
            return Ok(network);
        }
        let network = self.network.get_or_try_init(|| self.new_network()).await;
        // Of what was mended before, nothing waits for the next start.
        self.show_policy();
        network
    }

    /// By the policy that held at the start, and with what the keyring keeps for the proxy.
    async fn new_network(&self) -> Result<Network> {
        let options = &self.options;
        let open = async |policy: &Arc<Policy>| {
            let (roots, proxies) = (options.root_certificates.clone(), options.proxies.clone());
            let (policy, state) = (Arc::clone(policy), self.proxy.clone());
            // It reads files, and the disk may be slow.
            let opened = spawn_blocking(move || Network::open(&roots, &proxies, &policy, state)).await;
            opened.map_err(|_| AppError::caused(ErrorCode::Internal, &"the network was given up"))?
        };
        let (network, with) = match open(&self.started_with).await {
            Ok(network) => (network, Arc::clone(&self.started_with)),
            // What led nowhere is not held on to: the administration may have mended it.
            Err(_) => {
                let now = options.policies.now();
                (open(&now).await?, now)
            }
        };
        if let Some(key) = network.route.key() {
            match self.vault.get(&key, Ask::No).await {
                Ok(kept) => {
                    kept.as_ref().and_then(Entry::from_secret).into_iter().for_each(|it| network.route.enter(it))
                }
                // The proxy may not want to know; if it does, the user is asked.
                Err(error) => tracing::info!(%error, "the keyring does not say who one is to the proxy"),
            }
        }
        let _ = self.opened_with.set(with);
        Ok(network)
    }

    /// Tells the proxy who the user is, now and, if the keyring keeps it, at the next start. `ProxyNotKept` where it
    /// does not: the proxy is told all the same.
    pub(super) async fn enter_proxy(&self, user: &str, password: Zeroizing<String>) -> Result<()> {
        let entry = Entry::new(user, password)?;
        let route = &self.network().await?.route;
        let key = route.key().ok_or_else(|| AppError::caused(ErrorCode::Internal, &"there is no proxy that asks"))?;
        let secret = entry.to_secret();
        route.enter(entry);
        // What was kept before goes with this, and not earlier: a proxy that refuses it may be out of order, or another.
        self.vault.replace(&key, &secret).await.map_err(|_| AppError::new(ErrorCode::ProxyNotKept))
    }

    /// Opens the profile as soon as the keyring lets it, and the administration.
    pub(super) async fn keep_opening(self: Arc<Self>) {
        let mut policies = self.options.policies.subscribe();
        let (mut ask, mut asked) = (if *self.may_ask.borrow() { Ask::Yes } else { Ask::No }, false);
        let mut let_ask = pin!(self.let_ask());
        loop {
            asked |= ask == Ask::Yes;
            policies.mark_unchanged();
            let again = self.open(ask, asked).await;
            ask = tokio::select! {
                () = self.retry.notified() => Ask::Yes,
                () = &mut let_ask, if again && !asked => Ask::Yes,
                // By itself it only looks: a dialog every few seconds would be a plague.
                () = sleep(LOOK_AGAIN), if again => Ask::No,
                // Another server may be allowed, another proxy or file named.
                Ok(()) = policies.changed() => Ask::No,
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
            Some(saved) if saved.ended.is_none() => {
                if saved.refuse_foreign(&self.servers()).is_err() {
                    let refused = AppError::new(ErrorCode::AccountNotAllowed);
                    return Err(failed(refused.with("server", saved.user_id().server_name())));
                }
                self.enter(holdings, &saved, None).await.map_err(failed)
            }
            saved => {
                self.heed_server_of(&open.database, saved.as_ref()).map_err(failed)?;
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
        let entered = Entered { policy: self.options.policies.now(), asked: asked::known(&open.database, saved)? };
        self.entered_with.send_replace(entered);
        self.heed_server_of(&open.database, Some(saved))?;
        let signed_in = SignedIn::start(self, &http, stores, saved, password).await?;
        let signed_in = Arc::new(signed_in);
        // Before the name is waited for: whoever ends this meanwhile must find what has been started.
        self.set_signed_in(Some(signed_in.clone()));
        // What was changed while it was opened waits from here on.
        self.show_policy();
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
        self.trouble.send_replace(None);
        self.unread.send_replace(0);
        self.show_policy();
    }

    pub(super) async fn discover(&self, address: &str) -> Result<DiscoveredServer> {
        let earlier = self.earlier().await.ok().flatten();
        let servers = self.servers_beside(earlier.as_ref());
        Ok(discover(&self.http().await?, address, &servers).await?.server)
    }

    /// The database of a profile whose account may not be entered.
    pub(super) async fn database_of_refused(&self, holdings: &Holdings) -> Result<Database> {
        match profile_of(holdings)?.open(&self.vault, Ask::Yes).await {
            Ok(open) => Ok(open.database),
            Err(ProfileProblem::Failed(error)) => Err(error),
            Err(ProfileProblem::Locked(_) | ProfileProblem::KeyGone) => {
                Err(AppError::new(ErrorCode::KeyringUnavailable))
            }
        }
    }

    /// How much the profile takes on the disk.
    pub(super) async fn sizes(&self) -> Result<StorageSizes> {
        let folder = self.options.profile.clone();
        spawn_blocking(move || measure(&folder))
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

fn may_send_pictures(now: Standing<'_>) -> bool {
    now.policy.heeding(&keys::MESSAGES_IMAGES, now.asked).unwrap_or(true)
}

fn profile_of(holdings: &Holdings) -> Result<&Profile> {
    holdings.profile.as_ref().ok_or_else(|| AppError::new(ErrorCode::StorageFailed))
}
