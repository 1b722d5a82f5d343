//! A small driver of core, for scripts and bug reports. What it prints is one JSON value per line;
//! what is secret it reads from standard input, never from the command line.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use estafette_core::{
    App, AppError, Options, SystemKeyring,
    account::dto::{AccountState, ConnectionState, EncryptionState},
    i18n,
    rich_text::WORKER_STACK,
    settings::Language,
    stream::Subscription,
};
use serde::Serialize;
use tokio::sync::{mpsc, watch};

/// Drives Estafette's core without a window.
#[derive(Parser)]
#[command(name = "estafette-cli", version)]
struct Arguments {
    /// The profile's folder
    #[arg(long, value_name = "DIR")]
    profile: PathBuf,
    /// Trust the authorities in this PEM file as well as those of the system; may be given again
    #[arg(long = "root-certificates", value_name = "FILE")]
    root_certificates: Vec<PathBuf>,
    /// The language of messages to people: fr or de
    #[arg(long, default_value = "fr", value_parser = language)]
    language: Language,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print where the account stands
    State,
    /// Sign in; the password is one line of standard input
    SignIn {
        /// Matrix ID, address or server
        address: String,
        /// The user name, where the address holds none
        #[arg(long)]
        user: Option<String>,
    },
    /// Print the recovery key that waits to be kept, then forget it
    RecoveryKey,
    /// Confirm this device; the recovery key is one line of standard input
    Recover,
    /// Print the rooms once they are known
    Rooms,
    /// Print a room's messages, and new ones as they come
    Tail {
        /// The room's ID
        room: String,
    },
    /// Send a message; its text is standard input
    Send {
        /// The room's ID
        room: String,
    },
    /// Sign out and erase the account's data
    SignOut,
}

fn language(text: &str) -> Result<Language, String> {
    match text {
        "fr" => Ok(Language::Fr),
        "de" => Ok(Language::De),
        _ => Err("fr or de".to_owned()),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(WORKER_STACK).build();
    match runtime {
        Ok(runtime) => runtime.block_on(drive(arguments)),
        Err(error) => {
            // Nothing can be said if the terminal is gone.
            let _ = writeln!(io::stderr(), "estafette-cli: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn drive(arguments: Arguments) -> ExitCode {
    let app = App::start(Options {
        profile: arguments.profile,
        root_certificates: arguments.root_certificates,
        keyring: Arc::new(SystemKeyring),
        device_name: "Estafette CLI".to_owned(),
    });
    let outcome = run(&app, arguments.action).await;
    app.shut_down().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let words = match error.downcast_ref::<AppError>() {
                Some(error) => format!("{} ({})", i18n::error_text(arguments.language, error), error.reference),
                None => format!("{error:#}"),
            };
            // Nothing can be said if the terminal is gone.
            let _ = writeln!(io::stderr(), "estafette-cli: {words}");
            ExitCode::FAILURE
        }
    }
}

async fn run(app: &Arc<App>, action: Action) -> Result<()> {
    let account = settled(app).await?;
    match action {
        Action::State => print(&account),
        Action::SignIn { address, user } => {
            app.sign_in(&address, user.as_deref(), line()?).await?;
            print(&keys(app).await?)
        }
        Action::RecoveryKey => {
            print(&app.recovery_key().await?)?;
            Ok(app.recovery_key_kept().await?)
        }
        Action::Recover => {
            app.recover(&line()?).await?;
            print(&keys(app).await?)
        }
        Action::Rooms => {
            let (sink, mut updates) = queue();
            let _stream = app.watch_rooms(sink).await?;
            online(app).await?;
            while let Ok(Some(update)) = tokio::time::timeout(Duration::from_secs(3), updates.recv()).await {
                print(&update)?;
            }
            Ok(())
        }
        Action::Tail { room } => {
            let (sink, mut updates) = queue();
            let _stream = app.watch_timeline(&room, sink).await?;
            while let Some(update) = updates.recv().await {
                print(&update)?;
            }
            Ok(())
        }
        Action::Send { room } => {
            let text = io::read_to_string(io::stdin())?;
            let (sink, mut updates) = queue();
            let _stream = app.watch_timeline(&room, sink).await?;
            online(app).await?;
            app.send_text(&room, text.trim_end(), None).await?;
            // The send queue keeps the message; leaving at once would only delay it to the next start.
            while let Ok(Some(update)) = tokio::time::timeout(Duration::from_secs(10), updates.recv()).await {
                print(&update)?;
            }
            Ok(())
        }
        Action::SignOut => Ok(app.sign_out().await?),
    }
}

/// The account's state once it is more than a beginning.
async fn settled(app: &Arc<App>) -> Result<AccountState> {
    let (sink, mut states) = latest(AccountState::Opening);
    let _stream = app.watch_account(sink).await?;
    let state = states.wait_for(|state| !matches!(state, AccountState::Opening)).await?.clone();
    Ok(state)
}

async fn keys(app: &Arc<App>) -> Result<EncryptionState> {
    let (sink, mut states) = latest(EncryptionState::Checking);
    let _stream: Subscription = app.watch_encryption(sink).await?;
    let known = states.wait_for(|state| !matches!(state, EncryptionState::Checking | EncryptionState::SettingUp));
    let state = tokio::time::timeout(Duration::from_secs(60), known).await.context("the keys do not settle")??.clone();
    Ok(state)
}

async fn online(app: &Arc<App>) -> Result<()> {
    let (sink, mut states) = latest(ConnectionState::Connecting);
    let _stream = app.watch_connection(sink).await?;
    match *states.wait_for(|state| *state != ConnectionState::Connecting).await? {
        ConnectionState::Online => Ok(()),
        _ => bail!(AppError::new(estafette_core::ErrorCode::Offline)),
    }
}

/// The end of a stream of whole values.
fn latest<T: Send + Sync + 'static>(first: T) -> (impl Fn(T) -> bool + Send + Sync + 'static, watch::Receiver<T>) {
    let (sender, receiver) = watch::channel(first);
    (move |state| sender.send(state).is_ok(), receiver)
}

/// The end of a stream of changes.
fn queue<T: Send + 'static>() -> (impl Fn(T) -> bool + Send + Sync + 'static, mpsc::UnboundedReceiver<T>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (move |update| sender.send(update).is_ok(), receiver)
}

/// One line of standard input, which no list of processes shows.
fn line() -> Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn print(value: &impl Serialize) -> Result<()> {
    writeln!(io::stdout(), "{}", serde_json::to_string(value)?)?;
    Ok(())
}
