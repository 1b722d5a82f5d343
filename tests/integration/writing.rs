//! What is written: drafts that outlive the process, pictures without what cannot be seen, and what others learn.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    ErrorCode,
    account::dto::AccountState,
    settings::SettingsPatch,
    timeline::dto::{Draft, Message, MessageBody},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    desk::{Desk, MemoryKeyring, until},
    pictures,
    rich::plain,
    servers::{Account, PASSWORD, ca},
};
use matrix_sdk::ruma::OwnedUserId;

#[tokio::test]
async fn drafts_come_back_after_a_restart() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let open = async || Desk::open(folder.path(), Some(&ca()), keyring.clone()).await;
    let mut desk = open().await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let room =
        host.create_room(Some("Brouillons"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?]).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    let question = host.say(&room, "Qui relit ?", &Context::default()).await?;
    let draft = Draft { text: "Je relis\nce soir".to_owned(), reply_to: Some(question.to_string()) };
    desk.app.save_draft(room.as_str(), Some(&draft)).await?;
    let long = Draft { text: "x".repeat(300_000), reply_to: None };
    let refused = desk.app.save_draft(room.as_str(), Some(&long)).await.expect_err("too long");
    assert_eq!(refused.code, ErrorCode::TextTooLong);
    // As when the process is killed: nothing is said at the end.
    drop(desk);

    let mut desk = open_when_free(open).await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    assert_eq!(desk.app.load_draft(room.as_str()).await?, Some(draft));
    desk.room("a line with a draft", |row| row.id == room.as_str() && row.draft.as_deref() == Some("Je relis ce soir"))
        .await?;
    desk.app.save_draft(room.as_str(), None).await?;
    desk.close().await;
    let mut desk = open().await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    assert_eq!(desk.app.load_draft(room.as_str()).await?, None);
    desk.close().await;
    Ok(())
}

/// The dropped desk lets go of its profile in its own time.
async fn open_when_free(open: impl AsyncFn() -> Result<Desk>) -> Result<Desk> {
    loop {
        let mut desk = open().await?;
        let state = until(&mut desk.account, "an answer", |state| !matches!(state, AccountState::Opening)).await?;
        match state {
            AccountState::Unusable { error } if error.code == ErrorCode::ProfileInUse => desk.close().await,
            _ => return Ok(desk),
        }
    }
}

#[tokio::test]
async fn a_picture_arrives_without_what_its_camera_wrote() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    let other = Account::new(Side::German, "Lena")?;
    let other_folder = tempfile::tempdir()?;
    let mut receiver = Desk::fresh(other_folder.path()).await?;
    receiver.sign_in(&other.user_id, PASSWORD).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let guests = [camille.user_id.as_str(), other.user_id.as_str()].map(OwnedUserId::try_from);
    let guests: Vec<_> = guests.into_iter().collect::<Result<_, _>>()?;
    let room = host.create_room(Some("Photos"), None, true, &guests).await?;
    desk.join(room.as_str()).await?;
    receiver.join(room.as_str()).await?;
    host.wait_for_members(&room, 3).await?;

    // A photograph as a telephone makes one, by a tool that is not ours.
    let taken = folder.path().join("IMG_2042.jpg");
    pictures::photograph(&taken)?;
    ensure!(pictures::about(&taken)?.contains("GPSLatitude"), "the photograph says where it was taken");
    let staged = desk.app.stage_image("IMG_2042.jpg", std::fs::read(&taken)?).await?;
    assert!(desk.app.media(&staged.preview).await.is_ok(), "it is shown before it is sent");
    let mut there = receiver.timeline(room.as_str()).await?;
    desk.app.send_image(room.as_str(), &staged.id, Some("Le **chantier**"), None).await?;
    let is_picture = |m: &Message| matches!(&m.body, MessageBody::Image(image) if image.name == "IMG_2042.jpg");
    let arrived = there.message("the picture", is_picture).await?;
    let MessageBody::Image(image) = arrived.body else { unreachable!() };
    assert_eq!((image.width, image.height), (Some(staged.width), Some(staged.height)));
    assert!(image.caption.is_some());
    let thumbnail = image.thumbnail.context("a small version")?;
    for handle in [image.media, thumbnail] {
        let received = receiver.app.media(&handle).await?;
        let file = other_folder.path().join("received.jpg");
        std::fs::write(&file, &received.bytes)?;
        pictures::ensure_bare(&file)?;
    }
    assert!(desk.app.media(&staged.preview).await.is_err(), "what was sent waits no longer");
    for desk in [desk, receiver] {
        desk.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn what_one_keeps_to_oneself_is_not_told() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    let other = Account::new(Side::French, "Bruno")?;
    let other_folder = tempfile::tempdir()?;
    let mut colleague = Desk::fresh(other_folder.path()).await?;
    colleague.sign_in(&other.user_id, PASSWORD).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let guests = [camille.user_id.as_str(), other.user_id.as_str()].map(OwnedUserId::try_from);
    let guests: Vec<_> = guests.into_iter().collect::<Result<_, _>>()?;
    let room = host.create_room(Some("Discrétion"), None, true, &guests).await?;
    desk.join(room.as_str()).await?;
    colleague.join(room.as_str()).await?;
    host.wait_for_members(&room, 3).await?;
    let mut there = colleague.timeline(room.as_str()).await?;
    colleague.app.send_text(room.as_str(), "Premier", None).await?;
    let patch = SettingsPatch { receipts: Some(false), typing: Some(false), ..SettingsPatch::default() };
    desk.app.change_settings(&patch).await?;
    let mut here = desk.timeline(room.as_str()).await?;
    here.message("the first message", |m| plain(m) == "Premier").await?;
    desk.app.mark_read(room.as_str()).await?;
    desk.room("a read room", |row| row.id == room.as_str() && row.unread == 0).await?;
    let patch = SettingsPatch { receipts: Some(true), ..SettingsPatch::default() };
    desk.app.change_settings(&patch).await?;
    colleague.app.send_text(room.as_str(), "Second", None).await?;
    here.message("the second message", |m| plain(m) == "Second").await?;
    desk.app.mark_read(room.as_str()).await?;
    let read = |m: &Message| m.read_by.iter().any(|person| person.user_id == camille.user_id);
    there.message("a receipt", |m| plain(m) == "Second" && read(m)).await?;
    let items = there.items.borrow().clone();
    let first = estafette_tests::desk::messages(&items).find(|m| plain(m) == "Premier").context("the first")?;
    assert!(!read(first));
    for desk in [desk, colleague] {
        desk.close().await;
    }
    Ok(())
}
