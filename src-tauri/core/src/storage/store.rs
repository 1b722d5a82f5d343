//! One of the SDK's stores as it lies there: the database and what SQLite keeps beside it.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read as _},
    ops::Not as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{Connection, OpenFlags};

use super::{aside::make_aside, database::is_damaged, files::is_empty};

/// A store in one of the profile's folders.
pub(crate) struct Store<'a> {
    pub(crate) folder: &'a Path,
    /// The database's file; the others' names begin with it.
    pub(crate) name: &'a str,
}

impl Store<'_> {
    /// Whether there is nothing in it yet, or no more.
    pub(crate) fn is_new(&self) -> io::Result<bool> {
        is_empty(&self.database())
    }

    /// Whether it is there and cannot be read; `each_page` costs as much as reading all of it, and is looked at in any
    /// case where pages are missing. Looked at before the SDK does: its connections may be closed later than it says
    /// so, and would then take away what belongs to the store that comes after.
    pub(crate) fn is_damaged(&self, each_page: bool) -> bool {
        !self.is_new().unwrap_or(true) && self.is_sound(each_page).unwrap_or_else(|error| !is_damaged(&error)).not()
    }

    fn is_sound(&self, each_page: bool) -> rusqlite::Result<bool> {
        let short = self.is_short().unwrap_or(true);
        let connection = Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if each_page || short {
            connection.query_row("PRAGMA quick_check(1)", [], |row| Ok(row.get::<_, String>(0)? == "ok"))
        } else {
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(true))
        }
    }

    /// Whether the file is shorter than its head says. SQLite does not see that where it was killed before all was in
    /// it, nor does it mean anything then: what is missing may stand in the file beside it.
    fn is_short(&self) -> io::Result<bool> {
        let mut file = File::open(self.database())?;
        let mut head = [0; 32];
        file.read_exact(&mut head)?;
        let [.., a, b, c, d] = head;
        let page = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65_536,
            size => u64::from(size),
        };
        Ok(file.metadata()?.len() < page * u64::from(u32::from_be_bytes([a, b, c, d])))
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
        assert!(!store.is_damaged(false), "one that is not there is not damaged");
        let connection = Connection::open(store.database()).unwrap();
        connection.execute_batch("CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(50000));").unwrap();
        drop(connection);
        fs::write(folder.join("state.sqlite3-journal"), "").unwrap();
        fs::write(folder.join("crypto.sqlite3"), "").unwrap();
        assert!(!store.is_damaged(false));
        File::options().write(true).open(store.database()).unwrap().set_len(20_000).unwrap();
        assert!(store.is_damaged(false));
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
        assert!(!left.is_damaged(false) && !left.is_damaged(true));
        let left = Store { folder: cut.path(), name: store.name };
        File::options().write(true).open(left.database()).unwrap().set_len(20_000).unwrap();
        assert!(left.is_damaged(false), "cut short before anybody opened it again");
        let sound = fs::read(store.database()).unwrap();
        let mut spoiled = sound.clone();
        spoiled[4096..8192].fill(7);
        fs::write(store.database(), spoiled).unwrap();
        assert!(store.is_damaged(true) && !store.is_damaged(false), "seen where each page is looked at");
        fs::write(store.database(), "").unwrap();
        assert!(store.is_new().unwrap() && !store.is_damaged(true));
        fs::write(store.database(), "no database, and longer than the head of one: ".repeat(10)).unwrap();
        assert!(store.is_damaged(false));
        store.remove().unwrap();
        assert_eq!(names(&folder), ["crypto.sqlite3"]);
    }
}
