//! What is left of a program that stopped by a defect: where it was, and nothing of what it worked on.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use crate::error::reference;

/// The note's file in the profile.
pub(crate) const NOTE: &str = "crash.json";

/// That Estafette stopped by a defect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CrashNote {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Names the defect to whoever looks for it: it stands in the log beside the place.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// Has each panic leave a note in the profile. What a panic says may hold what it worked on, a message for instance:
/// the place in our source is all that is written down.
pub fn watch(profile: &Path) {
    let note = profile.join(NOTE);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let reference = reference();
        let place = panic.location().map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(%reference, %place, "a defect");
        leave(&note, &CrashNote { at: now(), reference });
        // Where a developer watches, the whole of it goes to the terminal; not so in what is shipped.
        if cfg!(debug_assertions) {
            before(panic);
        }
    }));
}

fn leave(note: &Path, crash: &CrashNote) {
    // A disk that is full is no reason to panic again.
    if let Ok(text) = serde_json::to_string(crash) {
        let _ = fs::write(note, text);
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

fn path(profile: &Path) -> PathBuf {
    profile.join(NOTE)
}

/// The note that the last run left, if any. One that cannot be read says nothing.
#[must_use]
pub fn note(profile: &Path) -> Option<CrashNote> {
    serde_json::from_slice(&fs::read(path(profile)).ok()?).ok()
}

/// Removes the note: it was read, or the run that left it went on and ended as it should.
pub fn forget(profile: &Path) {
    // None is as well.
    let _ = fs::remove_file(path(profile));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_leaves_its_place_and_nothing_of_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(note(folder.path()), None);
        watch(folder.path());
        let outcome = std::panic::catch_unwind(|| panic!("Markttag um elf"));
        drop(std::panic::take_hook());
        assert!(outcome.is_err());
        let left = fs::read_to_string(path(folder.path())).unwrap();
        assert!(!left.contains("Markttag"));
        assert_eq!(note(folder.path()).unwrap().reference.len(), 6);
        forget(folder.path());
        assert_eq!(note(folder.path()), None);
        fs::write(path(folder.path()), "{").unwrap();
        assert_eq!(note(folder.path()), None);
    }
}
