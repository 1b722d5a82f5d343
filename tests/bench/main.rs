//! `cargo xtask bench` runs this in a session of its own: fills the world, measures, compares.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::print_stdout)]

mod bare;
mod bench;
mod figures;
mod hands;
mod rest;
mod rooms;
mod send;
mod start;
mod suites;
mod timeline;
mod trace;
mod words;
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Parser};
use estafette_homeservers::Homeservers;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    bench::Bench,
    figures::{Machine, Part, Report},
};

#[derive(Parser)]
enum Command {
    /// Fills empty servers.
    Fill(Where),
    /// Measures one suite.
    Measure {
        #[command(flatten)]
        place: Where,
        /// The suite
        suite: String,
        /// Where its figures go
        #[arg(long)]
        into: PathBuf,
    },
    /// Measures nothing; prints where the time of a start, of clicks, of a key and of a first sign-in goes, and the memory.
    Trace(Where),
    /// Puts the figures of several suites together, and fails where a budget is missed.
    Report {
        /// What was measured, as git names it
        #[arg(long)]
        commit: String,
        /// The figures of a suite
        #[arg(long)]
        part: Vec<PathBuf>,
        /// Write the figures there, too
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print each figure's ratio against an earlier run's
        #[arg(long)]
        compare: Option<PathBuf>,
    },
}

/// The world.
#[derive(Args)]
struct Where {
    /// The servers' `state.json`
    #[arg(long)]
    state: PathBuf,
    /// Where the accounts' profiles lie
    #[arg(long)]
    profiles: PathBuf,
    /// Where they lie as they were filled
    #[arg(long)]
    filled: PathBuf,
    /// A small world, to try the bench itself
    #[arg(long)]
    small: bool,
}

impl Where {
    fn bench(self) -> Result<Bench> {
        let (often, seldom, few, received, rest) = if self.small { (8, 2, 1, 100, 5) } else { (40, 7, 3, 5_000, 60) };
        Ok(Bench {
            servers: Homeservers::attach(&self.state)?,
            world: read(&self.profiles.join(WORLD))?,
            profiles: self.profiles,
            filled: self.filled,
            often,
            seldom,
            few,
            received,
            rest: Duration::from_secs(rest),
        })
    }
}

/// What the suites need to know of the world, beside its profiles.
const WORLD: &str = "world.json";

#[tokio::main]
async fn main() -> Result<()> {
    match Command::parse() {
        Command::Fill(place) => {
            let servers = Homeservers::attach(&place.state)?;
            let size = if place.small { world::Size::SMALL } else { world::Size::FULL };
            let world = world::fill(&servers, &place.profiles, &size).await?;
            write(&place.profiles.join(WORLD), &world)
        }
        Command::Measure { place, suite, into } => {
            let quiet = !place.small && Machine::comes_to_rest().await;
            let measured = place.bench()?.suite(&suite).await?;
            write(&into, &Part::new(quiet, &measured))?;
            let missing: Vec<_> = measured.iter().filter(|it| it.samples.is_empty()).map(|it| it.name).collect();
            ensure!(missing.is_empty(), "nothing was measured: {}", missing.join(", "));
            Ok(())
        }
        Command::Trace(place) => place.bench()?.trace().await,
        Command::Report { commit, part, json, compare } => {
            let parts = part.iter().map(|file| read(file)).collect::<Result<_>>()?;
            let report = Report::of(commit, parts);
            let earlier: Option<Report> = compare.map(|file| read(&file)).transpose()?;
            print!("{}", report.table(earlier.as_ref()));
            if let Some(file) = json {
                write(&file, &report)?;
            }
            let worse = earlier.as_ref().map(|earlier| report.worse_than(earlier)).unwrap_or_default();
            let wrong: Vec<_> = [("missed their budget", report.missed()), ("worse than before", worse)]
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .map(|(what, names)| format!("{what}: {}", names.join(", ")))
                .collect();
            ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
            Ok(())
        }
    }
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("cannot understand {}", file.display()))
}

fn write<T: Serialize>(file: &Path, value: &T) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
