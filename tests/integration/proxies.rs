//! The network of an administration: everything goes through a proxy, and nothing past it.

use std::{fs, path::Path, process::Stdio, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    ErrorCode, Options, Proxies, Secret,
    account::dto::{AccountState, ConnectionState},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, Context, within},
    desk::{Desk, MemoryKeyring, until},
    proxies::{DebianProxy, Kind, Relay, Traffic, lonely},
    proxy::Proxy,
    servers::{Account, PASSWORD, ca},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedUserId, RoomId};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    sync::watch,
};

#[tokio::test]
async fn everything_goes_through_an_http_proxy_that_asks_who_one_is() -> Result<()> {
    everything_goes_through(Kind::Http).await
}

#[tokio::test]
async fn everything_goes_through_a_socks_proxy_that_asks_who_one_is() -> Result<()> {
    everything_goes_through(Kind::Socks).await
}

/// What the administration decides: this proxy, and the private authority of the servers.
fn policy(proxy: &str) -> Value {
    json!({ "network": { "proxy": proxy, "proxyMode": "manual", "rootCertificates": [ca()] } })
}

async fn everything_goes_through(kind: Kind) -> Result<()> {
    let lonely = match lonely().await? {
        Ok(lonely) => lonely,
        Err(why) => {
            println!("not tested: {why}");
            return Ok(());
        }
    };
    let proxy = DebianProxy::asking(kind).await?;
    let camille = Account::new(Side::French, "Camille")?;
    let nadia = Account::new(Side::French, "Nadia")?.agent().await?;
    let room = nadia.create_room(Some("Guichet"), None, true, &[OwnedUserId::try_from(&*camille.user_id)?]).await?;

    let folder = tempfile::tempdir()?;
    let [profile, keys, wire] = ["profile", "keys", "wire"].map(|name| folder.path().join(name));
    fs::create_dir(&keys)?;
    let _wire = Relay::outside(&wire, proxy.port).await?;
    let mut command = lonely.command(Path::new(env!("CARGO_BIN_EXE_behind-a-proxy")));
    command.arg("--profile").arg(&profile).arg("--keys").arg(&keys).arg("--wire").arg(&wire);
    command.args(["--policy", &policy(&proxy.url()).to_string(), "--port", &proxy.port.to_string()]);
    command.args(["--kind", if kind == Kind::Http { "http" } else { "socks" }]);
    command.args(["--user", &camille.user_id, "--room", room.as_str(), "--says", SAID, "--hears", ANSWERED]);
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();

    answer(&nadia, &room, &told(&mut lines, "sent").await?).await?;
    let accepted: usize = told(&mut lines, "accepted").await?.parse()?;
    let traffic: Traffic = serde_json::from_str(&told(&mut lines, "traffic").await?)?;
    ensure!(child.wait().await?.success(), "it failed in the end");

    // Its own network counts what was tried: each connection came to the proxy, and no name was looked up.
    ensure!(
        accepted > 0 && traffic == Traffic { connections: accepted, ..Traffic::default() },
        "{accepted}, {traffic:?}"
    );
    let (led_to, server) = (proxy.led_to()?, &camille.server().name);
    // After the wrong password tinyproxy was asked once more, for nobody's server: it answers that so that it could mean
    // the server as well.
    let asked = |to: &String| kind == Kind::Http && to == "estafette.invalid:443";
    ensure!(led_to.contains(server), "not to {server}: {led_to:?}");
    ensure!(led_to.iter().all(|to| to == server || asked(to)), "not only to {server}: {led_to:?}");
    ensure!(!holds(&profile, kind.password().as_bytes())?, "the password of the proxy lies in the profile");
    Ok(())
}

const SAID: &str = "Bonjour, par le guichet.";
const ANSWERED: &str = "Bien reçu.";

async fn answer(nadia: &Agent, room: &RoomId, event: &str) -> Result<()> {
    let said = nadia.read(room, &OwnedEventId::try_from(event)?).await?;
    ensure!(said == SAID, "{said}");
    nadia.say(room, ANSWERED, &Context::default()).await.map(drop)
}

/// What the next line says of this.
async fn told(lines: &mut Lines<BufReader<tokio::process::ChildStdout>>, what: &str) -> Result<String> {
    let line = within(what, async { lines.next_line().await?.context("it has ended") }).await?;
    let told = line.strip_prefix(what).and_then(|told| told.strip_prefix(' '));
    told.map(str::to_owned).with_context(|| format!("{what}: {line}"))
}

/// Whether a file below a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = if entry.file_type()?.is_dir() {
            holds(&entry.path(), bytes)?
        } else {
            memchr::memmem::find(&fs::read(entry.path())?, bytes).is_some()
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test]
async fn a_proxy_that_refuses_a_server_and_one_that_is_not_there_are_named() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let proxy = DebianProxy::to_port_only(443).await?;
    let nobody = "http://127.0.0.1:9".to_owned();
    for (url, code) in [(proxy.url(), ErrorCode::ProxyRefused), (nobody, ErrorCode::ProxyUnreachable)] {
        let profile = tempfile::tempdir()?;
        let mut desk = Desk::obeying(&policy(&url), profile.path(), Arc::new(MemoryKeyring::default())).await?;
        until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
        let error = desk.app.discover(&camille.user_id).await.map(drop).err().context("past the proxy")?;
        ensure!(error.code == code, "{error:?}");
        ensure!(error.args.get("proxy").map(String::as_str) == url.strip_prefix("http://"), "{error:?}");
        ensure!(error.args.get("server") == Some(&camille.server().name), "{error:?}");
        desk.close().await;
    }
    Ok(())
}

/// As the environment gives it (decision 0007).
#[tokio::test]
async fn a_password_in_the_address_of_the_systems_proxy_is_told_to_it() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let proxy = Proxy::open("camille", "hunter2").await?;
    let wrong = proxy.url.replace("hunter2", "hunter3");
    for (url, code) in [(&proxy.url, None), (&wrong, Some(ErrorCode::ProxyPasswordNeeded))] {
        let profile = tempfile::tempdir()?;
        let proxies = Proxies { https: Some(Secret::new(url.clone().into_bytes())), ..Proxies::default() };
        let keyring = Arc::new(MemoryKeyring::default());
        let root_certificates = vec![ca()];
        let mut desk =
            Desk::with(Options { proxies, keyring, root_certificates, ..Options::new(profile.path()) }).await?;
        until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
        let found = desk.app.discover(&camille.user_id).await;
        ensure!(found.as_ref().err().map(|error| error.code) == code, "{found:?}");
        ensure!(proxy.let_through() > 0, "past the proxy");
        desk.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn an_exception_goes_past_the_proxy() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let proxy = DebianProxy::to_port_only(443).await?;
    let mut policy = policy(&proxy.url());
    policy["network"]["proxyExceptions"] = json!(["localhost"]);
    let profile = tempfile::tempdir()?;
    let mut desk = Desk::obeying(&policy, profile.path(), Arc::new(MemoryKeyring::default())).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    desk.app.discover(&camille.user_id).await?;
    ensure!(proxy.led_to()?.is_empty(), "through the proxy");
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn what_keeps_somebody_who_is_signed_in_from_the_server_is_told() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let (profile, keyring) = (tempfile::tempdir()?, Arc::new(MemoryKeyring::default()));
    let direct = json!({ "network": { "proxyMode": "none", "rootCertificates": [ca()] } });
    let mut desk = Desk::obeying(&direct, profile.path(), keyring.clone()).await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    desk.close().await;

    let proxy = DebianProxy::to_port_only(443).await?;
    let untrusting = json!({ "network": { "proxyMode": "none" } });
    for (policy, told) in [
        (policy(&proxy.url()), (ErrorCode::ProxyRefused, "proxy", format!("127.0.0.1:{}", proxy.port))),
        (untrusting, (ErrorCode::CertificateUntrusted, "issuer", "Estafette test authority".to_owned())),
    ] {
        let mut desk = Desk::obeying(&policy, profile.path(), keyring.clone()).await?;
        desk.ready().await?;
        until(&mut desk.connection, "offline", |state| *state == ConnectionState::Offline).await?;
        let (sender, mut trouble) = watch::channel(None);
        let _watching = desk.app.watch_trouble(Box::new(move |now| sender.send(now).is_ok())).await?;
        let known = until(&mut trouble, "what is wrong", Option::is_some).await?.context("nothing")?;
        ensure!((known.code, known.args.get(told.1)) == (told.0, Some(&told.2)), "{known:?}");
        desk.close().await;
    }

    let mut desk = Desk::obeying(&direct, profile.path(), keyring).await?;
    desk.ready().await?;
    until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
    desk.close().await;
    Ok(())
}
