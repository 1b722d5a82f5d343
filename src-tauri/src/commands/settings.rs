//! What the user has chosen.

use estafette_core::{
    Result, StorageSizes,
    settings::{Settings, SettingsPatch},
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
pub(crate) async fn change_settings(shell: State<'_, Shell>, patch: SettingsPatch) -> Result<()> {
    shell.app.change_settings(&patch).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn storage_sizes(shell: State<'_, Shell>) -> Result<StorageSizes> {
    shell.app.storage_sizes().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn clear_cache(shell: State<'_, Shell>) -> Result<()> {
    shell.app.clear_cache().await
}
