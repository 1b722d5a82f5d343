//! `cargo xtask bench`: how fast, how large, how idle, measured in the real window against floors of the same run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use clap::Args;
use estafette_homeservers::Homeservers;

use crate::{
    build,
    process::{self, read},
    session::{Screen, Session},
    setup, workspace,
};

/// What to measure.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Only this suite; may be given again.
    #[arg(long, value_name = "NAME")]
    suite: Vec<String>,
    /// Write the figures there, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print each figure's ratio against an earlier run's.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Measure nothing; print where the time of one start, one click and one key goes.
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
    let run = Place::restored(&directory)?;
    let mut bench = run.bench(options.small);
    bench.arg("run").arg("--commit").arg(commit()?);
    for suite in &options.suite {
        bench.arg("--suite").arg(suite);
    }
    if options.trace {
        bench.arg("--trace");
    }
    for (flag, file) in [("--json", &json), ("--compare", &compare)] {
        if let Some(file) = file {
            bench.arg(flag).arg(file);
        }
    }
    process::run(&bench)
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

    /// The world as it was filled, whatever the run before did to it.
    fn restored(directory: &Path) -> Result<Self> {
        Homeservers::stop_directory(directory.join("homeservers"))?;
        for part in WORLD {
            copy(&directory.join("filled").join(part), &directory.join(part))?;
        }
        Self::start(directory)
    }

    fn bench(&self, small: bool) -> Command {
        let mut bench = self.session.command(workspace::program("bench"));
        bench.arg("--state").arg(self.homeservers.info().file()).arg("--profiles").arg(&self.profiles);
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
    if filled.exists() {
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
    process::run(place.bench(small).arg("fill"))?;
    // The servers' files are whole once they have ended.
    drop(place);
    let beside = directory.join("filled.new");
    fs::create_dir_all(&beside)?;
    for part in WORLD {
        copy(&directory.join(part), &beside.join(part))?;
    }
    Ok(fs::rename(beside, filled)?)
}

/// Puts a copy of a folder in the place of another.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    process::run(Command::new("cp").args(["--archive", "--reflink=auto"]).arg(from).arg(to))
}
