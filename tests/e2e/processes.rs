//! The web view's processes end, or the whole program does, while somebody writes.

use std::{fs, path::Path, process::Command, time::Instant};

use anyhow::{Context as _, Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Context, eventually},
    painted,
    window::{Window, runs_on},
};
use matrix_sdk::ruma::OwnedRoomId;
use serde_json::{Value, json};

use crate::{
    people::Pair,
    screens::{self, COMPOSER},
};

/// The program's child of that name.
fn child(profile: &Path, name: &str) -> Option<u32> {
    let of = |process: &u32| fs::read_to_string(format!("/proc/{process}/comm")).ok();
    let parents = runs_on(profile);
    let all = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    // The kernel keeps fifteen letters of a name.
    let named = all.filter(|process| of(process).is_some_and(|comm| name.starts_with(comm.trim())));
    named.into_iter().find(|process| parents.iter().any(|parent| descends(*process, *parent)))
}

fn descends(process: u32, from: u32) -> bool {
    let parent = |process: u32| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse::<u32>().ok())
    };
    std::iter::successors(parent(process), |process| parent(*process)).any(|parent| parent == from)
}

pub(crate) fn kill(process: u32) -> Result<()> {
    signal(process, "-KILL")
}

/// Sends a process a signal, named as `kill` names it.
pub(crate) fn signal(process: u32, name: &str) -> Result<()> {
    let sent = Command::new("kill").args([name, &process.to_string()]).status()?;
    ensure!(sent.success(), "{name} is not sent to {process}");
    Ok(())
}

/// Waits until core has what was written in a room.
async fn is_kept(window: &Window, room: &OwnedRoomId, text: &str) -> Result<()> {
    let script = "const [room, done] = arguments;
         window.__TAURI_INTERNALS__.invoke('load_draft', { roomId: room }).then(done, () => done(null));";
    eventually("the draft in core", || async {
        let draft: Value = window.page.execute_async(script, vec![json!(room)]).await.ok()?;
        (draft["text"] == text).then_some(())
    })
    .await
}

/// Waits until the window shows a text, read from its picture: the driver may not outlive the page's process.
async fn shows(window: &Window, text: &str) -> Result<()> {
    eventually(&format!("{text:?} in the picture of the window"), || async {
        let picture = window.picture().ok()?;
        painted::shows(&painted::read_picture(&picture).ok()?, text).then_some(())
    })
    .await
}

#[tokio::test]
async fn a_page_whose_process_ends_comes_back_with_what_was_written() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let window = pair.open().await?;
    let room = pair.meet(&window, "Chantier").await?;
    let draft = painted::fresh_text()?;
    window.tab_to(COMPOSER).await?;
    window.keys(&draft).await?;
    is_kept(&window, &room, &draft).await?;

    // The page goes on without it; only the driver loses its way to the page.
    kill(child(pair.profile.path(), "WebKitNetworkProcess").context("a network process")?)?;
    let news = painted::fresh_text()?;
    pair.other.say(&room, &news, &Context::default()).await?;
    shows(&window, &news).await?;

    let page = child(pair.profile.path(), "WebKitWebProcess").context("a web process")?;
    kill(page)?;
    let start = Instant::now();
    let other = |process: &u32| *process != page;
    eventually("another web process", || async { child(pair.profile.path(), "WebKitWebProcess").filter(other) })
        .await?;
    shows(&window, &draft).await?;
    println!("the draft could be read again after {:.1} s", start.elapsed().as_secs_f64());

    // The whole of it, by force.
    for process in runs_on(pair.profile.path()) {
        kill(process)?;
    }
    drop(window);
    let window = pair.open().await?;
    screens::open_room(&window, "Chantier").await?;
    window.until("the draft", &format!("document.querySelector({COMPOSER:?})?.value === {draft:?}")).await?;
    window.close().await
}
