//! Who takes part: somebody at the window, somebody at another client, and a room for both.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use estafette_core::SystemKeyring;
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, Context},
    desk::Desk,
    painted,
    servers::{Account, PASSWORD, ca},
    window::{Opening, Window},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use tempfile::TempDir;

use crate::screens;

/// Somebody at the window and somebody at another client, at the two servers.
pub(crate) struct Pair {
    /// At the window.
    pub(crate) me: Account,
    /// Where the window keeps its data.
    pub(crate) profile: TempDir,
    /// At the other client.
    pub(crate) other: Agent,
    /// The language of the window's system.
    pub(crate) locale: &'static str,
}

impl Pair {
    /// A French agent at the window, a German one elsewhere; or the other way round.
    pub(crate) async fn new(mine: Side) -> Result<Self> {
        let (locale, my_name, others, other_name) = match mine {
            Side::French => ("fr_FR.UTF-8", "Camille Lefèvre", Side::German, "Jonas Weber"),
            Side::German => ("de_DE.UTF-8", "Katharina Vogel", Side::French, "Nadia Benali"),
        };
        Ok(Self {
            me: Account::new(mine, my_name)?,
            profile: tempfile::tempdir()?,
            other: Account::new(others, other_name)?.agent().await?,
            locale,
        })
    }

    /// How the window opens.
    pub(crate) fn opening(&self) -> Opening {
        Opening::new(self.profile.path(), &ca(), self.locale)
    }

    /// Opens the window.
    pub(crate) async fn open(&self) -> Result<Window> {
        Window::open(&self.opening()).await
    }

    /// Opens the window and signs in by keyboard, up to the room list; gives the recovery key as well.
    pub(crate) async fn open_signed_in(&self) -> Result<(Window, String)> {
        let window = self.open().await?;
        screens::give_address(&window, &self.me.user_id).await?;
        screens::give_password(&window, PASSWORD).await?;
        let key = screens::keep_key(&window).await?;
        Ok((window, key))
    }

    /// Signs in on the profile without a window, with the system's keyring; gives the recovery key.
    pub(crate) async fn sign_in_beforehand(&self) -> Result<String> {
        let mut desk = Desk::open(self.profile.path(), Some(&ca()), Arc::new(SystemKeyring)).await?;
        let key = desk.sign_in(&self.me.user_id, PASSWORD).await?;
        desk.close().await;
        key.context("a first sign-in makes a recovery key")
    }

    /// The other one makes an encrypted room and invites.
    pub(crate) async fn invite(&self, name: &str) -> Result<OwnedRoomId> {
        let guest = OwnedUserId::try_from(self.me.user_id.as_str())?;
        self.other.create_room(Some(name), Some("Essais"), true, &[guest]).await
    }

    /// A room of both, in the window by its own buttons.
    pub(crate) async fn meet(&self, window: &Window, name: &str) -> Result<OwnedRoomId> {
        let room = self.invite(name).await?;
        screens::open_room(window, name).await?;
        screens::accept_invitation(window).await?;
        self.other.wait_for_members(&room, 2).await?;
        Ok(room)
    }

    /// The other one says a fresh text in a room that is not open; the list shows it.
    pub(crate) async fn hear_of(&self, window: &Window, room: &OwnedRoomId) -> Result<(OwnedEventId, String)> {
        let text = painted::fresh_text()?;
        let event = self.other.say(room, &text, &Context::default()).await?;
        window.painted(&format!("[data-room-id='{room}']"), &text).await?;
        Ok((event, text))
    }

    /// The other one says a fresh text, painted in the window in the end.
    pub(crate) async fn hear(
        &self,
        window: &Window,
        room: &OwnedRoomId,
        context: &Context,
    ) -> Result<(OwnedEventId, String)> {
        let text = painted::fresh_text()?;
        let event = self.other.say(room, &text, context).await?;
        screens::reads(window, event.as_str(), &text).await?;
        Ok((event, text))
    }
}
