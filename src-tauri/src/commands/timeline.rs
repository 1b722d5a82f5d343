//! The messages of a room.

use estafette_core::{
    Result,
    stream::ListUpdate,
    timeline::dto::{Draft, TimelineItem},
};
use tauri::{State, ipc::Channel};

use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_timeline(
    shell: State<'_, Shell>,
    room_id: String,
    channel: Channel<ListUpdate<TimelineItem>>,
) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_timeline(&room_id, sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn load_older(shell: State<'_, Shell>, room_id: String, count: u16) -> Result<bool> {
    shell.app.load_older(&room_id, count).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn send_text(
    shell: State<'_, Shell>,
    room_id: String,
    text: String,
    reply_to: Option<String>,
) -> Result<()> {
    shell.app.send_text(&room_id, &text, reply_to.as_deref()).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn toggle_reaction(
    shell: State<'_, Shell>,
    room_id: String,
    message_id: String,
    key: String,
) -> Result<()> {
    shell.app.toggle_reaction(&room_id, &message_id, &key).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resend(shell: State<'_, Shell>, room_id: String, message_id: String) -> Result<()> {
    shell.app.resend(&room_id, &message_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn discard(shell: State<'_, Shell>, room_id: String, message_id: String) -> Result<()> {
    shell.app.discard(&room_id, &message_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn load_quote(shell: State<'_, Shell>, room_id: String, message_id: String) -> Result<()> {
    shell.app.load_quote(&room_id, &message_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_read(shell: State<'_, Shell>, room_id: String) -> Result<()> {
    shell.app.mark_read(&room_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_typing(shell: State<'_, Shell>, room_id: String, typing: bool) -> Result<()> {
    shell.app.set_typing(&room_id, typing).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn load_draft(shell: State<'_, Shell>, room_id: String) -> Result<Option<Draft>> {
    shell.app.load_draft(&room_id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(shell: State<'_, Shell>, room_id: String, draft: Option<Draft>) -> Result<()> {
    shell.app.save_draft(&room_id, draft.as_ref()).await
}
