//! A machine that somebody manages: policy files of root's, seen at their place by the programs of a test and by
//! nobody else.
//!
//! Core takes a policy file only where root alone may write to it and to each folder above it, and no flag or variable
//! moves the place. So a test gives a program a file system in which `/etc/estafette` exists: a mount namespace of its
//! own, with a layer over `/etc` and the test's folder in it. Only root can do that. In a user namespace, which others
//! may open, the files of the real root belong to nobody, and what belongs to its own root is the caller's: core then
//! sees `/` in foreign hands and distrusts all that lies below, as it must.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::window::{Opening, binary};

/// Where core looks for policies.
pub const PLACE: &str = "/etc/estafette/policies";

/// Mounts in its own namespace what its first argument is, then becomes the program that the others name.
const ENTER: &str = r#"set -e
folder=$1
shift
mount -t tmpfs -o mode=0755 layer "$folder/layer"
mkdir "$folder/layer/upper" "$folder/layer/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$folder/layer/upper,workdir=$folder/layer/work" overlay /etc
mkdir -p /etc/estafette/policies
mount --bind "$folder/policies" /etc/estafette/policies
exec "$@""#;

/// Policy files, and the namespace in which they lie where policies lie.
pub struct Managed {
    folder: TempDir,
}

impl Managed {
    /// A machine without any policy; none for who is not root: policies are root's. `cargo xtask test` says so beforehand.
    pub fn new() -> Result<Option<Self>> {
        let managed = Self { folder: tempfile::tempdir()? };
        for name in ["layer", "policies", "policies/managed", "policies/recommended"] {
            let folder = managed.folder.path().join(name);
            fs::create_dir(&folder)?;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        }
        if fs::metadata(managed.folder.path())?.uid() != 0 {
            println!("not tested: policies are root's");
            return Ok(None);
        }
        fs::write(managed.folder.path().join("enter"), ENTER)?;
        Ok(Some(managed))
    }

    /// Writes a policy file such as `managed/10.json`; who reads it sees the old one or the new one.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let (path, new) = (self.path(name), self.path(".new"));
        fs::write(&new, text)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(0o644))?;
        fs::rename(&new, &path).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Removes a policy file.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))
    }

    /// Where a policy file lies for those outside.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("policies").join(name)
    }

    /// A program on this machine: it keeps its own process number.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh"]).arg(self.folder.path().join("enter")).arg(self.folder.path()).arg(program);
        command
    }

    /// The same window on this machine.
    pub fn opening(&self, opening: Opening) -> Result<Opening> {
        let start = self.folder.path().join("start");
        let command = self.command(&opening.binary);
        let words: Vec<_> = [command.get_program()].into_iter().chain(command.get_args()).map(quoted).collect();
        fs::write(&start, format!("#!/bin/sh\nexec {} \"$@\"\n", words.join(" ")))?;
        fs::set_permissions(&start, fs::Permissions::from_mode(0o755))?;
        Ok(Opening { binary: start, ..opening })
    }

    /// What `estafette-policy` says on this machine, and whether all is well.
    pub fn asked(&self, arguments: &[&str]) -> Result<(bool, String)> {
        let mut command = self.command(binary("estafette-policy"));
        let output = command.args(arguments).env("LC_ALL", "fr_FR.UTF-8").output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }
}

/// Where a file of the policy lies for those who obey it, with a line.
#[must_use]
pub fn place(name: &str, line: usize) -> String {
    format!("{}:{line}", Path::new(PLACE).join(name).display())
}

/// A word for the shell.
fn quoted(word: &OsStr) -> String {
    format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"))
}
