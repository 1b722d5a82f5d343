//! Writes numbered messages into a room as the window does, and says what it has come to see: whoever kills it
//! knows what must not be lost.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::print_stdout)]

use std::{
    collections::HashSet,
    io::{self, Write as _},
    path::PathBuf,
    sync::Arc,
};

use anyhow::Result;
use clap::Parser;
use estafette_core::timeline::dto::Draft;
use estafette_tests::{
    desk::{Desk, FolderKeyring, List, messages},
    rich::plain,
};

/// Writes numbered messages into a room.
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
    /// Into which room
    #[arg(long)]
    room: String,
    /// What stands before each number
    #[arg(long)]
    prefix: String,
    /// How many
    #[arg(long)]
    count: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { profile, keys, ca, room, prefix, count } = Arguments::parse();
    let mut desk = Desk::open(&profile, Some(&ca), Arc::new(FolderKeyring(keys))).await?;
    desk.ready().await?;
    let timeline = desk.timeline(&room).await?;
    let last = format!("{prefix}{}", count - 1);
    let telling = tokio::spawn(tell(timeline, prefix.clone(), last));
    for number in 0..count {
        let text = format!("{prefix}{number}");
        // As in the window: kept while it is written, and forgotten once core has taken it.
        let mut draft = Draft { text: text.clone(), reply_to: None };
        draft.text.pop();
        desk.app.save_draft(&room, Some(&draft)).await?;
        draft.text = text;
        desk.app.save_draft(&room, Some(&draft)).await?;
        say("kept", &draft.text)?;
        desk.app.send_text(&room, &draft.text, None).await?;
        desk.app.save_draft(&room, None).await?;
    }
    telling.await??;
    // Whoever started this ends it.
    std::future::pending().await
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
