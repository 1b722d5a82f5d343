//! The disk is full while messages are written.

use std::{process::Stdio, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::PATIENCE,
    chance::times,
    desk::{Desk, FolderKeyring},
    gateway::Gateway,
    servers::{Account, PASSWORD, ca},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{meet_reader, numbered, read};

/// How many messages are written.
const MESSAGES: usize = 40;

/// A small disk of the program's own, which ends with it: no rights are needed for that where user namespaces are
/// allowed. The profile is copied onto it.
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o size=48m,mode=700 tmpfs "$1" && cp -a "$2/." "$1" && shift 2 && exec "$@"
"#;

/// How long the program may take to see that the disk is full.
const SEES: Duration = Duration::from_secs(8);

/// How long it is watched from then on.
const WATCHED: Duration = Duration::from_secs(15);

/// How many messages may go out while it is watched: single tries.
const TRIES: usize = 15;

/// How many requests of all kinds.
const REQUESTS: usize = 60;

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_lost_or_doubled_in_a_room() -> Result<()> {
    full_while_writing(false).await
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_lost_or_doubled_in_an_encrypted_room() -> Result<()> {
    full_while_writing(true).await
}

async fn full_while_writing(encrypted: bool) -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let gateway = Gateway::before(camille.server()).await?;
    let (profile, keys, disk) = (tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?);
    let keyring = std::sync::Arc::new(FolderKeyring(keys.path().to_owned()));
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring).await?;
    desk.sign_in_as(&gateway.url, Some(&camille.localpart), PASSWORD).await?;
    let reader = Account::new(Side::French, "Nadia")?.agent().await?;
    let room = meet_reader(&desk, &camille.user_id, &reader, encrypted).await?;
    desk.close().await;
    for round in 0..times(1, 5) {
        let prefix = format!("Plein {round}, ");
        let mut child = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, "sh"])
            .args([disk.path(), profile.path()])
            .arg(env!("CARGO_BIN_EXE_writer"))
            .arg("--profile")
            .arg(disk.path())
            .arg("--keys")
            .arg(keys.path())
            .arg("--ca")
            .arg(ca())
            .args(["--room", room.as_str(), "--prefix", &prefix, "--count", &MESSAGES.to_string()])
            .arg("--brim")
            .arg(disk.path().join("brim"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("util-linux is missing")?;
        let output = child.stdout.take().context("no output")?;
        let mut heard = Heard { lines: BufReader::new(output).lines(), shown: 0, refused: 0 };
        heard.until(|line| line == "full ").await.context("this needs user namespaces, to mount a small disk")?;
        heard.listen(SEES).await?;
        ensure!(heard.refused > 0, "nobody was told that the disk is full");
        let before = (gateway.passed("/send/m.room"), gateway.passed(""), cpu(&child)?);
        heard.listen(WATCHED).await?;
        let (sent, asked) = (gateway.passed("/send/m.room") - before.0, gateway.passed("") - before.1);
        let busy = cpu(&child)?.saturating_sub(before.2);
        println!("round {round}: {} refused, {sent} sent, {asked} asked, busy for {busy:?}", heard.refused);
        ensure!(sent <= TRIES, "{sent} tries while the disk is full");
        ensure!(asked <= REQUESTS, "{asked} requests while the disk is full");
        ensure!(busy < WATCHED / 5, "busy for {busy:?} while the disk is full");
        child.stdin.take().context("no input")?.write_all(b"free\n").await?;
        while heard.shown < MESSAGES {
            let line = heard.next(Instant::now() + PATIENCE).await?;
            line.with_context(|| format!("only {} are shown", heard.shown))?;
        }
        let arrived = read(&reader, &room, &prefix, MESSAGES).await?;
        // What comes twice may come later.
        sleep(Duration::from_secs(3)).await;
        let arrived = read(&reader, &room, &prefix, arrived.len()).await?;
        ensure!(arrived == numbered(&prefix, MESSAGES), "each once, in order: {arrived:#?}");
        child.kill().await?;
    }
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

/// How long the processor has worked for a program.
fn cpu(child: &Child) -> Result<Duration> {
    let pid = child.id().context("the program ended by itself")?;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // After the name, which may hold anything: the 14th and 15th field, in hundredths of a second.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = fields.get(11..13).context("no times")?.iter().map(|ticks| ticks.parse::<u64>());
    Ok(Duration::from_millis(10 * ticks.sum::<Result<u64, _>>()?))
}
