//! From an item of the SDK's timeline to a line of ours.

use std::sync::{Arc, Mutex, PoisonError};

use matrix_sdk::{
    Room,
    ruma::{MilliSecondsSinceUnixEpoch, OwnedUserId, TransactionId, UserId, events::MessageLikeEventType},
};
use matrix_sdk_ui::timeline::{
    EventSendState, EventTimelineItem, InReplyToDetails, MsgLikeContent, MsgLikeKind, ReactionsByKeyBySender,
    ThreadSummary as SdkThreadSummary, TimelineDetails, TimelineEventShieldState, TimelineEventShieldStateCode,
    TimelineItem as SdkItem, TimelineItemContent, TimelineItemKind, VirtualTimelineItem,
};

use super::{
    body, change,
    dto::{
        EncryptionWarning, Image, Message, MessageBody, Quote, Reaction, RoomChange, RoomEvent, Sending, ThreadSummary,
        TimelineContent, TimelineItem,
    },
    members::Members,
    message_id,
    trust::Doubts,
};
use crate::{
    media::Handles,
    people::Person,
    rich_text::Reader,
    sending::{Exhausted, Pictures},
};

/// The latest moment that a date can stand for in the window. A server may say any number.
const LAST_MOMENT: u64 = 8_640_000_000_000_000;

/// How many people one reaction names.
const NAMES: usize = 10;

/// How many readers one line shows.
const READERS: usize = 50;

/// Longer reactions are no reactions.
const MAX_REACTION: usize = 100;

/// What is needed to turn a room's items into lines.
#[derive(Debug)]
pub(super) struct Mapping {
    me: OwnedUserId,
    members: Members,
    handles: Arc<Handles>,
    exhausted: Exhausted,
    pictures: Pictures,
    rights: Mutex<Rights>,
    doubts: Doubts,
}

/// What the room's rules let the user do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rights {
    send: bool,
    react: bool,
}

impl Rights {
    async fn of(room: &Room) -> Self {
        let me = room.own_user_id();
        let levels = room.power_levels_or_default().await;
        let message = if room.encryption_state().is_encrypted() {
            MessageLikeEventType::RoomEncrypted
        } else {
            MessageLikeEventType::RoomMessage
        };
        Self {
            send: levels.user_can_send_message(me, message),
            react: levels.user_can_send_message(me, MessageLikeEventType::Reaction),
        }
    }
}

impl Mapping {
    pub(super) async fn new(room: Room, handles: Arc<Handles>, exhausted: Exhausted, pictures: Pictures) -> Self {
        Self {
            rights: Mutex::new(Rights::of(&room).await),
            doubts: Doubts::new(room.clone()),
            me: room.own_user_id().to_owned(),
            members: Members::new(room, Arc::clone(&handles)),
            handles,
            exhausted,
            pictures,
        }
    }

    /// Looks again at what the user may do. True if lines made before say it wrongly now.
    pub(super) async fn rights_changed(&self, room: &Room) -> bool {
        let now = Rights::of(room).await;
        std::mem::replace(&mut *self.rights.lock().unwrap_or_else(PoisonError::into_inner), now) != now
    }

    /// Looks again at messages that came before what proves their senders. Never ends.
    pub(super) async fn settle_doubts(&self) {
        self.doubts.follow().await;
    }

    fn rights(&self) -> Rights {
        *self.rights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn item(&self, item: Arc<SdkItem>) -> TimelineItem {
        let content = match item.kind() {
            TimelineItemKind::Virtual(VirtualTimelineItem::DateDivider(moment)) => {
                TimelineContent::Day { timestamp: millis(*moment) }
            }
            TimelineItemKind::Virtual(VirtualTimelineItem::ReadMarker) => TimelineContent::NewMessages,
            TimelineItemKind::Virtual(VirtualTimelineItem::TimelineStart) => TimelineContent::Start,
            TimelineItemKind::Event(event) => self.event(event).await,
        };
        TimelineItem { id: item.unique_id().0.clone(), content }
    }

    async fn event(&self, event: &EventTimelineItem) -> TimelineContent {
        let change = match event.content() {
            TimelineItemContent::MsgLike(content) => return self.message(event, content).await,
            TimelineItemContent::MembershipChange(change) => {
                let subject = match change.display_name() {
                    Some(name) => crate::people::person(change.user_id(), Some(&name), None),
                    None => self.members.person(change.user_id()).await,
                };
                change::membership(change, subject.name)
            }
            TimelineItemContent::ProfileChange(_) => RoomChange::ProfileChanged,
            TimelineItemContent::OtherState(state) => change::state(state),
            TimelineItemContent::FailedToParseState { event_type, .. } => change::other(&event_type.to_string()),
            TimelineItemContent::FailedToParseMessageLike { .. }
            | TimelineItemContent::CallInvite
            | TimelineItemContent::RtcNotification { .. } => {
                let event_type = event.content().event_type_str().unwrap_or_default();
                let message = self.bare(event, body::unsupported(&event_type)).await;
                return TimelineContent::Message(Box::new(message));
            }
        };
        TimelineContent::Event(RoomEvent {
            actor: self.members.sender(event.sender(), event.sender_profile()),
            timestamp: millis(event.timestamp()),
            change,
        })
    }

    async fn message(&self, event: &EventTimelineItem, content: &MsgLikeContent) -> TimelineContent {
        let mentions = match &content.kind {
            MsgLikeKind::Message(message) => message.mentions(),
            _ => None,
        };
        let room_mentioned = mentions.is_some_and(|mentions| mentions.room);
        let reader = Reader { user_id: self.me.as_str(), room_mentioned };
        let mut body = body::body(content, reader, &self.handles);
        self.name_the_mentioned(&mut body).await;

        let mut message = self.bare(event, body).await;
        message.mentions_me = !message.own
            && (event.is_highlighted()
                || mentions.is_some_and(|mentions| mentions.room || mentions.user_ids.contains(&self.me)));
        message.edited = matches!(&content.kind, MsgLikeKind::Message(said) if said.is_edited());
        message.reply_to = content.in_reply_to.as_ref().map(|reply| self.quote(reply));
        message.reactions = self.reactions(&content.reactions).await;
        message.thread = content.thread_summary.as_ref().and_then(|summary| self.thread(summary));
        TimelineContent::Message(Box::new(message))
    }

    /// A message with what every event has.
    async fn bare(&self, event: &EventTimelineItem, body: MessageBody) -> Message {
        let open = !matches!(body, MessageBody::Removed | MessageBody::Undecryptable { .. });
        // What was removed has no text to be warned of.
        let warning = if open { warning(event.get_shield(false)) } else { None };
        if open {
            self.doubts.note(event, warning == Some(EncryptionWarning::DeviceUnconfirmed));
        }
        let progress = event.send_state().and_then(progress);
        // Where it waits, it has failed (`sending::Pictures`); one whose upload has begun goes on.
        let held_back = matches!(body, MessageBody::Image(_)) && !self.pictures.allowed() && progress.is_none();
        Message {
            message_id: message_id(&event.identifier()),
            sender: self.members.sender(event.sender(), event.sender_profile()),
            timestamp: millis(event.timestamp()),
            own: event.is_own(),
            mentions_me: false,
            edited: false,
            reply_to: None,
            reactions: Vec::new(),
            read_by: self.readers(event).await,
            thread: None,
            sending: event.send_state().map(|state| match self.sending(state, event.transaction_id()) {
                Sending::Waiting | Sending::Retrying if held_back => Sending::Failed,
                sending => sending,
            }),
            progress,
            warning,
            can_reply: open && self.rights().send && event.can_be_replied_to(),
            can_react: open
                && self.rights().react
                && event.event_id().is_some()
                && event.content().reactions().is_some(),
            body,
        }
    }

    /// A pill shows the name that a person has here, not the one that the sender of the message chose.
    async fn name_the_mentioned(&self, body: &mut MessageBody) {
        let text = match body {
            MessageBody::Text { text } | MessageBody::Notice { text } | MessageBody::Emote { text } => text,
            MessageBody::Image(Image { caption: Some(caption), .. })
            | MessageBody::File { caption: Some(caption), .. } => caption,
            _ => return,
        };
        let mut names = Vec::new();
        for user_id in text.mentioned() {
            if let Ok(user_id) = UserId::parse(user_id)
                && let Some(person) = self.members.known(&user_id).await
            {
                names.push(person);
            }
        }
        if !names.is_empty() {
            text.name_mentioned(|user_id| {
                names.iter().find(|person| person.user_id == user_id).map(|person| person.name.clone())
            });
        }
    }

    async fn readers(&self, event: &EventTimelineItem) -> Vec<Person> {
        let mut readers = Vec::new();
        // Who wrote a message has read it; that says nothing.
        for user_id in event.read_receipts().keys().filter(|id| **id != self.me && *id != event.sender()).take(READERS)
        {
            readers.push(self.members.person(user_id).await);
        }
        readers
    }

    fn quote(&self, reply: &InReplyToDetails) -> Quote {
        let message_id = reply.event_id.to_string();
        match &reply.event {
            TimelineDetails::Ready(event) => Quote {
                message_id,
                sender: Some(self.members.sender(&event.sender, &event.sender_profile)),
                preview: Some(body::preview(&event.content)),
            },
            _ => Quote { message_id, sender: None, preview: None },
        }
    }

    async fn reactions(&self, reactions: &ReactionsByKeyBySender) -> Vec<Reaction> {
        let mut ordered: Vec<_> = reactions
            .iter()
            .filter(|(key, people)| key.len() <= MAX_REACTION && !people.is_empty())
            .map(|(key, people)| {
                let mut people: Vec<_> = people.iter().map(|(id, info)| (info.timestamp, id)).collect();
                people.sort();
                (people[0].0, key, people)
            })
            .collect();
        ordered.sort_by_key(|(first, ..)| *first);

        let mut out = Vec::with_capacity(ordered.len());
        for (_, key, people) in ordered {
            let mut names = Vec::new();
            for (_, user_id) in people.iter().take(NAMES) {
                names.push(self.members.person(user_id).await.name);
            }
            out.push(Reaction {
                key: key.clone(),
                count: u32::try_from(people.len()).unwrap_or(u32::MAX),
                mine: people.iter().any(|(_, user_id)| **user_id == self.me),
                names,
            });
        }
        out
    }

    fn sending(&self, state: &EventSendState, transaction_id: Option<&TransactionId>) -> Sending {
        match state {
            EventSendState::NotSentYet { .. } => Sending::Waiting,
            EventSendState::SendingFailed { is_recoverable: true, .. } => Sending::Retrying,
            // Given up by the SDK, and taken up again in a moment: no alarm.
            EventSendState::SendingFailed { error, .. }
                if transaction_id.is_some_and(|id| self.exhausted.is_taken_up(id, error)) =>
            {
                Sending::Retrying
            }
            EventSendState::SendingFailed { .. } => Sending::Failed,
            EventSendState::Sent { .. } => Sending::Sent,
        }
    }

    fn thread(&self, summary: &SdkThreadSummary) -> Option<ThreadSummary> {
        if summary.num_replies == 0 {
            return None;
        }
        let latest = match &summary.latest_event {
            TimelineDetails::Ready(event) => Some(event),
            _ => None,
        };
        Some(ThreadSummary {
            replies: summary.num_replies,
            latest_sender: latest.map(|event| self.members.sender(&event.sender, &event.sender_profile)),
            latest_timestamp: latest.map(|event| millis(event.timestamp)),
        })
    }
}

/// How much of a picture is at the server.
fn progress(state: &EventSendState) -> Option<f64> {
    let EventSendState::NotSentYet { progress: Some(upload) } = state else { return None };
    let (current, total) = (upload.progress.current, upload.progress.total);
    // Rounded to what can be seen: each step redraws the line.
    let percent = u32::try_from(current.saturating_mul(100).checked_div(total)?).ok()?;
    Some(f64::from(percent.min(100)) / 100.0)
}

fn warning(shield: TimelineEventShieldState) -> Option<EncryptionWarning> {
    use TimelineEventShieldStateCode as Code;
    let (TimelineEventShieldState::Red { code } | TimelineEventShieldState::Grey { code }) = shield else {
        return None;
    };
    match code {
        Code::SentInClear => Some(EncryptionWarning::Unencrypted),
        Code::UnknownDevice | Code::UnsignedDevice => Some(EncryptionWarning::DeviceUnconfirmed),
        Code::AuthenticityNotGuaranteed | Code::MismatchedSender => Some(EncryptionWarning::OriginUnproved),
        Code::VerificationViolation => Some(EncryptionWarning::SenderChanged),
        // That a colleague has not been compared in person is the rule, not a warning.
        Code::UnverifiedIdentity => None,
    }
}

/// A moment that the window can show.
pub(crate) fn millis(moment: MilliSecondsSinceUnixEpoch) -> u64 {
    u64::from(moment.get()).min(LAST_MOMENT)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::{UInt, uint};

    use super::*;

    #[test]
    fn every_shield_has_its_meaning() {
        use TimelineEventShieldStateCode as Code;
        let red = |code| warning(TimelineEventShieldState::Red { code });
        assert_eq!(warning(TimelineEventShieldState::None), None);
        assert_eq!(red(Code::SentInClear), Some(EncryptionWarning::Unencrypted));
        assert_eq!(red(Code::UnsignedDevice), Some(EncryptionWarning::DeviceUnconfirmed));
        assert_eq!(red(Code::UnknownDevice), Some(EncryptionWarning::DeviceUnconfirmed));
        assert_eq!(red(Code::MismatchedSender), Some(EncryptionWarning::OriginUnproved));
        assert_eq!(red(Code::VerificationViolation), Some(EncryptionWarning::SenderChanged));
        assert_eq!(
            warning(TimelineEventShieldState::Grey { code: Code::AuthenticityNotGuaranteed }),
            Some(EncryptionWarning::OriginUnproved)
        );
    }

    #[test]
    fn moments_stay_within_what_a_date_can_be() {
        assert_eq!(millis(MilliSecondsSinceUnixEpoch(uint!(1_764_000_000))), 1_764_000_000);
        assert_eq!(millis(MilliSecondsSinceUnixEpoch(UInt::MAX)), LAST_MOMENT);
    }
}
