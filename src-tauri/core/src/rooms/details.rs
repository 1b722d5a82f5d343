//! The head of an open room.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt};
use matrix_sdk::{
    Room, RoomState,
    ruma::{
        OwnedUserId,
        events::{MessageLikeEventType, room::member::SyncRoomMemberEvent},
    },
};
use tokio::{sync::broadcast::error::RecvError, time::sleep};

use super::{dto::RoomDetails, row::face};
use crate::{
    media::Handles,
    people,
    rich_text::{self, Reader},
    stream::Sink,
};

/// What changes within this time is shown at once.
const GATHER: Duration = Duration::from_millis(50);

/// Longer topics are cut.
const MAX_TOPIC: usize = 1_000;

/// Of so many people it is said that they are writing.
const MOST_WRITERS: usize = 5;

/// Sends the room's head until nobody listens.
pub(super) async fn watch(room: Room, handles: Arc<Handles>, sink: &impl Sink<RoomDetails>) {
    let (_guard, mut typing) = room.subscribe_to_typing_notifications();
    let mut changes = room.subscribe_info();
    let members = room.client().observe_room_events::<SyncRoomMemberEvent, ()>(room.room_id());
    let mut members = members.subscribe();
    let mut writers: Vec<OwnedUserId> = Vec::new();
    let mut sent: Option<RoomDetails> = None;
    // Members come with the first opening of the timeline; they change the number of servers.
    let mut membership = Membership::default();
    loop {
        let details = details(&room, &handles, &writers, &mut membership).await;
        if sent.as_ref() != Some(&details) {
            if !sink.send(details.clone()) {
                return;
            }
            sent = Some(details);
        }
        futures_util::select! {
            change = changes.next().fuse() => if change.is_none() {
                return;
            },
            now = typing.recv().fuse() => match now {
                Ok(now) => writers = now,
                // The next message says who is writing then.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
            // The server's number may have come before, or not change at all.
            _ = members.next().fuse() => membership.counted_for = None,
        }
        sleep(GATHER).await;
    }
}

/// How many members there are and on how many servers; counted anew only if something changed.
#[derive(Default)]
struct Membership {
    counted_for: Option<(u64, bool)>,
    members: u32,
    servers: u32,
}

impl Membership {
    async fn count(&mut self, room: &Room) {
        let state = (room.joined_members_count(), room.are_members_synced());
        if self.counted_for != Some(state)
            && let Ok(members) = room.joined_user_ids().await
        {
            self.members = u32::try_from(members.len()).unwrap_or(u32::MAX);
            self.servers = distinct(&members).max(1);
            self.counted_for = Some(state);
        }
    }

    /// The whole list of members is right, even while the server's number lags behind (after an invitation
    /// is accepted). A list of some says nothing: the server's number counts.
    fn members(&self, told: u64) -> u32 {
        match self.counted_for {
            Some((_, true)) => self.members,
            _ => u32::try_from(told).unwrap_or(u32::MAX),
        }
    }
}

fn distinct(members: &[OwnedUserId]) -> u32 {
    let servers: BTreeSet<&str> = members.iter().map(|member| member.server_name().as_str()).collect();
    u32::try_from(servers.len()).unwrap_or(u32::MAX)
}

async fn details(room: &Room, handles: &Handles, writers: &[OwnedUserId], membership: &mut Membership) -> RoomDetails {
    let face = face(room, handles).await;
    let mut typing = Vec::new();
    for user_id in writers.iter().take(MOST_WRITERS) {
        typing.push(people::stored(room, user_id, handles).await.name);
    }
    let topic =
        room.topic().map(|topic| rich_text::one_line(&rich_text::from_plain(&topic, Reader::default()), MAX_TOPIC));
    membership.count(room).await;
    RoomDetails {
        id: room.room_id().to_string(),
        name: face.name,
        topic: topic.filter(|topic| !topic.is_empty()),
        direct: face.direct,
        avatar: face.avatar,
        color: face.color,
        encrypted: room.encryption_state().is_encrypted(),
        members: membership.members(room.joined_members_count()),
        servers: membership.servers,
        invited: face.invited,
        can_send: can_send(room).await,
        typing,
    }
}

/// Whether the room's rules let the user send messages.
async fn can_send(room: &Room) -> bool {
    if room.state() != RoomState::Joined {
        return false;
    }
    let message = if room.encryption_state().is_encrypted() {
        MessageLikeEventType::RoomEncrypted
    } else {
        MessageLikeEventType::RoomMessage
    };
    room.power_levels_or_default().await.user_can_send_message(room.own_user_id(), message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::owned_user_id;

    use super::*;

    #[test]
    fn only_a_whole_list_of_members_counts() {
        let listed = |counted_for| Membership { counted_for, members: 5, servers: 2 };
        assert_eq!(listed(Some((1, true))).members(1), 5, "the server lags behind");
        assert_eq!(listed(Some((4, true))).members(4), 5);
        assert_eq!(listed(Some((3, false))).members(3), 3, "two of those listed may have left");
        assert_eq!(listed(Some((90, false))).members(90), 90);
        assert_eq!(Membership::default().members(u64::MAX), u32::MAX);
    }

    #[test]
    fn servers_are_counted_once() {
        assert_eq!(distinct(&[]), 0);
        let members = [owned_user_id!("@a:x.fr"), owned_user_id!("@b:x.fr"), owned_user_id!("@a:y.de")];
        assert_eq!(distinct(&members), 2);
        assert_eq!(distinct(&[owned_user_id!("@a:x.fr"), owned_user_id!("@a:x.fr:8448")]), 2);
    }
}
