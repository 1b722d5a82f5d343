//! What is not the homeserver's doing: the administration lets pictures be sent no more while some wait, and a portal
//! stands in the way.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use estafette_core::{
    ErrorCode, Options,
    policy::{Policies, Policy},
    timeline::dto::{Message, MessageBody, Sending},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::eventually,
    desk::{Desk, MemoryKeyring, until},
    gateway::Fault,
    servers::{Account, ca},
    window::root,
};
use tokio::time::sleep;

use super::{meet, read};

/// What takes a picture.
const UPLOAD: &str = "/media/v3/upload";

/// Where the SDK keeps what waits.
const STATE: &str = "sdk/matrix-sdk-state.sqlite3";

/// A picture of that name, as far as it got.
fn picture(name: &'static str, got: fn(Option<Sending>) -> bool) -> impl Fn(&Message) -> bool {
    move |message| matches!(&message.body, MessageBody::Image(image) if image.name == name) && got(message.sending)
}

const fn has_failed(sending: Option<Sending>) -> bool {
    matches!(sending, Some(Sending::Failed))
}

#[tokio::test]
async fn pictures_that_wait_stay_until_they_may_be_sent() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let (free, forbidding) = (Policy::default, || Policy::of_text(r#"{ "messages": { "images": false } }"#));
    let open = async |policies: &Policies| {
        let (root_certificates, policies) = (vec![ca()], policies.clone());
        Desk::with(Options { root_certificates, policies, keyring: keyring.clone(), ..Options::new(profile.path()) })
            .await
    };
    let policies = Policies::fixed(free());
    let mut desk = open(&policies).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, true).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    let icon = std::fs::read(root().join("src-tauri/icons/icon.png"))?;
    let show = async |desk: &Desk, name: &str| {
        let staged = desk.app.stage_image(name, icon.clone()).await?;
        desk.app.send_image(room.as_str(), &staged.id, Some(&format!("Image {name}")), None).await
    };

    gateway.misbehave(UPLOAD, Fault::Foreign, usize::MAX);
    for name in ["kept.png", "discarded.png"] {
        show(&desk, name).await?;
    }
    let waits = |sending| matches!(sending, Some(Sending::Waiting | Sending::Retrying));
    timeline.message("a picture that waits", picture("kept.png", waits)).await?;
    eventually("an upload", || async { (gateway.met() > 0).then_some(()) }).await?;
    policies.set(forbidding());
    let kept = timeline.message("a picture that is held back", picture("kept.png", has_failed)).await?;
    let other = timeline.message("the other one", picture("discarded.png", has_failed)).await?;
    let refused = desk.app.resend(room.as_str(), &kept.message_id).await.expect_err("it may not be sent");
    ensure!(refused.code == ErrorCode::Managed, "{refused:?}");
    desk.app.discard(room.as_str(), &other.message_id).await?;
    let refused = desk.app.set_avatar(icon.clone()).await.expect_err("nor may one's own");
    ensure!(refused.code == ErrorCode::Managed, "{refused:?}");

    // What is written goes out past it; and so after another start.
    gateway.behave();
    desk.app.send_text(room.as_str(), "Texte 0", None).await?;
    read(&reader, &room, "Texte", 1).await?;
    drop(timeline);
    desk.close().await;
    let mut desk = open(&policies).await?;
    desk.ready().await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    timeline.message("a picture that is still held back", picture("kept.png", has_failed)).await?;
    desk.app.send_text(room.as_str(), "Texte 1", None).await?;
    let texts = read(&reader, &room, "Texte", 2).await?;
    ensure!(texts == ["Texte 0", "Texte 1"], "{texts:?}");
    ensure!(gateway.passed(UPLOAD) == 0, "a picture went out");

    policies.set(free());
    let sent = |sending: Option<Sending>| sending.is_none();
    timeline.message("the picture at the server", picture("kept.png", sent)).await?;
    let pictures = read(&reader, &room, "Image", 1).await?;
    ensure!(pictures == ["Image kept.png"], "{pictures:?}");
    ensure!(timeline.items.borrow().iter().all(|item| !format!("{item:?}").contains("discarded.png")));

    // What is at the server already goes on, and is shown so.
    gateway.misbehave(UPLOAD, Fault::Late(Duration::from_secs(4)), 1);
    show(&desk, "begun.png").await?;
    timeline.message("a picture under way", |it| it.progress.is_some() && picture("begun.png", waits)(it)).await?;
    policies.set(forbidding());
    // Long enough to be shown otherwise.
    sleep(Duration::from_secs(1)).await;
    let failed = |item: &String| item.contains("begun.png") && item.contains("Failed");
    ensure!(!timeline.items.borrow().iter().map(|item| format!("{item:?}")).any(|item| failed(&item)));
    timeline.message("it at the server", picture("begun.png", sent)).await?;
    desk.close().await;
    Ok(())
}

/// The store lets what waits be read, and nothing of it be changed.
fn keep_as_it_is(profile: &Path, keep: bool) -> Result<()> {
    let database = rusqlite::Connection::open(profile.join(STATE))?;
    database.busy_timeout(Duration::from_secs(10))?;
    Ok(database.execute_batch(if keep {
        "CREATE TRIGGER kept BEFORE UPDATE ON send_queue_events BEGIN SELECT RAISE(ABORT, 'kept'); END;"
    } else {
        "DROP TRIGGER kept;"
    })?)
}

#[tokio::test]
async fn pictures_that_cannot_be_held_back_do_not_go_out_and_hold_up_the_rest_only_until_they_can() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let policies = Policies::fixed(Policy::default());
    let open = async || {
        let (root_certificates, policies) = (vec![ca()], policies.clone());
        Desk::with(Options { root_certificates, policies, keyring: keyring.clone(), ..Options::new(profile.path()) })
            .await
    };
    let mut desk = open().await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, true).await?;
    gateway.misbehave(UPLOAD, Fault::BadGateway, usize::MAX);
    let icon = std::fs::read(root().join("src-tauri/icons/icon.png"))?;
    let staged = desk.app.stage_image("kept.png", icon).await?;
    desk.app.send_image(room.as_str(), &staged.id, None, None).await?;
    let retrying = |sending| matches!(sending, Some(Sending::Retrying));
    let mut timeline = desk.timeline(room.as_str()).await?;
    timeline.message("a picture that waits to be tried again", picture("kept.png", retrying)).await?;
    drop(timeline);

    // While it waits to be tried again, and in the next run of the program.
    for run in 0..2 {
        keep_as_it_is(profile.path(), true)?;
        if run == 0 {
            policies.set(Policy::of_text(r#"{ "messages": { "images": false } }"#));
            // Until an upload that had begun before has failed too.
            sleep(Duration::from_secs(6)).await;
            gateway.behave();
        } else {
            desk.close().await;
            desk = open().await?;
            desk.ready().await?;
        }
        sleep(Duration::from_secs(5)).await;
        ensure!(gateway.passed(UPLOAD) == 0, "the picture went out");
        keep_as_it_is(profile.path(), false)?;
        desk.app.send_text(room.as_str(), &format!("Texte {run}"), None).await?;
        read(&reader, &room, "Texte", run + 1).await?;
        ensure!(gateway.passed(UPLOAD) == 0, "the picture went out later");
        if run == 0 {
            // For the next run: as if it had never been held back.
            let database = rusqlite::Connection::open(profile.path().join(STATE))?;
            database.busy_timeout(Duration::from_secs(10))?;
            database.execute("UPDATE send_queue_events SET wedge_reason = NULL", [])?;
        }
    }
    desk.close().await;
    Ok(())
}

/// As one sees it: in place of the homeserver a page answers on which one signs in to the network first.
#[tokio::test]
async fn a_portal_in_place_of_the_homeserver_is_told_while_one_is_signed_in() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let mut desk = Desk::fresh(profile.path()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (sender, mut trouble) = tokio::sync::watch::channel(None);
    let _watching = desk.app.watch_trouble(Box::new(move |now| sender.send(now).is_ok())).await?;
    gateway.misbehave("/_matrix/client/", Fault::Foreign, usize::MAX);
    let told = until(&mut trouble, "why nothing comes", Option::is_some).await?;
    let told = told.expect("it was just there");
    ensure!(told.code == ErrorCode::CaptivePortal, "{told:?}");
    ensure!(told.args.get("server").is_some_and(|server| gateway.url.ends_with(server.as_str())), "{told:?}");
    gateway.behave();
    until(&mut trouble, "that it is over", Option::is_none).await?;
    desk.close().await;
    Ok(())
}
