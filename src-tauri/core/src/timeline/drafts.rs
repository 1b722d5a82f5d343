//! What is written and not sent yet: in the SDK's store, encrypted, so that it outlives the window and the process.

use std::{
    collections::HashMap,
    fmt,
    sync::{PoisonError, RwLock},
};

use matrix_sdk::{
    Client, ComposerDraft, ComposerDraftType, Room,
    ruma::{EventId, OwnedRoomId, RoomId},
};
use tokio::sync::Mutex;

use super::{dto::Draft, from_sdk, room};
use crate::{AppError, ErrorCode, Result, rich_text::clean, storage::Database};

/// In which rooms there are drafts: the SDK answers for one room at a time.
const ROOMS: &str = "drafts.rooms";

/// Longer texts are kept by nobody: no server takes a message of this size.
const LONGEST: usize = 256 * 1024;

/// The drafts of an account.
pub(crate) struct Drafts {
    client: Client,
    database: Database,
    known: RwLock<HashMap<OwnedRoomId, Draft>>,
    /// Who saved last has the last word, here and in both stores.
    turn: Mutex<()>,
}

impl fmt::Debug for Drafts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drafts")
    }
}

impl Drafts {
    /// Reads what is kept. What cannot be read now stays where it is.
    pub(crate) async fn load(client: &Client, database: &Database) -> Self {
        let mut known = HashMap::new();
        for id in listed(database).unwrap_or_default() {
            let Some(room) = client.get_room(&id) else { continue };
            if let Ok(Some(kept)) = room.load_composer_draft(None).await {
                let reply_to = match kept.draft_type {
                    ComposerDraftType::Reply { event_id } => Some(event_id.to_string()),
                    ComposerDraftType::NewMessage | ComposerDraftType::Edit { .. } => None,
                };
                known.insert(id, Draft { text: kept.plain_text, reply_to });
            }
        }
        Self { client: client.clone(), database: database.clone(), known: RwLock::new(known), turn: Mutex::default() }
    }

    /// Forgets in which rooms an account had drafts; the drafts themselves go with the SDK's store.
    pub(crate) fn forget(database: &Database) -> Result<()> {
        database.remove(&[ROOMS])
    }

    /// A room's draft.
    pub(crate) fn get(&self, room: &str) -> Option<Draft> {
        let room = RoomId::parse(room).ok()?;
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(&room).cloned()
    }

    /// A room's draft in one line.
    pub(crate) fn preview(&self, room: &RoomId) -> Option<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(room).map(|draft| clean(&draft.text)).filter(|line| !line.is_empty())
    }

    /// Keeps a room's draft, or forgets it.
    pub(crate) async fn save(&self, room_id: &str, draft: Option<&Draft>) -> Result<()> {
        let room = room(&self.client, room_id)?;
        let _turn = self.turn.lock().await;
        let Some(draft) = draft else {
            self.remember(&room, None);
            room.clear_composer_draft(None).await.map_err(|error| from_sdk(&error))?;
            return self.list(&room, false);
        };
        if draft.text.len() > LONGEST {
            return Err(AppError::new(ErrorCode::TextTooLong));
        }
        let draft_type = match &draft.reply_to {
            Some(id) => {
                let event_id = EventId::parse(id).map_err(|_| AppError::new(ErrorCode::MessageUnknown))?;
                ComposerDraftType::Reply { event_id }
            }
            None => ComposerDraftType::NewMessage,
        };
        self.remember(&room, Some(draft.clone()));
        // Listed first: a draft that is in no list would never be shown again.
        self.list(&room, true)?;
        let kept =
            ComposerDraft { plain_text: draft.text.clone(), html_text: None, draft_type, attachments: Vec::new() };
        room.save_composer_draft(kept, None).await.map_err(|error| from_sdk(&error))
    }

    fn remember(&self, room: &Room, draft: Option<Draft>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match draft {
            Some(draft) => drop(known.insert(room.room_id().to_owned(), draft)),
            None => drop(known.remove(room.room_id())),
        }
    }

    fn list(&self, room: &Room, has: bool) -> Result<()> {
        let mut rooms = listed(&self.database)?;
        let at = rooms.iter().position(|id| id == room.room_id());
        match (at, has) {
            (None, true) => rooms.push(room.room_id().to_owned()),
            (Some(at), false) => drop(rooms.swap_remove(at)),
            _ => return Ok(()),
        }
        self.database.set(ROOMS, &rooms)
    }
}

fn listed(database: &Database) -> Result<Vec<OwnedRoomId>> {
    Ok(database.get_if_readable(ROOMS)?.unwrap_or_default())
}
