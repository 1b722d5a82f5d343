//! Files that the user saves and that nobody else should read.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use tempfile::NamedTempFile;

/// Writes a file that only its owner reads, and returns once it is on the disk. It is written beside
/// and renamed: where that fails, what was there before stays, and nothing half-written is left.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    // Made anew and for its owner alone; it removes itself unless it gets its name.
    let mut beside = NamedTempFile::new_in(folder)?;
    fill(beside.as_file_mut(), text)?;
    beside.persist(path)?;
    // The name as well; where a file system cannot promise that, the file is still whole.
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

fn fill(file: &mut File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
#[cfg(unix)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_saved_file_is_its_owner_s_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (new, replaced) = (folder.path().join("new"), folder.path().join("replaced"));
        fs::write(&replaced, "something longer than the key").unwrap();
        fs::set_permissions(&replaced, fs::Permissions::from_mode(0o644)).unwrap();
        for path in [new, replaced] {
            write(&path, "EsTa\n").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "EsTa\n");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(names(folder.path()), ["new", "replaced"]);
    }

    #[test]
    fn what_cannot_be_written_is_an_error_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), "kept").unwrap();
        // The last step fails: a folder has the name.
        write(&taken, "EsTa\n").unwrap_err();
        assert_eq!(names(folder.path()), ["taken"]);
        assert_eq!(fs::read_to_string(taken.join("inside")).unwrap(), "kept");
        // The first one does.
        write(&folder.path().join("missing/file"), "EsTa\n").unwrap_err();
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let mut full = File::options().write(true).open("/dev/full").unwrap();
        assert_eq!(fill(&mut full, "EsTa\n").unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
