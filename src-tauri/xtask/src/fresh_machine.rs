//! The demo on a machine that holds only what the README asks for: Debian 12 in a directory (debootstrap), a C
//! compiler, Rust and Node, and a fresh clone. Once as root, once as a user with sudo.
//!
//! How this machine reaches package registries (certificates, settings, variables) is copied in when it runs.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    interrupt,
    process::{self, Group, read},
    setup, workspace,
};

const INSIDE: &str = include_str!("fresh_machine.sh");
const RELEASE: &str = "bookworm";
/// What the README asks for beside Rust and Node. The certificates are the machine's.
const ASKED_FOR: &str = "ca-certificates,gcc,libc6-dev";
/// A newcomer's patience.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Who types the command.
#[derive(Clone, Copy)]
struct Newcomer {
    name: &'static str,
    home: &'static str,
}

const NEWCOMERS: [Newcomer; 2] =
    [Newcomer { name: "root", home: "/root" }, Newcomer { name: "newcomer", home: "/home/newcomer" }];

/// Runs the demo as both.
pub(crate) fn run() -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!("a Debian in a directory needs root (debootstrap, chroot)");
    }
    let _lock = workspace::lock("fresh-machine")?;
    setup::debian_packages(["debootstrap"].into_iter())?;
    let directory = workspace::target().join("fresh-machine");
    if directory.exists() {
        remove(&directory)?;
    }
    fs::create_dir_all(&directory)?;
    let base = directory.join("base");
    make_machine(&base)?;
    let mut failed = Vec::new();
    for newcomer in NEWCOMERS {
        let root = directory.join(newcomer.name);
        process::run(Command::new("cp").args(["--archive", "--reflink=auto"]).arg(&base).arg(&root))?;
        let start = Instant::now();
        let result = run_demo(&root, newcomer, &directory.join(format!("screenshots-{}", newcomer.name)));
        println!(
            "as {}: {:.0} s, {}",
            newcomer.name,
            start.elapsed().as_secs_f64(),
            match &result {
                Ok(()) => "passed".to_owned(),
                Err(error) => format!("FAILED: {error:#}"),
            }
        );
        interrupt::check()?;
        if result.is_err() {
            // Left to be looked at.
            failed.push(root.display().to_string());
        } else {
            remove(&root)?;
        }
    }
    remove(&base)?;
    if !failed.is_empty() {
        bail!("see {}", failed.join(", "));
    }
    Ok(())
}

/// All mounts were made in a namespace that is gone, so there is nothing below but files.
fn remove(directory: &Path) -> Result<()> {
    process::run(Command::new("rm").args(["--recursive", "--force", "--one-file-system"]).arg(directory))
}

fn make_machine(root: &Path) -> Result<()> {
    println!("making a Debian in {}", root.display());
    let sources = debian_sources();
    let mirror = sources.first().and_then(|source| source.split(' ').nth(1)).context("no Debian mirror")?;
    process::run(
        Command::new("debootstrap")
            .args(["--variant=minbase", &format!("--include={ASKED_FOR},sudo"), RELEASE])
            .arg(root)
            .arg(mirror),
    )?;
    fs::write(root.join("etc/apt/sources.list"), sources.join("\n") + "\n")?;
    // No service is to start in a directory.
    fs::write(root.join("usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n")?;
    process::run(Command::new("chmod").arg("755").arg(root.join("usr/sbin/policy-rc.d")))?;
    process::run(Command::new("chroot").arg(root).args([
        "useradd",
        "--create-home",
        "--shell",
        "/bin/bash",
        "newcomer",
    ]))?;
    fs::write(root.join("etc/sudoers.d/newcomer"), "newcomer ALL=(ALL) NOPASSWD: ALL\n")?;
    toolchains(root)?;
    machine_settings(root)
}

/// This machine's sources of the release, so that its mirror is used.
fn debian_sources() -> Vec<String> {
    let mut targets = Command::new("apt-get");
    targets.args(["indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"]);
    let mut sources: Vec<String> = read(&mut targets)
        .unwrap_or_default()
        .lines()
        .filter(|line| line.ends_with(" main"))
        .filter(|line| line.split(' ').nth(1).is_some_and(|name| name.starts_with(RELEASE)))
        .map(|line| format!("deb {line}"))
        .collect();
    // The release itself first.
    sources.sort_by_key(|source| !source.contains(&format!(" {RELEASE} ")));
    if sources.is_empty() {
        sources.push(format!("deb http://deb.debian.org/debian {RELEASE} main"));
    }
    sources
}

/// Rust and Node, as their installers would leave them.
fn toolchains(root: &Path) -> Result<()> {
    let sysroot = read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let rust = root.join("opt/rust");
    fs::create_dir_all(&rust)?;
    for part in ["bin", "lib", "libexec"] {
        copy(&Path::new(sysroot.trim()).join(part), &rust)?;
    }
    let node = root.join("opt/node");
    fs::create_dir_all(node.join("bin"))?;
    fs::create_dir_all(node.join("lib/node_modules"))?;
    copy(&program("node")?, &node.join("bin"))?;
    let npm = program("npm")?;
    let npm = npm.ancestors().find(|place| place.ends_with("node_modules/npm")).context("npm is in no known place")?;
    copy(npm, &node.join("lib/node_modules"))?;
    for name in ["npm", "npx"] {
        symlink(format!("../lib/node_modules/npm/bin/{name}-cli.js"), node.join("bin").join(name))?;
    }
    if let Some(prefix) = npm.ancestors().nth(3) {
        copy_if_there(&prefix.join("etc/npmrc"), &node.join("etc"))?;
    }
    Ok(())
}

fn program(name: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").context("no PATH")?;
    let found = env::split_paths(&path).map(|place| place.join(name)).find(|file| file.is_file());
    Ok(found.with_context(|| format!("{name} is not on the PATH"))?.canonicalize()?)
}

/// What this machine needs to reach the package registries.
fn machine_settings(root: &Path) -> Result<()> {
    for file in ["/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf"] {
        copy_if_there(Path::new(file), &root.join("etc"))?;
    }
    copy_if_there(Path::new("/etc/ssl/certs/ca-certificates.crt"), &root.join("etc/ssl/certs"))?;
    copy_if_there(Path::new("/usr/local/share/ca-certificates"), &root.join("usr/local/share"))?;
    if let Ok(settings) = fs::read_dir("/etc/apt/apt.conf.d") {
        for setting in settings.flatten() {
            if fs::read_to_string(setting.path()).is_ok_and(|text| text.contains("Acquire")) {
                copy(&setting.path(), &root.join("etc/apt/apt.conf.d"))?;
            }
        }
    }
    let home = env::home_dir().context("no home")?;
    for newcomer in NEWCOMERS {
        let theirs = root.join(newcomer.home.trim_start_matches('/'));
        copy_if_there(&home.join(".npmrc"), &theirs)?;
        copy_if_there(&home.join(".config/pip"), &theirs.join(".config"))?;
        copy_if_there(&home.join(".cargo/config.toml"), &theirs.join(".cargo"))?;
        // What is downloaded already, so that the test measures building, not the line.
        for part in ["cache", "index"] {
            copy_if_there(&home.join(".cargo/registry").join(part), &theirs.join(".cargo/registry"))?;
        }
    }
    Ok(())
}

/// Copies with links followed: what a link of this machine points to is not in the new one.
fn copy(from: &Path, into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    process::run(Command::new("cp").args(["--recursive", "--dereference", "--preserve=mode"]).arg(from).arg(into))
}

fn copy_if_there(from: &Path, into: &Path) -> Result<()> {
    if from.exists() { copy(from, into) } else { Ok(()) }
}

/// Whether a variable tells a package client how to reach its registry.
fn is_client_setting(name: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
        "NODE_EXTRA_CA_CERTS",
        "NPM_CONFIG_",
        "PIP_",
        "SSL_CERT_",
    ];
    let upper = name.to_ascii_uppercase();
    PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
        || ["_PROXY", "_CA_BUNDLE", "_CAINFO"].iter().any(|suffix| upper.ends_with(suffix))
}

fn run_demo(root: &Path, newcomer: Newcomer, screenshots: &Path) -> Result<()> {
    let home = root.join(newcomer.home.trim_start_matches('/'));
    println!("as {}: clone and demo", newcomer.name);
    process::run(
        Command::new("git")
            .args(["clone", "--quiet", "--no-hardlinks"])
            .arg(workspace::root())
            .arg(home.join("estafette")),
    )?;
    let owner = format!("{0}:{0}", newcomer.name);
    process::run(Command::new("chroot").arg(root).args(["chown", "--recursive", &owner, newcomer.home]))?;

    let mut inside = Command::new("unshare");
    inside.args(["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]);
    inside.args(["sh", "-c", INSIDE, "fresh-machine"]).arg(root).arg(newcomer.name);
    // In the environment, not as arguments, which everybody could read.
    for (name, _) in env::vars_os() {
        if !name.to_str().is_some_and(is_client_setting) {
            inside.env_remove(&name);
        }
    }
    inside.env("HOME", newcomer.home).env("USER", newcomer.name).env("LANG", "C.UTF-8");
    inside.env("PATH", "/opt/rust/bin:/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    inside.args(["bash", "-c", "cd ~/estafette && cargo xtask demo --headless --screenshots ~/screenshots"]);

    let mut group = Group::spawn(&inside)?;
    let status = interrupt::poll(LIMIT, || group.status())?.context("not done after an hour")?;
    if !status.success() {
        bail!("the demo failed: {status}");
    }
    if screenshots.exists() {
        fs::remove_dir_all(screenshots)?;
    }
    process::run(Command::new("cp").arg("--recursive").arg(home.join("screenshots")).arg(screenshots))?;
    let count = fs::read_dir(screenshots)?.count();
    if count == 0 {
        bail!("the demo wrote no screenshot");
    }
    println!("{count} screenshots in {}", screenshots.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settings_of_package_clients_are_handed_on() {
        for name in ["https_proxy", "HTTP_PROXY", "PIP_INDEX_URL", "SSL_CERT_FILE", "CARGO_REGISTRIES_CRATES_IO_INDEX"]
        {
            assert!(is_client_setting(name), "{name}");
        }
        for name in ["PATH", "HOME", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "DISPLAY"] {
            assert!(!is_client_setting(name), "{name}");
        }
    }

    #[test]
    fn there_is_always_a_source() {
        assert!(debian_sources()[0].contains(&format!(" {RELEASE} main")));
    }
}
