//! One of the SDK's stores as it lies there: the database and what SQLite keeps beside it.

use std::{
    ffi::OsString,
    fs, io,
    ops::Not as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{Connection, OpenFlags};

use super::{aside::make_aside, database::is_damaged};

/// A store in one of the profile's folders.
pub(crate) struct Store<'a> {
    pub(crate) folder: &'a Path,
    /// The database's file; the others' names begin with it.
    pub(crate) name: &'a str,
}

impl Store<'_> {
    /// Whether it is there and cannot be read. Looked at before the SDK does: its connections may be closed later
    /// than it says so, and would then take away what belongs to the store that comes after.
    pub(crate) fn is_damaged(&self) -> bool {
        self.database().exists() && self.is_sound().unwrap_or_else(|error| !is_damaged(&error)).not()
    }

    /// SQLite itself sees that a database is too short, unless it was killed before all was in it: then each page is
    /// looked at.
    fn is_sound(&self) -> rusqlite::Result<bool> {
        let in_order = self.files().is_ok_and(|files| files.len() == 1);
        let connection = Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if in_order {
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(true))
        } else {
            connection.query_row("PRAGMA quick_check(1)", [], |row| Ok(row.get::<_, String>(0)? == "ok"))
        }
    }

    /// Moves it into a folder of its own.
    pub(crate) fn set_aside(&self) -> io::Result<()> {
        let profile = self.folder.parent().unwrap_or(self.folder);
        let target = profile.join(make_aside(profile, SystemTime::now())?);
        for file in self.files()? {
            fs::rename(self.folder.join(&file), target.join(&file))?;
        }
        Ok(())
    }

    /// Removes it.
    pub(crate) fn remove(&self) -> io::Result<()> {
        for file in self.files()? {
            fs::remove_file(self.folder.join(file))?;
        }
        Ok(())
    }

    fn database(&self) -> PathBuf {
        self.folder.join(self.name)
    }

    fn files(&self) -> io::Result<Vec<OsString>> {
        let names = fs::read_dir(self.folder)?.map(|entry| entry.map(|entry| entry.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.retain(|name| name.to_string_lossy().starts_with(self.name));
        Ok(names)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_store_that_is_cut_short_makes_way_alone() {
        let profile = tempfile::tempdir().unwrap();
        let folder = profile.path().join("sdk");
        fs::create_dir(&folder).unwrap();
        let store = Store { folder: &folder, name: "state.sqlite3" };
        assert!(!store.is_damaged(), "one that is not there is not damaged");
        let connection = Connection::open(store.database()).unwrap();
        connection.execute_batch("CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(50000));").unwrap();
        drop(connection);
        fs::write(folder.join("state.sqlite3-journal"), "").unwrap();
        fs::write(folder.join("crypto.sqlite3"), "").unwrap();
        assert!(!store.is_damaged());
        fs::File::options().write(true).open(store.database()).unwrap().set_len(20_000).unwrap();
        assert!(store.is_damaged());
        store.set_aside().unwrap();
        assert_eq!(names(&folder), ["crypto.sqlite3"]);
        let aside = names(profile.path()).into_iter().find(|name| name.starts_with("aside-")).unwrap();
        assert_eq!(names(&profile.path().join(aside)), ["state.sqlite3", "state.sqlite3-journal"]);
        let connection = Connection::open(store.database()).unwrap();
        let fill = "PRAGMA journal_mode = WAL; CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(50000));";
        connection.execute_batch(fill).unwrap();
        connection.execute_batch("PRAGMA wal_checkpoint; CREATE TABLE c (d);").unwrap();
        let killed = tempfile::tempdir().unwrap();
        for file in store.files().unwrap() {
            fs::copy(folder.join(&file), killed.path().join(file)).unwrap();
        }
        let cut = tempfile::tempdir().unwrap();
        for file in store.files().unwrap() {
            fs::copy(folder.join(&file), cut.path().join(file)).unwrap();
        }
        drop(connection);
        let left = Store { folder: killed.path(), name: store.name };
        assert!(!left.is_damaged());
        let left = Store { folder: cut.path(), name: store.name };
        fs::File::options().write(true).open(left.database()).unwrap().set_len(20_000).unwrap();
        assert!(left.is_damaged(), "cut short before anybody opened it again");
        fs::write(store.database(), "no database, and longer than the head of one: ".repeat(10)).unwrap();
        assert!(store.is_damaged());
        store.remove().unwrap();
        assert_eq!(names(&folder), ["crypto.sqlite3"]);
    }
}
