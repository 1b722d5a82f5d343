//! The suite of the list: from room to room, and through all of it.

use anyhow::{Context as _, Result, ensure};
use estafette_tests::window::Window;
use fantoccini::key::Key;

use crate::{
    bare::Bare,
    bench::{Bench, frames, press_on, rooms_in_view, time_each},
    figures::{Budget, Measure, measure, median},
    world::Account,
};

/// A message of the room that was opened last is in view.
const FIRST: &str = "document.querySelector('[data-region=timeline]') !== window.before
     && document.querySelector('[data-region=timeline] [data-message-id]')";
/// What is drawn of that room reaches beyond the view, or to the room's beginning.
pub(crate) const FULL: &str = "(() => {
     const region = document.querySelector('[data-region=timeline]');
     const row = region?.querySelector('[data-row]');
     if (!row || region === window.before) return false;
     const top = region.querySelector('[role=log]').getBoundingClientRect().top;
     // The line that says that here is the beginning is the only one without elements of its own.
     return row.childElementCount === 0 || row.getBoundingClientRect().top <= top;
   })()";
/// As many messages as the window asks for at once.
const PAGE: usize = 40;
/// How many of the rooms in view are opened: those that no hand has to scroll to.
const IN_VIEW: usize = 8;

/// What a room took to open.
#[derive(Default)]
struct Switches {
    /// By a pointer that rests on it before, to its first message.
    first: Vec<f64>,
    /// To a full view.
    full: Vec<f64>,
    /// By a key, without notice, to its first message.
    by_key: Vec<f64>,
    /// To a full view of a room that was open before.
    again: Vec<f64>,
}

impl Bench {
    /// From room to room, and through the long list.
    pub(crate) async fn rooms(&self) -> Result<Vec<Measure>> {
        let a = self.switches(&self.world.a).await?;
        let b = self.switches(&self.world.b).await?;
        let window = self.open_rooms(&self.world.b).await?;
        let (still, moving) = scroll_through(&window, self.world.b.rooms.len()).await?;
        window.end().await?;
        let (bare, frame) = (median(&self.bare_pages()?), median(&still));
        // The same of B, with A as its floor.
        let of_b = |name, a: &[f64], b| {
            let of_a = median(a);
            measure(name, "ms", b, Some(of_a), Some(Budget::Median(1.2 * of_a)))
        };
        Ok(vec![
            of_b("rooms.switch.first.b", &a.first, b.first),
            of_b("rooms.switch.by_key.b", &a.by_key, b.by_key),
            of_b("rooms.switch.full.b", &a.full, b.full),
            of_b("rooms.switch.again.b", &a.again, b.again),
            measure("rooms.switch.first", "ms", a.first, Some(frame), Some(Budget::Median(50.0))),
            measure("rooms.switch.by_key", "ms", a.by_key, Some(frame), Some(Budget::Median(50.0))),
            measure("rooms.switch.full", "ms", a.full, Some(bare), Some(Budget::Median(1.5 * bare))),
            measure("rooms.switch.again", "ms", a.again, Some(frame), Some(Budget::Median(25.0))),
            measure("rooms.scroll", "ms", moving, Some(frame), Some(Budget::P95(33.0))),
        ])
    }

    /// The rooms in view, then those below, each opened once; and the last of them once more.
    async fn switches(&self, account: &Account) -> Result<Switches> {
        let window = self.open_rooms(account).await?;
        let mut switches = Switches::default();
        let mut ids = Vec::new();
        for place in 0..self.often.div_ceil(2 * IN_VIEW) {
            go_to(&window, place).await?;
            ids = rooms_in_view(&window, IN_VIEW).await?;
            ensure!(!ids.is_empty(), "no rooms are in view");
            for id in &ids {
                let (first, full) = switch(&window, id).await?;
                switches.first.push(first);
                switches.full.push(full);
            }
        }
        for number in 0..self.often {
            // The room before is another one.
            let Some(id) = ids.get(number % ids.len()) else { break };
            switches.again.push(switch(&window, id).await?.1);
        }
        // By keys that go on at once, no room is prepared before.
        for _ in 0..self.often {
            let next = async || window.chord(&[Key::Alt.into()], Key::Down.into()).await;
            switches.by_key.push(switch_by(&window, "keydown", next).await?.0);
        }
        window.end().await?;
        Ok(switches)
    }

    /// One page of several rooms that nobody has asked for before.
    fn bare_pages(&self) -> Result<Vec<f64>> {
        let account = Bare::sign_in(&self.servers, &self.world.a.localpart)?;
        // Of both kinds, as the rooms that are opened.
        let step = (self.world.a.rooms.len() / self.often).max(1);
        let rooms = self.world.a.rooms.iter().step_by(step).take(self.often);
        let taken = rooms.map(|room| account.pages(&room.id, 1, PAGE)).collect::<Result<_>>()?;
        account.sign_out()?;
        Ok(taken)
    }
}

/// Once all rooms are there, the times between frames at rest, and while the list goes from its first to its last row.
async fn scroll_through(window: &Window, rooms: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    const STEP: usize = 180;
    window.until("all rooms", &format!("document.querySelector('[data-room-id]')?.ariaSetSize >= {rooms}")).await?;
    let still = frames(window, 120, "").await?;
    let left = "const list = document.querySelector('[role=listbox]');
         return list.scrollHeight - list.clientHeight - list.scrollTop";
    let left = async || window.page.execute(left, vec![]).await?.as_f64().context("what is left of the list");
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Some hundred thousand pixels.
    let steps = left().await? as usize / STEP + 1;
    let scroll = format!("document.querySelector('[role=listbox]').scrollTop += {STEP}");
    let moving = frames(window, steps, &scroll).await?;
    // The rows' heights are guessed before they are drawn.
    ensure!(left().await? < 10.0 * STEP as f64, "the list was not scrolled through");
    Ok((still, moving))
}

/// From the click on a row to its first message painted, and to a view full of them.
async fn switch(window: &Window, id: &str) -> Result<(f64, f64)> {
    let row = format!("[data-room-id='{id}']");
    switch_by(window, "pointerup", async || press_on(window, &row).await).await
}

async fn switch_by(window: &Window, event: &str, act: impl AsyncFnOnce() -> Result<()>) -> Result<(f64, f64)> {
    // Of the room that was open before, nothing may be left.
    window.page.execute("window.before = document.querySelector('[data-region=timeline]')", vec![]).await?;
    let taken = time_each(window, event, &[FIRST, FULL], act).await?;
    Ok((taken[0], taken[1]))
}

/// Scrolls the list to one of some places far apart: the encrypted rooms, written to last, stand at the top.
pub(crate) async fn go_to(window: &Window, place: usize) -> Result<()> {
    scroll(window, &format!("{place} * 15 * list.clientHeight")).await
}

async fn scroll(window: &Window, to: &str) -> Result<()> {
    let script = format!(
        "const done = arguments[0];
         const list = document.querySelector('[role=listbox]');
         list.scrollTop = {to};
         requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(null), 500)));"
    );
    window.page.execute_async(&script, vec![]).await?;
    Ok(())
}
