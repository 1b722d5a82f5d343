//! The tray, on a desktop that a test plays: what it says, and the window that comes back from it.

use std::collections::HashMap;

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
    proxy::CacheProperties,
    zvariant::{OwnedValue, Value as Variant},
};

use crate::{
    instances::{Program, windows},
    people::Pair,
    screens::LIST,
};

/// The part of a desktop that shows icons.
struct Desktop {
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

type Picture = Vec<(i32, i32, Vec<u8>)>;

impl Desktop {
    async fn start() -> Result<Self> {
        let (sender, item) = watch::channel(None);
        let bus = zbus::connection::Builder::session()?
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

async fn close_by_hand() -> Result<()> {
    let status = std::process::Command::new("xdotool").args(["key", "--clearmodifiers", "alt+F4"]).status()?;
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
    ensure!(invoke(&window, "app_info", json!({})).await?["tray"] == true, "the page knows no tray");

    close_by_hand().await?;
    is_seen(&pair, false).await?;
    desktop.icon().await?.call::<_, _, ()>("Activate", &(0, 0)).await?;
    is_seen(&pair, true).await?;
    close_by_hand().await?;
    is_seen(&pair, false).await?;
    desktop.choose("Öffnen").await?;
    is_seen(&pair, true).await?;

    // Without the icon nothing could bring the window back: it closes for good.
    drop(desktop.bus.close().await);
    let gone = async || (invoke(&window, "app_info", json!({})).await.ok()?["tray"] == false).then_some(());
    window.wait_for("no tray", gone).await?;
    window.close_by_hand().await
}

#[tokio::test]
async fn its_menu_ends_the_program() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let program = Program::start(profile.path(), &["--background"])?;
    // It waits for a desktop that comes later.
    let desktop = Desktop::start().await?;
    desktop.says("Aucun message non lu").await?;
    desktop.choose("Quitter").await?;
    let (status, said) = program.ended().await?;
    ensure!(status.success(), "{status}, {said}");
    Ok(())
}
