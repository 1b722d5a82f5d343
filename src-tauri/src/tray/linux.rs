//! The tray as the StatusNotifierItem protocol has it, over the session bus.

use std::{sync::Arc, time::Duration};

use ksni::{Category, Handle, MenuItem, OfflineReason, ToolTip, TrayMethods as _, menu::StandardItem};
use tauri::{AppHandle, Runtime, image::Image};
use tokio::time::timeout;
use webkit2gtk::gio::{BusType, Cancellable, bus_get_sync};

use super::{Deeds, Look, State};

/// How long the desktop may take to answer. After that there is no icon, for as long as the program runs.
const PATIENCE: Duration = Duration::from_secs(2);

/// The icon on the desktop.
pub(super) struct Icon(Handle<Item>);

struct Item {
    look: Look,
    deeds: Deeds,
    state: Arc<State>,
}

impl Icon {
    /// Shows the icon, as soon as the desktop has a place for it. None without a session bus.
    pub(super) async fn new<R: Runtime>(_: &AppHandle<R>, look: Look, deeds: Deeds, state: Arc<State>) -> Option<Self> {
        let item = Item { look, deeds, state: Arc::clone(&state) };
        // A program that starts with the session may be there before the desktop is.
        let Ok(Ok(handle)) = timeout(PATIENCE, item.assume_sni_available(true).spawn()).await else {
            state.says(false);
            tracing::info!("the desktop has no tray");
            return None;
        };
        end_with_the_bus(handle.clone(), Arc::clone(&state));
        state.has_answered();
        Some(Self(handle))
    }

    /// Changes it.
    pub(super) async fn show(&self, look: Look) {
        // Nothing is left to change once the bus has gone.
        let _ = self.0.update(|item| item.look = look).await;
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "estafette".to_owned()
    }

    fn title(&self) -> String {
        "Estafette".to_owned()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        const PLAIN: Image<'_> = tauri::include_image!("icons/tray.png");
        const UNREAD: Image<'_> = tauri::include_image!("icons/tray-unread.png");
        vec![pixmap(&if self.look.unread { UNREAD } else { PLAIN })]
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: "Estafette".to_owned(), description: self.look.tip.clone(), ..ToolTip::default() }
    }

    fn activate(&mut self, _: i32, _: i32) {
        (self.deeds.open)();
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let entry = |label: &str, act: fn(&mut Self)| {
            StandardItem { label: label.to_owned(), activate: Box::new(act), ..StandardItem::default() }.into()
        };
        vec![entry(&self.look.open, |item| (item.deeds.open)()), entry(&self.look.quit, |item| (item.deeds.quit)())]
    }

    fn watcher_online(&self) {
        self.state.says(true);
    }

    fn watcher_offline(&self, _: OfflineReason) -> bool {
        self.state.says(false);
        // It may come back.
        true
    }
}

/// Hears of the end of the session's bus, of which ksni says nothing.
fn end_with_the_bus(handle: Handle<Item>, state: Arc<State>) {
    // The connection that GTK has already.
    let Ok(bus) = bus_get_sync(BusType::Session, Cancellable::NONE) else { return };
    bus.connect_closed(move |_, _, _| {
        // Not awaited. Without this, ksni panics once the handle is dropped.
        drop(handle.shutdown());
        state.says(false);
    });
}

/// The picture as the protocol wants it: alpha first.
fn pixmap(image: &Image<'_>) -> ksni::Icon {
    let size = |length: u32| i32::try_from(length).unwrap_or_default();
    let data = image.rgba().chunks_exact(4).flat_map(|pixel| [pixel[3], pixel[0], pixel[1], pixel[2]]).collect();
    ksni::Icon { width: size(image.width()), height: size(image.height()), data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_comes_first() {
        let icon = pixmap(&Image::new(&[1, 2, 3, 4, 5, 6, 7, 8], 2, 1));
        assert_eq!((icon.width, icon.height, icon.data), (2, 1, vec![4, 1, 2, 3, 8, 5, 6, 7]));
    }
}
