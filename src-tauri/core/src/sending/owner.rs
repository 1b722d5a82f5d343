//! Who decides when the queues of rooms run.

use std::{collections::HashMap, future::pending, sync::Arc, time::Duration};

use matrix_sdk::{
    Error,
    ruma::{OwnedRoomId, OwnedTransactionId, RoomId, TransactionId},
};
use tokio::{
    sync::{mpsc::UnboundedReceiver, watch},
    time::{Instant, sleep_until},
};

use super::{Exhausted, is_a_store, passes};
use crate::account::dto::ConnectionState;

/// The first and the longest wait before a room's queue goes on after a failure.
const WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The same before it is looked whether the disk is full, when something is being sent; and, where it is, whether it
/// still is.
const LOOK: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(16));

/// How often a message is taken up again in a row, and how often that is tried: some three minutes while the connection
/// stands. What answers so much longer means this message.
const TRIES: u32 = 8;

/// What is done with the queues.
pub(super) trait Queues: Send + Sync + 'static {
    /// Puts what the SDK has given up back to where it stood in its room's queue; false if that cannot be stored.
    fn take_up(&self, room_id: &RoomId, message: &TransactionId) -> impl Future<Output = bool> + Send;
    /// Lets a room's queue go on. Where it cannot yet, it does later by itself.
    fn start(&self, room_id: &RoomId) -> impl Future<Output = ()> + Send;
    /// From now on queues may run, and all go on. False, and nothing, where it cannot be stored what may not go out.
    fn allow(&self) -> impl Future<Output = bool> + Send;
    /// From now on no queue may run.
    fn stop(&self) -> impl Future<Output = ()> + Send;
    /// Whether a queue that runs has something to send. Where that cannot be read, it may.
    fn is_busy(&self) -> impl Future<Output = bool> + Send;
    fn is_disk_full(&self) -> impl Future<Output = bool> + Send;
}

/// What happens in the queues.
#[derive(Debug)]
pub(super) enum News {
    Failed(Failure),
    Sent {
        room_id: OwnedRoomId,
        message: OwnedTransactionId,
    },
    Discarded {
        message: OwnedTransactionId,
    },
    /// Something is to be sent.
    Written,
    /// More than the SDK remembers: queues may have stopped without a word. What it gave up meanwhile stands as failed:
    /// which messages those are is not known.
    Missed,
}

/// A message could not be sent: its room's queue has stopped.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) room_id: OwnedRoomId,
    pub(super) message: OwnedTransactionId,
    pub(super) error: Arc<Error>,
    /// If not, the SDK has given the message up: those behind it would go out before it.
    pub(super) is_recoverable: bool,
}

/// A room whose queue has stopped at its first message.
#[derive(Debug, Clone)]
struct Stopped {
    message: OwnedTransactionId,
    failures: u32,
    taken_up: u32,
    /// When it goes on; nothing while it is being tried.
    due: Option<Instant>,
}

pub(super) struct Owner<Q> {
    queues: Q,
    exhausted: Exhausted,
    stopped: HashMap<OwnedRoomId, Stopped>,
    /// What could not be taken up again yet: until it is, no queue may run.
    left: Vec<(OwnedRoomId, OwnedTransactionId)>,
    left_tries: u32,
    closed: bool,
    look: Option<Instant>,
    look_wait: Duration,
    /// When all rooms go on, after news were missed.
    missed: Option<Instant>,
}

impl<Q: Queues> Owner<Q> {
    /// No queue may run yet.
    pub(super) fn new(queues: Q, exhausted: Exhausted) -> Self {
        Self {
            queues,
            exhausted,
            stopped: HashMap::new(),
            left: Vec::new(),
            left_tries: 0,
            closed: true,
            look: Some(Instant::now()),
            look_wait: LOOK.0,
            missed: None,
        }
    }

    /// Goes on until nobody tells news any more.
    pub(super) async fn run(
        mut self,
        mut news: UnboundedReceiver<News>,
        mut connection: watch::Receiver<ConnectionState>,
    ) {
        loop {
            let online = *connection.borrow() == ConnectionState::Online;
            tokio::select! {
                // What failed is taken up again before anything is let go on.
                biased;
                one = news.recv() => match one {
                    Some(one) => self.hear(one, Instant::now()).await,
                    None => return,
                },
                changed = connection.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    if *connection.borrow() == ConnectionState::Online {
                        self.come_online(Instant::now());
                    }
                }
                () = until(self.look) => self.look(Instant::now()).await,
                () = until(self.due(online)) => self.resume(Instant::now()).await,
            }
        }
    }

    async fn hear(&mut self, news: News, now: Instant) {
        match news {
            News::Failed(failure) => self.fail(failure, now).await,
            News::Sent { room_id, message } => {
                self.stopped.remove(&room_id);
                self.exhausted.remove(&message);
                self.look_soon(now);
            }
            News::Discarded { message } => self.exhausted.remove(&message),
            News::Written => self.look_soon(now),
            News::Missed => self.missed = Some(now + WAIT.0),
        }
    }

    async fn fail(&mut self, failure: Failure, now: Instant) {
        let Failure { room_id, message, error, is_recoverable } = failure;
        if !is_recoverable {
            // Whatever a store says: where the disk is full, that is why.
            let full = is_a_store(&error) && self.queues.is_disk_full().await;
            if full {
                self.close(now).await;
            }
            if !(full || passes(&error)) || self.exhausted.contains(&message) {
                // The message waits for the user to decide; those behind it do not wait.
                self.stopped.remove(&room_id);
                if !self.closed {
                    self.queues.start(&room_id).await;
                }
                return;
            }
            // At once: whatever happens to the program or the queue from now on, the message keeps its place.
            if !self.queues.take_up(&room_id, &message).await {
                self.left.push((room_id.clone(), message.clone()));
                self.close(now).await;
            }
        }
        let fresh = Stopped { message: message.clone(), failures: 0, taken_up: 0, due: None };
        let stopped = self.stopped.entry(room_id).or_insert_with(|| fresh.clone());
        if stopped.message != message {
            *stopped = fresh;
        }
        let wait = WAIT.0 * 2_u32.saturating_pow(stopped.failures.min(16));
        stopped.due = Some(now + wait.min(WAIT.1));
        stopped.failures += 1;
        stopped.taken_up += u32::from(!is_recoverable);
    }

    /// When a room's queue goes on: each by itself, a while after its failure, later each time. Without a connection,
    /// none.
    fn due(&self, online: bool) -> Option<Instant> {
        if self.closed || !online {
            return None;
        }
        self.stopped.values().filter_map(|stopped| stopped.due).chain(self.missed).min()
    }

    async fn resume(&mut self, now: Instant) {
        if self.missed.take_if(|due| *due <= now).is_some() && !self.queues.allow().await {
            self.missed = Some(now + LOOK.1);
        }
        for (room_id, stopped) in &mut self.stopped {
            if stopped.due.take_if(|due| *due <= now).is_some() {
                // Said before it is tried: whoever hears of the failure knows what comes of it.
                if stopped.taken_up >= TRIES {
                    self.exhausted.insert(stopped.message.clone());
                }
                self.queues.start(room_id).await;
            }
        }
        self.look_soon(now);
    }

    /// What stopped while there was no connection goes on at once, and what failed then says nothing of the messages.
    fn come_online(&mut self, now: Instant) {
        self.forget_failures();
        for stopped in self.stopped.values_mut().filter(|stopped| stopped.due.is_some()) {
            stopped.due = Some(now);
        }
    }

    fn forget_failures(&mut self) {
        for stopped in self.stopped.values_mut() {
            self.exhausted.remove(&stopped.message);
            (stopped.failures, stopped.taken_up) = (0, 0);
        }
    }

    fn look_soon(&mut self, now: Instant) {
        self.look_wait = LOOK.0;
        let soon = now + LOOK.0;
        self.look = Some(self.look.map_or(soon, |look| look.min(soon)));
    }

    /// Stops the queues while the disk is full. Where the SDK cannot take note that a message was sent, it sends the
    /// message again, at once and on and on, and tells nobody.
    async fn look(&mut self, now: Instant) {
        if !self.closed && !self.queues.is_busy().await {
            self.look = None;
            return;
        }
        if self.queues.is_disk_full().await {
            self.left_tries = 0;
            self.close(now).await;
        } else if self.closed && self.take_up_left().await && self.queues.allow().await {
            self.closed = false;
            self.look_wait = LOOK.0;
            self.missed = None;
            self.forget_failures();
            for stopped in self.stopped.values_mut() {
                stopped.due = None;
            }
        }
        self.look = Some(now + self.look_wait);
        self.look_wait = (self.look_wait * 2).min(LOOK.1);
    }

    /// No queue may run for now.
    async fn close(&mut self, now: Instant) {
        if !self.closed {
            tracing::warn!("what is sent cannot be stored: nothing is sent until it can");
            self.closed = true;
            self.look_soon(now);
        }
        self.queues.stop().await;
    }

    /// Takes up again what could not be; true if queues may run.
    async fn take_up_left(&mut self) -> bool {
        let mut left = Vec::new();
        for (room_id, message) in std::mem::take(&mut self.left) {
            if !self.queues.take_up(&room_id, &message).await {
                left.push((room_id, message));
            }
        }
        self.left_tries = if left.is_empty() { 0 } else { self.left_tries + 1 };
        if self.left_tries < TRIES {
            self.left = left;
            return self.left.is_empty();
        }
        // Nobody knows what is wrong, and the other messages may go out. These wait for the user to decide.
        tracing::warn!("what was given up cannot be taken up again");
        self.stopped.retain(|room_id, stopped| !left.contains(&(room_id.clone(), stopped.message.clone())));
        self.exhausted.give_up(left.into_iter().map(|(_, message)| message));
        self.left_tries = 0;
        true
    }
}

/// Never, if there is no such moment.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
