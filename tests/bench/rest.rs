//! The suites of what a window costs while nobody uses it: memory, processor, disk.

use std::{fs, path::Path, thread, time::Instant};

use anyhow::{Context as _, Result};
use estafette_tests::window::Window;

use crate::{
    bare::Bare,
    bench::{Bench, Program, release, used},
    figures::{Budget, Measure, measure},
};

/// Into how many rooms what is received falls.
const ROOMS: usize = 20;
/// How many send at once.
const HANDS: usize = 4;

impl Bench {
    pub(crate) async fn memory(&self) -> Result<Vec<Measure>> {
        let folder = tempfile::tempdir()?;
        let empty = self.open(Program::EmptyWindow, folder.path()).await?;
        let floor = self.memory_at_rest(empty).await?;
        let a = self.memory_at_rest(self.open_rooms_afresh(&self.world.a).await?).await?;
        let b = self.memory_at_rest(self.open_rooms_afresh(&self.world.b).await?).await?;
        let window = self.open_rooms(&self.world.a).await?;
        self.receive(&window).await?;
        let received = self.memory_at_rest(window).await?;
        Ok(vec![
            measure("memory.idle", "MB", vec![a], Some(floor), Some(Budget::Median(1.25 * floor))),
            measure("memory.idle.b", "MB", vec![b], Some(a), Some(Budget::Median(1.3 * a))),
            measure("memory.received", "MB", vec![received], Some(a), None),
        ])
    }

    async fn memory_at_rest(&self, window: Window) -> Result<f64> {
        tokio::time::sleep(self.rest).await;
        let megabytes = megabytes(window.memory()?);
        window.close().await?;
        Ok(megabytes)
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
        let each = self.received / ROOMS;
        let writing = &writer;
        tokio::task::block_in_place(|| {
            thread::scope(|scope| {
                let hands: Vec<_> = rooms
                    .chunks(ROOMS.div_ceil(HANDS))
                    .map(|rooms| {
                        scope.spawn(move || -> Result<()> {
                            for number in 0..each {
                                for room in rooms {
                                    writing.say(room, &format!("Ligne {number} de ce qui arrive"))?;
                                }
                            }
                            Ok(())
                        })
                    })
                    .collect();
                for hand in hands {
                    hand.join().ok().context("a hand has failed")??;
                }
                anyhow::Ok(())
            })
        })?;
        writer.say(rooms.first().context("a room")?, LAST)?;
        writer.sign_out()?;
        window.until("the last message", &format!("document.body.innerText.includes({LAST:?})")).await
    }

    pub(crate) async fn idle(&self) -> Result<Vec<Measure>> {
        let window = self.open_rooms_afresh(&self.world.a).await?;
        // What the start leaves to do is none of it.
        tokio::time::sleep(self.rest).await;
        let (before, start) = (used(&window)?, Instant::now());
        tokio::time::sleep(self.rest).await;
        let (after, minutes) = (used(&window)?, start.elapsed().as_secs_f64() / 60.0);
        window.close().await?;
        let processor = (after.processor - before.processor) / minutes;
        let wakes = (after.wakes - before.wakes) / minutes;
        Ok(vec![
            measure("idle.cpu", "s/min", vec![processor], None, Some(Budget::Median(0.1))),
            measure("idle.wakes", "/min", vec![wakes], None, None),
        ])
    }

    pub(crate) fn disk(&self) -> Result<Vec<Measure>> {
        let binary = fs::metadata(release("estafette"))?.len();
        let empty = fs::metadata(release("empty-window"))?.len();
        self.afresh(&self.world.a)?;
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
