//! What the desktop is told of: new messages and invitations, as the account's push rules have it.

mod words;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    time::{Duration, SystemTime},
};

use futures_util::{Stream, StreamExt as _};
use matrix_sdk::{
    Client, Room,
    deserialized_responses::TimelineEvent,
    event_cache::RedecryptorReport,
    ruma::{
        EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId,
        push::{Action, Tweak},
    },
    sync::RoomUpdates,
};
use matrix_sdk_ui::timeline::TimelineItemContent;
use serde::Deserialize;
use tokio::{
    sync::{
        broadcast::{self, Receiver, error::RecvError},
        watch,
    },
    time::{Instant, sleep_until},
};

use crate::{
    i18n::Language,
    media::Handles,
    people, rooms,
    settings::{NotificationContent, Settings},
    stream::Subscription,
    timeline,
};

use words::Said;

/// How long a message may wait for its key before the desktop is told that there is one.
const PATIENCE: Duration = Duration::from_secs(20);
/// What was sent earlier than this before the start is no news.
const STALE: Duration = Duration::from_secs(60);
/// How many messages are known again when they come once more.
const REMEMBERED: usize = 500;
/// How many updates may wait for a desktop that is slow.
const WAITING: usize = 256;

/// What the desktop is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeUpdate {
    /// Show a notice, in the place of an earlier one of the same room.
    Show(Notice),
    /// Take the room's notice away: its messages have been read.
    Withdraw {
        /// The room's ID.
        room_id: String,
    },
    /// Take all notices away: nobody is signed in any more.
    WithdrawAll,
}

/// Where updates go, whoever is signed in.
pub(crate) fn channel() -> broadcast::Sender<NoticeUpdate> {
    broadcast::Sender::new(WAITING)
}

/// A notice, in the user's language and as detailed as they want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The room's ID.
    pub room_id: String,
    /// The first line.
    pub title: String,
    /// The second line.
    pub body: String,
    /// Whether it names the user.
    pub mention: bool,
}

/// The notices of the signed-in account. Dropping it ends its task.
pub(crate) struct Notices {
    reading: watch::Sender<Option<OwnedRoomId>>,
    updates: broadcast::Sender<NoticeUpdate>,
    task: std::sync::Mutex<Option<Subscription>>,
}

impl Notices {
    /// Starts to listen; to be called before the first sync.
    pub(crate) fn start(
        client: &Client,
        handles: std::sync::Arc<Handles>,
        settings: watch::Receiver<Settings>,
        updates: broadcast::Sender<NoticeUpdate>,
    ) -> Self {
        let reading = watch::Sender::new(None);
        let desk = Desk {
            client: client.clone(),
            handles,
            settings,
            reading: reading.subscribe(),
            updates: updates.clone(),
            started: SystemTime::now(),
            shown: HashMap::new(),
            locked: BTreeMap::new(),
            heard: Heard::default(),
        };
        let synced = client.subscribe_to_all_room_updates();
        let cache = client.event_cache().clone();
        let task =
            Subscription::spawn(async move { desk.listen(synced, cache.subscribe_to_decryption_reports()).await });
        Self { reading, updates, task: std::sync::Mutex::new(Some(task)) }
    }

    /// Which room the user has before their eyes, if any: it needs no notice.
    pub(crate) fn set_reading(&self, room: Option<&str>) {
        let room = room.and_then(|id| RoomId::parse(id).ok());
        self.reading.send_if_modified(|reading| {
            let changed = *reading != room;
            *reading = room;
            changed
        });
    }

    /// Ends what runs, and waits until it has. What was shown is taken away.
    pub(crate) async fn stop(&self) {
        let task = self.task.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(task) = task {
            task.end().await;
            let _ = self.updates.send(NoticeUpdate::WithdrawAll);
        }
    }
}

/// What has been shown of a room and not been read.
#[derive(Debug, Clone, Copy)]
struct Shown {
    messages: u32,
    latest: MilliSecondsSinceUnixEpoch,
    mention: bool,
}

/// A message that cannot be read yet.
#[derive(Debug)]
struct Locked {
    room: OwnedRoomId,
    until: Instant,
    event: TimelineEvent,
}

struct Desk {
    client: Client,
    handles: std::sync::Arc<Handles>,
    settings: watch::Receiver<Settings>,
    reading: watch::Receiver<Option<OwnedRoomId>>,
    updates: broadcast::Sender<NoticeUpdate>,
    started: SystemTime,
    shown: HashMap<OwnedRoomId, Shown>,
    locked: BTreeMap<OwnedEventId, Locked>,
    heard: Heard,
}

/// The messages heard of last: a server sends some once more when what it is asked for changes (MSC4186).
#[derive(Default)]
struct Heard(VecDeque<OwnedEventId>);

impl Heard {
    fn is_new(&mut self, id: &EventId) -> bool {
        if self.0.iter().any(|heard| heard == id) {
            return false;
        }
        self.0.push_back(id.to_owned());
        if self.0.len() > REMEMBERED {
            self.0.pop_front();
        }
        true
    }
}

impl Desk {
    async fn listen(
        mut self,
        mut synced: Receiver<RoomUpdates>,
        unlocked: impl Stream<Item = Result<RedecryptorReport, impl Sized>> + Send,
    ) {
        let mut unlocked = std::pin::pin!(unlocked);
        let mut changed = self.client.room_info_notable_update_receiver();
        let mut reading = self.reading.clone();
        loop {
            let next = self.locked.values().map(|locked| locked.until).min();
            let given_up = async move {
                match next {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                updates = synced.recv() => match updates {
                    Ok(updates) => self.take(updates).await,
                    // News that come so fast are shown by the list; the next message speaks for all.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                report = unlocked.next() => match report {
                    Some(Ok(RedecryptorReport::ResolvedUtds { room_id, events })) => self.unlock(&room_id, events).await,
                    Some(_) => {}
                    None => return,
                },
                update = changed.recv() => match update {
                    Ok(update) => self.withdraw_if_read(&update.room_id).await,
                    Err(RecvError::Lagged(_)) => {
                        for room in self.shown.keys().cloned().collect::<Vec<_>>() {
                            self.withdraw_if_read(&room).await;
                        }
                    }
                    Err(RecvError::Closed) => return,
                },
                opened = reading.changed() => {
                    if opened.is_err() {
                        return;
                    }
                    let room = reading.borrow_and_update().clone();
                    if let Some(room) = room {
                        self.withdraw(&room);
                    }
                }
                () = given_up => self.give_up().await,
            }
        }
    }

    async fn take(&mut self, updates: RoomUpdates) {
        for (room_id, update) in updates.joined {
            let Some(room) = self.client.get_room(&room_id) else { continue };
            for event in update.timeline.events {
                let Some(id) = event.event_id() else { continue };
                if !self.is_news(&event) || !self.heard.is_new(&id) {
                    continue;
                }
                if event.kind.is_utd() {
                    self.locked.insert(id, Locked { room: room_id.clone(), until: Instant::now() + PATIENCE, event });
                } else {
                    self.message(&room, event).await;
                }
            }
        }
        for room_id in updates.invited.into_keys() {
            let Some(room) = self.client.get_room(&room_id) else { continue };
            self.invitation(&room).await;
        }
    }

    /// Whether it was sent by somebody else, and since the start.
    fn is_news(&self, event: &TimelineEvent) -> bool {
        let Ok(Seen { sender, unsigned }) = event.raw().deserialize_as_unchecked::<Seen>() else { return false };
        if self.client.user_id().is_some_and(|me| *me == sender) {
            return false;
        }
        // By the server's clock alone: how long ago it was, not when.
        let since_start = self.started.elapsed().unwrap_or_default();
        unsigned.age.is_none_or(|age| Duration::from_millis(age) <= since_start + STALE)
    }

    async fn unlock(&mut self, room_id: &RoomId, events: BTreeSet<OwnedEventId>) {
        for id in events {
            if self.locked.remove(&id).is_none() {
                continue;
            }
            let Some(room) = self.client.get_room(room_id) else { continue };
            let Ok((cache, _handles)) = room.event_cache().await else { continue };
            if let Ok(Some(event)) = cache.find_event(&id).await {
                self.message(&room, event).await;
            }
        }
    }

    /// Tells of messages whose key does not come.
    async fn give_up(&mut self) {
        let now = Instant::now();
        let late: Vec<_> =
            self.locked.iter().filter(|(_, locked)| locked.until <= now).map(|(id, _)| id.clone()).collect();
        for id in late {
            let Some(locked) = self.locked.remove(&id) else { continue };
            if let Some(room) = self.client.get_room(&locked.room) {
                self.message(&room, locked.event).await;
            }
        }
    }

    async fn message(&mut self, room: &Room, event: TimelineEvent) {
        let Some(mention) = verdict(event.push_actions()) else { return };
        if self.reading.borrow().as_deref() == Some(room.room_id()) {
            return;
        }
        let Ok(Seen { sender, .. }) = event.raw().deserialize_as_unchecked::<Seen>() else { return };
        let Some(sent) = event.timestamp() else { return };
        let Some(content) = TimelineItemContent::from_event(room, event).await else { return };
        let preview = timeline::preview(&content);
        let shown = self.shown.entry(room.room_id().to_owned()).or_insert(Shown { messages: 0, latest: sent, mention });
        shown.messages += 1;
        shown.latest = shown.latest.max(sent);
        shown.mention |= mention;
        let shown = *shown;
        let sender = people::stored(room, &sender, &self.handles).await.name;
        let row = rooms::row(room, &self.handles, None).await;
        let (language, level) = self.choice();
        self.show(words::notice(&row, &Said { sender, preview, messages: shown.messages, mention }, language, level));
    }

    async fn invitation(&mut self, room: &Room) {
        if self.shown.contains_key(room.room_id()) {
            return;
        }
        let now = MilliSecondsSinceUnixEpoch::now();
        self.shown.insert(room.room_id().to_owned(), Shown { messages: 0, latest: now, mention: false });
        let row = rooms::row(room, &self.handles, None).await;
        let (language, level) = self.choice();
        self.show(words::invitation(&row, language, level));
    }

    fn choice(&self) -> (Language, NotificationContent) {
        let settings = self.settings.borrow();
        (settings.language, settings.notifications)
    }

    fn show(&self, notice: Notice) {
        // Nobody may be there to show it: a driver without a desktop.
        let _ = self.updates.send(NoticeUpdate::Show(notice));
    }

    /// Takes a room's notice away once its newest message has been read, here or on another device.
    async fn withdraw_if_read(&mut self, room_id: &RoomId) {
        let Some(shown) = self.shown.get(room_id) else { return };
        let Some(room) = self.client.get_room(room_id) else { return };
        let answered = shown.messages == 0 && room.state() != matrix_sdk::RoomState::Invited;
        if answered || (shown.messages > 0 && room.num_unread_messages() == 0 && is_read(&room, shown.latest).await) {
            self.withdraw(room_id);
        }
    }

    fn withdraw(&mut self, room_id: &RoomId) {
        if self.shown.remove(room_id).is_some() {
            let _ = self.updates.send(NoticeUpdate::Withdraw { room_id: room_id.to_string() });
        }
    }
}

/// The parts of an event that decide whether it is news.
#[derive(Deserialize)]
struct Seen {
    sender: OwnedUserId,
    #[serde(default)]
    unsigned: Unsigned,
}

#[derive(Default, Deserialize)]
struct Unsigned {
    /// Milliseconds since it was sent, as the server counts.
    age: Option<u64>,
}

/// Whether there is a receipt of the user that is not older than that moment. The count of unread messages alone
/// would be wrong for a moment: a message is told of before it is counted.
async fn is_read(room: &Room, moment: MilliSecondsSinceUnixEpoch) -> bool {
    rooms::own_receipts(room).await.iter().any(|(_, receipt)| receipt.ts.is_some_and(|ts| ts >= moment))
}

/// What the push rules say: nothing, or whether the user is named.
fn verdict(actions: Option<&[Action]>) -> Option<bool> {
    let actions = actions?;
    actions.iter().any(Action::should_notify).then(|| {
        actions.iter().any(|action| matches!(action, Action::SetTweak(Tweak::Highlight(value)) if is_set(value)))
    })
}

fn is_set(value: &matrix_sdk::ruma::push::HighlightTweakValue) -> bool {
    matches!(value, matrix_sdk::ruma::push::HighlightTweakValue::Yes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use matrix_sdk::ruma::push::HighlightTweakValue;

    use super::*;

    #[test]
    fn a_message_that_comes_once_more_is_no_news() {
        let id = |number: usize| EventId::parse(format!("$m{number}")).unwrap();
        let mut heard = Heard::default();
        assert!(heard.is_new(&id(0)) && !heard.is_new(&id(0)));
        for number in 1..=REMEMBERED {
            assert!(heard.is_new(&id(number)));
        }
        assert!(heard.is_new(&id(0)), "forgotten by then");
        assert!(!heard.is_new(&id(REMEMBERED)));
        assert_eq!(heard.0.len(), REMEMBERED);
    }

    #[test]
    fn the_push_rules_decide() {
        let highlight = |value| Action::SetTweak(Tweak::Highlight(value));
        assert_eq!(verdict(None), None);
        assert_eq!(verdict(Some(&[])), None);
        assert_eq!(verdict(Some(&[Action::Notify])), Some(false));
        assert_eq!(verdict(Some(&[Action::Notify, highlight(HighlightTweakValue::Yes)])), Some(true));
        assert_eq!(verdict(Some(&[Action::Notify, highlight(HighlightTweakValue::No)])), Some(false));
    }
}
