//! Asking the account's homeserver for what it asks of its users: in its `.well-known` file, under `eu.estafette.policy`,
//! in the form of a file of the policy. An outage changes nothing: what was known last is kept in the profile.

use std::{
    pin::pin,
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt as _, stream};
use matrix_sdk::ruma::{OwnedServerName, ServerName};
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{sync::watch, time::sleep};
use url::Url;

use super::{SavedSession, dto::ConnectionState};
use crate::{
    error::Result,
    network,
    policy::{Asked, LARGEST},
    storage::Database,
};

/// Under which name a homeserver says it.
const BLOCK: &str = "eu.estafette.policy";

/// Under which name it is stored.
const STORED: &str = "account.asked";

/// How often it is asked.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When it is asked again that did not answer.
const AGAIN: Duration = Duration::from_secs(60 * 60);

/// How much later it may be.
const SLACK: Duration = Duration::from_secs(60);

/// How long an answer may take before a sign-in goes on without.
const FIRST: Duration = Duration::from_secs(5);

/// How long an answer may take otherwise. Nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is known, and of whose server.
#[derive(Serialize, Deserialize)]
struct Known {
    server: OwnedServerName,
    asked: Asked,
}

/// What the server of an account asked for last; nothing where that is not known, or another server's.
pub(crate) fn known(database: &Database, saved: &SavedSession) -> Result<Asked> {
    let known = database.get_if_readable(STORED)?.filter(|known: &Known| known.server == saved.user_id().server_name());
    Ok(known.map(|known| known.asked).unwrap_or_default())
}

/// Keeps it for the next start.
pub(crate) fn remember(database: &Database, server: &ServerName, asked: &Asked) -> Result<()> {
    database.set(STORED, &Known { server: server.to_owned(), asked: asked.clone() })
}

/// Forgets it with the account.
pub(crate) fn forget(database: &Database) -> Result<()> {
    database.remove(&[STORED])
}

/// What the server of a session that is new here asks for; none where that does not become known soon. `before` is what
/// was known.
pub(crate) async fn first(http: &Client, saved: &SavedSession, before: &Asked) -> Option<Asked> {
    ask(http, &places(saved), saved.user_id().server_name(), before, FIRST).await
}

/// Who is asked.
pub(crate) struct Asking {
    http: Client,
    server: OwnedServerName,
    places: Vec<Url>,
    database: Database,
}

impl Asking {
    /// The server of a session.
    pub(crate) fn of(http: &Client, saved: &SavedSession, database: &Database) -> Self {
        let server = saved.user_id().server_name().to_owned();
        Self { http: http.clone(), server, places: places(saved), database: database.clone() }
    }

    /// Asks now and then, for as long as it is polled, and tells each change. Not before the server can be reached:
    /// nothing waits for this.
    pub(crate) async fn keep_asking(
        self,
        mut asked: Asked,
        mut connection: watch::Receiver<ConnectionState>,
        tell: impl Fn(Asked),
    ) {
        let mut last: Option<(SystemTime, Duration)> = None;
        while connection.wait_for(|state| *state == ConnectionState::Online).await.is_ok() {
            // By the clock on the wall: a machine that sleeps lets days go by as well.
            let is_due = last.is_none_or(|(at, pause)| !at.elapsed().is_ok_and(|passed| passed < pause));
            if is_due {
                let answer = self.ask(&asked).await;
                last = Some((SystemTime::now(), if answer.is_some() { DAY } else { AGAIN }));
                if let Some(answer) = answer.filter(|answer| *answer != asked) {
                    tracing::info!("the homeserver asks for something else than before");
                    if remember(&self.database, &self.server, &answer).is_err() {
                        tracing::warn!("what the homeserver asks for could not be stored");
                    }
                    asked = answer.clone();
                    tell(answer);
                }
            }
            let pause = last.map_or(AGAIN, |(_, pause)| pause);
            tokio::select! {
                // The two clocks do not go alike.
                () = sleep(pause + SLACK) => {}
                () = async { drop(connection.wait_for(|state| *state != ConnectionState::Online).await) } => {}
            }
        }
    }

    async fn ask(&self, before: &Asked) -> Option<Asked> {
        ask(&self.http, &self.places, &self.server, before, PATIENCE).await
    }
}

/// Where the server of a session may say it: under its name, and at its address.
fn places(saved: &SavedSession) -> Vec<Url> {
    let name = Url::parse(&format!("https://{}", saved.user_id().server_name())).ok();
    let mut places: Vec<Url> = [name, Some(saved.homeserver.clone())]
        .into_iter()
        .flatten()
        .filter_map(|at| at.join("/.well-known/matrix/client").ok())
        .collect();
    places.dedup();
    places
}

/// What a server asks for now, where there is an answer that counts. Under its name first, where its accounts look for
/// it; where there is no such file, at its address. Both are asked at once, for as long as `patience`: the one may keep
/// silent.
async fn ask(http: &Client, places: &[Url], server: &ServerName, before: &Asked, patience: Duration) -> Option<Asked> {
    let mut answer = None;
    let fetched = |place: Url| async move { (fetch(http, &place, patience).await, place) };
    let all: Vec<_> = places.iter().cloned().map(fetched).collect();
    let mut found = pin!(stream::iter(all).buffered(places.len().max(1)));
    while let Some((found, place)) = found.next().await {
        match found {
            Found::File(file) => {
                return match file.get(BLOCK) {
                    Some(block) => Asked::read(block, place.as_str(), server, before),
                    None => Some(Asked::nothing(place.as_str())),
                };
            }
            Found::NoFile => answer = Some(Asked::nothing(place.as_str())),
            // Nobody speaks in the place of who spoke last, and is silent.
            Found::NoAnswer if before.place() == place.as_str() => return None,
            Found::NoAnswer => {}
        }
    }
    answer
}

/// What was found at an address.
#[derive(Debug, PartialEq)]
enum Found {
    /// An object.
    File(Value),
    /// The server has no such file.
    NoFile,
    /// Nothing that says anything: silence, an error, another page.
    NoAnswer,
}

async fn fetch(http: &Client, place: &Url, patience: Duration) -> Found {
    // A profile may have been tampered with.
    if network::refuse_cleartext(place).is_err() {
        return Found::NoAnswer;
    }
    let Ok(mut answer) = http.get(place.clone()).timeout(patience).send().await else { return Found::NoAnswer };
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Found::NoFile,
        _ => return Found::NoAnswer,
    }
    let mut bytes = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(more)) if (bytes.len() + more.len()) as u64 <= LARGEST => bytes.extend_from_slice(&more),
            Ok(None) => break,
            // It has no end, or none that comes.
            Ok(Some(_)) | Err(_) => return Found::NoAnswer,
        }
    }
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(file) if file.is_object() => Found::File(file),
        _ => Found::NoAnswer,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
