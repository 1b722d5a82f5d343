//! What is written goes out: the SDK's queue stops at each failure, and goes on here.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use matrix_sdk::{
    Client, Error, HttpError,
    ruma::{OwnedRoomId, RoomId, api::error::FromHttpResponseError},
    send_queue::{LocalEchoContent, RoomSendQueueError, SendQueueRoomError},
};
use matrix_sdk_base::store::QueueWedgeError;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::{Instant, sleep, timeout, timeout_at},
};

use crate::{account::dto::ConnectionState, storage, stream::Subscription, sync::BACK_OFF};

/// How soon it is looked whether the disk is full, when something waits to be sent; later each time.
const LOOK: Duration = Duration::from_secs(2);

/// Keeps the queues going. `folder` lies on the disk that the SDK's stores lie on.
pub(crate) fn keep_going(
    client: &Client,
    connection: &watch::Receiver<ConnectionState>,
    folder: PathBuf,
) -> [Subscription; 2] {
    [
        Subscription::spawn(resume(client.clone(), connection.clone())),
        Subscription::spawn(mind_the_disk(client.clone(), connection.clone(), folder)),
    ]
}

/// A failure that may pass stops the queue of its room. While the connection stands (a server that was
/// overloaded, a single request that got lost), it goes on after a while.
async fn resume(client: Client, connection: watch::Receiver<ConnectionState>) {
    let errors = client.send_queue().subscribe_errors();
    let rooms = client.clone();
    let skip = move |room_id: &RoomId| {
        if let Some(room) = rooms.get_room(room_id) {
            room.send_queue().set_enabled(true);
        }
    };
    let resume = move |given_up: HashSet<OwnedRoomId>| {
        let client = client.clone();
        let online = *connection.borrow() == ConnectionState::Online;
        async move {
            let mut left = HashSet::new();
            for room_id in given_up {
                if take_up_again(&client, &room_id).await.is_err() {
                    left.insert(room_id);
                }
            }
            // Otherwise `sync::follow` does it once the connection is back.
            if online {
                client.send_queue().set_enabled(true).await;
            }
            left
        }
    };
    after_errors(errors, skip, resume).await;
}

/// Whether a failure passes, though the SDK gives the message up by it.
fn passes(error: &Error) -> bool {
    match error {
        // No homeserver says that: something that stands between, where one has to sign in to the network first.
        Error::Http(error) => {
            matches!(&**error, HttpError::Api(answer) if !matches!(**answer, FromHttpResponseError::Server(_)))
        }
        // A disk that is full, above all.
        _ => storage::is_to_blame(error),
    }
}

/// Puts what the SDK has given up back to where it stood in its room's queue.
async fn take_up_again(client: &Client, room_id: &RoomId) -> Result<(), RoomSendQueueError> {
    let Some(room) = client.get_room(room_id) else { return Ok(()) };
    let (echoes, _) = room.send_queue().subscribe().await?;
    for echo in echoes {
        if let LocalEchoContent::Event {
            send_handle, send_error: Some(QueueWedgeError::GenericApiError { .. }), ..
        } = echo.content
        {
            send_handle.unwedge().await?;
        }
    }
    Ok(())
}

/// Calls `resume` a while after failures that may pass, later each time they go on, with the rooms in which the SDK
/// has given something up by them; it gives back those in which that could not be changed. Calls `skip` at once after
/// a failure that does not pass.
///
/// All rooms share one wait: what passes is mostly trouble of the server or the network, which they have
/// in common. So a room that goes on failing makes the others' next try wait with it, a minute at most.
async fn after_errors<F: Future<Output = HashSet<OwnedRoomId>>>(
    mut errors: Receiver<SendQueueRoomError>,
    skip: impl Fn(&RoomId),
    resume: impl Fn(HashSet<OwnedRoomId>) -> F,
) {
    let mut wait = BACK_OFF.0;
    let mut resumed: Option<Instant> = None;
    let mut due: Option<Instant> = None;
    let mut given_up = HashSet::new();
    loop {
        let error = match due {
            None => errors.recv().await,
            // Errors that do not pass are not kept waiting by those that do.
            Some(moment) => match timeout_at(moment, errors.recv()).await {
                Ok(error) => error,
                Err(_) => {
                    due = None;
                    given_up = resume(std::mem::take(&mut given_up)).await;
                    resumed = Some(Instant::now());
                    if !given_up.is_empty() {
                        due = Some(Instant::now() + wait);
                        wait = (wait * 2).min(BACK_OFF.1);
                    }
                    continue;
                }
            },
        };
        match error {
            Ok(error) if error.is_recoverable => {}
            Ok(error) if passes(&error.error) => {
                given_up.insert(error.room_id);
            }
            // The message that failed is parked until the user decides; those after it do not wait for it.
            Ok(error) => {
                skip(&error.room_id);
                continue;
            }
            // What was missed may have stopped a queue too.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        if due.is_none() {
            if resumed.is_none_or(|resumed| resumed.elapsed() > BACK_OFF.1 * 2) {
                wait = BACK_OFF.0;
            }
            due = Some(Instant::now() + wait);
            wait = (wait * 2).min(BACK_OFF.1);
        }
    }
}

/// Stops the queues while the disk is full: where the SDK cannot take note that a message was sent, it sends the
/// message again, at once and on and on, and tells nobody.
async fn mind_the_disk(client: Client, mut connection: watch::Receiver<ConnectionState>, folder: PathBuf) {
    let mut updates = client.send_queue().subscribe();
    let mut look = LOOK;
    loop {
        let waits = something_waits(&client).await;
        if waits {
            wait_for_room(&client, &folder).await;
        }
        let next = async {
            tokio::select! {
                update = updates.recv() => !matches!(update, Err(RecvError::Closed)),
                changed = connection.changed() => changed.is_ok(),
            }
        };
        // Without a network, messages may wait for days.
        let changed = if waits { timeout(look, next).await.ok() } else { Some(next.await) };
        match changed {
            None => look = (look * 2).min(BACK_OFF.1),
            Some(false) => return,
            Some(true) => {
                // Most messages are gone before it is looked.
                sleep(LOOK).await;
                updates = updates.resubscribe();
                look = LOOK;
            }
        }
    }
}

/// Whether a message is being sent or waits for its turn. Where that cannot be read, it may.
async fn something_waits(client: &Client) -> bool {
    let store = client.state_store();
    let Ok(rooms) = store.load_rooms_with_unsent_requests().await else { return true };
    for room_id in rooms {
        match store.load_send_queue_requests(&room_id).await {
            Ok(requests) if requests.iter().all(|request| request.is_wedged()) => {}
            _ => return true,
        }
    }
    false
}

/// Nothing is sent until there is room on the disk.
async fn wait_for_room(client: &Client, folder: &Path) {
    let mut wait = BACK_OFF.0;
    while storage::is_full(folder).await {
        if wait == BACK_OFF.0 {
            tracing::warn!("the disk is full: nothing is sent until there is room");
        }
        client.send_queue().set_enabled(false).await;
        sleep(wait).await;
        wait = (wait * 2).min(BACK_OFF.1);
    }
    if wait > BACK_OFF.0 {
        client.send_queue().set_enabled(true).await;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        sync::Arc,
    };

    use matrix_sdk::ruma::{OwnedRoomId, owned_room_id};
    use tokio::sync::broadcast;

    use super::*;

    fn error(room_id: OwnedRoomId, is_recoverable: bool) -> SendQueueRoomError {
        SendQueueRoomError { room_id, error: Arc::new(matrix_sdk::Error::AuthenticationRequired), is_recoverable }
    }

    #[tokio::test]
    async fn a_lasting_failure_is_skipped_at_once_and_passing_ones_share_one_wait() {
        let (sender, errors) = broadcast::channel(16);
        let (passing, lasting) = (owned_room_id!("!a:x.fr"), owned_room_id!("!b:x.fr"));
        let start = Instant::now();
        let (skipped, resumed) = (RefCell::new(Vec::new()), Cell::new(0));
        let skip = |room: &RoomId| skipped.borrow_mut().push((room.to_owned(), start.elapsed() < BACK_OFF.0));
        let running = after_errors(errors, skip, async |_| {
            resumed.set(resumed.get() + 1);
            HashSet::new()
        });
        for _ in 0..5 {
            sender.send(error(passing.clone(), true)).unwrap();
        }
        sender.send(error(lasting.clone(), false)).unwrap();
        let closing = async move {
            sleep(BACK_OFF.0 + Duration::from_millis(300)).await;
            drop(sender);
        };
        tokio::join!(running, closing);
        assert_eq!(*skipped.borrow(), [(lasting, true)], "at once");
        assert_eq!(resumed.get(), 1, "one deadline for all that failed meanwhile");
    }

    #[tokio::test]
    async fn errors_that_were_missed_count() {
        let (sender, errors) = broadcast::channel(1);
        for _ in 0..3 {
            sender.send(error(owned_room_id!("!a:x.fr"), false)).unwrap();
        }
        let resumed = Cell::new(0);
        let running = after_errors(
            errors,
            |_| {},
            async |_| {
                resumed.set(resumed.get() + 1);
                HashSet::new()
            },
        );
        let closing = async move {
            sleep(BACK_OFF.0 + Duration::from_millis(300)).await;
            drop(sender);
        };
        tokio::join!(running, closing);
        assert_eq!(resumed.get(), 1);
    }

    #[tokio::test]
    async fn what_was_given_up_by_a_failure_that_passes_is_taken_up_again_until_that_succeeds() {
        let (sender, errors) = broadcast::channel(16);
        let room = owned_room_id!("!a:x.fr");
        let foreign =
            FromHttpResponseError::Deserialization(serde_json::from_str::<bool>("<html>").unwrap_err().into());
        let error = Error::Http(Box::new(HttpError::Api(Box::new(foreign))));
        sender
            .send(SendQueueRoomError { room_id: room.clone(), error: Arc::new(error), is_recoverable: false })
            .unwrap();
        let (skipped, resumed) = (Cell::new(0), RefCell::new(Vec::new()));
        let resume = async |given_up: HashSet<OwnedRoomId>| {
            resumed.borrow_mut().push(given_up.clone());
            // The first time, that could not be stored.
            if resumed.borrow().len() == 1 { given_up } else { HashSet::new() }
        };
        let running = after_errors(errors, |_| skipped.set(skipped.get() + 1), resume);
        let closing = async move {
            sleep(BACK_OFF.0 * 4).await;
            drop(sender);
        };
        tokio::join!(running, closing);
        assert_eq!(*resumed.borrow(), [HashSet::from([room.clone()]), HashSet::from([room])]);
        assert_eq!(skipped.get(), 0, "those behind it wait, to stay in order");
    }
}
