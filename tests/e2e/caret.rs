//! The caret blinks for a while after each touch, and then rests: each time it comes or goes, three processes wake.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::window::Window;
use tokio::time::sleep;

use crate::{people::Pair, screens::ADDRESS};

/// Longer than it takes to come and go twice, by what GTK does where nobody chose otherwise.
const A_WHILE: Duration = Duration::from_secs(3);
/// Longer than it blinks by what GTK does, ten seconds to the end of a period.
const LONG: Duration = Duration::from_secs(13);
/// How long what was typed may take to be on the screen.
const PAINTED: Duration = Duration::from_millis(500);

/// All that a field looks like within a while.
async fn looks(window: &Window, css: &str) -> Result<BTreeSet<Vec<u8>>> {
    let (field, start) = (window.find(css).await?, Instant::now());
    let mut looks = BTreeSet::new();
    while start.elapsed() < A_WHILE {
        looks.insert(window.picture_of(&field).await?);
    }
    Ok(looks)
}

#[tokio::test]
async fn it_blinks_after_a_touch_and_then_rests() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let window = pair.open().await?;
    window.focused(ADDRESS).await?;
    window.keys("a").await?;
    sleep(PAINTED).await;
    let blinking = looks(&window, ADDRESS).await?;
    ensure!(blinking.len() == 2, "it has {} looks while it blinks", blinking.len());
    sleep(LONG).await;
    let resting = looks(&window, ADDRESS).await?;
    ensure!(resting.len() == 1, "it has {} looks at rest", resting.len());
    window.page.execute("document.activeElement.style.caretColor = 'transparent'", vec![]).await?;
    let without = looks(&window, ADDRESS).await?;
    ensure!(without.is_disjoint(&resting), "it rests out of sight");
    ensure!(blinking == &resting | &without, "what blinks is something else");
    window.end().await
}
