//! Keeping in step with the homeserver: when it runs, and how the connection stands.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::select};
use matrix_sdk::{Client, ruma::RoomId, send_queue::SendQueueRoomError, sync::RoomUpdates};
use matrix_sdk_ui::{
    RoomListService,
    room_list_service::State as RoomsState,
    sync_service::{State as ServiceState, SyncService},
};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::{Instant, sleep, timeout_at},
};

use crate::{
    account::dto::ConnectionState,
    error::{AppError, ErrorCode, Result},
    stream::Subscription,
};

/// The first and the longest wait before the next try after a failure.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The running synchronisation. Dropping it ends its tasks; `stop` ends them in order.
pub(crate) struct Sync {
    service: Arc<SyncService>,
    tasks: Mutex<Option<Vec<Subscription>>>,
}

impl Sync {
    /// Starts; how the connection stands goes to `connection`.
    pub(crate) async fn start(client: &Client, connection: watch::Sender<ConnectionState>) -> Result<Self> {
        let service = SyncService::builder(client.clone())
            .with_offline_mode()
            // What came last is remembered, so that the next start asks only for what is new.
            .with_share_pos(true)
            .build()
            .await
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"the synchronisation could not be set up"))?;
        let service = Arc::new(service);
        let following = Subscription::spawn(follow(service.clone(), client.clone(), connection.clone()));
        let sending = Subscription::spawn(resume_sending(client.clone(), connection.subscribe()));
        let mut tasks = vec![following, sending];
        if tracing::enabled!(tracing::Level::DEBUG) {
            tasks.push(Subscription::spawn(tell(client.subscribe_to_all_room_updates())));
        }
        service.start().await;
        client.send_queue().respawn_tasks_for_rooms_with_unsent_requests().await;
        Ok(Self { service, tasks: Mutex::new(Some(tasks)) })
    }

    /// Where the rooms come from.
    pub(crate) fn rooms(&self) -> Arc<RoomListService> {
        self.service.room_list_service()
    }

    /// Stops, and waits until it has.
    pub(crate) async fn stop(&self) {
        // First: they start again what stops.
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        for task in tasks.into_iter().flatten() {
            task.end().await;
        }
        self.service.stop().await;
    }
}

enum Change {
    Service(ServiceState),
    Rooms(RoomsState),
}

/// Turns what the SDK says into how the connection stands, and starts it again after an error.
async fn follow(service: Arc<SyncService>, client: Client, connection: watch::Sender<ConnectionState>) {
    let (service_states, rooms) = (service.state(), service.room_list_service());
    let mut service_state = service_states.get();
    let rooms_states = rooms.state();
    let mut rooms_state = rooms_states.get();
    let mut changes = select(service_states.map(Change::Service), rooms_states.map(Change::Rooms));
    let mut wait = BACK_OFF.0;
    while let Some(change) = changes.next().await {
        match change {
            Change::Service(state) => service_state = state,
            Change::Rooms(state) => rooms_state = state,
        }
        match &service_state {
            // `Running` is said before the server has answered; the rooms know whether it has.
            ServiceState::Running => {
                if matches!(rooms_state, RoomsState::SettingUp | RoomsState::Recovering | RoomsState::Running) {
                    wait = BACK_OFF.0;
                    if replace(&connection, ConnectionState::Online) {
                        // Rooms whose queue stopped when the network went away.
                        client.send_queue().set_enabled(true).await;
                    }
                }
            }
            ServiceState::Offline => {
                replace(&connection, ConnectionState::Offline);
            }
            ServiceState::Error(_) => {
                replace(&connection, ConnectionState::Offline);
                sleep(wait).await;
                wait = (wait * 2).min(BACK_OFF.1);
                service.start().await;
            }
            // Stopped by `stop`; or not yet started.
            ServiceState::Idle | ServiceState::Terminated => {}
        }
    }
}

/// Tells the log of each answer of the server and of the rooms in it: here the way of a message begins.
async fn tell(mut answers: Receiver<RoomUpdates>) {
    for sync in 0_u64.. {
        match answers.recv().await {
            Ok(answer) => {
                let _answer = tracing::debug_span!("sync", sync, rooms = answer.joined.len()).entered();
                for room in answer.joined.keys() {
                    tracing::debug!(%room, "news of a room");
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Sets the state; true if it was another one before.
fn replace(connection: &watch::Sender<ConnectionState>, state: ConnectionState) -> bool {
    connection.send_if_modified(|current| std::mem::replace(current, state) != state)
}

/// A failure that may pass stops the queue of its room. While the connection stands (a server that was
/// overloaded, a single request that got lost), it goes on after a while.
async fn resume_sending(client: Client, connection: watch::Receiver<ConnectionState>) {
    let errors = client.send_queue().subscribe_errors();
    let rooms = client.clone();
    let skip = move |room_id: &RoomId| {
        if let Some(room) = rooms.get_room(room_id) {
            room.send_queue().set_enabled(true);
        }
    };
    let resume = move || {
        let client = client.clone();
        let online = *connection.borrow() == ConnectionState::Online;
        async move {
            // Otherwise `follow` does it once the connection is back.
            if online {
                client.send_queue().set_enabled(true).await;
            }
        }
    };
    after_errors(errors, skip, resume).await;
}

/// Calls `resume` a while after failures that may pass, later each time they go on, and `skip` at once
/// after one that does not pass.
///
/// All rooms share one wait: what passes is mostly trouble of the server or the network, which they have
/// in common. So a room that goes on failing makes the others' next try wait with it, a minute at most.
async fn after_errors<F: Future<Output = ()>>(
    mut errors: Receiver<SendQueueRoomError>,
    skip: impl Fn(&RoomId),
    resume: impl Fn() -> F,
) {
    let mut wait = BACK_OFF.0;
    let mut resumed: Option<Instant> = None;
    let mut due: Option<Instant> = None;
    loop {
        let error = match due {
            None => errors.recv().await,
            // Errors that do not pass are not kept waiting by those that do.
            Some(moment) => match timeout_at(moment, errors.recv()).await {
                Ok(error) => error,
                Err(_) => {
                    due = None;
                    resume().await;
                    resumed = Some(Instant::now());
                    continue;
                }
            },
        };
        match error {
            // The message that failed is parked until the user decides; those after it do not wait for it.
            Ok(error) if !error.is_recoverable => {
                skip(&error.room_id);
                continue;
            }
            // What was missed may have stopped a queue too.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::cell::{Cell, RefCell};

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
        let running = after_errors(errors, skip, async || resumed.set(resumed.get() + 1));
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
        let running = after_errors(errors, |_| {}, async || resumed.set(resumed.get() + 1));
        let closing = async move {
            sleep(BACK_OFF.0 + Duration::from_millis(300)).await;
            drop(sender);
        };
        tokio::join!(running, closing);
        assert_eq!(resumed.get(), 1);
    }
}
