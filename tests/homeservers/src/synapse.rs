//! Synapse itself: a Python environment below `target/`, with the versions of `requirements.txt`.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Every package pinned, so that two machines run the same servers.
const REQUIREMENTS: &str = include_str!("../requirements.txt");
/// The system's own interpreter: another one on the PATH may lack the venv module or be too new for Synapse.
const PYTHON: &str = "/usr/bin/python3";

/// Cargo's target directory, where all that these servers write belongs.
pub fn target_directory() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root.join(directory),
        None => root.join("target"),
    }
}

fn environment() -> PathBuf {
    target_directory().join("synapse")
}

fn stamp() -> PathBuf {
    environment().join("estafette-requirements.txt")
}

/// Whether the environment stands, with the versions wanted now.
pub fn is_installed() -> bool {
    fs::read_to_string(stamp()).is_ok_and(|installed| installed == REQUIREMENTS)
}

/// Makes the environment if it is missing or of other versions, and gives its interpreter. `say` hears what is done.
pub fn prepare(say: impl FnOnce(&str)) -> Result<PathBuf> {
    let directory = environment();
    let python = directory.join("bin/python");
    if is_installed() {
        return Ok(python);
    }
    fs::create_dir_all(target_directory())?;
    let lock = File::create(target_directory().join("synapse.lock"))?;
    lock.lock()?;
    if is_installed() {
        return Ok(python);
    }
    say(&format!("Synapse (pip, in {})", directory.display()));
    if !Path::new(PYTHON).exists() {
        bail!("{PYTHON} is missing; on Debian: apt-get install python3-venv");
    }
    run(Command::new(PYTHON).args(["-m", "venv", "--clear"]).arg(&directory))
        .context("cannot make a Python environment; on Debian: apt-get install python3-venv")?;
    let list = directory.join("requirements.txt");
    fs::write(&list, REQUIREMENTS)?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-input", "--requirement"]).arg(&list))
        .context("pip could not install Synapse")?;
    fs::rename(list, stamp())?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    // Standard output may carry a machine-readable answer of ours.
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stdout).trim());
    }
    Ok(())
}
