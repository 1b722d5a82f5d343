//! `cargo xtask test`: what CI runs, stage by stage, with a table of times.

use std::{
    fs,
    process::Command,
    slice,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use estafette_homeservers::{ENVIRONMENT, Homeservers};

use crate::{
    build, demo, fresh_machine, fuzz, heard, house,
    interrupt::{self, Interrupted},
    process,
    session::{Screen, Session},
    setup, windows, workspace,
};

/// What to test.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Everything, also what takes hours or needs root.
    #[arg(long)]
    full: bool,
    /// Only this stage; may be given again.
    #[arg(long, value_enum, value_name = "STAGE")]
    only: Vec<Stage>,
    /// Of the stages `unit`, `integration`, `e2e`, `faults` and `killed`, only the tests whose names contain this.
    #[arg(long, value_name = "NAME")]
    matching: Option<String>,
}

/// A stage, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Installs what is missing.
    Setup,
    /// The rules of the house: who may depend on what, words in both languages, lockfiles.
    House,
    /// Rust is formatted.
    Fmt,
    /// The UI: types, lints, tests, build.
    Ui,
    /// Everything builds.
    Build,
    /// Rust's lints.
    Clippy,
    /// Rust's unit tests.
    Unit,
    /// Policy files made by chance, for some seconds.
    Fuzz,
    /// Core against the two homeservers.
    Integration,
    /// The real window, on a virtual screen.
    E2e,
    /// The demo, on a virtual screen.
    Demo,
    /// The tests of faults, most of them many more times than `integration` has them.
    Faults,
    /// The same, for those that kill the program while it sends: fifty times in each kind of room.
    Killed,
    /// Policy files made by chance, for ten minutes.
    FuzzLong,
    /// The programs for Windows, built on Linux, and their unit tests under Wine.
    Windows,
    /// The demo on a machine that holds only what the README asks for (root; about an hour).
    FreshMachine,
}

/// The stages of CI.
const CI: &[Stage] = &[
    Stage::Setup,
    Stage::House,
    Stage::Fmt,
    Stage::Ui,
    Stage::Build,
    Stage::Clippy,
    Stage::Unit,
    Stage::Fuzz,
    Stage::Integration,
    Stage::E2e,
    Stage::Demo,
];

/// What `--full` adds.
const FULL: &[Stage] = &[Stage::Faults, Stage::Killed, Stage::FuzzLong, Stage::Windows, Stage::FreshMachine];

/// Those tests of faults that take longest, for a stage of their own: none may take an hour.
const KILLED: &str = "faults::killed";

/// The other tests of faults.
const FAULTS: &[&str] = &["faults", "--skip", KILLED];

/// How long policy files are made by chance, in CI and with `--full`.
const FUZZ: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(600)];

/// Read by `tests/src/chance.rs`.
const AT_FULL_SIZE: &str = "ESTAFETTE_FULL";

/// What `cargo xtask check` runs: the stages that need no server and no screen.
const CHECK: &[Stage] = &[Stage::Setup, Stage::House, Stage::Fmt, Stage::Ui, Stage::Clippy, Stage::Unit];

impl Stage {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn run(self, matching: Option<&str>) -> Result<()> {
        match self {
            Self::Setup => setup::run(),
            Self::House => house::run(),
            Self::Fmt => process::run(workspace::cargo("fmt").args(["--all", "--check"])),
            Self::Ui => ui(),
            Self::Build => build::run(),
            Self::Clippy => clippy(),
            Self::Unit => unit(matching),
            Self::Fuzz => fuzz::run(FUZZ[0]),
            Self::FuzzLong => fuzz::run(FUZZ[1]),
            Self::Integration => integration(matching.as_slice(), false),
            Self::E2e => e2e(matching),
            Self::Demo => demo::run(&demo::Options { headless: true, ..demo::Options::default() }),
            Self::Faults => integration(matching.as_ref().map_or(FAULTS, slice::from_ref), true),
            Self::Killed => integration(&[matching.unwrap_or(KILLED)], true),
            Self::Windows => windows::run(),
            Self::FreshMachine => fresh_machine::run(),
        }
    }
}

struct Outcome {
    stage: String,
    passed: bool,
    time: Duration,
}

/// Runs the stages asked for; an error if one failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut stages = options.only.clone();
    if stages.is_empty() {
        stages.extend(CI);
        if options.full {
            stages.extend(FULL);
        }
    }
    run_stages(&stages, options.matching.as_deref())
}

/// Runs the quick stages.
pub(crate) fn check() -> Result<()> {
    run_stages(CHECK, None)
}

fn run_stages(stages: &[Stage], matching: Option<&str>) -> Result<()> {
    let start = Instant::now();
    let (mut outcomes, mut failures) = (Vec::new(), Vec::new());
    for stage in stages {
        println!("\n── {} {}", stage.name(), "─".repeat(74_usize.saturating_sub(stage.name().len())));
        let start = Instant::now();
        let result = stage.run(matching);
        outcomes.push(Outcome { stage: stage.name(), passed: result.is_ok(), time: start.elapsed() });
        if let Err(error) = result {
            println!("{} failed", stage.name());
            if error.is::<Interrupted>() {
                return Err(error);
            }
            failures.push(format!("{} failed: {error:#}", stage.name()));
        }
    }
    for failure in failures {
        println!("\n{failure}");
    }
    print!("\n{}", table(&outcomes, start.elapsed()));
    let failed: Vec<&str> =
        outcomes.iter().filter(|outcome| !outcome.passed).map(|outcome| outcome.stage.as_str()).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn table(outcomes: &[Outcome], total: Duration) -> String {
    let mut table = format!("{:15} {:8} {:>8}\n", "stage", "result", "seconds");
    for Outcome { stage, passed, time } in outcomes {
        let result = if *passed { "passed" } else { "FAILED" };
        table.push_str(&format!("{stage:15} {result:8} {:8.1}\n", time.as_secs_f64()));
    }
    table.push_str(&format!("{:15} {:8} {:8.1}\n", "all", "", total.as_secs_f64()));
    table
}

fn ui() -> Result<()> {
    heard::run(&workspace::npm(&["run", "check"]))?;
    heard::run(&workspace::npm(&["test"]))?;
    build::ui()
}

fn clippy() -> Result<()> {
    build::ui()?;
    heard::run(workspace::cargo_workspace("clippy").args(["--all-targets", "--", "--deny", "warnings"]))
}

fn unit(matching: Option<&str>) -> Result<()> {
    build::ui()?;
    heard::run(workspace::cargo_workspace("test").args(["--lib", "--bins", "--"]).args(matching))
}

fn integration(which: &[&str], at_full_size: bool) -> Result<()> {
    build::ui()?;
    let homeservers = Homeservers::start(workspace::target().join("homeservers"))?;
    interrupt::check()?;
    let mut tests = workspace::cargo_workspace("test");
    tests.args(["--test", "federation", "--test", "integration", "--"]).args(which);
    if at_full_size {
        tests.env(AT_FULL_SIZE, "1");
    }
    heard::run(tests.env(ENVIRONMENT, homeservers.info().file()))
}

fn e2e(matching: Option<&str>) -> Result<()> {
    // A test says so too, but nobody sees what one says that passes.
    if !rustix::process::geteuid().is_root() {
        println!("not tested: what a policy does in the window, which only root can bring about");
    }
    build::shipped()?;
    build::run()?;
    let _lock = workspace::lock("e2e").context("other window tests seem to run")?;
    let directory = workspace::target().join("e2e");
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    let homeservers = Homeservers::start(workspace::target().join("homeservers"))?;
    let session = Session::start(&directory, Screen::Virtual { width: 1600, height: 1000 })?;
    let mut tests = workspace::cargo_workspace("test");
    tests.args(["--test", "e2e", "--", "--test-threads=1"]).args(matching);
    heard::run(in_session(&tests, &session).env(ENVIRONMENT, homeservers.info().file()))
}

/// The same command inside a session.
fn in_session(command: &Command, session: &Session) -> Command {
    let mut inside = session.command(command.get_program());
    inside.args(command.get_args()).current_dir(workspace::root());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => inside.env(name, value),
            None => inside.env_remove(name),
        };
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_failed() {
        let outcome = |stage: &str, passed, seconds| Outcome {
            stage: stage.to_owned(),
            passed,
            time: Duration::from_secs(seconds),
        };
        let table =
            table(&[outcome("house", true, 1), outcome("fresh-machine", false, 3600)], Duration::from_secs(3601));
        assert_eq!(
            table,
            "stage           result    seconds\n\
             house           passed        1.0\n\
             fresh-machine   FAILED     3600.0\n\
             all                        3601.0\n"
        );
    }

    #[test]
    fn every_stage_runs_in_full() {
        assert_eq!([CI, FULL].concat(), Stage::value_variants());
    }
}
