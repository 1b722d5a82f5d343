//! What comes from outside the page and is for the page: a click on a notification, a second start.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use estafette_core::stream::{Sink, Subscription};
use serde::Serialize;
use tokio::sync::Notify;

/// What the page is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum ShellRequest {
    /// Show a room.
    OpenRoom {
        /// The room's ID.
        room_id: String,
    },
}

/// Requests wait here until a page takes them: the window may be loading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<VecDeque<ShellRequest>>,
    more: Notify,
}

impl Requests {
    /// Asks the page.
    pub(crate) fn ask(&self, request: ShellRequest) {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(request);
        self.0.more.notify_one();
    }

    /// Hands the requests to the page, those that wait and those to come.
    pub(crate) fn watch(&self, sink: impl Sink<ShellRequest>) -> Subscription {
        let queue = Arc::clone(&self.0);
        Subscription::spawn(async move {
            loop {
                let next = queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                match next {
                    Some(request) if !sink.send(request.clone()) => {
                        // For the page that comes next.
                        queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_front(request);
                        return;
                    }
                    Some(_) => {}
                    None => queue.more.notified().await,
                }
            }
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn requests_wait_for_a_page_and_outlive_one_that_goes() {
        let open = |room: &str| ShellRequest::OpenRoom { room_id: room.to_owned() };
        let requests = Requests::default();
        requests.ask(open("!a:x.fr"));
        let gone = requests.watch(|_| false);
        tokio::task::yield_now().await;
        drop(gone);
        let (sink, mut got) = mpsc::unbounded_channel();
        let _watching = requests.watch(move |request| sink.send(request).is_ok());
        assert_eq!(got.recv().await, Some(open("!a:x.fr")));
        requests.ask(open("!b:x.fr"));
        assert_eq!(got.recv().await, Some(open("!b:x.fr")));
    }
}
