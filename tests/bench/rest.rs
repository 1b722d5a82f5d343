//! The suites of what a window costs while nobody uses it: memory, processor, disk.

use std::{fs, path::Path, time::Instant};

use anyhow::{Context as _, Result};
use estafette_tests::window::Window;

use crate::{
    bare::Bare,
    bench::{Bench, Program, press_on, release, rooms_in_view, used},
    figures::{Budget, Measure, measure, median},
    hands::with_hands,
};

/// Into how many rooms what is received falls.
const ROOMS: usize = 20;
/// How many rooms are visited: as many as stay at hand.
const VISITED: usize = 8;

impl Bench {
    /// At rest, after eight rooms were visited, and after others wrote.
    pub(crate) async fn memory(&self) -> Result<Vec<Measure>> {
        let (mut empty, mut a, mut visited, mut b) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let folder = self.profiles.join("empty-window");
        for _ in 0..self.few {
            let window = self.open(Program::EmptyWindow, &folder).await?;
            empty.push(self.memory_at_rest(&window).await?);
            window.end().await?;
            let window = self.open_rooms(&self.world.a).await?;
            a.push(self.memory_at_rest(&window).await?);
            visit(&window).await?;
            visited.push(self.memory_at_rest(&window).await?);
            window.end().await?;
            let window = self.open_rooms(&self.world.b).await?;
            b.push(self.memory_at_rest(&window).await?);
            window.end().await?;
        }
        let window = self.open_rooms(&self.world.a).await?;
        self.receive(&window).await?;
        let received = self.memory_at_rest(&window).await?;
        window.end().await?;
        let (floor, of_a) = (median(&empty), median(&a));
        Ok(vec![
            measure("memory.idle", "MB", a, Some(floor), Some(Budget::Median(1.25 * floor))),
            measure("memory.idle.b", "MB", b, Some(of_a), Some(Budget::Median(1.3 * of_a))),
            measure("memory.visited", "MB", visited, Some(of_a), None),
            measure("memory.received", "MB", vec![received], Some(of_a), None),
        ])
    }

    async fn memory_at_rest(&self, window: &Window) -> Result<f64> {
        tokio::time::sleep(self.rest).await;
        Ok(megabytes(window.memory()?))
    }

    /// Has others write while a window is open, until it shows the last of it.
    async fn receive(&self, window: &Window) -> Result<()> {
        const LAST: &str = "La dernière ligne";
        let writer = Bare::sign_in(&self.servers, &self.world.writer)?;
        // Open to everybody, and so without encryption: the last ones.
        let rooms: Vec<_> = self.world.a.rooms.iter().rev().take(ROOMS).map(|room| room.id.clone()).collect();
        for room in &rooms {
            writer.call("POST", &format!("/_matrix/client/v3/join/{room}"), Some(&serde_json::json!({})))?;
        }
        let lines: Vec<_> = rooms.iter().cycle().take(self.received).enumerate().collect();
        let say = |(number, room): &(usize, &String)| writer.say(room, &format!("Ligne {number} de ce qui arrive"));
        tokio::task::block_in_place(|| with_hands(&lines, say, |_| ()))?;
        writer.say(rooms.first().context("a room")?, LAST)?;
        writer.sign_out()?;
        window.until("the last message", &format!("document.body.innerText.includes({LAST:?})")).await
    }

    /// What a window does that nobody touches: of one that has just been opened, and after eight rooms were visited.
    pub(crate) async fn idle(&self) -> Result<Vec<Measure>> {
        let window = self.open(Program::EmptyWindow, &self.profiles.join("empty-window")).await?;
        let (floor, floor_of_wakes) = self.used_at_rest(&window).await?;
        window.end().await?;
        let window = self.open_rooms(&self.world.a).await?;
        let (processor, wakes) = self.used_at_rest(&window).await?;
        visit(&window).await?;
        let (after, wakes_after) = self.used_at_rest(&window).await?;
        window.end().await?;
        let (fresh, woken) = (median(&processor), median(&wakes));
        let (floor, floor_of_wakes) = (median(&floor), median(&floor_of_wakes));
        Ok(vec![
            measure("idle.cpu", "s/min", processor, Some(floor), Some(Budget::Median(0.1))),
            measure("idle.wakes", "/min", wakes, Some(floor_of_wakes), None),
            measure("idle.cpu.visited", "s/min", after, Some(fresh), Some(Budget::Median(0.1))),
            measure("idle.wakes.visited", "/min", wakes_after, Some(woken), None),
        ])
    }

    /// The processor's seconds and the wakes of each of some minutes, once what came before is done.
    async fn used_at_rest(&self, window: &Window) -> Result<(Vec<f64>, Vec<f64>)> {
        tokio::time::sleep(self.rest).await;
        let (mut processor, mut wakes) = (Vec::new(), Vec::new());
        for _ in 0..self.few {
            let (before, start) = (used(window)?, Instant::now());
            tokio::time::sleep(self.rest).await;
            let (after, minutes) = (used(window)?, start.elapsed().as_secs_f64() / 60.0);
            let (seconds, times) = after.since(&before);
            processor.push(seconds / minutes);
            wakes.push(times / minutes);
        }
        Ok((processor, wakes))
    }

    /// The program's size, and that of a profile in which rooms were opened.
    pub(crate) async fn disk(&self) -> Result<Vec<Measure>> {
        let window = self.open_rooms(&self.world.a).await?;
        visit(&window).await?;
        window.end().await?;
        let binary = fs::metadata(release("estafette"))?.len();
        let empty = fs::metadata(release("empty-window"))?.len();
        let profile = size(&self.profile(&self.world.a))?;
        Ok(vec![
            measure("disk.binary", "MB", vec![megabytes(binary)], Some(megabytes(empty)), None),
            measure("disk.profile", "MB", vec![megabytes(profile)], None, None),
        ])
    }
}

#[allow(clippy::cast_precision_loss)] // Megabytes.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Opens the first rooms in view, one after the other.
async fn visit(window: &Window) -> Result<()> {
    for id in rooms_in_view(window, VISITED).await? {
        press_on(window, &format!("[data-room-id='{id}']")).await?;
        window.find(&format!("[data-room-id='{id}'][aria-selected=true]")).await?;
        window.find("[data-region=timeline] [data-message-id]").await?;
    }
    Ok(())
}

/// The size of a folder's files, in bytes.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
