//! What is written goes out: the SDK's queues stop at each failure, and go on here.
//!
//! Whether queues may run is decided here alone. The SDK's mark for all rooms (`SendQueue::is_enabled`) says it, and
//! whoever lets a room's queue go on asks it (`go_on`).

mod owner;
mod pictures;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{Stream, stream};
use matrix_sdk::{
    Client, Error, HttpError, Room,
    ruma::{OwnedTransactionId, RoomId, TransactionId, api::error::FromHttpResponseError},
    send_queue::{LocalEchoContent, RoomSendQueueUpdate, SendQueueUpdate},
};
use tokio::sync::{
    broadcast::{Receiver, error::RecvError},
    mpsc::{self, UnboundedSender},
    watch,
};

pub(crate) use self::pictures::Pictures;
use self::{
    owner::{Failure, News, Owner, Queues},
    pictures::{settle, settle_all},
};
use crate::{account::dto::ConnectionState, storage, stream::Subscription};

/// Messages that were taken up again too often: the next time that the SDK gives them up, that stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exhausted {
    messages: Arc<Mutex<HashSet<OwnedTransactionId>>>,
    given_up: watch::Sender<()>,
}

impl Exhausted {
    fn insert(&self, message: OwnedTransactionId) {
        self.messages().insert(message);
    }

    /// These are not tried again, of which the SDK tells nobody.
    fn give_up(&self, messages: impl IntoIterator<Item = OwnedTransactionId>) {
        self.messages().extend(messages);
        self.given_up.send_replace(());
    }

    fn remove(&self, message: &TransactionId) {
        self.messages().remove(message);
    }

    fn contains(&self, message: &TransactionId) -> bool {
        self.messages().contains(message)
    }

    fn messages(&self) -> MutexGuard<'_, HashSet<OwnedTransactionId>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells each time that messages were given up for good whose last failure was told before.
    pub(crate) fn given_up(&self) -> impl Stream<Item = ()> + Send + use<> {
        stream::unfold(self.given_up.subscribe(), |mut given_up| async move {
            given_up.changed().await.ok()?;
            Some(((), given_up))
        })
    }

    /// Whether a message that the SDK has just given up is taken up again.
    pub(crate) fn is_taken_up(&self, message: &TransactionId, error: &Error) -> bool {
        passes(error) && !self.contains(message)
    }
}

/// Keeps the queues going. `folder` lies on the disk that the SDK's stores lie on.
pub(crate) async fn keep_going(
    client: &Client,
    connection: watch::Receiver<ConnectionState>,
    folder: PathBuf,
    exhausted: Exhausted,
    pictures: Pictures,
) -> [Subscription; 3] {
    let updates = client.send_queue().subscribe();
    // Until it is known that the disk takes what is to be noted.
    client.send_queue().set_enabled(false).await;
    let (sender, news) = mpsc::unbounded_channel();
    let following = pictures::follow(client.clone(), pictures.clone());
    let owner = Owner::new(SdkQueues { client: client.clone(), folder, pictures }, exhausted);
    [
        Subscription::spawn(listen(updates, sender)),
        Subscription::spawn(owner.run(news, connection)),
        Subscription::spawn(following),
    ]
}

/// Lets the queue of a room go on after the user has decided about a message in it. Where no queue may run, it does
/// once they may.
pub(crate) async fn go_on(room: &Room, pictures: &Pictures) {
    if settle(room, pictures).await && room.client().send_queue().is_enabled() {
        room.send_queue().set_enabled(true);
    }
}

/// Whether a failure passes by itself, though the SDK gives the message up by it.
fn passes(error: &Error) -> bool {
    match error {
        // No homeserver says that: something that stands between, where one has to sign in to the network first.
        Error::Http(error) => {
            matches!(&**error, HttpError::Api(answer) if !matches!(**answer, FromHttpResponseError::Server(_)))
        }
        _ => storage::says_full(error),
    }
}

/// Whether a store is what failed.
fn is_a_store(error: &Error) -> bool {
    // Below HTTP, errors of files have another meaning.
    !matches!(error, Error::Http(_)) && storage::is_to_blame(error)
}

/// Passes on what concerns the queues. The SDK remembers only a few updates for those who do not listen, so that
/// nothing else is done meanwhile.
async fn listen(mut updates: Receiver<SendQueueUpdate>, news: UnboundedSender<News>) {
    loop {
        let one = match updates.recv().await {
            Ok(SendQueueUpdate { room_id, update }) => match update {
                // The room's own listeners, its timeline, have been told before: what is made of the failure is told
                // them after it.
                RoomSendQueueUpdate::SendError { transaction_id, error, is_recoverable } => {
                    News::Failed(Failure { room_id, message: transaction_id, error, is_recoverable })
                }
                RoomSendQueueUpdate::SentEvent { transaction_id, .. } => {
                    News::Sent { room_id, message: transaction_id }
                }
                RoomSendQueueUpdate::CancelledLocalEvent { transaction_id } => {
                    News::Discarded { message: transaction_id }
                }
                _ => News::Written,
            },
            Err(RecvError::Lagged(_)) => News::Missed,
            Err(RecvError::Closed) => return,
        };
        if news.send(one).is_err() {
            return;
        }
    }
}

/// The queues of a client.
struct SdkQueues {
    client: Client,
    folder: PathBuf,
    pictures: Pictures,
}

impl Queues for SdkQueues {
    async fn take_up(&self, room_id: &RoomId, message: &TransactionId) -> bool {
        let Some(room) = self.client.get_room(room_id) else { return true };
        let Ok((echoes, _)) = room.send_queue().subscribe().await else { return false };
        for echo in echoes {
            if echo.transaction_id == message
                && let LocalEchoContent::Event { send_handle, .. } = echo.content
            {
                // The user may have let the queue go on: not with a picture that may not be sent any more.
                room.send_queue().set_enabled(false);
                // With a picture, also what is uploaded for it.
                let taken_up = send_handle.unwedge().await.is_ok();
                settle(&room, &self.pictures).await;
                return taken_up;
            }
        }
        true
    }

    async fn start(&self, room_id: &RoomId) {
        if let Some(room) = self.client.get_room(room_id) {
            go_on(&room, &self.pictures).await;
        }
    }

    async fn allow(&self) -> bool {
        let Some(stopped) = settle_all(&self.client, &self.pictures).await else { return false };
        self.client.send_queue().set_enabled(true).await;
        // Which has let these go on too.
        stopped.iter().for_each(|room| room.send_queue().set_enabled(false));
        true
    }

    async fn stop(&self) {
        self.client.send_queue().set_enabled(false).await;
    }

    async fn is_busy(&self) -> bool {
        let store = self.client.state_store();
        let Ok(rooms) = store.load_rooms_with_unsent_requests().await else { return true };
        for room_id in rooms {
            // Without a network, messages may wait for days, in queues that have stopped.
            if self.client.get_room(&room_id).is_none_or(|room| !room.send_queue().is_enabled()) {
                continue;
            }
            match store.load_send_queue_requests(&room_id).await {
                Ok(requests) if requests.iter().all(|request| request.is_wedged()) => {}
                _ => return true,
            }
        }
        false
    }

    async fn is_disk_full(&self) -> bool {
        storage::is_full(&self.folder).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::ffi::c_int;

    use matrix_sdk::StoreError;
    use rusqlite::ffi::{SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY};

    use super::*;

    pub(super) fn foreign() -> Error {
        let page = serde_json::from_str::<bool>("<html>").unwrap_err();
        Error::Http(Box::new(HttpError::Api(Box::new(FromHttpResponseError::Deserialization(page.into())))))
    }

    /// A store of the SDK that fails with this code of SQLite.
    pub(super) fn store(code: c_int) -> Error {
        let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        Error::StateStore(Box::new(StoreError::backend(error)))
    }

    #[test]
    fn a_foreign_page_and_a_full_disk_pass_and_nothing_else() {
        assert!(passes(&foreign()));
        assert!(passes(&store(SQLITE_FULL)));
        for code in [SQLITE_READONLY, SQLITE_CORRUPT, SQLITE_CANTOPEN, SQLITE_IOERR] {
            assert!(!passes(&store(code)), "{code}");
            assert!(is_a_store(&store(code)), "{code}");
        }
        assert!(!is_a_store(&foreign()));
        assert!(!passes(&Error::AuthenticationRequired));
    }
}
