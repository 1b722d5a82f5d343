//! The caret blinks for a while after each touch, and then rests: each time it comes or goes, three processes wake.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::window::Window;

use crate::{people::Pair, screens::ADDRESS};

/// Longer than it takes to come and go twice, by what GTK does where nobody chose otherwise.
const A_WHILE: Duration = Duration::from_secs(3);
/// Longer than GTK lets it blink.
const LONG: Duration = Duration::from_secs(11);

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
    let touched = Instant::now();
    let blinking = looks(&window, ADDRESS).await?;
    ensure!(blinking.len() == 2, "it has {} looks while it blinks", blinking.len());
    while touched.elapsed() < LONG {
        window.find(ADDRESS).await?;
    }
    let resting = looks(&window, ADDRESS).await?;
    ensure!(resting.len() == 1, "it has {} looks at rest", resting.len());
    window.page.execute("document.activeElement.style.caretColor = 'transparent'", vec![]).await?;
    let without = looks(&window, ADDRESS).await?;
    ensure!(without.is_disjoint(&resting), "it rests out of sight");
    ensure!(blinking == &resting | &without, "what blinks is something else");
    window.end().await
}
