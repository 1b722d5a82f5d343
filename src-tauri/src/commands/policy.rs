//! What others than the user have decided.

use estafette_core::{
    Result,
    policy::{brand::Brand, dto::PolicyState},
};
use tauri::{State, ipc::Channel};

use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_policy(shell: State<'_, Shell>, channel: Channel<PolicyState>) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_policy(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_brand(shell: State<'_, Shell>, channel: Channel<Brand>) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_brand(sink(channel))).await
}
