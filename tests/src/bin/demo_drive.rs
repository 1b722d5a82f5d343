//! Steers the demo's two windows under `--headless`: a message from each to the other, typed by keys, found
//! painted, and encrypted at both servers.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use estafette_homeservers::{Homeservers, Side};
use estafette_tests::{
    painted,
    servers::PASSWORD,
    window::{Opening, Window},
};
use fantoccini::key::Key;
use serde_json::json;

/// Steers the demo's two windows.
#[derive(Parser)]
struct Arguments {
    /// The servers' `state.json`
    #[arg(long)]
    state: PathBuf,
    /// The two agents' profiles
    #[arg(long)]
    profiles: PathBuf,
    /// Where to write screenshots
    #[arg(long)]
    screenshots: PathBuf,
}

/// The room that both agents are in.
const ROOM: &str = "Passerelle des Deux Rives";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let servers = Homeservers::attach(&arguments.state)?;
    let open = async |side: Side, locale: &str, left: u32| -> Result<Window> {
        let profile = arguments.profiles.join(side.key());
        let begin = Instant::now();
        let window = Window::open(&Opening::new(&profile, &servers.info().ca, locale)).await?;
        window.find("[data-room-id]").await?;
        println!("{side} window: {:.1} s from its start to its room list", begin.elapsed().as_secs_f64());
        window.page.set_window_rect(left, 0, 1280, 800).await?;
        Ok(window)
    };
    let french = open(Side::French, "fr_FR.UTF-8", 0).await?;
    let german = open(Side::German, "de_DE.UTF-8", 1280).await?;

    let room = enter(&french).await?;
    println!("memory of a window's processes: {} MB", french.memory()? / 1_000_000);
    if enter(&german).await? != room {
        bail!("the two windows show different rooms");
    }
    let shot = |name: &str| arguments.screenshots.join(name);
    for (from, to, from_name, to_name) in [(&french, &german, "fr", "de"), (&german, &french, "de", "fr")] {
        let text = painted::fresh_text()?;
        from.find("[data-region='composer'] textarea").await?.click().await?;
        from.keys(&text).await?;
        from.keys(&String::from(char::from(Key::Enter))).await?;
        let event = received(to, &text, &arguments.screenshots).await?;
        for side in Side::BOTH {
            let kept = kept_type(&servers, side, &room, &event)?;
            if kept != "m.room.encrypted" {
                bail!("the {side} server keeps the message as {kept}");
            }
        }
        from.screenshot(&shot(&format!("sent-{from_name}.png"))).await?;
        to.screenshot(&shot(&format!("received-{to_name}.png"))).await?;
        println!("{from_name} → {to_name}: painted, and encrypted at both servers");
    }
    for (window, language) in [(&french, "fr"), (&german, "de")] {
        look_back(window, &arguments.screenshots).await?;
        for theme in ["dark", "light"] {
            choose(window, theme).await?;
            window.screenshot(&shot(&format!("{language}-{theme}.png"))).await?;
        }
    }
    french.close().await?;
    german.close().await?;
    Ok(())
}

/// Goes up the conversation by keyboard to the picture, and waits until it is there.
async fn look_back(window: &Window, screenshots: &Path) -> Result<()> {
    window.find("[data-region='composer'] textarea").await?.click().await?;
    // Back from the composer to the messages.
    window.chord(&[Key::Shift.into()], Key::F6.into()).await?;
    for _ in 0..60 {
        if window.page.execute("return Boolean(document.activeElement?.querySelector('img'))", vec![]).await?
            == json!(true)
        {
            return window
                .until("a loaded picture", "document.activeElement?.querySelector('img')?.naturalWidth > 0")
                .await;
        }
        window.keys(&String::from(char::from(Key::Up))).await?;
    }
    let focus = window.page.execute("return document.activeElement?.outerHTML.slice(0, 200)", vec![]).await?;
    window.screenshot(&screenshots.join("no-picture.png")).await?;
    bail!("there is no picture in the conversation, and the focus is at {focus}: see no-picture.png")
}

/// Chooses a theme in the settings, and comes back to the messages.
async fn choose(window: &Window, theme: &str) -> Result<()> {
    window.find("[data-region='rail'] button[aria-keyshortcuts]").await?.click().await?;
    // The pages in their order: account, notifications, appearance.
    window.find("[data-region='list'] nav button:nth-of-type(3)").await?.click().await?;
    window.find(&format!("label:has(input[value='{theme}'])")).await?.click().await?;
    window.find(&format!("[data-theme='{theme}']")).await?;
    window.find("[data-region='rail'] button").await?.click().await?;
    window.find("[data-message-id^='$']").await?;
    Ok(())
}

/// Opens the shared room and waits for its messages.
async fn enter(window: &Window) -> Result<String> {
    let row = window.painted("[data-room-id]", ROOM).await?;
    let room = row.attr("data-room-id").await?.context("a row without a room")?;
    row.click().await?;
    window.find("[data-message-id^='$']").await?;
    Ok(room)
}

/// Waits for a message in the document and in the picture of the window; gives its event ID. A picture that does not
/// show it is kept for whoever looks into it.
async fn received(window: &Window, text: &str, screenshots: &Path) -> Result<String> {
    let message = window.painted("[data-message-id^='$']", text).await?;
    let event = message.attr("data-message-id").await?.context("a message without an identity")?;
    let css = format!("[data-message-id='{event}']");
    let mut read = String::new();
    for _ in 0..10 {
        // The element may be drawn anew between two looks.
        let picture = window.picture_of(&window.find(&css).await?).await?;
        read = painted::read_picture(&picture)?;
        if painted::shows(&read, text) {
            return Ok(event);
        }
        std::fs::write(screenshots.join("not-shown.png"), picture)?;
    }
    bail!("the picture shows {read:?} instead of {text:?}: see not-shown.png")
}

/// The type of an event as a server keeps it, asked by the agent of that server.
fn kept_type(servers: &Homeservers, side: Side, room: &str, event: &str) -> Result<String> {
    let agent = match side {
        Side::French => "camille.lefevre",
        Side::German => "katharina.vogel",
    };
    let api = servers.api(side);
    let token = api.login(agent, PASSWORD)?.access_token;
    let path = format!("/_matrix/client/v3/rooms/{}/event/{}", escaped(room), escaped(event));
    let kept = api.call("GET", &path, Some(&token), None)?;
    api.call("POST", "/_matrix/client/v3/logout", Some(&token), Some(&json!({})))?;
    Ok(kept["type"].as_str().context("an event without a type")?.to_owned())
}

fn escaped(id: &str) -> String {
    id.replace('!', "%21").replace('$', "%24").replace(':', "%3A")
}
