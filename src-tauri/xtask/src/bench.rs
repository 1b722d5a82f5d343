//! `cargo xtask bench`: how fast, how large, how idle, measured in the real window against floors of the same run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::{Args, builder::PossibleValuesParser};
use estafette_homeservers::Homeservers;

use crate::{
    build,
    process::{self, read},
    session::{Screen, Session},
    setup,
    workspace::{self, Stamp},
};

/// The suites, in their order.
const SUITES: [&str; 7] = ["start", "rooms", "timeline", "send", "memory", "idle", "disk"];

/// What to measure.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Only this suite; may be given again.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(SUITES))]
    suite: Vec<String>,
    /// Write the figures there, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print each figure's ratio against an earlier run's.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Measure nothing; print where the time of a start, of clicks, of a key and of a first sign-in goes, and the memory.
    #[arg(long)]
    trace: bool,
    /// In a small world, to try the bench itself: its figures say nothing.
    #[arg(long)]
    small: bool,
}

/// Measures, and fails where a budget is missed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let absolute = |file: &Option<PathBuf>| file.as_deref().map(std::path::absolute).transpose();
    let (json, compare) = (absolute(&options.json)?, absolute(&options.compare)?);
    setup::run()?;
    build::ui()?;
    process::run(&release())?;
    process::run(workspace::cargo_workspace("build").args(["--bin", "bench"]))?;
    let _lock = workspace::lock("bench").context("another bench seems to run")?;
    let directory = workspace::target().join(if options.small { "bench-small" } else { "bench" });
    fill(&directory, options.small)?;
    if options.trace {
        return process::run(&Place::restored(&directory)?.bench("trace", options.small));
    }
    let parts = directory.join("parts");
    if parts.exists() {
        fs::remove_dir_all(&parts)?;
    }
    fs::create_dir_all(&parts)?;
    let mut report = Command::new(workspace::program("bench"));
    report.args(["report", "--commit", &commit()?]);
    let mut failed = Vec::new();
    for suite in SUITES.into_iter().filter(|name| options.suite.is_empty() || options.suite.iter().any(|it| it == name))
    {
        println!("{suite}");
        let part = parts.join(suite).with_extension("json");
        // Servers and profiles together: a profile that is put back alone no longer knows the keys that were used.
        let place = Place::restored(&directory)?;
        let measured = process::run(place.bench("measure", options.small).args([suite, "--into"]).arg(&part));
        // What the others have measured is not lost with one.
        failed.extend(measured.err().map(|error| format!("the suite {suite}: {error:#}")));
        if part.exists() {
            report.arg("--part").arg(part);
        }
    }
    for (flag, file) in [("--json", &json), ("--compare", &compare)] {
        if let Some(file) = file {
            report.arg(flag).arg(file);
        }
    }
    failed.extend(process::run(&report).err().map(|error| format!("{error:#}")));
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

/// The program as it ships, but for the doors that let the bench steer it, and the empty window beside it.
fn release() -> Command {
    let mut cargo = workspace::cargo("build");
    cargo.args(["--release", "--workspace", "--features", "estafette/test-doors"]);
    cargo.args(["--bin", "estafette", "--bin", "empty-window"]);
    cargo
}

fn commit() -> Result<String> {
    let commit = read(Command::new("git").current_dir(workspace::root()).args(["describe", "--always", "--dirty"]))?;
    Ok(commit.trim().to_owned())
}

/// A session and servers, ended with this value: windows before servers.
struct Place {
    session: Session,
    homeservers: Homeservers,
    profiles: PathBuf,
    filled: PathBuf,
}

/// What of the directory is the world, kept as it was filled.
const WORLD: [&str; 2] = ["homeservers", "profiles"];

impl Place {
    fn start(directory: &Path) -> Result<Self> {
        let session = Session::start(directory, Screen::Virtual { width: 1600, height: 1000 })?;
        let homeservers = Homeservers::start(directory.join("homeservers"))?;
        Ok(Self { session, homeservers, profiles: directory.join("profiles"), filled: directory.join("filled") })
    }

    /// The world as it was filled, whatever was done to it before.
    fn restored(directory: &Path) -> Result<Self> {
        Homeservers::stop_directory(directory.join("homeservers"))?;
        for part in WORLD {
            copy(&directory.join("filled").join(part), &directory.join(part))?;
        }
        Self::start(directory)
    }

    /// What the bench is to do in this place.
    fn bench(&self, what: &str, small: bool) -> Command {
        let mut bench = self.session.command(workspace::program("bench"));
        bench.arg(what).arg("--state").arg(self.homeservers.info().file()).arg("--profiles").arg(&self.profiles);
        bench.arg("--filled").arg(self.filled.join("profiles"));
        if small {
            bench.arg("--small");
        }
        bench
    }
}

/// Fills a world, once.
fn fill(directory: &Path, small: bool) -> Result<()> {
    let filled = directory.join("filled");
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let stamp = Stamp::new(&format!("{name}-world"), made_from()?);
    if filled.exists() && stamp.is_fresh() {
        return Ok(());
    }
    println!("filling a server (once)");
    if directory.exists() {
        // Half a world is none.
        Homeservers::stop_directory(directory.join("homeservers"))?;
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    let place = Place::start(directory)?;
    process::run(&place.bench("fill", small))?;
    // The servers' files are whole once they have ended.
    drop(place);
    let beside = directory.join("filled.new");
    fs::create_dir_all(&beside)?;
    for part in WORLD {
        copy(&directory.join(part), &beside.join(part))?;
    }
    fs::rename(beside, filled)?;
    stamp.record()
}

/// What a world is made from: figures of another one are not to be compared with.
fn made_from() -> Result<Vec<u8>> {
    const FILES: [&str; 3] = ["tests/bench/world.rs", "tests/bench/words.rs", "tests/homeservers/requirements.txt"];
    let read = |file| fs::read(workspace::root().join(file)).with_context(|| format!("cannot read {file}"));
    Ok(FILES.into_iter().map(read).collect::<Result<Vec<_>>>()?.concat())
}

/// Puts a copy of a folder in the place of another.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    process::run(Command::new("cp").args(["--archive", "--reflink=auto"]).arg(from).arg(to))
}
