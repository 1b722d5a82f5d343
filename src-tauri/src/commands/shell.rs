//! What the shell does by itself.

use estafette_core::{AppError, ErrorCode, Result, rich_text};
use serde::Serialize;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use crate::{Shell, subscriptions::SubscriptionId};

/// What the window says of itself.
#[derive(Debug, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppInfo {
    /// Estafette's version.
    version: String,
}

#[tauri::command]
#[specta::specta]
pub(crate) fn app_info() -> AppInfo {
    AppInfo { version: env!("CARGO_PKG_VERSION").to_owned() }
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
    if !rich_text::may_open(&url) {
        return Err(AppError::new(ErrorCode::LinkRefused));
    }
    handle.opener().open_url(url, None::<&str>).map_err(|error| AppError::caused(ErrorCode::LinkRefused, &error))
}
