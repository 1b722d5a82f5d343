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
    network::Proxies,
    notices::NoticeUpdate,
    rooms::dto::{RoomDetails, RoomRow},
    settings::{Settings, SettingsPatch},
    storage::{Keyring, ProfileLock, StorageSizes, SystemKeyring},
    stream::{ListUpdate, Sink, Subscription, watch_broadcast, watch_value},
    timeline::dto::{Draft, TimelineItem},
};

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
}

impl Options {
    /// The usual options for a profile: the keyring of the operating system, no further authorities.
    #[must_use]
    pub fn new(profile: impl Into<PathBuf>) -> Self {
        Self {
            profile: profile.into(),
            root_certificates: Vec::new(),
            keyring: Arc::new(SystemKeyring),
            device_name: "Estafette".to_owned(),
            proxies: Proxies::default(),
            log: None,
        }
    }
}

/// The application. One per profile; `shut_down` ends all that it runs, and so does dropping it, a
/// little later.
pub struct App {
    core: Arc<Core>,
    opening: Mutex<Option<Subscription>>,
}

impl App {
    /// Begins to open a profile and returns at once; `watch_account` tells how it goes. To be called
    /// within a tokio runtime.
    #[must_use]
    pub fn start(options: Options) -> Arc<Self> {
        Self::start_on(options, None)
    }

    /// As `start`, on a profile that the caller may have taken hold of: `shut_down` lets go of it.
    #[must_use]
    pub fn start_on(options: Options, held: Option<ProfileLock>) -> Arc<Self> {
        let core = Core::new(options, held);
        let opening = Subscription::spawn(core.clone().keep_opening());
        Arc::new(Self { core, opening: Mutex::new(Some(opening)) })
    }

    /// Stops everything, closes the stores and lets go of the profile.
    pub async fn shut_down(&self) {
        // First: it may be waiting for a keyring.
        drop(self.opening.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.core.shut_down().await;
    }

    // Account

    /// Where the account stands: at once and at each change.
    pub async fn watch_account(&self, sink: impl Sink<AccountState>) -> Result<Subscription> {
        Ok(watch_value(self.core.account.subscribe(), sink))
    }

    /// Finds the homeserver behind a Matrix ID, an e-mail-like address, a server name or a URL.
    pub async fn discover(&self, address: &str) -> Result<DiscoveredServer> {
        self.core.discover(address).await
    }

    /// Signs in with a password. `user` only where `discover` gave none.
    pub async fn sign_in(&self, address: &str, user: Option<&str>, password: String) -> Result<()> {
        self.core.sign_in(address, user, Zeroizing::new(password)).await
    }

    /// Signs out and removes what this device stored of the account, except what was set aside before: what the
    /// server made an earlier device of this profile leave behind. Refused (`KeysNotSaved`) while keys
    /// of messages would be lost with it, unless `anyway`.
    pub async fn sign_out(&self, anyway: bool) -> Result<()> {
        self.core.sign_out(anyway).await
    }

    /// Tries the keyring again, which may ask its owner for a password.
    pub async fn retry_keyring(&self) -> Result<()> {
        self.core.retry();
        Ok(())
    }

    /// Moves data whose key is gone into a folder of its own, whose name it gives, and starts anew.
    pub async fn set_data_aside(&self) -> Result<String> {
        self.core.set_data_aside().await
    }

    // The user

    /// Changes the user's name.
    pub async fn set_display_name(&self, name: &str) -> Result<()> {
        self.core.signed_in()?.rename(&self.core.account, name).await
    }

    /// Gives the user a picture: the middle of this one, drawn anew.
    pub async fn set_avatar(&self, bytes: Vec<u8>) -> Result<()> {
        let picture = portrait(bytes).await?;
        self.core.signed_in()?.set_picture(&self.core.account, Some(picture)).await
    }

    /// Takes the user's picture away.
    pub async fn remove_avatar(&self) -> Result<()> {
        self.core.signed_in()?.set_picture(&self.core.account, None).await
    }

    // Storage

    /// How much the profile takes on the disk.
    pub async fn storage_sizes(&self) -> Result<StorageSizes> {
        self.core.sizes().await
    }

    /// Drops what the server still has; it is fetched again when it is looked at.
    pub async fn clear_cache(&self) -> Result<()> {
        self.core.signed_in()?.clear_cache().await
    }

    // Notices

    /// What the desktop is to be told, from now on, whoever is signed in.
    pub async fn watch_notices(&self, sink: impl Sink<NoticeUpdate>) -> Result<Subscription> {
        Ok(watch_broadcast(self.core.notices.subscribe(), sink))
    }

    /// Which room the user has before their eyes, if any: it needs no notice.
    pub async fn set_reading(&self, room: Option<&str>) -> Result<()> {
        // Nobody reads where nobody is signed in.
        if let Ok(signed_in) = self.core.signed_in() {
            signed_in.notices.set_reading(room);
        }
        Ok(())
    }

    // Settings

    /// The user's settings: at once and at each change; also when nobody is signed in.
    pub async fn watch_settings(&self, sink: impl Sink<Settings>) -> Result<Subscription> {
        Ok(watch_value(self.core.settings.subscribe(), sink))
    }

    /// Changes some settings, all or none.
    pub async fn change_settings(&self, patch: &SettingsPatch) -> Result<()> {
        self.core.settings.change(patch)
    }

    /// Words in the language of the interface, for what the shell says outside the page.
    #[must_use]
    pub fn words(&self, id: &str) -> String {
        i18n::text(self.core.settings.subscribe().borrow().language, id, &BTreeMap::new())
    }

    // Connection and encryption

    /// How the connection to the homeserver stands: at once and at each change.
    pub async fn watch_connection(&self, sink: impl Sink<ConnectionState>) -> Result<Subscription> {
        Ok(watch_value(self.core.connection.subscribe(), sink))
    }

    /// Whether this device takes part in encrypted conversations: at once and at each change.
    pub async fn watch_encryption(&self, sink: impl Sink<EncryptionState>) -> Result<Subscription> {
        Ok(watch_value(self.core.encryption.subscribe(), sink))
    }

    /// The recovery key that was made and is not yet kept by the user.
    pub async fn recovery_key(&self) -> Result<String> {
        self.core.signed_in()?.encryption.recovery_key()
    }

    /// The user has kept the recovery key: Estafette forgets it.
    pub async fn recovery_key_kept(&self) -> Result<()> {
        self.core.signed_in()?.encryption.recovery_key_kept().await
    }

    /// Makes a recovery key where the account has none any more; it then waits to be kept.
    pub async fn new_recovery_key(&self) -> Result<()> {
        self.core.signed_in()?.encryption.new_recovery_key().await
    }

    /// Confirms this device with the recovery key.
    pub async fn recover(&self, key: &str) -> Result<()> {
        self.core.signed_in()?.encryption.recover(key).await
    }

    // Rooms

    /// The room list.
    pub async fn watch_rooms(&self, sink: impl Sink<ListUpdate<RoomRow>>) -> Result<Subscription> {
        self.core.signed_in()?.rooms.watch(sink).await
    }

    /// In how many rooms something waits to be read: at once and at each change, whoever is signed in.
    pub async fn watch_unread(&self, sink: impl Sink<u32>) -> Result<Subscription> {
        Ok(watch_value(self.core.unread.subscribe(), sink))
    }

    /// Tells which rooms are in view, so that those are up to date first.
    pub async fn set_visible_rooms(&self, rooms: Vec<String>) -> Result<()> {
        self.core.signed_in()?.rooms.set_visible(rooms).await
    }

    /// The head of a room: at once and at each change.
    pub async fn watch_room(&self, room: &str, sink: impl Sink<RoomDetails>) -> Result<Subscription> {
        self.core.signed_in()?.rooms.watch_one(room, sink).await
    }

    /// Joins a room that the user was invited to.
    pub async fn accept_invitation(&self, room: &str) -> Result<()> {
        self.core.signed_in()?.rooms.accept_invitation(room).await
    }

    /// Declines an invitation to a room.
    pub async fn decline_invitation(&self, room: &str) -> Result<()> {
        self.core.signed_in()?.rooms.decline_invitation(room).await
    }

    // Messages

    /// The messages of a room.
    pub async fn watch_timeline(&self, room: &str, sink: impl Sink<ListUpdate<TimelineItem>>) -> Result<Subscription> {
        self.core.signed_in()?.timelines.watch(room, sink).await
    }

    /// Loads older messages into an open timeline. True once there are none.
    pub async fn load_older(&self, room: &str, count: u16) -> Result<bool> {
        self.core.signed_in()?.timelines.load_older(room, count).await
    }

    /// Sends a text in Markdown, as an answer if `reply_to` names a message.
    pub async fn send_text(&self, room: &str, text: &str, reply_to: Option<&str>) -> Result<()> {
        let signed_in = self.core.signed_in()?;
        signed_in.may_send(room).await?;
        signed_in.timelines.send_text(room, text, reply_to).await
    }

    /// Adds the user's reaction to a message, or takes it back.
    pub async fn toggle_reaction(&self, room: &str, message_id: &str, key: &str) -> Result<()> {
        self.core.signed_in()?.timelines.toggle_reaction(room, message_id, key).await
    }

    /// Tries again to send a message that failed.
    pub async fn resend(&self, room: &str, message_id: &str) -> Result<()> {
        let signed_in = self.core.signed_in()?;
        signed_in.may_send(room).await?;
        signed_in.timelines.resend(room, message_id).await
    }

    /// Gives up a message that failed.
    pub async fn discard(&self, room: &str, message_id: &str) -> Result<()> {
        self.core.signed_in()?.timelines.discard(room, message_id).await
    }

    /// Fetches the message that another one answers.
    pub async fn load_quote(&self, room: &str, message_id: &str) -> Result<()> {
        self.core.signed_in()?.timelines.load_quote(room, message_id).await
    }

    /// The user has read everything in a room.
    pub async fn mark_read(&self, room: &str) -> Result<()> {
        self.core.signed_in()?.timelines.mark_read(room).await
    }

    /// Tells the others whether the user is writing.
    pub async fn set_typing(&self, room: &str, typing: bool) -> Result<()> {
        self.core.signed_in()?.timelines.set_typing(room, typing).await
    }

    /// Takes a picture that is to be sent, and draws it anew without anything that cannot be seen.
    pub async fn stage_image(&self, name: &str, bytes: Vec<u8>) -> Result<Staged> {
        self.core.signed_in()?.waiting.stage(name, bytes).await
    }

    /// Gives up a picture that was to be sent.
    pub async fn discard_staged(&self, id: &str) -> Result<()> {
        self.core.signed_in()?.waiting.remove(id);
        Ok(())
    }

    /// Gives up all pictures that were to be sent: the page that had them is gone.
    pub fn discard_all_staged(&self) {
        if let Ok(signed_in) = self.core.signed_in() {
            signed_in.waiting.clear();
        }
    }

    /// Sends a picture that was taken before.
    pub async fn send_image(
        &self,
        room: &str,
        staged: &str,
        caption: Option<&str>,
        reply_to: Option<&str>,
    ) -> Result<()> {
        let signed_in = self.core.signed_in()?;
        signed_in.may_send(room).await?;
        let picture = signed_in.waiting.get(staged).ok_or_else(|| AppError::new(ErrorCode::MediaUnavailable))?;
        signed_in.timelines.send_image(room, &picture, caption, reply_to).await?;
        signed_in.waiting.remove(staged);
        Ok(())
    }

    /// What is written in a room and not sent yet.
    pub async fn load_draft(&self, room: &str) -> Result<Option<Draft>> {
        Ok(self.core.signed_in()?.drafts.get(room))
    }

    /// Keeps what is written in a room, or forgets it.
    pub async fn save_draft(&self, room: &str, draft: Option<&Draft>) -> Result<()> {
        self.core.signed_in()?.drafts.save(room, draft).await
    }

    /// A picture or file, decrypted.
    pub async fn media(&self, handle: &str) -> Result<Media> {
        let signed_in = self.core.signed_in()?;
        if let Some(preview) = signed_in.waiting.preview(handle) {
            return Ok(preview);
        }
        signed_in.handles.fetch(&signed_in.client, handle).await
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
