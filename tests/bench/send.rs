//! The suite of sending: to one's own eyes, and to somebody else's.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use estafette_tests::{fields::COMPOSER, window::Window};
use fantoccini::key::Key;
use serde_json::json;

use crate::{
    bare::{Bare, milliseconds},
    bench::{Bench, frames, press_on, time},
    figures::{Budget, Measure, measure, median},
    suites::open_room,
};

/// What the budget allows the two programs on top of the bare way.
const BETWEEN: f64 = 40.0;

/// Between the last letter and the key that sends: what typing leads to, such as a draft that is kept, is done by then,
/// for no hand types as fast as the driver.
pub(crate) const TYPED: Duration = Duration::from_millis(600);

impl Bench {
    pub(crate) async fn send(&self) -> Result<Vec<Measure>> {
        let mut measures = vec![self.echo().await?];
        measures.extend(self.received().await?);
        Ok(measures)
    }

    /// From the key to the message painted, before any server has answered.
    async fn echo(&self) -> Result<Measure> {
        let window = self.open_rooms(&self.world.a).await?;
        press_on(&window, "[data-room-id]").await?;
        press_on(&window, COMPOSER).await?;
        let frame = median(&frames(&window, 120, "").await?);
        let mut echo = Vec::new();
        for number in 0..self.often {
            let text = format!("Message {number} du banc d’essai");
            write(&window, &text).await?;
            echo.push(time(&window, "keydown", &shows(&text), async || window.press(Key::Enter).await).await?);
        }
        window.end().await?;
        let commit = median(&durable_commits(&self.profile(&self.world.a), self.often)?);
        let floor = frame + commit;
        Ok(measure("send.echo", "ms", echo, Some(floor), Some(Budget::P95(1.5 * floor))))
    }

    /// From the key to the message painted in the window of somebody else.
    async fn received(&self) -> Result<Vec<Measure>> {
        let (writer, reader) = (&self.world.b, &self.world.a);
        let [open, closed] = &self.world.shared[..] else { anyhow::bail!("the two have no rooms to meet in") };
        let bare_writer = Bare::sign_in(&self.servers, &writer.localpart)?;
        let bare_reader = Bare::sign_in(&self.servers, &reader.localpart)?;
        let bare = median(&bare_writer.to_observer(&bare_reader, &open.id, None, self.often)?);
        bare_writer.sign_out()?;
        bare_reader.sign_out()?;
        let (here, there) = (self.open_rooms(writer).await?, self.open_rooms(reader).await?);
        let mut measures = Vec::new();
        for (name, room) in [("send.received", open), ("send.received.encrypted", closed)] {
            open_room(&there, &room.id).await?;
            open_room(&here, &room.id).await?;
            press_on(&here, COMPOSER).await?;
            let mut taken = Vec::new();
            // The first one shares the room's key, and is none of what comes after.
            for number in 0..=self.often {
                let text = format!("Nachricht {number} an die andere Seite");
                taken.push(one_received(&here, &there, &text).await?);
            }
            measures.push(measure(name, "ms", taken.split_off(1), Some(bare), Some(Budget::Median(bare + BETWEEN))));
        }
        here.end().await?;
        there.end().await?;
        Ok(measures)
    }
}

pub(crate) async fn write(window: &Window, text: &str) -> Result<()> {
    window.keys(text).await?;
    tokio::time::sleep(TYPED).await;
    Ok(())
}

/// Both windows run on one machine: their clocks are one.
async fn one_received(here: &Window, there: &Window, text: &str) -> Result<f64> {
    write(here, text).await?;
    there.page.execute(&format!("watchFor(() => {})", shows(text)), vec![]).await?;
    here.page.execute("noteNext('keydown')", vec![]).await?;
    here.press(Key::Enter).await?;
    let read = async |window: &Window, what: &str| {
        let script = format!("return window.{what}");
        window.wait_for(what, async || window.page.execute(&script, vec![]).await.ok()?.as_f64()).await
    };
    Ok(read(there, "seen").await? - read(here, "noted").await?)
}

pub(crate) fn shows(text: &str) -> String {
    let text = json!(text);
    format!("[...document.querySelectorAll('[data-message-id]')].some((each) => each.textContent.includes({text}))")
}

/// Commits that have reached the disk, in milliseconds each, where the profile lies.
fn durable_commits(folder: &Path, count: usize) -> Result<Vec<f64>> {
    let file = folder.join("commits.db");
    let database = rusqlite::Connection::open(&file)?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS lines (text TEXT) STRICT;",
    )?;
    let mut taken = Vec::new();
    for number in 0..count {
        let start = Instant::now();
        database.execute("INSERT INTO lines VALUES (?1)", [format!("Message {number} du banc d’essai")])?;
        taken.push(milliseconds(start));
    }
    drop(database);
    fs::remove_file(file).context("the file of the commits")?;
    Ok(taken)
}
