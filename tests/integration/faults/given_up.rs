//! The SDK gives up what something foreign answers: core takes it up again, that alone, and where it stood.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    account::dto::ConnectionState,
    timeline::dto::{Message, Sending},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::eventually,
    chance::{Chance, times},
    desk::{Desk, MemoryKeyring, until},
    gateway::Fault,
    panics,
    rich::plain,
    servers::{Account, ca},
    window::root,
};
use tokio::time::{Duration, sleep};

use super::{meet, network::FAULTS, numbered, read};

/// What sends a message.
const SEND: &str = "/send/m.room";

#[tokio::test]
async fn a_picture_keeps_its_place_in_a_room() -> Result<()> {
    show_through_faults(false).await
}

#[tokio::test]
async fn a_picture_keeps_its_place_in_an_encrypted_room() -> Result<()> {
    show_through_faults(true).await
}

async fn show_through_faults(encrypted: bool) -> Result<()> {
    panics::watch();
    let mut chance = Chance::new()?;
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let mut desk = Desk::fresh(profile.path()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, encrypted).await?;
    let picture = std::fs::read(root().join("src-tauri/icons/icon.png"))?;
    for round in 0..times(1, 5) {
        for fault in FAULTS {
            // What is late need not come again.
            let times = if matches!(fault, Fault::Late(_)) { 1 } else { 1 + usize::try_from(chance.below(3))? };
            let what = format!("{fault:?}, {times} times");
            let texts = numbered(&format!("{round}, {what}: "), 3);
            gateway.misbehave("/media/v3/upload", *fault, times);
            desk.app.send_text(room.as_str(), &texts[0], None).await?;
            let staged = desk.app.stage_image("icon.png", picture.clone()).await?;
            desk.app.send_image(room.as_str(), &staged.id, Some(&texts[1]), None).await?;
            desk.app.send_text(room.as_str(), &texts[2], None).await?;
            let arrived = read(&reader, &room, &texts[0][..texts[0].len() - 1], 3).await;
            let arrived = arrived.with_context(|| what.clone())?;
            ensure!(arrived == texts, "each once, in order: {arrived:#?}");
            ensure!(gateway.behave() == times, "{what}: the fault did not come");
        }
    }
    desk.close().await;
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

#[tokio::test]
async fn what_the_user_is_to_decide_about_is_not_sent_by_itself() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let mut desk = Desk::fresh(profile.path()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, false).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    let alarmed = Arc::new(AtomicBool::new(false));
    let hears = alarmed.clone();
    let hear = Box::new(move |update| {
        let failed = serde_json::to_string(&update).is_ok_and(|update| update.contains(r#""sending":"failed""#));
        hears.fetch_or(failed, SeqCst);
        true
    });
    let _each_change = desk.app.watch_timeline(room.as_str(), hear).await?;
    let texts = numbered("Refus ", 4);
    let is = |text: String| move |message: &Message| plain(message) == text;

    gateway.misbehave(SEND, Fault::Foreign, 2);
    desk.app.send_text(room.as_str(), &texts[0], None).await?;
    read(&reader, &room, "Refus ", 1).await?;
    timeline.message("the first", |message| plain(message) == texts[0] && message.sending.is_none()).await?;
    ensure!(gateway.behave() == 2 && !alarmed.load(SeqCst), "what is sent by itself alarms nobody");

    gateway.misbehave(SEND, Fault::Refused, 1);
    desk.app.send_text(room.as_str(), &texts[1], None).await?;
    let failed = |message: &Message| plain(message) == texts[1] && message.sending == Some(Sending::Failed);
    let refused = timeline.message("what the server refused", failed).await?;
    ensure!(gateway.behave() == 1 && alarmed.load(SeqCst), "what failed for good is said");

    gateway.misbehave(SEND, Fault::Foreign, 1);
    for text in &texts[2..] {
        desk.app.send_text(room.as_str(), text, None).await?;
    }
    let arrived = read(&reader, &room, "Refus ", 3).await?;
    ensure!(arrived == [&*texts[0], &*texts[2], &*texts[3]], "without what was refused: {arrived:#?}");
    ensure!(gateway.behave() == 1, "the fault did not come");
    let still = timeline.message("what the server refused", is(texts[1].clone())).await?;
    ensure!(still.sending == Some(Sending::Failed), "{:?}", still.sending);
    desk.app.resend(room.as_str(), &refused.message_id).await?;
    let arrived = read(&reader, &room, "Refus ", 4).await?;
    ensure!(arrived == [&*texts[0], &*texts[2], &*texts[3], &*texts[1]], "once the user asks: {arrived:#?}");
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn what_was_given_up_keeps_its_place_when_the_user_goes_on_and_when_the_program_ends() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, false).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    let texts = numbered("Pause ", 3);
    let met = |count: usize| {
        let gateway = &gateway;
        async move { eventually("one more try", || async { (gateway.met() >= count).then_some(()) }).await }
    };
    gateway.misbehave(SEND, Fault::Foreign, usize::MAX);
    for text in &texts {
        desk.app.send_text(room.as_str(), text, None).await?;
    }
    met(2).await?;
    // That lets the room's queue go on before the pause is over.
    let second = timeline.message("the second", |message| plain(message) == texts[1]).await?;
    desk.app.discard(room.as_str(), &second.message_id).await?;
    met(5).await?;
    // The next try is many seconds away; what follows from the last one takes a moment.
    sleep(Duration::from_secs(1)).await;
    drop(timeline);
    desk.close().await;
    gateway.behave();
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring).await?;
    desk.ready().await?;
    until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
    let arrived = read(&reader, &room, "Pause ", 2).await?;
    ensure!(arrived == [&*texts[0], &*texts[2]], "in order: {arrived:#?}");
    desk.close().await;
    Ok(())
}
