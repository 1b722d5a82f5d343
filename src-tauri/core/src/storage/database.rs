//! Estafette's own database, encrypted as a whole (SQLCipher): small named values.

use std::{
    error::Error as StdError,
    fmt::{self, Write as _},
    fs, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, ErrorCode as SqliteCode, OptionalExtension as _, config::DbConfig, params};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    files::system_code,
    keys::ProfileKeys,
    migrations::{SCHEMA, migrate},
};
use crate::error::{AppError, ErrorCode, Result, layers};

/// Why the database did not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseProblem {
    /// The key does not open it, or the file is damaged: the two look the same.
    #[error("the key does not open the database")]
    KeyWrong,
    /// Written by a newer Estafette.
    #[error("the database is newer than this program")]
    TooNew,
    /// A part of it cannot be read.
    #[error("a page of the database is damaged")]
    Damaged,
    /// The file cannot be read or written.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for DatabaseProblem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(SqliteCode::NotADatabase) => Self::KeyWrong,
            _ => Self::Sqlite(error),
        }
    }
}

/// The open database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database(Arc<Mutex<Connection>>);

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// Opens the database, or makes it.
    pub(crate) fn open(path: &Path, keys: &ProfileKeys) -> std::result::Result<Self, DatabaseProblem> {
        let mut connection = Connection::open(path)?;
        let mut pragma = Zeroizing::new(String::with_capacity(128));
        // What it would write to standard error says nothing that its answers do not say.
        pragma.push_str("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'");
        for byte in keys.database.iter() {
            // Writing to a string does not fail.
            let _ = write!(pragma, "{byte:02x}");
        }
        pragma.push_str("'\"");
        connection.execute_batch(&pragma)?;
        // The key is only tried at the first read.
        let schema: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if schema > SCHEMA {
            // What a newer version that was killed left in the file beside it stays there. Where it left nothing,
            // the empty one that was made just now goes again.
            let left = fs::metadata(path.with_extension("db-wal")).is_ok_and(|file| file.len() > 0);
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, left)?;
            return Err(DatabaseProblem::TooNew);
        }
        // It is small. Damage that is only met once it is in use would be met where nothing is offered about it.
        let sound = connection.query_row("PRAGMA quick_check(1)", [], |row| Ok(row.get::<_, String>(0)? == "ok"));
        if !sound.or_else(|error| if is_damaged(&error) { Ok(false) } else { Err(error) })? {
            return Err(DatabaseProblem::Damaged);
        }
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;")?;
        migrate(&mut connection, schema)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// The value of that name; `None` only if there is none. One that this version cannot read is an
    /// error: what counted as absent would be cleaned away.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match serde_json::from_str(&text) {
            Ok(value) => Ok(Some(value)),
            // Not the error itself: it may quote the value.
            Err(_) => Err(AppError::caused(ErrorCode::StorageFailed, &format_args!("{name} cannot be read"))),
        }
    }

    /// The value of that name, where the usual one does as well: one that this version cannot read
    /// counts as absent.
    pub(crate) fn get_if_readable<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        Ok(self.text(name)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn text(&self, name: &str) -> Result<Option<Zeroizing<String>>> {
        let text: Option<String> = self.with(|connection| {
            connection.query_row("SELECT value FROM entries WHERE name = ?1", [name], |row| row.get(0)).optional()
        })?;
        Ok(text.map(Zeroizing::new))
    }

    /// Whether there is a value of that name.
    pub(crate) fn has(&self, name: &str) -> Result<bool> {
        self.with(|connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM entries WHERE name = ?1)", [name], |row| row.get(0))
        })
    }

    /// Stores a value.
    pub(crate) fn set<T: Serialize + ?Sized>(&self, name: &str, value: &T) -> Result<()> {
        let text = encode(value)?;
        self.with(|connection| {
            connection.execute(
                "INSERT INTO entries (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![name, *text],
            )
        })?;
        Ok(())
    }

    /// Forgets values, all or none.
    pub(crate) fn remove(&self, names: &[&str]) -> Result<()> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for name in names {
                transaction.execute("DELETE FROM entries WHERE name = ?1", [name])?;
            }
            transaction.commit()
        })
    }

    /// Stores a value and forgets others, all or none.
    pub(crate) fn replace<T: Serialize + ?Sized>(&self, forgotten: &[&str], name: &str, value: &T) -> Result<()> {
        self.set_texts(&[(name, encode(value)?)], forgotten)
    }

    /// Brings all that was stored into the database itself: what stands beside it may be lost by itself.
    pub(crate) fn settle(&self) {
        // It is stored as well where this fails.
        let settled = self.with(|connection| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        if settled.is_err() {
            tracing::warn!("the database was not settled");
        }
    }

    /// Stores two values and forgets others, all or none.
    pub(crate) fn set_both<A: Serialize + ?Sized, B: Serialize + ?Sized>(
        &self,
        first: (&str, &A),
        second: (&str, &B),
        forgotten: &[&str],
    ) -> Result<()> {
        self.set_texts(&[(first.0, encode(first.1)?), (second.0, encode(second.1)?)], forgotten)
    }

    /// Stores values, all or none.
    pub(crate) fn set_all<T: Serialize>(&self, values: &[(String, T)]) -> Result<()> {
        let texts: Vec<_> =
            values.iter().map(|(name, value)| Ok((name.as_str(), encode(value)?))).collect::<Result<_>>()?;
        self.set_texts(&texts, &[])
    }

    fn set_texts(&self, values: &[(&str, Zeroizing<String>)], forgotten: &[&str]) -> Result<()> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for (name, text) in values {
                transaction
                    .execute("INSERT OR REPLACE INTO entries (name, value) VALUES (?1, ?2)", params![name, **text])?;
            }
            for name in forgotten {
                transaction.execute("DELETE FROM entries WHERE name = ?1", [name])?;
            }
            transaction.commit()
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T> {
        // A panic while the lock was held cannot have left a transaction open: dropping it rolls back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut connection).map_err(|error| failed(&error))
    }
}

/// Who says that something is wrong with a database.
enum Says {
    Sqlite(rusqlite::ffi::Error),
    System(io::ErrorKind),
}

fn who_says(error: &(dyn StdError + 'static)) -> Option<Says> {
    layers(error).find_map(|error| {
        // A layer that passes its source on leaves itself out.
        let sqlite = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error);
        match sqlite.or_else(|| error.downcast_ref()) {
            Some(sqlite) => Some(Says::Sqlite(*sqlite)),
            None => error.downcast_ref::<io::Error>().map(|error| Says::System(error.kind())),
        }
    })
}

/// What is wrong with a database, ours or the SDK's, as numbers: the words of SQLite may name folders, and so the user.
pub(crate) fn cause(error: &(dyn StdError + 'static)) -> String {
    match who_says(error) {
        Some(Says::Sqlite(sqlite)) => format!("SQLite says {:?}, {}", sqlite.code, sqlite.extended_code),
        Some(Says::System(kind)) => kind.to_string(),
        None => "a database is not as it should be".to_owned(),
    }
}

/// What the failure of a database, ours or the SDK's, means to the user.
pub(crate) fn failed(error: &(dyn StdError + 'static)) -> AppError {
    AppError::caused(code(error), &cause(error))
}

fn code(error: &(dyn StdError + 'static)) -> ErrorCode {
    match who_says(error) {
        Some(Says::Sqlite(sqlite)) if sqlite.code == SqliteCode::DiskFull => ErrorCode::StorageFull,
        Some(Says::System(kind)) => system_code(kind),
        _ => ErrorCode::StorageFailed,
    }
}

/// What it means to the user that a database, ours or the SDK's, does not open. Only here is damage told as such: what
/// can be done about it is offered where nothing is open.
pub(crate) fn unreadable(error: &(dyn StdError + 'static)) -> AppError {
    let failure = failed(error);
    if is_damaged(error) { AppError { code: ErrorCode::DataDamaged, ..failure } } else { failure }
}

/// Whether a database or a file is what failed.
pub(crate) fn is_to_blame(error: &(dyn StdError + 'static)) -> bool {
    who_says(error).is_some()
}

/// Whether a database or a file says that the disk is full.
pub(crate) fn says_full(error: &(dyn StdError + 'static)) -> bool {
    code(error) == ErrorCode::StorageFull
}

/// Whether a database did not open because of what stands in it: it is damaged, or nothing that this version can read.
pub(crate) fn is_damaged(error: &(dyn StdError + 'static)) -> bool {
    is_corrupt(error) || who_says(error).is_none()
}

/// Whether SQLite itself says that a database is damaged.
pub(crate) fn is_corrupt(error: &(dyn StdError + 'static)) -> bool {
    matches!(
        who_says(error),
        Some(Says::Sqlite(sqlite)) if matches!(sqlite.code, SqliteCode::DatabaseCorrupt | SqliteCode::NotADatabase)
    )
}

fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Zeroizing<String>> {
    serde_json::to_string(value).map(Zeroizing::new).map_err(|error| AppError::caused(ErrorCode::Internal, &error))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{collections::BTreeMap, ffi::OsString, fs::File};

    use super::{super::keys::Secret, *};

    fn keys(byte: u8) -> ProfileKeys {
        ProfileKeys::derive(&Secret::new(vec![byte; 32])).unwrap()
    }

    #[test]
    fn values_survive_and_are_not_readable_without_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("estafette.db");
        {
            let database = Database::open(&path, &keys(1)).unwrap();
            database.set("greeting", "bonjour Markttag").unwrap();
            database.set("c", &3).unwrap();
            database.set_both(("a", &1), ("b", &2), &["c"]).unwrap();
            assert_eq!(database.get::<String>("greeting").unwrap().as_deref(), Some("bonjour Markttag"));
        }
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(8).any(|window| window == b"Markttag" || window == b"SQLite f"));
        }
        let database = Database::open(&path, &keys(1)).unwrap();
        assert_eq!(database.get::<String>("greeting").unwrap().as_deref(), Some("bonjour Markttag"));
        database.remove(&["greeting", "absent"]).unwrap();
        assert_eq!(database.get::<String>("greeting").unwrap(), None);
        assert_eq!(database.get::<u32>("b").unwrap(), Some(2));
        assert_eq!(database.get::<u32>("c").unwrap(), None);
        assert_eq!(database.get::<Vec<String>>("b").unwrap_err().code, ErrorCode::StorageFailed);
        assert_eq!(database.get_if_readable::<Vec<String>>("b").unwrap(), None);
        assert_eq!(database.get_if_readable::<u32>("b").unwrap(), Some(2));
    }

    #[test]
    fn another_key_is_refused_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("estafette.db");
        drop(Database::open(&path, &keys(1)).unwrap());
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(Database::open(&path, &keys(2)), Err(DatabaseProblem::KeyWrong)));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    /// The database and what SQLite keeps beside it, but for the index that it makes anew each time.
    fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
        let kept = files.filter(|file| !file.file_name().to_string_lossy().ends_with("-shm"));
        kept.map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect()
    }

    #[test]
    fn a_newer_database_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let killed = tempfile::tempdir().unwrap();
        let path = folder.path().join("estafette.db");
        let database = Database::open(&path, &keys(1)).unwrap();
        database.with(|connection| connection.execute_batch("PRAGMA user_version = 99")).unwrap();
        // As it lies there when the newer version is killed: all that it did is in the file beside the database.
        for (name, content) in files(folder.path()) {
            fs::write(killed.path().join(name), content).unwrap();
        }
        drop(database);
        for (folder, beside) in [(folder.path(), false), (killed.path(), true)] {
            let before = files(folder);
            assert_eq!(before.len() == 2, beside);
            assert!(matches!(Database::open(&folder.join("estafette.db"), &keys(1)), Err(DatabaseProblem::TooNew)));
            assert!(files(folder) == before, "the files have changed");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("camille");
        let error = || Connection::open(path.join("estafette.db")).unwrap_err();
        assert!(error().to_string().contains("camille"), "SQLite names no folder any more");
        assert_eq!(cause(&error()), "SQLite says CannotOpen, 14");
        assert_eq!(cause(&DatabaseProblem::Sqlite(error())), "SQLite says CannotOpen, 14");
        assert_eq!(cause(&io::Error::from(io::ErrorKind::NotFound)), "entity not found");
        assert_eq!(cause(&fmt::Error), "a database is not as it should be");
        assert_eq!(failed(&error()).code, ErrorCode::StorageFailed);
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
        assert_eq!(failed(&full).code, ErrorCode::StorageFull);
    }

    #[test]
    fn a_page_that_is_damaged_is_met_when_the_database_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("estafette.db");
        let database = Database::open(&path, &keys(1)).unwrap();
        database.set("words", &"w".repeat(50_000)).unwrap();
        database.settle();
        drop(database);
        let sound = fs::read(&path).unwrap();
        for page in 1..sound.len() / PAGE {
            let mut spoiled = sound.clone();
            spoiled[page * PAGE..][..PAGE].fill(7);
            fs::write(&path, spoiled).unwrap();
            let problem = Database::open(&path, &keys(1)).unwrap_err();
            assert!(matches!(problem, DatabaseProblem::Damaged), "page {page}: {problem:?}");
        }
    }

    /// What SQLCipher encrypts at once.
    const PAGE: usize = 4096;

    #[test]
    fn a_database_that_is_cut_short_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("estafette.db");
        let database = Database::open(&path, &keys(1)).unwrap();
        database.set("words", &"w".repeat(50_000)).unwrap();
        database.settle();
        assert_eq!(fs::metadata(path.with_extension("db-wal")).unwrap().len(), 0);
        drop(database);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        let problem = Database::open(&path, &keys(1)).unwrap_err();
        assert!(matches!(&problem, DatabaseProblem::Damaged | DatabaseProblem::Sqlite(_)), "{problem:?}");
        assert!(is_damaged(&problem));
        assert_eq!(unreadable(&problem).code, ErrorCode::DataDamaged);
        assert_eq!(failed(&problem).code, ErrorCode::StorageFailed, "while it is in use nothing is offered");
    }
}
