//! `cargo xtask policies`: the files for administrations, written from core's table of keys and the words.

use std::process::Command;

use anyhow::Result;

use crate::{build, process, workspace};

/// Writes `packaging/policies` anew. A test of the driver's package fails when something there differs.
pub(crate) fn run() -> Result<()> {
    build::programs()?;
    let folder = workspace::root().join("packaging/policies");
    process::run(Command::new(workspace::program("policy-files")).arg(&folder))?;
    println!("{} is up to date", folder.display());
    Ok(())
}
