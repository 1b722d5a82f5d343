//! A message may overtake what proves its sender's device: it is looked at again once more is known.

use std::{
    collections::{BTreeSet, HashMap},
    future::{pending, ready},
    pin::pin,
    sync::{Mutex, PoisonError},
};

use futures_util::{Stream, StreamExt, stream};
use matrix_sdk::{Room, event_cache::DecryptionRetryRequest, ruma::OwnedUserId};
use matrix_sdk_ui::timeline::EventTimelineItem;

/// The sessions that encrypted messages now shown with a doubt about their sender's device, and those senders.
#[derive(Debug)]
pub(super) struct Doubts {
    room: Room,
    sessions: Mutex<HashMap<String, OwnedUserId>>,
}

impl Doubts {
    pub(super) fn new(room: Room) -> Self {
        Self { room, sessions: Mutex::default() }
    }

    /// Takes note of a message as it is shown.
    pub(super) fn note(&self, event: &EventTimelineItem, doubted: bool) {
        let Some(session) = event.encryption_info().and_then(|info| info.session_id()) else { return };
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if !doubted {
            sessions.remove(session);
        } else if sessions.insert(session.to_owned(), event.sender().to_owned()).is_none() {
            // What was learnt after the message was decrypted and before the SDK kept it was told to no one.
            self.look_again(BTreeSet::from([session.to_owned()]));
        }
    }

    /// Has doubted messages looked at again whenever something is learnt of their senders. The SDK does so when a
    /// device changes, not when the cross-signing identity comes after the device it signed. Never ends.
    pub(super) async fn follow(&self) {
        let mut learnt = pin!(self.learnt().await);
        while let Some(users) = learnt.next().await {
            let sessions: BTreeSet<String> = {
                let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
                sessions.iter().filter(|(_, sender)| users.contains(*sender)).map(|(id, _)| id.clone()).collect()
            };
            if !sessions.is_empty() {
                self.look_again(sessions);
            }
        }
        pending().await
    }

    /// Of whom something new is known: a device, or who they are.
    async fn learnt(&self) -> impl Stream<Item = BTreeSet<OwnedUserId>> {
        let encryption = self.room.client().encryption();
        let (devices, identities) = (encryption.devices_stream().await, encryption.user_identities_stream().await);
        let devices = stream::iter(devices.ok()).flatten();
        let identities = stream::iter(identities.ok()).flatten();
        stream::select(
            devices.map(|updates| updates.new.into_keys().chain(updates.changed.into_keys()).collect()),
            identities.map(|updates| updates.new.into_keys().chain(updates.changed.into_keys()).collect()),
        )
        .filter(|users: &BTreeSet<_>| ready(!users.is_empty()))
    }

    fn look_again(&self, sessions: BTreeSet<String>) {
        self.room.client().event_cache().request_decryption(DecryptionRetryRequest {
            room_id: self.room.room_id().to_owned(),
            utd_session_ids: BTreeSet::new(),
            refresh_info_session_ids: sessions,
        });
    }
}
