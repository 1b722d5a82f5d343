//! Single values that change as a whole, and events that happen once.

use tokio::sync::{broadcast, watch};

use super::{Sink, Subscription};

/// Hands on a value: at once, and at each change. A receiver that is slow gets the newest value and
/// not each one between.
pub(crate) fn watch_value<T>(mut values: watch::Receiver<T>, sink: impl Sink<T>) -> Subscription
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Subscription::spawn(async move {
        let mut sent: Option<T> = None;
        loop {
            let value = values.borrow_and_update().clone();
            if sent.as_ref() != Some(&value) {
                if !sink.send(value.clone()) {
                    return;
                }
                sent = Some(value);
            }
            if values.changed().await.is_err() {
                return;
            }
        }
    })
}

/// Hands on what happens, from now on. A receiver that is slow misses what is too old to be kept.
pub(crate) fn watch_broadcast<T>(mut events: broadcast::Receiver<T>, sink: impl Sink<T>) -> Subscription
where
    T: Clone + Send + Sync + 'static,
{
    Subscription::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if !sink.send(event) {
                        return;
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_value_comes_at_once_and_at_each_change_until_the_subscription_is_dropped() {
        let (sender, receiver) = watch::channel(1);
        let (sink, mut got) = mpsc::unbounded_channel();
        let subscription = watch_value(receiver, move |value| sink.send(value).is_ok());
        assert_eq!(got.recv().await, Some(1));
        sender.send(2).unwrap();
        assert_eq!(got.recv().await, Some(2));
        // The same again is no change.
        sender.send(2).unwrap();
        tokio::task::yield_now().await;
        sender.send(3).unwrap();
        assert_eq!(got.recv().await, Some(3));
        drop(subscription);
        assert_eq!(got.recv().await, None);
    }

    #[tokio::test]
    async fn a_value_whose_receiver_left_is_not_watched_any_more() {
        let (sender, receiver) = watch::channel(1);
        let _subscription = watch_value(receiver, |_| false);
        sender.closed().await;
    }
}
