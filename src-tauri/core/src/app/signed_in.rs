//! All that lives while somebody is signed in.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use matrix_sdk::{Client, SessionChange, media::MediaRetentionPolicy, ruma::RoomId, store::RoomLoadSettings};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use super::lifecycle::Core;
use crate::{
    account::{
        Device, Ended, Left, SavedSession, Servers, Stores,
        asked::Asking,
        build,
        dto::{AccountState, ConnectionState},
        keep_tokens_saved, profile, recipients,
    },
    encryption::Encryption,
    error::{AppError, ErrorCode, Result},
    media::{Handles, Portrait, Waiting},
    network,
    notices::Notices,
    people::{self, Person},
    policy::Asked,
    rooms::{self, Rooms},
    sending::Pictures,
    storage::{Database, failed, is_corrupt},
    stream::Subscription,
    sync::Sync,
    timeline::{Drafts, Timelines},
};

/// How long the server has to accept a sign-out before this device goes without it.
const FAREWELL: Duration = Duration::from_secs(10);

/// How long the window waits for the user's name before it opens without: at the first sign-in, when
/// the server has just answered, and at later starts, when the name is known from then.
const NAME_PATIENCE: (Duration, Duration) = (Duration::from_secs(3), Duration::from_millis(300));

/// The account's client and what stands on it.
pub(super) struct SignedIn {
    pub(super) client: Client,
    pub(super) handles: Arc<Handles>,
    pub(super) waiting: Waiting,
    pub(super) drafts: Arc<Drafts>,
    pub(super) notices: Notices,
    pub(super) encryption: Encryption,
    pub(super) rooms: Rooms,
    pub(super) timelines: Timelines,
    database: Database,
    sync: Sync,
    pub(super) id: SessionId,
    tasks: Mutex<Option<[Subscription; 5]>>,
}

/// Tells this run of a session from every other, also from one of the same device.
#[derive(Debug, Clone, Default)]
pub(super) struct SessionId(Arc<()>);

impl PartialEq for SessionId {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The user's name and organisation as they were last known, for a start without network.
const NAME: &str = "account.name";

impl SignedIn {
    /// Opens the stores and starts everything. Needs no network.
    pub(super) async fn start(
        core: &Arc<Core>,
        http: &reqwest::Client,
        stores: Stores,
        saved: &SavedSession,
        password: Option<Zeroizing<String>>,
    ) -> Result<Self> {
        let database = stores.database.clone();
        let with = core.entered_with.borrow().clone();
        let recipients = recipients(&with.policy, &with.asked);
        let client = build(http, &stores, saved, recipients).await?;
        keep_tokens_saved(&client, &database)?;
        let restored = client.matrix_auth().restore_session(saved.session.clone(), RoomLoadSettings::default()).await;
        restored.map_err(|error| {
            if is_corrupt(&error) { stores.spoiled(&error, Left::Damaged) } else { network::sdk_error(&error) }
        })?;
        Left::mended(&database)?;
        Device::remember(&client, &database).await?;
        let gaps = rooms::gaps::close(&client);
        // Before the first answer of the server: what comes through no cache is not kept.
        client
            .event_cache()
            .subscribe()
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"the event cache could not be started"))?;
        if client.media().set_media_retention_policy(MediaRetentionPolicy::new()).await.is_err() {
            tracing::warn!("how long media are kept could not be set");
        }
        let handles = Arc::new(Handles::new());
        client.send_queue().enable_upload_progress(true);
        let encryption = Encryption::start(&client, &database, core.encryption.clone(), password);
        let notices = Notices::start(&client, handles.clone(), core.settings.subscribe(), core.notices.clone());
        let drafts = Arc::new(Drafts::load(&client, &database).await);
        let pictures = Pictures::of(core.policy.subscribe());
        let (connection, trouble) = (core.connection.clone(), core.trouble.clone());
        let sync = Sync::start(&client, connection, trouble, stores.data, pictures.clone()).await?;
        let rooms = Rooms::new(client.clone(), sync.rooms(), handles.clone(), drafts.clone());
        let (settings, exhausted) = (core.settings.subscribe(), sync.exhausted());
        let timelines = Timelines::new(client.clone(), handles.clone(), settings, exhausted, pictures);
        let id = SessionId::default();
        let tasks = [
            rooms.count_unread(core.unread.clone()).await?,
            Subscription::spawn(gaps),
            Subscription::spawn(follow_asked(
                Arc::downgrade(core),
                Asking::of(http, saved, &database),
                core.asked(),
                core.connection.subscribe(),
            )),
            Subscription::spawn(follow_session(Arc::downgrade(core), id.clone(), client.clone())),
            Subscription::spawn(follow_name(
                core.account.clone(),
                core.connection.subscribe(),
                client.clone(),
                handles.clone(),
                database.clone(),
            )),
        ];
        let tasks = Mutex::new(Some(tasks));
        let waiting = Waiting::default();
        Ok(Self { client, handles, waiting, drafts, notices, encryption, rooms, timelines, database, sync, id, tasks })
    }

    /// The user, as far as it is known without waiting.
    pub(super) async fn me(&self) -> Person {
        let stored: Option<(String, Option<String>)> = self.database.get_if_readable(NAME).unwrap_or_default();
        let patience = if stored.is_none() { NAME_PATIENCE.0 } else { NAME_PATIENCE.1 };
        if let Ok(found) = timeout(patience, people::me(&self.client, &self.handles)).await
            && !is_bare(&self.client, &found)
        {
            remember(&self.database, &found);
            return found;
        }
        let mut me = bare(&self.client);
        if let Some((name, organisation)) = stored {
            me.name = name;
            me.organisation = organisation;
        }
        me
    }

    /// Changes the user's name, here at once.
    pub(super) async fn rename(&self, account: &watch::Sender<AccountState>, name: &str) -> Result<()> {
        let me = self.me().await;
        let name = profile::rename(&self.client, &me, name).await?;
        let me = Person { name, ..me };
        remember(&self.database, &me);
        account.send_if_modified(|state| self.say(state, |known| known.name.clone_from(&me.name)));
        Ok(())
    }

    /// Changes the user's picture, or takes it away, here at once.
    pub(super) async fn set_picture(
        &self,
        account: &watch::Sender<AccountState>,
        picture: Option<Portrait>,
    ) -> Result<()> {
        match picture {
            Some(picture) => profile::set_picture(&self.client, picture).await?,
            None => profile::remove_picture(&self.client).await?,
        }
        let url = self.client.account().get_avatar_url().await.map_err(|error| network::sdk_error(&error))?;
        let avatar = url.map(|url| self.handles.avatar(&url));
        account.send_if_modified(|state| self.say(state, |known| known.avatar.clone_from(&avatar)));
        Ok(())
    }

    /// Changes what the window knows of the user.
    fn say(&self, state: &mut AccountState, change: impl FnOnce(&mut Person)) -> bool {
        match state {
            AccountState::Ready { me } if self.client.user_id().is_some_and(|id| id.as_str() == me.user_id) => {
                change(me);
                true
            }
            _ => false,
        }
    }

    /// Drops what the server still has: pictures that were looked at, and the history of rooms.
    pub(super) async fn clear_cache(&self) -> Result<()> {
        let sdk = |error: matrix_sdk::Error| network::sdk_error(&error);
        let media = self.client.media();
        let nothing = MediaRetentionPolicy::new().with_max_cache_size(Some(0));
        media.set_media_retention_policy(nothing).await.map_err(sdk)?;
        let cleaned = media.clean().await.map_err(sdk);
        // In any case: what is looked at from now on is kept as before.
        media.set_media_retention_policy(MediaRetentionPolicy::new()).await.map_err(sdk)?;
        cleaned?;
        self.client.event_cache().clear_all_rooms().await.map_err(|error| {
            // It is removed as a whole before it is opened again.
            if is_corrupt(&error) && Left::Damaged.note(&self.database).is_err() {
                tracing::warn!("that the history is damaged could not be noted");
            }
            failed(&error)
        })?;
        self.client.optimize_stores().await.map_err(sdk)
    }

    /// Refuses this account where its homeserver is not allowed any more.
    pub(super) fn refuse_foreign(&self, servers: &Servers) -> Result<()> {
        match self.client.user_id() {
            Some(id) => servers.refuse_foreign(id.server_name().as_str(), &self.client.homeserver()),
            None => Ok(()),
        }
    }

    /// Refuses where a message could not be encrypted for its readers: the SDK would take it, fail,
    /// and hold up all that is sent after it.
    pub(super) async fn may_send(&self, room: &str) -> Result<()> {
        let room = RoomId::parse(room)
            .ok()
            .and_then(|id| self.client.get_room(&id))
            .ok_or_else(|| AppError::new(ErrorCode::RoomUnknown))?;
        let state = room.latest_encryption_state().await.map_err(|error| network::sdk_error(&error))?;
        if !state.is_encrypted() || self.encryption.confirmed().await? {
            Ok(())
        } else {
            Err(AppError::new(ErrorCode::DeviceUnconfirmed))
        }
    }

    /// Tells the server that this device is gone. It may not hear it.
    pub(super) async fn say_goodbye(&self) {
        match timeout(FAREWELL, self.client.logout()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => tracing::info!("the server was not told of the sign-out"),
        }
    }

    /// Ends everything that runs by itself, also where somebody still holds this value: nothing of
    /// this session may speak into the next one.
    pub(super) async fn stop(&self) {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        for task in tasks.into_iter().flatten() {
            task.end().await;
        }
        self.notices.stop().await;
        self.encryption.stop().await;
        self.sync.stop().await;
    }

    /// Closes the stores; nothing can be read or sent afterwards.
    pub(super) async fn close(&self) {
        if self.client.pause().await.is_err() {
            tracing::warn!("a store of the SDK did not close");
        } else if Left::in_order(&self.database).is_err() {
            tracing::warn!("that the stores are closed could not be noted; the next start asks for all rooms anew");
        }
    }
}

/// Obeys what the homeserver asks for, and each change of it.
async fn follow_asked(core: Weak<Core>, asking: Asking, known: Asked, connection: watch::Receiver<ConnectionState>) {
    let tell = |asked| {
        if let Some(core) = core.upgrade() {
            core.heed(asked);
        }
    };
    asking.keep_asking(known, connection, tell).await;
}

/// Waits for the server to end the session.
async fn follow_session(core: Weak<Core>, id: SessionId, client: Client) {
    let mut changes = client.subscribe_to_session_changes();
    loop {
        match changes.recv().await {
            Ok(SessionChange::UnknownToken(data)) => {
                // A token that expired and could not be renewed for want of a network looks the same,
                // and so does the answer of a proxy, or of a server that is being repaired.
                if !truly_ended(&client).await {
                    sleep(Duration::from_secs(5)).await;
                    continue;
                }
                if let Some(core) = core.upgrade() {
                    // Apart from this task, which ends with the session.
                    let how = if data.soft_logout { Ended::Softly } else { Ended::ForGood };
                    tokio::spawn(async move { core.session_ended(&id, how).await });
                }
                return;
            }
            Ok(SessionChange::TokensRefreshed) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Asks the server once more whether it knows this session.
async fn truly_ended(client: &Client) -> bool {
    match client.whoami().await {
        Ok(_) => false,
        Err(error) => matches!(
            network::http_error(&error).code,
            ErrorCode::NotSignedIn | ErrorCode::NotAllowed | ErrorCode::AccountDeactivated
        ),
    }
}

/// Keeps the user's name and picture up to date.
async fn follow_name(
    account: watch::Sender<AccountState>,
    mut connection: watch::Receiver<ConnectionState>,
    client: Client,
    handles: Arc<Handles>,
    database: Database,
) {
    loop {
        if connection.wait_for(|state| *state == ConnectionState::Online).await.is_err() {
            return;
        }
        let found = people::me(&client, &handles).await;
        // No name may mean no answer, which is no reason to forget the one that is known.
        if !is_bare(&client, &found) {
            remember(&database, &found);
            account.send_if_modified(|state| match state {
                AccountState::Ready { me } if *me != found => {
                    *me = found;
                    true
                }
                _ => false,
            });
        }
        if connection.wait_for(|state| *state != ConnectionState::Online).await.is_err() {
            return;
        }
    }
}

/// The user by nothing but the Matrix ID.
fn bare(client: &Client) -> Person {
    match client.user_id() {
        Some(user_id) => people::person(user_id, None, None),
        None => Person { user_id: String::new(), name: String::new(), organisation: None, avatar: None, color: 0 },
    }
}

fn is_bare(client: &Client, person: &Person) -> bool {
    *person == bare(client)
}

fn remember(database: &Database, person: &Person) {
    if database.set(NAME, &(&person.name, &person.organisation)).is_err() {
        tracing::warn!("the user's name could not be stored");
    }
}

/// Forgets what is stored of the user.
pub(super) fn forget_name(database: &Database) -> Result<()> {
    database.remove(&[NAME])
}
