//! Two servers, a person on each: they meet, and a network that fails comes back.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops at what it did not expect, and says times")]

use std::{
    path::Path,
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use estafette_homeservers::{Api, ApiError, Condition, Homeservers, Session, Side, token};
use serde_json::{Value, json};

/// One pair for all tests of this file. Its supervisor ends it with this process.
fn homeservers() -> &'static Homeservers {
    static PAIR: OnceLock<Homeservers> = OnceLock::new();
    PAIR.get_or_init(|| Homeservers::start(Path::new(env!("CARGO_TARGET_TMPDIR")).join("federation")).unwrap())
}

/// Someone new, signed in.
struct Person<'a> {
    api: &'a Api,
    session: Session,
}

impl<'a> Person<'a> {
    fn new(homeservers: &'a Homeservers, side: Side) -> Result<Self> {
        let (localpart, password) = (format!("someone-{}", token(10)?), token(16)?);
        let user_id = homeservers.register(side, &localpart, &password, None, false)?;
        let api = homeservers.api(side);
        let session = api.login(&localpart, &password)?;
        assert_eq!(session.user_id, user_id);
        Ok(Self { api, session })
    }

    fn call(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        let body = (method != "GET").then_some(&body);
        self.api.call(method, &format!("/_matrix/client/v3{path}"), Some(&self.session.access_token), body)
    }

    fn invite_to_a_new_room(&self, other: &Person<'_>) -> Result<String> {
        let room =
            self.call("POST", "/createRoom", json!({ "preset": "private_chat", "invite": [other.session.user_id] }))?;
        Ok(room["room_id"].as_str().context("no room_id")?.to_owned())
    }

    fn join(&self, room: &str, by: &Session) -> Result<()> {
        let (_, server) = by.user_id.split_once(':').context("no server name")?;
        self.call("POST", &format!("/join/{}?server_name={}", escaped(room), escaped(server)), json!({})).map(drop)
    }

    fn send(&self, room: &str, text: &str) -> Result<()> {
        let path = format!("/rooms/{}/send/m.room.message/{}", escaped(room), token(12)?);
        self.call("PUT", &path, json!({ "msgtype": "m.text", "body": text })).map(drop)
    }

    /// Waits until a text is among the newest of a room.
    fn reads(&self, room: &str, text: &str) -> Result<Duration> {
        let path = format!("/rooms/{}/messages?dir=b&limit=30", escaped(room));
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            let messages = self.call("GET", &path, Value::Null)?;
            let found = |event: &Value| event["content"]["body"].as_str() == Some(text);
            if messages["chunk"].as_array().is_some_and(|events| events.iter().any(found)) {
                return Ok(start.elapsed());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{text:?} did not arrive within a minute")
    }
}

fn escaped(id: &str) -> String {
    id.replace('!', "%21").replace(':', "%3A").replace('#', "%23")
}

/// Tests that cut a server and tests that need it take turns.
fn turn() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn people_of_two_servers_meet() -> Result<()> {
    let _turn = turn();
    let homeservers = homeservers();
    let french = Person::new(homeservers, Side::French)?;
    let german = Person::new(homeservers, Side::German)?;
    let room = french.invite_to_a_new_room(&german)?;
    german.join(&room, &french.session)?;
    french.send(&room, "Bonjour de Paris")?;
    let there = german.reads(&room, "Bonjour de Paris")?;
    german.send(&room, "Guten Tag aus Berlin")?;
    let back = french.reads(&room, "Guten Tag aus Berlin")?;
    eprintln!("French to German {there:?}, German to French {back:?}");
    Ok(())
}

#[test]
fn what_was_sent_during_a_cut_arrives_after_it() -> Result<()> {
    let _turn = turn();
    let homeservers = homeservers();
    let french = Person::new(homeservers, Side::French)?;
    let german = Person::new(homeservers, Side::German)?;
    let room = french.invite_to_a_new_room(&german)?;
    german.join(&room, &french.session)?;
    french.send(&room, "before")?;
    german.reads(&room, "before")?;

    homeservers.stop_one(Side::German)?;
    assert_eq!(homeservers.conditions()?[&Side::German], Condition::Stopped);
    assert_eq!(homeservers.conditions()?[&Side::French], Condition::Running);
    assert!(german.send(&room, "nobody hears this").is_err());
    french.send(&room, "during")?;
    homeservers.start_one(Side::German)?;
    french.send(&room, "after")?;
    eprintln!("noticed after {:?}", german.reads(&room, "after")?);
    german.reads(&room, "during")?;

    homeservers.pause(Side::German)?;
    assert_eq!(homeservers.conditions()?[&Side::German], Condition::Paused);
    french.send(&room, "during the silence")?;
    homeservers.resume(Side::German)?;
    eprintln!("heard after {:?}", german.reads(&room, "during the silence")?);
    Ok(())
}

#[test]
fn a_room_of_either_version_is_joined_across() -> Result<()> {
    let _turn = turn();
    let homeservers = homeservers();
    let french = Person::new(homeservers, Side::French)?;
    let german = Person::new(homeservers, Side::German)?;
    for version in ["11", "12"] {
        let room = french.call(
            "POST",
            "/createRoom",
            json!({ "room_version": version, "preset": "private_chat", "invite": [german.session.user_id] }),
        )?;
        let room = room["room_id"].as_str().context("no room_id")?;
        german.join(room, &french.session)?;
        french.send(room, version)?;
        german.reads(room, version)?;
    }
    Ok(())
}

#[test]
fn the_servers_say_what_clients_ask_first() -> Result<()> {
    let _turn = turn();
    let homeservers = homeservers();
    for side in Side::BOTH {
        let (api, server) = (homeservers.api(side), homeservers.server(side));
        let well_known = api.call("GET", "/.well-known/matrix/client", None, None)?;
        assert_eq!(well_known["m.homeserver"]["base_url"], json!(format!("{}/", server.base_url)));
        let versions = api.call("GET", "/_matrix/client/versions", None, None)?;
        assert_eq!(versions["unstable_features"]["org.matrix.simplified_msc3575"], json!(true));
        let Err(error) = api.login("nobody", "wrong") else { bail!("a wrong password was accepted") };
        assert_eq!(error.downcast_ref::<ApiError>().map(|error| error.code.as_str()), Some("M_FORBIDDEN"));
    }
    Ok(())
}

#[test]
fn a_stranger_to_the_authority_is_refused() -> Result<()> {
    let _turn = turn();
    let homeservers = homeservers();
    // The servers' own certificate as the only root: not an authority.
    let directory = homeservers.info().directory.join("french/tls.pem");
    let api = Api::new(&homeservers.server(Side::German).base_url, &directory)?;
    assert!(api.call("GET", "/_matrix/client/versions", None, None).is_err());
    Ok(())
}

#[test]
fn a_second_start_joins_and_does_not_end() -> Result<()> {
    let _turn = turn();
    let homeservers = homeservers();
    let second = Homeservers::start(&homeservers.info().directory)?;
    assert_eq!(second.info().french.name, homeservers.info().french.name);
    drop(second);
    assert_eq!(homeservers.conditions()?[&Side::French], Condition::Running);
    Homeservers::attach(homeservers.info().file())?;
    Ok(())
}

#[test]
fn the_clock_dates_what_is_sent() -> Result<()> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let _turn = turn();
    let homeservers = homeservers();
    let french = Person::new(homeservers, Side::French)?;
    let german = Person::new(homeservers, Side::German)?;
    let room = french.invite_to_a_new_room(&german)?;
    german.join(&room, &french.session)?;
    let sent_at = |offset: i64| -> Result<i64> {
        homeservers.set_clock(offset)?;
        let text = token(8)?;
        french.send(&room, &text)?;
        german.reads(&room, &text)?;
        let path = format!("/rooms/{}/messages?dir=b&limit=1", escaped(&room));
        french.call("GET", &path, Value::Null)?["chunk"][0]["origin_server_ts"].as_i64().context("no time")
    };
    let past = sent_at(-3 * DAY);
    let present = sent_at(0);
    let difference = present? - past?;
    assert!((3 * DAY..3 * DAY + 60_000).contains(&difference), "{difference}");
    Ok(())
}
