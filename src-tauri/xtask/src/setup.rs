//! `cargo xtask setup`: what a Debian 12 machine lacks, installed and named.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    process::{self, read, run_in_foreground},
    workspace::{self, Stamp},
};

/// To build.
const BUILD: &[&str] =
    &["build-essential", "clang", "file", "librsvg2-dev", "libssl-dev", "libwebkit2gtk-4.1-dev", "mold", "pkg-config"];

/// To run the demo and the tests: a screen, a session bus, a keyring, a notification daemon, a window to drive, what
/// reads its pictures, a network drive, and proxies with a network that leads nowhere else.
const RUN: &[&str] = &[
    "at-spi2-core",
    "dbus-x11",
    "dunst",
    "fonts-dejavu-core",
    "fonts-noto-color-emoji",
    "gnome-keyring",
    "imagemagick",
    "iproute2",
    "libimage-exiftool-perl",
    "libsecret-tools",
    "microsocks",
    "openbox",
    "openssh-sftp-server",
    "python3-pyatspi",
    "python3-venv",
    "sshfs",
    "tesseract-ocr",
    "tinyproxy-bin",
    "webkit2gtk-driver",
    "x11-utils",
    "xauth",
    "xdotool",
    "xvfb",
];

/// The oldest Node that the UI's tools take.
const NODE: u32 = 20;

/// Installs all that is missing.
pub(crate) fn run() -> Result<()> {
    toolchains()?;
    debian_packages(BUILD.iter().chain(RUN).copied())?;
    node_modules()?;
    estafette_homeservers::install_synapse(|what| println!("installing {what}"))?;
    Ok(())
}

fn toolchains() -> Result<()> {
    for (component, probe) in [("clippy", "clippy"), ("rustfmt", "fmt")] {
        let found = read(Command::new("cargo").args([probe, "--version"])).is_ok();
        if !found {
            bail!("Rust's {component} is missing: rustup component add {component}");
        }
    }
    let version = read(Command::new("node").arg("--version"))
        .with_context(|| format!("Node {NODE} or newer is missing (see README.md)"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        bail!("Node {NODE} or newer is needed, this is {}", version.trim());
    }
    read(Command::new("npm").arg("--version")).context("npm is missing; it comes with Node (see README.md)")?;
    Ok(())
}

/// Installs Debian packages that are not there, with sudo where this is not root.
pub(crate) fn debian_packages<'a>(wanted: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
    if !Path::new("/usr/bin/dpkg-query").exists() {
        println!("this is no Debian; make sure that the likes of these are installed:");
        println!("  {}", wanted.collect::<Vec<_>>().join(" "));
        return Ok(());
    }
    let missing = missing_packages(wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing Debian packages (apt): {}", missing.join(" "));
    if !has_package_lists() {
        apt(&["update"])?;
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(missing.iter().map(String::as_str));
    if apt(&install).is_err() {
        crate::interrupt::check()?;
        // Most often the lists are older than what the mirror holds.
        apt(&["update"])?;
        apt(&install)?;
    }
    Ok(())
}

/// Those that are not installed.
pub(crate) fn missing_packages<'a>(wanted: impl Iterator<Item = &'a str> + Clone) -> Result<Vec<String>> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${db:Status-Status}\\n"]).args(wanted.clone());
    // It fails when it does not know one of them, having listed the others.
    let listed = query.stdin(Stdio::null()).stderr(Stdio::null()).output().context("cannot start dpkg-query")?;
    let listed = String::from_utf8(listed.stdout)?;
    let installed: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    Ok(wanted.filter(|package| !installed.contains(package)).map(str::to_owned).collect())
}

fn has_package_lists() -> bool {
    let Ok(mut lists) = fs::read_dir("/var/lib/apt/lists") else { return false };
    lists.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().contains("_Packages")))
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut apt = if rustix::process::geteuid().is_root() {
        Command::new("env")
    } else if Path::new("/usr/bin/sudo").exists() {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("there is no sudo here; as root: apt-get {}", arguments.join(" "));
    };
    apt.args(["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]);
    // sudo drops them.
    for name in ["http_proxy", "https_proxy", "no_proxy"] {
        if let Ok(value) = env::var(name) {
            apt.arg(format!("{name}={value}"));
        }
    }
    apt.args(["apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300", "--option", "Dpkg::Use-Pty=0"]);
    run_in_foreground(apt.args(arguments))
}

/// The UI's packages, when its lockfile has changed.
fn node_modules() -> Result<()> {
    let ui = workspace::root().join("ui");
    let lockfile = fs::read(ui.join("package-lock.json")).context("ui/package-lock.json is missing")?;
    let stamp = Stamp::new("package-lock.json", lockfile);
    if stamp.is_fresh() && ui.join("node_modules").is_dir() {
        return Ok(());
    }
    println!("installing the UI's packages (npm, in ui/node_modules)");
    process::run(&workspace::npm(&["ci", "--no-audit", "--no-fund"]))?;
    stamp.record()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_package_is_listed_twice() {
        let mut all: Vec<_> = BUILD.iter().chain(RUN).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn an_unknown_package_is_missing_and_a_known_one_is_not() -> Result<()> {
        if Path::new("/usr/bin/dpkg-query").exists() {
            let missing = missing_packages(["dpkg", "estafette-no-such-package"].into_iter())?;
            assert_eq!(missing, ["estafette-no-such-package"]);
        }
        Ok(())
    }
}
