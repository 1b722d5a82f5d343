use std::{
    pin::pin,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use futures_util::{FutureExt as _, StreamExt as _};
use matrix_sdk::ruma::{owned_room_id, room_id};
use rusqlite::ffi::{SQLITE_IOERR, SQLITE_READONLY};

use super::{
    super::tests::{foreign, store},
    *,
};

/// Queues that only say what was done with them.
#[derive(Default)]
struct Said {
    done: Mutex<Vec<String>>,
    full: AtomicBool,
    busy: AtomicBool,
    stores_nothing: AtomicBool,
    /// Cannot store what may not go out.
    holds_nothing: AtomicBool,
}

impl Said {
    fn say(&self, what: String) {
        self.done.lock().unwrap().push(what);
    }
}

impl Queues for Arc<Said> {
    async fn take_up(&self, room_id: &RoomId, message: &TransactionId) -> bool {
        let kept = !self.stores_nothing.load(SeqCst);
        self.say(format!("{message} in {room_id} {}", if kept { "taken up" } else { "not taken up" }));
        kept
    }

    async fn start(&self, room_id: &RoomId) {
        self.say(format!("{room_id} starts"));
    }

    async fn allow(&self) -> bool {
        let allowed = !self.holds_nothing.load(SeqCst);
        self.say(if allowed { "all start" } else { "not all start" }.to_owned());
        allowed
    }

    async fn stop(&self) {
        self.say("all stop".to_owned());
    }

    async fn is_busy(&self) -> bool {
        self.busy.load(SeqCst)
    }

    async fn is_disk_full(&self) -> bool {
        self.full.load(SeqCst)
    }
}

/// An owner whose queues run, its connection and a clock that stands still.
struct Bench {
    owner: Owner<Arc<Said>>,
    said: Arc<Said>,
    online: bool,
    now: Instant,
}

impl Bench {
    async fn new() -> Self {
        let said = Arc::new(Said::default());
        let owner = Owner::new(said.clone(), Exhausted::default());
        let mut bench = Self { owner, said, online: true, now: Instant::now() };
        bench.owner.look(bench.now).await;
        assert_eq!(bench.done(), ["all start"], "once there is room on the disk, and not before");
        bench
    }

    /// What was done since it was last asked.
    fn done(&self) -> Vec<String> {
        std::mem::take(&mut *self.said.done.lock().unwrap())
    }

    async fn fail(&mut self, room_id: &RoomId, message: &str, error: Error, is_recoverable: bool) {
        let (room_id, error) = (room_id.to_owned(), Arc::new(error));
        let failure = Failure { room_id, message: message.into(), error, is_recoverable };
        self.owner.hear(News::Failed(failure), self.now).await;
    }

    /// Lets the time go on to the next room that is due; says how long that took.
    async fn resume(&mut self) -> u64 {
        let due = self.owner.due(self.online).expect("nothing is due");
        let waited = due.saturating_duration_since(self.now).as_secs();
        self.now = due;
        self.owner.resume(due).await;
        waited
    }

    async fn look(&mut self) {
        self.now = self.owner.look.expect("nobody looks").max(self.now);
        self.owner.look(self.now).await;
    }
}

#[tokio::test]
async fn a_lasting_failure_holds_up_nobody_and_is_not_taken_up() {
    let mut bench = Bench::new().await;
    for error in [Error::AuthenticationRequired, store(SQLITE_READONLY)] {
        bench.fail(room_id!("!a:x"), "1", error, false).await;
        assert_eq!(bench.done(), ["!a:x starts"]);
    }
    // Later, something else passes.
    bench.fail(room_id!("!a:x"), "2", foreign(), false).await;
    assert_eq!(bench.done(), ["2 in !a:x taken up"], "and not what the user is to decide about");
}

#[tokio::test]
async fn what_passes_is_taken_up_at_once_and_its_room_alone_waits_longer_each_time() {
    let mut bench = Bench::new().await;
    let other = owned_room_id!("!b:x");
    for wait in [1, 2, 4, 8] {
        bench.fail(room_id!("!a:x"), "1", foreign(), false).await;
        assert_eq!(bench.done(), ["1 in !a:x taken up"], "before anything goes on");
        bench.fail(&other, "3", Error::ConcurrentRequestFailed, true).await;
        assert_eq!(bench.resume().await, 1, "as if nothing had failed elsewhere");
        let first = bench.done();
        assert!(first.contains(&"!b:x starts".to_owned()), "{first:?}");
        let sent = News::Sent { room_id: other.clone(), message: "3".into() };
        bench.owner.hear(sent, bench.now).await;
        if wait > 1 {
            assert_eq!(bench.resume().await, wait - 1);
            assert_eq!(bench.done(), ["!a:x starts"]);
        }
    }
    bench.owner.hear(News::Sent { room_id: owned_room_id!("!a:x"), message: "1".into() }, bench.now).await;
    bench.fail(room_id!("!a:x"), "2", foreign(), false).await;
    assert_eq!(bench.resume().await, 1, "what went through makes all good");
}

#[tokio::test]
async fn what_does_not_pass_after_all_is_given_up_and_the_next_message_goes_on() {
    let mut bench = Bench::new().await;
    let (message, mut waited) = (OwnedTransactionId::from("1"), 0);
    for _ in 0..TRIES {
        assert!(bench.owner.exhausted.is_taken_up(&message, &foreign()));
        bench.fail(room_id!("!a:x"), "1", foreign(), false).await;
        waited += bench.resume().await;
        assert_eq!(bench.done(), ["1 in !a:x taken up", "!a:x starts"]);
    }
    assert!((60..600).contains(&waited), "{waited} s");
    assert!(!bench.owner.exhausted.is_taken_up(&message, &foreign()), "shown as failed");
    bench.fail(room_id!("!a:x"), "1", foreign(), false).await;
    assert_eq!(bench.done(), ["!a:x starts"]);
    assert!(bench.owner.due(true).is_none());
    bench.fail(room_id!("!a:x"), "2", foreign(), false).await;
    assert_eq!(bench.resume().await, 1);
    // A server that is overloaded for long means no message.
    for _ in 0..2 * TRIES {
        bench.fail(room_id!("!a:x"), "3", Error::ConcurrentRequestFailed, true).await;
        bench.resume().await;
    }
    bench.done();
    bench.fail(room_id!("!a:x"), "3", foreign(), false).await;
    assert_eq!(bench.done(), ["3 in !a:x taken up"]);
}

#[tokio::test]
async fn without_a_connection_nothing_goes_on_and_with_it_at_once() {
    let mut bench = Bench::new().await;
    for _ in 0..TRIES {
        bench.fail(room_id!("!a:x"), "1", foreign(), false).await;
    }
    bench.online = false;
    assert!(bench.owner.due(false).is_none());
    bench.done();
    bench.online = true;
    bench.owner.come_online(bench.now);
    assert_eq!(bench.resume().await, 0);
    assert_eq!(bench.done(), ["!a:x starts"]);
    bench.fail(room_id!("!a:x"), "1", foreign(), false).await;
    assert_eq!(bench.done(), ["1 in !a:x taken up"], "what the network did then does not count");
}

#[tokio::test]
async fn while_the_disk_is_full_no_queue_runs() {
    let mut bench = Bench::new().await;
    bench.fail(room_id!("!b:x"), "2", Error::ConcurrentRequestFailed, true).await;
    bench.said.full.store(true, SeqCst);
    bench.said.stores_nothing.store(true, SeqCst);
    // Whatever it says: a store that fails.
    bench.fail(room_id!("!a:x"), "1", store(SQLITE_IOERR), false).await;
    assert_eq!(bench.done(), ["all stop", "1 in !a:x not taken up", "all stop"]);
    bench.fail(room_id!("!c:x"), "3", Error::AuthenticationRequired, false).await;
    bench.owner.come_online(bench.now);
    assert!(bench.owner.due(true).is_none(), "not after a while, and not with a connection");
    for _ in 0..2 * TRIES {
        bench.look().await;
        assert_eq!(bench.done(), ["all stop"], "however long");
    }
    bench.said.full.store(false, SeqCst);
    bench.look().await;
    assert_eq!(bench.done(), ["1 in !a:x not taken up"], "it keeps its place, or nothing goes out");
    bench.said.stores_nothing.store(false, SeqCst);
    bench.look().await;
    assert_eq!(bench.done(), ["1 in !a:x taken up", "all start"]);
}

#[tokio::test]
async fn a_store_that_fails_for_good_does_not_hold_up_everything_for_ever() {
    let mut bench = Bench::new().await;
    let mut given_up = pin!(bench.owner.exhausted.given_up());
    bench.said.stores_nothing.store(true, SeqCst);
    bench.fail(room_id!("!a:x"), "1", foreign(), false).await;
    bench.done();
    for _ in 1..TRIES {
        bench.look().await;
        assert_eq!(bench.done(), ["1 in !a:x not taken up"]);
        assert!(bench.owner.exhausted.is_taken_up("1".into(), &foreign()));
    }
    assert!(given_up.next().now_or_never().is_none());
    bench.look().await;
    assert_eq!(bench.done(), ["1 in !a:x not taken up", "all start"]);
    assert!(!bench.owner.exhausted.is_taken_up("1".into(), &foreign()), "shown as failed");
    assert_eq!(given_up.next().now_or_never(), Some(Some(())), "timelines that are open show it so");
}

#[tokio::test]
async fn queues_run_once_what_may_not_go_out_is_held_back_and_not_before() {
    let said = Arc::new(Said::default());
    said.holds_nothing.store(true, SeqCst);
    let owner = Owner::new(said.clone(), Exhausted::default());
    let mut bench = Bench { owner, said, online: true, now: Instant::now() };
    for _ in 0..3 {
        bench.look().await;
        assert_eq!(bench.done(), ["not all start"]);
    }
    bench.said.holds_nothing.store(false, SeqCst);
    bench.look().await;
    assert_eq!(bench.done(), ["all start"]);

    bench.said.holds_nothing.store(true, SeqCst);
    bench.owner.hear(News::Missed, bench.now).await;
    for _ in 0..3 {
        bench.resume().await;
        assert_eq!(bench.done(), ["not all start"]);
    }
    bench.said.holds_nothing.store(false, SeqCst);
    bench.resume().await;
    assert_eq!(bench.done(), ["all start"]);
    assert!(bench.owner.due(true).is_none());
}

#[tokio::test]
async fn a_disk_that_fills_up_silently_is_noticed() {
    let mut bench = Bench::new().await;
    bench.look().await;
    assert!(bench.owner.look.is_none(), "while there is nothing to send, nobody looks");
    bench.owner.hear(News::Written, bench.now).await;
    bench.said.busy.store(true, SeqCst);
    bench.said.full.store(true, SeqCst);
    bench.look().await;
    assert_eq!(bench.done(), ["all stop"]);
}

#[tokio::test]
async fn news_that_were_missed_count() {
    let mut bench = Bench::new().await;
    bench.owner.hear(News::Missed, bench.now).await;
    assert_eq!(bench.resume().await, 1);
    assert_eq!(bench.done(), ["all start"]);
    assert!(bench.owner.due(true).is_none());
}
