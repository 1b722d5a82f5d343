//! The account's keys when something goes wrong with them: a recovery key that was not kept, a backup that
//! somebody else removed or replaced.

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    ErrorCode,
    account::dto::{AccountState, EncryptionState},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    desk::{Desk, until},
    rich::plain,
    servers::{Account, PASSWORD, servers},
};
use matrix_sdk::ruma::OwnedUserId;
use serde_json::{Value, json};

const BACKUP: &str = "/_matrix/client/v3/room_keys/version";

#[tokio::test]
async fn a_recovery_key_that_was_not_kept_is_shown_again_on_the_next_device() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await?;
    until(&mut desk.encryption, "a recovery key", |state| *state == EncryptionState::KeyToKeep).await?;
    let key = desk.app.recovery_key().await?;

    // As a reset of the password does: the server forgets all devices.
    let api = servers().api(Side::French);
    let token = api.login(&camille.localpart, PASSWORD)?.access_token;
    api.call("POST", "/_matrix/client/v3/logout/all", Some(&token), Some(&json!({})))?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;

    desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await?;
    until(&mut desk.encryption, "the recovery key again", |state| *state == EncryptionState::KeyToKeep).await?;
    assert_eq!(desk.app.recovery_key().await?, key);
    desk.app.recovery_key_kept().await?;
    until(&mut desk.encryption, "a confirmed device", |state| *state == EncryptionState::Ready).await?;
    desk.close().await;
    let names = std::fs::read_dir(folder.path())?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let kept = names.iter().filter(|path| path.to_string_lossy().contains("aside-") && path.join("sdk").exists());
    ensure!(kept.count() == 1, "the earlier device's stores are not among {names:?}");
    Ok(())
}

#[tokio::test]
async fn a_backup_that_somebody_else_breaks_costs_no_message() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    let mut first = Desk::fresh(folders[0].path()).await?;
    let key = first.sign_in(&camille.user_id, PASSWORD).await?.context("the first device makes a recovery key")?;
    let host = Account::new(Side::German, "Lena")?.agent().await?;
    let guest = OwnedUserId::try_from(camille.user_id.as_str())?;
    let room = host.create_room(Some("Sicherung"), None, true, &[guest]).await?;
    first.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;

    // Removed by another client: this device notices with the next key that it wants to save.
    let api = servers().api(Side::French);
    let token = api.login(&camille.localpart, PASSWORD)?.access_token;
    let version = |answer: Value| answer["version"].as_str().map(str::to_owned).context("a backup without a version");
    let removed = version(api.call("GET", BACKUP, Some(&token), None)?)?;
    api.call("DELETE", &format!("{BACKUP}/{removed}"), Some(&token), None)?;
    host.say(&room, "Nach der Sicherung", &Context::default()).await?;
    let mut timeline = first.timeline(room.as_str()).await?;
    timeline.message("what comes without a backup", |m| plain(m) == "Nach der Sicherung").await?;
    until(&mut first.encryption, "a broken backup", |state| *state == EncryptionState::BackupIncomplete).await?;

    // It does not let go of what only it can read, and sends all the same.
    let refused = first.app.sign_out(false).await.expect_err("a refusal");
    assert_eq!(refused.code, ErrorCode::KeysNotSaved);
    first.app.send_text(room.as_str(), "Toujours là", None).await?;
    timeline.message("the answer", |m| plain(m) == "Toujours là" && m.message_id.starts_with('$')).await?;
    let wrong = first.app.recover("EsTc 1111 2222 3333").await.expect_err("a wrong key");
    assert_eq!(wrong.code, ErrorCode::RecoveryKeyWrong);
    first.app.recover(&key).await?;
    until(&mut first.encryption, "a mended backup", |state| *state == EncryptionState::Ready).await?;
    let mended = version(api.call("GET", BACKUP, Some(&token), None)?)?;
    assert_ne!(mended, removed);
    // All of it is saved by now: nobody is asked.
    first.app.sign_out(false).await?;

    // The recovery key opens the new backup.
    let mut second = Desk::fresh(folders[1].path()).await?;
    second.sign_in(&camille.user_id, PASSWORD).await?;
    second.app.recover(&key).await?;
    until(&mut second.encryption, "a confirmed device", |state| *state == EncryptionState::Ready).await?;
    let mut here = second.timeline(room.as_str()).await?;
    here.message("the past", |m| plain(m) == "Nach der Sicherung").await?;
    second.app.sign_out(false).await?;

    // Replaced by one of which the account's secrets hold no key: the device is confirmed at the first try,
    // begins a backup of its own, and leaves the other one to whoever has its key.
    let foreign = json!({
        "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
        "auth_data": { "public_key": "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo", "signatures": {} },
    });
    let foreign = version(api.call("POST", BACKUP, Some(&token), Some(&foreign))?)?;
    until(&mut second.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    second.sign_in(&camille.user_id, PASSWORD).await?;
    second.app.recover(&key).await?;
    until(&mut second.encryption, "a confirmed device", |state| *state == EncryptionState::Ready).await?;
    assert_ne!(version(api.call("GET", BACKUP, Some(&token), None)?)?, foreign);
    version(api.call("GET", &format!("{BACKUP}/{foreign}"), Some(&token), None)?)?;
    first.close().await;
    second.close().await;
    Ok(())
}

#[tokio::test]
async fn a_new_device_without_a_backup_begins_one_that_the_recovery_key_opens() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?];
    let mut first = Desk::fresh(folders[0].path()).await?;
    let key = first.sign_in(&camille.user_id, PASSWORD).await?.context("the first device makes a recovery key")?;
    first.app.sign_out(false).await?;
    let api = servers().api(Side::French);
    let token = api.login(&camille.localpart, PASSWORD)?.access_token;
    let removed = api.call("GET", BACKUP, Some(&token), None)?["version"].as_str().context("a backup")?.to_owned();
    api.call("DELETE", &format!("{BACKUP}/{removed}"), Some(&token), None)?;

    let mut second = Desk::fresh(folders[1].path()).await?;
    second.sign_in(&camille.user_id, PASSWORD).await?;
    second.app.recover(&key).await?;
    until(&mut second.encryption, "a confirmed device", |state| *state == EncryptionState::Ready).await?;
    let host = Account::new(Side::German, "Lena")?.agent().await?;
    let room =
        host.create_room(Some("Nachfolge"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?]).await?;
    second.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    host.say(&room, "Nur auf diesem Gerät", &Context::default()).await?;
    second.timeline(room.as_str()).await?.message("it", |m| plain(m) == "Nur auf diesem Gerät").await?;
    second.app.sign_out(false).await?;

    let mut third = Desk::fresh(folders[2].path()).await?;
    third.sign_in(&camille.user_id, PASSWORD).await?;
    third.app.recover(&key).await?;
    third.timeline(room.as_str()).await?.message("the past", |m| plain(m) == "Nur auf diesem Gerät").await?;
    for desk in [first, second, third] {
        desk.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_recovery_key_that_somebody_else_removed_is_made_anew() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    let mut first = Desk::fresh(folders[0].path()).await?;
    let gone = first.sign_in(&camille.user_id, PASSWORD).await?.context("the first device makes a recovery key")?;
    let host = Account::new(Side::German, "Lena")?.agent().await?;
    let room = host
        .create_room(Some("Schlüsselwechsel"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?])
        .await?;
    first.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    host.say(&room, "Vor dem Wechsel", &Context::default()).await?;
    first.timeline(room.as_str()).await?.message("it", |m| plain(m) == "Vor dem Wechsel").await?;

    // Other clients delete the backup first: between the two, this device must not sign out.
    let api = servers().api(Side::French);
    let token = api.login(&camille.localpart, PASSWORD)?.access_token;
    let backup = api.call("GET", BACKUP, Some(&token), None)?["version"].as_str().context("a backup")?.to_owned();
    api.call("DELETE", &format!("{BACKUP}/{backup}"), Some(&token), None)?;
    // Not noticed yet, and not signed out of all the same.
    let refused = first.app.sign_out(false).await.expect_err("a refusal");
    assert_eq!(refused.code, ErrorCode::KeysNotSaved);
    camille.remove_recovery_key()?;
    until(&mut first.encryption, "a key that is gone", |state| *state == EncryptionState::RecoveryGone).await?;
    let refused = first.app.sign_out(false).await.expect_err("a refusal");
    assert_eq!(refused.code, ErrorCode::KeysNotSaved);

    first.app.new_recovery_key().await?;
    until(&mut first.encryption, "a new recovery key", |state| *state == EncryptionState::KeyToKeep).await?;
    let key = first.app.recovery_key().await?;
    assert_ne!(key, gone);
    first.app.recovery_key_kept().await?;
    until(&mut first.encryption, "a confirmed device", |state| *state == EncryptionState::Ready).await?;
    first.app.sign_out(false).await?;

    let mut second = Desk::fresh(folders[1].path()).await?;
    second.sign_in(&camille.user_id, PASSWORD).await?;
    let wrong = second.app.recover(&gone).await.expect_err("the old key");
    assert_eq!(wrong.code, ErrorCode::RecoveryKeyWrong);
    second.app.recover(&key).await?;
    second.timeline(room.as_str()).await?.message("the past", |m| plain(m) == "Vor dem Wechsel").await?;
    first.close().await;
    second.close().await;
    Ok(())
}
