//! What the shell does by itself.

use estafette_core::{AppError, ErrorCode, Result};
use serde::Serialize;
use tauri::{AppHandle, State, Url};
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
    let url = allowed_link(&url)?;
    handle.opener().open_url(url, None::<&str>).map_err(|error| AppError::caused(ErrorCode::LinkRefused, &error))
}

/// Only kinds that cannot run anything on this machine.
fn allowed_link(url: &str) -> Result<Url> {
    Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "https" | "http" | "mailto"))
        .ok_or_else(|| AppError::new(ErrorCode::LinkRefused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_links_are_opened() {
        for url in ["https://example.org/a?b", "http://example.org", "mailto:jean@example.org"] {
            assert!(allowed_link(url).is_ok(), "{url}");
        }
        for url in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "smb://host/x",
            "data:text/html,x",
            "ms-settings:",
            "",
            "example.org",
        ] {
            assert_eq!(allowed_link(url).expect_err(url).code, ErrorCode::LinkRefused);
        }
    }
}
