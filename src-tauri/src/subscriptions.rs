//! Which streams the page listens to.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use estafette_core::stream::Subscription;

/// Names a stream to the page.
pub(crate) type SubscriptionId = u32;

/// The open streams, by number. Taking one out ends it.
#[derive(Default)]
pub(crate) struct Subscriptions {
    next: AtomicU32,
    open: Mutex<HashMap<SubscriptionId, Subscription>>,
}

impl Subscriptions {
    /// Keeps a stream until it is removed or the page goes.
    pub(crate) fn add(&self, subscription: Subscription) -> SubscriptionId {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.locked().insert(id, subscription);
        id
    }

    /// Ends a stream. One that ended before is no mistake.
    pub(crate) fn remove(&self, id: SubscriptionId) {
        self.locked().remove(&id);
    }

    /// Ends all streams.
    pub(crate) fn clear(&self) {
        self.locked().clear();
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<SubscriptionId, Subscription>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn removing_ends_the_stream() {
        let subscriptions = Subscriptions::default();
        let (alive, gone) = tokio::sync::oneshot::channel::<()>();
        let id = subscriptions.add(Subscription::spawn(async move {
            let _alive = alive;
            std::future::pending::<()>().await;
        }));
        subscriptions.remove(id);
        assert!(gone.await.is_err(), "the task was dropped, and its sender with it");
        subscriptions.remove(id);
    }

    #[tokio::test]
    async fn a_new_page_ends_all_streams() {
        let subscriptions = Subscriptions::default();
        let first = subscriptions.add(Subscription::spawn(std::future::pending()));
        let second = subscriptions.add(Subscription::spawn(std::future::pending()));
        assert_ne!(first, second);
        subscriptions.clear();
        assert!(subscriptions.locked().is_empty());
    }
}
