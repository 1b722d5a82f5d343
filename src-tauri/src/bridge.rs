//! A Tauri channel as the end of a core stream.

use std::sync::atomic::{AtomicU32, Ordering};

use estafette_core::stream::AnySink;
use serde::Serialize;
use tauri::ipc::Channel;

/// Sends each message to the page; the stream ends once the page no longer listens. The page counts as is counted
/// here: so the log can follow a message until it is painted.
pub(crate) fn sink<T: Serialize + Send + Sync + 'static>(channel: Channel<T>) -> AnySink<T> {
    let sent = AtomicU32::new(0);
    Box::new(move |message: T| {
        #[cfg(feature = "test-doors")]
        hold_up();
        let seq = sent.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(channel = channel.id(), seq, "to the window");
        channel.send(message).is_ok()
    })
}

/// The door through which the bench is shown to notice a slow seam: each message waits so many milliseconds.
#[cfg(feature = "test-doors")]
fn hold_up() {
    static MILLISECONDS: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        std::env::var("ESTAFETTE_SLOW_SEAM").ok().and_then(|milliseconds| milliseconds.parse().ok()).unwrap_or(0)
    });
    if *MILLISECONDS > 0 {
        std::thread::sleep(std::time::Duration::from_millis(*MILLISECONDS));
    }
}
