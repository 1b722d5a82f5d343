//! The program is killed while it sends.

use std::{path::Path, process::ExitStatus, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, PATIENCE},
    chance::{Chance, times},
    desk::{Desk, FolderKeyring, messages, until},
    servers::{Account, ca},
};
use matrix_sdk::ruma::RoomId;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::{all_sent, ensure_no_more, numbered, of_profile, read, with_a_reader};

/// How the messages of each round begin.
const ROUND: &str = "Tour ";

/// How many messages are being sent when the program is killed.
const MESSAGES: usize = 200;

/// How long the program may live on after it has said the line that was drawn: messages go out more slowly than they
/// are written.
const LIVES_ON: u64 = 1000;

#[tokio::test]
async fn nothing_is_lost_or_doubled_in_a_room() -> Result<()> {
    killed_while_sending(false).await
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_in_an_encrypted_room() -> Result<()> {
    killed_while_sending(true).await
}

async fn killed_while_sending(encrypted: bool) -> Result<()> {
    let mut chance = Chance::new()?;
    let camille = Account::new(Side::French, "Camille")?;
    let (profile, keys) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let keyring = Arc::new(FolderKeyring(keys.path().to_owned()));
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
    let (reader, room) = with_a_reader(&mut desk, &camille, encrypted).await?;
    desk.close().await;
    let mut all = Vec::new();
    for round in 0..times(5, 50) {
        let prefix = format!("{ROUND}{round}, ");
        // Each message is kept and shown: two lines.
        let lines = chance.below(2 * MESSAGES as u64);
        let lives_on = Duration::from_millis(chance.below(LIVES_ON));
        let said = write_and_be_killed(profile.path(), keys.path(), &room, &prefix, lines, lives_on).await?;
        let (kept, shown) = (said.kept.len(), said.shown.len());
        println!("round {round}: {kept} kept, {shown} shown, killed {lives_on:?} after line {lines}");
        let desk = Desk::open(profile.path(), Some(&ca()), keyring.clone()).await?;
        let arrived = check(desk, &reader, &room, &prefix, &said).await;
        all.extend(arrived.with_context(|| format!("in round {round}: {said:#?}"))?);
    }
    ensure_no_more(&reader, &room, ROUND, &all).await
}

/// What the program said before it was killed.
#[derive(Debug, Default)]
struct Said {
    /// What stood in the timeline.
    shown: Vec<String>,
    /// What was kept as a draft, one after the other: each once core had taken the one before.
    kept: Vec<String>,
}

/// Starts the program, and kills it a while after so many of its lines.
async fn write_and_be_killed(
    profile: &Path,
    keys: &Path,
    room: &RoomId,
    prefix: &str,
    lines: u64,
    lives_on: Duration,
) -> Result<Said> {
    let mut child = of_profile(&mut Command::new(env!("CARGO_BIN_EXE_writer")), profile, keys)
        .args(["--room", room.as_str(), "--prefix", prefix, "--count", &MESSAGES.to_string()])
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let mut output = BufReader::new(output).lines();
    let mut said = Said::default();
    for _ in 0..=lines {
        let line = timeout(PATIENCE, output.next_line()).await.context("the program is silent")??;
        said.hear(&line.context("the program ended by itself")?)?;
    }
    if let Some(status) = ends_by_itself(&mut child, lives_on).await? {
        bail!("the program ended by itself: {status}");
    }
    // On Unix, this is SIGKILL.
    child.kill().await?;
    while let Some(line) = output.next_line().await? {
        said.hear(&line)?;
    }
    Ok(said)
}

async fn ends_by_itself(child: &mut Child, within: Duration) -> Result<Option<ExitStatus>> {
    Ok(timeout(within, child.wait()).await.ok().transpose()?)
}

impl Said {
    fn hear(&mut self, line: &str) -> Result<()> {
        match line.split_once(' ') {
            Some(("shown", text)) => self.shown.push(text.to_owned()),
            Some(("kept", text)) => self.kept.push(text.to_owned()),
            _ => bail!("the program said {line:?}"),
        }
        Ok(())
    }
}

/// What was shown or taken arrives once and in order; what was kept last does so too, or it is still kept. Gives what has
/// arrived.
async fn check(mut desk: Desk, reader: &Agent, room: &RoomId, prefix: &str, said: &Said) -> Result<Vec<String>> {
    desk.ready().await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    until(&mut timeline.items, "the messages", |items| messages(items).next().is_some()).await?;
    all_sent(&mut timeline).await?;
    // It is shown later than it is taken: by another task.
    let taken = said.kept.len().saturating_sub(1);
    let arrived = read(reader, room, prefix, taken.max(said.shown.len())).await?;
    ensure!(arrived == numbered(prefix, arrived.len()), "each once, in order: {arrived:#?}");
    ensure!(said.shown.iter().all(|text| arrived.contains(text)), "what was shown has arrived: {arrived:#?}");
    let draft = desk.app.load_draft(room.as_str()).await?.map(|draft| draft.text);
    if let Some(kept) = said.kept.last() {
        ensure!(arrived.contains(kept) || draft.as_ref() == Some(kept), "{kept:?} is neither sent nor kept: {draft:?}");
    }
    desk.app.save_draft(room.as_str(), None).await?;
    desk.close().await;
    Ok(arrived)
}
