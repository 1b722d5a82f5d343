//! Notices on the desktop: shown, withdrawn, clicked.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::collections::HashMap;

use estafette_core::{App, Result, notices::NoticeUpdate, stream::Subscription};
use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
use linux::Shown;
#[cfg(target_os = "linux")]
pub(crate) use linux::tell;
#[cfg(not(target_os = "linux"))]
use other::Shown;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::tell;

/// The account's notices, heard from now on and kept until they are shown.
pub(crate) struct Notices {
    updates: mpsc::UnboundedReceiver<NoticeUpdate>,
    watching: Subscription,
}

impl Notices {
    /// Begins to hear them.
    pub(crate) async fn heard(app: &App) -> Result<Self> {
        let (sender, updates) = mpsc::unbounded_channel();
        let watching = app.watch_notices(Box::new(move |update| sender.send(update).is_ok())).await?;
        Ok(Self { updates, watching })
    }

    /// Shows them for as long as the subscription lives. `open` is called with the room whose notice was clicked.
    pub(crate) fn show(self, open: impl Fn(String) + Clone + Send + 'static) -> Subscription {
        Subscription::spawn(async move {
            let Self { mut updates, watching: _watching } = self;
            let mut shown = HashMap::<String, Shown>::new();
            while let Some(update) = updates.recv().await {
                match update {
                    NoticeUpdate::Show(notice) => {
                        let earlier = shown.remove(&notice.room_id);
                        let room_id = notice.room_id.clone();
                        let clicked = {
                            let (open, room_id) = (open.clone(), room_id.clone());
                            move || open(room_id)
                        };
                        match Shown::new(&notice, earlier, clicked).await {
                            Some(now) => drop(shown.insert(room_id, now)),
                            // A desktop without notifications is no reason to stop.
                            None => tracing::info!("the desktop shows no notifications"),
                        }
                    }
                    NoticeUpdate::Withdraw { room_id } => {
                        if let Some(earlier) = shown.remove(&room_id) {
                            earlier.withdraw().await;
                        }
                    }
                    NoticeUpdate::WithdrawAll => {
                        for (_, earlier) in shown.drain() {
                            earlier.withdraw().await;
                        }
                    }
                }
            }
        })
    }
}
