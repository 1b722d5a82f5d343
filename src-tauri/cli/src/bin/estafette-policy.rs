//! What IT asks of a policy: whether it is written well, and what holds because of it. A program of its own, since the
//! window's has no console on Windows.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use estafette_cli::report;
use estafette_core::{i18n::Language, policy::Policy};

/// Checks the policy of Estafette, and shows what holds.
#[derive(Parser)]
#[command(name = "estafette-policy", version)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Say what is wrong with this machine's policy, or with files that may become one
    Check {
        /// Check the content of this file instead, wherever it lies; may be given again
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show what holds on this machine, and who says so
    Show {
        /// As JSON, for other programs
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    // Ends with 2 where it is not understood.
    let arguments = Arguments::parse();
    match run(arguments.action) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing can be said if the terminal is gone.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is well.
fn run(action: Action) -> io::Result<bool> {
    let (language, mut out) = (Language::of_system(), io::stdout().lock());
    match action {
        Action::Check { files } if files.is_empty() => report::check(&mut out, language, Policy::read().problems()),
        Action::Check { files } => {
            let problems: Vec<_> = files.iter().flat_map(|path| report::of_file(path)).collect();
            report::check(&mut out, language, &problems)
        }
        Action::Show { json } => {
            let policy = Policy::read();
            if json {
                report::show_json(&mut out, language, policy.held(), policy.unclear_ways(), policy.problems())?;
            } else {
                report::show(&mut out, language, policy.held(), policy.unclear_ways(), policy.problems())?;
            }
            Ok(true)
        }
    }
}
