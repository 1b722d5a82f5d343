//! `cargo xtask bench` runs this in a session of its own: fills the world, measures, compares.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::print_stdout)]

mod bare;
mod bench;
mod figures;
mod rest;
mod rooms;
mod send;
mod start;
mod suites;
mod timeline;
mod trace;
mod words;
mod world;

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Result, bail, ensure};
use clap::{Parser, Subcommand};
use estafette_homeservers::Homeservers;

use crate::{
    bench::Bench,
    figures::{Machine, Report},
    suites::SUITES,
};

#[derive(Parser)]
struct Arguments {
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
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fills empty servers.
    Fill,
    /// Measures.
    Run {
        /// Only this suite; may be given again
        #[arg(long)]
        suite: Vec<String>,
        /// What is measured, as git names it
        #[arg(long)]
        commit: String,
        /// Write the figures there, too
        #[arg(long)]
        json: Option<PathBuf>,
        /// Print each figure's ratio against an earlier run's
        #[arg(long)]
        compare: Option<PathBuf>,
        /// Measure nothing; print where the time of one start, one click and one key goes
        #[arg(long)]
        trace: bool,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let servers = Homeservers::attach(&arguments.state)?;
    let size = if arguments.small { world::Size::SMALL } else { world::Size::FULL };
    match arguments.command {
        Command::Fill => {
            let world = world::fill(&servers, &arguments.profiles, &size).await?;
            fs::write(arguments.profiles.join("world.json"), serde_json::to_vec_pretty(&world)?)?;
        }
        Command::Run { suite, commit, json, compare, trace } => {
            let earlier: Option<Report> =
                compare.map(|file| anyhow::Ok(serde_json::from_slice(&fs::read(file)?)?)).transpose()?;
            let world = serde_json::from_slice(&fs::read(arguments.profiles.join("world.json"))?)?;
            let (often, seldom, received, rest) = if arguments.small { (8, 2, 100, 5) } else { (40, 7, 5_000, 60) };
            let rest = Duration::from_secs(rest);
            let bench = Bench {
                servers,
                profiles: arguments.profiles,
                filled: arguments.filled,
                world,
                often,
                seldom,
                received,
                rest,
            };
            if trace {
                return bench.trace().await;
            }
            if let Some(unknown) = suite.iter().find(|name| !SUITES.contains(&name.as_str())) {
                bail!("no suite {unknown}; there are {}", SUITES.join(", "));
            }
            let quiet = !arguments.small && Machine::comes_to_rest().await;
            let mut report = Report { machine: Machine::this(), commit, quiet, results: Vec::new() };
            let mut failures = Vec::new();
            for name in SUITES.into_iter().filter(|name| suite.is_empty() || suite.iter().any(|it| it == name)) {
                println!("{name}");
                // What the others have measured is not lost with one.
                match bench.suite(name).await {
                    Ok(measured) => {
                        for measure in &measured {
                            match measure.figure() {
                                Some(figure) => report.results.push(figure),
                                None => failures.push(format!("{}: nothing was measured", measure.name)),
                            }
                        }
                    }
                    Err(error) => failures.push(format!("the suite {name}: {error:#}")),
                }
            }
            print!("{}", report.table(earlier.as_ref()));
            if let Some(file) = json {
                fs::write(file, serde_json::to_vec_pretty(&report)?)?;
            }
            ensure!(failures.is_empty(), "{}", failures.join("\n"));
            ensure!(report.is_green(), "a budget is missed");
            ensure!(earlier.is_none_or(|earlier| report.holds_against(&earlier)), "something is worse than before");
        }
    }
    Ok(())
}
