//! The shell: a window around `estafette_core::App`. It holds no Matrix rule; each command is one call
//! into core.

// The futures of core are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

mod arguments;
pub mod bindings;
mod bridge;
mod commands;
mod media_protocol;
mod private_file;
mod subscriptions;
mod window;

use std::{ffi::OsString, process::ExitCode, sync::Arc};

use estafette_core::{App, rich_text::WORKER_STACK};
use tauri::{Manager, RunEvent};

pub use arguments::Arguments;
use subscriptions::Subscriptions;

/// What the commands work on.
struct Shell {
    app: Arc<App>,
    subscriptions: Subscriptions,
}

/// Opens the window and runs until it is closed.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::parse(arguments) {
        Ok(arguments) => arguments,
        Err(exit) => return exit,
    };
    if !cfg!(feature = "test-doors") && arguments::automation_is_asked_for() {
        arguments::complain("Estafette does not run under automation.");
        return ExitCode::from(2);
    }
    // Tauri's own runtime has stacks too small for what a message may make the SDK do.
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(WORKER_STACK).build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            arguments::complain(&error.to_string());
            return ExitCode::FAILURE;
        }
    };
    tauri::async_runtime::set(runtime.handle().clone());
    match build(arguments) {
        Ok(window) => {
            window.run(|handle, event| {
                if let RunEvent::Exit = event {
                    let app = handle.state::<Shell>().app.clone();
                    tauri::async_runtime::block_on(async move { app.shut_down().await });
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            arguments::complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn build(arguments: Arguments) -> tauri::Result<tauri::App> {
    let commands = bindings::builder();
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .register_asynchronous_uri_scheme_protocol("media", media_protocol::answer)
        .invoke_handler(commands.invoke_handler())
        .on_page_load(|webview, load| {
            if load.event() == tauri::webview::PageLoadEvent::Started {
                // The page that listened is gone: its streams would talk to nobody.
                webview.state::<Shell>().subscriptions.clear();
            }
        })
        .setup(move |tauri| {
            let profile = match arguments.profile {
                Some(profile) => profile,
                None => tauri.path().app_local_data_dir()?,
            };
            let options = arguments::options(profile.clone(), arguments.root_certificates);
            // Core spawns its tasks on the runtime that it is started on.
            let app = tauri::async_runtime::block_on(async { App::start(options) });
            tauri.manage(Shell { app, subscriptions: Subscriptions::default() });
            window::open(tauri.handle(), &profile)?;
            Ok(())
        })
        .build(tauri::generate_context!())
}
