//! What must not happen whatever fails around core: nothing that was shown as written is lost or comes twice.
//! A few tries of each in CI, many with `cargo xtask test --full`.

mod damaged;
mod full;
mod given_up;
mod held_back;
mod killed;
mod network;
mod no_room;

use std::{path::Path, process::Stdio};

use anyhow::{Result, ensure};
use estafette_core::timeline::dto::TimelineItem;
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, eventually},
    desk::{Desk, List, messages, until},
    servers::{Account, PASSWORD, ca},
};
use matrix_sdk::{
    room::MessagesOptions,
    ruma::{OwnedRoomId, OwnedUserId, RoomId, UInt},
};
use tokio::process::Command;

/// Signs somebody in, and puts them into a room with somebody else, who uses another client.
async fn with_a_reader(desk: &mut Desk, writer: &Account, encrypted: bool) -> Result<(Agent, OwnedRoomId)> {
    desk.sign_in(&writer.user_id, PASSWORD).await?;
    meet(desk, writer, encrypted).await
}

/// The program `writer` on a copy of a profile, on a small disk of its own, which ends with it: no rights are needed
/// for that where user namespaces are allowed. `script` gets the disk's folder, the profile and then the program.
fn writer_on_a_disk(script: &str, disk: &Path, profile: &Path, keys: &Path) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .args([disk, profile])
        .arg(env!("CARGO_BIN_EXE_writer"))
        .stdin(Stdio::piped());
    of_profile(&mut command, disk, keys);
    command
}

/// The arguments of the program `writer`, whose output is read and which ends with the test.
fn of_profile<'a>(command: &'a mut Command, profile: &Path, keys: &Path) -> &'a mut Command {
    let command = command.arg("--profile").arg(profile).arg("--keys").arg(keys).arg("--ca").arg(ca());
    command.stdout(Stdio::piped()).kill_on_drop(true)
}

/// At the end of a test: what has arrived since it was looked at is no message a second time.
async fn ensure_no_more(reader: &Agent, room: &RoomId, prefix: &str, expected: &[String]) -> Result<()> {
    let arrived = read(reader, room, prefix, expected.len()).await?;
    ensure!(arrived == expected, "{} have arrived, of {}", arrived.len(), expected.len());
    Ok(())
}

/// Puts somebody who is signed in into a room with somebody else, who uses another client.
async fn meet(desk: &Desk, writer: &Account, encrypted: bool) -> Result<(Agent, OwnedRoomId)> {
    let reader = Account::new(Side::French, "Nadia")?.agent().await?;
    let room = meet_reader(desk, &writer.user_id, &reader, encrypted).await?;
    Ok((reader, room))
}

/// Puts somebody who is signed in into a new room of somebody else.
async fn meet_reader(desk: &Desk, writer: &str, reader: &Agent, encrypted: bool) -> Result<OwnedRoomId> {
    let room = reader.create_room(Some("Pannes"), None, encrypted, &[OwnedUserId::try_from(writer)?]).await?;
    desk.join(room.as_str()).await?;
    reader.wait_for_members(&room, 2).await?;
    Ok(room)
}

/// Waits until nothing waits to be sent any more, however many there are: only that one more is sent must not take
/// long.
async fn all_sent(timeline: &mut List<TimelineItem>) -> Result<()> {
    let waiting = |items: &[TimelineItem]| messages(items).filter(|message| message.sending.is_some()).count();
    let mut left = usize::MAX;
    while left > 0 {
        left = waiting(&until(&mut timeline.items, "one more at the server", |items| waiting(items) < left).await?);
    }
    Ok(())
}

/// All that another client reads in a room now, of the messages that begin so, oldest first; nothing where it
/// cannot be read yet. Nothing else is said in the room from the first to the last of them.
async fn read_now(reader: &Agent, room: &RoomId, prefix: &str) -> Option<Vec<String>> {
    let room = reader.client.get_room(room)?;
    let (mut texts, mut from) = (Vec::new(), None);
    loop {
        let mut options = MessagesOptions::backward().from(from.as_deref());
        options.limit = UInt::from(100_u32);
        let page = room.messages(options).await.ok()?;
        let newer = texts.len();
        for event in &page.chunk {
            let raw: serde_json::Value = event.raw().deserialize_as_unchecked().ok()?;
            if raw["type"] == "m.room.encrypted" {
                return None;
            }
            texts.extend(raw["content"]["body"].as_str().filter(|body| body.starts_with(prefix)).map(str::to_owned));
        }
        match page.end {
            // Further back is what was said before.
            Some(end) if newer == 0 || texts.len() > newer => from = Some(end),
            _ => break,
        }
    }
    texts.reverse();
    Some(texts)
}

/// What another client reads once it reads so many messages that begin so, however long that takes: only that one more
/// comes must not take long.
async fn read(reader: &Agent, room: &RoomId, prefix: &str, count: usize) -> Result<Vec<String>> {
    let what = format!("one more of {count} messages at the other client");
    let mut reached = None;
    loop {
        let further = |texts: &Vec<String>| texts.len() >= count || Some(texts.len()) > reached;
        let texts = eventually(&what, || async { read_now(reader, room, prefix).await.filter(further) }).await?;
        if texts.len() >= count {
            return Ok(texts);
        }
        reached = Some(texts.len());
    }
}

/// The texts of messages that are numbered.
fn numbered(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number}")).collect()
}
