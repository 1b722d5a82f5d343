//! The tray, on a desktop that a test plays: what it says, and the window that comes back from it.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::eventually,
    window::{Window, runs_on},
};
use serde_json::{Value, json};
use tokio::sync::watch;
use zbus::{
    Connection, Proxy,
    connection::Builder,
    fdo::DBusProxy,
    proxy::CacheProperties,
    zvariant::{OwnedValue, Value as Variant},
};

use crate::{
    instances::{Program, hands_over, is_in_front, windows},
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

/// A session's bus that ends with this value, and before the session does.
struct Bus {
    address: String,
    daemon: Child,
}

impl Bus {
    fn start() -> Result<Self> {
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--session", "--nofork", "--print-address=1"]).stdout(Stdio::piped());
        let mut daemon = daemon.spawn().context("dbus-daemon does not start")?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().context("its address")?).read_line(&mut address)?;
        Ok(Self { address: address.trim().to_owned(), daemon })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
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

    async fn choose(&self, label: &str) -> Result<()> {
        let entries = self.menu().await?;
        let (id, _) = entries.iter().find(|entry| entry.1 == label).with_context(|| format!("{entries:?}"))?;
        let menu = self.proxy("/MenuBar", "com.canonical.dbusmenu").await?;
        Ok(menu.call("Event", &(*id, "clicked", Variant::from(0_i32), 0_u32)).await?)
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

    // Without the icon nothing could bring the window back: it comes by itself, and closes for good.
    close_by_hand(&pair).await?;
    is_seen(&pair, false).await?;
    drop(desktop.bus.close().await);
    is_seen(&pair, true).await?;
    let gone = async || (invoke(&window, "app_info", json!({})).await.ok()?["tray"] == false).then_some(());
    window.wait_for("no tray", gone).await?;
    window.close_by_hand().await
}

#[tokio::test]
async fn with_the_session_s_bus_the_program_ends_in_order() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let bus = Bus::start()?;
    let desktop = Desktop::start_on(Builder::address(&*bus.address)?).await?;
    let program = Program::start_with(profile.path(), &[], &[("DBUS_SESSION_BUS_ADDRESS", &bus.address)])?;
    desktop.says("Aucun message non lu").await?;
    program.is_seen(true).await?;
    drop(bus);
    let (status, said) = program.ended().await?;
    ensure!(status.success(), "{status}, {said}");
    // The tray's library panics at that.
    ensure!(!profile.path().join("crash.json").exists(), "the end of a session is told as a defect");
    Ok(())
}

#[tokio::test]
async fn it_takes_no_window_that_a_second_start_could_not_bring_back() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    std::fs::create_dir(pair.profile.path().join("instance"))?;
    let desktop = Desktop::start().await?;
    let window = pair.open().await?;
    desktop.says("Aucun message non lu").await?;
    invoke(&window, "change_settings", json!({ "patch": { "closeToTray": true } })).await?;
    is_in_front(&runs_on(pair.profile.path())).await?;
    window.close_by_hand().await
}

#[tokio::test]
async fn its_menu_ends_the_program() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let program = Program::start(profile.path(), &["--background"])?;
    // It waits for a desktop that comes later: its icon has a name, and has found no place.
    let bus = DBusProxy::new(&Connection::session().await?).await?;
    let named = || async {
        let names = bus.list_names().await.ok()?;
        names.iter().any(|name| name.starts_with("org.kde.StatusNotifierItem-")).then_some(())
    };
    eventually("the icon's name", named).await?;
    hands_over(profile.path(), &["--background"]).await?;
    let desktop = Desktop::start().await?;
    desktop.says("Aucun message non lu").await?;
    desktop.choose("Quitter").await?;
    let (status, said) = program.ended().await?;
    ensure!(status.success(), "{status}, {said}");
    Ok(())
}
