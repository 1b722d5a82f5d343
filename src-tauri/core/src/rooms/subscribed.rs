//! Which rooms the server sends in full: those in view and those that are open.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use matrix_sdk_ui::RoomListService;
use tokio::sync::Notify;

/// While somebody scrolls, the server is not told each step: each change breaks off a request that is
/// under way.
const SETTLE: Duration = Duration::from_millis(150);

/// More are not asked for at once.
const MOST: usize = 80;

/// What is wanted. Asking for rooms replaces what was asked before, so the open ones stay in it.
#[derive(Debug, Default)]
pub(super) struct Subscribed {
    wanted: Mutex<Wanted>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Wanted {
    visible: Vec<OwnedRoomId>,
    /// How many times each is open.
    open: BTreeMap<OwnedRoomId, usize>,
}

/// A room counts as open until this is dropped.
#[derive(Debug)]
pub(super) struct Open {
    subscribed: Arc<Subscribed>,
    room: OwnedRoomId,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut wanted = self.subscribed.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = wanted.open.get_mut(&self.room) {
            *times -= 1;
            if *times == 0 {
                wanted.open.remove(&self.room);
            }
        }
        // Nobody is told: a room that was open a moment ago may go on coming until another is wanted.
    }
}

impl Subscribed {
    pub(super) fn set_visible(&self, rooms: Vec<OwnedRoomId>) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).visible = rooms;
        self.changed.notify_one();
    }

    pub(super) fn open(self: &Arc<Self>, room: OwnedRoomId) -> Open {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        *wanted.open.entry(room.clone()).or_insert(0) += 1;
        drop(wanted);
        self.changed.notify_one();
        Open { subscribed: Arc::clone(self), room }
    }

    /// Open rooms first, then those in view.
    fn rooms(&self) -> BTreeSet<OwnedRoomId> {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.open.keys().chain(&wanted.visible).take(MOST).cloned().collect()
    }
}

/// Tells the server what is wanted, whenever that changes.
pub(super) async fn keep(subscribed: Arc<Subscribed>, service: Arc<RoomListService>) {
    let mut told = BTreeSet::new();
    loop {
        subscribed.changed.notified().await;
        tokio::time::sleep(SETTLE).await;
        let rooms = subscribed.rooms();
        // What is wanted less is no reason to break off a request.
        if !rooms.is_subset(&told) {
            let ids: Vec<&RoomId> = rooms.iter().map(|room| &**room).collect();
            service.subscribe_to_rooms(&ids).await;
            told = rooms;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn id(n: usize) -> OwnedRoomId {
        RoomId::parse(format!("!room{n}:example.fr")).unwrap()
    }

    #[test]
    fn open_rooms_stay_whatever_is_in_view() {
        let subscribed = Arc::new(Subscribed::default());
        let open = subscribed.open(id(1));
        let again = subscribed.open(id(1));
        subscribed.set_visible((2..500).map(id).collect());
        assert!(subscribed.rooms().contains(&id(1)));
        assert_eq!(subscribed.rooms().len(), MOST);
        drop(open);
        assert!(subscribed.rooms().contains(&id(1)), "still open once");
        drop(again);
        assert!(!subscribed.rooms().contains(&id(1)));
    }
}
