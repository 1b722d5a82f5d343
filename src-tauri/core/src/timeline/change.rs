//! What happened to a room.

use matrix_sdk::ruma::events::StateEventContentChange;
use matrix_sdk_ui::timeline::{
    AnyOtherStateEventContentChange as State, MembershipChange, OtherState, RoomMembershipChange,
};

use super::dto::RoomChange;
use crate::rich_text::{self, Reader};

/// A topic in a line may be this long.
const MAX_TOPIC: usize = 500;

/// Somebody came, went, or was made to. `subject` is the name of the person it happened to.
pub(super) fn membership(change: &RoomMembershipChange, subject: String) -> RoomChange {
    match change.change() {
        Some(MembershipChange::Joined | MembershipChange::InvitationAccepted) => RoomChange::Joined,
        Some(MembershipChange::Left) => RoomChange::Left,
        Some(MembershipChange::InvitationRejected) => RoomChange::Declined,
        Some(MembershipChange::Invited | MembershipChange::KnockAccepted) => RoomChange::Invited { subject },
        Some(MembershipChange::Kicked) => RoomChange::Removed { subject },
        Some(MembershipChange::Banned | MembershipChange::KickedAndBanned) => RoomChange::Banned { subject },
        _ => other("m.room.member"),
    }
}

/// Another part of the room's state changed.
pub(super) fn state(state: &OtherState) -> RoomChange {
    match state.content() {
        State::RoomCreate(_) => RoomChange::Created,
        State::RoomName(StateEventContentChange::Original { content, .. }) if !content.name.trim().is_empty() => {
            RoomChange::Named { name: rich_text::clean(&content.name) }
        }
        State::RoomTopic(StateEventContentChange::Original { content, .. }) => {
            let topic = rich_text::from_plain(&content.topic, Reader::default());
            RoomChange::TopicChanged { topic: rich_text::one_line(&topic, MAX_TOPIC) }
        }
        State::RoomAvatar(_) => RoomChange::PictureChanged,
        State::RoomEncryption(StateEventContentChange::Original { .. }) => RoomChange::Encrypted,
        content => other(&content.event_type().to_string()),
    }
}

/// Something that there are no words for.
pub(super) fn other(event_type: &str) -> RoomChange {
    RoomChange::Other { event_type: rich_text::clean(event_type) }
}
