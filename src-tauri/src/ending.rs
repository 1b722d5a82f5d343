//! The system asks the program to end, at the end of a session for instance.

use estafette_core::stream::Subscription;
use tauri::{AppHandle, Runtime};

/// Ends the program in order when the system asks for it; at once where that hangs.
#[cfg(unix)]
pub(crate) fn when_asked<R: Runtime>(handle: AppHandle<R>) -> Option<Subscription> {
    use std::{process, time::Duration};

    use tokio::{
        signal::unix::{SignalKind, signal},
        time::timeout,
    };

    /// How long an end in order may take. Whoever asks again does not want to wait.
    const PATIENCE: Duration = Duration::from_secs(10);

    let mut asked = signal(SignalKind::terminate()).ok()?;
    Some(Subscription::spawn(async move {
        if asked.recv().await.is_none() {
            return;
        }
        tracing::info!("the system asks the program to end");
        handle.exit(0);
        // An end in order ends this as well.
        let _ = timeout(PATIENCE, asked.recv()).await;
        process::exit(1);
    }))
}

/// Windows has no signals.
#[cfg(not(unix))]
pub(crate) fn when_asked<R: Runtime>(_: AppHandle<R>) -> Option<Subscription> {
    None
}

/// Goes on when the session's bus ends: without it there are no notifications and no tray, but messages. Left alone, GIO
/// asks the program to end then.
#[cfg(target_os = "linux")]
pub(crate) fn not_with_the_bus() {
    use webkit2gtk::gio::{BusType, Cancellable, bus_get_sync};

    // The connection that GTK has already.
    if let Ok(bus) = bus_get_sync(BusType::Session, Cancellable::NONE) {
        bus.set_exit_on_close(false);
    }
}

/// There is no such bus.
#[cfg(not(target_os = "linux"))]
pub(crate) fn not_with_the_bus() {}
