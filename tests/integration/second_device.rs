//! The account's second device: with the recovery key it reads, sends and is sent to; without, it says so.

use anyhow::{Context as _, Result};
use estafette_core::{
    ErrorCode,
    account::dto::EncryptionState,
    timeline::dto::{MessageBody, UndecryptableReason},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    desk::{Desk, until},
    rich::plain,
    servers::{Account, PASSWORD},
};
use matrix_sdk::ruma::OwnedUserId;

#[tokio::test]
async fn with_and_without_the_recovery_key() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    let mut first = Desk::fresh(folders[0].path()).await?;
    let key = first.sign_in(&camille.user_id, PASSWORD).await?.context("the first device makes a recovery key")?;
    let host = Account::new(Side::German, "Lena")?.agent().await?;
    let guest = OwnedUserId::try_from(camille.user_id.as_str())?;
    let room = host.create_room(Some("Zweites Gerät"), None, true, std::slice::from_ref(&guest)).await?;
    let open = host.create_room(Some("Forum"), None, false, &[guest]).await?;
    for room in [&room, &open] {
        first.join(room.as_str()).await?;
        host.wait_for_members(room, 2).await?;
    }
    host.say(&room, "Vor dem zweiten Gerät", &Context::default()).await?;
    let mut timeline = first.timeline(room.as_str()).await?;
    timeline.message("the past", |m| plain(m) == "Vor dem zweiten Gerät").await?;
    first.app.send_text(room.as_str(), "Bien reçu", None).await?;
    timeline.message("the answer", |m| plain(m) == "Bien reçu" && m.message_id.starts_with('$')).await?;

    // Without the key.
    let mut second = Desk::fresh(folders[1].path()).await?;
    assert_eq!(second.sign_in(&camille.user_id, PASSWORD).await?, None, "no second recovery key");
    assert_eq!(*second.encryption.borrow(), EncryptionState::RecoveryNeeded);
    second.room("the room", |row| row.id == room.as_str()).await?;
    let mut here = second.timeline(room.as_str()).await?;
    here.message("what it cannot read", |m| {
        m.body == MessageBody::Undecryptable { reason: UndecryptableReason::DeviceUnconfirmed }
    })
    .await?;
    let refused = second.app.send_text(room.as_str(), "Illisible", None).await.expect_err("a refusal");
    assert_eq!(refused.code, ErrorCode::DeviceUnconfirmed);
    // Nothing is stuck: where nothing is encrypted, it sends.
    let mut forum = second.timeline(open.as_str()).await?;
    second.app.send_text(open.as_str(), "En clair", None).await?;
    forum.message("the open message", |m| plain(m) == "En clair" && m.message_id.starts_with('$')).await?;
    host.say(&room, "Das zweite Gerät bekommt das nicht", &Context::default()).await?;

    // The rest of the history, as scrolling up brings it.
    second.app.load_older(room.as_str(), 30).await?;

    // A wrong key, then the right one as people copy it.
    for wrong in ["", "abc", "EsTc 1111 2222 3333 4444 5555 6666 7777 8888 9999 aaaa bbbb"] {
        let error = second.app.recover(wrong).await.expect_err("a wrong key");
        assert_eq!(error.code, ErrorCode::RecoveryKeyWrong);
    }
    second.app.recover(&format!("  {}\n", key.replace(' ', "  "))).await?;
    until(&mut second.encryption, "a confirmed device", |state| *state == EncryptionState::Ready).await?;
    here.message("the past at the second device", |m| plain(m) == "Vor dem zweiten Gerät").await?;
    second.app.send_text(room.as_str(), "Depuis le second poste", None).await?;
    let sent = here
        .message("its own message", |m| plain(m) == "Depuis le second poste" && m.message_id.starts_with('$'))
        .await?;
    let event = sent.message_id.as_str().try_into()?;
    assert_eq!(host.read(&room, &event).await?, "Depuis le second poste");
    host.say(&room, "Willkommen, zweites Gerät", &Context::default()).await?;
    here.message("what is sent to it", |m| plain(m) == "Willkommen, zweites Gerät").await?;
    timeline.message("the same at the first device", |m| plain(m) == "Willkommen, zweites Gerät").await?;
    first.close().await;
    second.close().await;
    Ok(())
}
