//! The one window: where it looks, where it may go.

use std::path::Path;

use tauri::{Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

use crate::web_process;

/// Opens the window, which may stay out of sight. What the web view keeps lies in the profile.
pub(crate) fn open<R: Runtime, M: Manager<R>>(manager: &M, profile: &Path, visible: bool) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(manager, "main", WebviewUrl::App("index.html".into()))
        .title("Estafette")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .visible(visible)
        .data_directory(profile.join("webview"))
        // The page takes what is dropped on it; a path it never sees.
        .disable_drag_drop_handler()
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    web_process::bring_back(&window)
}

/// Shows the window in front of the others.
pub(crate) fn bring_forward<R: Runtime>(manager: &impl Manager<R>) {
    if let Some(window) = manager.get_webview_window("main") {
        // Where the window's manager does not let it, it marks the window at least.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
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
