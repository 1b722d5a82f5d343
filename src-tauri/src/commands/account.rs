//! The account and its connection.

use estafette_core::{
    Result,
    account::dto::{AccountState, ConnectionState, DiscoveredServer},
};
use tauri::{AppHandle, State, ipc::Channel};

use super::pictures;
use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_account(shell: State<'_, Shell>, channel: Channel<AccountState>) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_account(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_connection(
    shell: State<'_, Shell>,
    channel: Channel<ConnectionState>,
) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_connection(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn discover(shell: State<'_, Shell>, address: String) -> Result<DiscoveredServer> {
    shell.app.discover(&address).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    shell: State<'_, Shell>,
    address: String,
    user: Option<String>,
    password: String,
) -> Result<()> {
    shell.app.sign_in(&address, user.as_deref(), password).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(shell: State<'_, Shell>, anyway: bool) -> Result<()> {
    shell.app.sign_out(anyway).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_keyring(shell: State<'_, Shell>) -> Result<()> {
    shell.app.retry_keyring().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_data_aside(shell: State<'_, Shell>) -> Result<String> {
    shell.app.set_data_aside().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_display_name(shell: State<'_, Shell>, name: String) -> Result<()> {
    shell.app.set_display_name(&name).await
}

/// Asks for a picture, and makes it the user's. False if none was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_avatar(handle: AppHandle, shell: State<'_, Shell>) -> Result<bool> {
    let Some(path) = pictures::ask(&handle, &shell, false).await.pop() else { return Ok(false) };
    shell.app.set_avatar(pictures::read(path).await?).await?;
    Ok(true)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_avatar(shell: State<'_, Shell>) -> Result<()> {
    shell.app.remove_avatar().await
}
