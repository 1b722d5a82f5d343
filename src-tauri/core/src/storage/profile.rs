//! The profile's folder: who may open it, which key belongs to it, what lies in it.
//!
//! `profile.json` (format and random ID), `lock`, `estafette.db`, `sdk/`, `sdk-cache/`, the window's
//! `webview/`, and `aside-<date>/` for data that could not be read any more.

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
    aside::{set_aside, stays},
    database::DatabaseProblem,
};
use crate::error::{AppError, ErrorCode};

pub(super) const LOCK: &str = "lock";
pub(super) const DESCRIPTION: &str = "profile.json";
const DATABASE: &str = "estafette.db";

/// Raised when an older Estafette could no longer read the profile.
const FORMAT: u32 = 1;

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
        // The kind alone: the message may name folders.
        Self::Failed(AppError::caused(ErrorCode::StorageFailed, &error.kind()))
    }
}

/// A profile's folder, held by this process alone.
#[derive(Debug)]
pub(crate) struct Profile {
    folder: PathBuf,
    /// The name and the key that a new profile is about to get.
    first_key: Mutex<Option<(String, Secret)>>,
    /// The operating system lets go of the lock when the process ends, however it ends.
    _lock: File,
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
        let failed = |error: io::Error| AppError::caused(ErrorCode::StorageFailed, &error.kind());
        private_folder(folder).map_err(failed)?;
        let lock = private_file(&folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), first_key: Mutex::default(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(AppError::new(ErrorCode::ProfileInUse)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Where the SDK's stores lie.
    pub(crate) fn sdk(&self) -> PathBuf {
        self.folder.join("sdk")
    }

    /// Where the SDK keeps what it can fetch again.
    pub(crate) fn sdk_cache(&self) -> PathBuf {
        self.folder.join("sdk-cache")
    }

    /// Makes the folders of the SDK.
    pub(crate) fn make_sdk_folders(&self) -> Result<(), AppError> {
        private_folder(&self.sdk())
            .and_then(|()| private_folder(&self.sdk_cache()))
            .map_err(|error| AppError::caused(ErrorCode::StorageFailed, &error.kind()))
    }

    /// Removes what the SDK stored of an account.
    pub(crate) fn remove_sdk_folders(&self) -> Result<(), AppError> {
        for folder in [self.sdk(), self.sdk_cache()] {
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(AppError::caused(ErrorCode::StorageFailed, &error.kind()));
                }
                _ => {}
            }
        }
        Ok(())
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
        set_aside(&self.folder, SystemTime::now())
            .map_err(|error| AppError::caused(ErrorCode::StorageFailed, &error.kind()))
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
            Err(DatabaseProblem::Sqlite(error)) => {
                Err(ProfileProblem::Failed(AppError::caused(ErrorCode::StorageFailed, &error)))
            }
        }
    }

    fn describe(&self) -> Result<Option<Description>, ProfileProblem> {
        let bytes = match fs::read(self.folder.join(DESCRIPTION)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let damaged = |error: serde_json::Error| {
            ProfileProblem::Failed(AppError::caused(ErrorCode::StorageFailed, &error.classify_name()))
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

/// Whether a file is missing or holds nothing.
fn is_empty(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(file) => Ok(file.len() == 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// A folder that only its owner can enter.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
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
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use super::{
        super::{aside::to_move, keyring::fake::FakeKeyring},
        *,
    };

    /// Every file of a folder with its content.
    fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(contents(&path));
            } else {
                found.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
        found
    }

    struct Scene {
        folder: tempfile::TempDir,
        keyring: Arc<FakeKeyring>,
        vault: Vault,
    }

    impl Scene {
        fn new() -> Self {
            let keyring = Arc::new(FakeKeyring::default());
            Self { folder: tempfile::tempdir().unwrap(), vault: Vault::new(keyring.clone()), keyring }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("profile")
        }

        async fn open(&self) -> Result<OpenProfile, ProfileProblem> {
            Profile::hold(&self.path()).unwrap().open(&self.vault, Ask::Yes).await
        }
    }

    #[tokio::test]
    async fn a_new_profile_gets_a_key_once() {
        let scene = Scene::new();
        scene.open().await.unwrap().database.set("a", &1).unwrap();
        assert_eq!(scene.open().await.unwrap().database.get::<u32>("a").unwrap(), Some(1));
        assert_eq!(scene.keyring.keys.lock().unwrap().len(), 1);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_enter() {
        use std::os::unix::fs::PermissionsExt as _;
        let scene = Scene::new();
        let profile = Profile::hold(&scene.path()).unwrap();
        profile.open(&scene.vault, Ask::Yes).await.unwrap();
        profile.make_sdk_folders().unwrap();
        let mode = |name: &str| fs::metadata(scene.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("."), mode("sdk"), mode("sdk-cache")), (0o700, 0o700, 0o700));
        assert_eq!((mode("estafette.db"), mode("profile.json"), mode("lock")), (0o600, 0o600, 0o600));
    }

    #[tokio::test]
    async fn a_locked_keyring_leaves_no_data_behind() {
        let scene = Scene::new();
        for failure in [KeyringError::Locked, KeyringError::Unavailable, KeyringError::Absent] {
            *scene.keyring.failure.lock().unwrap() = Some(failure);
            match scene.open().await {
                Err(ProfileProblem::Locked(error)) => assert_eq!(error, failure),
                _ => panic!("opened without a keyring"),
            }
            assert_eq!(contents(&scene.path()).len(), 1, "more than the lock file");
        }
        *scene.keyring.failure.lock().unwrap() = None;
        scene.open().await.unwrap();
    }

    #[tokio::test]
    async fn a_new_profile_offers_the_keyring_one_key_however_often_it_tries() {
        let scene = Scene::new();
        let profile = Profile::hold(&scene.path()).unwrap();
        // A folder in the way: the key is stored, the description is not.
        fs::create_dir(scene.path().join("profile.json.new")).unwrap();
        for _ in 0..3 {
            assert!(matches!(profile.open(&scene.vault, Ask::No).await, Err(ProfileProblem::Failed(_))));
        }
        fs::remove_dir(scene.path().join("profile.json.new")).unwrap();
        profile.open(&scene.vault, Ask::Yes).await.unwrap();
        assert_eq!(scene.keyring.keys.lock().unwrap().len(), 1);
        assert_eq!(*scene.keyring.asked.lock().unwrap(), [Ask::No, Ask::No, Ask::No, Ask::Yes]);
    }

    #[tokio::test]
    async fn a_lost_key_is_never_replaced() {
        let scene = Scene::new();
        scene.open().await.unwrap().database.set("a", &1).unwrap();
        let key = scene.keyring.keys.lock().unwrap().clone();
        scene.keyring.keys.lock().unwrap().clear();
        let before = contents(&scene.path());
        assert!(matches!(scene.open().await, Err(ProfileProblem::KeyGone)));
        assert_eq!(contents(&scene.path()), before);
        assert!(scene.keyring.keys.lock().unwrap().is_empty());
        // IT brings the keyring back: nothing is lost.
        *scene.keyring.keys.lock().unwrap() = key;
        assert_eq!(scene.open().await.unwrap().database.get::<u32>("a").unwrap(), Some(1));
    }

    #[tokio::test]
    async fn another_key_under_the_name_does_not_overwrite_either() {
        let scene = Scene::new();
        scene.open().await.unwrap().database.set("a", &1).unwrap();
        for key in [Secret::random().unwrap(), Secret::new(b"short".to_vec())] {
            scene.keyring.keys.lock().unwrap().values_mut().for_each(|value| *value = key.clone());
            let before = contents(&scene.path());
            assert!(matches!(scene.open().await, Err(ProfileProblem::KeyGone)));
            assert_eq!(contents(&scene.path()), before);
        }
    }

    #[tokio::test]
    async fn data_without_a_description_gets_no_key() {
        let scene = Scene::new();
        scene.open().await.unwrap();
        fs::remove_file(scene.path().join(DESCRIPTION)).unwrap();
        assert!(matches!(scene.open().await, Err(ProfileProblem::KeyGone)));
    }

    #[tokio::test]
    async fn stores_without_their_database_are_kept() {
        let scene = Scene::new();
        scene.open().await.unwrap();
        let profile = Profile::hold(&scene.path()).unwrap();
        profile.make_sdk_folders().unwrap();
        fs::write(profile.sdk().join("store"), "messages").unwrap();
        for emptied in [true, false] {
            if emptied {
                fs::write(scene.path().join(DATABASE), "").unwrap();
            } else {
                fs::remove_file(scene.path().join(DATABASE)).unwrap();
            }
            let before = contents(&scene.path());
            assert!(matches!(profile.open(&scene.vault, Ask::Yes).await, Err(ProfileProblem::KeyGone)));
            assert_eq!(contents(&scene.path()), before);
        }
    }

    #[tokio::test]
    async fn setting_aside_that_was_cut_short_loses_nothing() {
        let scene = Scene::new();
        scene.open().await.unwrap();
        let profile = Profile::hold(&scene.path()).unwrap();
        profile.make_sdk_folders().unwrap();
        fs::write(profile.sdk().join("store"), "messages").unwrap();
        scene.keyring.keys.lock().unwrap().clear();
        // As if the power went after the first rename.
        let first = to_move(&scene.path()).unwrap().remove(0);
        private_folder(&scene.path().join("aside-1")).unwrap();
        fs::rename(scene.path().join(&first), scene.path().join("aside-1").join(&first)).unwrap();
        let before = contents(&scene.path());
        assert!(matches!(profile.open(&scene.vault, Ask::Yes).await, Err(ProfileProblem::KeyGone)));
        assert_eq!(contents(&scene.path()), before);
        // Asked again, the rest is moved too, and the profile is new.
        let second = profile.set_aside().unwrap();
        let rest = scene.path().join(&second);
        assert!(rest.join(DATABASE).exists() && rest.join("sdk/store").exists());
        profile.open(&scene.vault, Ask::Yes).await.unwrap();
    }

    #[tokio::test]
    async fn data_set_aside_is_whole_and_the_profile_new() {
        let scene = Scene::new();
        scene.open().await.unwrap().database.set("a", &1).unwrap();
        let old = scene.keyring.keys.lock().unwrap().clone();
        scene.keyring.keys.lock().unwrap().clear();
        let profile = Profile::hold(&scene.path()).unwrap();
        let name = profile.set_aside().unwrap();
        let fresh = profile.open(&scene.vault, Ask::Yes).await.unwrap();
        assert_eq!(fresh.database.get::<u32>("a").unwrap(), None);
        // Whoever finds the key again can read what was set aside.
        scene.keyring.keys.lock().unwrap().extend(old);
        let aside = Profile::hold(&scene.path().join(name)).unwrap();
        let opened = aside.open(&scene.vault, Ask::Yes).await.unwrap();
        assert_eq!(opened.database.get::<u32>("a").unwrap(), Some(1));
    }

    #[tokio::test]
    async fn a_newer_profile_is_left_untouched() {
        let scene = Scene::new();
        scene.open().await.unwrap();
        fs::write(scene.path().join(DESCRIPTION), r#"{"format": 2, "key": {"new": "form"}}"#).unwrap();
        let before = contents(&scene.path());
        match scene.open().await {
            Err(ProfileProblem::Failed(error)) => assert_eq!(error.code, ErrorCode::ProfileTooNew),
            _ => panic!("a newer profile was opened"),
        }
        assert_eq!(contents(&scene.path()), before);
    }

    #[tokio::test]
    async fn one_process_holds_a_profile() {
        let scene = Scene::new();
        let held = Profile::hold(&scene.path()).unwrap();
        assert_eq!(Profile::hold(&scene.path()).unwrap_err().code, ErrorCode::ProfileInUse);
        drop(held);
        Profile::hold(&scene.path()).unwrap();
    }
}
