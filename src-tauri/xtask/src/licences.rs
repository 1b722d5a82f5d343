//! `cargo xtask licences`: the components of others that the program carries, for its "About" page.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{process::read, workspace};

/// What packages are built for. A component that one of them needs is named.
const PLATFORMS: [&str; 2] = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"];
const OURS: &str = "estafette";

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Component {
    name: String,
    version: String,
    licence: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Deserialize)]
struct NpmLock {
    packages: BTreeMap<String, NpmPackage>,
}

#[derive(Deserialize)]
struct NpmPackage {
    version: Option<String>,
    license: Option<String>,
    #[serde(default)]
    dev: bool,
}

/// What some crates bring along in C, under a licence that is not the crate's own. OpenSSL for Windows alone.
const ALONG: [(&str, &str, &str); 2] =
    [("libsqlite3-sys", "SQLCipher", "BSD-3-Clause"), ("openssl-src", "OpenSSL", "Apache-2.0")];

/// Writes the list anew.
pub(crate) fn run() -> Result<()> {
    fs::write(file(), list()?)?;
    println!("{} is up to date", file().display());
    Ok(())
}

/// Says if the list is not what it must be.
pub(crate) fn check(broken: &mut Vec<String>) -> Result<()> {
    if fs::read_to_string(file()).unwrap_or_default() != list()? {
        broken.push("assets/licences.json is out of date; `cargo xtask licences` writes it".to_owned());
    }
    Ok(())
}

fn file() -> PathBuf {
    workspace::root().join("assets/licences.json")
}

fn list() -> Result<String> {
    let mut components = BTreeSet::new();
    for platform in PLATFORMS {
        crates(platform, &mut components)?;
    }
    modules(&mut components)?;
    let lines: Vec<String> = components.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// What is linked into the program: not what only builds or tests it.
fn crates(platform: &str, components: &mut BTreeSet<Component>) -> Result<()> {
    let answer =
        read(workspace::cargo("metadata").args(["--locked", "--format-version", "1", "--filter-platform", platform]))?;
    let Metadata { packages, resolve } = serde_json::from_str(&answer)?;
    let packages: BTreeMap<_, _> = packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let program = packages.values().find(|package| package.name == OURS && package.source.is_none());
    let mut waiting = vec![program.context("the program is no package")?.id.as_str()];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let (Some(package), Some(node)) = (packages.get(id), nodes.get(id)) else { continue };
        if package.source.is_some() {
            let licence = package.license.clone().with_context(|| format!("{} names no licence", package.name))?;
            // The older way of writing "or".
            let licence = licence.replace('/', " OR ");
            components.insert(Component { name: package.name.clone(), version: package.version.clone(), licence });
        }
        for edge in &node.deps {
            let Some(package) = packages.get(edge.pkg.as_str()) else { continue };
            for (_, name, licence) in ALONG.iter().filter(|(brings, ..)| *brings == package.name) {
                let version = format!("{} {}", package.name, package.version);
                components.insert(Component { name: (*name).to_owned(), version, licence: (*licence).to_owned() });
            }
        }
        let linked = node.deps.iter().filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        waiting.extend(linked.map(|edge| edge.pkg.as_str()));
    }
    Ok(())
}

/// What the page is made of.
fn modules(components: &mut BTreeSet<Component>) -> Result<()> {
    let lock: NpmLock = serde_json::from_str(&fs::read_to_string(workspace::root().join("ui/package-lock.json"))?)?;
    for (path, package) in lock.packages.into_iter().filter(|(path, package)| !path.is_empty() && !package.dev) {
        let name = path.rsplit("node_modules/").next().unwrap_or(&path).to_owned();
        let licence = package.license.with_context(|| format!("{name} names no licence"))?;
        components.insert(Component { name, version: package.version.unwrap_or_default(), licence });
    }
    Ok(())
}
