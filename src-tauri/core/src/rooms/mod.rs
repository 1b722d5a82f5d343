//! The room list and the head of an open room.

mod details;
pub mod dto;
pub(crate) mod gaps;
mod listening;
mod order;
mod row;
mod subscribed;

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use matrix_sdk::{Client, ruma::RoomId};
use matrix_sdk_ui::{
    RoomListService,
    room_list_service::filters::{
        BoxedFilterFn, new_filter_all, new_filter_deduplicate_versions, new_filter_non_left, new_filter_not,
        new_filter_space,
    },
};
use tokio::sync::watch;
use tracing::Instrument as _;

use self::{
    dto::{RoomDetails, RoomRow},
    listening::Listening,
    subscribed::Subscribed,
};
pub(crate) use self::{gaps::own_receipts, row::row};
use crate::{
    AppError, ErrorCode, Result,
    media::Handles,
    stream::{AnySink, ListUpdate, Pace, Sink, Subscription, apply, forward},
    timeline::{self, Drafts},
};

/// A sync answer changes many rooms within moments; the list is drawn once for all of them. The first
/// message is a screenful, so that there is something to read while the rest is made; of that each piece
/// costs the window a message, and none may hold it up for long.
const PACE: Pace = Pace { gather: Duration::from_millis(40), first: 30, drawn: Duration::from_millis(150), items: 500 };

/// More rooms than anybody is in: the list is never cut.
const ALL: usize = 1_000_000;

/// The rooms of an account.
#[derive(Debug)]
pub struct Rooms {
    client: Client,
    service: Arc<RoomListService>,
    handles: Arc<Handles>,
    drafts: Arc<Drafts>,
    subscribed: Arc<Subscribed>,
    /// Tells the server which rooms to send in full.
    _subscriber: Subscription,
}

impl Rooms {
    /// Must be called within a runtime: it keeps a task.
    #[must_use = "the rooms' task ends with the value"]
    pub(crate) fn new(
        client: Client,
        service: Arc<RoomListService>,
        handles: Arc<Handles>,
        drafts: Arc<Drafts>,
    ) -> Self {
        let subscribed = Arc::new(Subscribed::default());
        let subscriber = Subscription::spawn(subscribed::keep(Arc::clone(&subscribed), Arc::clone(&service)));
        Self { client, service, handles, drafts, subscribed, _subscriber: subscriber }
    }

    /// The rows of the room list and their changes, the room with the newest message first.
    pub async fn watch(&self, sink: AnySink<ListUpdate<RoomRow>>) -> Result<Subscription> {
        let list = self
            .service
            .all_rooms()
            .await
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"there is no room list"))?;
        let handles = Arc::clone(&self.handles);
        let drafts = Arc::clone(&self.drafts);
        let client = self.client.clone();
        Ok(Subscription::spawn(async move {
            let listening = Listening::start(client);
            let (stream, controller) = list.entries_with_dynamic_adapters(ALL);
            // Nothing comes before a filter is set.
            controller.set_filter(shown());
            let map = |listed: order::Listed| {
                let room = listed.room;
                listening.listen(room.room_id());
                let handles = Arc::clone(&handles);
                let draft = drafts.preview(room.room_id());
                async move { row::row(&room, &handles, draft).await }
            };
            let stream = pin!(stream);
            let stream = order::by_activity(stream).await;
            forward(pin!(stream), PACE, map, &sink).instrument(tracing::debug_span!("rooms")).await;
        }))
    }

    /// Keeps count of the rooms in which something waits to be read, as the list marks them.
    pub(crate) async fn count_unread(&self, unread: watch::Sender<u32>) -> Result<Subscription> {
        let list = self
            .service
            .all_rooms()
            .await
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"there is no room list"))?;
        Ok(Subscription::spawn(async move {
            let (stream, controller) = list.entries_with_dynamic_adapters(ALL);
            controller.set_filter(shown());
            // Nothing is drawn of it.
            let pace = Pace { drawn: Duration::ZERO, ..PACE };
            let map = |item: matrix_sdk_ui::room_list_service::RoomListItem| {
                let waits = row::waits(&item);
                async move { waits }
            };
            forward(pin!(stream), pace, map, &counted(unread)).instrument(tracing::debug_span!("unread")).await;
        }))
    }

    /// Which rooms are in view: those are kept up to date first.
    pub async fn set_visible(&self, rooms: Vec<String>) -> Result<()> {
        let rooms = rooms.iter().filter_map(|id| RoomId::parse(id).ok()).collect();
        self.subscribed.set_visible(rooms);
        Ok(())
    }

    /// The head of one room, at once and at each change. The room counts as open as long as the
    /// subscription lives.
    pub async fn watch_one(&self, room_id: &str, sink: AnySink<RoomDetails>) -> Result<Subscription> {
        let room = timeline::room(&self.client, room_id)?;
        let open = self.subscribed.open(room.room_id().to_owned());
        let handles = Arc::clone(&self.handles);
        Ok(Subscription::spawn(async move {
            let _open = open;
            details::watch(room, handles, &sink).await;
        }))
    }

    /// Joins a room that the user is invited to.
    pub async fn accept_invitation(&self, room_id: &str) -> Result<()> {
        let room = timeline::room(&self.client, room_id)?;
        room.join().await.map_err(|error| timeline::from_sdk(&error))
    }

    /// Declines an invitation.
    pub async fn decline_invitation(&self, room_id: &str) -> Result<()> {
        let room = timeline::room(&self.client, room_id)?;
        room.leave().await.map_err(|error| timeline::from_sdk(&error))
    }
}

/// Counts what is true in a list that changes.
fn counted(count: watch::Sender<u32>) -> impl Sink<ListUpdate<bool>> {
    let list = Mutex::new(Vec::new());
    move |update: ListUpdate<bool>| {
        let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
        let sound = apply(&mut *list, update.diffs).is_ok();
        count.send_replace(u32::try_from(list.iter().filter(|each| **each).count()).unwrap_or(u32::MAX));
        sound
    }
}

/// Rooms that have a row: not those left, not spaces, and of a replaced room the newest.
fn shown() -> BoxedFilterFn {
    Box::new(new_filter_all(vec![
        Box::new(new_filter_non_left()),
        Box::new(new_filter_not(Box::new(new_filter_space()))),
        Box::new(new_filter_deduplicate_versions()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Diff;

    #[test]
    fn what_waits_is_counted_through_every_change() {
        let unread = watch::Sender::new(0);
        let sink = counted(unread.clone());
        let after = |seq, diff| {
            let sound = sink.send(ListUpdate { seq, diffs: vec![diff] });
            (sound, *unread.borrow())
        };
        assert_eq!(after(0, Diff::Reset { values: vec![true, false, true] }), (true, 2));
        assert_eq!(after(1, Diff::Set { index: 1, value: true }), (true, 3));
        assert_eq!(after(2, Diff::Remove { index: 0 }), (true, 2));
        assert!(!after(3, Diff::Set { index: 9, value: true }).0, "a list that does not fit is not counted on");
    }
}
