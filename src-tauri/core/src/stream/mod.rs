//! Lists that change over time: a reset first, then batches of diffs, each with its number.

mod apply;
mod forward;
mod value;

use serde::Serialize;

pub use apply::{MustResubscribe, apply};
pub(crate) use forward::{Pace, forward};
pub(crate) use value::{watch_broadcast, watch_value};

/// One change to a list. Mirrors `eyeball_im::VectorDiff`, in a form that crosses the seam.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Diff<T> {
    /// The whole list anew.
    Reset {
        /// Every item.
        values: Vec<T>,
    },
    /// Items added at the end.
    Append {
        /// The new items.
        values: Vec<T>,
    },
    /// An item added at the beginning.
    PushFront {
        /// The new item.
        value: T,
    },
    /// An item added at the end.
    PushBack {
        /// The new item.
        value: T,
    },
    /// An item put in before `index`.
    Insert {
        /// Where it stands afterwards.
        index: u32,
        /// The new item.
        value: T,
    },
    /// The item at `index` replaced.
    Set {
        /// Which one.
        index: u32,
        /// What it becomes.
        value: T,
    },
    /// The item at `index` taken out.
    Remove {
        /// Which one.
        index: u32,
    },
    /// The first item taken out.
    PopFront,
    /// The last item taken out.
    PopBack,
    /// All after the first `length` taken out.
    Truncate {
        /// How many stay.
        length: u32,
    },
    /// Everything taken out.
    Clear,
}

/// One message of a list's stream. The first of a subscription has `seq` 0 and starts with a reset;
/// a gap in the numbers means that the receiver must subscribe anew.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ListUpdate<T> {
    /// Counts up from 0 within a subscription.
    pub seq: u32,
    /// To be applied in order, all before the list is shown again.
    pub diffs: Vec<Diff<T>>,
}

/// Where a stream goes: a Tauri channel in the shell, a queue in tests, standard output in the driver.
pub trait Sink<T>: Send + Sync + 'static {
    /// Hands one message on. False once nobody listens any more, which ends the stream.
    fn send(&self, message: T) -> bool;
}

impl<T, F> Sink<T> for F
where
    F: Fn(T) -> bool + Send + Sync + 'static,
{
    fn send(&self, message: T) -> bool {
        self(message)
    }
}

/// A sink of any kind.
pub type AnySink<T> = Box<dyn Sink<T>>;

impl<T: 'static> Sink<T> for AnySink<T> {
    fn send(&self, message: T) -> bool {
        (**self).send(message)
    }
}

/// Keeps a stream alive; dropping it ends the stream at once.
#[derive(Debug)]
#[must_use = "a stream ends when its subscription is dropped"]
pub struct Subscription(tokio::task::JoinHandle<()>);

impl Subscription {
    /// Runs `task` until it ends or the subscription is dropped.
    pub fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(task))
    }

    /// Ends the task and waits until it does nothing any more.
    pub(crate) async fn end(mut self) {
        self.0.abort();
        // An error says that the task was cut short, which is what was asked for.
        let _ = (&mut self.0).await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.0.abort();
    }
}
