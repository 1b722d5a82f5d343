//! The rules of the house that no other tool checks (`.github/CONTRIBUTING.md`).

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{licences, process::read, words, workspace};

/// The only members that may name the SDK and the database.
const MAY_NAME_THE_SDK: &[&str] = &["estafette-core", "estafette-tests"];
/// The only registry in `Cargo.lock`.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// Checks all rules and says each that is broken.
pub(crate) fn run() -> Result<()> {
    let mut broken = Vec::new();
    let members = members()?;
    members_forbid_unsafe(&members, &mut broken)?;
    only_core_names_the_sdk(&members, &mut broken);
    core_knows_no_window(&mut broken)?;
    only_ipc_imports_tauri(&mut broken)?;
    lockfiles_are_public(&mut broken)?;
    licences::check(&mut broken)?;
    words::check(&workspace::root().join("locales"), &mut broken)?;
    for complaint in &broken {
        println!("{complaint}");
    }
    if !broken.is_empty() {
        bail!("{} of the rules of the house broken", broken.len());
    }
    println!("the rules of the house hold");
    Ok(())
}

fn members() -> Result<Vec<Package>> {
    // Locked: it also proves that Cargo.lock is up to date.
    let metadata = read(workspace::cargo("metadata").args(["--no-deps", "--locked", "--format-version", "1"]))?;
    Ok(serde_json::from_str::<Metadata>(&metadata)?.packages)
}

fn members_forbid_unsafe(members: &[Package], broken: &mut Vec<String>) -> Result<()> {
    if !fs::read_to_string(workspace::root().join("Cargo.toml"))?.contains("unsafe_code = \"forbid\"") {
        broken.push("Cargo.toml does not forbid unsafe code".to_owned());
    }
    for member in members {
        let manifest = fs::read_to_string(&member.manifest_path)?;
        if !manifest.contains("[lints]\nworkspace = true") {
            broken.push(format!("{} does not take the workspace's lints", member.name));
        }
    }
    Ok(())
}

fn only_core_names_the_sdk(members: &[Package], broken: &mut Vec<String>) {
    for member in members.iter().filter(|member| !MAY_NAME_THE_SDK.contains(&member.name.as_str())) {
        for dependency in &member.dependencies {
            if dependency.name.starts_with("matrix-sdk") || dependency.name == "rusqlite" {
                broken.push(format!("{} depends on {}; only core may", member.name, dependency.name));
            }
        }
    }
}

fn core_knows_no_window(broken: &mut Vec<String>) -> Result<()> {
    let mut tree = workspace::cargo("tree");
    tree.args(["--package", "estafette-core", "--all-features", "--edges", "normal,build", "--prefix", "none"]);
    for line in read(&mut tree)?.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        let is_window = name == "tauri" || name.starts_with("tauri-") || ["wry", "tao", "gtk"].contains(&name);
        if is_window && !line.ends_with("(*)") {
            broken.push(format!("estafette-core depends on {line}"));
        }
    }
    Ok(())
}

fn only_ipc_imports_tauri(broken: &mut Vec<String>) -> Result<()> {
    let source = workspace::root().join("ui/src");
    let seam = source.join("ipc");
    for file in files_below(&source)? {
        let is_script = file.extension().is_some_and(|extension| extension == "ts" || extension == "tsx");
        if is_script && !file.starts_with(&seam) && fs::read_to_string(&file)?.contains("@tauri-apps/") {
            broken.push(format!("{} names @tauri-apps; only ui/src/ipc may", file.display()));
        }
    }
    Ok(())
}

/// Where a lockfile was made must not show, and anyone must be able to use it.
fn lockfiles_are_public(broken: &mut Vec<String>) -> Result<()> {
    let root = workspace::root();
    let cargo = fs::read_to_string(root.join("Cargo.lock"))?;
    let npm = fs::read_to_string(root.join("ui/package-lock.json")).context("ui/package-lock.json")?;
    let pip = fs::read_to_string(root.join("tests/homeservers/requirements.txt"))?;
    broken.extend(private_addresses(&cargo, &npm, &pip));
    Ok(())
}

fn private_addresses(cargo: &str, npm: &str, pip: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in cargo.lines().filter_map(|line| line.strip_prefix("source = ")) {
        if line.trim_matches('"') != REGISTRY {
            found.push(format!("Cargo.lock names {line}"));
        }
    }
    for line in npm.lines().map(str::trim).filter(|line| line.starts_with("\"resolved\":")) {
        found.push(format!("ui/package-lock.json names {line}; set omit-lockfile-registry-resolved in ui/.npmrc"));
    }
    for line in pip.lines().filter(|line| line.contains("://") || line.starts_with('-')) {
        found.push(format!("tests/homeservers/requirements.txt names {line}"));
    }
    found
}

/// All files below a directory, at any depth.
pub(crate) fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_address_is_found_in_each_lockfile() {
        let fine = format!("source = \"{REGISTRY}\"\n");
        assert!(private_addresses(&fine, "{}", "six==1.17.0\n").is_empty());
        let found = private_addresses(
            "source = \"registry+https://crates.example/index\"\n",
            "      \"resolved\": \"https://npm.example/react.tgz\",\n",
            "--index-url https://pip.example\n",
        );
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn only_core_and_the_tests_may_depend_on_the_sdk() {
        let member = |name: &str| Package {
            name: name.to_owned(),
            manifest_path: PathBuf::new(),
            dependencies: vec![Dependency { name: "matrix-sdk-ui".to_owned() }],
        };
        let mut broken = Vec::new();
        only_core_names_the_sdk(&[member("estafette-core"), member("estafette-tests")], &mut broken);
        assert!(broken.is_empty());
        only_core_names_the_sdk(&[member("estafette")], &mut broken);
        assert_eq!(broken.len(), 1);
    }
}
