//! `cargo xtask build`: the UI, then the whole workspace in one call.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    process,
    workspace::{self, Stamp},
};

/// Builds everything that the demo and the tests use.
pub(crate) fn run() -> Result<()> {
    ui()?;
    process::run(workspace::cargo_workspace("build").arg("--all-targets"))
}

/// Builds only the programs, of the same parts.
pub(crate) fn programs() -> Result<()> {
    process::run(workspace::cargo_workspace("build").arg("--bins"))
}

/// Builds the program as packages carry it, without the doors that tests need, and keeps it beside the other one.
pub(crate) fn shipped() -> Result<()> {
    ui()?;
    process::run(workspace::cargo("build").args(["--workspace", "--bin", "estafette"]))?;
    let (built, kept) = (workspace::target().join("debug/estafette"), workspace::target().join("shipped/estafette"));
    fs::create_dir_all(workspace::target().join("shipped"))?;
    if kept.exists() {
        fs::remove_file(&kept)?;
    }
    // The next build puts another file in its place, and leaves this one alone.
    fs::hard_link(&built, &kept).with_context(|| format!("cannot keep {}", kept.display()))
}

/// Builds the UI, which the window carries within, when something it is made of has changed.
pub(crate) fn ui() -> Result<()> {
    let root = workspace::root();
    let mut files = Vec::new();
    for place in ["ui", "locales", "assets"] {
        list(&root.join(place), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    let stamp = Stamp::new("ui", hasher.finish().to_string().into_bytes());
    if stamp.is_fresh() && root.join("ui/dist/index.html").exists() {
        return Ok(());
    }
    println!("building the UI");
    process::run(&workspace::npm(&["run", "build"]))?;
    stamp.record()
}

fn list(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
        let entry = entry?;
        let made = ["node_modules", "dist"].iter().any(|name| entry.file_name() == *name);
        if entry.file_type()?.is_dir() {
            if !made {
                list(&entry.path(), files)?;
            }
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
