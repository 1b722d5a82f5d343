//! The caret of a text field. `WebKit` lets it blink for as long as the field has the focus: three processes wake a
//! hundred times a second in a window that nobody touches. Where the desktop wants it still, `WebKit` looks for that
//! anew in each frame, which is worse. So it is held still, and the page lets it blink for a while after each touch,
//! as the desktop's own fields do (`ui/src/design/caret.ts`).

use std::time::Duration;

use gtk::{Settings, prelude::GtkSettingsExt as _};

/// Eight days in milliseconds: no session lives so long. GTK's own fields, of a dialog for files, multiply it by three.
const NEVER: i32 = i32::MAX / 3;

/// How the desktop wants carets to blink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Blink {
    /// From one appearance to the next.
    period: Duration,
    /// How long after the last touch.
    patience: Duration,
}

/// Holds the web view's caret still; gives the script by which its page learns how to let it blink. Must be called
/// once the desktop's settings are there, and before the web view's processes start.
pub(crate) fn hold() -> Option<String> {
    let settings = Settings::default()?;
    let wished = settings.is_gtk_cursor_blink().then(|| Blink {
        period: Duration::from_millis(positive(settings.gtk_cursor_blink_time())),
        patience: Duration::from_secs(positive(settings.gtk_cursor_blink_timeout())),
    });
    settings.set_gtk_cursor_blink(true);
    settings.set_gtk_cursor_blink_time(NEVER);
    wished.map(script)
}

fn positive(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn script(Blink { period, patience }: Blink) -> String {
    format!(
        "Object.assign(document.documentElement.dataset, {{ caretPeriod: {}, caretPatience: {} }})",
        period.as_millis(),
        patience.as_millis(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_learns_the_desktops_times_in_milliseconds() {
        let desktop = Blink { period: Duration::from_millis(1_200), patience: Duration::from_secs(10) };
        let expected = "Object.assign(document.documentElement.dataset, { caretPeriod: 1200, caretPatience: 10000 })";
        assert_eq!(script(desktop), expected);
    }
}
