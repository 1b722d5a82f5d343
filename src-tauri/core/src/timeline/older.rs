//! Loading older messages, whatever becomes of the SDK's own wait.

use std::{pin::pin, time::Duration};

use matrix_sdk_ui::Timeline;
use tokio::time::timeout;

use super::failure;
use crate::{AppError, ErrorCode, Result};

/// After so long without news, the wait is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// After so many looks, the server counts as silent, and the user may try again.
const LOOKS: u32 = 120;

/// Adds older messages to a timeline. True once the room's beginning is reached.
///
/// In the SDK, all who wait for a room's older messages share one future (`event_cache/caches/pagination.rs`), polled
/// by whoever was woken first. A poller that the SDK ends right then, as it does when the room's newest part is read
/// anew, takes the wake-up along, and the others wait for good: `futures` promises no more. Looking again is enough
/// to take the future over.
pub(super) async fn load(timeline: &Timeline, count: u16) -> Result<bool> {
    match looked_at_again(timeline.paginate_backwards(count), LOOK_AGAIN, LOOKS).await {
        Some(outcome) => outcome.map_err(|error| failure::from_timeline(&error)),
        None => Err(AppError::caused(ErrorCode::ServerUnreachable, &"older messages did not come")),
    }
}

/// Polls a future again after each `pause`, though nobody wakes it. None after so many looks.
async fn looked_at_again<F: Future>(future: F, pause: Duration, looks: u32) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..looks {
        if let Ok(output) = timeout(pause, &mut future).await {
            return Some(output);
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{
        future::{pending, poll_fn},
        pin::Pin,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
        task::{Context, Poll, Waker},
    };

    use futures_util::FutureExt as _;

    use super::*;

    const SOON: Duration = Duration::from_millis(5);
    /// The two of the test have met by then.
    const LATER: Duration = Duration::from_millis(300);

    #[tokio::test]
    async fn what_never_comes_ends() {
        assert_eq!(looked_at_again(pending::<()>(), SOON, 3).await, None);
        assert_eq!(looked_at_again(async { 7 }, SOON, 1).await, Some(7));
    }

    /// How often a future was polled, to the end.
    fn counted<F: Future + Unpin>(mut future: F, polls: Arc<AtomicUsize>) -> impl Future<Output = F::Output> {
        poll_fn(move |context| {
            let outcome = Pin::new(&mut future).poll(context);
            polls.fetch_add(1, SeqCst);
            outcome
        })
    }

    /// The wait that is lost: two share a future. It is woken while the first polls it; that wakes the second, which
    /// finds it being polled; then the first is dropped.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_shared_wait_outlives_whoever_polled_it() {
        let polls_of_second = Arc::new(AtomicUsize::new(0));
        let seen = polls_of_second.clone();
        let mut polls = 0;
        let shared = poll_fn(move |context: &mut Context<'_>| {
            polls += 1;
            match polls {
                1 => Poll::Pending,
                2 => {
                    let before = seen.load(SeqCst);
                    context.waker().wake_by_ref();
                    while seen.load(SeqCst) == before {
                        std::thread::yield_now();
                    }
                    Poll::Pending
                }
                _ => Poll::Ready(7),
            }
        })
        .boxed()
        .shared();
        let mut first = shared.clone();
        let second = tokio::spawn(looked_at_again(counted(shared, polls_of_second.clone()), LATER, 3));
        while polls_of_second.load(SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(first.poll_unpin(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(first);
        assert_eq!(second.await.unwrap(), Some(7));
    }
}
