//! The project's commands. `cargo xtask help` lists them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program speaks on the terminal")]

mod bench;
mod bindings;
mod build;
mod demo;
mod fresh_machine;
mod fuzz;
mod heard;
mod homeservers;
mod house;
mod interrupt;
mod licences;
mod policies;
mod process;
mod session;
mod setup;
mod test;
mod windows;
mod words;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Two servers, two people, two windows: install what is missing, build, and show it.
    Demo(demo::Options),
    /// What CI runs, with a table of times.
    Test(test::Options),
    /// Measure the window against budgets, in a world of two large accounts.
    Bench(bench::Options),
    /// The quick part of `test`: no server, no screen.
    Check,
    /// Install what this machine lacks.
    Setup,
    /// Build everything.
    Build,
    /// Write ui/src/ipc/bindings.ts from the shell's commands.
    Bindings,
    /// Write assets/licences.json from the lock files.
    Licences,
    /// Write packaging/policies from core's table of keys and the words.
    Policies,
    /// Two federated homeservers on loopback, to try any client against.
    Homeservers {
        #[command(subcommand)]
        command: HomeserversCommand,
    },
}

#[derive(Subcommand)]
enum HomeserversCommand {
    /// Start both, leave them running, print addresses, certificate, users and passwords.
    Up {
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Stop both.
    Down,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<interrupt::Interrupted>() => {
            eprintln!("{error}");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    interrupt::listen()?;
    match command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Check => test::check(),
        Command::Setup => setup::run(),
        Command::Build => setup::run().and_then(|()| build::run()),
        Command::Bindings => bindings::run(),
        Command::Licences => licences::run(),
        Command::Policies => policies::run(),
        Command::Homeservers { command: HomeserversCommand::Up { json } } => homeservers::up(json),
        Command::Homeservers { command: HomeserversCommand::Down } => homeservers::down(),
    }
}
