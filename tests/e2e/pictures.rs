//! A picture goes out through the real window.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context as _, Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{agent::eventually, pictures};
use fantoccini::key::Key;

use crate::{people::Pair, screens};

/// What takes pictures.
const ATTACH: &str = "[data-region=composer] button";

#[tokio::test]
async fn a_photograph_arrives_without_what_its_camera_wrote() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let window = pair.open().await?;
    let room = pair.meet(&window, "Chantier").await?;
    let folder = tempfile::tempdir()?;
    let taken = folder.path().join("IMG_2042.jpg");
    pictures::photograph(&taken)?;
    ensure!(pictures::about(&taken)?.contains("GPSLatitude"), "the photograph says where it was taken");

    window.tab_to(ATTACH).await?;
    window.press(Key::Enter).await?;
    choose(&taken).await?;
    window.find("[data-region=composer] img").await?;
    screens::is_painted(&window, "[data-region=composer]", "IMG_2042").await?;
    window.tab_to(screens::COMPOSER).await?;
    window.press(Key::Enter).await?;
    window.find("[data-message-id^='$'] img").await?;
    let received = folder.path().join("received.jpg");
    for bytes in pair.other.newest_picture(&room).await? {
        std::fs::write(&received, bytes)?;
        pictures::ensure_bare(&received)?;
    }
    window.close().await
}

/// Answers the system's file dialog as a hand does: by the path, typed.
async fn choose(file: &Path) -> Result<()> {
    let xdotool = |arguments: &[&str]| Command::new("xdotool").args(arguments).output().context("xdotool");
    let active = || {
        let name = xdotool(&["getactivewindow", "getwindowname"]).ok()?;
        Some(String::from_utf8_lossy(&name.stdout).trim().to_owned())
    };
    // The window of Estafette is named after it; the dialog is not.
    let is_dialog = |name: &String| !name.is_empty() && name != "Estafette";
    eventually("the file dialog", || async { active().filter(is_dialog) }).await?;
    // The first letter opens the field for a path, which takes a moment; those that come meanwhile are lost.
    let path = file.to_string_lossy();
    let (first, others) = path.split_at(1);
    xdotool(&["type", first])?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    xdotool(&["type", "--delay", "50", others])?;
    xdotool(&["key", "Return"])?;
    eventually("the file dialog to go", || async { active().filter(|name| !is_dialog(name)) }).await?;
    Ok(())
}
