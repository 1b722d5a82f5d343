//! What holds of any file: what it means that one cannot be written, whether one is empty, and whether the disk is full.

use std::{fs, io, path::Path};

use crate::error::{AppError, ErrorCode};

/// What it means to the user that a file cannot be read or written.
pub(crate) fn file_failed(error: &io::Error) -> AppError {
    // The kind alone: the message may name folders.
    AppError::caused(system_code(error.kind()), &error.kind())
}

pub(super) fn system_code(kind: io::ErrorKind) -> ErrorCode {
    if is_no_room(kind) { ErrorCode::StorageFull } else { ErrorCode::StorageFailed }
}

/// Whether a file could not be written because the disk, or the user's part of it, is full.
fn is_no_room(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether a file is missing or holds nothing.
pub(super) fn is_empty(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(file) => Ok(file.len() == 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// What must fit on the disk for it not to be full: a few pages for each of the SDK's stores.
const ROOM: usize = 128 * 1024;

/// Whether the disk of a folder takes nothing more. That is tried: what is free says nothing of quotas.
pub(crate) async fn is_full(folder: &Path) -> bool {
    let probe = folder.join("room");
    let tried = tokio::task::spawn_blocking(move || {
        let tried = fs::write(&probe, vec![1; ROOM]);
        // What is left is overwritten the next time.
        let _ = fs::remove_file(&probe);
        tried
    });
    matches!(tried.await, Ok(Err(error)) if is_no_room(error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_for_which_there_is_no_room_is_told_from_others() {
        for (kind, code) in [
            (io::ErrorKind::StorageFull, ErrorCode::StorageFull),
            (io::ErrorKind::QuotaExceeded, ErrorCode::StorageFull),
            (io::ErrorKind::PermissionDenied, ErrorCode::StorageFailed),
        ] {
            assert_eq!(file_failed(&kind.into()).code, code);
        }
    }
}
