//! Fills two empty homeservers with the demo's world: `fixtures/world/world.json`, played by real clients.
//! The two agents of the demo are Estafette itself, on the profiles that the windows open afterwards.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use estafette_core::{SystemKeyring, timeline::dto::TimelineItem};
use estafette_homeservers::{Homeservers, Side};
use estafette_tests::{
    agent::{Agent, Context, PATIENCE},
    desk::{Desk, List, messages},
    servers::PASSWORD,
    window::root,
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;
use serde_json::json;

/// Fills two homeservers with the demo's world.
#[derive(Parser)]
struct Arguments {
    /// The servers' `state.json`
    #[arg(long)]
    state: PathBuf,
    /// Where the two agents' profiles are to lie
    #[arg(long)]
    profiles: PathBuf,
}

#[derive(Deserialize)]
struct World {
    people: Vec<Person>,
    rooms: Vec<Room>,
}

#[derive(Deserialize)]
struct Person {
    id: String,
    server: Side,
    localpart: String,
    name: String,
    organisation: String,
}

#[derive(Deserialize)]
struct Room {
    name: Option<String>,
    topic: Option<String>,
    encrypted: bool,
    owner: String,
    members: Vec<String>,
    messages: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    key: String,
    day: i64,
    time: String,
    by: String,
    #[serde(default)]
    text: String,
    reply_to: Option<String>,
    thread: Option<String>,
    #[serde(default)]
    reactions: BTreeMap<String, Vec<String>>,
    picture: Option<String>,
    #[serde(default)]
    mentions: Vec<String>,
    #[serde(default)]
    unread_for: Vec<String>,
}

/// Somebody who plays.
enum Player {
    /// With another client.
    Other(Agent),
    /// With Estafette.
    Estafette(Box<Desk>),
}

/// Everybody and everything so far.
struct Stage {
    players: HashMap<String, Player>,
    user_ids: HashMap<String, OwnedUserId>,
    names: HashMap<String, String>,
    sent: HashMap<String, OwnedEventId>,
    /// The newest message of each room's main timeline: who speaks next has heard it, or the order would be
    /// another at each server.
    newest: HashMap<OwnedRoomId, OwnedEventId>,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let servers = Homeservers::attach(&arguments.state)?;
    let script = root().join("tests/fixtures/world");
    let world: World = serde_json::from_str(&std::fs::read_to_string(script.join("world.json"))?)?;

    let earliest = world.rooms.iter().flat_map(|room| &room.messages).map(|line| line.day).min().unwrap_or(0);
    servers.set_clock((earliest - 1) * DAY)?;
    let mut stage = Stage::enter(&servers, &world.people, &arguments.profiles).await?;
    let mut rooms = Vec::new();
    for room in &world.rooms {
        rooms.push(
            stage
                .furnish(&servers, room)
                .await
                .with_context(|| format!("the room {:?} of {}", room.name, room.owner))?,
        );
    }

    let midnight = midnight()?;
    let mut lines: Vec<(i64, usize, &Line)> = Vec::new();
    for (at, room) in world.rooms.iter().enumerate() {
        for line in &room.messages {
            lines.push((line.moment(midnight)?, at, line));
        }
    }
    lines.sort_by_key(|(moment, ..)| *moment);
    let lines = squeeze(lines)?;

    // Which rooms an agent has read up to a line and no further.
    let mut left_unread: HashMap<(usize, String), ()> = HashMap::new();
    for (count, (moment, at, line)) in lines.iter().enumerate() {
        servers.set_clock(moment - now()?)?;
        for reader in &line.unread_for {
            stage.read(reader, &rooms[*at]).await?;
            left_unread.insert((*at, reader.clone()), ());
        }
        stage.play(&rooms[*at], line, &script).await.with_context(|| format!("message {}", line.key))?;
        if count % 50 == 49 {
            println!("  {} of {} messages", count + 1, lines.len());
        }
    }
    for (at, room) in world.rooms.iter().enumerate() {
        for person in room.members.iter().chain([&room.owner]) {
            if matches!(stage.players[person], Player::Estafette(_)) && !left_unread.contains_key(&(at, person.clone()))
            {
                stage.read(person, &rooms[at]).await?;
            }
        }
    }
    servers.set_clock(0)?;
    for (_, player) in stage.players {
        if let Player::Estafette(desk) = player {
            desk.close().await;
        }
    }
    Ok(())
}

impl Stage {
    /// Registers everybody and signs them in.
    async fn enter(servers: &Homeservers, people: &[Person], profiles: &Path) -> Result<Self> {
        let mut stage = Self {
            players: HashMap::new(),
            user_ids: HashMap::new(),
            names: HashMap::new(),
            sent: HashMap::new(),
            newest: HashMap::new(),
        };
        let mut taken = Vec::new();
        for person in people {
            let name = format!("{} [{}]", person.name, person.organisation);
            let user_id = servers.register(person.server, &person.localpart, PASSWORD, Some(&name), false)?;
            // The first person of each server is the demo's agent there.
            let player = if taken.contains(&person.server) {
                Player::Other(
                    Agent::sign_in(servers.server(person.server), &servers.info().ca, &person.localpart, PASSWORD)
                        .await?,
                )
            } else {
                taken.push(person.server);
                let profile = profiles.join(person.server.key());
                let mut desk = Desk::open(&profile, Some(&servers.info().ca), Arc::new(SystemKeyring)).await?;
                desk.sign_in(&user_id, PASSWORD).await?;
                Player::Estafette(Box::new(desk))
            };
            stage.names.insert(person.id.clone(), person.name.clone());
            stage.players.insert(person.id.clone(), player);
            stage.user_ids.insert(person.id.clone(), UserId::parse(&user_id)?);
            println!("  {name}");
        }
        Ok(stage)
    }

    /// Makes a room and brings everybody in.
    async fn furnish(&self, servers: &Homeservers, room: &Room) -> Result<OwnedRoomId> {
        let guests: Vec<_> = room.members.iter().map(|id| self.user_ids[id].clone()).collect();
        let id = match &self.players[&room.owner] {
            Player::Other(owner) => {
                owner.create_room(room.name.as_deref(), room.topic.as_deref(), room.encrypted, &guests).await?
            }
            Player::Estafette(desk) => {
                let id = direct_message(servers, &self.user_ids[&room.owner], &guests)?;
                desk.room("the new room", |row| row.id == id.as_str()).await?;
                id
            }
        };
        for member in &room.members {
            match &self.players[member] {
                Player::Other(agent) => agent.join(&id).await?,
                Player::Estafette(desk) => desk.join(id.as_str()).await?,
            }
        }
        let all = room.members.len() + 1;
        for member in room.members.iter().chain([&room.owner]) {
            if let Player::Other(agent) = &self.players[member] {
                agent.wait_for_members(&id, all).await.with_context(|| format!("as {member} sees it"))?;
            }
        }
        Ok(id)
    }

    /// Says one line of the script.
    async fn play(&mut self, room: &RoomId, line: &Line, script: &Path) -> Result<()> {
        let of = |key: &Option<String>| key.as_ref().map(|key| self.sent[key].clone());
        let context = Context {
            reply_to: of(&line.reply_to),
            thread: of(&line.thread),
            mentions: line.mentions.iter().map(|id| self.user_ids[id].clone()).collect(),
        };
        let newest = self.newest.get(room);
        let event = match &self.players[&line.by] {
            Player::Other(agent) => {
                for heard in newest.into_iter().chain(&context.reply_to).chain(&context.thread) {
                    agent.see(room, heard).await?;
                }
                match &line.picture {
                    Some(name) => {
                        let picture = std::fs::read(script.join("pictures").join(name))?;
                        let caption = (!line.text.is_empty()).then_some(line.text.as_str());
                        agent.show(room, name, caption, picture, (1200, 800)).await?
                    }
                    None => agent.say(room, &self.with_pills(line), &context).await?,
                }
            }
            Player::Estafette(desk) => {
                let mut timeline = desk.timeline(room.as_str()).await?;
                for heard in newest.into_iter().chain(&context.reply_to) {
                    see(desk, room, &mut timeline, heard).await?;
                }
                let known: Vec<_> = own(&timeline);
                desk.app.send_text(room.as_str(), &line.text, context.reply_to.as_ref().map(|id| id.as_str())).await?;
                let sent = timeline
                    .message("the sent message", |message| {
                        message.own && message.message_id.starts_with('$') && !known.contains(&message.message_id)
                    })
                    .await?;
                OwnedEventId::try_from(sent.message_id)?
            }
        };
        for (key, people) in &line.reactions {
            for person in people {
                match &self.players[person] {
                    Player::Other(agent) => {
                        agent.see(room, &event).await?;
                        agent.react(room, &event, key).await?;
                    }
                    Player::Estafette(desk) => {
                        let mut timeline = desk.timeline(room.as_str()).await?;
                        see(desk, room, &mut timeline, &event).await?;
                        desk.app.toggle_reaction(room.as_str(), event.as_str(), key).await?;
                    }
                }
            }
        }
        if line.thread.is_none() {
            self.newest.insert(room.to_owned(), event.clone());
        }
        self.sent.insert(line.key.clone(), event);
        Ok(())
    }

    /// The text with the people it names as links, as other clients write them.
    fn with_pills(&self, line: &Line) -> String {
        line.mentions.iter().fold(line.text.clone(), |text, id| {
            let name = &self.names[id];
            text.replace(&format!("@{name}"), &format!("[{name}](https://matrix.to/#/{})", self.user_ids[id]))
        })
    }

    /// Lets an agent of the demo read all that has been said in a room.
    async fn read(&self, reader: &str, room: &RoomId) -> Result<()> {
        if let Player::Estafette(desk) = &self.players[reader] {
            let mut timeline = desk.timeline(room.as_str()).await?;
            if let Some(newest) = self.newest.get(room) {
                see(desk, room, &mut timeline, newest).await?;
            }
            desk.app.mark_read(room.as_str()).await?;
            desk.room("a room that is read", |row| row.id == room.as_str() && row.unread == 0).await?;
        }
        Ok(())
    }
}

/// Begins a direct message for an agent of the demo, who has no window yet to do it in: as another client would,
/// which then signs out.
fn direct_message(servers: &Homeservers, owner: &UserId, guests: &[OwnedUserId]) -> Result<OwnedRoomId> {
    let side = Side::BOTH.into_iter().find(|side| servers.server(*side).name == owner.server_name().as_str());
    let api = servers.api(side.context("an owner at neither server")?);
    let token = api.login(owner.localpart(), PASSWORD)?.access_token;
    let room = json!({
        "preset": "trusted_private_chat",
        "is_direct": true,
        "invite": guests,
        "initial_state": [{ "type": "m.room.encryption", "state_key": "", "content": { "algorithm": "m.megolm.v1.aes-sha2" } }],
    });
    let room = api.call("POST", "/_matrix/client/v3/createRoom", Some(&token), Some(&room))?;
    let room = room["room_id"].as_str().context("no room")?.to_owned();
    let path = format!("/_matrix/client/v3/user/{owner}/account_data/m.direct");
    let mut direct = api.call("GET", &path, Some(&token), None).unwrap_or_else(|_| json!({}));
    for guest in guests {
        let rooms = direct.get(guest.as_str()).and_then(|rooms| rooms.as_array().cloned()).unwrap_or_default();
        direct[guest.as_str()] = rooms.into_iter().chain([json!(room)]).collect();
    }
    api.call("PUT", &path, Some(&token), Some(&direct))?;
    api.call("POST", "/_matrix/client/v3/logout", Some(&token), Some(&json!({})))?;
    Ok(OwnedRoomId::try_from(room)?)
}

/// Waits until a message has arrived; looks further back, as a reader does, while it does not come.
async fn see(desk: &Desk, room: &RoomId, timeline: &mut List<TimelineItem>, event: &OwnedEventId) -> Result<()> {
    let known = |items: &Vec<TimelineItem>| messages(items).any(|message| message.message_id == event.as_str());
    let start = Instant::now();
    while tokio::time::timeout(Duration::from_secs(2), timeline.items.wait_for(known)).await.is_err() {
        ensure!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for a message to act on");
        desk.app.load_older(room.as_str(), 20).await?;
    }
    Ok(())
}

/// The user's own messages in a timeline.
fn own(timeline: &List<TimelineItem>) -> Vec<String> {
    let items = timeline.items.borrow();
    messages(&items).filter(|message| message.own).map(|message| message.message_id.clone()).collect()
}

impl Line {
    /// When it is said, in milliseconds since 1970.
    fn moment(&self, midnight: i64) -> Result<i64> {
        let (hours, minutes) = self.time.split_once(':').with_context(|| format!("{} is no time", self.time))?;
        Ok(midnight + self.day * DAY + (hours.parse::<i64>()? * 60 + minutes.parse::<i64>()?) * 60_000)
    }
}

/// Whatever the hour of the demo: what the script says later than now is spread over the time until now.
fn squeeze(mut lines: Vec<(i64, usize, &Line)>) -> Result<Vec<(i64, usize, &Line)>> {
    let latest = now()? - 60_000;
    let late = lines.iter().filter(|(moment, ..)| *moment > latest).count();
    let first_late = lines.len() - late;
    let from = first_late.checked_sub(1).map_or(latest - 3_600_000, |before| lines[before].0);
    let step = (latest - from) / (late as i64 + 1);
    for (count, (moment, ..)) in lines[first_late..].iter_mut().enumerate() {
        *moment = from + step * (count as i64 + 1);
    }
    Ok(lines)
}

fn now() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

/// The beginning of today, in UTC: the world need not be exact to the hour.
fn midnight() -> Result<i64> {
    let now = now()?;
    Ok(now - now.rem_euclid(DAY))
}
