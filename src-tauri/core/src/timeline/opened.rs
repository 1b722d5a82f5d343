//! Which timelines are open.

use std::{future::pending, ops::Deref, sync::Arc, time::Duration};

use matrix_sdk::{
    Client, Room,
    event_cache::{RoomEventCacheSubscriber, RoomEventCacheUpdate},
    ruma::{OwnedRoomId, RoomId},
};
use matrix_sdk_ui::timeline::{DateDividerMode, Error, RoomExt, Timeline, TimelineFocus, TimelineReadReceiptTracking};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OnceCell, broadcast::error::TryRecvError},
    time::sleep,
};

use super::{failure, filter, room};
use crate::Result;

/// How many timelines stay open. Those that are in use do in any case: what is loaded into another timeline of the same
/// room, who watches would not show.
const KEPT: usize = 8;
/// Timelines of more lines are not kept once they are in nobody's use: they and what the SDK holds for them are most of
/// the memory, and whoever went back that far rarely comes to the same place again.
const LONG: usize = 400;
/// How long a room is watched before its members are asked for.
const FIRST_LOOK: Duration = Duration::from_millis(300);
/// How many times a timeline is built before it is taken although something came meanwhile.
const TRIES: usize = 10;

type Cell = Arc<OnceCell<Arc<Timeline>>>;

#[derive(Debug)]
pub(super) struct Opened {
    client: Client,
    /// The one used last comes first.
    recent: Arc<Mutex<Recent<Cell>>>,
}

impl Opened {
    pub(super) fn new(client: Client) -> Self {
        Self { client, recent: Arc::default() }
    }

    /// The timeline of a room, opened if it was not.
    pub(super) async fn open(&self, room_id: &str) -> Result<InUse> {
        let room = room(&self.client, room_id)?;
        let cell = self.recent.lock().await.get(room.room_id().to_owned(), in_use);
        // Outside the lock: a room that opens slowly holds up no other.
        let build = || async { build_in_quiet(&room).await.map(Arc::new) };
        let timeline = cell.get_or_try_init(build).await.map_err(|error| failure::from_timeline(&error))?;
        let timeline = Arc::clone(timeline);
        let let_go = LetGo { room_id: room.room_id().to_owned(), recent: Arc::clone(&self.recent) };
        Ok(InUse { timeline, _let_go: let_go })
    }
}

/// A timeline that somebody watches or works on.
#[derive(Clone)]
pub(super) struct InUse {
    timeline: Arc<Timeline>,
    /// After the timeline, which is in use while it is here.
    _let_go: LetGo,
}

impl Deref for InUse {
    type Target = Timeline;

    fn deref(&self) -> &Timeline {
        &self.timeline
    }
}

/// Lets go of a timeline that has become long, once nobody watches it or works on it any more. Also at the end of work:
/// whoever left the room may have asked for older messages, which keep it in use until they have come.
#[derive(Clone)]
struct LetGo {
    room_id: OwnedRoomId,
    recent: Arc<Mutex<Recent<Cell>>>,
}

impl Drop for LetGo {
    fn drop(&mut self) {
        let (room_id, recent) = (self.room_id.clone(), Arc::clone(&self.recent));
        // Where nothing runs any more, all of it goes.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { recent.lock().await.let_go_of_long(&room_id).await });
        }
    }
}

impl Recent<Cell> {
    async fn let_go_of_long(&mut self, room_id: &RoomId) {
        let Some(at) = self.0.iter().position(|(id, cell)| id == room_id && !in_use(cell)) else { return };
        let Some(timeline) = self.0.get(at).and_then(|(_, cell)| cell.get()) else { return };
        if timeline.items().await.len() > LONG {
            self.0.remove(at);
        }
    }
}

/// Whether somebody watches a timeline, works on it or is opening it.
fn in_use(cell: &Cell) -> bool {
    Arc::strong_count(cell) > 1 || cell.get().is_some_and(|timeline| Arc::strong_count(timeline) > 1)
}

/// Asks the server for the names and pictures of those who said something, where not all are known; never ends. Not
/// at once: each line is made anew by it, and the first look at the room comes first.
pub(super) async fn ask_for_members(timeline: &InUse) {
    sleep(FIRST_LOOK).await;
    if !timeline.room().are_members_synced() {
        let timeline = timeline.clone();
        // Also when nobody watches any more: half done, it would leave lines without names.
        tokio::spawn(async move { timeline.fetch_members().await });
    }
    pending().await
}

/// Builds a timeline that has each message once.
///
/// The SDK's builder (matrix-sdk-ui 0.18, `TimelineBuilder::build`) first begins to listen for changes, then may ask
/// the server for the room's encryption, and only then reads the messages: what changes in between is applied twice,
/// and messages stand twice or go missing. Whether something changed is heard here, by one who listens from before to
/// after. (A change is told a moment after it is made: what is told later than the end of the whole building would
/// escape.)
async fn build_in_quiet(room: &Room) -> Result<Timeline, Error> {
    let (cache, _handles) = room.event_cache().await?;
    let (_, mut heard) = cache.subscribe().await?;
    for _ in 0..TRIES {
        let timeline = build_once(room).await?;
        if !changed(&mut heard) {
            return Ok(timeline);
        }
    }
    tracing::warn!("a room changed each time it was opened");
    build_once(room).await
}

async fn build_once(room: &Room) -> Result<Timeline, Error> {
    room.timeline_builder()
        .with_focus(TimelineFocus::Live { hide_threaded_events: true })
        .with_date_divider_mode(DateDividerMode::Daily)
        .track_read_marker_and_receipts(TimelineReadReceiptTracking::AllEvents)
        .event_filter(filter::shows)
        .build()
        .await
}

/// Whether any message changed since it was last asked.
fn changed(heard: &mut RoomEventCacheSubscriber) -> bool {
    let mut changed = false;
    loop {
        match heard.try_recv() {
            Ok(RoomEventCacheUpdate::UpdateTimelineEvents(update)) => changed |= !update.diffs.is_empty(),
            Ok(_) => {}
            Err(TryRecvError::Lagged(_)) => changed = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return changed,
        }
    }
}

/// The few used last, and those in use.
#[derive(Debug)]
struct Recent<T>(Vec<(OwnedRoomId, T)>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone + Default> Recent<T> {
    /// The room's value, used last from now on; a new one if there is none. What was used longest ago makes way,
    /// unless it is in use.
    fn get(&mut self, room_id: OwnedRoomId, in_use: impl Fn(&T) -> bool) -> T {
        let found = self.0.iter().position(|(id, _)| *id == room_id).map(|at| self.0.remove(at));
        let entry = found.unwrap_or_else(|| (room_id, T::default()));
        let value = entry.1.clone();
        self.0.insert(0, entry);
        while self.0.len() > KEPT
            && let Some(last) = self.0.iter().rposition(|(_, value)| !in_use(value))
        {
            self.0.remove(last);
        }
        value
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::RoomId;

    use super::*;

    #[test]
    fn the_few_used_last_stay() {
        let id = |n: usize| RoomId::parse(format!("!room{n}:example.fr")).unwrap();
        let idle = |_: &Arc<()>| false;
        let mut recent = Recent::<Arc<()>>(Vec::new());
        let first = recent.get(id(0), idle);
        for n in 1..KEPT {
            let _ = recent.get(id(n), idle);
        }
        assert!(Arc::ptr_eq(&first, &recent.get(id(0), idle)), "still there, and used again");
        let second = recent.get(id(1), idle);
        for n in KEPT..2 * KEPT {
            let _ = recent.get(id(n), idle);
        }
        assert_eq!(recent.0.len(), KEPT);
        assert!(!Arc::ptr_eq(&second, &recent.get(id(1), idle)), "made way");
    }

    #[test]
    fn one_that_is_in_use_stays_however_many_are_opened() {
        let id = |n: usize| RoomId::parse(format!("!room{n}:example.fr")).unwrap();
        let in_use = |value: &Arc<()>| Arc::strong_count(value) > 1;
        let mut recent = Recent::<Arc<()>>(Vec::new());
        let watched = recent.get(id(0), in_use);
        for n in 1..3 * KEPT {
            drop(recent.get(id(n), in_use));
        }
        assert!(Arc::ptr_eq(&watched, &recent.get(id(0), in_use)));
        assert_eq!(recent.0.len(), KEPT);
        // However many are in use.
        let all: Vec<_> = (0..2 * KEPT).map(|n| recent.get(id(n), in_use)).collect();
        assert_eq!(recent.0.len(), all.len());
    }
}
