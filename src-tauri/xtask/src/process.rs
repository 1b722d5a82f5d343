//! Processes that end with whoever started them.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::interrupt;

/// How long a process may take to end in its own way.
const PATIENCE: Duration = Duration::from_secs(5);

/// A child and its descendants, in a process group of their own: ended on drop, hard if need be. The child also ends
/// if this process is killed.
#[derive(Debug)]
pub(crate) struct Group {
    name: String,
    child: Child,
    status: Option<ExitStatus>,
}

impl Group {
    /// Starts a command as a group. Its standard input is closed unless the command says otherwise.
    pub(crate) fn spawn(command: &Command) -> Result<Self> {
        Self::spawn_with(command, |_| ())
    }

    /// Starts a command as a group, with its streams set by `streams`.
    pub(crate) fn spawn_with(command: &Command, streams: impl FnOnce(&mut Command)) -> Result<Self> {
        let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
        let name = name.to_string_lossy().into_owned();
        let mut command = tied_to_this_process(command);
        command.stdin(Stdio::null());
        streams(&mut command);
        let child = command.process_group(0).spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, child, status: None })
    }

    /// The child's process number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    pub(crate) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How the child ended, if it has.
    pub(crate) fn status(&mut self) -> Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.child.try_wait()?;
        }
        Ok(self.status)
    }

    /// Waits for the child's end, or for Ctrl+C.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = interrupt::poll(Duration::from_secs(3600), || self.status())? {
                return Ok(status);
            }
        }
    }

    /// Waits for the child's end, which must be a success.
    pub(crate) fn succeed(mut self) -> Result<()> {
        let status = self.wait()?;
        if !status.success() {
            bail!("{} failed: {status}", self.name);
        }
        Ok(())
    }

    fn is_gone(&mut self) -> bool {
        // Reaps the child.
        let _ = self.status();
        !is_group_alive(self.child.id())
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.is_gone() {
            return;
        }
        self.signal(Signal::TERM);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.is_gone() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Runs a command to its successful end, its output on the terminal.
pub(crate) fn run(command: &Command) -> Result<()> {
    Group::spawn(command)?.succeed()
}

/// Runs a command that may ask something on the terminal (sudo its password), so not in a group of its own.
pub(crate) fn run_in_foreground(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    interrupt::check()?;
    if !status.success() {
        bail!("{} failed: {status}", command.get_program().display());
    }
    Ok(())
}

/// What a command prints, if it ends well.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !output.status.success() {
        bail!("{} failed: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The same command, which the kernel ends when this process ends, whatever ends it.
fn tied_to_this_process(command: &Command) -> Command {
    const SETPRIV: &str = "/usr/bin/setpriv";
    let mut tied = if Path::new(SETPRIV).exists() {
        let mut tied = Command::new(SETPRIV);
        tied.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
        tied
    } else {
        Command::new(command.get_program())
    };
    tied.args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        tied.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => tied.env(name, value),
            None => tied.env_remove(name),
        };
    }
    tied
}

/// Whether a process group has members. Dead ones that nobody has reaped yet do not count: that is for the system's
/// first process, and not every one is quick.
fn is_group_alive(group: u32) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else { return false };
    let group = group.to_string();
    entries.flatten().any(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // "PID (NAME) STATE PARENT GROUP …", where the name may hold anything.
        let Some((_, rest)) = stat.rsplit_once(") ") else { return false };
        let mut fields = rest.split(' ');
        let is_dead = matches!(fields.next(), Some("Z" | "X"));
        !is_dead && fields.nth(1) == Some(group.as_str())
    })
}

/// Ends every process that carries `name=value` in its environment, and gives their names. For those that left their
/// group: services that a session bus started, daemons.
pub(crate) fn sweep(name: &str, value: &str) -> Vec<String> {
    let marked = || marked_processes(name, value);
    let found = marked();
    for (signal, patience) in [(Signal::TERM, PATIENCE), (Signal::KILL, Duration::from_secs(1))] {
        for (pid, _) in marked() {
            let _ = kill_process(pid, signal);
        }
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if marked().is_empty() {
                return found.into_iter().map(|(_, name)| name).collect();
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
    found.into_iter().map(|(_, name)| name).collect()
}

fn marked_processes(name: &str, value: &str) -> Vec<(Pid, String)> {
    let wanted = format!("{name}={value}").into_bytes();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
            let environment = fs::read(entry.path().join("environ")).ok()?;
            environment.split(|byte| *byte == 0).any(|variable| variable == wanted).then(|| {
                let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
                (pid, name.trim().to_owned())
            })
        })
        .collect()
}

/// A line of shell, for tests.
#[cfg(test)]
pub(crate) fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_group_takes_its_descendants_along() -> Result<()> {
        let mut group = Group::spawn_with(&shell("sleep 300 & echo $!; wait"), |command| {
            command.stdout(Stdio::piped());
        })?;
        let mut line = String::new();
        let stdout = group.stdout().context("no output")?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line)?;
        let grandchild = format!("/proc/{}", line.trim());
        assert!(Path::new(&grandchild).exists());
        drop(group);
        // Reparented, it may stay a moment as a zombie until init looks.
        let gone = || fs::read_to_string(format!("{grandchild}/stat")).map_or(true, |stat| stat.contains(") Z "));
        assert!(interrupt::poll(Duration::from_secs(2), || Ok(gone().then_some(())))?.is_some());
        Ok(())
    }

    #[test]
    fn a_daemon_that_left_its_group_is_swept() -> Result<()> {
        let value = estafette_homeservers::token(12)?;
        let mut command = shell("setsid sleep 300 & sleep 0.2");
        command.env("ESTAFETTE_SWEEP_TEST", &value);
        run(&command)?;
        assert_eq!(sweep("ESTAFETTE_SWEEP_TEST", &value), ["sleep"]);
        assert!(marked_processes("ESTAFETTE_SWEEP_TEST", &value).is_empty());
        Ok(())
    }

    #[test]
    fn a_failure_is_an_error() {
        assert!(run(&shell("exit 3")).is_err());
        assert!(run(&shell("true")).is_ok());
    }
}
