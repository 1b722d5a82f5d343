//! Whether only the machine's administrator can have written a file: judged by what the kernel says of it and of each
//! folder above it, never by trying.

use std::{
    fs::{self, File},
    os::{fd::OwnedFd, unix::fs::MetadataExt as _},
    path::{Component, Path},
};

use rustix::{
    fs::{FileType, Mode, OFlags, Stat, fstat, open, openat},
    io::Errno,
};

use super::super::{named::whole, problem::Distrust};

/// What the kernel says of a file or folder.
#[derive(Debug, Clone, Copy)]
struct Seen {
    owner: u32,
    mode: u32,
    kind: FileType,
}

impl From<Stat> for Seen {
    fn from(stat: Stat) -> Self {
        Self { owner: stat.st_uid, mode: stat.st_mode, kind: FileType::from_raw_mode(stat.st_mode) }
    }
}

/// The rule. Rights given to single users or groups (acl(5)) show in the group's bits: those are their mask.
fn judge(seen: Seen, wanted: FileType) -> Result<(), Distrust> {
    if seen.kind == FileType::Symlink {
        return Err(Distrust::Link);
    }
    if seen.kind != wanted {
        return Err(Distrust::Kind);
    }
    if seen.owner != 0 {
        return Err(Distrust::Owner);
    }
    if seen.mode & 0o022 != 0 {
        return Err(Distrust::Writable);
    }
    Ok(())
}

/// Opens a folder whose whole way from the root is the administrator's. None where there is none, whoever the way
/// belongs to: in many a sandbox `/` is not root's, and nobody has laid a policy there.
pub(super) fn folder(path: &Path) -> Result<Option<OwnedFd>, Distrust> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
    let mut at = open("/", flags, Mode::empty()).map_err(|_| Distrust::Unreadable)?;
    let mut judgement = judged(&at, FileType::Directory);
    for part in path.components() {
        let Component::Normal(name) = part else { continue };
        at = match openat(&at, name, flags, Mode::empty()) {
            Ok(next) => next,
            Err(Errno::NOENT) => return Ok(None),
            // What is asked for a folder and is a link says either.
            Err(Errno::LOOP | Errno::NOTDIR) => return judgement.and(Err(Distrust::Link)),
            Err(_) => return judgement.and(Err(Distrust::Unreadable)),
        };
        judgement = judgement.and_then(|()| judged(&at, FileType::Directory));
    }
    judgement.map(|()| Some(at))
}

/// Reads a file of such a folder, of so many bytes at most.
pub(super) fn read(folder: &OwnedFd, name: &std::ffi::OsStr, largest: u64) -> Result<Vec<u8>, Distrust> {
    // What is no file must not be waited for.
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY | OFlags::NONBLOCK;
    let file = openat(folder, name, flags, Mode::empty()).map_err(|error| match error {
        Errno::LOOP => Distrust::Link,
        Errno::NOENT => Distrust::Missing,
        _ => Distrust::Unreadable,
    })?;
    judged(&file, FileType::RegularFile)?;
    whole(File::from(file), largest)
}

/// Whether some account may not read a file: root, who may, would not notice.
pub(in crate::policy) fn is_hidden(path: &Path) -> bool {
    let lacks = |path: &Path, mode| fs::symlink_metadata(path).is_ok_and(|found| found.mode() & mode != mode);
    lacks(path, 0o004) || path.ancestors().skip(1).any(|folder| lacks(folder, 0o005))
}

fn judged(fd: &OwnedFd, wanted: FileType) -> Result<(), Distrust> {
    judge(fstat(fd).map_err(|_| Distrust::Unreadable)?.into(), wanted)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_what_root_alone_may_write_counts() {
        let seen = |owner, mode, kind| judge(Seen { owner, mode, kind }, FileType::RegularFile);
        assert_eq!(seen(0, 0o100_644, FileType::RegularFile), Ok(()));
        assert_eq!(seen(0, 0o100_600, FileType::RegularFile), Ok(()));
        assert_eq!(seen(1000, 0o100_644, FileType::RegularFile), Err(Distrust::Owner));
        assert_eq!(seen(0, 0o100_664, FileType::RegularFile), Err(Distrust::Writable));
        assert_eq!(seen(0, 0o100_646, FileType::RegularFile), Err(Distrust::Writable));
        assert_eq!(seen(0, 0o120_777, FileType::Symlink), Err(Distrust::Link));
        assert_eq!(seen(0, 0o010_644, FileType::Fifo), Err(Distrust::Kind));
    }

    #[test]
    fn a_file_that_some_account_may_not_read_is_hidden() {
        use std::os::unix::fs::PermissionsExt as _;
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("managed");
        let file = folder.join("10.json");
        fs::create_dir(&folder).unwrap();
        fs::write(&file, "{}").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        for (of_outer, of_folder, of_file, hidden) in [
            (0o755, 0o755, 0o644, false),
            (0o755, 0o755, 0o600, true),
            (0o755, 0o755, 0o640, true),
            (0o755, 0o750, 0o644, true),
            (0o700, 0o755, 0o644, true),
        ] {
            set(outer.path(), of_outer);
            set(&folder, of_folder);
            set(&file, of_file);
            assert_eq!(is_hidden(&file), hidden, "{of_outer:o} {of_folder:o} {of_file:o}");
        }
    }

    /// Nobody else than root can make what would be trusted; that something is not can be seen by anybody.
    #[test]
    fn a_folder_that_others_may_write_to_does_not_count() {
        let open = tempfile::tempdir().unwrap();
        assert!(matches!(folder(open.path()), Err(Distrust::Writable | Distrust::Owner)));
        // Where there is none, nothing is distrusted.
        assert!(folder(&open.path().join("policies/managed")).unwrap().is_none());
        assert!(folder(Path::new("/etc/estafette-is-not-there/policies")).unwrap().is_none());
        // In a sandbox `/` may be anybody's.
        let is_roots = |path| {
            let found = fs::metadata(path).unwrap();
            found.uid() == 0 && found.mode() & 0o022 == 0
        };
        assert_eq!(matches!(folder(Path::new("/etc")), Ok(Some(_))), is_roots("/") && is_roots("/etc"));
    }
}
