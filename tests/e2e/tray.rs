//! The tray, on a desktop that a test plays: what it says, and the window that comes back from it.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{PATIENCE, eventually},
    window::{Window, is_in_front, runs_on},
};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};
use zbus::{
    Connection, MessageStream, Proxy,
    connection::Builder,
    fdo::MonitoringProxy,
    proxy::CacheProperties,
    zvariant::{OwnedValue, Value as Variant},
};

use crate::{
    instances::{Program, deaf_profile, windows},
    people::Pair,
    screens::LIST,
};

/// The part of a desktop that shows icons.
pub(crate) struct Desktop {
    bus: Connection,
    item: watch::Receiver<Option<String>>,
}

struct Watcher(watch::Sender<Option<String>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.send_replace(Some(service));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// A bus that ends with this value.
struct Bus {
    address: String,
    daemon: Child,
}

impl Bus {
    fn start() -> Result<Self> {
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]).stdout(Stdio::piped());
        let mut bus = Self { address: String::new(), daemon: daemon.spawn().context("dbus-daemon does not start")? };
        BufReader::new(bus.daemon.stdout.take().context("it says where")?).read_line(&mut bus.address)?;
        bus.address.truncate(bus.address.trim_end().len());
        Ok(bus)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What programs ask of the session's bus.
struct Overheard(MessageStream);

impl Overheard {
    async fn start() -> Result<Self> {
        let bus = Connection::session().await?;
        let heard = MessageStream::from(&bus);
        let rule = "type='method_call',member='AddMatch'".try_into()?;
        MonitoringProxy::new(&bus).await?.become_monitor(&[rule], 0).await?;
        Ok(Self(heard))
    }

    /// Waits until a program has found no desktop, and listens for one to come.
    async fn misses_a_desktop(&mut self) -> Result<()> {
        let listens = async {
            while let Some(message) = self.0.next().await {
                let body = message?.body();
                let rule: &str = body.deserialize().unwrap_or_default();
                // The tray asks for this once it has been turned away, and not before.
                if rule.contains("'org.kde.StatusNotifierWatcher'") {
                    return Ok(());
                }
            }
            bail!("the bus has ended")
        };
        timeout(PATIENCE, listens).await.context("nobody waits for a desktop")?
    }
}

type Picture = Vec<(i32, i32, Vec<u8>)>;

impl Desktop {
    pub(crate) async fn start() -> Result<Self> {
        Self::start_on(Builder::session()?).await
    }

    async fn start_on(bus: Builder<'_>) -> Result<Self> {
        let (sender, item) = watch::channel(None);
        let bus = bus
            .serve_at("/StatusNotifierWatcher", Watcher(sender))?
            .name("org.kde.StatusNotifierWatcher")?
            .build()
            .await?;
        Ok(Self { bus, item })
    }

    async fn proxy(&self, path: &str, interface: &str) -> Result<Proxy<'static>> {
        let name = || async { self.item.borrow().clone() };
        let service = eventually("an icon", name).await?;
        let proxy = zbus::proxy::Builder::<Proxy<'static>>::new(&self.bus)
            .destination(service)?
            .path(path.to_owned())?
            .interface(interface.to_owned())?
            .cache_properties(CacheProperties::No);
        Ok(proxy.build().await?)
    }

    /// Waits until a window knows that its icon is shown.
    pub(crate) async fn shows(&self, window: &Window) -> Result<()> {
        self.icon().await?;
        let known = async || (invoke(window, "app_info", json!({})).await.ok()?["tray"] == true).then_some(());
        window.wait_for("the tray", known).await
    }

    async fn icon(&self) -> Result<Proxy<'static>> {
        self.proxy("/StatusNotifierItem", "org.kde.StatusNotifierItem").await
    }

    async fn picture(&self) -> Result<Picture> {
        Ok(self.icon().await?.get_property("IconPixmap").await?)
    }

    /// Waits until it says so.
    async fn says(&self, tip: &str) -> Result<()> {
        let icon = self.icon().await?;
        let said = || async {
            let (_, _, title, text): (String, Picture, String, String) = icon.get_property("ToolTip").await.ok()?;
            (title == "Estafette" && text == tip).then_some(())
        };
        eventually(&format!("the tray to say {tip:?}"), said).await
    }

    async fn menu(&self) -> Result<Vec<(i32, String)>> {
        let menu = self.proxy("/MenuBar", "com.canonical.dbusmenu").await?;
        let entries: Vec<(i32, HashMap<String, OwnedValue>)> =
            menu.call("GetGroupProperties", &(Vec::<i32>::new(), vec!["label"])).await?;
        let mut labels = Vec::new();
        for (id, mut properties) in entries {
            if let Some(label) = properties.remove("label") {
                labels.push((id, String::try_from(label)?));
            }
        }
        labels.sort();
        Ok(labels)
    }

    /// Chooses from the menu. What ends by that does not answer.
    async fn choose(&self, label: &str) -> Result<()> {
        let entries = self.menu().await?;
        let (id, _) = entries.iter().find(|entry| entry.1 == label).with_context(|| format!("{entries:?}"))?;
        let menu = self.proxy("/MenuBar", "com.canonical.dbusmenu").await?;
        Ok(menu.call_noreply("Event", &(*id, "clicked", Variant::from(0_i32), 0_u32)).await?)
    }
}

async fn invoke(window: &Window, command: &str, arguments: Value) -> Result<Value> {
    let script = "const [command, args, done] = arguments;
         window.__TAURI_INTERNALS__.invoke(command, args).then(done, (error) => done({ error }));";
    Ok(window.page.execute_async(script, vec![json!(command), arguments]).await?)
}

/// Waits until the window on a profile is to be seen, or is not.
async fn is_seen(pair: &Pair, seen: bool) -> Result<()> {
    let what = if seen { "the window" } else { "no window" };
    let shown = || runs_on(pair.profile.path()).into_iter().any(|id| windows(id).is_ok_and(|found| !found.is_empty()));
    eventually(what, || async { (shown() == seen).then_some(()) }).await
}

async fn close_by_hand(pair: &Pair) -> Result<()> {
    is_in_front(&runs_on(pair.profile.path())).await?;
    let status = Command::new("xdotool").args(["key", "--clearmodifiers", "alt+F4"]).status()?;
    ensure!(status.success(), "xdotool cannot press keys");
    Ok(())
}

#[tokio::test]
async fn it_says_what_waits_and_brings_the_window_back() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let desktop = Desktop::start().await?;
    let window = pair.open().await?;
    window.find(LIST).await?;
    desktop.says("Aucun message non lu").await?;
    let plain = desktop.picture().await?;
    pair.invite("Passerelle").await?;
    desktop.says("1 conversation non lue").await?;
    ensure!(desktop.picture().await? != plain, "the icon does not change");

    let patch = json!({ "patch": { "language": "de", "closeToTray": true } });
    invoke(&window, "change_settings", patch).await?;
    desktop.says("1 ungelesene Unterhaltung").await?;
    let labels: Vec<String> = desktop.menu().await?.into_iter().map(|(_, label)| label).collect();
    ensure!(labels == ["Öffnen", "Beenden"], "the menu: {labels:?}");
    desktop.shows(&window).await?;

    close_by_hand(&pair).await?;
    is_seen(&pair, false).await?;
    desktop.icon().await?.call::<_, _, ()>("Activate", &(0, 0)).await?;
    is_seen(&pair, true).await?;
    close_by_hand(&pair).await?;
    is_seen(&pair, false).await?;
    desktop.choose("Öffnen").await?;
    is_seen(&pair, true).await?;

    // Without the icon nothing would bring the window back: it comes by itself, and closes for good.
    close_by_hand(&pair).await?;
    is_seen(&pair, false).await?;
    drop(desktop.bus.close().await);
    is_seen(&pair, true).await?;
    let gone = async || (invoke(&window, "app_info", json!({})).await.ok()?["tray"] == false).then_some(());
    window.wait_for("no tray", gone).await?;
    window.close_by_hand().await
}

#[tokio::test]
async fn with_the_session_s_bus_the_window_comes_back() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let bus = Bus::start()?;
    let mut opening = pair.opening();
    opening.environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), (&*bus.address).into()));
    let desktop = Desktop::start_on(Builder::address(&*bus.address)?).await?;
    let window = Window::open(&opening).await?;
    desktop.says("Aucun message non lu").await?;
    invoke(&window, "change_settings", json!({ "patch": { "closeToTray": true } })).await?;
    close_by_hand(&pair).await?;
    is_seen(&pair, false).await?;
    drop(bus);
    is_seen(&pair, true).await?;
    // Not through the driver, which ends with its bus.
    window.close_by_hand().await?;
    ensure!(!pair.profile.path().join("crash.json").exists(), "the end of the bus is told as a defect");
    Ok(())
}

#[tokio::test]
async fn no_window_goes_there_where_a_second_start_is_not_heard() -> Result<()> {
    let mut pair = Pair::new(Side::French).await?;
    pair.profile = deaf_profile()?;
    let desktop = Desktop::start().await?;
    let window = pair.open().await?;
    desktop.says("Aucun message non lu").await?;
    invoke(&window, "change_settings", json!({ "patch": { "closeToTray": true } })).await?;
    desktop.shows(&window).await?;
    window.close_by_hand().await
}

#[tokio::test]
async fn its_menu_ends_the_program() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let mut bus = Overheard::start().await?;
    let program = Program::start(profile.path(), &["--background"])?;
    bus.misses_a_desktop().await?;
    let desktop = Desktop::start().await?;
    desktop.says("Aucun message non lu").await?;
    desktop.choose("Quitter").await?;
    let (status, said) = program.ended().await?;
    ensure!(status.success(), "{status}, {said}");
    Ok(())
}
