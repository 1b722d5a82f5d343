//! The network goes and comes back: what was written waits, in order, and goes out once.

use std::sync::Arc;

use anyhow::Result;
use estafette_core::{
    account::dto::{AccountState, ConnectionState, EncryptionState},
    timeline::dto::Sending,
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::eventually,
    desk::{Desk, MemoryKeyring, messages, until},
    faults::Wire,
    rich::plain,
    servers::{Account, PASSWORD, ca},
};
use matrix_sdk::{room::MessagesOptions, ruma::OwnedUserId};

#[tokio::test]
async fn what_is_written_offline_goes_out_once_and_in_order() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let wire = Wire::to(camille.server()).await?;
    let mut desk = Desk::open(folder.path(), Some(&ca()), keyring.clone()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    desk.app.sign_in(&wire.url, Some(&camille.localpart), PASSWORD.to_owned()).await?;
    until(&mut desk.encryption, "a recovery key", |state| *state == EncryptionState::KeyToKeep).await?;
    desk.app.recovery_key_kept().await?;
    let host = Account::new(Side::German, "Jörg")?.agent().await?;
    let room =
        host.create_room(Some("Funkloch"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?]).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    desk.app.send_text(room.as_str(), "Avant", None).await?;
    timeline.message("the first message", |m| plain(m) == "Avant" && m.message_id.starts_with('$')).await?;

    wire.cut();
    until(&mut desk.connection, "offline", |state| *state == ConnectionState::Offline).await?;
    for number in 0..5 {
        desk.app.send_text(room.as_str(), &format!("Hors ligne {number}"), None).await?;
    }
    let waiting = |sending: Option<Sending>| matches!(sending, Some(Sending::Waiting | Sending::Retrying));
    let seen = until(&mut timeline.items, "five that wait", |items| {
        messages(items).filter(|m| waiting(m.sending)).count() == 5
    })
    .await?;
    let order: Vec<_> = messages(&seen).filter(|m| waiting(m.sending)).map(plain).collect();
    assert_eq!(order, (0..5).map(|number| format!("Hors ligne {number}")).collect::<Vec<_>>());

    // Even a restart in between loses nothing.
    drop(timeline);
    desk.close().await;
    let desk = Desk::open(folder.path(), Some(&ca()), keyring).await?;
    let mut timeline = {
        let mut account = desk.account.clone();
        until(&mut account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
        desk.timeline(room.as_str()).await?
    };
    wire.mend();
    until(&mut timeline.items, "all at the server", |items| {
        messages(items).filter(|m| plain(m).starts_with("Hors ligne") && m.message_id.starts_with('$')).count() == 5
    })
    .await?;

    let expected: Vec<_> = (0..5).map(|number| format!("Hors ligne {number}")).collect();
    let received = eventually("five at the other client", || async {
        let mut found = Vec::new();
        let chunk = host.client.get_room(&room)?.messages(MessagesOptions::backward()).await.ok()?.chunk;
        for event in chunk.iter().rev() {
            let raw: serde_json::Value = event.raw().deserialize_as_unchecked().ok()?;
            if let Some(body) = raw["content"]["body"].as_str().filter(|body| body.starts_with("Hors ligne")) {
                found.push(body.to_owned());
            }
        }
        (found.len() >= 5).then_some(found)
    })
    .await?;
    assert_eq!(received, expected, "once each, in order");
    desk.close().await;
    Ok(())
}
