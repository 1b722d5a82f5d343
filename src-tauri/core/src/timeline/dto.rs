//! What the window knows of the messages of a room.

use serde::{Deserialize, Serialize};

use crate::{people::Person, rich_text::RichText};

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TimelineItem {
    /// Stays the same while the item lives in this timeline: a key for drawing, nothing else.
    pub id: String,
    /// What it is.
    pub content: TimelineContent,
}

/// What a line of a timeline can be.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TimelineContent {
    /// A new day begins.
    Day {
        /// A moment of that day, in milliseconds since 1970.
        timestamp: u64,
    },
    /// What follows is new since the user last read.
    NewMessages,
    /// The room's history begins here.
    Start,
    /// Something that somebody said.
    Message(Box<Message>),
    /// Something that happened to the room.
    Event(RoomEvent),
}

/// A message in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Preview {
    /// Plain text, at most 200 characters.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image,
    /// A file, sound or film, by its name.
    File {
        /// The file's name.
        name: String,
    },
    /// A message that was removed.
    Removed,
    /// A message that this device cannot decrypt (yet).
    Undecryptable,
    /// Anything else.
    Other,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Names the message in commands; changes once, when a sent message gets its event ID.
    pub message_id: String,
    /// Who.
    pub sender: Person,
    /// When, in milliseconds since 1970.
    pub timestamp: u64,
    /// By the user.
    pub own: bool,
    /// What.
    pub body: MessageBody,
    /// Names the user.
    pub mentions_me: bool,
    /// Was changed by its sender.
    pub edited: bool,
    /// The message that this one answers.
    pub reply_to: Option<Quote>,
    /// In the order in which they first came.
    pub reactions: Vec<Reaction>,
    /// Who has read up to here and no further; without the user.
    pub read_by: Vec<Person>,
    /// The thread that starts here.
    pub thread: Option<ThreadSummary>,
    /// How far a message of this device got; absent for all that came from the server.
    pub sending: Option<Sending>,
    /// How much of the user's own picture is at the server, from 0 to 1, while it is being sent.
    pub progress: Option<f64>,
    /// What must be known about its encryption, if anything.
    pub warning: Option<EncryptionWarning>,
    /// Whether the user may answer it.
    pub can_reply: bool,
    /// Whether the user may react to it.
    pub can_react: bool,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MessageBody {
    /// Text.
    Text {
        /// As a tree.
        text: RichText,
    },
    /// Text of a program.
    Notice {
        /// As a tree.
        text: RichText,
    },
    /// What the sender does ("/me").
    Emote {
        /// As a tree.
        text: RichText,
    },
    /// A picture or sticker.
    Image(Image),
    /// A file, a sound or a film.
    File {
        /// Its name.
        name: String,
        /// What its sender wrote to it.
        caption: Option<RichText>,
        /// Its size in bytes, as its sender says.
        size: Option<u64>,
        /// Its media type, as its sender says.
        media_type: Option<String>,
    },
    /// Removed by its sender or a moderator.
    Removed,
    /// Cannot be decrypted (yet).
    Undecryptable {
        /// Why, as far as it is known.
        reason: UndecryptableReason,
    },
    /// A kind that Estafette does not show yet.
    Unsupported {
        /// The event's type, such as `m.poll.start`.
        event_type: String,
    },
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Its handle for the media protocol.
    pub media: String,
    /// A smaller version's handle, if the sender made one.
    pub thumbnail: Option<String>,
    /// The file's name.
    pub name: String,
    /// What its sender wrote to it.
    pub caption: Option<RichText>,
    /// In pixels, as its sender says.
    pub width: Option<u32>,
    /// In pixels, as its sender says.
    pub height: Option<u32>,
}

/// Why a message cannot be read on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum UndecryptableReason {
    /// This device is not confirmed: the recovery key opens it.
    DeviceUnconfirmed,
    /// Sent before the user was in the room.
    BeforeJoining,
    /// Its sender excluded this device.
    Withheld,
    /// The key has not come yet, or is lost.
    KeyMissing,
}

/// The beginning of the message that another answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// Names the quoted message in commands.
    pub message_id: String,
    /// Absent until it has been fetched.
    pub sender: Option<Person>,
    /// In one line; absent until it has been fetched.
    pub preview: Option<Preview>,
}

/// One kind of reaction to a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// The emoji, or a short text.
    pub key: String,
    /// How many people.
    pub count: u32,
    /// The user among them.
    pub mine: bool,
    /// The first of them, by name.
    pub names: Vec<String>,
}

/// A thread in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ThreadSummary {
    /// How many answers.
    pub replies: u32,
    /// Who answered last.
    pub latest_sender: Option<Person>,
    /// When, in milliseconds since 1970.
    pub latest_timestamp: Option<u64>,
}

/// How far a message of this device got.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Sending {
    /// On its way, or waits for the network.
    Waiting,
    /// At the server.
    Sent,
    /// Failed; it is tried again once the network is back.
    Retrying,
    /// Failed for good; the user decides.
    Failed,
}

/// What must be known about a message's encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum EncryptionWarning {
    /// Sent without encryption in an encrypted room.
    Unencrypted,
    /// Its sender's device is not confirmed by its owner.
    DeviceUnconfirmed,
    /// Its origin cannot be proved.
    OriginUnproved,
    /// Its sender was confirmed once and is not any more.
    SenderChanged,
}

/// Something that happened to the room.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RoomEvent {
    /// Who did it.
    pub actor: Person,
    /// When, in milliseconds since 1970.
    pub timestamp: u64,
    /// What.
    pub change: RoomChange,
}

/// What happened to the room. `subject` is the person it happened to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RoomChange {
    /// The actor made the room.
    Created,
    /// The actor joined.
    Joined,
    /// The actor left.
    Left,
    /// The actor declined an invitation.
    Declined,
    /// The actor invited somebody.
    Invited {
        /// Whom.
        subject: String,
    },
    /// The actor removed somebody.
    Removed {
        /// Whom.
        subject: String,
    },
    /// The actor banned somebody.
    Banned {
        /// Whom.
        subject: String,
    },
    /// The actor changed the own name or picture.
    ProfileChanged,
    /// The actor named the room.
    Named {
        /// How.
        name: String,
    },
    /// The actor changed the topic.
    TopicChanged {
        /// To what.
        topic: String,
    },
    /// The actor changed the room's picture.
    PictureChanged,
    /// The actor switched encryption on.
    Encrypted,
    /// The actor changed something that Estafette has no words for.
    Other {
        /// The event's type, such as `m.room.server_acl`.
        event_type: String,
    },
}

/// What is written in a room and not sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// As it was typed.
    pub text: String,
    /// The message that it answers.
    pub reply_to: Option<String>,
}
