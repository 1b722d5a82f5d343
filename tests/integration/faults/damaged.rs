//! Files of the profile are cut short or overwritten in part, as by a disk that fails.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail, ensure};
use estafette_core::{
    ErrorCode,
    account::dto::{AccountState, ConnectionState},
    crash::{CrashNote, Crashes},
    timeline::dto::TimelineItem,
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, Context},
    desk::{Desk, List, MemoryKeyring, until},
    faults::Wire,
    gateway::Fault,
    panics,
    rich::plain,
    servers::{Account, PASSWORD, ca},
};
use matrix_sdk::ruma::{OwnedDeviceId, RoomId, api::client::message::get_message_events};
use tempfile::TempDir;

use super::{meet, meet_reader, read};

/// Without these nobody can read the rest, or nobody would trust this device: they may end at a screen that says so
/// and offers to set the data aside. All else comes back from the server.
const INDISPENSABLE: &[&str] = &["profile.json", "estafette.db", "sdk/matrix-sdk-crypto.sqlite3"];

/// Where this is lost, the device's keys are there and older than others know them, which nobody notices: what it sends
/// in encrypted rooms is read nowhere until those others have begun anew with it, which they do after an hour at the
/// soonest.
const NEWEST_KEYS: &str = "sdk/matrix-sdk-crypto.sqlite3-wal";

/// What happens to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Halved,
    Emptied,
    /// A page is overwritten: in the SDK's stores, one without which they do not open. Of a smaller file, the middle.
    Spoiled,
}

const DAMAGES: [Damage; 3] = [Damage::Halved, Damage::Emptied, Damage::Spoiled];

/// What is left of a defect.
const NOTE: &str = "crash.json";

/// The size of a page in all databases.
const PAGE: usize = 4096;

impl Damage {
    fn happen_to(self, file: &Path) -> Result<()> {
        let before = fs::read(file)?;
        let mut bytes = before.clone();
        match self {
            Self::Halved => bytes.truncate(bytes.len() / 2),
            Self::Emptied => bytes.clear(),
            Self::Spoiled => {
                let (from, count) = if bytes.len() > PAGE { (PAGE, PAGE) } else { (bytes.len() / 4, bytes.len() / 2) };
                bytes.iter_mut().skip(from).take(count).for_each(|byte| *byte = 7);
            }
        }
        ensure!(bytes != before, "{self:?} changes nothing of {}", file.display());
        Ok(fs::write(file, bytes)?)
    }
}

#[tokio::test]
async fn a_profile_that_was_closed_opens_or_says_how_to_go_on() -> Result<()> {
    damaged_in_turn(true).await
}

/// As a killed program leaves it: much of it stands in the files beside the databases.
#[tokio::test]
async fn a_profile_that_was_in_use_opens_or_says_how_to_go_on() -> Result<()> {
    damaged_in_turn(false).await
}

async fn damaged_in_turn(closed: bool) -> Result<()> {
    panics::watch();
    let camille = Account::new(Side::French, "Camille")?;
    let wire = Wire::to(camille.server()).await?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    desk.sign_in_as(&wire.url, Some(&camille.localpart), PASSWORD).await?;
    let (reader, quiet) = meet(&desk, &camille, false).await?;
    let sealed = meet_reader(&desk, &camille.user_id, &reader, true).await?;
    for room in [&quiet, &sealed] {
        begin(&desk, &reader, room).await?;
    }
    let note = serde_json::to_vec(&CrashNote { at: 0, reference: "abcdef".to_owned(), went_on: false })?;
    fs::write(profile.path().join(NOTE), &note)?;
    let mut kept = ended(desk, profile.path(), &wire, closed).await?;
    let mut files = files(kept.path())?;
    // Last: the reader reads nothing any more after that.
    files.sort_by_key(|file| file == Path::new(NEWEST_KEYS));
    for file in files {
        for damage in DAMAGES {
            let what = format!("{}, {damage:?}", file.display());
            let damaged = tempfile::tempdir()?;
            copy(kept.path(), damaged.path())?;
            // Nobody else makes it anew.
            fs::write(damaged.path().join(NOTE), &note)?;
            if fs::metadata(damaged.path().join(&file)).map_or(0, |file| file.len()) == 0 {
                println!("{what}: there is nothing in it");
                continue;
            }
            damage.happen_to(&damaged.path().join(&file))?;
            // As the shell does first.
            ensure!(
                file != Path::new(NOTE) || Crashes::watch(damaged.path()).earlier().is_none(),
                "{what}: it tells of a defect"
            );
            let rooms = [&*quiet, &*sealed];
            let (way, desk) = opens(damaged.path(), &keyring, &reader, rooms, &what).await.context(what.clone())?;
            println!("{what}: {way:?}");
            let needed = INDISPENSABLE.iter().any(|name| file.to_string_lossy().starts_with(name));
            ensure!(needed || way == Way::On, "{what}: it could have been fetched again");
            // On from there: keys that were used once are of no use again.
            match way {
                Way::On => kept = ended(desk, damaged.path(), &wire, closed).await?,
                Way::Anew => desk.close().await,
            }
        }
    }
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

/// Ends core, and gives a copy of its profile: closed, or as a killed program leaves it.
async fn ended(mut desk: Desk, profile: &Path, wire: &Wire, closed: bool) -> Result<TempDir> {
    let kept = tempfile::tempdir()?;
    if closed {
        desk.close().await;
        copy(profile, kept.path())?;
    } else {
        // It goes on no further from where it is.
        wire.cut();
        until(&mut desk.connection, "offline", |state| *state == ConnectionState::Offline).await?;
        copy(profile, kept.path())?;
        desk.close().await;
        wire.mend();
    }
    Ok(kept)
}

/// Stores that can be fetched again, and what happens to each.
const LOST: &[(&str, Damage)] = &[
    ("sdk/matrix-sdk-state.sqlite3", Damage::Halved),
    ("sdk/matrix-sdk-state.sqlite3", Damage::Emptied),
    ("sdk-cache/matrix-sdk-event-cache.sqlite3", Damage::Halved),
    ("sdk-cache/matrix-sdk-event-cache.sqlite3", Damage::Emptied),
];

/// The server is asked for what is new since a position, which stands in another store than what came until then.
#[tokio::test]
async fn what_is_lost_comes_again_and_nothing_goes_out_in_the_clear() -> Result<()> {
    panics::watch();
    let camille = Account::new(Side::French, "Camille")?;
    let wire = Wire::to(camille.server()).await?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    desk.sign_in_as(&wire.url, Some(&camille.localpart), PASSWORD).await?;
    let (reader, quiet) = meet(&desk, &camille, false).await?;
    begin(&desk, &reader, &quiet).await?;
    let sealed = meet_reader(&desk, &camille.user_id, &reader, true).await?;
    begin(&desk, &reader, &sealed).await?;
    desk.close().await;
    for (file, damage) in LOST {
        let what = format!("{file}, {damage:?}");
        // For a position of its own: one that was gone on from is forgotten by the server, which then tells all.
        online(profile.path(), &keyring).await?.close().await;
        damage.happen_to(&profile.path().join(file))?;
        comes_again(profile.path(), &keyring, &reader, [&quiet, &sealed], &what).await.context(what)?;
    }
    // Killed, and of one store what was not in its database yet is lost.
    let desk = online(profile.path(), &keyring).await?;
    let new = meet_reader(&desk, &camille.user_id, &reader, true).await?;
    begin(&desk, &reader, &new).await?;
    let killed = ended(desk, profile.path(), &wire, false).await?;
    Damage::Emptied.happen_to(&killed.path().join("sdk/matrix-sdk-state.sqlite3-wal"))?;
    comes_again(killed.path(), &keyring, &reader, [&quiet, &new], "Interrompu").await.context("killed")?;
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

/// The first message of a room.
async fn begin(desk: &Desk, reader: &Agent, room: &RoomId) -> Result<()> {
    reader.say(room, "Avant", &Context::default()).await?;
    desk.timeline(room.as_str()).await?.message("the first message", |message| plain(message) == "Avant").await?;
    Ok(())
}

/// The words lead to the sign-in, which nothing but the keys of that device could hinder.
#[tokio::test]
async fn a_device_that_is_to_go_on_and_whose_keys_are_damaged_makes_way_for_another() -> Result<()> {
    panics::watch();
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let other = camille.unconfirmed_agent().await?;
    let first = devices(&other).await?;
    for damage in [None, Some(Damage::Halved)] {
        gateway.misbehave("/_matrix/client/", Fault::SignedOut, usize::MAX);
        until(&mut desk.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
        ensure!(gateway.behave() > 0, "the session did not end");
        desk.close().await;
        if let Some(damage) = damage {
            damage.happen_to(&profile.path().join("sdk/matrix-sdk-crypto.sqlite3"))?;
        }
        desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
        until(&mut desk.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
        desk.app.sign_in(&gateway.url, Some(&camille.localpart), PASSWORD.to_owned()).await?;
        desk.ready().await?;
        let now = devices(&other).await?;
        ensure!(now.len() == 1 && (now == first) == damage.is_none(), "{damage:?}: {first:?}, then {now:?}");
    }
    let kept = fs::read_dir(profile.path())?.filter_map(Result::ok).map(|entry| entry.path().join("sdk"));
    ensure!(kept.filter(|sdk| sdk.join("matrix-sdk-crypto.sqlite3").exists()).count() == 1, "nothing was set aside");
    desk.close().await;
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

/// Clearing is what one tries first where something is wrong with it.
#[tokio::test]
async fn a_history_that_cannot_be_cleared_is_made_anew_by_the_next_start() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let profile = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    let (reader, room) = meet(&desk, &camille, false).await?;
    begin(&desk, &reader, &room).await?;
    spoil_in_use(&profile.path().join("sdk-cache/matrix-sdk-event-cache.sqlite3"), "linked_chunks")?;
    let error = desk.app.clear_cache().await.expect_err("a damaged history was cleared");
    ensure!(error.code == ErrorCode::StorageFailed, "{error:?}");
    desk.close().await;
    let desk = online(profile.path(), &keyring).await?;
    shows_the_first(&desk, &room).await?;
    desk.app.clear_cache().await?;
    desk.close().await;
    Ok(())
}

/// Overwrites the first page of a table, in a database that somebody else has open and which opens all the same.
fn spoil_in_use(file: &Path, table: &str) -> Result<()> {
    let database = rusqlite::Connection::open(file)?;
    // What somebody else has written is read again.
    database.execute_batch("CREATE TABLE spoiled (it); DROP TABLE spoiled;")?;
    let busy: bool = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    ensure!(!busy, "somebody reads {}", file.display());
    let page: u64 =
        database.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))?;
    let mut spoiled = fs::OpenOptions::new().write(true).open(file)?;
    spoiled.seek(SeekFrom::Start((page - 1) * PAGE as u64))?;
    Ok(spoiled.write_all(&[7; PAGE])?)
}

/// The devices that the server knows of somebody, but for the one that asks.
async fn devices(agent: &Agent) -> Result<Vec<OwnedDeviceId>> {
    let devices = agent.client.devices().await?.devices.into_iter().map(|device| device.device_id);
    Ok(devices.filter(|device| Some(&**device) != agent.client.device_id()).collect())
}

/// Opens a profile and waits until all is known that the server has told so far.
async fn online(profile: &Path, keyring: &Arc<MemoryKeyring>) -> Result<Desk> {
    let mut desk = Desk::open(profile, Some(&ca()), keyring.clone()).await?;
    desk.ready().await?;
    until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
    Ok(desk)
}

/// Both rooms are there: the quiet one, and the encrypted one, which has news and stays encrypted.
async fn comes_again(
    profile: &Path,
    keyring: &Arc<MemoryKeyring>,
    reader: &Agent,
    [quiet, sealed]: [&RoomId; 2],
    what: &str,
) -> Result<()> {
    let news = format!("Entre-temps : {what}");
    reader.say(sealed, &news, &Context::default()).await?;
    let mut desk = Desk::open(profile, Some(&ca()), keyring.clone()).await?;
    desk.ready().await?;
    // At once: while a room is open, the server is asked for all of it.
    desk.room("the encrypted room", |row| row.id == sealed.as_str()).await?;
    desk.app.send_text(sealed.as_str(), what, None).await?;
    ensure!(read(reader, sealed, what, 1).await? == [what], "once");
    ensure_sealed(reader, sealed).await?;
    let mut timeline = shows_the_first(&desk, sealed).await?;
    timeline.message("the news", |message| plain(message) == news).await?;
    desk.room("an encrypted room", |row| row.id == sealed.as_str() && row.encrypted).await?;
    desk.room("the quiet room", |row| row.id == quiet.as_str() && !row.invited).await?;
    shows_the_first(&desk, quiet).await?;
    desk.close().await;
    Ok(())
}

/// Nothing lies at the server in the clear.
async fn ensure_sealed(reader: &Agent, room: &RoomId) -> Result<()> {
    let page = reader.client.send(get_message_events::v3::Request::backward(room.to_owned())).await?;
    for event in &page.chunk {
        let kind = event.get_field::<String>("type")?.unwrap_or_default();
        ensure!(kind != "m.room.message", "it went out in the clear");
    }
    Ok(())
}

/// The first message of a room is shown, also where it must come from the server.
async fn shows_the_first(desk: &Desk, room: &RoomId) -> Result<List<TimelineItem>> {
    let mut timeline = desk.timeline(room.as_str()).await?;
    timeline.message_back(desk, room, "the first message", |message| plain(message) == "Avant").await?;
    Ok(timeline)
}

/// How it goes on.
#[derive(Debug, PartialEq)]
enum Way {
    /// As before.
    On,
    /// With the data set aside, after a screen that says why.
    Anew,
}

async fn opens(
    profile: &Path,
    keyring: &Arc<MemoryKeyring>,
    reader: &Agent,
    rooms: [&RoomId; 2],
    what: &str,
) -> Result<(Way, Desk)> {
    let before = files(profile)?;
    let mut desk = Desk::open(profile, Some(&ca()), keyring.clone()).await?;
    let mut state = until(&mut desk.account, "an answer", |state| *state != AccountState::Opening).await?;
    if matches!(&state, AccountState::Unusable { error } if error.code == ErrorCode::StorageFailed) {
        // Its words ask for just that.
        println!("{what}: restarted");
        desk.close().await;
        desk = Desk::open(profile, Some(&ca()), keyring.clone()).await?;
        state = until(&mut desk.account, "an answer", |state| *state != AccountState::Opening).await?;
    }
    let way = match state {
        AccountState::Ready { .. } => {
            converse(&desk, reader, rooms, what).await?;
            Way::On
        }
        AccountState::KeyGone => set_aside(&mut desk, profile, &before).await?,
        AccountState::Unusable { error } if error.code == ErrorCode::DataDamaged => {
            set_aside(&mut desk, profile, &before).await?
        }
        other => bail!("no way out of {other:?}"),
    };
    Ok((way, desk))
}

/// What was said is there, also where it must come from the server; and a word goes each way, in a room and in an
/// encrypted one.
async fn converse(desk: &Desk, reader: &Agent, [quiet, sealed]: [&RoomId; 2], what: &str) -> Result<()> {
    for room in [quiet, sealed] {
        let read_there = room == quiet || !what.starts_with(NEWEST_KEYS);
        desk.room("the room", |row| row.id == room.as_str() && !row.invited).await?;
        let mut timeline = shows_the_first(desk, room).await?;
        desk.app.send_text(room.as_str(), what, None).await?;
        if read_there {
            ensure!(read(reader, room, what, 1).await? == [what], "once");
        } else {
            timeline.message("what is sent", |message| plain(message) == what && message.sending.is_none()).await?;
        }
        let answer = format!("Reçu : {what}");
        reader.say(room, &answer, &Context::default()).await?;
        timeline.message("the answer", |message| plain(message) == answer).await?;
    }
    ensure_sealed(reader, sealed).await
}

/// Takes the way that the screen offers: nothing is lost by it, and what is left of a defect is still to be told.
async fn set_aside(desk: &mut Desk, profile: &Path, before: &[PathBuf]) -> Result<Way> {
    let folder = profile.join(desk.app.set_data_aside().await?);
    until(&mut desk.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
    for file in before.iter().filter(|file| !is_beside(file)) {
        let now = if file == Path::new(NOTE) { profile } else { &folder };
        ensure!(now.join(file).exists(), "{} is gone", file.display());
    }
    Ok(Way::Anew)
}

/// Whether SQLite keeps this file beside a database, and makes it anew as it likes.
fn is_beside(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.to_string_lossy().contains('-'))
}

/// Copies a profile as it lies there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(from.join(&file), target)?;
    }
    Ok(())
}

/// The files of a profile that hold something of the account or of a defect, below its folder.
fn files(profile: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["", "sdk", "sdk-cache"] {
        for entry in fs::read_dir(profile.join(folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let counts = !folder.is_empty()
                || name == "profile.json"
                || name == NOTE
                || name.to_string_lossy().starts_with("estafette");
            if counts && entry.file_type()?.is_file() {
                files.push(Path::new(folder).join(name));
            }
        }
    }
    files.sort();
    Ok(files)
}
