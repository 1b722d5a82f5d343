//! The account's keys.

use std::{io, path::Path};

use estafette_core::{AppError, ErrorCode, Result, account::dto::EncryptionState};
use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_dialog::DialogExt;
use tokio::io::AsyncWriteExt as _;

use crate::{Shell, bridge::sink, subscriptions::SubscriptionId};

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
    write_private(&path, &format!("{key}\n"))
        .await
        .map_err(|error| AppError::caused(ErrorCode::StorageFailed, &error.kind()))?;
    Ok(true)
}

/// Writes a file that only its owner reads, and returns once it is on the disk.
async fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A file that is replaced keeps its rights; on some sticks there are none to set.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o600)).await;
    }
    file.write_all(text.as_bytes()).await?;
    file.sync_all().await
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn the_saved_key_is_its_owner_s_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (new, replaced) = (folder.path().join("new"), folder.path().join("replaced"));
        std::fs::write(&replaced, "something longer than the key").unwrap();
        std::fs::set_permissions(&replaced, std::fs::Permissions::from_mode(0o644)).unwrap();
        for path in [new, replaced] {
            write_private(&path, "EsTa\n").await.unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "EsTa\n");
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
