//! WebKit says when the page's process has ended.

use std::{
    cell::RefCell,
    collections::VecDeque,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tauri::{AppHandle, Manager as _, Runtime, WebviewWindow};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use webkit2gtk::WebViewExt as _;

/// After so many ends within this time, the page would only end again.
const TOO_MANY: usize = 4;
const WITHIN: Duration = Duration::from_secs(60);

/// When the page's process ended.
#[derive(Debug, Default)]
struct Ends(VecDeque<Instant>);

impl Ends {
    /// Notes one more; whether the page is to be loaded once more.
    fn once_more(&mut self, now: Instant) -> bool {
        self.0.retain(|end| now.duration_since(*end) < WITHIN);
        self.0.push_back(now);
        self.0.len() < TOO_MANY
    }
}

/// Loads the page anew whenever its process ends.
pub(crate) fn bring_back<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    let handle = window.app_handle().clone();
    window.with_webview(move |webview| {
        let ends = RefCell::new(Ends::default());
        webview.inner().connect_web_process_terminated(move |view, reason| {
            tracing::warn!(kind = ?reason, "the page's process ended");
            if ends.borrow_mut().once_more(Instant::now()) {
                view.reload();
            } else {
                give_up(&handle);
            }
        });
    })
}

/// Says so without the page, and ends.
fn give_up<R: Runtime>(handle: &AppHandle<R>) {
    let words = handle.state::<crate::Shell>().app.words("crash-page");
    let ending = handle.clone();
    handle.dialog().message(words).title("Estafette").kind(MessageDialogKind::Error).show(move |_| ending.exit(1));
}

/// Ends at once the processes that the web view has started: before this program ends, when nobody needs them any more.
pub(crate) fn end_all() {
    let own = std::process::id();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw)
        else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name, which may hold anything; then the state, then the parent.
        let Some((before, after)) = stat.rsplit_once(") ") else { continue };
        let is_own = after.split(' ').nth(1).and_then(|parent| parent.parse().ok()) == Some(own);
        if is_own && before.contains("(WebKit") {
            // It may have ended by itself.
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_again_and_again_is_given_up() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut ends = Ends::default();
        let outcomes: Vec<_> = [0, 5, 10, 15].map(|second| ends.once_more(after(second))).into();
        assert_eq!(outcomes, [true, true, true, false]);
        let mut ends = Ends::default();
        assert!((0..100).all(|hour| ends.once_more(after(hour * 3600))), "now and then is no reason");
        assert_eq!(ends.0.len(), 1);
    }
}
