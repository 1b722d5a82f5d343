//! A Tauri channel as the end of a core stream.

use std::sync::atomic::{AtomicU32, Ordering};

use estafette_core::stream::Sink;
use serde::Serialize;
use tauri::ipc::Channel;

/// Sends each message to the page; the stream ends once the page no longer listens. The page counts as is counted
/// here: so the log can follow a message until it is painted.
pub(crate) fn sink<T: Serialize + Send + Sync + 'static>(channel: Channel<T>) -> impl Sink<T> {
    let sent = AtomicU32::new(0);
    move |message: T| {
        let seq = sent.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(channel = channel.id(), seq, "to the window");
        channel.send(message).is_ok()
    }
}
