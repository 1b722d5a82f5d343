//! Which streams the page listens to.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use estafette_core::{Result, stream::Subscription};

/// Names a stream to the page.
pub(crate) type SubscriptionId = u32;

/// The open streams, by number. Taking one out ends it.
#[derive(Default)]
pub(crate) struct Subscriptions {
    next: AtomicU32,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Which page this is, counted.
    page: u64,
    streams: HashMap<SubscriptionId, Subscription>,
}

impl Subscriptions {
    /// Opens a stream and keeps it until it is removed or the page goes. If the page that asked is gone
    /// by the time the stream is open, the stream ends: nobody would ever remove it.
    pub(crate) async fn keep(&self, opening: impl Future<Output = Result<Subscription>>) -> Result<SubscriptionId> {
        let page = self.locked().page;
        let subscription = opening.await?;
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut open = self.locked();
        if open.page == page {
            open.streams.insert(id, subscription);
        }
        Ok(id)
    }

    /// Ends a stream. One that ended before is no mistake.
    pub(crate) fn remove(&self, id: SubscriptionId) {
        self.locked().streams.remove(&id);
    }

    /// Ends all streams, those too that are being opened: the page that wanted them is gone.
    pub(crate) fn clear(&self) {
        let mut open = self.locked();
        open.page += 1;
        open.streams.clear();
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::future::{pending, ready};

    use tokio::sync::oneshot;

    use super::*;

    /// A stream, and what fails once it has ended.
    fn stream() -> (Subscription, oneshot::Receiver<()>) {
        let (alive, gone) = oneshot::channel::<()>();
        let stream = Subscription::spawn(async move {
            let _alive = alive;
            pending::<()>().await;
        });
        (stream, gone)
    }

    #[tokio::test]
    async fn removing_ends_the_stream() {
        let subscriptions = Subscriptions::default();
        let (stream, gone) = stream();
        let id = subscriptions.keep(ready(Ok(stream))).await.unwrap();
        subscriptions.remove(id);
        assert!(gone.await.is_err(), "the task was dropped, and its sender with it");
        subscriptions.remove(id);
    }

    #[tokio::test]
    async fn a_new_page_ends_all_streams() {
        let subscriptions = Subscriptions::default();
        let first = subscriptions.keep(ready(Ok(stream().0))).await.unwrap();
        let second = subscriptions.keep(ready(Ok(stream().0))).await.unwrap();
        assert_ne!(first, second);
        subscriptions.clear();
        assert!(subscriptions.locked().streams.is_empty());
    }

    #[tokio::test]
    async fn a_stream_that_opens_after_its_page_went_ends() {
        let subscriptions = Subscriptions::default();
        let (stream, gone) = stream();
        let (open, opening) = oneshot::channel();
        let keep = subscriptions.keep(async move { Ok(opening.await.unwrap()) });
        let reload = async {
            subscriptions.clear();
            assert!(open.send(stream).is_ok());
        };
        let (kept, ()) = tokio::join!(keep, reload);
        assert!(kept.is_ok());
        assert!(gone.await.is_err(), "the stream has ended");
        assert!(subscriptions.locked().streams.is_empty());
    }
}
