//! The disk is full while messages are written.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::PATIENCE,
    chance::times,
    desk::{Desk, FolderKeyring},
    processor::processor_seconds,
    servers::{Account, ca},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{ChildStdout, Command},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{meet_reader, numbered, read, writer_on_a_disk};

/// How many messages are written.
const MESSAGES: usize = 40;

/// A small disk, with the profile on it.
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o size=48m,mode=700 tmpfs "$1" && cp -a "$2/." "$1" && shift 2 && exec "$@"
"#;

/// So long nothing is sent before it counts as standing still.
const STILL: Duration = Duration::from_secs(5);

/// How long the program is watched from then on.
const WATCHED: Duration = Duration::from_secs(15);

/// How many messages may go out while it is watched: single tries.
const TRIES: usize = 15;

/// How many requests of all kinds.
const REQUESTS: usize = 60;

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_lost_or_doubled_in_a_room() -> Result<()> {
    full_while_writing(&[false]).await
}

/// What goes on in one room must not set the other going.
#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_lost_or_doubled_in_an_encrypted_room_and_one_that_is_not() -> Result<()> {
    full_while_writing(&[true, false]).await
}

async fn full_while_writing(encrypted: &[bool]) -> Result<()> {
    ensure_small_disks().await?;
    for round in 0..times(1, 5) {
        full_once(encrypted).await.with_context(|| format!("in round {round}"))?;
    }
    Ok(())
}

/// With people, a profile and rooms of their own: the disk, and all that was written to it, ends with the program.
async fn full_once(encrypted: &[bool]) -> Result<()> {
    const PREFIX: &str = "Plein ";
    let camille = Account::new(Side::French, "Camille")?;
    let (profile, keys, disk) = (tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?);
    let keyring = std::sync::Arc::new(FolderKeyring(keys.path().to_owned()));
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let reader = Account::new(Side::French, "Nadia")?.agent().await?;
    let mut rooms = Vec::new();
    for encrypted in encrypted {
        rooms.push(meet_reader(&desk, &camille.user_id, &reader, *encrypted).await?);
    }
    desk.close().await;
    let mut child = writer_on_a_disk(ON_A_SMALL_DISK, disk.path(), profile.path(), keys.path())
        .args(rooms.iter().flat_map(|room| ["--room", room.as_str()]))
        .args(["--prefix", PREFIX, "--count", &MESSAGES.to_string()])
        .arg("--brim")
        .arg(disk.path().join("brim"))
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let mut heard = Heard { lines: BufReader::new(output).lines(), shown: 0, refused: 0 };
    heard.until(|line| line == "full ").await?;
    let pid = child.id().context("the program ended by itself")?;
    // However long it takes to see that the disk is full: the machine may stall.
    let noticing = Instant::now();
    let mut passed = usize::MAX;
    while heard.refused == 0 || gateway.passed("/send/m.room") != passed {
        ensure!(noticing.elapsed() < PATIENCE, "{} refused, {passed} sent, and on and on", heard.refused);
        passed = gateway.passed("/send/m.room");
        heard.listen(STILL).await?;
    }
    let before = (gateway.passed("/send/m.room"), gateway.passed(""), processor_seconds(pid)?);
    heard.listen(WATCHED).await?;
    let (sent, asked) = (gateway.passed("/send/m.room") - before.0, gateway.passed("") - before.1);
    let busy = processor_seconds(pid)? - before.2;
    println!("{} refused, {sent} sent, {asked} asked, busy for {busy} s", heard.refused);
    ensure!(sent <= TRIES, "{sent} tries while the disk is full");
    ensure!(asked <= REQUESTS, "{asked} requests while the disk is full");
    ensure!(busy < WATCHED.as_secs_f64() / 5.0, "busy for {busy} s while the disk is full");
    child.stdin.take().context("no input")?.write_all(b"free\n").await?;
    while heard.shown < rooms.len() * MESSAGES {
        let line = heard.next(Instant::now() + PATIENCE).await?;
        line.with_context(|| format!("only {} are shown", heard.shown))?;
    }
    for room in &rooms {
        read(&reader, room, PREFIX, MESSAGES).await?;
    }
    // What comes twice may come later.
    sleep(Duration::from_secs(3)).await;
    for room in &rooms {
        let arrived = read(&reader, room, PREFIX, MESSAGES).await?;
        ensure!(arrived == numbered(PREFIX, MESSAGES), "each once, in order: {arrived:#?}");
    }
    child.kill().await?;
    Ok(())
}

/// Says what is missing where a program may not have a disk of its own.
async fn ensure_small_disks() -> Result<()> {
    let tried = Command::new("unshare").args(["--map-root-user", "--mount", "true"]).output().await;
    let tried = tried.context("`unshare` of util-linux is missing")?;
    ensure!(
        tried.status.success(),
        "this test mounts a small disk, for which this machine must let everybody make user namespaces \
         (sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0): {}",
        String::from_utf8_lossy(&tried.stderr)
    );
    Ok(())
}

/// What the program says.
struct Heard {
    lines: Lines<BufReader<ChildStdout>>,
    shown: usize,
    refused: usize,
}

impl Heard {
    /// The next line, if there is one until then.
    async fn next(&mut self, until: Instant) -> Result<Option<String>> {
        let Ok(line) = timeout_at(until, self.lines.next_line()).await else { return Ok(None) };
        let line = line?.context("the program ended by itself")?;
        match line.split_once(' ') {
            Some(("shown", _)) => self.shown += 1,
            Some(("refused", "storage-full")) => self.refused += 1,
            Some(("kept" | "full", _)) => {}
            _ => bail!("the program said {line:?}"),
        }
        Ok(Some(line))
    }

    async fn until(&mut self, satisfies: impl Fn(&str) -> bool) -> Result<()> {
        let found = async {
            loop {
                let line = self.next(Instant::now() + PATIENCE).await?.context("the program is silent")?;
                if satisfies(&line) {
                    return Ok(());
                }
            }
        };
        timeout(PATIENCE, found).await?
    }

    /// Listens for so long.
    async fn listen(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while self.next(end).await?.is_some() {}
        Ok(())
    }
}
