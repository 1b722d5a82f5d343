//! A small driver of core, for scripts and bug reports. What it prints is one JSON value per line;
//! what is secret it reads from standard input, never from the command line.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{
    collections::HashSet,
    io::{self, BufRead, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use estafette_core::{
    App, AppError, Options,
    account::dto::{AccountState, ConnectionState, EncryptionState},
    i18n,
    policy::Policies,
    rich_text::WORKER_STACK,
    settings::Language,
    stream::{Diff, ListUpdate, Subscription},
    timeline::dto::{Sending, TimelineContent, TimelineItem},
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
    SignOut {
        /// Also where that loses keys of messages which are not backed up
        #[arg(long)]
        anyway: bool,
    },
}

/// How long `send` waits for the server to take the message.
const SENDING: Duration = Duration::from_secs(60);

/// Looks for the message that is being sent among the changes of a timeline.
#[derive(Default)]
struct Echo {
    known: HashSet<String>,
    found: Option<String>,
}

impl Echo {
    fn pass_over(&mut self, update: &ListUpdate<TimelineItem>) {
        self.known.extend(items(update).map(|item| item.id.clone()));
    }

    /// Whether the message was sent, once that is known.
    fn follow(&mut self, update: &ListUpdate<TimelineItem>) -> Option<bool> {
        let mut outcome = None;
        for item in items(update) {
            let TimelineContent::Message(message) = &item.content else { continue };
            // Only what this device sends starts with a state; what comes from the server has none.
            if self.found.is_none() && message.sending.is_some() && !self.known.contains(&item.id) {
                self.found = Some(item.id.clone());
            }
            if self.found.as_ref() == Some(&item.id) {
                outcome = match message.sending {
                    Some(Sending::Sent) | None => Some(true),
                    Some(Sending::Failed) => Some(false),
                    Some(Sending::Waiting | Sending::Retrying) => None,
                };
            }
        }
        outcome
    }
}

fn items(update: &ListUpdate<TimelineItem>) -> impl Iterator<Item = &TimelineItem> {
    update.diffs.iter().flat_map(|diff| match diff {
        Diff::Reset { values } | Diff::Append { values } => values.as_slice(),
        Diff::PushFront { value } | Diff::PushBack { value } | Diff::Insert { value, .. } | Diff::Set { value, .. } => {
            std::slice::from_ref(value)
        }
        Diff::Remove { .. } | Diff::PopFront | Diff::PopBack | Diff::Truncate { .. } | Diff::Clear => &[],
    })
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
        root_certificates: arguments.root_certificates,
        device_name: "Estafette CLI".to_owned(),
        policies: Policies::of_machine(),
        ..Options::new(arguments.profile)
    });
    let outcome = run(&app, arguments.action).await;
    app.shut_down().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let words = match error.downcast_ref::<AppError>() {
                Some(error) => i18n::error_text(arguments.language, error),
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
            let _stream = app.watch_rooms(Box::new(sink)).await?;
            online(app).await?;
            while let Ok(Some(update)) = tokio::time::timeout(Duration::from_secs(3), updates.recv()).await {
                print(&update)?;
            }
            Ok(())
        }
        Action::Tail { room } => {
            let (sink, mut updates) = queue();
            let _stream = app.watch_timeline(&room, Box::new(sink)).await?;
            while let Some(update) = updates.recv().await {
                print(&update)?;
            }
            Ok(())
        }
        Action::Send { room } => {
            let text = io::read_to_string(io::stdin())?;
            let (sink, mut updates) = queue();
            let _stream = app.watch_timeline(&room, Box::new(sink)).await?;
            online(app).await?;
            let mut echo = Echo::default();
            // What is in the timeline already is not what is sent now.
            let first = updates.recv().await.context("the timeline does not open")?;
            echo.pass_over(&first);
            print(&first)?;
            while let Ok(update) = updates.try_recv() {
                echo.pass_over(&update);
                print(&update)?;
            }
            app.send_text(&room, text.trim_end(), None).await?;
            let answer = async {
                while let Some(update) = updates.recv().await {
                    print(&update)?;
                    match echo.follow(&update) {
                        Some(true) => return Ok(()),
                        Some(false) => bail!("the message could not be sent"),
                        None => {}
                    }
                }
                bail!("the timeline was closed before the message was sent")
            };
            tokio::time::timeout(SENDING, answer).await.context("the message waits; it is sent at the next start")?
        }
        Action::SignOut { anyway } => Ok(app.sign_out(anyway).await?),
    }
}

/// The account's state once it is more than a beginning.
async fn settled(app: &Arc<App>) -> Result<AccountState> {
    let (sink, mut states) = latest(AccountState::Opening);
    let _stream = app.watch_account(Box::new(sink)).await?;
    let state = states.wait_for(|state| !matches!(state, AccountState::Opening)).await?.clone();
    Ok(state)
}

async fn keys(app: &Arc<App>) -> Result<EncryptionState> {
    let (sink, mut states) = latest(EncryptionState::Checking);
    let _stream: Subscription = app.watch_encryption(Box::new(sink)).await?;
    let known = states.wait_for(|state| !matches!(state, EncryptionState::Checking | EncryptionState::SettingUp));
    let state = tokio::time::timeout(Duration::from_secs(60), known).await.context("the keys do not settle")??.clone();
    Ok(state)
}

async fn online(app: &Arc<App>) -> Result<()> {
    let (sink, mut states) = latest(ConnectionState::Connecting);
    let _stream = app.watch_connection(Box::new(sink)).await?;
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use estafette_core::{
        people::Person,
        timeline::dto::{Message, MessageBody},
    };

    use super::*;

    fn update(id: &str, sending: Option<Sending>) -> ListUpdate<TimelineItem> {
        let message = Message {
            message_id: id.to_owned(),
            sender: Person {
                user_id: "@a:x.fr".to_owned(),
                name: "A".to_owned(),
                organisation: None,
                avatar: None,
                color: 0,
            },
            timestamp: 0,
            own: true,
            body: MessageBody::Removed,
            mentions_me: false,
            edited: false,
            reply_to: None,
            reactions: Vec::new(),
            read_by: Vec::new(),
            thread: None,
            sending,
            progress: None,
            warning: None,
            can_reply: false,
            can_react: false,
        };
        let content = TimelineContent::Message(Box::new(message));
        ListUpdate { seq: 0, diffs: vec![Diff::Set { index: 0, value: TimelineItem { id: id.to_owned(), content } }] }
    }

    #[test]
    fn the_outcome_is_that_of_the_message_sent_now() {
        let mut echo = Echo::default();
        echo.pass_over(&update("old", Some(Sending::Failed)));
        assert_eq!(echo.follow(&update("old", Some(Sending::Failed))), None, "failed another time");
        assert_eq!(echo.follow(&update("other", None)), None, "from another device");
        assert_eq!(echo.follow(&update("new", Some(Sending::Waiting))), None);
        assert_eq!(echo.follow(&update("new", Some(Sending::Retrying))), None);
        assert_eq!(echo.follow(&update("old", Some(Sending::Sent))), None);
        assert_eq!(echo.follow(&update("new", Some(Sending::Failed))), Some(false));
        assert_eq!(echo.follow(&update("new", Some(Sending::Sent))), Some(true));
        assert_eq!(echo.follow(&update("new", None)), Some(true), "the server's own copy");
    }
}
