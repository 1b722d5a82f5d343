//! Closing gaps: what was said between the last message of a room that is known and the one that the server tells.

use std::{collections::BTreeMap, future::Future};

use futures_util::{FutureExt, future::join};
use matrix_sdk::{
    Client,
    event_cache::{RoomEventCache, RoomEventCacheGenericUpdate},
    ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId},
    sync::RoomUpdates,
};
use tokio::sync::{
    broadcast::{Receiver, error::RecvError},
    mpsc::{self, UnboundedReceiver, UnboundedSender},
};

/// How many messages before it are fetched with the last message of a room.
const BATCH: u16 = 30;
/// How often the SDK goes further back for one room while it looks for the message read last. Beyond that, what is
/// counted is a part of what is unread: enough for a mark that says "many", and no flood of requests on a new device.
const FURTHER: usize = 5;

/// Fetches what comes before the last message of each room, one room after the other, for as long as the account is
/// signed in.
///
/// The room list asks for one message of each room (MSC4186, `timeline_limit`): while this device slept or was
/// offline, there may have been more. They must be had to be counted as unread, and to be read offline.
///
/// Set up before the first sync; the future given back does the work.
pub(crate) fn close(client: &Client) -> impl Future<Output = ()> + Send + use<> {
    let cache = client.event_cache();
    {
        let mut config = cache.config_mut();
        config.experimental_auto_backpagination = true;
        config.room_pagination_per_room_credit = FURTHER;
        config.room_pagination_batch_size = BATCH;
    }
    let (synced, kept) = (client.subscribe_to_all_room_updates(), cache.subscribe_to_room_generic_updates());
    let (found, waiting) = mpsc::unbounded_channel();
    join(look(client.clone(), synced, kept, found), fetch(client.clone(), waiting)).map(drop)
}

/// Tells each room behind whose last message there may be a gap, once the cache has that message.
async fn look(
    client: Client,
    mut synced: Receiver<RoomUpdates>,
    mut kept: Receiver<RoomEventCacheGenericUpdate>,
    found: UnboundedSender<OwnedRoomId>,
) {
    let mut last = BTreeMap::<OwnedRoomId, OwnedEventId>::new();
    loop {
        tokio::select! {
            // In this order: a room is first told of by the sync, then kept in the cache.
            biased;
            updates = next(&mut synced) => {
                let Some(updates) = updates else { return };
                let limited = updates.joined.into_iter().filter(|(_, update)| update.timeline.limited);
                last.extend(limited.filter_map(|(id, update)| Some((id, update.timeline.events.last()?.event_id()?))));
            }
            update = next(&mut kept) => {
                let Some(RoomEventCacheGenericUpdate { room_id, .. }) = update else { return };
                // It may also have been read from the disk: the gap comes with the message.
                let Some(event) = last.get(&room_id) else { continue };
                if !holds(&client, &room_id, event).await {
                    continue;
                }
                last.remove(&room_id);
                if found.send(room_id).is_err() {
                    return;
                }
            }
        }
    }
}

/// Fetches what comes before the last message, room by room.
async fn fetch(client: Client, mut waiting: UnboundedReceiver<OwnedRoomId>) {
    while let Some(room) = waiting.recv().await {
        let Some(cache) = cache_of(&client, &room).await else { continue };
        if cache.pagination().run_backwards_once(BATCH).await.is_err() {
            // Tried again when the room is opened, or with its next gap.
            tracing::info!("what was missed in a room could not be fetched");
        }
    }
}

/// The next of a broadcast, whatever was missed before it; none once it has ended.
async fn next<T: Clone>(receiver: &mut Receiver<T>) -> Option<T> {
    loop {
        match receiver.recv().await {
            Ok(value) => return Some(value),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

/// Whether the cache has a message.
async fn holds(client: &Client, room: &RoomId, event: &EventId) -> bool {
    let Some(cache) = cache_of(client, room).await else { return false };
    matches!(cache.find_event(event).await, Ok(Some(_)))
}

/// What is kept of a room. It lives as long as the account is signed in.
async fn cache_of(client: &Client, room: &RoomId) -> Option<RoomEventCache> {
    let (cache, _handles) = client.get_room(room)?.event_cache().await.ok()?;
    Some(cache)
}
