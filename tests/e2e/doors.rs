//! The doors that tests need are shut in what packages carry.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use estafette_tests::{
    agent::{PATIENCE, eventually},
    window::root,
};

/// What asks a web view to let itself be steered.
const DOORS: [(&str, &str); 4] = [
    ("TAURI_AUTOMATION", "true"),
    ("TAURI_WEBVIEW_AUTOMATION", "true"),
    ("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:0"),
    ("WEBKIT_INSPECTOR_HTTP_SERVER", "127.0.0.1:0"),
];

/// The program without the tests' doors; `cargo xtask test --only e2e` builds it.
fn shipped() -> Result<PathBuf> {
    let program = root().join("target/shipped/estafette");
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
