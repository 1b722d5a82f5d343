//! The suite of a long room: back through it, and what that costs.

use anyhow::{Context as _, Result};
use estafette_tests::window::Window;

use crate::{
    bare::Bare,
    bench::{Bench, patient, press_on},
    figures::{Budget, Measure, measure, median},
    rest::megabytes,
    suites::open_room,
};

/// How far back one goes: the budget speaks of a thousand messages, and twenty requests of fifty.
const BACK: usize = 1_000;
const PAGE: usize = 50;
/// How much of the room is gone through for its memory.
pub(crate) const FAR: usize = 10_000;

/// How many megabytes that may cost.
const MORE: f64 = 60.0;

/// The number of the first message that is drawn; messages of the longest room end with theirs.
const FIRST: &str = "Number(document.querySelector('[data-region=timeline] [data-message-id]')\
     ?.innerText.match(/· (\\d+)/)?.[1] ?? NaN)";

impl Bench {
    /// Back through the longest room, a thousand messages and then ten thousand.
    pub(crate) async fn timeline(&self) -> Result<Vec<Measure>> {
        let account = &self.world.a;
        let long = account.rooms.first().context("a long room")?;
        let reach = |wanted: usize| wanted.min(long.messages.saturating_sub(2 * PAGE));
        let plain = Bare::sign_in(&self.servers, &account.localpart)?;
        let (mut back, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..self.few {
            bare.push(plain.pages(&long.id, reach(BACK) / PAGE, PAGE)?);
            // What was loaded once is on the disk.
            self.forget_messages(account)?;
            let window = self.open_rooms(account).await?;
            open_room(&window, &long.id).await?;
            back.push(go_back(&window, reach(BACK)).await?);
            window.end().await?;
        }
        plain.sign_out()?;
        let floor = median(&bare);

        self.forget_messages(account)?;
        let window = self.open_rooms(account).await?;
        tokio::time::sleep(self.rest).await;
        let before = megabytes(window.memory()?);
        open_room(&window, &long.id).await?;
        go_back(&window, reach(FAR)).await?;
        let far = megabytes(window.memory()?);
        // As one does it: the page is loaded anew by nobody.
        press_on(&window, "[data-room-id][aria-selected=false]").await?;
        tokio::time::sleep(self.rest).await;
        let after = megabytes(window.memory()?);
        window.end().await?;
        Ok(vec![
            measure("timeline.back_1000", "ms", back, Some(floor), Some(Budget::Median(1.5 * floor))),
            measure("timeline.memory", "MB", vec![far], Some(before), Some(Budget::Median(before + MORE))),
            measure("timeline.memory.left", "MB", vec![after], Some(before), Some(Budget::Median(1.1 * before))),
        ])
    }
}

/// Scrolls back as far as there is something, until so many more messages were drawn than at first: in milliseconds.
pub(crate) async fn go_back(window: &Window, messages: usize) -> Result<f64> {
    let script = format!(
        "const [wanted, done] = arguments;
         const scroller = document.querySelector('[data-region=timeline] [role=log]');
         const start = performance.now();
         // What was drawn at once is none of what is asked for.
         const first = {FIRST};
         const back = () => {{
           if (first - {FIRST} >= wanted) return setTimeout(() => done(performance.now() - start));
           scroller.scrollTop -= 900;
           requestAnimationFrame(back);
         }};
         requestAnimationFrame(back);"
    );
    window.page.update_timeouts(patient()).await?;
    let taken = window.page.execute_async(&script, vec![messages.into()]).await?;
    taken.as_f64().context("no time was taken")
}
