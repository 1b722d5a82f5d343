//! The profile's folder: who may open it, which key belongs to it, what lies in it.
//!
//! `profile.json` (format and random ID), `lock`, the shell's socket `instance`, `estafette.db`, `sdk/`, `sdk-cache/`,
//! the window's `webview/`, the log's `logs/`, `crash.json` after a defect, and `aside-<date>/` for data that could not
//! be read any more or that an earlier device left.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::{
    Ask, Database, KeyringError, ProfileKeys, Secret, Vault,
    aside::{everything, set_aside, stays},
    database::{DatabaseProblem, unreadable},
    files::{file_failed, is_empty},
    migrations::SCHEMA,
    place,
};
use crate::error::{AppError, ErrorCode};

pub(super) const LOCK: &str = "lock";
/// Where the shell listens to a second start.
pub const INSTANCE: &str = "instance";
/// What happened, without anything that was said: it begins before the account and outlives it.
pub(crate) const LOGS: &str = "logs";
pub(super) const DESCRIPTION: &str = "profile.json";
const DATABASE: &str = "estafette.db";
const SDK: &str = "sdk";

/// An older Estafette can no longer read the profile once the database's tables have changed.
const FORMAT: u32 = SCHEMA;

#[derive(Serialize, Deserialize)]
struct Description {
    format: u32,
    id: String,
}

/// Reads no more than the format, which is what every version understands.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// Why a profile does not open.
#[derive(Debug)]
pub(crate) enum ProfileProblem {
    /// The keyring does not answer; it may later.
    Locked(KeyringError),
    /// There is data, and surely no key for it.
    KeyGone,
    /// Anything else.
    Failed(AppError),
}

impl From<io::Error> for ProfileProblem {
    fn from(error: io::Error) -> Self {
        Self::Failed(file_failed(&error))
    }
}

/// That this process alone works on a profile's folder, as long as this lives.
#[derive(Debug)]
pub struct ProfileLock {
    folder: PathBuf,
    /// The operating system lets go of the lock when the process ends, however it ends.
    _file: File,
}

impl ProfileLock {
    /// Takes hold of a profile's folder, and makes it if need be.
    ///
    /// # Errors
    /// `ProfileOnNetwork` where locks do not hold, of which nothing is made or changed there, `ProfileInUse` where
    /// another process holds it, `StorageFailed` where it cannot be held.
    pub fn take(folder: &Path) -> Result<Self, AppError> {
        if place::is_elsewhere(folder) {
            return Err(AppError::new(ErrorCode::ProfileOnNetwork));
        }
        let failed = |error: io::Error| file_failed(&error);
        private_folder(folder).map_err(failed)?;
        let file = private_file(&folder.join(LOCK)).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), _file: file }),
            Err(TryLockError::WouldBlock) => Err(AppError::new(ErrorCode::ProfileInUse)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// A profile's folder, held by this process alone.
#[derive(Debug)]
pub(crate) struct Profile {
    folder: PathBuf,
    /// The name and the key that a new profile is about to get.
    first_key: Mutex<Option<(String, Secret)>>,
    _lock: ProfileLock,
}

/// What an opened profile gives.
#[derive(Clone)]
pub(crate) struct OpenProfile {
    pub(crate) database: Database,
    pub(crate) keys: ProfileKeys,
}

impl Profile {
    /// Takes hold of a profile's folder, and makes it if need be.
    pub(crate) fn hold(folder: &Path) -> Result<Self, AppError> {
        ProfileLock::take(folder).map(Self::held)
    }

    /// A profile whose folder is held already.
    pub(crate) fn held(lock: ProfileLock) -> Self {
        Self { folder: lock.folder.clone(), first_key: Mutex::default(), _lock: lock }
    }

    /// Where the SDK's stores lie.
    pub(crate) fn sdk(&self) -> PathBuf {
        self.folder.join(SDK)
    }

    /// Where the SDK keeps what it can fetch again.
    pub(crate) fn sdk_cache(&self) -> PathBuf {
        self.folder.join("sdk-cache")
    }

    /// Makes the folders of the SDK.
    pub(crate) fn make_sdk_folders(&self) -> Result<(), AppError> {
        private_folder(&self.sdk())
            .and_then(|()| private_folder(&self.sdk_cache()))
            .map_err(|error| file_failed(&error))
    }

    /// Removes what the SDK stored of an account.
    pub(crate) fn remove_sdk_folders(&self) -> Result<(), AppError> {
        for folder in [self.sdk(), self.sdk_cache()] {
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(file_failed(&error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes room for another device's stores: what is in those may be nowhere else and is set aside,
    /// what can be fetched again is removed.
    pub(crate) fn set_sdk_aside(&self) -> Result<(), AppError> {
        if self.sdk().exists() {
            set_aside(&self.folder, &[SDK.into()], SystemTime::now()).map_err(|error| file_failed(&error))?;
        }
        self.remove_sdk_folders()
    }

    /// Opens what lies in the profile. Makes a key only where there is nothing yet that one could have.
    pub(crate) async fn open(&self, vault: &Vault, ask: Ask) -> Result<OpenProfile, ProfileProblem> {
        match self.describe()? {
            Some(description) => {
                let key = match vault.get(&description.id, ask).await {
                    Ok(Some(key)) => key,
                    Ok(None) => return Err(ProfileProblem::KeyGone),
                    Err(error) => return Err(ProfileProblem::Locked(error)),
                };
                // Before the tables change: an older version that comes upon them half-way leaves them alone.
                if description.format < FORMAT {
                    self.write_description(&Description { format: FORMAT, ..description })?;
                }
                self.open_with(&key)
            }
            // Whatever key belonged to it, nobody knows its name any more.
            None if self.holds_data()? => Err(ProfileProblem::KeyGone),
            None => {
                let (id, key) = self.first_key()?;
                vault.store(&id, &key, ask).await.map_err(ProfileProblem::Locked)?;
                self.write_description(&Description { format: FORMAT, id })?;
                // Whatever comes after this profile, if it is set aside, has a key of its own.
                *self.first_key.lock().unwrap_or_else(PoisonError::into_inner) = None;
                self.open_with(&key)
            }
        }
    }

    /// A name and a key for a new profile: the same ones until they are used, so that a keyring which
    /// refuses for a while does not fill with keys that belong to nothing.
    fn first_key(&self) -> Result<(String, Secret), ProfileProblem> {
        let random = |error: getrandom::Error| ProfileProblem::Failed(AppError::caused(ErrorCode::Internal, &error));
        let mut first = self.first_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = &*first {
            return Ok(first.clone());
        }
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(random)?;
        let id = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let new = (id, Secret::random().map_err(random)?);
        *first = Some(new.clone());
        Ok(new)
    }

    /// Moves everything into a folder of its own; the next `open` starts anew.
    pub(crate) fn set_aside(&self) -> Result<String, AppError> {
        everything(&self.folder)
            .and_then(|names| set_aside(&self.folder, &names, SystemTime::now()))
            .map_err(|error| file_failed(&error))
    }

    fn open_with(&self, key: &Secret) -> Result<OpenProfile, ProfileProblem> {
        let keys = ProfileKeys::derive(key).ok_or(ProfileProblem::KeyGone)?;
        let path = self.folder.join(DATABASE);
        // The database is made before the SDK's stores, and it alone says whose they are: where it is
        // lost, they are kept.
        if self.sdk().exists() && is_empty(&path)? {
            return Err(ProfileProblem::KeyGone);
        }
        // Made here for its access rights; SQLite gives its side files the same.
        private_file(&path)?;
        match Database::open(&path, &keys) {
            Ok(database) => Ok(OpenProfile { database, keys }),
            Err(DatabaseProblem::KeyWrong) => Err(ProfileProblem::KeyGone),
            Err(DatabaseProblem::TooNew) => Err(ProfileProblem::Failed(AppError::new(ErrorCode::ProfileTooNew))),
            Err(problem @ DatabaseProblem::Damaged) => Err(ProfileProblem::Failed(unreadable(&problem))),
            Err(DatabaseProblem::Sqlite(error)) => Err(ProfileProblem::Failed(unreadable(&error))),
        }
    }

    fn describe(&self) -> Result<Option<Description>, ProfileProblem> {
        let bytes = match fs::read(self.folder.join(DESCRIPTION)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let damaged = |error: serde_json::Error| {
            ProfileProblem::Failed(AppError::caused(ErrorCode::DataDamaged, &error.classify_name()))
        };
        let format: Format = serde_json::from_slice(&bytes).map_err(damaged)?;
        if format.format > FORMAT {
            return Err(ProfileProblem::Failed(AppError::new(ErrorCode::ProfileTooNew)));
        }
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    /// Written beside and renamed, so that it is there whole or not at all.
    fn write_description(&self, description: &Description) -> io::Result<()> {
        let beside = self.folder.join("profile.json.new");
        let mut file = private_file(&beside)?;
        file.set_len(0)?;
        file.write_all(&serde_json::to_vec(description)?)?;
        file.sync_all()?;
        fs::rename(&beside, self.folder.join(DESCRIPTION))?;
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    fn holds_data(&self) -> io::Result<bool> {
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            // Left by a first start that was cut short, before any data.
            if !stays(&name.to_string_lossy()) && name != "profile.json.new" {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A name for what is wrong with a file that does not show the file's content.
trait ClassifyName {
    fn classify_name(&self) -> &'static str;
}

impl ClassifyName for serde_json::Error {
    fn classify_name(&self) -> &'static str {
        match self.classify() {
            serde_json::error::Category::Io => "unreadable",
            serde_json::error::Category::Syntax => "not JSON",
            serde_json::error::Category::Data => "fields missing",
            serde_json::error::Category::Eof => "cut short",
        }
    }
}

/// A folder that only its owner can enter.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// A file that only its owner can read; its content stays if it exists.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
