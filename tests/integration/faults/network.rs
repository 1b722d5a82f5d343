//! The network, what stands in it and the server misbehave.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use estafette_core::{
    AppError, ErrorCode,
    account::dto::{AccountState, ConnectionState},
    timeline::dto::Message,
};
use estafette_homeservers::{Homeservers, Side};
use estafette_tests::{
    agent::{Agent, Context},
    chance::{Chance, times},
    desk::{Desk, MemoryKeyring, messages, until},
    gateway::{Fault, Gateway},
    panics,
    rich::plain,
    servers::{Account, PASSWORD, ca},
};
use matrix_sdk::ruma::RoomId;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep, timeout},
};

use super::{all_sent, ensure_no_more, meet, meet_reader, numbered, read};

/// How long a gateway asks to wait.
const WAIT: Duration = Duration::from_secs(1);

/// What happens to a message or to its answer.
pub(super) const FAULTS: &[Fault] = &[
    Fault::Late(Duration::from_secs(3)),
    Fault::Cut,
    Fault::Malformed,
    Fault::Foreign,
    Fault::Busy(WAIT),
    Fault::BadGateway,
    Fault::Closed,
];

/// How the messages of each round begin.
const ROUND: &str = "Tour ";

/// How many messages are sent through each fault.
const MESSAGES: usize = 10;

#[tokio::test]
async fn messages_arrive_once_and_in_order_through_faults_in_a_room() -> Result<()> {
    send_through_faults(false).await
}

#[tokio::test]
async fn messages_arrive_once_and_in_order_through_faults_in_an_encrypted_room() -> Result<()> {
    send_through_faults(true).await
}

async fn send_through_faults(encrypted: bool) -> Result<()> {
    panics::watch();
    let mut chance = Chance::new()?;
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, encrypted).await?;
    desk.close().await;
    let mut all = Vec::new();
    for round in 0..times(1, 10) {
        for fault in FAULTS {
            let times = 1 + usize::try_from(chance.below(3))?;
            let what = format!("{fault:?}, {times} times");
            let prefix = format!("{ROUND}{round}, {what}: ");
            // A start of its own: what went wrong before keeps nobody waiting.
            let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
            desk.ready().await?;
            until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
            let mut timeline = desk.timeline(room.as_str()).await?;
            gateway.misbehave("/send/m.room", *fault, times);
            for text in numbered(&prefix, MESSAGES) {
                desk.app.send_text(room.as_str(), &text, None).await?;
            }
            let shown = |message: &Message| plain(message).starts_with(&prefix);
            until(&mut timeline.items, "the messages", |items| {
                messages(items).filter(|m| shown(m)).count() == MESSAGES
            })
            .await?;
            all_sent(&mut timeline).await.with_context(|| what.clone())?;
            ensure!(gateway.behave() == times, "{what}: the fault did not come");
            let arrived = read(&reader, &room, &prefix, MESSAGES).await?;
            ensure!(arrived == numbered(&prefix, MESSAGES), "each once, in order: {arrived:#?}");
            all.extend(arrived);
            desk.close().await;
        }
    }
    ensure_no_more(&reader, &room, ROUND, &all).await?;
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

/// Says something each second, and never ends by itself: a question of the synchronisation to which there is no news is
/// answered after half a minute only, and a fault of its answer comes no sooner.
async fn keep_talking(reader: &Agent, room: &RoomId, text: &str) -> Result<()> {
    loop {
        reader.say(room, text, &Context::default()).await?;
        sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn the_connection_tells_of_trouble_and_comes_back() -> Result<()> {
    panics::watch();
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let mut desk = Desk::fresh(profile.path()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let (reader, room) = meet(&desk, &camille, false).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    for round in 0..times(1, 5) {
        for fault in FAULTS.iter().filter(|fault| !matches!(fault, Fault::Late(_))) {
            let what = format!("{round}, {fault:?}");
            until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
            // A foreign page and a closed door stand before everything, the rest before what is asked on and on.
            let part = if matches!(fault, Fault::Closed | Fault::Foreign) { "" } else { "/sync" };
            gateway.misbehave(part, *fault, usize::MAX);
            // The question that is under way is answered, and the next one is not.
            tokio::select! {
                offline = until(&mut desk.connection, "offline", |state| *state == ConnectionState::Offline) => {
                    offline.with_context(|| what.clone())?;
                }
                talk = keep_talking(&reader, &room, &what) => talk?,
            }
            let met = gateway.met();
            sleep(Duration::from_secs(3)).await;
            ensure!(gateway.met() - met <= 10, "{what}: {} tries in 3 s", gateway.met() - met);
            let meanwhile = format!("{what}, meanwhile");
            reader.say(&room, &meanwhile, &Context::default()).await?;
            desk.app.send_text(room.as_str(), &format!("{what}, written"), None).await?;
            ensure!(gateway.behave() > 0, "{what}: the fault did not come");
            let online = until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await;
            online.with_context(|| what.clone())?;
            timeline.message("what came meanwhile", |message| plain(message) == meanwhile).await?;
            all_sent(&mut timeline).await?;
            ensure!(read(&reader, &room, &format!("{what}, written"), 1).await?.len() == 1, "{what}: once");
        }
    }
    desk.close().await;
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

/// Longer than the server is looked for.
const BUSY: Duration = Duration::from_secs(40);

/// What the user is told when this happens while the server is looked for, and while the password is sent.
const TOLD: &[(Fault, ErrorCode, ErrorCode)] = &[
    (Fault::Cut, ErrorCode::ServerUnreachable, ErrorCode::ServerUnreachable),
    (Fault::Malformed, ErrorCode::NotAHomeserver, ErrorCode::ServerFailed),
    (Fault::Foreign, ErrorCode::CaptivePortal, ErrorCode::ServerFailed),
    (Fault::Busy(BUSY), ErrorCode::TooManyRequests, ErrorCode::TooManyRequests),
    (Fault::BadGateway, ErrorCode::ServerFailed, ErrorCode::ServerFailed),
    (Fault::Closed, ErrorCode::ServerUnreachable, ErrorCode::ServerUnreachable),
];

/// Longer than this nobody waits for an answer to a sign-in.
const BOUND: Duration = Duration::from_secs(65);

#[tokio::test]
async fn a_sign_in_that_fails_says_why_and_succeeds_later() -> Result<()> {
    panics::watch();
    let camille = Account::new(Side::French, "Camille")?;
    let gateway = Gateway::before(camille.server()).await?;
    let profile = tempfile::tempdir()?;
    let mut desk = Desk::fresh(profile.path()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    for (fault, looking, signing) in TOLD {
        for (part, code) in [("GET", looking), ("GET /_matrix/client/v3/login", looking), ("POST", signing)] {
            gateway.misbehave(part, *fault, usize::MAX);
            let error = refused(&desk, &gateway, &camille).await.with_context(|| format!("{fault:?} at {part}"))?;
            ensure!(error.code == *code, "{fault:?} at {part}: {error:?}");
            let wait = error.args.get("seconds").map(String::as_str);
            ensure!(*code != ErrorCode::TooManyRequests || wait == Some("40"), "{fault:?} at {part}: {error:?}");
            ensure!(gateway.behave() > 0, "{fault:?} at {part} did not come");
        }
    }
    // It takes as long as the bound.
    for part in ["GET", "POST"].into_iter().take(times(0, 2)) {
        gateway.misbehave(part, Fault::Late(BOUND * 2), usize::MAX);
        let error = refused(&desk, &gateway, &camille).await?;
        ensure!(error.code == ErrorCode::ServerUnreachable, "late at {part}: {error:?}");
        gateway.behave();
    }
    // An answer may be late.
    gateway.misbehave("/login", Fault::Late(WAIT), usize::MAX);
    desk.sign_in_as(&gateway.url, Some(&camille.localpart), PASSWORD).await?;
    desk.close().await;
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

async fn refused(desk: &Desk, gateway: &Gateway, who: &Account) -> Result<AppError> {
    let started = Instant::now();
    let signing = desk.app.sign_in(&gateway.url, Some(&who.localpart), PASSWORD.to_owned());
    match timeout(BOUND, signing).await.context("no answer")? {
        Ok(()) => bail!("signed in after {:?}", started.elapsed()),
        Err(error) => Ok(error),
    }
}

/// A server of its own, that really stops: whoever else is tested needs the shared ones.
#[tokio::test]
async fn a_server_that_stops_and_starts_gets_each_message_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_owned();
    let servers = Arc::new(spawn_blocking(move || Homeservers::start(path)).await??);
    let info = servers.info();
    let (camille, nadia) = {
        let servers = servers.clone();
        let register = move |name| servers.register(Side::French, name, PASSWORD, None, false);
        spawn_blocking(move || Ok::<_, anyhow::Error>((register("camille")?, register("nadia")?))).await??
    };
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&info.ca), keyring.clone()).await?;
    desk.sign_in_as(&info.french.base_url, Some("camille"), PASSWORD).await?;
    let reader = Agent::sign_in(&info.french, &info.ca, "nadia", PASSWORD).await?;
    ensure!(reader.user_id()?.as_str() == nadia, "somebody else");
    let room = meet_reader(&desk, &camille.to_string(), &reader, true).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    for round in 0..times(1, 5) {
        let prefix = format!("Arrêt {round}, ");
        let (before, after) = (MESSAGES, 2 * MESSAGES);
        for text in numbered(&prefix, before) {
            desk.app.send_text(room.as_str(), &text, None).await?;
        }
        // In the middle of it.
        let stopping = servers.clone();
        spawn_blocking(move || stopping.stop_one(Side::French)).await??;
        until(&mut desk.connection, "offline", |state| *state == ConnectionState::Offline).await?;
        for text in numbered(&prefix, after).into_iter().skip(before) {
            desk.app.send_text(room.as_str(), &text, None).await?;
        }
        let starting = servers.clone();
        spawn_blocking(move || starting.start_one(Side::French)).await??;
        until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
        let shown = |message: &Message| plain(message).starts_with(&prefix);
        until(&mut timeline.items, "all messages", |items| messages(items).filter(|m| shown(m)).count() == after)
            .await?;
        all_sent(&mut timeline).await?;
        let arrived = read(&reader, &room, &prefix, after).await?;
        ensure!(arrived == numbered(&prefix, after), "each once, in order: {arrived:#?}");
    }
    desk.close().await;
    drop(reader);
    Ok(())
}
