//! Writes the files for administrations to the folder that is named, or says which of them are not there as they must
//! be. `cargo xtask policies` calls it.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Result;
use clap::Parser;
use estafette_cli::policies;

/// Writes the files for administrations.
#[derive(Parser)]
#[command(name = "policy-files", version)]
struct Arguments {
    /// Their folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write nothing, and name those that are not as they must be
    #[arg(long)]
    check: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if !arguments.check {
        policies::write(&arguments.folder)?;
        return Ok(ExitCode::SUCCESS);
    }
    let stale = policies::stale(&arguments.folder)?;
    for path in &stale {
        writeln!(io::stdout(), "{}", arguments.folder.join(path).display())?;
    }
    Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
