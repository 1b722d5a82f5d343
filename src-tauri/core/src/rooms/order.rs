//! The order of the list: by what the server says of the rooms' activity.
//!
//! The SDK orders by the newest message, and puts all rooms whose newest message it has not computed yet below those
//! where it has: as it does so room by room, a list of some hundred rooms moves for seconds. What the server says (the
//! `bump_stamp` of MSC4186) is there for all rooms of an answer at once.

use std::{
    cmp::{Ordering, Reverse},
    future::ready,
};

use eyeball_im::{Vector, VectorDiff};
use eyeball_im_util::vector::VectorObserverExt as _;
use futures_util::{Stream, StreamExt as _, stream};
use matrix_sdk::Room;
use matrix_sdk_ui::room_list_service::RoomListItem;

/// A room as it was when the list heard of it: while a list is sorted, nothing that it is sorted by may change.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) room: Room,
    /// Whether the server has told of it: a new room comes into the list a moment before.
    told: bool,
    place: Place,
}

/// What a room's place in the list depends on, first things first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Rooms with a message of one's own that has not been sent come first.
    sent: bool,
    /// Then the one where something happened last; one of which the server has not told, last.
    activity: Reverse<Option<u64>>,
}

impl From<RoomListItem> for Listed {
    fn from(item: RoomListItem) -> Self {
        let room = item.into_inner();
        let activity = room.recency_stamp().map(u64::from);
        let told = room.is_state_partially_or_fully_synced();
        Self { told, place: Place { sent: !room.latest_event_is_unsent(), activity: Reverse(activity) }, room }
    }
}

/// Sorts a list, whatever order it came in; what comes first is all of it, though it be empty. Rooms of which the server
/// has told nothing yet have no place in it.
pub(super) async fn by_activity(
    rooms: impl Stream<Item = Vec<VectorDiff<RoomListItem>>> + Unpin,
) -> impl Stream<Item = Vec<VectorDiff<Listed>>> {
    let mut rooms = rooms.map(|diffs| diffs.into_iter().map(|diff| diff.map(Listed::from)).collect::<Vec<_>>());
    let mut all = Vector::new();
    for diff in rooms.next().await.unwrap_or_default() {
        diff.apply(&mut all);
    }
    let (values, changes) = (all, rooms).filter(|listed| listed.told).sort_by(compare);
    stream::once(ready(vec![VectorDiff::Reset { values }])).chain(changes)
}

fn compare(left: &Listed, right: &Listed) -> Ordering {
    // What is alike stays in one order, too.
    left.place.cmp(&right.place).then_with(|| left.room.room_id().cmp(right.room.room_id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_to_be_sent_comes_before_what_is_newest() {
        let place = |sent, activity| Place { sent, activity: Reverse(activity) };
        let mut places = [place(true, None), place(true, Some(1)), place(true, Some(7)), place(false, Some(3))];
        places.sort();
        assert_eq!(places, [place(false, Some(3)), place(true, Some(7)), place(true, Some(1)), place(true, None)]);
    }
}
