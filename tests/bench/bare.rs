//! The same without any client: what the server alone takes, asked by plain requests.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use estafette_homeservers::{Api, Homeservers, Side};
use estafette_tests::servers::PASSWORD;
use serde_json::{Value, json};

use crate::send::TYPED;

/// Simplified sliding sync (MSC4186), as servers name it.
const SYNC: &str = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";

/// How many more rooms a list asks for each time until it has all, as the SDK's does.
const STEP: usize = 100;

/// What the SDK asks for a list of so many rooms.
fn as_the_sdk(rooms: usize) -> Value {
    json!({
        "conn_id": "room-list",
        "lists": { "all_rooms": {
            "ranges": [[0, rooms - 1]],
            "timeline_limit": 1,
            "required_state": [
                ["m.room.name", ""], ["m.room.encryption", ""], ["m.room.member", "$LAZY"], ["m.room.member", "$ME"],
                ["m.room.topic", ""], ["m.room.avatar", ""], ["m.room.canonical_alias", ""],
                ["m.room.power_levels", ""], ["org.matrix.msc3401.call.member", "*"], ["m.room.join_rules", ""],
                ["m.room.tombstone", ""], ["m.room.create", ""], ["m.room.history_visibility", ""],
                ["m.space.parent", "*"], ["m.space.child", "*"],
            ],
        } },
        "extensions": {
            "account_data": { "enabled": true }, "receipts": { "enabled": true }, "typing": { "enabled": true },
        },
    })
}

/// An account that asks by itself.
pub(crate) struct Bare {
    api: Api,
    token: String,
}

impl Bare {
    pub(crate) fn sign_in(servers: &Homeservers, localpart: &str) -> Result<Self> {
        let api = servers.api(Side::French).clone();
        let token = api.login(localpart, PASSWORD)?.access_token;
        Ok(Self { api, token })
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        self.api.call(method, path, Some(&self.token), body)
    }

    /// So many pages of a room's messages, one after the other, newest first: in milliseconds.
    pub(crate) fn pages(&self, room: &str, pages: usize, each: usize) -> Result<f64> {
        let start = Instant::now();
        let mut from = String::new();
        for _ in 0..pages {
            let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit={each}{from}");
            let page = self.call("GET", &path, None)?;
            from = page["end"].as_str().map(|end| format!("&from={end}")).unwrap_or_default();
        }
        Ok(milliseconds(start))
    }

    /// The first answer of the synchronisation, for the rooms at the top of the list, as the SDK asks for it.
    pub(crate) fn first_sync(&self) -> Result<()> {
        self.call("POST", &format!("{SYNC}?timeout=0"), Some(&as_the_sdk(20))).map(drop)
    }

    /// Waits as a client with all its rooms does: what comes is taken, and the next is waited for, until `stop`. Says
    /// once it has all.
    pub(crate) fn wait_with_all(&self, rooms: usize, has_all: &AtomicBool, stop: &AtomicBool) -> Result<()> {
        let mut position = String::new();
        let mut known = 0;
        while !stop.load(Ordering::Relaxed) {
            known = rooms.min(known + STEP);
            let timeout = if known < rooms { 0 } else { 2_000 };
            let path = format!("{SYNC}?timeout={timeout}{position}");
            let answer = self.call("POST", &path, Some(&as_the_sdk(known)))?;
            position = format!("&pos={}", answer["pos"].as_str().context("no position")?);
            has_all.store(known == rooms, Ordering::Relaxed);
        }
        Ok(())
    }

    /// A message from one account to another that waits for it: in milliseconds, by turns. The other waits for this
    /// room alone, or as a client does with so many rooms.
    pub(crate) fn to_observer(
        &self,
        observer: &Self,
        room: &str,
        rooms: Option<usize>,
        count: usize,
    ) -> Result<Vec<f64>> {
        let mut body = rooms.map_or_else(|| json!({ "conn_id": "bare" }), as_the_sdk);
        body["room_subscriptions"] = json!({ room: { "timeline_limit": 20, "required_state": [] } });
        let first = observer.call("POST", &format!("{SYNC}?timeout=0"), Some(&body))?;
        let mut position = first["pos"].as_str().context("no position")?.to_owned();
        let mut taken = Vec::new();
        for number in 0..count {
            let text = format!("Sans client {number}, {}", fastrand::u32(..));
            let mut since = position.clone();
            let (time, next) = thread::scope(|scope| -> Result<(f64, String)> {
                let waiting = scope.spawn(|| -> Result<(Instant, String)> {
                    loop {
                        let path = format!("{SYNC}?timeout=20000&pos={since}");
                        let answer = observer.call("POST", &path, Some(&body))?;
                        let now = Instant::now();
                        since = answer["pos"].as_str().context("no position")?.to_owned();
                        if answer["rooms"][room]["timeline"].to_string().contains(&text) {
                            return Ok((now, since.clone()));
                        }
                    }
                });
                // The other one is waiting by then, and the server has told everybody of the message before.
                thread::sleep(if rooms.is_some() { TYPED } else { Duration::from_millis(150) });
                let start = Instant::now();
                self.say(room, &text)?;
                let (heard, next) = waiting.join().ok().context("the observer has failed")??;
                Ok((heard.saturating_duration_since(start).as_secs_f64() * 1000.0, next))
            })?;
            taken.push(time);
            position = next;
        }
        Ok(taken)
    }

    /// Says something in a room.
    pub(crate) fn say(&self, room: &str, text: &str) -> Result<()> {
        let transaction = fastrand::u64(..);
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/bench{transaction}");
        self.call("PUT", &path, Some(&json!({ "msgtype": "m.text", "body": text }))).map(drop)
    }

    /// Takes the device away that signing in has made.
    pub(crate) fn sign_out(self) -> Result<()> {
        self.call("POST", "/_matrix/client/v3/logout", None).map(drop)
    }
}

pub(crate) fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
