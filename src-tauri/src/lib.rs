//! The shell: a window around `estafette_core::App`. It holds no Matrix rule; each command is one call
//! into core.

// The futures of core are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

mod arguments;
pub mod bindings;
mod bridge;
#[cfg(target_os = "linux")]
mod caret;
mod commands;
mod ending;
#[cfg(target_os = "linux")]
mod graphics;
mod instance;
mod media_protocol;
mod notifications;
mod private_file;
mod proxy;
mod requests;
mod subscriptions;
mod tray;
mod web_process;
mod window;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use estafette_core::{
    App, Proxies,
    crash::Crashes,
    i18n::{self, Language},
    log::Log,
    policy::{Policies, keys},
    rich_text::WORKER_STACK,
    stream::Subscription,
};
use tauri::{Manager, RunEvent, WindowEvent};
use tempfile::TempDir;
use tokio::time::timeout;

pub use arguments::Arguments;
use instance::{Calls, Entry, Wish};
use notifications::Notices;
use requests::{Requests, ShellRequest};
use subscriptions::Subscriptions;
use tray::Tray;

/// How long a desktop may take to show a notification before the program ends without.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the commands work on.
struct Shell {
    app: Arc<App>,
    subscriptions: Subscriptions,
    requests: Requests,
    /// None where the profile is not held: nothing is written there.
    crashes: Option<Crashes>,
    log: Option<Log>,
    tray: Tray,
    /// Ends with the program.
    _notifications: Option<Subscription>,
    _ending: Option<Subscription>,
    /// What second starts wish for is done until the program begins to end.
    second_starts: Mutex<Option<Subscription>>,
}

impl Shell {
    /// Whether a window that closes stays out of sight: the tray or a second start brings it back.
    fn keeps_the_window(&self) -> bool {
        let heard = self.second_starts.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        heard && self.tray.takes_the_window()
    }
}

/// Opens the window and runs until it is closed, or hands over to the instance that has the profile.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let given: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::parse(given.iter().cloned()) {
        Ok(arguments) => arguments,
        Err(exit) => return exit,
    };
    if !cfg!(feature = "test-doors") && arguments::automation_is_asked_for() {
        arguments::complain("Estafette does not run under automation.");
        return ExitCode::from(2);
    }
    #[cfg(target_os = "linux")]
    graphics::choose();
    let proxies = if arguments.proxies_from_input {
        proxy::handed_over(std::io::stdin())
    } else {
        proxy::hide(&given, arguments::PROXIES_FROM_INPUT).map(|()| Proxies::default())
    };
    // Tauri's own runtime has stacks too small for what a message may make the SDK do.
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(WORKER_STACK).build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            arguments::complain(&error.to_string());
            return ExitCode::FAILURE;
        }
    };
    // Who starts by an icon reads no terminal.
    let tell = |words: &str| {
        let words = i18n::text(Language::of_system(), words, &BTreeMap::new());
        arguments::complain(&words);
        let _ = runtime.block_on(async { timeout(PATIENCE, notifications::tell(&words)).await });
    };
    let Ok(proxies) = proxies else {
        tell("proxy-unusable");
        return ExitCode::FAILURE;
    };
    tauri::async_runtime::set(runtime.handle().clone());
    let context = tauri::generate_context!();
    let own = || dirs::data_local_dir().map(|folder| folder.join(&context.config().identifier));
    let Some(profile) = arguments.profile.clone().or_else(own) else {
        arguments::complain("there is no folder for your data; name one with --profile");
        return ExitCode::FAILURE;
    };
    let policies = Policies::of_machine();
    let policy = policies.now();
    let background = arguments::in_background(arguments.background, &policy);
    // A policy keeps the window from opening by itself, not from who asks for it.
    let wish = if arguments.background == Some(true) { Wish::Background } else { Wish::Window };
    let first = match runtime.block_on(instance::enter(&profile, &wish)) {
        Entry::First(first) => first,
        Entry::HandedOver => return ExitCode::SUCCESS,
        Entry::Silent => {
            tell("instance-silent");
            return ExitCode::FAILURE;
        }
    };
    // Nothing is written to a profile that is not held; it lies on a network drive, for instance.
    let mut elsewhere = None;
    if first.lock.is_none() {
        let Ok(folder) = tempfile::tempdir() else {
            tell("error-storage-failed");
            return ExitCode::FAILURE;
        };
        elsewhere = Some(folder);
    }
    let web_view = elsewhere.as_ref().map_or(profile.as_path(), |folder| folder.path()).join("webview");
    // Not before: the log is the first instance's alone.
    let level = arguments::log_level(arguments.log_level, &policy).into();
    let logs = policy.get(&keys::LOG_FOLDER).map(|decided| decided.value.0);
    let log = first.lock.as_ref().and_then(|_| Log::start(&profile, logs.as_deref(), level));
    if first.calls.is_none() {
        tracing::warn!("a second start cannot be heard");
    }
    let window = match build(context) {
        Ok(window) => window,
        Err(error) => {
            arguments::complain(&error.to_string());
            return ExitCode::FAILURE;
        }
    };
    // Not before: where there is no screen, that is no defect.
    let crashes = first.lock.is_some().then(|| Crashes::watch(&profile));
    let options = arguments::options(profile, arguments.root_certificates, proxies, log.clone(), policies);
    // Before the window, so that its rooms are there when it has started.
    let app = runtime.block_on(async { App::start_on(options, first.lock) });
    let notices = runtime.block_on(Notices::heard(&app)).ok();
    let mut begun = Some(Begun { app, notices, crashes, log: log.clone(), calls: first.calls, background, web_view });
    window.run(move |handle, event| match event {
        RunEvent::Ready => {
            let opened = begun.take().map_or(Ok(()), |begun| open(handle, begun));
            if let Err(error) = opened {
                arguments::complain(&error.to_string());
                handle.exit(1);
            }
        }
        RunEvent::ExitRequested { .. } | RunEvent::Exit => {
            // There is none where the window could not be opened.
            let Some(shell) = handle.try_state::<Shell>() else { return };
            // A start from here on waits for the profile, and becomes the first.
            drop(shell.second_starts.lock().unwrap_or_else(PoisonError::into_inner).take());
            if let RunEvent::Exit = event {
                tauri::async_runtime::block_on(shell.app.shut_down());
                shell.crashes.iter().for_each(Crashes::ended_well);
                log.iter().for_each(Log::flush);
                // The process ends without unwinding.
                elsewhere.iter().for_each(remove);
            }
        }
        _ => {}
    });
    ExitCode::SUCCESS
}

/// Removes what the web view kept for the time being.
fn remove(folder: &TempDir) {
    const TRIES: usize = 20;
    // What it has started would write there until it ends, after this program.
    #[cfg(target_os = "linux")]
    web_process::end_all();
    for _ in 0..TRIES {
        // What cannot be removed yet is tried again.
        if std::fs::remove_dir_all(folder.path()).is_ok() || !folder.path().exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What has begun before the window.
struct Begun {
    app: Arc<App>,
    /// What the desktop is to be told.
    notices: Option<Notices>,
    crashes: Option<Crashes>,
    log: Option<Log>,
    /// What second starts wish for.
    calls: Option<Calls>,
    /// The window is to stay out of sight.
    background: bool,
    /// The folder of what the web view keeps.
    web_view: PathBuf,
}

/// The program with its commands, before it runs.
fn build(context: tauri::Context) -> tauri::Result<tauri::App> {
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
            tracing::debug!(event = ?load.event(), "the page loads");
            if load.event() == tauri::webview::PageLoadEvent::Started {
                // The page that listened is gone: its streams would talk to nobody.
                let shell = webview.state::<Shell>();
                shell.subscriptions.clear();
                shell.app.discard_all_staged();
            }
        })
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && window.state::<Shell>().keeps_the_window()
                && window.hide().is_ok()
            {
                api.prevent_close();
            }
        })
        .build(context)
}

/// Opens the window, and all of the shell that stands around it.
fn open(handle: &tauri::AppHandle, begun: Begun) -> tauri::Result<()> {
    let Begun { app, notices, crashes, log, calls, background, web_view } = begun;
    let _runtime = tauri::async_runtime::handle().inner().enter();
    // First: the web view's processes start meanwhile. Its page can ask for nothing before all of this is done.
    // Out of sight only where a second start can bring it back.
    tracing::debug!("the window is opened");
    let let_ask = {
        let app = app.clone();
        move || app.let_ask()
    };
    window::open(handle, web_view, !background || calls.is_none(), let_ask)?;
    tracing::debug!("the window is there");
    let requests = Requests::default();
    let notifications = {
        let (window, requests) = (handle.clone(), requests.clone());
        let open = move |room_id| {
            requests.ask(ShellRequest::OpenRoom { room_id });
            window::bring_forward(&window);
        };
        notices.map(|notices| notices.show(open))
    };
    let tray = tauri::async_runtime::block_on(tray::show(&app, handle)).unwrap_or_default();
    let subscriptions = Subscriptions::default();
    // Not before there is a window to show.
    let second_starts = calls.map(|calls| {
        let window = handle.clone();
        instance::serve(calls, move |wish| window::grant(window.clone(), wish))
    });
    ending::not_with_the_bus();
    let ending = ending::when_asked(handle.clone());
    handle.manage(Shell {
        app,
        subscriptions,
        requests,
        crashes,
        log,
        tray,
        _notifications: notifications,
        _ending: ending,
        second_starts: Mutex::new(second_starts),
    });
    tracing::debug!("the shell is ready");
    Ok(())
}

/// What takes bytes and not JSON.
fn raw_commands() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![commands::pictures::stage_image]
}
