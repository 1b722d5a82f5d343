//! Files of the profile are cut short, as by a disk that fails.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail, ensure};
use estafette_core::{ErrorCode, account::dto::AccountState};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, Context},
    desk::{Desk, MemoryKeyring, messages, until},
    panics,
    rich::plain,
    servers::{Account, ca},
};
use matrix_sdk::ruma::RoomId;

use super::{read, with_a_reader};

/// Without these nobody can read the rest, or nobody would trust this device: they may end at a screen that says so
/// and offers to set the data aside. All else comes back from the server.
const INDISPENSABLE: &[&str] = &["profile.json", "estafette.db", "sdk/matrix-sdk-crypto.sqlite3"];

#[tokio::test]
async fn a_profile_that_was_closed_opens_or_says_how_to_go_on() -> Result<()> {
    cut_short_in_turn(true).await
}

/// As a killed program leaves it: much of it stands in the files beside the databases.
#[tokio::test]
async fn a_profile_that_was_in_use_opens_or_says_how_to_go_on() -> Result<()> {
    cut_short_in_turn(false).await
}

async fn cut_short_in_turn(closed: bool) -> Result<()> {
    panics::watch();
    let camille = Account::new(Side::French, "Camille")?;
    let (profile, kept) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let keyring = Arc::new(MemoryKeyring::default());
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    let (reader, room) = with_a_reader(&mut desk, &camille, false).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    reader.say(&room, "Avant", &Context::default()).await?;
    timeline.message("the first message", |message| plain(message) == "Avant").await?;
    if !closed {
        copy(profile.path(), kept.path())?;
    }
    drop(timeline);
    desk.close().await;
    if closed {
        copy(profile.path(), kept.path())?;
    }
    for file in files(kept.path())? {
        let length = fs::metadata(kept.path().join(&file))?.len();
        for left in [length / 2, 0] {
            let damaged = tempfile::tempdir()?;
            copy(kept.path(), damaged.path())?;
            File::options().write(true).open(damaged.path().join(&file))?.set_len(left)?;
            let what = format!("{}, {left} of {length}", file.display());
            let way = opens(damaged.path(), &keyring, &reader, &room, &what).await.context(what.clone())?;
            println!("{what}: {way:?}");
            let needed = INDISPENSABLE.iter().any(|name| file.to_string_lossy().starts_with(name));
            ensure!(needed || way == Way::On, "{what}: it could have been fetched again");
        }
    }
    ensure!(panics::seen().is_empty(), "{:?}", panics::seen());
    Ok(())
}

/// How it goes on.
#[derive(Debug, PartialEq)]
enum Way {
    /// As before.
    On,
    /// With the data set aside, after a screen that says why.
    Anew,
}

async fn opens(profile: &Path, keyring: &Arc<MemoryKeyring>, reader: &Agent, room: &RoomId, what: &str) -> Result<Way> {
    let before = files(profile)?;
    let mut desk = Desk::open(profile, Some(&ca()), keyring.clone()).await?;
    let state = until(&mut desk.account, "an answer", |state| *state != AccountState::Opening).await?;
    let way = match state {
        AccountState::Ready { .. } => {
            converse(&desk, reader, room, what).await?;
            Way::On
        }
        AccountState::KeyGone => set_aside(&mut desk, profile, &before).await?,
        AccountState::Unusable { error } if error.code == ErrorCode::DataDamaged => {
            set_aside(&mut desk, profile, &before).await?
        }
        other => bail!("no way out of {other:?}"),
    };
    desk.close().await;
    Ok(way)
}

/// What was said is there, also where it must come from the server; and a word goes each way.
async fn converse(desk: &Desk, reader: &Agent, room: &RoomId, what: &str) -> Result<()> {
    desk.room("the room", |row| row.id == room.as_str() && !row.invited).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    // As the window does while there is space above the messages.
    while !messages(&timeline.items.borrow()).any(|message| plain(message) == "Avant") {
        if desk.app.load_older(room.as_str(), 50).await? {
            break;
        }
    }
    timeline.message("the first message", |message| plain(message) == "Avant").await?;
    desk.app.send_text(room.as_str(), what, None).await?;
    ensure!(read(reader, room, what, 1).await? == [what], "once");
    let answer = format!("Reçu : {what}");
    reader.say(room, &answer, &Context::default()).await?;
    timeline.message("the answer", |message| plain(message) == answer).await?;
    Ok(())
}

/// Takes the way that the screen offers: nothing is lost by it.
async fn set_aside(desk: &mut Desk, profile: &Path, before: &[PathBuf]) -> Result<Way> {
    let folder = profile.join(desk.app.set_data_aside().await?);
    until(&mut desk.account, "the sign-in screen", |state| *state == AccountState::SignedOut).await?;
    for file in before.iter().filter(|file| !is_beside(file)) {
        ensure!(folder.join(file).exists(), "{} is gone", file.display());
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

/// The files of a profile that hold something of the account, below its folder.
fn files(profile: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["", "sdk", "sdk-cache"] {
        for entry in fs::read_dir(profile.join(folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let counts =
                !folder.is_empty() || name == "profile.json" || name.to_string_lossy().starts_with("estafette");
            if counts && entry.file_type()?.is_file() {
                files.push(Path::new(folder).join(name));
            }
        }
    }
    files.sort();
    Ok(files)
}
