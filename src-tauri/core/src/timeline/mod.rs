//! The messages of a room, as a list that changes.

mod actions;
mod body;
mod change;
mod drafts;
pub mod dto;
mod event;
mod failure;
mod filter;
mod members;
mod older;
mod opened;
mod pictures;
mod trust;

use std::{future::ready, pin::pin, sync::Arc};

use eyeball_im::{Vector, VectorDiff};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use matrix_sdk::{
    Client,
    ruma::{OwnedTransactionId, RoomId},
};
use matrix_sdk_ui::timeline::TimelineEventItemId;
use tokio::sync::watch;
use tracing::Instrument as _;

pub(crate) use self::{body::preview, drafts::Drafts, event::millis, failure::from_sdk};
use self::{dto::TimelineItem, event::Mapping, opened::Opened};
use crate::{
    AppError, ErrorCode, Result,
    media::Handles,
    sending::{Exhausted, Pictures},
    settings::Settings,
    stream::{AnySink, ListUpdate, Pace, Subscription, forward},
};

/// The timelines of an account's rooms. A few that were opened last stay open, so that going back to
/// a room takes no time.
#[derive(Debug)]
pub struct Timelines {
    client: Client,
    handles: Arc<Handles>,
    opened: Opened,
    settings: watch::Receiver<Settings>,
    exhausted: Exhausted,
    pictures: Pictures,
}

impl Timelines {
    /// No timeline is open yet.
    #[must_use]
    pub(crate) fn new(
        client: Client,
        handles: Arc<Handles>,
        settings: watch::Receiver<Settings>,
        exhausted: Exhausted,
        pictures: Pictures,
    ) -> Self {
        Self { opened: Opened::new(client.clone()), client, handles, settings, exhausted, pictures }
    }

    /// The lines of a room's timeline and their changes. Opens the timeline if it is not open.
    pub async fn watch(&self, room_id: &str, sink: AnySink<ListUpdate<TimelineItem>>) -> Result<Subscription> {
        let timeline = self.opened.open(room_id).await?;
        let (values, changes) = timeline.subscribe().await;
        let infos = timeline.room().subscribe_info();
        let room = timeline.room().clone();
        let mapping = Mapping::new(room, Arc::clone(&self.handles), self.exhausted.clone(), self.pictures.clone());
        let mapping = Arc::new(mapping.await);
        let of_messages = stream::select(self.exhausted.given_up(), self.pictures.changes());
        let span = tracing::debug_span!("timeline", room = room_id);
        let watching = async move {
            let first = stream::once(ready(vec![VectorDiff::Reset { values }]));
            let map = |item| {
                let mapping = Arc::clone(&mapping);
                async move { mapping.item(item).await }
            };
            let room = timeline.room();
            // Lines say whether they may be answered, and whether they are still tried: they are made anew when the
            // room's rules change, when that is given up, and when pictures may be sent or no more.
            let ruled = infos.filter_map(|_| async { mapping.rights_changed(room).await.then_some(()) });
            let again = pin!(stream::select(ruled, of_messages).then(|()| timeline.subscribe()));
            tokio::select! {
                () = forward(first.chain(restarted(changes, again)), Pace::AS_IT_COMES, map, &sink) => {}
                () = mapping.settle_doubts() => {}
                () = opened::ask_for_members(&timeline) => {}
            }
        };
        Ok(Subscription::spawn(watching.instrument(span)))
    }

    /// Adds older messages to a timeline. True once the room's beginning is reached.
    pub async fn load_older(&self, room_id: &str, count: u16) -> Result<bool> {
        let timeline = self.opened.open(room_id).await?;
        older::load(&timeline, count).await
    }

    fn room(&self, room_id: &str) -> Result<matrix_sdk::Room> {
        room(&self.client, room_id)
    }
}

/// A list's changes, until `again` gives the list anew: then all of it, and its changes from there on.
fn restarted<A>(
    changes: impl Stream<Item = Vec<VectorDiff<A>>> + Unpin + Send + 'static,
    again: impl Stream<Item = (Vector<A>, impl Stream<Item = Vec<VectorDiff<A>>> + Unpin + Send + 'static)> + Unpin,
) -> impl Stream<Item = Vec<VectorDiff<A>>>
where
    A: Clone + Send + Sync + 'static,
{
    stream::unfold((changes.boxed(), again.fuse()), |(mut changes, mut again)| async move {
        let batch = futures_util::select_biased! {
            // Once asked for, the list as it is replaces what has not been sent of its changes.
            anew = again.select_next_some() => {
                let (values, later) = anew;
                changes = later.boxed();
                Some(vec![VectorDiff::Reset { values }])
            }
            batch = changes.next().fuse() => batch,
        };
        batch.map(|batch| (batch, (changes, again)))
    })
}

/// A room that this account knows.
pub(crate) fn room(client: &Client, room_id: &str) -> Result<matrix_sdk::Room> {
    RoomId::parse(room_id)
        .ok()
        .and_then(|room_id| client.get_room(&room_id))
        .ok_or_else(|| AppError::new(ErrorCode::RoomUnknown))
}

/// How a message is named in commands: by its event ID once it has one, before by its transaction.
fn message_id(id: &TimelineEventItemId) -> String {
    match id {
        TimelineEventItemId::EventId(id) => id.to_string(),
        TimelineEventItemId::TransactionId(id) => id.to_string(),
    }
}

/// The other way round.
fn parse_message_id(id: &str) -> Result<TimelineEventItemId> {
    if !id.starts_with('$') {
        return Ok(TimelineEventItemId::TransactionId(OwnedTransactionId::from(id)));
    }
    match matrix_sdk::ruma::EventId::parse(id) {
        Ok(id) => Ok(TimelineEventItemId::EventId(id)),
        Err(_) => Err(AppError::new(ErrorCode::MessageUnknown)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_that_comes_anew_replaces_what_was_there() {
        let pushed = |value| vec![VectorDiff::PushBack { value }];
        let anew = (Vector::from_iter([1, 2]), stream::iter([pushed(3)]));
        let old = stream::iter([pushed(9)]).chain(stream::pending());
        // Fresh changes end here, those of the old list never.
        let batches: Vec<_> = restarted(old.boxed(), stream::iter([anew])).collect().await;
        assert_eq!(batches, [vec![VectorDiff::Reset { values: Vector::from_iter([1, 2]) }], pushed(3)]);
        let none = stream::empty::<(Vector<i32>, stream::Empty<_>)>();
        let batches: Vec<_> = restarted(stream::iter([pushed(9)]), none).collect().await;
        assert_eq!(batches, [pushed(9)]);
    }

    #[test]
    fn message_ids_come_back_as_what_they_were() {
        for id in ["$abc", "$abc:example.fr", "$", "m1764.3", "transaction"] {
            match parse_message_id(id) {
                Ok(parsed) => {
                    assert_eq!(message_id(&parsed), id);
                    assert_eq!(matches!(parsed, TimelineEventItemId::EventId(_)), id.starts_with('$'));
                }
                Err(error) => assert_eq!(error.code, ErrorCode::MessageUnknown),
            }
        }
    }
}
