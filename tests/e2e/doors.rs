//! The doors that tests need are shut in what packages carry.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use estafette_tests::{
    agent::{PATIENCE, eventually},
    managed::Managed,
    window::binary,
};
use serde_json::json;

/// What asks a web view to let itself be steered.
const DOORS: [(&str, &str); 4] = [
    ("TAURI_AUTOMATION", "true"),
    ("TAURI_WEBVIEW_AUTOMATION", "true"),
    ("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:0"),
    ("WEBKIT_INSPECTOR_HTTP_SERVER", "127.0.0.1:0"),
];

/// What programs are told where their settings lie, and what one might guess of ours.
const PLACES: [&str; 7] = [
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_DIRS",
    "ESTAFETTE_ETC",
    "ESTAFETTE_POLICIES",
    "ESTAFETTE_POLICY_DIR",
    "ESTAFETTE_ROOT",
];

/// A policy in a folder of the user's, in every order in which one might look for it, and the variables that lead there.
pub(crate) fn decoy(folder: &Path, policy: &str) -> Result<Vec<(OsString, OsString)>> {
    for place in ["managed", "policies/managed", "estafette/policies/managed", "etc/estafette/policies/managed"] {
        fs::create_dir_all(folder.join(place))?;
        fs::write(folder.join(place).join("99-decoy.json"), policy)?;
    }
    // What is looked for there besides policies is still needed.
    let all = format!("{}:/usr/local/share:/usr/share", folder.display());
    let value = |name: &str| if name == "XDG_DATA_DIRS" { all.clone().into() } else { folder.into() };
    Ok(PLACES.iter().map(|name| (name.into(), value(name))).collect())
}

/// The program without the tests' doors; `cargo xtask test --only e2e` builds it.
fn shipped() -> Result<PathBuf> {
    let program = binary("shipped/estafette");
    ensure!(program.exists(), "{} is missing: cargo xtask test --only e2e makes it", program.display());
    Ok(program)
}

fn start(profile: &Path, door: Option<(&str, &str)>) -> Result<Child> {
    let mut program = Command::new(shipped()?);
    for (name, _) in DOORS {
        program.env_remove(name);
    }
    program.arg("--profile").arg(profile).envs(door).stdout(Stdio::null()).stderr(Stdio::piped());
    program.spawn().context("the program does not start")
}

#[tokio::test]
async fn what_is_shipped_refuses_to_be_steered() -> Result<()> {
    for door in DOORS {
        let profile = tempfile::tempdir()?;
        let mut program = start(profile.path(), Some(door))?;
        let start = Instant::now();
        while program.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                program.kill()?;
                bail!("it runs with {}", door.0);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let output = program.wait_with_output()?;
        ensure!(output.status.code() == Some(2), "with {}: {}", door.0, output.status);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(said.contains("does not run under automation"), "with {}: {said}", door.0);
        ensure!(std::fs::read_dir(profile.path())?.next().is_none(), "with {}: it has begun its work", door.0);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_shipped_opens_its_window_when_nobody_asks_to_steer() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let mut program = start(profile.path(), None)?;
    let opened = eventually("a window", || async {
        let search = ["search", "--onlyvisible", "--pid", &program.id().to_string()];
        let windows = Command::new("xdotool").args(search).output().ok()?;
        (!windows.stdout.is_empty()).then_some(())
    })
    .await;
    program.kill()?;
    program.wait()?;
    opened
}

#[tokio::test]
async fn what_is_shipped_obeys_the_policy_of_the_machine_and_no_other() -> Result<()> {
    let Some(machine) = Managed::new()? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (ours, theirs, home) = (folder.path().join("ours"), folder.path().join("theirs"), folder.path().join("home"));
    for path in [&ours, &theirs, &home] {
        fs::create_dir(path)?;
    }
    machine.write("managed/10.json", &json!({ "log": { "folder": ours, "level": "info" } }).to_string())?;
    let profile = tempfile::tempdir()?;
    let mut program = machine.command(shipped()?);
    for (name, _) in DOORS {
        program.env_remove(name);
    }
    program.arg("--profile").arg(profile.path());
    program.envs(decoy(&home, &json!({ "log": { "folder": theirs } }).to_string())?).env("HOME", &home);
    let mut program = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("it does not start")?;
    let written = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    let obeyed = eventually("a log where the policy wants it", || async { written(&ours).then_some(()) }).await;
    program.kill()?;
    program.wait()?;
    obeyed?;
    ensure!(!written(&theirs), "somebody else's policy is obeyed");
    ensure!(!profile.path().join("logs").exists(), "the log lies with the data as well");
    Ok(())
}

#[test]
fn no_flag_of_what_is_shipped_moves_the_policy() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for flag in ["--policy", "--policies", "--policy-dir", "--policies-from-input", "--etc", "--config", "--root"] {
        let output = Command::new(shipped()?).arg(flag).arg(folder.path()).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.code() == Some(2) && said.contains("unexpected argument"), "{flag}: {said}");
    }
    let help = Command::new(shipped()?).arg("--help").output()?;
    let help = String::from_utf8_lossy(&help.stdout).to_lowercase();
    ensure!(help.contains("--profile") && !help.contains("polic"), "{help}");
    Ok(())
}
