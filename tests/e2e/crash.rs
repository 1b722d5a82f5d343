//! A defect in the real window, and what the next start says of it.

use std::time::Duration;

use anyhow::{Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::eventually,
    window::{Window, runs_on},
};
use fantoccini::key::Key;

use crate::{
    accessibility::Inspection,
    people::Pair,
    processes::{kill, signal},
    screens::ADDRESS,
};

/// The strip's one button.
const CLOSE: &str = "main svg + p + button";

/// Has a thread of the program panic, with words that must not be written down.
pub(crate) async fn panic(window: &Window, said: &str) -> Result<()> {
    go_through(window, &format!("panic:{said}")).await
}

/// Goes through one of the doors that only tests have.
async fn go_through(window: &Window, door: &str) -> Result<()> {
    let open = "const [url, done] = arguments;
        window.__TAURI_INTERNALS__.invoke('open_link', { url }).then(done, done);";
    window.page.execute_async(open, vec![door.into()]).await?;
    Ok(())
}

#[tokio::test]
async fn a_window_that_hangs_ends_when_the_system_asks_for_it() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let window = pair.open().await?;
    window.focused(ADDRESS).await?;
    // Nothing answers from here on, not even to this.
    let hung = tokio::time::timeout(Duration::from_secs(2), go_through(&window, "hang:")).await;
    ensure!(hung.is_err(), "the window does not hang");
    let running = runs_on(pair.profile.path());
    ensure!(!running.is_empty(), "the program has ended by itself");
    for process in running {
        signal(process, "-TERM")?;
    }
    eventually("the end of the program", || async { runs_on(pair.profile.path()).is_empty().then_some(()) }).await
}

#[tokio::test]
async fn a_defect_is_told_at_the_next_start() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let window = pair.open().await?;
    window.focused(ADDRESS).await?;
    panic(&window, "Markttag").await?;
    for process in runs_on(pair.profile.path()) {
        kill(process)?;
    }
    drop(window);

    let window = pair.open().await?;
    window.painted("main", "Estafette s’est arrêtée de façon inattendue").await?;
    window.focused(ADDRESS).await?;
    let mut inspection = Inspection::of(&window);
    inspection.look_at("crash").await?;
    inspection.end()?;
    // Nobody closes the strip, and this run has a defect of its own.
    panic(&window, "Markttag").await?;
    window.close_by_hand().await?;

    let window = pair.open().await?;
    window.painted("main", "Estafette a continué, mais une action n’a peut-être pas abouti.").await?;
    window.tab_to(CLOSE).await?;
    window.press(Key::Enter).await?;
    window.gone(CLOSE).await?;
    window.close_by_hand().await?;

    let window = pair.open().await?;
    window.focused(ADDRESS).await?;
    let main = window.find("main").await?.text().await?;
    ensure!(!main.contains("erreur interne"), "told again: {main}");
    window.close().await
}
