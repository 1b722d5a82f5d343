//! The way into the network.

use estafette_core::{AppError, ProxyState, Result};
use tauri::{State, ipc::Channel};

use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_proxy(shell: State<'_, Shell>, channel: Channel<ProxyState>) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_proxy(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_trouble(
    shell: State<'_, Shell>,
    channel: Channel<Option<AppError>>,
) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_trouble(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn enter_proxy(shell: State<'_, Shell>, user: String, password: String) -> Result<()> {
    shell.app.enter_proxy(&user, password).await
}
