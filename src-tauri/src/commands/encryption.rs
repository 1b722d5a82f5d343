//! The account's keys.

use estafette_core::{AppError, ErrorCode, Result, account::dto::EncryptionState};
use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_dialog::DialogExt;

use crate::{Shell, bridge::sink, private_file, subscriptions::SubscriptionId};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_encryption(
    shell: State<'_, Shell>,
    channel: Channel<EncryptionState>,
) -> Result<SubscriptionId> {
    shell.subscriptions.keep(shell.app.watch_encryption(sink(channel))).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_key(shell: State<'_, Shell>) -> Result<String> {
    shell.app.recovery_key().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_key_kept(shell: State<'_, Shell>) -> Result<()> {
    shell.app.recovery_key_kept().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn new_recovery_key(shell: State<'_, Shell>) -> Result<()> {
    shell.app.new_recovery_key().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recover(shell: State<'_, Shell>, key: String) -> Result<()> {
    shell.app.recover(&key).await
}

/// Asks where, and writes the key there. The page neither chooses the path nor learns it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_recovery_key(handle: AppHandle, shell: State<'_, Shell>) -> Result<bool> {
    let key = shell.app.recovery_key().await?;
    let name = shell.app.words("encryption-key-file");
    let (answer, asked) = tokio::sync::oneshot::channel();
    handle.dialog().file().set_file_name(name).save_file(move |path| {
        // The command was given up if nobody waits.
        let _ = answer.send(path);
    });
    let Some(path) = asked.await.ok().flatten().and_then(|path| path.into_path().ok()) else {
        return Ok(false);
    };
    let written = tauri::async_runtime::spawn_blocking(move || private_file::write(&path, &format!("{key}\n")));
    match written.await {
        Ok(Ok(())) => Ok(true),
        // The kind alone: the message may name folders.
        Ok(Err(error)) => Err(AppError::caused(ErrorCode::StorageFailed, &error.kind())),
        Err(_) => Err(AppError::caused(ErrorCode::Internal, &"the writing was given up")),
    }
}
