//! What the user has chosen.

use estafette_core::{
    Result,
    settings::{Language, Settings, Theme},
};
use tauri::{State, ipc::Channel};

use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_settings(shell: State<'_, Shell>, channel: Channel<Settings>) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_settings(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_language(shell: State<'_, Shell>, language: Language) -> Result<()> {
    shell.app.set_language(language).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_theme(shell: State<'_, Shell>, theme: Theme) -> Result<()> {
    shell.app.set_theme(theme).await
}
