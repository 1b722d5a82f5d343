//! Closing gaps: what was said between the last message of a room that is known and the one that the server tells.

use std::{collections::BTreeMap, future::Future, time::Duration};

use futures_util::{FutureExt, future::join};
use matrix_sdk::{
    Client, Room,
    event_cache::{EventCacheError, RoomEventCache, RoomEventCacheGenericUpdate},
    ruma::{
        EventId, OwnedEventId, OwnedRoomId, RoomId,
        events::receipt::{Receipt, ReceiptThread, ReceiptType},
    },
    sync::RoomUpdates,
};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        mpsc::{self, UnboundedReceiver, UnboundedSender},
    },
    time::timeout,
};

/// How many messages are fetched at a time.
const BATCH: u16 = 30;
/// How often one gap is followed further back, to the message read last. Beyond that, what is counted is a part of what
/// is unread: enough for a mark that says "many", and no flood of requests on a new device.
const FURTHER: usize = 5;
/// How long one room may hold up the others: the SDK asks a server that fails again for a quarter of an hour.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fetches what comes before the last message of each room, one room after the other, for as long as the account is
/// signed in.
///
/// The room list asks for one message of each room (MSC4186, `timeline_limit`): while this device slept or was
/// offline, there may have been more. They must be had to be counted as unread, and to be read offline.
///
/// Set up before the first sync; the future given back does the work.
pub(crate) fn close(client: &Client) -> impl Future<Output = ()> + Send + use<> {
    let (synced, kept) =
        (client.subscribe_to_all_room_updates(), client.event_cache().subscribe_to_room_generic_updates());
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
            told = kept.recv() => {
                // It may also have been read from the disk: the gap comes with the message.
                let rooms = match told {
                    Ok(RoomEventCacheGenericUpdate { room_id, .. }) => vec![room_id],
                    // Any of them may be among what was missed.
                    Err(RecvError::Lagged(_)) => last.keys().cloned().collect(),
                    Err(RecvError::Closed) => return,
                };
                for room in rooms {
                    let Some(event) = last.get(&room) else { continue };
                    if !holds(&client, &room, event).await {
                        continue;
                    }
                    last.remove(&room);
                    if found.send(room).is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Fetches what comes before the last message, room by room.
async fn fetch(client: Client, mut waiting: UnboundedReceiver<OwnedRoomId>) {
    while let Some(id) = waiting.recv().await {
        let Some(room) = client.get_room(&id) else { continue };
        if !matches!(timeout(PATIENCE, go_back(&room)).await, Ok(Ok(()))) {
            // Tried again when the room is opened, or with its next gap.
            tracing::info!("what was missed in a room could not be fetched");
        }
    }
}

/// Goes back to the message that was read last, as far as is reasonable.
async fn go_back(room: &Room) -> Result<(), EventCacheError> {
    let (cache, _handles) = room.event_cache().await?;
    for _ in 0..=FURTHER {
        let outcome = cache.pagination().run_backwards_once(BATCH).await?;
        if outcome.reached_start || !misses_read(room, &cache).await {
            break;
        }
    }
    Ok(())
}

/// Whether the message read last is not among those in memory yet: the SDK counts from it, and counts those alone.
async fn misses_read(room: &Room, cache: &RoomEventCache) -> bool {
    let read: Vec<_> = own_receipts(room).await.into_iter().map(|(event, _)| event).collect();
    let Ok(events) = cache.events().await else { return false };
    // With none, all is unread and nothing is looked for.
    !read.is_empty() && !events.iter().any(|event| event.event_id().is_some_and(|id| read.contains(&id)))
}

/// How far the user has read in a room's main timeline, here or elsewhere: each receipt there is.
pub(crate) async fn own_receipts(room: &Room) -> Vec<(OwnedEventId, Receipt)> {
    let mut receipts = Vec::new();
    for kind in [ReceiptType::Read, ReceiptType::ReadPrivate] {
        for thread in [ReceiptThread::Unthreaded, ReceiptThread::Main] {
            if let Ok(Some(receipt)) = room.load_user_receipt(kind.clone(), thread, room.own_user_id()).await {
                receipts.push(receipt);
            }
        }
    }
    receipts
}

/// The next of a broadcast; none once it has ended.
async fn next<T: Clone>(receiver: &mut Receiver<T>) -> Option<T> {
    loop {
        match receiver.recv().await {
            Ok(value) => return Some(value),
            // The rooms in it are told of again with their next message.
            Err(RecvError::Lagged(_)) => tracing::warn!("gaps of some rooms were missed"),
            Err(RecvError::Closed) => return None,
        }
    }
}

/// Whether the cache has a message.
async fn holds(client: &Client, room: &RoomId, event: &EventId) -> bool {
    let Some(room) = client.get_room(room) else { return false };
    let Ok((cache, _handles)) = room.event_cache().await else { return false };
    matches!(cache.find_event(event).await, Ok(Some(_)))
}
