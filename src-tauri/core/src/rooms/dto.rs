//! What the window knows of a room.

use serde::Serialize;

use crate::timeline::dto::Preview;

/// One line of the room list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RoomRow {
    /// The room's ID.
    pub id: String,
    /// As shown; never empty.
    pub name: String,
    /// A direct message between people (round avatar), or a room (squared).
    pub direct: bool,
    /// The picture's handle for the media protocol.
    pub avatar: Option<String>,
    /// Which of the eight disc colours stands for this room.
    pub color: u8,
    /// Whether messages are end-to-end encrypted.
    pub encrypted: bool,
    /// Unread messages, counted by this client.
    pub unread: u32,
    /// Unread messages that name the user.
    pub mentions: u32,
    /// An invitation that waits for an answer.
    pub invited: bool,
    /// What the user has written here and not sent, in one line, as it stood when the line was made.
    pub draft: Option<String>,
    /// The newest message, if one is known.
    pub latest: Option<LatestMessage>,
}

/// The line under a room's name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct LatestMessage {
    /// When, in milliseconds since 1970.
    pub timestamp: u64,
    /// Who, by first name or whole name; absent in a direct message from the other side.
    pub sender: Option<String>,
    /// Sent by the user.
    pub own: bool,
    /// What.
    pub preview: Preview,
    /// Not at the server yet, or failed.
    pub sending: Option<LatestSending>,
}

/// How far the user's own newest message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum LatestSending {
    /// Waits in the queue.
    Waiting,
    /// Failed for good.
    Failed,
}

/// The head of an open room.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RoomDetails {
    /// The room's ID.
    pub id: String,
    /// As shown; never empty.
    pub name: String,
    /// What the room is about.
    pub topic: Option<String>,
    /// A direct message between people.
    pub direct: bool,
    /// The picture's handle for the media protocol.
    pub avatar: Option<String>,
    /// Which of the eight disc colours stands for this room.
    pub color: u8,
    /// Whether messages are end-to-end encrypted.
    pub encrypted: bool,
    /// How many joined.
    pub members: u32,
    /// On how many homeservers the members known so far are.
    pub servers: u32,
    /// An invitation that waits for an answer.
    pub invited: bool,
    /// Whether the user may send messages here, by the room's rules.
    pub can_send: bool,
    /// Who is writing now, by name; without the user.
    pub typing: Vec<String>,
}
