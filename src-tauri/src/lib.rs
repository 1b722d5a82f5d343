//! The shell: a window around `estafette_core::App`. It holds no Matrix rule; each command is one call
//! into core.

// The futures of core are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

mod arguments;
pub mod bindings;
mod bridge;
mod commands;
mod media_protocol;
mod notifications;
mod private_file;
mod requests;
mod subscriptions;
mod window;

use std::{
    ffi::OsString,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use estafette_core::{
    App,
    crash::{self, CrashNote},
    rich_text::WORKER_STACK,
    stream::Subscription,
};
use tauri::{Manager, RunEvent};

pub use arguments::Arguments;
use requests::{Requests, ShellRequest};
use subscriptions::Subscriptions;

/// What the commands work on.
struct Shell {
    app: Arc<App>,
    profile: PathBuf,
    subscriptions: Subscriptions,
    requests: Requests,
    /// That the last run stopped by a defect, until the user has read it.
    crash: Mutex<Option<CrashNote>>,
    /// Ends with the program.
    _notifications: Option<Subscription>,
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
                    let shell = handle.state::<Shell>();
                    tauri::async_runtime::block_on(shell.app.shut_down());
                    // What panicked on the way took nothing else with it.
                    crash::forget(&shell.profile);
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
        .invoke_handler({
            let (typed, raw) = (commands.invoke_handler(), raw_commands());
            move |invoke| if invoke.message.command() == "stage_image" { raw(invoke) } else { typed(invoke) }
        })
        .on_page_load(|webview, load| {
            if load.event() == tauri::webview::PageLoadEvent::Started {
                // The page that listened is gone: its streams would talk to nobody.
                let shell = webview.state::<Shell>();
                shell.subscriptions.clear();
                shell.app.discard_all_staged();
            }
        })
        .setup(move |tauri| {
            let profile = match arguments.profile {
                Some(profile) => profile,
                None => tauri.path().app_local_data_dir()?,
            };
            // What the last run left is read before this one could leave something.
            let last = crash::note(&profile);
            crash::forget(&profile);
            crash::watch(&profile);
            let options = arguments::options(profile.clone(), arguments.root_certificates);
            // Core spawns its tasks on the runtime that it is started on.
            let app = tauri::async_runtime::block_on(async { App::start(options) });
            let requests = Requests::default();
            let notifications = {
                let (window, requests) = (tauri.handle().clone(), requests.clone());
                let open = move |room_id| {
                    requests.ask(ShellRequest::OpenRoom { room_id });
                    window::bring_forward(&window);
                };
                tauri::async_runtime::block_on(notifications::show(&app, open)).ok()
            };
            let subscriptions = Subscriptions::default();
            window::open(tauri.handle(), &profile)?;
            let crash = Mutex::new(last);
            tauri.manage(Shell { app, profile, subscriptions, requests, crash, _notifications: notifications });
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// What takes bytes and not JSON.
fn raw_commands() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![commands::pictures::stage_image]
}
