//! `cargo xtask bindings`: the seam's TypeScript, written from the shell's commands.

use std::process::Command;

use anyhow::Result;

use crate::{build, process, workspace};

/// Writes `ui/src/ipc/bindings.ts` anew. A test of the shell fails when it differs.
pub(crate) fn run() -> Result<()> {
    build::programs()?;
    let file = workspace::root().join("ui/src/ipc/bindings.ts");
    process::run(Command::new(workspace::program("bindings")).arg(&file))?;
    println!("{} is up to date", file.display());
    Ok(())
}
