//! How much a profile takes on the disk.

use std::{fs, path::Path};

use serde::Serialize;

/// Sizes of what lies in a profile, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct StorageSizes {
    /// Messages, rooms and keys.
    pub messages: u64,
    /// Pictures that were looked at.
    pub pictures: u64,
    /// What the web view keeps.
    pub window: u64,
    /// Settings, logs, and what was set aside.
    pub other: u64,
}

/// Measures a profile's folder. What cannot be read counts nothing.
pub(crate) fn measure(profile: &Path) -> StorageSizes {
    let mut sizes = StorageSizes::default();
    for entry in fs::read_dir(profile).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        match name.to_str() {
            Some("webview") => sizes.window += below(&path),
            Some("sdk") => sizes.messages += below(&path),
            Some("sdk-cache") => {
                for store in fs::read_dir(&path).into_iter().flatten().flatten() {
                    let pictures = store.file_name().to_string_lossy().contains("media");
                    let part = if pictures { &mut sizes.pictures } else { &mut sizes.messages };
                    *part += below(&store.path());
                }
            }
            _ => sizes.other += below(&path),
        }
    }
    sizes
}

/// The size of a file, or of all files below a folder. Links are not followed.
fn below(path: &Path) -> u64 {
    let Ok(about) = fs::symlink_metadata(path) else { return 0 };
    if about.is_file() {
        return about.len();
    }
    if !about.is_dir() {
        return 0;
    }
    fs::read_dir(path).into_iter().flatten().flatten().map(|entry| below(&entry.path())).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts_once_and_links_count_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: usize| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![0; bytes]).unwrap();
        };
        write("estafette.db", 10);
        write("sdk/matrix-sdk-crypto.sqlite3", 100);
        write("sdk-cache/matrix-sdk-event-cache.sqlite3", 200);
        write("sdk-cache/matrix-sdk-media.sqlite3", 1000);
        write("webview/a/b", 7);
        #[cfg(unix)]
        std::os::unix::fs::symlink("/", folder.path().join("webview/root")).unwrap();
        let expected = StorageSizes { messages: 300, pictures: 1000, window: 7, other: 10 };
        assert_eq!(measure(folder.path()), expected);
    }
}
