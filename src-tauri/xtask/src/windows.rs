//! The program for Windows, built on Linux, and its unit tests under Wine.
//!
//! Debian packages a compiler together with the matching source of its standard library (`rustc-web`, for its
//! browsers): with MinGW's linker, that gives a standard library for Windows, and the rest is an ordinary build. What
//! it leaves lies in `target/windows`.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    build,
    process::{self, read},
    setup,
    workspace::{self, Stamp},
};

const TARGET: &str = "x86_64-pc-windows-gnu";
const PROGRAMS: &[&str] = &["--package", "estafette", "--package", "estafette-cli"];
const TESTED: &[&str] = &["--package", "estafette-core", "--package", "estafette"];

/// To build C and C++ for Windows, and to run what was built.
const PACKAGES: &[&str] = &[
    "binutils-mingw-w64-x86-64",
    "cmake",
    "g++-mingw-w64-x86-64-win32",
    "gcc-mingw-w64-x86-64-win32",
    "nasm",
    "perl",
    "wine",
    "wine64",
];

/// Debian's compiler and the source of its standard library. Unpacked and not installed: so it stays out of the way of
/// the one that builds for Linux.
const COMPILER: &[&str] = &["cargo-web", "rust-web-src", "rustc-web"];

/// Stands in for a library that Wine lacks.
const RANDOM: &str = include_str!("bcryptprimitives.c");

/// Builds the programs and runs the tests.
pub(crate) fn run() -> Result<()> {
    build::ui()?;
    setup::debian_packages(PACKAGES.iter().copied())?;
    let compiler = Compiler::unpacked()?;
    process::run(compiler.cargo("build").args(PROGRAMS))?;
    let wine = Wine::new()?;
    let mut tests = compiler.cargo("test");
    tests.args(TESTED).arg("--lib");
    wine.around(&mut tests);
    process::run(&tests)?;
    policies(&wine)
}

/// What an administration has written, in the places that are meant for it: key, name, type, value.
const WRITTEN: &[[&str; 4]] = &[
    [r"HKLM\Software\Policies\Estafette\notifications", "content", "REG_SZ", "nothing"],
    [r"HKLM\Software\Policies\Estafette\servers", "allowed", "REG_MULTI_SZ", r"a.example\0b.example"],
    [r"HKLM\Software\Policies\Estafette\messages", "images", "REG_SZ", "0"],
    [r"HKLM\Software\Policies\Estafette\Recommended\interface", "theme", "REG_SZ", "dark"],
    [r"HKCU\Software\Policies\Estafette\messages", "receipts", "REG_DWORD", "0"],
    [r"HKCU\Software\Policies\Estafette\interface", "theme", "REG_SZ", "light"],
    [r"HKLM\Software\Estafette\Defaults\start", "background", "REG_DWORD", "1"],
];

/// Has the program for administrations tell what it reads in this Windows's registry.
fn policies(wine: &Wine) -> Result<()> {
    println!("reading policies from the registry");
    let forget = || {
        for key in
            [r"HKLM\Software\Policies\Estafette", r"HKCU\Software\Policies\Estafette", r"HKLM\Software\Estafette"]
        {
            // It may not be there.
            let _ = read(wine.program("reg").args(["delete", key, "/f"]));
        }
    };
    let program = place().join("target").join(TARGET).join("debug/estafette-policy.exe");
    forget();
    read(wine.program(&program).arg("check")).context("where nothing stands, something is wrong")?;
    for [key, name, kind, value] in WRITTEN {
        read(wine.program("reg").args(["add", key, "/v", name, "/t", kind, "/d", value, "/f"]))?;
    }
    let shown = read(wine.program(&program).args(["show", "--json"]));
    let checked = read(wine.program(&program).arg("check"));
    forget();
    let shown: Value = serde_json::from_str(&shown?)?;
    let values = shown["values"].as_array().context("no values")?;
    let held = |key: &str| {
        let value = values.iter().find(|value| value["key"] == key);
        value.map(|value| json!([value["value"], value["source"], value["fallback"]])).unwrap_or_default()
    };
    for (key, expected) in [
        ("notifications.content", json!(["nothing", "machine", false])),
        ("servers.allowed", json!([["a.example", "b.example"], "machine", false])),
        // Not the number that is asked for: the safe value holds.
        ("messages.images", json!([false, "machine", true])),
        ("interface.theme", json!(["dark", "recommended", false])),
        ("messages.receipts", json!([false, "user", false])),
        ("start.background", json!([true, "installer", false])),
    ] {
        ensure!(held(key) == expected, "{key}: {} and not {expected}", held(key));
    }
    let problems = shown["problems"].as_array().context("no problems")?;
    ensure!(problems.len() == 1 && problems[0]["key"] == "messages.images", "{problems:?}");
    ensure!(checked.is_err(), "what is wrong is no failure of the check");
    Ok(())
}

fn place() -> PathBuf {
    workspace::target().join("windows")
}

/// Debian's compiler, with a standard library for Windows.
struct Compiler {
    root: PathBuf,
}

impl Compiler {
    fn unpacked() -> Result<Self> {
        let compiler = Self { root: place().join("rust") };
        let wanted = wanted()?;
        let stamp = Stamp::new("windows-compiler", wanted.join("\n").into_bytes());
        if stamp.is_fresh() && compiler.root.is_dir() {
            return Ok(compiler);
        }
        println!("unpacking Debian's Rust compiler in {}", compiler.root.display());
        let (packages, beside) = (place().join("packages"), place().join("rust.new"));
        for folder in [&packages, &beside] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
            fs::create_dir_all(folder)?;
        }
        let mut download = Command::new("apt-get");
        download.args(["--quiet", "--option", "APT::Sandbox::User=root", "download"]).args(&wanted);
        process::run(download.current_dir(&packages))?;
        for package in fs::read_dir(&packages)? {
            process::run(Command::new("dpkg").arg("--extract").arg(package?.path()).arg(&beside))?;
        }
        fs::remove_dir_all(&packages)?;
        if compiler.root.exists() {
            fs::remove_dir_all(&compiler.root)?;
        }
        fs::rename(beside, &compiler.root)?;
        compiler.make_standard_library()?;
        // What was built with another one does not fit.
        let built = place().join("target");
        if built.exists() {
            fs::remove_dir_all(built)?;
        }
        stamp.record()?;
        Ok(compiler)
    }

    /// Built once with an unstable option, which the ordinary builds after it do without.
    fn make_standard_library(&self) -> Result<()> {
        println!("building Rust's standard library for Windows");
        let package = place().join("std");
        fs::create_dir_all(package.join("src"))?;
        fs::write(package.join("src/main.rs"), "fn main() {}\n")?;
        let manifest = "[package]\nname = \"std-for-windows\"\nedition = \"2024\"\n[workspace]\n";
        fs::write(package.join("Cargo.toml"), manifest)?;
        let mut build = self.cargo("build");
        build.args(["--release", "-Z", "build-std=core,alloc,std,panic_unwind,panic_abort,proc_macro,test"]);
        build.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", package.join("target"));
        process::run(build.current_dir(&package))?;
        let library = self.root.join("usr/lib/rustlib").join(TARGET).join("lib");
        fs::create_dir_all(&library)?;
        for file in fs::read_dir(package.join("target").join(TARGET).join("release/deps"))? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "rlib") {
                fs::copy(&file, library.join(file.file_name().context("a file has a name")?))?;
            }
        }
        Ok(fs::remove_dir_all(package)?)
    }

    /// `cargo SUBCOMMAND` of this compiler, for Windows.
    fn cargo(&self, subcommand: &str) -> Command {
        let (programs, mut path) = (self.root.join("usr/bin"), self.root.join("usr/bin").into_os_string());
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let mut cargo = Command::new(programs.join("cargo"));
        cargo.current_dir(workspace::root()).args([subcommand, "--target", TARGET]);
        cargo
            .env("PATH", path)
            .env("RUSTC", programs.join("rustc"))
            .env("LD_LIBRARY_PATH", self.root.join("usr/lib/x86_64-linux-gnu"))
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc")
            .env("CARGO_TARGET_DIR", place().join("target"))
            .env_remove("CARGO")
            .env_remove("RUSTUP_TOOLCHAIN");
        workspace::forget_this_package(&mut cargo);
        cargo
    }
}

/// The compiler's packages, and those they need that are not installed, each with the version that apt would give:
/// the libraries among them change their names with it.
fn wanted() -> Result<Vec<String>> {
    let mut needed = Command::new("apt-cache");
    needed.args(["depends", "--recurse", "--important"]).args(COMPILER);
    let needed = read(&mut needed).context("apt-cache does not answer; this needs Debian")?;
    let names: BTreeSet<&str> = needed.lines().filter(|line| line.starts_with(|c: char| c.is_alphanumeric())).collect();
    let missing = setup::missing_packages(names.iter().copied())?;
    let versions = read(Command::new("apt-cache").args(["show", "--no-all-versions"]).args(&missing))
        .context("Debian's Rust compiler (rustc-web, of bookworm's security updates) is not to be had")?;
    let field = |name: &str| {
        let lines = versions.lines().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(": "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let packages = field("Package").into_iter().zip(field("Version"));
    Ok(packages.map(|(package, version)| format!("{package}={version}")).collect())
}

/// A Windows of its own, without a screen. Its programs end with this value.
struct Wine {
    prefix: PathBuf,
}

impl Wine {
    fn new() -> Result<Self> {
        let wine = Self { prefix: place().join("wine") };
        fs::create_dir_all(&wine.prefix)?;
        let mut boot = Command::new("wineboot");
        wine.settings(&mut boot);
        process::run(boot.arg("--init"))?;
        let source = place().join("bcryptprimitives.c");
        fs::write(&source, RANDOM)?;
        let library = wine.prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        let mut compile = Command::new("x86_64-w64-mingw32-gcc");
        process::run(compile.args(["-shared", "-o"]).arg(&library).arg(&source).arg("-ladvapi32"))?;
        Ok(wine)
    }

    fn settings(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // Neither .NET nor a browser is asked for.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .env_remove("DISPLAY");
    }

    /// A program of it, or one for it.
    fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("wine");
        command.arg(program.as_ref());
        self.settings(&mut command);
        command
    }

    /// Has Cargo run in it what it builds.
    fn around(&self, cargo: &mut Command) {
        self.settings(cargo);
        cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine");
        // Where tauri-build puts WebView2's loader.
        cargo.env("WINEPATH", windows_path(&place().join("target").join(TARGET).join("debug")));
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let mut end = Command::new("wineserver");
        self.settings(&mut end);
        // Nothing of it may be left to end.
        let _ = process::run(end.arg("--kill"));
    }
}

/// A path of this system as programs in Wine see it.
fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}
