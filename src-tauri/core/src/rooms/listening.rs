//! Newest messages are computed only for rooms that somebody listens to. They are needed of all rooms: the list's order
//! is the server's, but a change of nothing else than a room's place is told by the SDK only with that of its message.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use matrix_sdk::{
    Client,
    ruma::{OwnedRoomId, RoomId},
};
use tokio::{sync::mpsc, time::sleep};

use crate::{stream::Subscription, sync::HEAD_START};

pub(super) struct Listening {
    known: Mutex<HashSet<OwnedRoomId>>,
    queue: mpsc::UnboundedSender<OwnedRoomId>,
    _task: Subscription,
}

impl Listening {
    pub(super) fn start(client: Client) -> Self {
        let (queue, mut rooms) = mpsc::unbounded_channel::<OwnedRoomId>();
        let task = Subscription::spawn(async move {
            sleep(HEAD_START).await;
            let latest = client.latest_events().await;
            while let Some(room) = rooms.recv().await {
                if latest.listen_to_room(&room).await.is_err() {
                    tracing::warn!("a room's newest message is not followed");
                }
            }
        });
        Self { known: Mutex::default(), queue, _task: task }
    }

    /// From now on, the room's newest message is known. In the order in which rooms are first shown.
    pub(super) fn listen(&self, room: &RoomId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(room) {
            known.insert(room.to_owned());
            // The receiver lives as long as this value.
            let _ = self.queue.send(room.to_owned());
        }
    }
}
