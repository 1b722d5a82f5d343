//! What is known of the devices that sent messages may change after the messages came.

use std::{
    collections::BTreeSet,
    future::{pending, ready},
    sync::Arc,
};

use futures_util::{Stream, StreamExt, stream};
use matrix_sdk::{
    Client,
    event_cache::DecryptionRetryRequest,
    ruma::{OwnedUserId, UserId},
};
use matrix_sdk_ui::timeline::Timeline;

use super::event::warning_of;

/// Has messages looked at again whenever more is known of their senders: a message may overtake its sender's
/// cross-signing on its way between two servers, and a device may lose its confirmation. Never ends.
pub(super) async fn follow(timeline: &Arc<Timeline>) {
    let client = timeline.room().client();
    // What was learnt while nobody watched concerns the messages that carry a warning.
    look_again(timeline, |_, warned| warned).await;
    let mut senders = std::pin::pin!(senders(&client).await);
    while let Some(users) = senders.next().await {
        look_again(timeline, |sender, _| users.contains(sender)).await;
    }
    pending().await
}

/// Of whom something new is known: a device, or who they are.
async fn senders(client: &Client) -> impl Stream<Item = BTreeSet<OwnedUserId>> {
    let encryption = client.encryption();
    let (devices, identities) = (encryption.devices_stream().await, encryption.user_identities_stream().await);
    let devices = stream::iter(devices.ok()).flatten();
    let identities = stream::iter(identities.ok()).flatten();
    stream::select(
        devices.map(|updates| updates.new.into_keys().chain(updates.changed.into_keys()).collect()),
        identities.map(|updates| updates.new.into_keys().chain(updates.changed.into_keys()).collect()),
    )
    .filter(|users: &BTreeSet<_>| ready(!users.is_empty()))
}

/// Asks for a new look at the encryption of those messages.
async fn look_again(timeline: &Timeline, concerns: impl Fn(&UserId, bool) -> bool) {
    let items = timeline.items().await;
    let sessions: BTreeSet<String> = items
        .iter()
        .filter_map(|item| item.as_event())
        .filter(|event| concerns(event.sender(), warning_of(event).is_some()))
        .filter_map(|event| Some(event.encryption_info()?.session_id()?.to_owned()))
        .collect();
    if sessions.is_empty() {
        return;
    }
    let room = timeline.room();
    room.client().event_cache().request_decryption(DecryptionRetryRequest {
        room_id: room.room_id().to_owned(),
        utd_session_ids: BTreeSet::new(),
        refresh_info_session_ids: sessions,
    });
}
