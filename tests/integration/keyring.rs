//! The key in the keyring: locked, gone, or on another machine. Never a new key over old data.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::Result;
use estafette_core::{KeyringError, account::dto::AccountState};
use estafette_homeservers::Side;
use estafette_tests::{
    desk::{Desk, MemoryKeyring, until},
    servers::{Account, PASSWORD, ca},
};

/// Every file of a folder with its content, but for the lock.
fn content(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        for entry in std::fs::read_dir(here)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "lock") {
                files.insert(path.strip_prefix(folder)?.display().to_string(), std::fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

async fn signed_in(folder: &Path, keyring: &Arc<MemoryKeyring>, account: &Account) -> Result<()> {
    let mut desk = Desk::open(folder, Some(&ca()), keyring.clone()).await?;
    desk.sign_in(&account.user_id, PASSWORD).await?;
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn a_locked_keyring_is_waited_for() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    signed_in(folder.path(), &keyring, &camille).await?;
    let before = content(folder.path())?;

    for (trouble, present) in
        [(KeyringError::Locked, true), (KeyringError::Unavailable, true), (KeyringError::Absent, false)]
    {
        keyring.trouble(Some(trouble));
        let mut desk = Desk::open(folder.path(), Some(&ca()), keyring.clone()).await?;
        let state =
            until(&mut desk.account, "the locked screen", |state| matches!(state, AccountState::Locked { .. })).await?;
        assert_eq!(state, AccountState::Locked { keyring_present: present });
        assert!(desk.app.set_data_aside().await.is_err(), "a locked keyring is no reason to give data up");
        assert!(desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await.is_err());
        assert_eq!(content(folder.path())?, before, "nothing is written");
        // It opens by itself once the keyring does.
        keyring.trouble(None);
        until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
        desk.close().await;
        return_to(&before, folder.path())?;
    }
    Ok(())
}

/// Opening a profile writes to its databases; the next round starts from the same bytes.
fn return_to(before: &BTreeMap<String, Vec<u8>>, folder: &Path) -> Result<()> {
    for name in content(folder)?.keys().filter(|name| !before.contains_key(*name)) {
        std::fs::remove_file(folder.join(name))?;
    }
    for (name, bytes) in before {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_gone_sets_the_data_aside_when_asked() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    signed_in(folder.path(), &keyring, &camille).await?;
    let before = content(folder.path())?;

    keyring.reset();
    let mut desk = Desk::open(folder.path(), Some(&ca()), keyring.clone()).await?;
    until(&mut desk.account, "the screen that says so", |state| *state == AccountState::KeyGone).await?;
    assert!(desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await.is_err(), "no new key over old data");
    assert_eq!(content(folder.path())?, before);

    let aside = desk.app.set_data_aside().await?;
    until(&mut desk.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
    let kept = content(&folder.path().join(&aside))?;
    assert_eq!(kept, before, "every byte is kept");
    desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    desk.close().await;
    assert_eq!(content(&folder.path().join(&aside))?, before);
    Ok(())
}

#[tokio::test]
async fn a_profile_that_was_copied_to_another_machine() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let (here, there) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let keyring = Arc::new(MemoryKeyring::default());
    signed_in(here.path(), &keyring, &camille).await?;
    let files = content(here.path())?;
    for (name, bytes) in &files {
        let file = there.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap_or(there.path()))?;
        std::fs::write(file, bytes)?;
    }
    let mut desk = Desk::fresh(there.path()).await?;
    until(&mut desk.account, "the screen that says so", |state| *state == AccountState::KeyGone).await?;
    desk.close().await;
    assert_eq!(content(there.path())?, files);
    // The original still opens.
    let mut desk = Desk::open(here.path(), Some(&ca()), keyring).await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn one_profile_one_process() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut first = Desk::open(folder.path(), None, keyring.clone()).await?;
    until(&mut first.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
    let mut second = Desk::open(folder.path(), None, keyring.clone()).await?;
    let state = until(&mut second.account, "a refusal", |state| matches!(state, AccountState::Unusable { .. })).await?;
    let AccountState::Unusable { error } = state else { unreachable!() };
    assert_eq!(error.code, estafette_core::ErrorCode::ProfileInUse);
    second.close().await;
    first.close().await;
    let mut third = Desk::open(folder.path(), None, keyring).await?;
    until(&mut third.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
    third.close().await;
    Ok(())
}
