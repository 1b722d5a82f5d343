//! Setting data aside that cannot be read any more, or that a device left which the server has forgotten:
//! kept and named, never deleted.

use std::{
    ffi::OsString,
    fs, io,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use super::profile::{DESCRIPTION, INSTANCE, LOCK, LOGS, private_folder};
use crate::crash::NOTE;

/// The window's own storage. It is in use while the window asks for this, and holds nothing of the account.
const WEB_VIEW: &str = "webview";

const PREFIX: &str = "aside-";

/// Whether a name in the profile's folder belongs to neither the account nor its settings.
pub(super) fn stays(name: &str) -> bool {
    [LOCK, WEB_VIEW, INSTANCE, LOGS, NOTE].contains(&name) || name.starts_with(PREFIX)
}

/// Moves files and folders of a profile into a folder of their own and gives that folder's name.
pub(super) fn set_aside(profile: &Path, names: &[OsString], now: SystemTime) -> io::Result<String> {
    let name = make_aside(profile, now)?;
    for file in names {
        fs::rename(profile.join(file), profile.join(&name).join(file))?;
    }
    Ok(name)
}

/// Makes a folder to set something aside in, and gives its name.
pub(super) fn make_aside(profile: &Path, now: SystemTime) -> io::Result<String> {
    let base = format!("{PREFIX}{}", utc(now));
    let mut name = base.clone();
    let mut count = 1;
    while profile.join(&name).exists() {
        count += 1;
        name = format!("{base}-{count}");
    }
    private_folder(&profile.join(&name))?;
    Ok(name)
}

/// Everything of the account, in the order in which it is to be moved.
pub(super) fn everything(profile: &Path) -> io::Result<Vec<OsString>> {
    let names = fs::read_dir(profile)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.retain(|name| !stays(&name.to_string_lossy()));
    // `profile.json` goes first: if this is cut short, the rest is data without a description, which
    // gets no key and is neither opened nor removed, but offered to be set aside again.
    names.sort_by_key(|name| name != DESCRIPTION);
    Ok(names)
}

/// A moment as `2026-11-24T13-05-09Z`: sorts by time and is a file name everywhere.
pub(crate) fn utc(moment: SystemTime) -> String {
    let seconds = moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a date of the Gregorian calendar, in years that begin in March
    // (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}-{:02}-{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        let at = |seconds| utc(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00-00-00Z");
        assert_eq!(at(951_782_399), "2000-02-28T23-59-59Z");
        assert_eq!(at(951_782_400), "2000-02-29T00-00-00Z");
        assert_eq!(at(1_795_526_709), "2026-11-24T13-25-09Z");
    }

    #[test]
    fn everything_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let profile = folder.path();
        fs::write(profile.join(LOCK), "").unwrap();
        fs::write(profile.join("profile.json"), "old").unwrap();
        fs::write(profile.join("estafette.db"), "database").unwrap();
        fs::create_dir_all(profile.join("sdk/deep")).unwrap();
        fs::write(profile.join("sdk/deep/file"), "deep").unwrap();
        for stays in ["webview", "instance", "logs", "crash.json"] {
            fs::create_dir(profile.join(stays)).unwrap();
        }
        let name = set_aside(profile, &everything(profile).unwrap(), UNIX_EPOCH).unwrap();
        assert_eq!(name, "aside-1970-01-01T00-00-00Z");
        assert_eq!(fs::read_to_string(profile.join(&name).join("profile.json")).unwrap(), "old");
        assert_eq!(fs::read_to_string(profile.join(&name).join("estafette.db")).unwrap(), "database");
        assert_eq!(fs::read_to_string(profile.join(&name).join("sdk/deep/file")).unwrap(), "deep");
        for stays in [LOCK, "webview", "instance", "logs", "crash.json"] {
            assert!(profile.join(stays).exists(), "{stays}");
        }
        assert!(!profile.join("estafette.db").exists() && !profile.join("sdk").exists());

        fs::write(profile.join("estafette.db"), "second").unwrap();
        let second = set_aside(profile, &everything(profile).unwrap(), UNIX_EPOCH).unwrap();
        assert_eq!(second, "aside-1970-01-01T00-00-00Z-2");
        assert_eq!(fs::read_to_string(profile.join(&name).join("estafette.db")).unwrap(), "database");
    }
}
