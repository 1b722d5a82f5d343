use std::{collections::BTreeMap, sync::Arc};

use super::{super::keyring::fake::FakeKeyring, *};

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

    fn described(&self) -> Description {
        serde_json::from_slice(&fs::read(self.path().join(DESCRIPTION)).unwrap()).unwrap()
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
    let first = everything(&scene.path()).unwrap().remove(0);
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
async fn an_earlier_device_s_stores_are_kept_without_what_can_be_fetched_again() {
    let scene = Scene::new();
    scene.open().await.unwrap();
    let profile = Profile::hold(&scene.path()).unwrap();
    profile.set_sdk_aside().unwrap();
    profile.make_sdk_folders().unwrap();
    fs::write(profile.sdk().join("keys"), "keys").unwrap();
    fs::write(profile.sdk_cache().join("media"), "media").unwrap();
    profile.set_sdk_aside().unwrap();
    assert!(!profile.sdk().exists() && !profile.sdk_cache().exists());
    let names = fs::read_dir(scene.path()).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> = names.filter(|path| path.to_string_lossy().contains("aside-")).collect();
    assert_eq!(aside.len(), 1, "one for what there was, none for nothing");
    assert_eq!(contents(&aside[0]).into_values().collect::<Vec<_>>(), [b"keys"]);
    // Everything else is still what the profile opens with.
    profile.open(&scene.vault, Ask::Yes).await.unwrap();
}

#[tokio::test]
async fn a_newer_profile_is_left_untouched() {
    let scene = Scene::new();
    scene.open().await.unwrap();
    let newer = format!(r#"{{"format": {}, "key": {{"new": "form"}}}}"#, FORMAT + 1);
    fs::write(scene.path().join(DESCRIPTION), newer).unwrap();
    let before = contents(&scene.path());
    match scene.open().await {
        Err(ProfileProblem::Failed(error)) => assert_eq!(error.code, ErrorCode::ProfileTooNew),
        _ => panic!("a newer profile was opened"),
    }
    assert_eq!(contents(&scene.path()), before);
}

/// The key of the profiles that earlier formats left in `tests/format-…`.
fn key_of_earlier_ones() -> Secret {
    Secret::new((0..32).collect())
}

fn earlier(format: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/storage/profile/tests/format-{format}"))
}

#[tokio::test]
async fn a_profile_of_each_format_opens_with_all_that_is_in_it() {
    if !earlier(FORMAT).exists() {
        keep_one_of_this_format().await;
        panic!(
            "format {FORMAT} is new: what it looks like has been written to {}, to be kept",
            earlier(FORMAT).display()
        );
    }
    for format in 1..=FORMAT {
        let scene = Scene::new();
        fs::create_dir(scene.path()).unwrap();
        for name in [DESCRIPTION, DATABASE] {
            fs::copy(earlier(format).join(name), scene.path().join(name)).unwrap();
        }
        scene.keyring.keys.lock().unwrap().insert(format!("format-{format}"), key_of_earlier_ones());
        for _ in 0..2 {
            let database = scene.open().await.unwrap().database;
            assert_eq!(database.get::<String>("settings.language").unwrap().as_deref(), Some("de"));
            assert_eq!(database.get::<u32>("settings.text_size").unwrap(), Some(130));
        }
        let described = scene.described();
        assert_eq!((described.format, described.id), (FORMAT, format!("format-{format}")));
    }
}

/// Leaves the profile that later versions are tested with.
async fn keep_one_of_this_format() {
    let scene = Scene::new();
    let profile = Profile::hold(&scene.path()).unwrap();
    *profile.first_key.lock().unwrap() = Some((format!("format-{FORMAT}"), key_of_earlier_ones()));
    let database = profile.open(&scene.vault, Ask::No).await.unwrap().database;
    database.set("settings.language", "de").unwrap();
    database.set("settings.text_size", &130).unwrap();
    drop(database);
    fs::create_dir(earlier(FORMAT)).unwrap();
    for name in [DESCRIPTION, DATABASE] {
        fs::copy(scene.path().join(name), earlier(FORMAT).join(name)).unwrap();
    }
}

#[tokio::test]
async fn the_format_is_raised_before_the_database_changes() {
    let scene = Scene::new();
    scene.open().await.unwrap();
    let old = Description { format: 0, ..scene.described() };
    fs::write(scene.path().join(DESCRIPTION), serde_json::to_vec(&old).unwrap()).unwrap();
    // The database does not open: an update that ends here has told older versions all the same.
    fs::write(scene.path().join(DATABASE), [7; 4096]).unwrap();
    assert!(matches!(scene.open().await, Err(ProfileProblem::KeyGone)));
    let raised = scene.described();
    assert_eq!((raised.format, raised.id), (FORMAT, old.id));
}

#[tokio::test]
async fn one_process_holds_a_profile() {
    let scene = Scene::new();
    let held = Profile::hold(&scene.path()).unwrap();
    assert_eq!(Profile::hold(&scene.path()).unwrap_err().code, ErrorCode::ProfileInUse);
    drop(held);
    Profile::hold(&scene.path()).unwrap();
}
