//! Where a profile's folder lies. SQLite's locks, and the profile's own, hold only on a disk of this machine
//! (SQLite, "How To Corrupt An SQLite Database File", section 2.1; "Write-Ahead Logging", section 2).

#[cfg(target_os = "linux")]
#[path = "place_linux.rs"]
mod system;
#[cfg(windows)]
#[path = "place_windows.rs"]
mod system;

use std::path::{Path, PathBuf};

/// Whether a folder lies on another machine's disk. One that is not made yet lies where the nearest of those above
/// it lies; where the system does not say, it counts as a disk of this machine, as nearly all are.
#[cfg(any(target_os = "linux", windows))]
pub(super) fn is_elsewhere(folder: &Path) -> bool {
    nearest(folder).is_some_and(|there| system::is_elsewhere(&there))
}

/// The folder itself, or the nearest of those above it that is there.
#[cfg(any(target_os = "linux", windows))]
fn nearest(folder: &Path) -> Option<PathBuf> {
    // The path as a whole: a relative one has nothing above it otherwise.
    let whole = std::path::absolute(folder).ok()?;
    whole.ancestors().find(|above| above.exists()).map(Path::to_owned)
}

/// Not known on this system.
#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn is_elsewhere(_: &Path) -> bool {
    false
}

#[cfg(all(test, any(target_os = "linux", windows)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_made_yet_lies_where_the_nearest_above_it_lies() {
        let here = std::env::current_dir().ok();
        let folder = std::env::temp_dir();
        assert_eq!(nearest(&folder), Some(folder.clone()));
        assert_eq!(nearest(&folder.join("estafette-not-made/yet")), Some(folder));
        assert_eq!(nearest(Path::new("estafette-not-made-yet")), here);
    }
}
