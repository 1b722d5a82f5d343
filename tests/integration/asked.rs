//! What the homeserver of an account asks for in its `.well-known` file: it tightens, it never loosens, and neither
//! nonsense nor silence changes it.

use std::{
    fs,
    sync::{Arc, OnceLock},
};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    ErrorCode,
    policy::{
        Source,
        dto::{PolicyEntry, PolicyState},
    },
    settings::{NotificationContent, SettingsPatch},
    stream::Subscription,
};
use estafette_homeservers::{Homeservers, Server, Side, target_directory, token};
use estafette_tests::{
    agent::{Agent, eventually},
    desk::{Desk, MemoryKeyring, until},
    gateway::{Fault, Gateway},
    rich::plain,
    servers::PASSWORD,
};
use matrix_sdk::{
    deserialized_responses::{TimelineEventKind, UnableToDecryptReason, WithheldCode},
    ruma::{OwnedEventId, OwnedRoomId, OwnedUserId},
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

/// Where it stands.
const FILE: &str = "GET /.well-known/matrix/client";

/// A pair of servers of its own, since what a server asks for concerns everybody there. The French one says itself what
/// it asks for; the German one has no such file, and the gateway before it says what there is to say.
fn pair() -> &'static Homeservers {
    static PAIR: OnceLock<Homeservers> = OnceLock::new();
    PAIR.get_or_init(|| {
        let begun = Homeservers::start(target_directory().join("homeservers-that-ask"));
        let pair = begun.expect("homeservers");
        let none = Map::from_iter([("public_baseurl".to_owned(), Value::Null)]);
        pair.reconfigure(Side::German, &none).expect("a homeserver without a .well-known file");
        pair
    })
}

/// Has the French server ask for something, with Synapse's own setting for such files.
fn asks(block: Value) -> Result<()> {
    let content = json!({ "eu.estafette.policy": block });
    pair().reconfigure(Side::French, &Map::from_iter([("extra_well_known_client_content".to_owned(), content)]))
}

/// Somebody at Estafette, and somebody with another client whom they have not verified.
struct People {
    side: Side,
    writer: String,
    reader: Agent,
    profile: TempDir,
    keyring: Arc<MemoryKeyring>,
}

impl People {
    async fn at(side: Side) -> Result<Self> {
        let register = |name: &str| -> Result<String> {
            let name = format!("{name}-{}", token(5)?.to_lowercase());
            pair().register(side, &name, PASSWORD, None, false)?;
            Ok(name)
        };
        let (writer, reader) = (register("camille")?, register("nadia")?);
        let reader = Agent::sign_in(pair().server(side), &pair().info().ca, &reader, PASSWORD).await?;
        Ok(Self { side, writer, reader, profile: tempfile::tempdir()?, keyring: Arc::new(MemoryKeyring::default()) })
    }

    fn server(&self) -> &'static Server {
        pair().server(self.side)
    }

    fn user_id(&self) -> String {
        format!("@{}:{}", self.writer, self.server().name)
    }

    /// Opens the profile where nothing is decided but whom one trusts, and this.
    async fn open(&self, policy: &Value) -> Result<Opened> {
        let mut all = json!({ "network": { "rootCertificates": [pair().info().ca] } });
        if let (Value::Object(all), Value::Object(policy)) = (&mut all, policy) {
            all.extend(policy.clone());
        }
        let desk = Desk::obeying(&all, self.profile.path(), self.keyring.clone()).await?;
        let (sender, policy) = watch::channel(PolicyState::default());
        let watching = desk.app.watch_policy(Box::new(move |state| sender.send(state).is_ok())).await?;
        Ok(Opened { desk, policy, _watching: watching })
    }

    /// An encrypted room of both.
    async fn room(&self, desk: &Desk) -> Result<OwnedRoomId> {
        let writer = OwnedUserId::try_from(self.user_id())?;
        let room = self.reader.create_room(Some("Consignes"), None, true, &[writer]).await?;
        desk.join(room.as_str()).await?;
        self.reader.wait_for_members(&room, 2).await?;
        Ok(room)
    }

    /// Sends something, and says whether its key was kept from the other client.
    async fn is_withheld(&self, desk: &Desk, room: &OwnedRoomId, text: &str) -> Result<bool> {
        let mut timeline = desk.timeline(room.as_str()).await?;
        desk.app.send_text(room.as_str(), text, None).await?;
        let sent = timeline.message(text, |m| plain(m) == text && m.message_id.starts_with('$')).await?;
        let event: OwnedEventId = sent.message_id.as_str().try_into()?;
        eventually("the message or why it cannot be read", || async {
            match self.reader.client.get_room(room)?.event(&event, None).await.ok()?.kind {
                TimelineEventKind::Decrypted(_) => Some(false),
                TimelineEventKind::UnableToDecrypt { utd_info, .. } => match utd_info.reason {
                    UnableToDecryptReason::MissingMegolmSession { withheld_code: Some(WithheldCode::Unverified) } => {
                        Some(true)
                    }
                    _ => None,
                },
                TimelineEventKind::PlainText { .. } => None,
            }
        })
        .await
    }
}

/// A profile that is open, and what the window knows of the policy.
struct Opened {
    desk: Desk,
    policy: watch::Receiver<PolicyState>,
    _watching: Subscription,
}

impl Opened {
    /// Waits until these, and no others, hold because the homeserver asks for them.
    async fn obeys(&mut self, asked: &[(&str, &str)]) -> Result<Vec<PolicyEntry>> {
        let all = |state: &PolicyState| -> Vec<(String, String)> {
            let entries = state.entries.iter().filter(|entry| entry.source == Source::Server && !entry.withdrawn);
            entries.map(|entry| (entry.key.clone(), entry.values.join(" "))).collect()
        };
        let asked: Vec<_> = asked.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let state = until(&mut self.policy, &format!("{asked:?}"), |state| all(state) == asked).await?;
        Ok(state.entries.into_iter().filter(|entry| entry.source == Source::Server).collect())
    }

    fn entry(&self, key: &str) -> Option<PolicyEntry> {
        self.policy.borrow().entries.iter().find(|entry| entry.key == key).cloned()
    }
}

#[tokio::test]
async fn what_synapse_asks_for_is_obeyed_also_where_it_is_silent_and_slips_change_nothing() -> Result<()> {
    let people = People::at(Side::French).await?;
    let mut opened = people.open(&json!({})).await?;
    opened.desk.sign_in(&people.user_id(), PASSWORD).await?;
    let room = people.room(&opened.desk).await?;
    ensure!(!people.is_withheld(&opened.desk, &room, "Avant").await?, "withheld though nobody asks for it");
    opened.obeys(&[]).await?;
    opened.desk.close().await;

    asks(json!({
        "encryption": { "recipients": "verified" },
        "notifications": { "content": "sender" },
        "messages": { "images": false, "receipts": false },
        "interface": { "theme": "dark" },
        "network": { "proxyMode": "manual", "proxy": "http://127.0.0.1:9" },
    }))?;
    let asked =
        [("encryption.recipients", "verified"), ("notifications.content", "sender"), ("messages.images", "false")];
    let mut opened = people.open(&json!({})).await?;
    let entries = opened.obeys(&asked).await?;
    let file = format!("{}/.well-known/matrix/client", people.server().base_url);
    for entry in entries {
        ensure!(entry.place.as_deref() == Some(&file), "{entry:?}");
        // Keys go to whom they went when it started.
        ensure!(entry.pending == (entry.key == "encryption.recipients"), "{entry:?}");
    }
    let full = SettingsPatch { notifications: Some(NotificationContent::Full), ..SettingsPatch::default() };
    let refused = opened.desk.app.change_settings(&full).await.map(drop).err().context("a looser choice")?;
    ensure!(refused.code == ErrorCode::Managed, "{refused:?}");
    opened.desk.close().await;

    // It holds from the start, before the server says anything.
    pair().stop_one(Side::French)?;
    let mut opened = people.open(&json!({})).await?;
    opened.desk.ready().await?;
    let entries = opened.obeys(&asked).await?;
    ensure!(entries.iter().all(|entry| !entry.pending), "{entries:?}");
    // With the next answer one key makes sense and becomes stricter; the others make none and stay as they are.
    asks(json!({
        "encryption": { "recipients": "everybody" },
        "notifications": { "content": "nothing" },
        "messages": ["images"],
    }))?;
    let asked =
        [("encryption.recipients", "verified"), ("notifications.content", "nothing"), ("messages.images", "false")];
    opened.obeys(&asked).await?;
    ensure!(people.is_withheld(&opened.desk, &room, "Après").await?, "somebody reads it whom nobody has verified");
    opened.desk.close().await;

    // Who signs in for the first time obeys it from the beginning.
    let people = People::at(Side::French).await?;
    asks(json!({ "encryption": { "recipients": "verified" } }))?;
    let mut opened = people.open(&json!({})).await?;
    opened.desk.sign_in(&people.user_id(), PASSWORD).await?;
    let entries = opened.obeys(&[("encryption.recipients", "verified")]).await?;
    ensure!(entries.iter().all(|entry| !entry.pending), "{entries:?}");
    let room = people.room(&opened.desk).await?;
    ensure!(people.is_withheld(&opened.desk, &room, "D'emblée").await?, "the first message is read");
    opened.desk.close().await;
    Ok(())
}

/// Signs in behind a gateway that says this in the homeserver's place.
async fn behind_a_gateway(people: &People, policy: &Value, says: &Value) -> Result<(Opened, Gateway)> {
    let gateway = Gateway::open(people.server(), &fs::read(&pair().info().ca)?).await?;
    say(&gateway, says.to_string());
    let mut opened = people.open(policy).await?;
    opened.desk.sign_in_as(&gateway.url, Some(&people.writer), PASSWORD).await?;
    Ok((opened, gateway))
}

/// From now on the gateway answers so; tests are few, and so is what is never freed.
fn say(gateway: &Gateway, file: String) {
    gateway.behave();
    gateway.misbehave(FILE, Fault::Says(file.leak()), usize::MAX);
}

#[tokio::test]
async fn a_homeserver_loosens_nothing_that_the_administration_has_decided() -> Result<()> {
    let people = People::at(Side::German).await?;
    let policy = json!({
        "encryption": { "recipients": "verified" },
        "notifications": { "content": "nothing" },
        "messages": { "images": true },
    });
    let loose = json!({ "eu.estafette.policy": {
        "encryption": { "recipients": "signed" },
        "notifications": { "content": "full" },
        "messages": { "images": false },
        "servers": { "allowed": [] },
    } });
    let (mut opened, gateway) = behind_a_gateway(&people, &policy, &loose).await?;
    let room = people.room(&opened.desk).await?;
    for round in 0..2 {
        // What is stricter counts, and the server keeps its own people.
        opened.obeys(&[("servers.allowed", &people.server().name), ("messages.images", "false")]).await?;
        for (key, value) in [("encryption.recipients", "verified"), ("notifications.content", "nothing")] {
            let entry = opened.entry(key).with_context(|| key.to_owned())?;
            ensure!(entry.source == Source::Machine && entry.values == [value] && !entry.pending, "{entry:?}");
        }
        let text = format!("Tour {round}");
        ensure!(people.is_withheld(&opened.desk, &room, &text).await?, "{text}: the server has loosened something");
        opened.desk.close().await;
        say(&gateway, loose.to_string());
        opened = people.open(&policy).await?;
        opened.desk.ready().await?;
        eventually("a question", || async { (gateway.met() > 0).then_some(()) }).await?;
    }
    opened.desk.close().await;
    Ok(())
}

#[tokio::test]
async fn neither_nonsense_nor_silence_takes_back_what_a_homeserver_asked_for() -> Result<()> {
    let people = People::at(Side::German).await?;
    let block = json!({ "encryption": { "recipients": "verified" }, "messages": { "images": false } });
    let asked = [("encryption.recipients", "verified"), ("messages.images", "false")];
    let file = json!({ "eu.estafette.policy": block });
    let (mut opened, gateway) = behind_a_gateway(&people, &json!({}), &file).await?;
    opened.obeys(&asked).await?;
    let room = people.room(&opened.desk).await?;
    opened.desk.close().await;

    let huge = json!({ "eu.estafette.policy": {}, "x": "x".repeat(400_000) }).to_string();
    let says = |file: &str| Fault::Says(file.to_owned().leak());
    let answers = [
        says(r#"{"eu.estafette.policy": "nothing"}"#),
        says(r#"{"eu.estafette.policy": null}"#),
        says(r#"{"eu.estafette.policy": {"#),
        says("[]"),
        says(&huge),
        Fault::Foreign,
        Fault::BadGateway,
        Fault::Closed,
    ];
    for (round, answer) in answers.into_iter().enumerate() {
        let what: String = format!("{answer:?}").chars().take(60).collect();
        gateway.behave();
        gateway.misbehave(FILE, answer, usize::MAX);
        let mut opened = people.open(&json!({})).await?;
        opened.desk.ready().await?;
        eventually("a question", || async { (gateway.met() > 0).then_some(()) }).await?;
        // By the time that the message is there, the answer has been taken as well.
        let withheld =
            people.is_withheld(&opened.desk, &room, &format!("Tour {round}")).await.with_context(|| what.clone())?;
        ensure!(withheld, "{what}: the server's word is forgotten");
        opened.obeys(&asked).await.with_context(|| what.clone())?;
        opened.desk.close().await;
    }

    // Without the file it asks for nothing any more, and from the next start on keys go to others again.
    gateway.behave();
    let mut opened = people.open(&json!({})).await?;
    let withdrawn =
        |state: &PolicyState| state.entries.iter().any(|it| it.key == "encryption.recipients" && it.withdrawn);
    until(&mut opened.policy, "the end of it", withdrawn).await?;
    opened.obeys(&[]).await?;
    opened.desk.close().await;
    let mut opened = people.open(&json!({})).await?;
    opened.desk.ready().await?;
    ensure!(!people.is_withheld(&opened.desk, &room, "Fin").await?, "what nobody asks for is still obeyed");
    opened.desk.close().await;
    Ok(())
}
