//! The system asks the program to end, at the end of a session for instance.

use estafette_core::stream::Subscription;
use tauri::{AppHandle, Runtime};

/// Ends the program in order when the system asks for it.
#[cfg(unix)]
pub(crate) fn when_asked<R: Runtime>(handle: AppHandle<R>) -> Option<Subscription> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut asked = signal(SignalKind::terminate()).ok()?;
    Some(Subscription::spawn(async move {
        if asked.recv().await.is_some() {
            tracing::info!("the system asks the program to end");
            handle.exit(0);
        }
    }))
}

/// Windows has no signals.
#[cfg(not(unix))]
pub(crate) fn when_asked<R: Runtime>(_: AppHandle<R>) -> Option<Subscription> {
    None
}
