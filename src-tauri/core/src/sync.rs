//! Keeping in step with the homeserver: when it runs, and how the connection stands.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use matrix_sdk::{Client, sync::RoomUpdates};
use matrix_sdk_ui::{
    RoomListService,
    encryption_sync_service::Error as EncryptionError,
    room_list_service::{Error as RoomsError, State as RoomsState},
    sync_service::{Error as ServiceError, State as ServiceState, SyncService},
};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::{Instant, sleep},
};
use url::Url;

use crate::{
    account::dto::ConnectionState,
    error::{AppError, ErrorCode, Result},
    network,
    sending::{self, Exhausted, Pictures},
    stream::Subscription,
};

/// The first and the longest wait between two tries that fail. Who comes out of a tunnel waits no longer.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(8));

/// How long a connection must have stood for what was before it not to count any more.
const HELD: Duration = Duration::from_secs(10);

/// How long the server is not asked yet where there are rooms to show, nor their newest messages looked for: first they
/// are drawn as they were. What comes at once, one after the other, would take from it the processor that it needs.
pub(crate) const HEAD_START: Duration = Duration::from_millis(600);

/// The running synchronisation. Dropping it ends its tasks; `stop` ends them in order.
pub(crate) struct Sync {
    service: Arc<SyncService>,
    exhausted: Exhausted,
    tasks: Mutex<Option<Vec<Subscription>>>,
}

impl Sync {
    /// Starts; how the connection stands goes to `connection`, and what is known of why it does not to `trouble`. The
    /// SDK's stores lie in `folder`.
    pub(crate) async fn start(
        client: &Client,
        connection: watch::Sender<ConnectionState>,
        trouble: watch::Sender<Option<AppError>>,
        folder: PathBuf,
        pictures: Pictures,
    ) -> Result<Self> {
        let service = SyncService::builder(client.clone())
            // What came last is remembered, so that the next start asks only for what is new.
            .with_share_pos(true)
            .build()
            .await
            .map_err(|_| AppError::caused(ErrorCode::Internal, &"the synchronisation could not be set up"))?;
        let service = Arc::new(service);
        let following = Subscription::spawn(follow(service.clone(), connection.clone(), trouble, client.homeserver()));
        let mut tasks = vec![following];
        let exhausted = Exhausted::default();
        tasks.extend(sending::keep_going(client, connection.subscribe(), folder, exhausted.clone(), pictures).await);
        if tracing::enabled!(tracing::Level::DEBUG) {
            tasks.push(Subscription::spawn(tell(client.subscribe_to_all_room_updates())));
        }
        if client.rooms().is_empty() {
            service.start().await;
        } else {
            let service = service.clone();
            tasks.push(Subscription::spawn(async move {
                sleep(HEAD_START).await;
                service.start().await;
            }));
        }
        Ok(Self { service, exhausted, tasks: Mutex::new(Some(tasks)) })
    }

    /// Which messages are given up at their next failure.
    pub(crate) fn exhausted(&self) -> Exhausted {
        self.exhausted.clone()
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

/// Turns what the SDK says into how the connection stands, and starts it again after an error.
///
/// The SDK's own way of waiting for the server (`with_offline_mode`) is not used: it goes on as soon as
/// `/_matrix/client/versions` is answered, without a pause and without an end where the synchronisation itself fails
/// each time, and asks ten times a second where something foreign answers that.
async fn follow(
    service: Arc<SyncService>,
    connection: watch::Sender<ConnectionState>,
    trouble: watch::Sender<Option<AppError>>,
    homeserver: Url,
) {
    let (mut service_states, mut rooms_states) = (service.state(), service.room_list_service().state());
    // The first new try comes at once: the server may only have forgotten how far it had told.
    let mut wait = Duration::ZERO;
    let mut online: Option<Instant> = None;
    loop {
        // What stands now, and not each step towards it: one failure is answered once.
        match (service_states.next_now(), rooms_states.next_now()) {
            // `Running` is said before the server has answered; the rooms know whether it has.
            (ServiceState::Running, RoomsState::SettingUp | RoomsState::Recovering | RoomsState::Running) => {
                online.get_or_insert_with(Instant::now);
                say_why(&trouble, None);
                replace(&connection, ConnectionState::Online);
            }
            (state @ (ServiceState::Error(_) | ServiceState::Offline), _) => {
                say_why(&trouble, why(&state, &homeserver));
                replace(&connection, ConnectionState::Offline);
                if online.take().is_some_and(|since| since.elapsed() > HELD) {
                    wait = Duration::ZERO;
                }
                sleep(wait).await;
                wait = (wait * 2).clamp(BACK_OFF.0, BACK_OFF.1);
                service.start().await;
            }
            // Not answered yet; stopped by `stop`; or not yet started.
            _ => {}
        }
        let goes_on = tokio::select! {
            state = service_states.next() => state.is_some(),
            state = rooms_states.next() => state.is_some(),
        };
        if !goes_on {
            return;
        }
    }
}

/// Why the service has stopped, where that is more than that nothing answers.
fn why(state: &ServiceState, homeserver: &Url) -> Option<AppError> {
    let ServiceState::Error(error) = state else { return None };
    match &**error {
        ServiceError::RoomList(RoomsError::SlidingSync(error))
        | ServiceError::EncryptionSync(EncryptionError::SlidingSync(error) | EncryptionError::ClientError(error)) => {
            network::trouble(error, homeserver)
        }
        _ => None,
    }
}

/// Tells it once: only its reference differs from one try to the next.
fn say_why(trouble: &watch::Sender<Option<AppError>>, now: Option<AppError>) {
    trouble.send_if_modified(|known| {
        let same = match (&known, &now) {
            (Some(known), Some(now)) => known.code == now.code && known.args == now.args,
            (None, None) => true,
            _ => false,
        };
        if same {
            return false;
        }
        if let Some(now) = &now {
            tracing::warn!(code = ?now.code, reference = %now.reference, "the homeserver cannot be reached");
        }
        *known = now;
        true
    });
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

/// Sets the state; told only if it was another one before.
fn replace(connection: &watch::Sender<ConnectionState>, state: ConnectionState) {
    connection.send_if_modified(|current| std::mem::replace(current, state) != state);
}
