//! Where a profile's folder lies. SQLite's locks, and the profile's own, hold only on a disk of this machine
//! (SQLite, "How To Corrupt An SQLite Database File", section 2.1; "Write-Ahead Logging", section 2).

#[cfg(target_os = "linux")]
#[path = "place_linux.rs"]
mod system;
#[cfg(windows)]
#[path = "place_windows.rs"]
mod system;

use std::path::Path;

/// Whether a folder lies on another machine's disk. One that is not made yet lies where the nearest of those above
/// it lies; where the system does not say, it counts as a disk of this machine, as nearly all are.
#[cfg(any(target_os = "linux", windows))]
pub(super) fn is_elsewhere(folder: &Path) -> bool {
    // The path as a whole: a relative one has nothing above it otherwise.
    let Ok(whole) = std::path::absolute(folder) else { return false };
    whole.ancestors().find(|above| above.exists()).is_some_and(system::is_elsewhere)
}

/// Not known on this system.
#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn is_elsewhere(_: &Path) -> bool {
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_of_this_machine_is_none_of_another() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_elsewhere(folder.path()));
        assert!(!is_elsewhere(&folder.path().join("not/made/yet")));
        assert!(!is_elsewhere(Path::new("not-made-yet")));
    }
}
