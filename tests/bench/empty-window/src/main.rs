//! A window of the same size and with the same parts of Tauri as Estafette's, showing one static page: what a window
//! costs before anything is in it.

use std::{ffi::OsString, path::PathBuf};

use tauri::{WebviewUrl, WebviewWindowBuilder, webview::PageLoadEvent};

fn main() -> tauri::Result<()> {
    // As Estafette is started: `--profile DIR`, and more that is not for this window.
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let profile = arguments.windows(2).find(|pair| pair[0] == "--profile").map(|pair| PathBuf::from(&pair[1]));
    tauri::Builder::default()
        .setup(move |app| {
            let mut window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .title("Empty window")
                .inner_size(1280.0, 800.0)
                .min_inner_size(360.0, 480.0)
                // As Estafette's: shown once its page has come.
                .visible(false)
                .on_page_load(|window, load| {
                    if load.event() == PageLoadEvent::Finished {
                        let _ = window.show();
                    }
                })
                .disable_drag_drop_handler();
            if let Some(profile) = profile {
                window = window.data_directory(profile.join("webview"));
            }
            window.build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
