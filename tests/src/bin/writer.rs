//! Writes numbered messages into rooms as the window does, and says what it has come to see: whoever kills it
//! knows what must not be lost.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::print_stdout)]

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::Result;
use clap::Parser;
use estafette_core::{App, AppError, ErrorCode, account::dto::AccountState, timeline::dto::Draft};
use estafette_tests::{
    desk::{Desk, FolderKeyring, List, messages},
    rich::plain,
};
use tokio::time::sleep;

/// Writes numbered messages into rooms.
#[derive(Parser)]
struct Arguments {
    /// The profile of somebody who is signed in
    #[arg(long)]
    profile: PathBuf,
    /// The folder with its key
    #[arg(long)]
    keys: PathBuf,
    /// The certificate of the servers' authority
    #[arg(long)]
    ca: PathBuf,
    /// Into which room; may be given again
    #[arg(long = "room", required = true)]
    rooms: Vec<String>,
    /// What stands before each number
    #[arg(long)]
    prefix: String,
    /// How many
    #[arg(long)]
    count: usize,
    /// Fills the disk to the brim with this file before the second half, until it hears a line
    #[arg(long)]
    brim: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { profile, keys, ca, rooms, prefix, count, brim } = Arguments::parse();
    let mut desk = Desk::open(&profile, Some(&ca), Arc::new(FolderKeyring(keys))).await?;
    ready(&mut desk).await?;
    let last = format!("{prefix}{}", count - 1);
    let mut telling = Vec::new();
    for room in &rooms {
        telling.push(tokio::spawn(tell(desk.timeline(room).await?, prefix.clone(), last.clone())));
    }
    for number in 0..count {
        if number == count / 2
            && let Some(brim) = &brim
        {
            fill(brim)?;
            say("full", "")?;
            let brim = brim.clone();
            thread::spawn(move || {
                let told = io::stdin().read_line(&mut String::new());
                told.and_then(|_| fs::remove_file(brim))
            });
        }
        let text = format!("{prefix}{number}");
        for room in &rooms {
            while let Err(error) = write(&desk.app, room, &text).await {
                if brim.is_none() {
                    return Err(error.into());
                }
                // Somebody who tries again and again.
                say("refused", &error.code.name())?;
                sleep(Duration::from_millis(500)).await;
            }
        }
    }
    for telling in telling {
        telling.await??;
    }
    // Whoever started this ends it.
    std::future::pending().await
}

/// Waits until the account may be used, and says each time why it may not.
async fn ready(desk: &mut Desk) -> Result<()> {
    loop {
        let state = desk.account.borrow_and_update().clone();
        match state {
            AccountState::Ready { .. } => return Ok(()),
            AccountState::Unusable { error } => say("unusable", &error.code.name())?,
            _ => {}
        }
        desk.account.changed().await?;
    }
}

/// As in the window: kept while it is written, and forgotten once core has taken it.
async fn write(app: &App, room: &str, text: &str) -> estafette_core::Result<()> {
    let mut draft = Draft { text: text.to_owned(), reply_to: None };
    draft.text.pop();
    app.save_draft(room, Some(&draft)).await?;
    text.clone_into(&mut draft.text);
    app.save_draft(room, Some(&draft)).await?;
    say("kept", text).map_err(|error| AppError::caused(ErrorCode::Internal, &error))?;
    app.send_text(room, text, None).await?;
    // It is sent: what is kept of it beside that is no reason to write it again.
    let _ = app.save_draft(room, None).await;
    Ok(())
}

/// Fills the disk with a file until not a byte more fits.
fn fill(brim: &Path) -> io::Result<()> {
    let mut file = File::create(brim)?;
    for size in [1 << 20, 1 << 12, 1] {
        let bytes = vec![1; size];
        while file.write_all(&bytes).is_ok() {}
    }
    Ok(())
}

/// Tells each message once that it stands in the timeline, until the last does.
async fn tell(
    mut timeline: List<estafette_core::timeline::dto::TimelineItem>,
    prefix: String,
    last: String,
) -> Result<()> {
    let mut told = HashSet::new();
    while !told.contains(&last) {
        timeline.items.changed().await?;
        let items = timeline.items.borrow_and_update().clone();
        for text in messages(&items).map(plain).filter(|text| text.starts_with(&prefix)) {
            if told.insert(text.clone()) {
                say("shown", &text)?;
            }
        }
    }
    Ok(())
}

/// One line, whole: who is killed says it or not.
fn say(what: &str, text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{what} {text}")?;
    output.flush()
}
