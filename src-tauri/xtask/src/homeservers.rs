//! `cargo xtask homeservers up|down`: two servers to try any client against.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt};

use anyhow::{Context, Result};
use estafette_homeservers::{ApiError, Homeservers, Info, Side, install_synapse, token};
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

/// The people of this pair, registered at the first call. They are written down before they are registered, so that a
/// call that breaks off can be made again.
fn users(homeservers: &Homeservers) -> Result<Vec<User>> {
    let file = homeservers.info().directory.join("users.json");
    let users = match fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text).with_context(|| format!("{} is damaged; remove it", file.display()))?,
        Err(_) => {
            let mut users = Vec::new();
            for (server, localpart, _) in PEOPLE {
                let user_id = format!("@{localpart}:{}", homeservers.server(server).name);
                users.push(User { server, user_id, password: token(16)? });
            }
            let mut options = fs::OpenOptions::new();
            options
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&file)?
                .write_all(serde_json::to_string_pretty(&users)?.as_bytes())?;
            users
        }
    };
    for (user, (server, localpart, name)) in users.iter().zip(PEOPLE) {
        match homeservers.register(server, localpart, &user.password, Some(name), false) {
            Err(error) if error.downcast_ref::<ApiError>().is_none_or(|error| error.code != "M_USER_IN_USE") => {
                return Err(error);
            }
            _ => {}
        }
    }
    Ok(users)
}
