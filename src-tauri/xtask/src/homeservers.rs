//! `cargo xtask homeservers up|down`: two servers to try any client against.

use std::fs;

use anyhow::{Context, Result};
use estafette_homeservers::{Homeservers, Info, Side, install_synapse, token};
use serde::{Deserialize, Serialize};

use crate::workspace;

/// Two people per server, so that one can also write to oneself's neighbour.
const PEOPLE: [(Side, &str, &str); 4] = [
    (Side::French, "claire.martin", "Claire Martin"),
    (Side::French, "malik.benali", "Malik Benali"),
    (Side::German, "anna.schmidt", "Anna Schmidt"),
    (Side::German, "jonas.weber", "Jonas Weber"),
];

#[derive(Serialize, Deserialize)]
struct User {
    server: Side,
    user_id: String,
    password: String,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    state: String,
    #[serde(flatten)]
    info: &'a Info,
    users: &'a [User],
}

/// Starts both servers, leaves them running and prints what a client needs.
pub(crate) fn up(json: bool) -> Result<()> {
    install_synapse(|what| eprintln!("installing {what}"))?;
    let homeservers = Homeservers::start_lasting(workspace::target().join("homeservers"))?;
    let users = users(&homeservers)?;
    let info = homeservers.info();
    if json {
        let report = Report { state: info.file().display().to_string(), info, users: &users };
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    for side in Side::BOTH {
        println!("{side:7} {}", info.server(side).base_url);
    }
    println!("trust   {}", info.ca.display());
    for user in &users {
        println!("user    {}  password {}", user.user_id, user.password);
    }
    println!("stop    cargo xtask homeservers down");
    Ok(())
}

/// Stops them.
pub(crate) fn down() -> Result<()> {
    let ran = Homeservers::stop_directory(workspace::target().join("homeservers"))?;
    println!("{}", if ran { "both homeservers are stopped" } else { "no homeserver was running" });
    Ok(())
}

/// The people of this pair, registered at the first call.
fn users(homeservers: &Homeservers) -> Result<Vec<User>> {
    let file = homeservers.info().directory.join("users.json");
    if let Ok(text) = fs::read_to_string(&file) {
        return serde_json::from_str(&text).with_context(|| format!("{} is damaged; remove it", file.display()));
    }
    let mut users = Vec::new();
    for (server, localpart, name) in PEOPLE {
        let password = token(16)?;
        let user_id = homeservers.register(server, localpart, &password, Some(name), false)?;
        users.push(User { server, user_id, password });
    }
    fs::write(&file, serde_json::to_string_pretty(&users)?)?;
    Ok(users)
}
