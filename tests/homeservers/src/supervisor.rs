//! Speaks to the supervising process (`supervisor.py`) of a directory.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::state::Side;

const PROGRAM: &str = include_str!("supervisor.py");
/// What the supervisor runs for each server.
const HOMESERVER: &str = include_str!("homeserver.py");

/// How a server is, as its supervisor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Its process runs.
    Running,
    /// Its process stands still: connections open but nothing answers.
    Paused,
    /// It was stopped: connections are refused.
    Stopped,
    /// It ended by itself.
    Failed,
}

/// What both servers do.
pub(crate) type Conditions = HashMap<Side, Condition>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Error { error: String },
    Conditions(Conditions),
}

/// Starts the supervisor, which starts both servers. It ends when the child's standard input closes.
pub(crate) fn spawn(directory: &Path, python: &Path) -> Result<Child> {
    let program = directory.join("supervisor.py");
    fs::write(&program, PROGRAM)?;
    fs::write(directory.join("homeserver.py"), HOMESERVER)?;
    let log = File::create(directory.join("supervisor.log"))?;
    let mut child = Command::new(python)
        .arg("-I")
        .arg(&program)
        .arg(directory)
        // Proxies, Python settings and the like of the caller are not for these servers.
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .envs(std::env::vars_os().filter(|(name, _)| name == SESSION))
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("cannot run {}", python.display()))?;
    let deadline = Instant::now() + Duration::from_secs(20);
    while request(directory, "status").is_err() {
        if child.try_wait()?.is_some() || Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            let said = fs::read_to_string(directory.join("supervisor.log")).unwrap_or_default();
            bail!("the homeservers' supervisor did not start:\n{said}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(child)
}

/// Marks all processes of one run of the demo; passed on so that the run can find what it left.
const SESSION: &str = "ESTAFETTE_SESSION";

/// Whether a supervisor answers for this directory.
pub(crate) fn is_running(directory: &Path) -> bool {
    request(directory, "status").is_ok()
}

/// Whether a supervisor answers that was told to go on without whoever started it.
pub(crate) fn is_kept(directory: &Path) -> bool {
    // It says so only while it is; otherwise the word is unknown to it.
    request(directory, "kept").is_ok()
}

/// Sends one request and reads its answer.
pub(crate) fn request(directory: &Path, line: &str) -> Result<Conditions> {
    // The path of a socket must be short; this one is, wherever the directory lies.
    let open = File::open(directory)?;
    let mut stream = UnixStream::connect(format!("/proc/self/fd/{}/control", open.as_raw_fd()))
        .context("the homeservers are not running")?;
    stream.set_read_timeout(Some(Duration::from_secs(40)))?;
    writeln!(stream, "{line}")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    match serde_json::from_str(&answer).context("the homeservers' supervisor gave no answer")? {
        Answer::Error { error } => bail!(error),
        Answer::Conditions(conditions) => Ok(conditions),
    }
}
