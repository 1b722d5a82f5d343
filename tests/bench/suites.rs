//! The suites by name.

use anyhow::{Result, bail};
use estafette_tests::window::Window;

use crate::{
    bench::{Bench, prepare},
    figures::Measure,
};

impl Bench {
    /// Runs one suite.
    pub(crate) async fn suite(&self, name: &str) -> Result<Vec<Measure>> {
        match name {
            "start" => self.start().await,
            "rooms" => self.rooms().await,
            "timeline" => self.timeline().await,
            "send" => self.send().await,
            "memory" => self.memory().await,
            "idle" => self.idle().await,
            "disk" => self.disk().await,
            _ => bail!("no suite {name}"),
        }
    }
}

/// Opens a room, wherever it stands in the list: by the address of the page, which is loaded anew.
pub(crate) async fn open_room(window: &Window, id: &str) -> Result<()> {
    let open = "location.hash = `room=${encodeURIComponent(arguments[0])}`; location.reload();";
    window.page.execute(open, vec![id.into()]).await?;
    // Of the page before, nothing may be left.
    window.until("the page anew", "!window.stopwatch && document.readyState === 'complete'").await?;
    window.until("the room", "document.querySelector('[data-region=timeline] [data-message-id]')").await?;
    prepare(window).await
}
