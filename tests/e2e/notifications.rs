//! What the desktop tells, by a notification daemon of Debian: dunst, and what its history holds.

use std::{
    cell::Cell,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Context, eventually},
    desk::Desk,
    servers::{PASSWORD, ca},
    window::Window,
};
use fantoccini::key::Key;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};
use serde_json::{Value, json};

use crate::{
    people::Pair,
    screens::{self, LIST},
};

/// Nothing leaves by itself, and all is remembered.
const SETTINGS: &str = "[global]\nhistory_length = 100\nidle_threshold = 0\n[urgency_low]\ntimeout = 0\n\
                        [urgency_normal]\ntimeout = 0\n";

/// The daemon of this session.
struct Dunst {
    program: Child,
    /// How much of its history has been read.
    read: Cell<usize>,
}

impl Dunst {
    async fn start(folder: &Path) -> Result<Self> {
        let settings = folder.join("dunstrc");
        fs::write(&settings, SETTINGS)?;
        // One that the session started by itself has settings of its own.
        let _ = Command::new("pkill").args(["-x", "dunst"]).status();
        let program = Command::new("dunst")
            .arg("-conf")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("dunst does not start")?;
        let dunst = Self { program, read: Cell::new(0) };
        eventually("dunst", || async { ask(&["count"]).ok() }).await?;
        Ok(dunst)
    }

    /// Waits until so many are on the screen.
    async fn shows(&self, count: usize) -> Result<()> {
        let shown = || ask(&["count", "displayed"]).ok()?.trim().parse::<usize>().ok();
        eventually(&format!("{count} on the screen"), || async { (shown()? == count).then_some(()) }).await
    }

    /// Takes those on the screen away as a hand does, and gives title and text of each, the newest last. The text as it
    /// came to dunst: it is markup there.
    async fn told(&self) -> Result<Vec<(String, String)>> {
        ask(&["close-all"])?;
        self.shows(0).await?;
        let history: Value = serde_json::from_str(&ask(&["history"])?)?;
        let text = |told: &Value, name: &str| told[name]["data"].as_str().unwrap_or_default().to_owned();
        let all = history["data"][0].as_array().context("a history")?;
        let new = all.len() - self.read.replace(all.len());
        // The newest comes first.
        Ok(all[..new].iter().rev().map(|told| (text(told, "summary"), text(told, "body"))).collect())
    }
}

impl Drop for Dunst {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn ask(arguments: &[&str]) -> Result<String> {
    let answer = Command::new("dunstctl").args(arguments).output().context("dunstctl")?;
    ensure!(answer.status.success(), "dunstctl: {}", String::from_utf8_lossy(&answer.stderr));
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// A window with three rooms, none of them open.
struct Scene {
    pair: Pair,
    window: Window,
    dunst: Dunst,
    me: OwnedUserId,
    group: OwnedRoomId,
    direct: OwnedRoomId,
    muted: OwnedRoomId,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new(mine: Side) -> Result<Self> {
        let pair = Pair::new(mine).await?;
        let me = OwnedUserId::try_from(pair.me.user_id.as_str())?;
        let guests = std::slice::from_ref(&me);
        let group = pair.other.create_room(Some("Passerelle"), None, true, guests).await?;
        let direct = pair.other.create_room(None, None, true, guests).await?;
        let muted = pair.other.create_room(Some("Cantine"), None, true, guests).await?;
        let keyring = std::sync::Arc::new(estafette_core::SystemKeyring);
        let mut desk = Desk::open(pair.profile.path(), Some(&ca()), keyring).await?;
        desk.sign_in(&pair.me.user_id, PASSWORD).await?;
        for room in [&group, &direct, &muted] {
            desk.join(room.as_str()).await?;
            pair.other.wait_for_members(room, 2).await?;
        }
        pair.me.mute(&muted)?;
        desk.close().await;
        let folder = tempfile::tempdir()?;
        let dunst = Dunst::start(folder.path()).await?;
        let window = pair.open().await?;
        window.find(LIST).await?;
        window.painted("[data-room-id]", "Passerelle").await?;
        Ok(Self { pair, window, dunst, me, group, direct, muted, _folder: folder })
    }

    /// A message in the muted room, a mention in the group, and a direct message; what the desktop then tells.
    async fn hear(&self) -> Result<[(String, String); 2]> {
        let other = &self.pair.other;
        other.say(&self.muted, "Le menu du jour", &Context::default()).await?;
        let named = Context { mentions: vec![self.me.clone()], ..Context::default() };
        other.say(&self.group, "Le **plan** de coupe", &named).await?;
        self.dunst.shows(1).await?;
        other.say(&self.direct, "1 < 2 & 3", &Context::default()).await?;
        self.dunst.shows(2).await?;
        // The muted room's message came before theirs.
        self.window.painted(&format!("[data-room-id='{}']", self.muted), "Le menu du jour").await?;
        let told = self.dunst.told().await?;
        <[_; 2]>::try_from(told).map_err(|told| anyhow::anyhow!("the desktop tells {told:?}"))
    }

    async fn level(&self, level: &str) -> Result<()> {
        let script = "const [level, done] = arguments;
             window.__TAURI_INTERNALS__.invoke('change_settings', { patch: { notifications: level } })
               .then(() => done(null), (error) => done(JSON.stringify(error)));";
        let refused = self.window.page.execute_async(script, vec![json!(level)]).await?;
        ensure!(refused.is_null(), "the level {level}: {refused}");
        Ok(())
    }
}

async fn tells_as_much_as_wanted(mine: Side, words: [[(&str, &str); 2]; 3]) -> Result<()> {
    let scene = Scene::new(mine).await?;
    // The one in the middle is there from the beginning.
    for (level, expected) in [None, Some("full"), Some("nothing")].into_iter().zip(words) {
        if let Some(level) = level {
            scene.level(level).await?;
        }
        let told = scene.hear().await?;
        let told = told.each_ref().map(|(title, body)| (title.as_str(), body.as_str()));
        ensure!(told == expected, "{level:?}: the desktop tells {told:?}");
    }

    // Read on another device: it goes. Clicked: its room opens.
    let event = scene.pair.other.say(&scene.direct, "Noch da?", &Context::default()).await?;
    scene.dunst.shows(1).await?;
    scene.pair.me.read_elsewhere(&scene.direct, &event)?;
    scene.dunst.shows(0).await?;
    scene.pair.other.say(&scene.group, "Le plan", &Context::default()).await?;
    scene.dunst.shows(1).await?;
    ask(&["action", "0"])?;
    scene.window.painted("header h2", "Passerelle").await?;
    scene.dunst.shows(0).await?;

    // Before one's eyes: nothing. Elsewhere in the window: it is told.
    screens::open_room(&scene.window, "Passerelle").await?;
    scene.window.press(Key::Escape).await?;
    scene.pair.hear(&scene.window, &scene.group, &Context::default()).await?;
    scene.pair.other.say(&scene.direct, "Und?", &Context::default()).await?;
    scene.dunst.shows(1).await?;
    scene.window.close().await
}

#[tokio::test]
async fn in_french() -> Result<()> {
    let mention = "Mention de Jonas Weber · Passerelle";
    tells_as_much_as_wanted(
        Side::French,
        [
            [(mention, "Nouveau message"), ("Jonas Weber", "Nouveau message")],
            [(mention, "Le plan de coupe"), ("Jonas Weber", "1 &lt; 2 &amp; 3")],
            [("Estafette", "3 nouveaux messages"), ("Estafette", "3 nouveaux messages")],
        ],
    )
    .await
}

#[tokio::test]
async fn in_german() -> Result<()> {
    let mention = "Erwähnung von Nadia Benali · Passerelle";
    tells_as_much_as_wanted(
        Side::German,
        [
            [(mention, "Neue Nachricht"), ("Nadia Benali", "Neue Nachricht")],
            [(mention, "Le plan de coupe"), ("Nadia Benali", "1 &lt; 2 &amp; 3")],
            [("Estafette", "3 neue Nachrichten"), ("Estafette", "3 neue Nachrichten")],
        ],
    )
    .await
}
