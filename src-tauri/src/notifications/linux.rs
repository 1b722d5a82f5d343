//! Notifications as the Desktop Notifications Specification has them, over the session bus.

use std::sync::Arc;

use estafette_core::notices::Notice;
use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse, Urgency};

/// A notification on the screen.
pub(super) struct Shown {
    handle: Arc<NotificationHandle>,
    /// Waits for the click; ends with the notification.
    waiting: tokio::task::JoinHandle<()>,
}

impl Shown {
    /// Shows a notice, in the place of an earlier one. None where there is nobody to show it.
    pub(super) async fn new(
        notice: &Notice,
        earlier: Option<Self>,
        clicked: impl FnOnce() + Send + 'static,
    ) -> Option<Self> {
        let mut notification = Notification::new();
        notification
            .appname("Estafette")
            .icon("estafette")
            .summary(&notice.title)
            .body(&escaped(&notice.body))
            .hint(Hint::Category("im.received".to_owned()))
            .hint(Hint::DesktopEntry("estafette".to_owned()))
            .urgency(Urgency::Normal)
            .action("default", "Estafette");
        if let Some(earlier) = earlier {
            notification.id(earlier.handle.id());
            earlier.waiting.abort();
        }
        let handle = Arc::new(notification.show_async().await.ok()?);
        let waiting = {
            let handle = Arc::clone(&handle);
            tokio::spawn(async move {
                let mut clicked = Some(clicked);
                handle
                    .wait_for_action_async(|action| {
                        if *action == NotificationResponse::Default
                            && let Some(clicked) = clicked.take()
                        {
                            clicked();
                        }
                    })
                    .await;
            })
        };
        Some(Self { handle, waiting })
    }

    /// Takes it away.
    pub(super) async fn withdraw(self) {
        self.waiting.abort();
        self.handle.close_async().await;
    }
}

/// Tells the user something that is about no room, where there is a desktop to show it.
pub(crate) async fn tell(text: &str) {
    let _ =
        Notification::new().appname("Estafette").icon("estafette").summary("Estafette").body(text).show_async().await;
}

/// The specification reads a body as markup; a message is none.
fn escaped(body: &str) -> String {
    body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_no_markup() {
        assert_eq!(escaped("<b>a</b> & <img src=x>"), "&lt;b&gt;a&lt;/b&gt; &amp; &lt;img src=x&gt;");
    }
}
