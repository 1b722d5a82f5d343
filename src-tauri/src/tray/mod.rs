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
#[cfg(not(target_os = "linux"))]
use other::Icon;

/// The tray, where the desktop has one.
#[derive(Default)]
pub(crate) struct Tray {
    state: Arc<State>,
    /// Keeps the icon as it should be.
    _following: Option<Subscription>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the desktop shows the icon, as far as it says. None before it has said anything.
    shown: watch::Sender<Option<bool>>,
    /// The user wants a closed window to stay here.
    wanted: AtomicBool,
    /// A closed window has come here.
    taken: AtomicBool,
}

impl State {
    /// The desktop says that it shows the icon, or does not.
    fn says(&self, shown: bool) {
        self.shown.send_replace(Some(shown));
    }

    /// The desktop has answered: one that has no place for the icon has said so before.
    #[cfg(any(test, target_os = "linux"))]
    fn has_answered(&self) {
        self.shown.send_if_modified(|shown| {
            let silent = shown.is_none();
            shown.get_or_insert(true);
            silent
        });
    }

    fn is_shown(&self) -> bool {
        *self.shown.borrow() == Some(true)
    }

    /// Whether the window came here and the tray cannot bring it back any more.
    fn has_lost_the_window(&self) -> bool {
        !self.is_shown() && self.taken.load(Ordering::Relaxed)
    }
}

impl Tray {
    /// Whether the desktop shows it.
    pub(crate) fn is_shown(&self) -> bool {
        self.state.is_shown()
    }

    /// Whether the window that closes now stays here, as far as the tray goes. If not, the program ends.
    pub(crate) fn takes_the_window(&self) -> bool {
        let wanted = self.state.wanted.load(Ordering::Relaxed);
        if wanted {
            // Before the look at the desktop: it may lose its tray right now.
            self.state.taken.store(true, Ordering::Relaxed);
        }
        wanted && self.is_shown()
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
        app.watch_settings(Box::new(move |settings: estafette_core::settings::Settings| {
            state.wanted.store(settings.close_to_tray, Ordering::Relaxed);
            language.send_replace(settings.language);
            true
        }))
        .await?
    };
    let counting = {
        let unread = unread.clone();
        app.watch_unread(Box::new(move |count| {
            unread.send_replace(count);
            true
        }))
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
                        if state.has_lost_the_window() {
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
        assert!(!tray.takes_the_window());
        tray.state.says(true);
        assert!(tray.takes_the_window());
        tray.state.wanted.store(false, Ordering::Relaxed);
        assert!(!tray.takes_the_window());
    }

    #[test]
    fn an_answer_shows_the_icon_unless_the_desktop_said_that_it_has_no_place() {
        let state = State::default();
        assert!(!state.is_shown());
        state.has_answered();
        assert!(state.is_shown());
        let state = State::default();
        state.says(false);
        state.has_answered();
        assert!(!state.is_shown());
    }

    #[test]
    fn only_a_window_that_went_there_is_lost_with_the_tray() {
        let tray = Tray::default();
        tray.state.wanted.store(true, Ordering::Relaxed);
        for shown in [true, false] {
            tray.state.says(shown);
            assert!(!tray.state.has_lost_the_window(), "the program began in the background");
        }
        tray.state.says(true);
        assert!(tray.takes_the_window());
        assert!(!tray.state.has_lost_the_window());
        tray.state.says(false);
        assert!(tray.state.has_lost_the_window());
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
