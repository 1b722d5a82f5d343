//! Notifications as notify-rust shows them elsewhere: they are shown, and leave when the system lets them go.

use estafette_core::notices::Notice;
use notify_rust::Notification;

/// A notification on the screen.
pub(super) struct Shown;

impl Shown {
    /// Shows a notice. None where there is nobody to show it.
    #[allow(clippy::unused_async)] // As where it must wait.
    pub(super) async fn new(
        notice: &Notice,
        _earlier: Option<Self>,
        _clicked: impl FnOnce() + Send + 'static,
    ) -> Option<Self> {
        let mut notification = Notification::new();
        notification.summary(&notice.title).body(&notice.body);
        notification.show().ok().map(|_| Self)
    }

    /// The system offers no way to take one away.
    #[allow(clippy::unused_async)] // As where it must wait.
    pub(super) async fn withdraw(self) {}
}

/// Tells the user something that is about no room, where there is a desktop to show it.
#[allow(clippy::unused_async)] // As where it must wait.
pub(crate) async fn tell(text: &str) {
    let _ = Notification::new().summary("Estafette").body(text).show();
}
