//! Keeping in step with the homeserver: when it runs, and how the connection stands.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream::select};
use matrix_sdk::Client;
use matrix_sdk_ui::{
    RoomListService,
    room_list_service::State as RoomsState,
    sync_service::{State as ServiceState, SyncService},
};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::sleep,
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
    _following: Subscription,
    _sending: Subscription,
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
        service.start().await;
        client.send_queue().respawn_tasks_for_rooms_with_unsent_requests().await;
        Ok(Self { service, _following: following, _sending: sending })
    }

    /// Where the rooms come from.
    pub(crate) fn rooms(&self) -> Arc<RoomListService> {
        self.service.room_list_service()
    }

    /// Stops, and waits until it has.
    pub(crate) async fn stop(&self) {
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
            ServiceState::Error(_e) => {
                #[allow(clippy::print_stderr)]
                {
                    eprintln!("DEBUG sync error {_e:?}");
                }
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

/// Sets the state; true if it was another one before.
fn replace(connection: &watch::Sender<ConnectionState>, state: ConnectionState) -> bool {
    connection.send_if_modified(|current| std::mem::replace(current, state) != state)
}

/// A failure that may pass stops the queue of its room. While the connection stands (a server that was
/// overloaded, a single request that got lost), it goes on after a while.
async fn resume_sending(client: Client, connection: watch::Receiver<ConnectionState>) {
    let mut errors = client.send_queue().subscribe_errors();
    let mut wait = BACK_OFF.0;
    let mut last = tokio::time::Instant::now();
    loop {
        match errors.recv().await {
            Ok(error) if error.is_recoverable => {}
            Ok(error) => {
                // The message that failed is parked until the user decides; those after it do not wait for it.
                if let Some(room) = client.get_room(&error.room_id) {
                    room.send_queue().set_enabled(true);
                }
                continue;
            }
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        }
        if last.elapsed() > BACK_OFF.1 * 2 {
            wait = BACK_OFF.0;
        }
        sleep(wait).await;
        wait = (wait * 2).min(BACK_OFF.1);
        last = tokio::time::Instant::now();
        let online = *connection.borrow() == ConnectionState::Online;
        // Otherwise `follow` does it once the connection is back.
        if online {
            client.send_queue().set_enabled(true).await;
        }
    }
}
