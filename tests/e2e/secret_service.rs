//! The session's keyring, seen from outside: GNOME Keyring, with the password that the session gave it.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use estafette_tests::agent::eventually;
use serde_json::Value;

const NAME: &str = "--dest=org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";
/// Where GNOME Keyring keeps what has no other place.
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

/// Locks it: whoever asks for a key from now on opens a dialog.
pub(crate) fn lock() -> Result<()> {
    call(&[SERVICE, "org.freedesktop.Secret.Service.Lock", &format!("array:objpath:{COLLECTION}")])?;
    ensure!(is_locked()?, "the keyring does not lock");
    Ok(())
}

/// Unlocks it as signing in to the desktop does: through the keyring's own socket.
pub(crate) fn unlock() -> Result<()> {
    const UNLOCK: u32 = 1;
    let password = password_file()?;
    let password = fs::read(&password).with_context(|| format!("cannot read {}", password.display()))?;
    let mut request = Vec::from([0_u8]);
    for number in [u32::try_from(password.len())? + 12, UNLOCK, u32::try_from(password.len())?] {
        request.extend(number.to_be_bytes());
    }
    request.extend(password);
    let mut socket = UnixStream::connect(folder("XDG_RUNTIME_DIR")?.join("keyring/control"))?;
    socket.write_all(&request)?;
    let mut answer = [0_u8; 8];
    socket.read_exact(&mut answer)?;
    ensure!(answer == [0, 0, 0, 8, 0, 0, 0, 0] && !is_locked()?, "the keyring does not unlock: {answer:?}");
    Ok(())
}

/// Waits for the dialog that asks for the keyring's password, and gives it or cancels.
pub(crate) async fn answer_dialog(unlock: bool) -> Result<()> {
    const DIALOG: [&str; 4] = ["search", "--onlyvisible", "--class", "gcr-prompter"];
    let xdotool = |arguments: &[&str]| Command::new("xdotool").args(arguments).output();
    let dialog = || Some(String::from_utf8_lossy(&xdotool(&DIALOG).ok()?.stdout).trim().to_owned());
    eventually("the keyring's dialog", || async {
        let active = String::from_utf8_lossy(&xdotool(&["getactivewindow"]).ok()?.stdout).trim().to_owned();
        (!active.is_empty() && dialog()?.lines().any(|window| window == active)).then_some(())
    })
    .await?;
    if unlock {
        xdotool(&["type", "--file", &password_file()?.to_string_lossy()])?;
    }
    xdotool(&["key", if unlock { "Return" } else { "Escape" }])?;
    eventually("the keyring's dialog to go", || async { dialog()?.is_empty().then_some(()) }).await
}

/// Deletes the key of a profile, as a reset of the keyring does.
pub(crate) fn forget(profile: &Path) -> Result<()> {
    let attributes = ["service", "eu.estafette.Estafette", "username", &id(profile)?];
    let search = || Command::new("secret-tool").arg("search").args(attributes).output();
    ensure!(!search()?.stdout.is_empty(), "the keyring has no key to forget");
    let done = Command::new("secret-tool").arg("clear").args(attributes).status()?;
    ensure!(done.success() && search()?.stdout.is_empty(), "the keyring keeps the key");
    Ok(())
}

/// Where the session keeps the keyring's password: beside the home that it made.
fn password_file() -> Result<PathBuf> {
    Ok(folder("HOME")?.with_file_name("keyring-password"))
}

fn folder(name: &str) -> Result<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set"))
}

/// Under which name the keyring keeps a profile's key.
fn id(profile: &Path) -> Result<String> {
    let description: Value = serde_json::from_slice(&fs::read(profile.join("profile.json"))?)?;
    Ok(description["id"].as_str().context("a profile without an id")?.to_owned())
}

fn is_locked() -> Result<bool> {
    let arguments = ["string:org.freedesktop.Secret.Collection", "string:Locked"];
    let answer = call(&[&[COLLECTION, "org.freedesktop.DBus.Properties.Get"][..], &arguments].concat())?;
    Ok(answer.contains("true"))
}

fn call(arguments: &[&str]) -> Result<String> {
    let output =
        Command::new("dbus-send").args(["--session", "--print-reply=literal", NAME]).args(arguments).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
