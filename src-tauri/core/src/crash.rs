//! What is left of a defect for the next start to tell: when it was, and nothing of what was worked on.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::error::reference;

/// The note's file in the profile.
pub(crate) const NOTE: &str = "crash.json";

/// A panic that takes the program with it does so sooner.
const OUTLIVED: Duration = Duration::from_secs(5);

/// That a defect showed itself in an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CrashNote {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Names the defect to whoever looks for it: it stands in the log beside the place.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whether the program went on.
    pub went_on: bool,
}

/// The notes of a profile: what an earlier run left until the user has read it, and what this one leaves.
#[derive(Debug)]
pub struct Crashes {
    file: PathBuf,
    earlier: Mutex<Option<CrashNote>>,
}

impl Crashes {
    /// Reads what an earlier run left, and has each panic of this one leave a note. What a panic says may hold what
    /// it worked on, a message for instance: the place in our source is all that is written down, in the log.
    #[must_use]
    pub fn watch(profile: &Path) -> Self {
        Self::watch_for(profile, OUTLIVED)
    }

    fn watch_for(profile: &Path, outlived: Duration) -> Self {
        let file = profile.join(NOTE);
        let before = std::panic::take_hook();
        std::panic::set_hook({
            let file = file.clone();
            Box::new(move |panic| {
                let reference = reference();
                let place =
                    panic.location().map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
                tracing::error!(%reference, %place, "a defect");
                let note = CrashNote { at: now(), reference, went_on: false };
                leave(&file, &note);
                let file = file.clone();
                // However the program ends later, this was not it. Without a thread, only an end in order says so.
                let _ = thread::Builder::new().spawn(move || {
                    thread::sleep(outlived);
                    outlive(&file, &note);
                });
                // Where a developer watches, the whole of it goes to the terminal; not so in what is shipped.
                if cfg!(debug_assertions) {
                    before(panic);
                }
            })
        });
        Self { earlier: Mutex::new(read(&file)), file }
    }

    /// What an earlier run left, if the user has not read it yet.
    #[must_use]
    pub fn earlier(&self) -> Option<CrashNote> {
        self.earlier.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The user has read it. What this run left meanwhile stays for the next one.
    pub fn dismiss(&self) {
        let earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner).take();
        if earlier.is_some() && read(&self.file) == earlier {
            // What cannot be removed is shown once more.
            let _ = fs::remove_file(&self.file);
        }
    }

    /// The program ends as it should: what panicked in this run took no more with it.
    pub fn ended_well(&self) {
        match read(&self.file) {
            Some(note) if Some(&note) != self.earlier().as_ref() => outlive(&self.file, &note),
            _ => {}
        }
    }
}

/// Says that the program went on after the defect of a note, if that note is still there.
fn outlive(file: &Path, note: &CrashNote) {
    if read(file).as_ref() == Some(note) {
        leave(file, &CrashNote { went_on: true, ..note.clone() });
    }
}

/// A note that cannot be read says nothing.
fn read(file: &Path) -> Option<CrashNote> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Written beside and renamed: the program may end at any moment. Windows does not rename over a file that somebody
/// reads; it is then written in place.
fn leave(file: &Path, note: &CrashNote) {
    let beside = file.with_extension("new");
    let Ok(text) = serde_json::to_string(note) else { return };
    // A disk that is full is no reason to panic again.
    if fs::write(&beside, &text).and_then(|()| fs::rename(&beside, file)).is_err() {
        let _ = fs::write(file, text).and_then(|()| fs::remove_file(beside));
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn panic_over(words: &str) {
        assert!(std::panic::catch_unwind(|| panic!("{words}")).is_err());
    }

    /// As a process that starts: it has no hook yet.
    fn start(profile: &Path, outlived: Duration) -> Crashes {
        drop(std::panic::take_hook());
        Crashes::watch_for(profile, outlived)
    }

    /// One test, since a process has one hook.
    #[test]
    fn a_panic_leaves_a_note_and_nothing_of_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(NOTE);
        let first = start(folder.path(), OUTLIVED);
        assert_eq!(first.earlier(), None);
        panic_over("Markttag um elf");
        assert!(!fs::read_to_string(&file).unwrap().contains("Markttag"));

        // It was killed.
        let second = start(folder.path(), OUTLIVED);
        let stopped = second.earlier().unwrap();
        assert!(stopped.reference.len() == 6 && !stopped.went_on);
        // It ends before anybody has read that.
        second.ended_well();
        let third = start(folder.path(), OUTLIVED);
        assert_eq!(third.earlier().as_ref(), Some(&stopped));

        // Reading that does not hide what this run leaves.
        panic_over("Markttag um zwölf");
        third.dismiss();
        assert_eq!(third.earlier(), None);
        third.ended_well();
        let fourth = start(folder.path(), OUTLIVED);
        let survived = fourth.earlier().unwrap();
        assert!(survived.reference != stopped.reference && survived.went_on);

        // A moment after a panic, it is clear that it did not end the program.
        fourth.dismiss();
        drop(start(folder.path(), Duration::from_millis(1)));
        panic_over("Markttag um eins");
        while !read(&file).is_some_and(|note| note.went_on) {
            thread::yield_now();
        }

        fs::write(&file, "{").unwrap();
        assert_eq!(start(folder.path(), OUTLIVED).earlier(), None);
        drop(std::panic::take_hook());
    }
}
