//! Where things are, and Cargo as this workspace is always built.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The top of the working copy.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."))
}

/// Cargo's target directory: all that these commands write lies below it.
pub(crate) fn target() -> PathBuf {
    estafette_homeservers::target_directory()
}

/// A program of this workspace, as `build` leaves it.
pub(crate) fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// `cargo SUBCOMMAND` in the working copy.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).arg("--config").arg(".config/linker.toml").arg(subcommand);
    forget_this_package(&mut cargo);
    cargo
}

/// `cargo run`, which runs this program, sets variables about this package. Some build scripts look at them and
/// would run again at each change between a call by hand and a call from here.
pub(crate) fn forget_this_package(cargo: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "OUT_DIR" {
            cargo.env_remove(&name);
        }
    }
}

/// `cargo SUBCOMMAND` over the whole workspace with the one set of features that the demo and all tests share: the
/// same packages and features in each call, or Cargo would build dependencies once per set.
pub(crate) fn cargo_workspace(subcommand: &str) -> Command {
    let mut cargo = cargo(subcommand);
    cargo.args(["--workspace", "--features", "estafette/test-doors"]);
    cargo
}

/// `npm` in `ui/`.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(root().join("ui")).args(arguments);
    npm
}

/// Keeps others out of `target/NAME` until the file is dropped; an error if somebody is there.
pub(crate) fn lock(name: &str) -> Result<File> {
    fs::create_dir_all(target())?;
    let file = target().join(format!("{name}.lock"));
    let lock = File::create(&file)?;
    lock.try_lock().with_context(|| format!("{} is locked", file.display()))?;
    Ok(lock)
}

/// A record of what something was made from, below `target/`: it is made again when the record differs.
pub(crate) struct Stamp {
    file: PathBuf,
    content: Vec<u8>,
}

impl Stamp {
    pub(crate) fn new(name: &str, content: Vec<u8>) -> Self {
        Self { file: target().join("stamps").join(name), content }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        fs::read(&self.file).is_ok_and(|recorded| recorded == self.content)
    }

    pub(crate) fn record(&self) -> Result<()> {
        if let Some(parent) = self.file.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(fs::write(&self.file, &self.content)?)
    }
}
