//! What is fixed about a pair of servers: names, ports, secrets. Kept in `state.json`, the file others are given.

use std::{
    fmt, fs,
    net::TcpListener,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    certificates::{self, write_private},
    random,
};

/// The file that describes a pair, below its directory.
pub(crate) const STATE: &str = "state.json";
/// A server's signing key, below the server's directory.
pub(crate) const SIGNING_KEY: &str = "signing.key";

/// One of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The French administration's server, `localhost:PORT`.
    French,
    /// The German administration's server, `127.0.0.1:PORT`.
    German,
}

impl Side {
    /// Both, French first.
    pub const BOTH: [Self; 2] = [Self::French, Self::German];

    /// The word for this side in files, directories and on command lines.
    pub fn key(self) -> &'static str {
        match self {
            Self::French => "french",
            Self::German => "german",
        }
    }

    /// The other server.
    pub fn other(self) -> Self {
        match self {
            Self::French => Self::German,
            Self::German => Self::French,
        }
    }

    /// Two names of one machine that need no set-up: what makes the two servers different servers.
    pub(crate) fn host(self) -> &'static str {
        match self {
            Self::French => "localhost",
            Self::German => "127.0.0.1",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.key())
    }
}

/// A pair of servers; the content of `state.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Info {
    /// Where everything of this pair lies.
    pub directory: PathBuf,
    /// The certificate (PEM) to trust for both servers.
    pub ca: PathBuf,
    /// The French server.
    pub french: Server,
    /// The German server.
    pub german: Server,
}

/// One server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Server {
    /// The server name, the part after the colon of its Matrix IDs: `localhost:18231`.
    pub name: String,
    /// Where its client API answers, without a slash at the end.
    pub base_url: String,
    /// The port of its one TLS listener on 127.0.0.1.
    pub port: u16,
    /// What registers users (see `Homeservers::register`).
    pub registration_secret: String,
    /// The server's log.
    pub log: PathBuf,
    /// The server's SQLite database, to look into what a server knows.
    pub database: PathBuf,
    /// Signs access tokens; nobody but the server needs it.
    pub(crate) macaroon_secret: String,
}

impl Info {
    /// The server of a side.
    pub fn server(&self, side: Side) -> &Server {
        match side {
            Side::French => &self.french,
            Side::German => &self.german,
        }
    }

    /// The `state.json` of this pair.
    pub fn file(&self) -> PathBuf {
        self.directory.join(STATE)
    }

    /// Reads a `state.json`.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not the state of two homeservers", file.display()))
    }

    /// The state of a directory, made at the first call.
    pub(crate) fn open_or_create(directory: &Path) -> Result<Self> {
        let file = directory.join(STATE);
        let mut info = if file.exists() { Self::read(&file)? } else { Self::create(directory)? };
        // The directory may have been moved since: only names, ports and secrets are fixed.
        info.place(directory);
        write_private(&file, &serde_json::to_string_pretty(&info)?)?;
        Ok(info)
    }

    fn create(directory: &Path) -> Result<Self> {
        for side in Side::BOTH {
            let home = directory.join(side.key());
            fs::create_dir_all(home.join("media"))?;
            let seed = STANDARD_NO_PAD.encode(random::bytes::<32>()?);
            write_private(&home.join(SIGNING_KEY), &format!("ed25519 a_{} {seed}\n", random::token(4)?))?;
        }
        certificates::write(directory)?;
        let french = Server::create(Side::French, free_port(None)?)?;
        let german = Server::create(Side::German, free_port(Some(french.port))?)?;
        Ok(Self { directory: PathBuf::new(), ca: PathBuf::new(), french, german })
    }

    fn place(&mut self, directory: &Path) {
        self.directory = directory.to_owned();
        self.ca = directory.join(certificates::AUTHORITY);
        for (side, server) in [(Side::French, &mut self.french), (Side::German, &mut self.german)] {
            let home = directory.join(side.key());
            server.log = home.join("homeserver.log");
            server.database = home.join("homeserver.db");
        }
    }
}

impl Server {
    fn create(side: Side, port: u16) -> Result<Self> {
        let name = format!("{}:{port}", side.host());
        Ok(Self {
            base_url: format!("https://{name}"),
            name,
            port,
            registration_secret: random::token(32)?,
            log: PathBuf::new(),
            database: PathBuf::new(),
            macaroon_secret: random::token(32)?,
        })
    }
}

/// A port for a server's lifetime. Below the range that the kernel gives to outgoing connections, or another
/// program's connection would sit on it some day.
fn free_port(taken: Option<u16>) -> Result<u16> {
    for _ in 0..200 {
        let port = 18_000 + u16::from_be_bytes(random::bytes()?) % 12_000;
        if Some(port) != taken && is_free(port) {
            return Ok(port);
        }
    }
    bail!("no free port found between 18000 and 30000")
}

/// Whether nobody listens on this port of 127.0.0.1.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_secrets_stay_when_the_directory_moves() -> Result<()> {
        let parent = tempfile::tempdir()?;
        let (before, after) = (parent.path().join("before"), parent.path().join("after"));
        fs::create_dir(&before)?;
        let first = Info::open_or_create(&before)?;
        fs::rename(&before, &after)?;
        let second = Info::open_or_create(&after)?;
        assert_eq!(first.french.name, second.french.name);
        assert_eq!(first.german.registration_secret, second.german.registration_secret);
        assert_eq!(second.ca, after.join("ca.pem"));
        assert!(second.ca.exists());
        assert_ne!(first.french.port, first.german.port);
        Ok(())
    }
}
