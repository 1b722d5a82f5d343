use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use matrix_sdk::ruma::server_name;
use serde_json::json;

use super::*;
use crate::{
    policy::{Policy, keys, value::Servers},
    settings::NotificationContent,
    storage::{ProfileKeys, Secret},
};

/// What a place answers: the status, and the body.
type Answer = (u16, String);

/// A server that answers the same to everything until it is told another answer. None hangs up.
struct Place {
    url: Url,
    answer: Arc<Mutex<Option<Answer>>>,
}

impl Place {
    fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(None::<Answer>));
        let answers = answer.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let Some((status, body)) = answers.lock().unwrap().clone() else { continue };
                let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
                // Who asked may have heard enough.
                let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
            }
        });
        let url = Url::parse(&url).unwrap().join("/.well-known/matrix/client").unwrap();
        Self { url, answer }
    }

    fn says(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = Some((status, body.to_owned()));
    }

    fn asks(&self, block: &Value) {
        let homeserver = json!({ "base_url": "https://matrix.own.example" });
        self.says(200, &json!({ "m.homeserver": homeserver, BLOCK: block }).to_string());
    }

    fn hangs_up(&self) {
        *self.answer.lock().unwrap() = None;
    }
}

struct World {
    _folder: tempfile::TempDir,
    name: Place,
    homeserver: Place,
    asking: Asking,
}

fn saved(user: &str) -> SavedSession {
    let saved = json!({
        "homeserver": "https://matrix.own.example",
        "session": { "user_id": user, "device_id": "DESK", "access_token": "token" },
    });
    serde_json::from_value(saved).unwrap()
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let keys = ProfileKeys::derive(&Secret::new(vec![3; 32])).unwrap();
    let database = Database::open(&folder.path().join("estafette.db"), &keys).unwrap();
    let none: &[std::path::PathBuf] = &[];
    let proxies = network::Proxies::default();
    let opened = network::Network::open(none, &proxies, &Policy::default(), tokio::sync::watch::Sender::default());
    let http = opened.unwrap().client;
    let (name, homeserver) = (Place::new(), Place::new());
    let places = vec![name.url.clone(), homeserver.url.clone()];
    let asking = Asking { http, server: server_name!("own.example").to_owned(), places, database };
    World { _folder: folder, name, homeserver, asking }
}

fn content(asked: &Asked) -> Option<NotificationContent> {
    asked.get(&keys::NOTIFICATIONS_CONTENT)
}

fn sender() -> Value {
    json!({ "notifications": { "content": "sender" } })
}

#[test]
fn the_places_are_the_name_and_the_address() {
    let world = world();
    let places = |server: &str, homeserver: &str| {
        let mut saved = saved(&format!("@anna:{server}"));
        saved.homeserver = Url::parse(homeserver).unwrap();
        let places = Asking::of(&world.asking.http, &saved, &world.asking.database).places;
        places.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let file = |at: &str| format!("{at}/.well-known/matrix/client");
    assert_eq!(
        places("own.example", "https://matrix.own.example/base/"),
        [file("https://own.example"), file("https://matrix.own.example")]
    );
    assert_eq!(places("own.example:8448", "https://own.example:8448"), [file("https://own.example:8448")]);
    // Nothing is asked that could be overheard.
    let overheard = Url::parse("http://own.example/.well-known/matrix/client").unwrap();
    assert!(network::refuse_cleartext(&overheard).is_err());
}

#[tokio::test]
async fn what_a_server_asks_for_is_known_before_its_first_session_begins() {
    let World { homeserver, asking, .. } = &world();
    // Nobody answers under its name.
    let mut saved = saved("@anna:127.0.0.1:9");
    saved.homeserver = homeserver.url.join("/").unwrap();
    homeserver.asks(&sender());
    let asked = first(&asking.http, &saved, &Asked::default()).await.unwrap();
    assert_eq!(content(&asked), Some(NotificationContent::Sender));
    homeserver.asks(&json!({ "notifications": { "content": "everything" } }));
    assert_eq!(content(&first(&asking.http, &saved, &asked).await.unwrap()), Some(NotificationContent::Sender));
    homeserver.hangs_up();
    assert_eq!(first(&asking.http, &saved, &asked).await, None);
}

#[tokio::test]
async fn a_name_that_keeps_silent_does_not_keep_the_homeserver_from_being_heard() {
    let World { homeserver, asking, .. } = &world();
    // Its connections are taken, and nobody ever answers.
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let name = Url::parse(&format!("http://{}", silent.local_addr().unwrap())).unwrap();
    let places = [name.clone(), homeserver.url.clone()];
    let ask = async |before: Asked| ask(&asking.http, &places, &asking.server, &before, Duration::from_secs(1)).await;
    homeserver.asks(&sender());
    let asked = ask(Asked::default()).await.unwrap();
    assert_eq!(content(&asked), Some(NotificationContent::Sender));
    // But where the name has spoken, nobody speaks in its place.
    assert_eq!(ask(Asked::nothing(name.as_str())).await, None);
}

#[tokio::test]
async fn both_are_asked_at_once_and_the_name_counts() {
    let World { asking, .. } = &world();
    let [name, homeserver] = [(); 2].map(|()| TcpListener::bind(("127.0.0.1", 0)).unwrap());
    let places = [&name, &homeserver].map(|at| Url::parse(&format!("http://{}", at.local_addr().unwrap())).unwrap());
    // The name has nothing to say before the homeserver was asked too.
    thread::spawn(move || {
        let (mut name, mut homeserver) = (name.accept().unwrap().0, homeserver.accept().unwrap().0);
        for (stream, content) in [(&mut homeserver, "nothing"), (&mut name, "sender")] {
            let body = json!({ BLOCK: { "notifications": { "content": content } } }).to_string();
            let _ = stream.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
        }
    });
    let patience = Duration::from_secs(5);
    let asked = ask(&asking.http, &places, &asking.server, &Asked::default(), patience).await.unwrap();
    assert_eq!(content(&asked), Some(NotificationContent::Sender));
}

#[tokio::test]
async fn what_a_server_asks_for_is_known_until_it_answers_otherwise() {
    let World { name, homeserver, asking, .. } = &world();
    homeserver.says(404, "");
    name.asks(&sender());
    let asked = asking.ask(&Asked::default()).await.unwrap();
    assert_eq!(content(&asked), Some(NotificationContent::Sender));
    assert_eq!(asked.place(), name.url.as_str());

    // Neither an outage nor what makes no sense loosens anything.
    name.hangs_up();
    assert_eq!(asking.ask(&asked).await, None);
    let long = format!("{{\"{BLOCK}\": {{}}, \"x\": \"{}\"}}", "x".repeat(300_000));
    let deep = "[".repeat(100_000);
    for (status, body) in [
        (500, "{}"),
        (502, "<html>"),
        (403, "{}"),
        (200, "<html><body>Portail</body></html>"),
        (200, ""),
        (200, "[]"),
        (200, "null"),
        (200, "{\"eu.estafette.policy\": \"nothing\"}"),
        (200, "{\"eu.estafette.policy\": null}"),
        (200, "{\"eu.estafette.policy\": {}"),
        (200, "{\"\u{fffd}\\ud800\": 1}"),
        (200, long.as_str()),
        (200, deep.as_str()),
    ] {
        name.says(status, body);
        let short: String = body.chars().take(60).collect();
        assert_eq!(asking.ask(&asked).await, None, "{status} {short}");
    }

    // Another answer does.
    name.asks(&json!({ "notifications": { "content": "nothing" } }));
    let strict = asking.ask(&asked).await.unwrap();
    assert_eq!(content(&strict), Some(NotificationContent::Nothing));
    name.asks(&json!({}));
    assert_eq!(content(&asking.ask(&asked).await.unwrap()), None);
    name.says(200, "{}");
    assert_eq!(asking.ask(&asked).await, Some(Asked::nothing(name.url.as_str())));
    name.says(404, "<html>");
    assert_eq!(content(&asking.ask(&asked).await.unwrap()), None);
    homeserver.hangs_up();
    assert_eq!(content(&asking.ask(&asked).await.unwrap()), None);
}

#[tokio::test]
async fn where_the_name_has_no_such_file_the_homeserver_speaks_and_nobody_in_another_s_place() {
    let World { name, homeserver, asking, .. } = &world();
    homeserver.asks(&sender());
    for silent in [true, false] {
        if silent {
            name.hangs_up()
        } else {
            name.says(404, "")
        }
        let asked = asking.ask(&Asked::default()).await.unwrap();
        assert_eq!(asked.place(), homeserver.url.as_str());
        assert_eq!(content(&asked), Some(NotificationContent::Sender));
    }
    let of_homeserver = asking.ask(&Asked::default()).await.unwrap();
    homeserver.hangs_up();
    assert_eq!(asking.ask(&of_homeserver).await, None, "the name's 404 is not the homeserver's");
    homeserver.says(404, "");
    assert_eq!(content(&asking.ask(&of_homeserver).await.unwrap()), None);

    // The name has spoken and is silent: the homeserver, which says less, does not answer for it.
    homeserver.asks(&json!({}));
    name.asks(&sender());
    let of_name = asking.ask(&of_homeserver).await.unwrap();
    name.hangs_up();
    assert_eq!(asking.ask(&of_name).await, None);
}

#[tokio::test]
async fn it_is_told_and_stored_for_that_server_alone() {
    let World { name, asking, _folder, .. } = world();
    let database = asking.database.clone();
    name.asks(&json!({ "servers": { "allowed": ["friend.example"] } }));
    let (online, connection) = watch::channel(ConnectionState::Connecting);
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let running =
        tokio::spawn(asking.keep_asking(Asked::default(), connection, move |asked| told.send(asked).unwrap()));
    tokio::time::timeout(Duration::from_millis(200), heard.recv()).await.unwrap_err();
    online.send_replace(ConnectionState::Online);
    let asked = heard.recv().await.unwrap();
    let names = |Servers(all): Servers| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(asked.get(&keys::SERVERS_ALLOWED).map(names).unwrap(), ["friend.example", "own.example"]);
    assert_eq!(known(&database, &saved("@anna:own.example")).unwrap(), asked);
    assert_eq!(known(&database, &saved("@anna:friend.example")).unwrap(), Asked::default());
    running.abort();
    forget(&database).unwrap();
    assert_eq!(known(&database, &saved("@anna:own.example")).unwrap(), Asked::default());
}
