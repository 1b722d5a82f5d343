//! The door: one value that holds the profile, the account and all that is open. Each function here is
//! one command of the window.

mod lifecycle;
mod sessions;
mod signed_in;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::runtime::Handle;
use zeroize::Zeroizing;

use self::lifecycle::Core;
use crate::{
    account::dto::{AccountState, ConnectionState, DiscoveredServer, EncryptionState},
    error::{AppError, ErrorCode, Result},
    i18n,
    log::Log,
    media::{Media, Staged, portrait},
    network::{Proxies, ProxyState},
    notices::NoticeUpdate,
    policy::{Policies, brand::Brand, dto::PolicyState},
    rooms::dto::{RoomDetails, RoomRow},
    settings::{Settings, SettingsPatch},
    storage::{Keyring, ProfileLock, StorageSizes, SystemKeyring},
    stream::{AnySink, ListUpdate, Subscription, watch_broadcast, watch_value},
    timeline::dto::{Draft, TimelineItem},
};

/// The handle of the organisation's picture.
const LOGO: &str = "logo";

/// What a command comes to, in time. Of a type without parts, so that its code is made with core, once, and not with
/// each program that calls it.
pub type Answer<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// How to open a profile.
#[derive(Clone)]
pub struct Options {
    /// The profile's folder; everything of the profile lies in it.
    pub profile: PathBuf,
    /// PEM files with authorities to trust besides those of the operating system.
    pub root_certificates: Vec<PathBuf>,
    /// Where the profile's key is kept.
    pub keyring: Arc<dyn Keyring>,
    /// What other devices call this one.
    pub device_name: String,
    /// The proxies to go through; none leaves it to the environment.
    pub proxies: Proxies,
    /// The log that gets the profile's key once it is open.
    pub log: Option<Log>,
    /// What the administration has decided.
    pub policies: Policies,
}

impl Options {
    /// The usual options for a profile: the keyring of the operating system, no further authorities, no policy.
    #[must_use]
    pub fn new(profile: impl Into<PathBuf>) -> Self {
        Self {
            profile: profile.into(),
            root_certificates: Vec::new(),
            keyring: Arc::new(SystemKeyring),
            device_name: "Estafette".to_owned(),
            proxies: Proxies::default(),
            log: None,
            policies: Policies::default(),
        }
    }
}

/// The application. One per profile; `shut_down` ends all that it runs, and so does dropping it, a
/// little later.
pub struct App {
    core: Arc<Core>,
    running: Mutex<Vec<Subscription>>,
}

impl App {
    /// Begins to open a profile and returns at once; `watch_account` tells how it goes. To be called
    /// within a tokio runtime.
    #[must_use]
    pub fn start(options: Options) -> Arc<Self> {
        Self::begin(options, None, true)
    }

    /// As `start`, on a profile that the caller may have taken hold of: `shut_down` lets go of it. The keyring shows no
    /// dialog before `let_ask`, or some seconds.
    #[must_use]
    pub fn start_on(options: Options, held: Option<ProfileLock>) -> Arc<Self> {
        Self::begin(options, held, false)
    }

    fn begin(options: Options, held: Option<ProfileLock>, may_ask: bool) -> Arc<Self> {
        let core = Core::new(options, held, may_ask);
        let mut running =
            vec![Subscription::spawn(core.clone().keep_opening()), Subscription::spawn(core.clone().keep_obeying())];
        running.extend(core.options.policies.follow());
        Arc::new(Self { core, running: Mutex::new(running) })
    }

    /// From now on the keyring may show a dialog: the window that would have covered it is there.
    pub fn let_ask(&self) {
        self.core.may_ask.send_replace(true);
    }

    /// Stops everything, closes the stores and lets go of the profile.
    pub fn shut_down(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        // First: it may be waiting for a keyring.
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Box::pin(self.core.shut_down())
    }

    // Account

    /// Where the account stands: at once and at each change.
    pub fn watch_account(&self, sink: AnySink<AccountState>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.account.subscribe(), sink)) })
    }

    /// Finds the homeserver behind a Matrix ID, an e-mail-like address, a server name or a URL.
    pub fn discover<'a>(&'a self, address: &'a str) -> Answer<'a, DiscoveredServer> {
        Box::pin(self.core.discover(address))
    }

    /// Signs in with a password. `user` only where `discover` gave none.
    pub fn sign_in<'a>(&'a self, address: &'a str, user: Option<&'a str>, password: String) -> Answer<'a> {
        Box::pin(self.core.sign_in(address, user, Zeroizing::new(password)))
    }

    /// Signs out and removes what this device stored of the account, except what was set aside before: what the
    /// server made an earlier device of this profile leave behind. Refused (`KeysNotSaved`) while keys
    /// of messages would be lost with it, unless `anyway`.
    ///
    /// Where nobody is signed in, it gives up an account that is not allowed any more (`AccountNotAllowed`), or whose
    /// server asks to sign in again: what the device stored of it is kept, and set aside at the next sign-in.
    pub fn sign_out(&self, anyway: bool) -> Answer<'_> {
        Box::pin(self.core.sign_out(anyway))
    }

    /// Tries the keyring again, which may ask its owner for a password.
    pub fn retry_keyring(&self) -> Answer<'_> {
        Box::pin(async move {
            self.core.retry();
            Ok(())
        })
    }

    /// Moves data whose key is gone into a folder of its own, whose name it gives, and starts anew.
    pub fn set_data_aside(&self) -> Answer<'_, String> {
        Box::pin(self.core.set_data_aside())
    }

    // The user

    /// Changes the user's name.
    pub fn set_display_name<'a>(&'a self, name: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.rename(&self.core.account, name).await })
    }

    /// Gives the user a picture: the middle of this one, drawn anew. `Managed` where no pictures may be sent.
    pub fn set_avatar(&self, bytes: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            if !self.core.may_send_pictures() {
                return Err(AppError::new(ErrorCode::Managed));
            }
            let picture = portrait(bytes).await?;
            self.core.signed_in()?.set_picture(&self.core.account, Some(picture)).await
        })
    }

    /// Takes the user's picture away.
    pub fn remove_avatar(&self) -> Answer<'_> {
        Box::pin(async move { self.core.signed_in()?.set_picture(&self.core.account, None).await })
    }

    // Storage

    /// How much the profile takes on the disk.
    pub fn storage_sizes(&self) -> Answer<'_, StorageSizes> {
        Box::pin(self.core.sizes())
    }

    /// Drops what the server still has; it is fetched again when it is looked at.
    pub fn clear_cache(&self) -> Answer<'_> {
        Box::pin(async move { self.core.signed_in()?.clear_cache().await })
    }

    // Notices

    /// What the desktop is to be told, from now on, whoever is signed in.
    pub fn watch_notices(&self, sink: AnySink<NoticeUpdate>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_broadcast(self.core.notices.subscribe(), sink)) })
    }

    /// Which room the user has before their eyes, if any: it needs no notice.
    pub fn set_reading<'a>(&'a self, room: Option<&'a str>) -> Answer<'a> {
        Box::pin(async move {
            // Nobody reads where nobody is signed in.
            if let Ok(signed_in) = self.core.signed_in() {
                signed_in.notices.set_reading(room);
            }
            Ok(())
        })
    }

    // Settings

    /// The user's settings: at once and at each change; also when nobody is signed in.
    pub fn watch_settings(&self, sink: AnySink<Settings>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.settings.subscribe(), sink)) })
    }

    /// Changes some settings, all or none.
    pub fn change_settings<'a>(&'a self, patch: &'a SettingsPatch) -> Answer<'a> {
        Box::pin(async move { self.core.settings.change(patch) })
    }

    /// Words in the language of the interface, for what the shell says outside the page.
    #[must_use]
    pub fn words(&self, id: &str) -> String {
        i18n::text(self.core.settings.subscribe().borrow().language, id, &BTreeMap::new())
    }

    /// What is decided by others than the user: at once and at each change.
    pub fn watch_policy(&self, sink: AnySink<PolicyState>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.policy.subscribe(), sink)) })
    }

    /// How the organisation shows itself: at once and at each change.
    pub fn watch_brand(&self, sink: AnySink<Brand>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.brand.subscribe(), sink)) })
    }

    // Connection and encryption

    /// How the connection to the homeserver stands: at once and at each change.
    pub fn watch_connection(&self, sink: AnySink<ConnectionState>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.connection.subscribe(), sink)) })
    }

    /// Why the homeserver cannot be reached, where that is known and more than that nothing answers: at once and at each
    /// change.
    pub fn watch_trouble(&self, sink: AnySink<Option<AppError>>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.trouble.subscribe(), sink)) })
    }

    /// Whether the proxy wants to know who the user is: at once and at each change, whoever is signed in.
    pub fn watch_proxy(&self, sink: AnySink<ProxyState>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.proxy.subscribe(), sink)) })
    }

    /// Tells the proxy who the user is; the keyring keeps it until another takes its place. `CredentialsWrong` for what
    /// no proxy can take, `ProxyNotKept` where the keyring does not keep it: it holds until the end then. Whether the proxy
    /// takes it, the next connection shows.
    pub fn enter_proxy<'a>(&'a self, user: &'a str, password: String) -> Answer<'a> {
        Box::pin(self.core.enter_proxy(user, Zeroizing::new(password)))
    }

    /// Whether this device takes part in encrypted conversations: at once and at each change.
    pub fn watch_encryption(&self, sink: AnySink<EncryptionState>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.encryption.subscribe(), sink)) })
    }

    /// The recovery key that was made and is not yet kept by the user.
    pub fn recovery_key(&self) -> Answer<'_, String> {
        Box::pin(async move { self.core.signed_in()?.encryption.recovery_key() })
    }

    /// The user has kept the recovery key: Estafette forgets it.
    pub fn recovery_key_kept(&self) -> Answer<'_> {
        Box::pin(async move { self.core.signed_in()?.encryption.recovery_key_kept().await })
    }

    /// Makes a recovery key where the account has none any more; it then waits to be kept.
    pub fn new_recovery_key(&self) -> Answer<'_> {
        Box::pin(async move { self.core.signed_in()?.encryption.new_recovery_key().await })
    }

    /// Confirms this device with the recovery key.
    pub fn recover<'a>(&'a self, key: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.encryption.recover(key).await })
    }

    // Rooms

    /// The room list.
    pub fn watch_rooms(&self, sink: AnySink<ListUpdate<RoomRow>>) -> Answer<'_, Subscription> {
        Box::pin(async move { self.core.signed_in()?.rooms.watch(sink).await })
    }

    /// In how many rooms something waits to be read: at once and at each change, whoever is signed in.
    pub fn watch_unread(&self, sink: AnySink<u32>) -> Answer<'_, Subscription> {
        Box::pin(async move { Ok(watch_value(self.core.unread.subscribe(), sink)) })
    }

    /// Tells which rooms are in view, so that those are up to date first.
    pub fn set_visible_rooms(&self, rooms: Vec<String>) -> Answer<'_> {
        Box::pin(async move { self.core.signed_in()?.rooms.set_visible(rooms).await })
    }

    /// The head of a room: at once and at each change.
    pub fn watch_room<'a>(&'a self, room: &'a str, sink: AnySink<RoomDetails>) -> Answer<'a, Subscription> {
        Box::pin(async move { self.core.signed_in()?.rooms.watch_one(room, sink).await })
    }

    /// Joins a room that the user was invited to.
    pub fn accept_invitation<'a>(&'a self, room: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.rooms.accept_invitation(room).await })
    }

    /// Declines an invitation to a room.
    pub fn decline_invitation<'a>(&'a self, room: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.rooms.decline_invitation(room).await })
    }

    // Messages

    /// The messages of a room.
    pub fn watch_timeline<'a>(
        &'a self,
        room: &'a str,
        sink: AnySink<ListUpdate<TimelineItem>>,
    ) -> Answer<'a, Subscription> {
        Box::pin(async move { self.core.signed_in()?.timelines.watch(room, sink).await })
    }

    /// Loads older messages into an open timeline. True once there are none.
    pub fn load_older<'a>(&'a self, room: &'a str, count: u16) -> Answer<'a, bool> {
        Box::pin(async move { self.core.signed_in()?.timelines.load_older(room, count).await })
    }

    /// Sends a text in Markdown, as an answer if `reply_to` names a message.
    pub fn send_text<'a>(&'a self, room: &'a str, text: &'a str, reply_to: Option<&'a str>) -> Answer<'a> {
        Box::pin(async move {
            let signed_in = self.core.signed_in()?;
            signed_in.may_send(room).await?;
            signed_in.timelines.send_text(room, text, reply_to).await
        })
    }

    /// Adds the user's reaction to a message, or takes it back.
    pub fn toggle_reaction<'a>(&'a self, room: &'a str, message_id: &'a str, key: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.timelines.toggle_reaction(room, message_id, key).await })
    }

    /// Tries again to send a message that failed.
    pub fn resend<'a>(&'a self, room: &'a str, message_id: &'a str) -> Answer<'a> {
        Box::pin(async move {
            let signed_in = self.core.signed_in()?;
            signed_in.may_send(room).await?;
            signed_in.timelines.resend(room, message_id).await
        })
    }

    /// Gives up a message that failed.
    pub fn discard<'a>(&'a self, room: &'a str, message_id: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.timelines.discard(room, message_id).await })
    }

    /// Fetches the message that another one answers.
    pub fn load_quote<'a>(&'a self, room: &'a str, message_id: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.timelines.load_quote(room, message_id).await })
    }

    /// The user has read everything in a room.
    pub fn mark_read<'a>(&'a self, room: &'a str) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.timelines.mark_read(room).await })
    }

    /// Tells the others whether the user is writing.
    pub fn set_typing<'a>(&'a self, room: &'a str, typing: bool) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.timelines.set_typing(room, typing).await })
    }

    /// Takes a picture that is to be sent, and draws it anew without anything that cannot be seen.
    pub fn stage_image<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> Answer<'a, Staged> {
        Box::pin(async move {
            if !self.core.may_send_pictures() {
                return Err(AppError::new(ErrorCode::Managed));
            }
            self.core.signed_in()?.waiting.stage(name, bytes).await
        })
    }

    /// Gives up a picture that was to be sent.
    pub fn discard_staged<'a>(&'a self, id: &'a str) -> Answer<'a> {
        Box::pin(async move {
            self.core.signed_in()?.waiting.remove(id);
            Ok(())
        })
    }

    /// Gives up all pictures that were to be sent: the page that had them is gone.
    pub fn discard_all_staged(&self) {
        if let Ok(signed_in) = self.core.signed_in() {
            signed_in.waiting.clear();
        }
    }

    /// Sends a picture that was taken before.
    pub fn send_image<'a>(
        &'a self,
        room: &'a str,
        staged: &'a str,
        caption: Option<&'a str>,
        reply_to: Option<&'a str>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let signed_in = self.core.signed_in()?;
            if !self.core.may_send_pictures() {
                return Err(AppError::new(ErrorCode::Managed));
            }
            signed_in.may_send(room).await?;
            let picture = signed_in.waiting.get(staged).ok_or_else(|| AppError::new(ErrorCode::MediaUnavailable))?;
            signed_in.timelines.send_image(room, &picture, caption, reply_to).await?;
            signed_in.waiting.remove(staged);
            Ok(())
        })
    }

    /// What is written in a room and not sent yet.
    pub fn load_draft<'a>(&'a self, room: &'a str) -> Answer<'a, Option<Draft>> {
        Box::pin(async move { Ok(self.core.signed_in()?.drafts.get(room)) })
    }

    /// Keeps what is written in a room, or forgets it.
    pub fn save_draft<'a>(&'a self, room: &'a str, draft: Option<&'a Draft>) -> Answer<'a> {
        Box::pin(async move { self.core.signed_in()?.drafts.save(room, draft).await })
    }

    /// A picture or file, decrypted; as `LOGO`, that of the organisation.
    pub fn media<'a>(&'a self, handle: &'a str) -> Answer<'a, Media> {
        Box::pin(async move {
            if handle == LOGO {
                return self.core.logo().await;
            }
            let signed_in = self.core.signed_in()?;
            if let Some(preview) = signed_in.waiting.preview(handle) {
                return Ok(preview);
            }
            signed_in.handles.fetch(&signed_in.client, handle).await
        })
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // What runs in the background would go on without it.
        if let Ok(runtime) = Handle::try_current() {
            let core = self.core.clone();
            runtime.spawn(async move { core.shut_down().await });
        }
    }
}
