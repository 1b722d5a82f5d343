//! The one window: where it looks, where it may go.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tauri::{
    AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tokio::{sync::oneshot, time::sleep};

#[cfg(target_os = "linux")]
use crate::caret;
use crate::{instance::Wish, web_process};

const MAIN: &str = "main";

/// How long a page may take before its window is shown without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the window, which may stay out of sight. `data` is the folder of what the web view keeps; `seen` is called when
/// it is in front of the others, or at once if it stays out of sight.
///
/// It is shown once its page has come: nobody sees it empty; and WebKit, where it paints by itself (`graphics`), would
/// otherwise wait half a second for a page that waits for this program.
pub(crate) fn open<R: Runtime, M: Manager<R>>(
    manager: &M,
    data: PathBuf,
    visible: bool,
    seen: impl Fn() + Send + 'static,
) -> tauri::Result<()> {
    if !visible {
        seen();
    }
    // Later pages are the same one, loaded anew, of a window that may have been closed meanwhile.
    let to_show = Arc::new(AtomicBool::new(visible));
    let show = {
        let to_show = Arc::clone(&to_show);
        move |window: &WebviewWindow<R>| {
            if to_show.swap(false, Ordering::Relaxed) {
                let _ = window.show();
            }
        }
    };
    let builder = WebviewWindowBuilder::new(manager, MAIN, WebviewUrl::App("index.html".into()));
    #[cfg(target_os = "linux")]
    let builder = match caret::hold() {
        Some(script) => builder.initialization_script(script),
        None => builder,
    };
    let window = builder
        .title("Estafette")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .visible(false)
        .on_page_load({
            let show = show.clone();
            move |window, load| {
                if load.event() == PageLoadEvent::Finished {
                    show(&window);
                }
            }
        })
        .data_directory(data)
        // The page takes what is dropped on it; a path it never sees.
        .disable_drag_drop_handler()
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    window.on_window_event(move |event| {
        if let WindowEvent::Focused(true) = event {
            seen();
        }
    });
    tauri::async_runtime::spawn({
        let window = window.clone();
        async move {
            sleep(PATIENCE).await;
            show(&window);
        }
    });
    web_process::bring_back(&window)
}

/// Shows the window in front of the others.
pub(crate) fn bring_forward<R: Runtime>(manager: &impl Manager<R>) {
    if let Some(window) = manager.get_webview_window(MAIN) {
        // Where the window's manager does not let it, it marks the window at least.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Shows a window that was out of sight, without taking the focus; one that is to be seen is left as it is.
pub(crate) fn bring_back<R: Runtime>(manager: &impl Manager<R>) {
    if let Some(window) = manager.get_webview_window(MAIN) {
        let _ = window.show();
    }
}

/// Does what a second start wishes for; whether it was done, which also says that the main loop goes round.
pub(crate) async fn grant<R: Runtime>(handle: AppHandle<R>, wish: Wish) -> bool {
    let wants_window = wish == Wish::Window;
    if wants_window {
        // Not within the task below: a window that the loop has not shown yet takes no focus.
        bring_forward(&handle);
    }
    let (sender, done) = oneshot::channel();
    let window = handle.clone();
    let asked = handle.run_on_main_thread(move || {
        let is_there = |window: tauri::WebviewWindow<R>| !wants_window || window.is_visible().unwrap_or(false);
        // Who asked may have given up.
        let _ = sender.send(window.get_webview_window(MAIN).is_some_and(is_there));
    });
    asked.is_ok() && done.await.unwrap_or(false)
}

/// The window shows Estafette's own page and nothing else, whatever a message contains.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // Windows serves the same page under this address.
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_page_is_shown() {
        let allowed = |url: &str| is_own_page(&Url::parse(url).expect("a URL"));
        assert!(allowed("tauri://localhost/index.html"));
        assert!(allowed("http://tauri.localhost/"));
        for url in [
            "https://example.org/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://elsewhere/",
            "about:blank",
            "http://localhost:5173/",
        ] {
            assert!(!allowed(url), "{url}");
        }
    }
}
