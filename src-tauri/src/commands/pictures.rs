//! Pictures on their way out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use estafette_core::{AppError, ErrorCode, Result, media::Staged};
use tauri::{
    AppHandle, State,
    ipc::{InvokeBody, Request},
};
use tauri_plugin_dialog::DialogExt;

use crate::Shell;

/// Asks for picture files. The page neither chooses the paths nor learns them. The files that can be read are taken;
/// where none can, why not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_images(handle: AppHandle, shell: State<'_, Shell>) -> Result<Vec<Staged>> {
    let mut staged = Vec::new();
    let mut refused = None;
    for path in ask(&handle, &shell, true).await {
        match stage_file(&shell, &path).await {
            Ok(picture) => staged.push(picture),
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if staged.is_empty() => Err(error),
        _ => Ok(staged),
    }
}

/// Asks for one picture file, or for several.
pub(crate) async fn ask(handle: &AppHandle, shell: &Shell, several: bool) -> Vec<PathBuf> {
    let (answer, asked) = tokio::sync::oneshot::channel();
    let kind = shell.app.words("pictures-kind");
    let dialog = handle.dialog().file().add_filter(kind, &["png", "jpg", "jpeg", "gif", "webp"]);
    // Whoever asked may have given up.
    if several {
        dialog.pick_files(move |paths| drop(answer.send(paths.unwrap_or_default())));
    } else {
        dialog.pick_file(move |path| drop(answer.send(path.into_iter().collect())));
    }
    asked.await.unwrap_or_default().into_iter().filter_map(|path| path.into_path().ok()).collect()
}

async fn stage_file(shell: &Shell, path: &Path) -> Result<Staged> {
    let bytes = read(path.to_owned()).await?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    shell.app.stage_image(&name, bytes).await
}

/// The bytes of a file that the user chose.
pub(crate) async fn read(path: PathBuf) -> Result<Vec<u8>> {
    let read = tauri::async_runtime::spawn_blocking(move || fs::read(path)).await;
    match read {
        Ok(Ok(bytes)) => Ok(bytes),
        // The kind alone: the message may name folders.
        Ok(Err(error)) => Err(AppError::caused(ErrorCode::ImageUnreadable, &error.kind())),
        Err(_) => Err(AppError::caused(ErrorCode::Internal, &"the reading was given up")),
    }
}

/// Takes a picture that was pasted or dropped: its bytes are the request's body, its name, percent-encoded, the header
/// `name`. Apart from the other commands, whose arguments are JSON.
#[tauri::command]
pub(crate) async fn stage_image(shell: State<'_, Shell>, request: Request<'_>) -> Result<Staged> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(AppError::new(ErrorCode::ImageUnreadable));
    };
    let name = request.headers().get("name").and_then(|name| name.to_str().ok()).map(decoded).unwrap_or_default();
    shell.app.stage_image(&name, bytes.clone()).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn discard_staged(shell: State<'_, Shell>, id: String) -> Result<()> {
    shell.app.discard_staged(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn send_image(
    shell: State<'_, Shell>,
    room_id: String,
    staged_id: String,
    caption: Option<String>,
    reply_to: Option<String>,
) -> Result<()> {
    shell.app.send_image(&room_id, &staged_id, caption.as_deref(), reply_to.as_deref()).await
}

/// `%C3%A9` and the like as what they stand for.
fn decoded(name: &str) -> String {
    percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cross_in_a_header() {
        assert_eq!(decoded("Plan%20%C3%A9tage.png"), "Plan étage.png");
        assert_eq!(decoded("%ff%"), "\u{fffd}%");
    }
}
