//! One line of the room list.

use matrix_sdk::{Room, RoomDisplayName, RoomHero, RoomState, ruma::UserId};
use matrix_sdk_ui::timeline::{LatestEventValue, LatestEventValueLocalState, RoomExt, TimelineItemContent};

use super::dto::{LatestMessage, LatestSending, RoomRow};
use crate::{
    media::Handles,
    people::{self, color, first_name},
    rich_text::clean,
    timeline::{self, millis},
};

/// What the list and the head of a room show alike.
pub(super) struct Face {
    pub(super) name: String,
    pub(super) direct: bool,
    pub(super) avatar: Option<String>,
    pub(super) color: u8,
    pub(super) invited: bool,
}

pub(super) async fn face(room: &Room, handles: &Handles) -> Face {
    let direct = match room.compute_is_dm().await {
        Ok(direct) => direct,
        Err(_) => room.is_dm(),
    };
    let other = if direct { other_side(room) } else { None };
    // The SDK's own name for a room may still be from before its name came.
    let name = match room.name().filter(|name| !name.trim().is_empty()) {
        Some(name) => RoomDisplayName::Named(name.trim().to_owned()),
        None => room.display_name().await.unwrap_or(RoomDisplayName::Empty),
    };
    let avatar = room.avatar_url().or_else(|| other.as_ref().and_then(|hero| hero.avatar_url.clone()));
    Face {
        name: shown(&name, room, other.as_ref()),
        direct,
        avatar: avatar.map(|url| handles.avatar(&url)),
        // A conversation with one person has that person's colour.
        color: match &other {
            Some(hero) => color(hero.user_id.as_str()),
            None => color(room.room_id().as_str()),
        },
        invited: room.state() == RoomState::Invited,
    }
}

/// The other person of a direct message.
fn other_side(room: &Room) -> Option<RoomHero> {
    let mut heroes = room.heroes().into_iter();
    match (heroes.next(), heroes.next()) {
        (Some(hero), None) => Some(hero),
        _ => None,
    }
}

/// A name that is never empty. Who has no name is called by the first part of their ID.
fn shown(name: &RoomDisplayName, room: &Room, other: Option<&RoomHero>) -> String {
    // A conversation is called by the person, whose organisation stands elsewhere.
    if let (RoomDisplayName::Calculated(name), Some(other)) = (name, other) {
        return people::person(&other.user_id, Some(name), None).name;
    }
    let name = match name {
        RoomDisplayName::Named(name)
        | RoomDisplayName::Aliased(name)
        | RoomDisplayName::Calculated(name)
        | RoomDisplayName::EmptyWas(name) => clean(name),
        RoomDisplayName::Empty => String::new(),
    };
    if !name.is_empty() {
        return name;
    }
    let target = room.direct_targets().into_iter().find_map(|target| target.into_user_id());
    let person = other.map(|hero| hero.user_id.clone()).or(target);
    let alias = room.canonical_alias().map(|alias| clean(alias.alias()));
    fallback(person.as_deref(), alias, room.room_id().as_str())
}

fn fallback(person: Option<&UserId>, alias: Option<String>, room_id: &str) -> String {
    let person = person.map(|user_id| clean(user_id.localpart()));
    let id = room_id.trim_start_matches('!').split(':').next().unwrap_or_default();
    person
        .or(alias)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| if id.is_empty() { "?".to_owned() } else { id.to_owned() })
}

/// Whether something in a room waits to be read: an invitation, or messages.
pub(super) fn waits(room: &Room) -> bool {
    room.state() == RoomState::Invited || room.num_unread_messages() > 0
}

pub(crate) async fn row(room: &Room, handles: &Handles, draft: Option<String>) -> RoomRow {
    let face = face(room, handles).await;
    let latest = if face.invited { None } else { latest(room, face.direct, handles).await };
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    RoomRow {
        id: room.room_id().to_string(),
        name: face.name,
        direct: face.direct,
        avatar: face.avatar,
        color: face.color,
        encrypted: room.encryption_state().is_encrypted(),
        unread: if face.invited { 0 } else { count(room.num_unread_messages()) },
        mentions: if face.invited { 0 } else { count(room.num_unread_mentions()) },
        invited: face.invited,
        draft,
        latest,
    }
}

async fn latest(room: &Room, direct: bool, handles: &Handles) -> Option<LatestMessage> {
    match RoomExt::latest_event(room).await {
        // That somebody came, or was named otherwise, is no message.
        LatestEventValue::Remote {
            content:
                TimelineItemContent::MembershipChange(_)
                | TimelineItemContent::ProfileChange(_)
                | TimelineItemContent::OtherState(_),
            ..
        } => None,
        LatestEventValue::Remote { timestamp, sender, is_own, profile, content } => {
            let person = people::from_details(&sender, &profile, handles);
            Some(LatestMessage {
                timestamp: millis(timestamp),
                sender: (!direct && !is_own).then(|| first_name(&person.name).to_owned()),
                own: is_own,
                preview: timeline::preview(&content),
                sending: None,
            })
        }
        LatestEventValue::Local { timestamp, content, state, .. } => Some(LatestMessage {
            timestamp: millis(timestamp),
            sender: None,
            own: true,
            preview: timeline::preview(&content),
            sending: match state {
                LatestEventValueLocalState::IsSending => Some(LatestSending::Waiting),
                LatestEventValueLocalState::HasBeenSent => None,
                LatestEventValueLocalState::CannotBeSent => Some(LatestSending::Failed),
            },
        }),
        LatestEventValue::None | LatestEventValue::RemoteInvite { .. } => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::user_id;

    use super::*;

    #[test]
    fn a_room_is_never_without_a_name() {
        assert_eq!(fallback(Some(user_id!("@claire:a.fr")), None, "!x:a.fr"), "claire");
        assert_eq!(fallback(None, Some("projet".to_owned()), "!x:a.fr"), "projet");
        assert_eq!(fallback(None, None, "!abc:a.fr"), "abc");
        assert_eq!(fallback(None, None, "!abc"), "abc");
        assert_eq!(fallback(None, Some(String::new()), "!"), "?");
    }
}
