//! Pictures that may not be sent: where the administration decides so, those that wait in a queue stay there as what has
//! failed, until they may be sent, or the user discards them. One whose upload has begun is let go.

use std::{sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use matrix_sdk::{Client, QueueWedgeError, Room, ruma::TransactionId, send_queue::LocalEchoContent};
use matrix_sdk_base::store::{QueuedRequest, QueuedRequestKind};
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

use super::go_on;
use crate::policy::dto::PolicyState;

/// How the store of the SDK tells these from what has failed.
const HELD: &str = "estafette: pictures may not be sent";

/// How long until what could not be stored is tried again.
const AGAIN: Duration = Duration::from_secs(8);

/// Whether pictures may be sent, as it stands and as it changes.
#[derive(Debug, Clone)]
pub(crate) struct Pictures {
    policy: watch::Receiver<PolicyState>,
    /// Told where a queue was stopped because they could not be held back in it, or let go again.
    stopped: Arc<Notify>,
}

impl Pictures {
    pub(crate) fn of(policy: watch::Receiver<PolicyState>) -> Self {
        Self { policy, stopped: Arc::default() }
    }

    /// Whether they may be.
    pub(crate) fn allowed(&self) -> bool {
        self.policy.borrow().images
    }

    /// Tells each time that this changes.
    pub(crate) fn changes(&self) -> impl Stream<Item = ()> + Send + use<> {
        let known = self.allowed();
        stream::unfold((self.policy.clone(), known), |(mut policy, known)| async move {
            let now = policy.wait_for(|policy| policy.images != known).await.ok()?.images;
            Some(((), (policy, now)))
        })
    }
}

/// Holds back what waits in the queues, or lets it go again, at each change, and a while after that failed.
pub(super) async fn follow(client: Client, pictures: Pictures) {
    let mut changes = Box::pin(pictures.changes());
    loop {
        let failed = async {
            pictures.stopped.notified().await;
            sleep(AGAIN).await;
        };
        tokio::select! {
            change = changes.next() => match change {
                Some(()) => tracing::info!(allowed = pictures.allowed(), "whether pictures may be sent has changed"),
                None => return,
            },
            () = failed => {}
        }
        for room in rooms(&client).await {
            go_on(&room, &pictures).await;
        }
    }
}

/// The rooms in whose queues something waits; all, where that cannot be read.
async fn rooms(client: &Client) -> Vec<Room> {
    match client.state_store().load_rooms_with_unsent_requests().await {
        Ok(waiting) => waiting.iter().filter_map(|room_id| client.get_room(room_id)).collect(),
        Err(_) => client.rooms(),
    }
}

/// Why pictures could not be held back in a queue, or let go again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// The queue cannot be read, by the SDK neither.
    Unread,
    /// It can be, and what was to change could not be stored.
    Unstored,
}

/// As `settle`, in all rooms; those in which it failed. None where a picture that may not be sent would go out, were the
/// queues to run even for a moment.
pub(super) async fn settle_all(client: &Client, pictures: &Pictures) -> Option<Vec<Room>> {
    let mut stopped = Vec::new();
    for room in rooms(client).await {
        match try_settle(&room, pictures).await {
            Ok(()) => {}
            Err(Failure::Unstored) if !pictures.allowed() => return None,
            Err(_) => stopped.push(room),
        }
    }
    Some(stopped)
}

/// Holds back the pictures in a room's queue, or lets them go again. False where that cannot be stored: then the queue
/// is stopped, and must not go on but by `follow`, which tries again.
pub(super) async fn settle(room: &Room, pictures: &Pictures) -> bool {
    try_settle(room, pictures).await.is_ok()
}

async fn try_settle(room: &Room, pictures: &Pictures) -> Result<(), Failure> {
    let settled = if pictures.allowed() { release(room).await } else { hold(room).await };
    if let Err(failure) = settled {
        tracing::warn!(?failure, "the pictures in a queue could not be held back, or let go again");
        room.send_queue().set_enabled(false);
        pictures.stopped.notify_one();
    }
    settled
}

async fn hold(room: &Room) -> Result<(), Failure> {
    let client = room.client();
    let store = client.state_store();
    for request in store.load_send_queue_requests(room.room_id()).await.map_err(|_| Failure::Unread)? {
        if !request.is_wedged() && is_picture(&request.kind) {
            let held = Some(QueueWedgeError::GenericApiError { msg: HELD.to_owned() });
            let stored = store.update_send_queue_request_status(room.room_id(), &request.transaction_id, held).await;
            stored.map_err(|_| Failure::Unstored)?;
        }
    }
    Ok(())
}

/// What failed for another reason stays so.
async fn release(room: &Room) -> Result<(), Failure> {
    let requests = room.client().state_store().load_send_queue_requests(room.room_id()).await;
    let requests = requests.map_err(|_| Failure::Unread)?;
    let held: Vec<_> = requests.iter().filter(|it| it.error.as_ref().is_some_and(is_held)).map(message).collect();
    if held.is_empty() {
        return Ok(());
    }
    let (echoes, _) = room.send_queue().subscribe().await.map_err(|_| Failure::Unread)?;
    for echo in echoes.iter().filter(|echo| held.contains(&&*echo.transaction_id)) {
        if let LocalEchoContent::Event { send_handle, .. } = &echo.content {
            send_handle.unwedge().await.map_err(|_| Failure::Unstored)?;
        }
    }
    Ok(())
}

/// The message that is to be sent with this.
fn message(request: &QueuedRequest) -> &TransactionId {
    match &request.kind {
        QueuedRequestKind::MediaUpload { related_to, .. } => related_to,
        _ => &request.transaction_id,
    }
}

fn is_held(error: &QueueWedgeError) -> bool {
    matches!(error, QueueWedgeError::GenericApiError { msg } if msg == HELD)
}

/// Whether this is a picture that is uploaded, or the message that shows it.
fn is_picture(request: &QueuedRequestKind) -> bool {
    match request {
        QueuedRequestKind::MediaUpload { content_type, .. } => content_type.starts_with("image/"),
        QueuedRequestKind::Event { content } => {
            let (content, _) = content.raw();
            // Of what is no message, too: what may be a picture is held back.
            content.get_field::<String>("msgtype").ok().flatten().is_some_and(|kind| kind == "m.image")
        }
        QueuedRequestKind::Redaction { .. } => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures_util::FutureExt as _;
    use matrix_sdk_base::store::SerializableEventContent;
    use serde_json::{json, value::to_raw_value};

    use super::*;

    #[test]
    fn pictures_are_told_from_all_else_that_waits() {
        let event = |content: serde_json::Value| {
            let raw = matrix_sdk::ruma::serde::Raw::from_json(to_raw_value(&content).unwrap());
            let content = SerializableEventContent::from_raw(raw, "m.room.message".to_owned());
            is_picture(&QueuedRequestKind::Event { content })
        };
        assert!(event(json!({ "msgtype": "m.image", "body": "a.png", "url": "mxc://x.fr/a" })));
        assert!(!event(json!({ "msgtype": "m.text", "body": "m.image" })));
        assert!(!event(json!({ "m.relates_to": {} })));
    }

    #[tokio::test]
    async fn only_a_change_of_what_may_be_sent_is_told() {
        let policy = |images| PolicyState { images, ..PolicyState::default() };
        let sender = watch::Sender::new(policy(true));
        let pictures = Pictures::of(sender.subscribe());
        let mut changes = Box::pin(pictures.changes());
        sender.send_replace(policy(true));
        assert_eq!(changes.next().now_or_never(), None);
        for images in [false, true] {
            sender.send_replace(policy(images));
            assert_eq!((changes.next().now_or_never(), pictures.allowed()), (Some(Some(())), images));
            assert_eq!(changes.next().now_or_never(), None);
        }
    }

    #[test]
    fn what_failed_for_another_reason_is_not_let_go() {
        assert!(is_held(&QueueWedgeError::GenericApiError { msg: HELD.to_owned() }));
        assert!(!is_held(&QueueWedgeError::GenericApiError { msg: "M_TOO_LARGE".to_owned() }));
        assert!(!is_held(&QueueWedgeError::MissingMediaContent));
    }
}
