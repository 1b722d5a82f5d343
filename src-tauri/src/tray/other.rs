//! The tray as Tauri has it elsewhere.

use std::sync::Arc;

use tauri::{
    AppHandle, Runtime,
    image::Image,
    menu::{Menu, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use super::{Deeds, Look, State};

const PLAIN: Image<'_> = tauri::include_image!("icons/tray.png");
const UNREAD: Image<'_> = tauri::include_image!("icons/tray-unread.png");
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// The icon on the desktop.
pub(super) struct Icon<R: Runtime> {
    icon: TrayIcon<R>,
    open: MenuItem<R>,
    quit: MenuItem<R>,
}

impl<R: Runtime> Icon<R> {
    /// Shows the icon. None where there is no place for it.
    #[allow(clippy::unused_async)] // As where it must wait.
    pub(super) async fn new(handle: &AppHandle<R>, look: Look, deeds: Deeds, state: Arc<State>) -> Option<Self> {
        let shown = Self::build(handle, &look, deeds);
        state.says(shown.is_ok());
        shown.ok()
    }

    fn build(handle: &AppHandle<R>, look: &Look, deeds: Deeds) -> tauri::Result<Self> {
        let open = MenuItem::with_id(handle, OPEN, &look.open, true, None::<&str>)?;
        let quit = MenuItem::with_id(handle, QUIT, &look.quit, true, None::<&str>)?;
        let clicked = Arc::clone(&deeds.open);
        let icon = TrayIconBuilder::new()
            .icon(picture(look))
            .tooltip(tip(look))
            .menu(&Menu::with_items(handle, &[&open, &quit])?)
            .show_menu_on_left_click(false)
            .on_menu_event(move |_, event| match event.id().as_ref() {
                OPEN => (deeds.open)(),
                QUIT => (deeds.quit)(),
                _ => {}
            })
            .on_tray_icon_event(move |_, event| {
                if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } =
                    event
                {
                    clicked();
                }
            })
            .build(handle)?;
        Ok(Self { icon, open, quit })
    }

    /// Changes it.
    #[allow(clippy::unused_async)] // As where it must wait.
    pub(super) async fn show(&self, look: Look) {
        let changed = self
            .icon
            .set_icon(Some(picture(&look)))
            .and_then(|()| self.icon.set_tooltip(Some(tip(&look))))
            .and_then(|()| self.open.set_text(&look.open))
            .and_then(|()| self.quit.set_text(&look.quit));
        if changed.is_err() {
            tracing::warn!("the tray could not be changed");
        }
    }
}

fn picture(look: &Look) -> Image<'static> {
    if look.unread { UNREAD } else { PLAIN }
}

fn tip(look: &Look) -> String {
    format!("Estafette\n{}", look.tip)
}
