//! Estafette as somebody has it whose network leads to a proxy and nowhere else. The proxy is told who one is when it
//! asks for it, first wrongly; then somebody signs in and talks, and starts again.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::print_stdout)]

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use estafette_core::{
    ErrorCode, ProxyState,
    account::dto::{AccountState, ConnectionState},
};
use estafette_tests::{
    desk::{Desk, FolderKeyring, until},
    proxies::{Kind, Relay, Traffic, USER},
    rich::plain,
    servers::PASSWORD,
};
use tokio::sync::watch;

/// Signs in through a proxy, and talks.
#[derive(Parser)]
struct Arguments {
    /// An empty folder for the profile
    #[arg(long)]
    profile: PathBuf,
    /// An empty folder for the keyring
    #[arg(long)]
    keys: PathBuf,
    /// What the administration has decided, as JSON
    #[arg(long)]
    policy: String,
    /// How the proxy is spoken with
    #[arg(long)]
    kind: Kind,
    /// The socket that leads to the proxy
    #[arg(long)]
    wire: PathBuf,
    /// The port at which the proxy is found
    #[arg(long)]
    port: u16,
    /// Who signs in
    #[arg(long)]
    user: String,
    /// The room to which somebody has invited them
    #[arg(long)]
    room: String,
    /// What they say there
    #[arg(long)]
    says: String,
    /// What they are answered
    #[arg(long)]
    hears: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let it = Arguments::parse();
    let relay = Relay::inside(it.port, it.wire.clone()).await?;
    let policy = serde_json::from_str(&it.policy)?;
    let keyring = Arc::new(FolderKeyring(it.keys.clone()));

    let mut desk = Desk::obeying(&policy, &it.profile, keyring.clone()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    introduce(&desk, &it).await?;
    desk.sign_in(&it.user, PASSWORD).await?;
    desk.join(&it.room).await?;
    let mut timeline = desk.timeline(&it.room).await?;
    desk.app.send_text(&it.room, &it.says, None).await?;
    let sent =
        timeline.message("the echo", |it_is| plain(it_is) == it.says && it_is.message_id.starts_with('$')).await?;
    say("sent", &sent.message_id)?;
    timeline.message("the answer", |it_is| plain(it_is) == it.hears).await?;
    desk.close().await;

    // The keyring knows by now who one is to the proxy.
    let mut desk = Desk::obeying(&policy, &it.profile, keyring).await?;
    desk.ready().await?;
    until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
    desk.close().await;
    say("accepted", &relay.accepted().to_string())?;
    say("traffic", &serde_json::to_string(&Traffic::here()?)?)?;
    Ok(())
}

/// Tells the proxy who one is.
async fn introduce(desk: &Desk, it: &Arguments) -> Result<()> {
    let (sender, mut state) = watch::channel(ProxyState::Open);
    let _watching = desk.app.watch_proxy(Box::new(move |now| sender.send(now).is_ok())).await?;
    let needed = |was_refused| ProxyState::PasswordNeeded {
        proxy: format!("127.0.0.1:{}", it.port),
        refused: was_refused,
        cleartext: true,
    };
    let asked = async || -> Result<()> {
        let error = desk.app.discover(&it.user).await.map(drop).err().context("the proxy does not ask")?;
        ensure!(error.code == ErrorCode::ProxyPasswordNeeded, "{error:?}");
        ensure!(error.args.get("proxy").is_some_and(|proxy| *proxy == format!("127.0.0.1:{}", it.port)), "{error:?}");
        Ok(())
    };
    asked().await?;
    until(&mut state, "a proxy that asks", |state| *state == needed(false)).await?;

    desk.app.enter_proxy(USER, "wrong".to_owned()).await?;
    until(&mut state, "a proxy that may be open", |state| *state == ProxyState::Open).await?;
    ensure!(kept(it)?, "the keyring does not keep it");
    asked().await?;
    until(&mut state, "a proxy that refuses", |state| *state == needed(true)).await?;
    // It may be the right one, and the proxy out of order: what replaces it takes its place.
    ensure!(kept(it)?, "the keyring has forgotten it");

    desk.app.enter_proxy(USER, it.kind.password().to_owned()).await?;
    desk.app.discover(&it.user).await?;
    Ok(())
}

/// Whether the keyring keeps who one is to a proxy.
fn kept(it: &Arguments) -> Result<bool> {
    for key in fs::read_dir(&it.keys)? {
        if key?.file_name().to_string_lossy().starts_with("proxy ") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One line, whole.
fn say(what: &str, text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{what} {text}")?;
    output.flush()
}
