//! Keeping in step with the homeserver: when it runs, and how the connection stands.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::select};
use matrix_sdk::{Client, sync::RoomUpdates};
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
    time::{Instant, sleep},
};

use crate::{
    account::dto::ConnectionState,
    error::{AppError, ErrorCode, Result},
    sending,
    stream::Subscription,
};

/// The first and the longest wait before the next try after a failure.
pub(crate) const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The running synchronisation. Dropping it ends its tasks; `stop` ends them in order.
pub(crate) struct Sync {
    service: Arc<SyncService>,
    tasks: Mutex<Option<Vec<Subscription>>>,
}

impl Sync {
    /// Starts; how the connection stands goes to `connection`. The SDK's stores lie in `folder`.
    pub(crate) async fn start(
        client: &Client,
        connection: watch::Sender<ConnectionState>,
        folder: PathBuf,
    ) -> Result<Self> {
        let service = SyncService::builder(client.clone())
            .with_offline_mode()
            // What came last is remembered, so that the next start asks only for what is new.
            .with_share_pos(true)
            .build()
            .await
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"the synchronisation could not be set up"))?;
        let service = Arc::new(service);
        let following = Subscription::spawn(follow(service.clone(), client.clone(), connection.clone()));
        let mut tasks = vec![following];
        tasks.extend(sending::keep_going(client, &connection.subscribe(), folder));
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
    let (mut wait, mut pause) = (BACK_OFF.0, BACK_OFF.0);
    let mut offline: Option<Instant> = None;
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
                // The SDK goes on as soon as the server answers anything at all: without a pause and without an end
                // where the synchronisation itself fails each time.
                if offline.is_some_and(|last| last.elapsed() < pause * 2) {
                    service.stop().await;
                    sleep(pause).await;
                    pause = (pause * 2).min(BACK_OFF.1);
                    service.start().await;
                } else {
                    pause = BACK_OFF.0;
                }
                offline = Some(Instant::now());
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
