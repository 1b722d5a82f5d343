//! A Tauri channel as the end of a core stream.

use estafette_core::stream::Sink;
use serde::Serialize;
use tauri::ipc::Channel;

/// Sends each message to the page; the stream ends once the page no longer listens.
pub(crate) fn sink<T: Serialize + Send + Sync + 'static>(channel: Channel<T>) -> impl Sink<T> {
    move |message: T| channel.send(message).is_ok()
}
