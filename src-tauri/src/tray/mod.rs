//! The tray: an icon on the desktop that tells whether something waits to be read, and brings the window back.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use estafette_core::{
    App, Result,
    i18n::{Language, text},
    stream::Subscription,
};
use tauri::{AppHandle, Runtime};
use tokio::sync::watch;

use crate::window;

#[cfg(target_os = "linux")]
use linux::Icon;
#[cfg(target_os = "linux")]
pub(crate) use linux::is_end_of_the_bus;
#[cfg(not(target_os = "linux"))]
use other::Icon;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::is_end_of_the_bus;

/// The tray, where the desktop has one.
#[derive(Default)]
pub(crate) struct Tray {
    state: Arc<State>,
    /// Keeps the icon as it should be.
    _following: Option<Subscription>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the desktop shows the icon, as far as it says. None until it does.
    shown: watch::Sender<Option<bool>>,
    /// The user wants a closed window to stay here.
    wanted: AtomicBool,
    /// A window that was closed has stayed here.
    taken: AtomicBool,
}

impl State {
    fn is_shown(&self) -> bool {
        *self.shown.borrow() == Some(true)
    }

    /// Whether a window lies here that nothing brings back any more.
    fn has_lost_a_window(&self) -> bool {
        !self.is_shown() && self.taken.load(Ordering::Relaxed)
    }
}

impl Tray {
    /// Whether the desktop shows it.
    pub(crate) fn is_shown(&self) -> bool {
        self.state.is_shown()
    }

    /// Whether a window that is closed stays here, as far as the tray goes.
    pub(crate) fn keeps_windows(&self) -> bool {
        self.is_shown() && self.state.wanted.load(Ordering::Relaxed)
    }

    /// A window that was closed stays here.
    pub(crate) fn has_taken_the_window(&self) {
        self.state.taken.store(true, Ordering::Relaxed);
    }
}

/// How the icon looks and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    unread: bool,
    tip: String,
    open: String,
    quit: String,
}

impl Look {
    fn new(language: Language, unread: u32) -> Self {
        let words = |id: &str| text(language, id, &[("count".to_owned(), unread.to_string())].into());
        Self {
            unread: unread > 0,
            tip: words(if unread > 0 { "app-unread-rooms" } else { "tray-nothing" }),
            open: words("tray-open"),
            quit: words("tray-quit"),
        }
    }
}

/// What the icon and its menu do.
#[derive(Clone)]
struct Deeds {
    open: Arc<dyn Fn() + Send + Sync>,
    quit: Arc<dyn Fn() + Send + Sync>,
}

/// Shows the tray and keeps it as it should be, in the language of the interface.
pub(crate) async fn show<R: Runtime>(app: &App, handle: &AppHandle<R>) -> Result<Tray> {
    let state = Arc::new(State::default());
    let language = watch::Sender::new(Language::of_system());
    let unread = watch::Sender::new(0);
    let settings = {
        let (state, language) = (Arc::clone(&state), language.clone());
        app.watch_settings(move |settings: estafette_core::settings::Settings| {
            state.wanted.store(settings.close_to_tray, Ordering::Relaxed);
            language.send_replace(settings.language);
            true
        })
        .await?
    };
    let counting = {
        let unread = unread.clone();
        app.watch_unread(move |count| {
            unread.send_replace(count);
            true
        })
        .await?
    };
    let deeds = {
        let (opened, quitted) = (handle.clone(), handle.clone());
        Deeds { open: Arc::new(move || window::bring_forward(&opened)), quit: Arc::new(move || quitted.exit(0)) }
    };
    let following = {
        let (state, handle) = (Arc::clone(&state), handle.clone());
        async move {
            let _watching = (settings, counting);
            let (mut language, mut unread) = (language.subscribe(), unread.subscribe());
            let mut shown = state.shown.subscribe();
            let mut look = Look::new(*language.borrow_and_update(), *unread.borrow_and_update());
            let Some(icon) = Icon::new(&handle, look.clone(), deeds, Arc::clone(&state)).await else { return };
            loop {
                tokio::select! {
                    Ok(()) = language.changed() => {}
                    Ok(()) = unread.changed() => {}
                    Ok(()) = shown.changed() => {
                        if state.has_lost_a_window() {
                            window::bring_back(&handle);
                        }
                    }
                    else => return,
                }
                let next = Look::new(*language.borrow_and_update(), *unread.borrow_and_update());
                if next != look {
                    look = next;
                    icon.show(look.clone()).await;
                }
            }
        }
    };
    Ok(Tray { state, _following: Some(Subscription::spawn(following)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_stays_only_where_the_tray_can_bring_it_back() {
        let tray = Tray::default();
        tray.state.wanted.store(true, Ordering::Relaxed);
        assert!(!tray.keeps_windows());
        tray.state.shown.send_replace(Some(true));
        assert!(tray.keeps_windows());
        tray.state.wanted.store(false, Ordering::Relaxed);
        assert!(!tray.keeps_windows());
    }

    #[test]
    fn a_window_is_lost_only_if_it_went_there() {
        let tray = Tray::default();
        for shown in [Some(true), Some(false)] {
            tray.state.shown.send_replace(shown);
            assert!(!tray.state.has_lost_a_window(), "it began in the background");
        }
        tray.state.shown.send_replace(Some(true));
        tray.has_taken_the_window();
        assert!(!tray.state.has_lost_a_window());
        tray.state.shown.send_replace(Some(false));
        assert!(tray.state.has_lost_a_window());
    }

    #[test]
    fn it_says_how_much_waits_in_the_user_s_language() {
        let look = Look::new(Language::De, 2);
        assert!(look.unread);
        assert_eq!([look.tip, look.open, look.quit], ["2 ungelesene Unterhaltungen", "Öffnen", "Beenden"]);
        let look = Look::new(Language::Fr, 0);
        assert!(!look.unread);
        assert_eq!([look.tip, look.open, look.quit], ["Aucun message non lu", "Ouvrir", "Quitter"]);
        assert_eq!(Look::new(Language::Fr, 1).tip, "1 conversation non lue");
    }
}
