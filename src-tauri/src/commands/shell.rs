//! What the shell does by itself.

use std::fs;

use estafette_core::{
    AppError, ErrorCode, Result,
    crash::{CrashNote, Crashes},
    log::Log,
    rich_text,
};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_opener::OpenerExt;

use crate::{Shell, bridge::sink, requests::ShellRequest, subscriptions::SubscriptionId};

/// What the window says of itself.
#[derive(Debug, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppInfo {
    /// Estafette's version.
    version: String,
    /// The version of matrix-sdk.
    sdk: String,
    /// The web view's name and version.
    webview: String,
    /// The operating system.
    system: String,
    /// Whether the desktop shows a tray, now.
    tray: bool,
    /// Whether the log follows what is painted.
    follows: bool,
}

#[tauri::command]
#[specta::specta]
pub(crate) fn app_info(shell: State<'_, Shell>) -> AppInfo {
    let webview = tauri::webview_version().unwrap_or_default();
    AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sdk: format!("matrix-sdk {}", estafette_core::SDK_VERSION),
        webview: format!("{} {webview}", if cfg!(windows) { "WebView2" } else { "WebKit" }).trim().to_owned(),
        system: system(),
        tray: shell.tray.is_shown(),
        follows: shell.log.as_ref().is_some_and(Log::follows),
    }
}

/// The operating system as it calls itself.
fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let named = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    named.map_or_else(|| std::env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}

/// A component of others that Estafette is built from.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub(crate) struct Licence {
    /// The component's name.
    name: String,
    /// Its version.
    version: String,
    /// Its licence, as an SPDX expression.
    licence: String,
}

/// The list that `cargo xtask licences` writes.
const LICENCES: &str = include_str!("../../../assets/licences.json");

#[tauri::command]
#[specta::specta]
pub(crate) fn licences() -> Result<Vec<Licence>> {
    serde_json::from_str(LICENCES).map_err(|error| AppError::caused(ErrorCode::Internal, &error))
}

/// That the last run stopped by a defect, if it did.
#[tauri::command]
#[specta::specta]
pub(crate) fn crash_note(shell: State<'_, Shell>) -> Option<CrashNote> {
    shell.crashes.as_ref().and_then(Crashes::earlier)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn dismiss_crash_note(shell: State<'_, Shell>) {
    shell.crashes.iter().for_each(Crashes::dismiss);
}

/// What comes from outside the page: a click on a notification.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_requests(shell: State<'_, Shell>, channel: Channel<ShellRequest>) -> Result<SubscriptionId> {
    shell.subscriptions.keep(async { Ok(shell.requests.watch(sink(channel))) }).await
}

/// Which room the user has before their eyes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_reading(shell: State<'_, Shell>, room_id: Option<String>) -> Result<()> {
    shell.app.set_reading(room_id.as_deref()).await
}

/// That a message of a channel has been painted; called only while the log follows that.
#[tauri::command]
#[specta::specta]
pub(crate) fn painted(channel: u32, seq: u32) {
    tracing::debug!(channel, seq, "painted");
}

#[tauri::command]
#[specta::specta]
pub(crate) fn unwatch(shell: State<'_, Shell>, id: SubscriptionId) {
    shell.subscriptions.remove(id);
}

/// Opens a link of a message in the system's own program.
#[tauri::command]
#[specta::specta]
pub(crate) fn open_link(handle: AppHandle, url: String) -> Result<()> {
    #[cfg(feature = "test-doors")]
    if let Some(said) = url.strip_prefix("panic:") {
        fail(said.to_owned());
    }
    #[cfg(feature = "test-doors")]
    if url == "hang:" {
        hang(&handle);
    }
    if !rich_text::may_open(&url) {
        return Err(AppError::new(ErrorCode::LinkRefused));
    }
    handle.opener().open_url(url, None::<&str>).map_err(|error| AppError::caused(ErrorCode::LinkRefused, &error))
}

/// The door through which tests have a thread of the program panic, with words that must not be written down.
#[cfg(feature = "test-doors")]
#[allow(clippy::panic)]
fn fail(said: String) {
    // That it panics is what was asked for.
    let _ = std::thread::spawn(|| std::panic::panic_any(said)).join();
}

/// The door through which tests have the window hang.
#[cfg(feature = "test-doors")]
fn hang(handle: &AppHandle) {
    let hung = handle.run_on_main_thread(|| {
        loop {
            std::thread::park();
        }
    });
    if hung.is_err() {
        tracing::warn!("the window does not hang");
    }
}
