//! The room list, and the head of an open room.

use estafette_core::{
    Result,
    rooms::dto::{RoomDetails, RoomRow},
    stream::ListUpdate,
};
use tauri::{State, ipc::Channel};

use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_rooms(
    shell: State<'_, Shell>,
    channel: Channel<ListUpdate<RoomRow>>,
) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_rooms(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_visible_rooms(shell: State<'_, Shell>, room_ids: Vec<String>) -> Result<()> {
    shell.app.set_visible_rooms(room_ids).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_room(
    shell: State<'_, Shell>,
    room_id: String,
    channel: Channel<RoomDetails>,
) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_room(&room_id, sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn accept_invitation(shell: State<'_, Shell>, room_id: String) -> Result<()> {
    shell.app.accept_invitation(&room_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn decline_invitation(shell: State<'_, Shell>, room_id: String) -> Result<()> {
    shell.app.decline_invitation(&room_id).await
}
