//! Starting a second time: one instance per profile, whatever became of the one before.

use std::{
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use anyhow::{Context, Result, ensure};
use estafette_tests::{
    agent::eventually,
    managed::Managed,
    window::{binary, is_in_front},
};
use tempfile::{TempDir, tempdir};

use crate::processes::signal;

/// The program, without a driver: it ends with this value.
pub(crate) struct Program(Child);

impl Program {
    /// Starts it on a profile.
    pub(crate) fn start(profile: &Path, more: &[&str]) -> Result<Self> {
        Self::start_with(profile, more, &[])
    }

    pub(crate) fn start_with(profile: &Path, more: &[&str], environment: &[(&str, &str)]) -> Result<Self> {
        let mut program = Command::new(binary("estafette"));
        program.envs(environment.iter().copied());
        Self::run(program, profile, more)
    }

    /// Starts it on a machine with policies.
    fn start_on(machine: &Managed, profile: &Path, more: &[&str]) -> Result<Self> {
        Self::run(machine.command(binary("estafette")), profile, more)
    }

    fn run(mut program: Command, profile: &Path, more: &[&str]) -> Result<Self> {
        program.arg("--profile").arg(profile).args(more).env("LC_ALL", "fr_FR.UTF-8");
        program.stdout(Stdio::null()).stderr(Stdio::piped());
        Ok(Self(program.spawn().context("the program does not start")?))
    }

    /// The windows that are to be seen.
    fn windows(&self) -> Result<Vec<String>> {
        windows(self.0.id())
    }

    /// Waits until its window is to be seen, or is not.
    pub(crate) async fn is_seen(&self, seen: bool) -> Result<()> {
        let what = if seen { "a window" } else { "no window" };
        eventually(what, || async { (self.windows().ok()?.is_empty() != seen).then_some(()) }).await
    }

    async fn is_in_front(&self) -> Result<()> {
        is_in_front(&[self.0.id()]).await
    }

    /// Nothing brings its window to sight without being asked to.
    async fn stays_out_of_sight(&self, profile: &Path) -> Result<()> {
        // Each answer says that its main loop has gone round: at the second, what the first might have shown has been
        // asked of the desktop, which shows windows in turn. Once a later one is there, that one would be as well.
        for _ in 0..2 {
            hands_over(profile, &["--background"]).await?;
        }
        let later = tempdir()?;
        Program::start(later.path(), &[])?.is_seen(true).await?;
        ensure!(self.windows()?.is_empty(), "nobody asked for the window");
        Ok(())
    }

    fn minimize(&self) -> Result<()> {
        for window in self.windows()? {
            ensure!(Command::new("xdotool").args(["windowminimize", &window]).status()?.success(), "not minimized");
        }
        Ok(())
    }

    fn signal(&self, name: &str) -> Result<()> {
        signal(self.0.id(), name)
    }

    fn runs(&mut self) -> Result<bool> {
        Ok(self.0.try_wait()?.is_none())
    }

    /// Waits until it has ended by itself, and gives what it said.
    pub(crate) async fn ended(mut self) -> Result<(ExitStatus, String)> {
        let mut said = self.0.stderr.take().context("it is listened to")?;
        let listening = std::thread::spawn(move || std::io::read_to_string(&mut said).unwrap_or_default());
        let status = {
            let program = std::cell::RefCell::new(&mut self.0);
            eventually("the program to end", || async { program.borrow_mut().try_wait().ok()? }).await?
        };
        Ok((status, listening.join().unwrap_or_default()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, or been stopped.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The windows of a process that are to be seen.
pub(crate) fn windows(process: u32) -> Result<Vec<String>> {
    let search = ["search", "--onlyvisible", "--pid", &process.to_string()];
    let found = Command::new("xdotool").args(search).stderr(Stdio::null()).output().context("xdotool")?;
    Ok(String::from_utf8_lossy(&found.stdout).lines().map(str::to_owned).collect())
}

/// A start that hands over ends well.
async fn hands_over(profile: &Path, more: &[&str]) -> Result<()> {
    let (status, said) = Program::start(profile, more)?.ended().await?;
    ensure!(status.success(), "the second start: {status}, {said}");
    Ok(())
}

#[tokio::test]
async fn a_second_start_brings_the_first_forward_and_ends() -> Result<()> {
    let profile = tempdir()?;
    let mut first = Program::start(profile.path(), &[])?;
    first.is_seen(true).await?;
    first.minimize()?;
    first.is_seen(false).await?;
    first.stays_out_of_sight(profile.path()).await?;
    hands_over(profile.path(), &[]).await?;
    first.is_seen(true).await?;
    first.is_in_front().await?;
    ensure!(first.runs()?, "the first one goes on");
    Ok(())
}

#[tokio::test]
async fn two_profiles_run_side_by_side() -> Result<()> {
    let (one, other) = (tempdir()?, tempdir()?);
    let mut first = Program::start(one.path(), &[])?;
    let mut second = Program::start(other.path(), &[])?;
    first.is_seen(true).await?;
    second.is_seen(true).await?;
    // Whichever is started again stands in front.
    for (profile, program) in [(&one, &first), (&other, &second), (&one, &first)] {
        hands_over(profile.path(), &[]).await?;
        program.is_in_front().await?;
    }
    ensure!(first.runs()? && second.runs()?, "both go on");
    Ok(())
}

#[tokio::test]
async fn a_killed_one_is_in_nobody_s_way() -> Result<()> {
    let profile = tempdir()?;
    let killed = Program::start(profile.path(), &[])?;
    killed.is_seen(true).await?;
    killed.signal("-KILL")?;
    drop(killed);
    let next = Program::start(profile.path(), &[])?;
    next.is_seen(true).await?;
    hands_over(profile.path(), &[]).await
}

#[tokio::test]
async fn no_session_bus_is_needed() -> Result<()> {
    let profile = tempdir()?;
    let away = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"), ("XDG_RUNTIME_DIR", "/nowhere")];
    let first = Program::start_with(profile.path(), &[], &away)?;
    first.is_seen(true).await?;
    let (status, said) = Program::start_with(profile.path(), &[], &away)?.ended().await?;
    ensure!(status.success(), "the second start: {status}, {said}");
    Ok(())
}

#[tokio::test]
async fn in_the_background_it_shows_nothing_until_it_is_started_again() -> Result<()> {
    let profile = tempdir()?;
    let first = Program::start(profile.path(), &["--background"])?;
    eventually("the first one to hold the profile", || async {
        profile.path().join("instance").exists().then_some(())
    })
    .await?;
    first.stays_out_of_sight(profile.path()).await?;
    hands_over(profile.path(), &[]).await?;
    first.is_seen(true).await?;
    first.is_in_front().await
}

#[tokio::test]
async fn a_policy_keeps_the_window_from_opening_by_itself_not_from_who_asks_for_it() -> Result<()> {
    let Some(machine) = Managed::new()? else { return Ok(()) };
    let start = |background: bool| format!(r#"{{ "start": {{ "background": {background} }} }}"#);
    machine.write("recommended/10.json", &start(true))?;
    let profile = tempdir()?;
    let first = Program::start_on(&machine, profile.path(), &[])?;
    eventually("the first one to hold the profile", || async {
        profile.path().join("instance").exists().then_some(())
    })
    .await?;
    first.stays_out_of_sight(profile.path()).await?;
    let (status, said) = Program::start_on(&machine, profile.path(), &[])?.ended().await?;
    ensure!(status.success(), "the second start: {status}, {said}");
    first.is_seen(true).await?;

    // What is only recommended leaves the choice; what is locked does not.
    let other = tempdir()?;
    Program::start_on(&machine, other.path(), &["--background=false"])?.is_seen(true).await?;
    machine.write("managed/10.json", &start(false))?;
    let third = tempdir()?;
    Program::start_on(&machine, third.path(), &["--background"])?.is_seen(true).await
}

/// A profile on which nobody can listen: a folder lies where the socket would.
pub(crate) fn deaf_profile() -> Result<TempDir> {
    let profile = tempdir()?;
    std::fs::create_dir(profile.path().join("instance"))?;
    Ok(profile)
}

#[tokio::test]
async fn in_the_background_it_shows_itself_where_a_second_start_is_not_heard() -> Result<()> {
    let profile = deaf_profile()?;
    Program::start(profile.path(), &["--background"])?.is_seen(true).await
}

#[tokio::test]
async fn asked_by_the_system_it_ends_in_order() -> Result<()> {
    let profile = tempdir()?;
    let program = Program::start(profile.path(), &[])?;
    program.is_seen(true).await?;
    // Its main loop goes round.
    hands_over(profile.path(), &[]).await?;
    program.signal("-TERM")?;
    let (status, said) = program.ended().await?;
    ensure!(status.success(), "{status}, {said}");
    Ok(())
}

#[tokio::test]
async fn one_that_does_not_answer_is_told_of() -> Result<()> {
    let profile = tempdir()?;
    let first = Program::start(profile.path(), &[])?;
    first.is_seen(true).await?;
    first.signal("-STOP")?;
    let (status, said) = Program::start(profile.path(), &[])?.ended().await?;
    ensure!(status.code() == Some(1), "the second start: {status}");
    ensure!(said.contains("Estafette est déjà ouverte avec ce profil, mais ne répond pas."), "it says {said:?}");
    first.signal("-CONT")
}
