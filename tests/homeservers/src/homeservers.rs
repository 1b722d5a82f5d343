//! The pair of servers, as the tests and the demo use it.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value};

use crate::{
    api::Api,
    configuration,
    state::{self, Info, Server, Side},
    supervisor::{self, Condition, Conditions},
    synapse,
};

/// The environment variable that names the `state.json` of servers that already run.
pub const ENVIRONMENT: &str = "ESTAFETTE_HOMESERVERS";

/// The file with what both servers add to the time (`homeserver.py` reads it).
const CLOCK: &str = "clock";

/// Two servers that run.
///
/// Who ends them: what `start` started ends with the value, and at the latest with this process, however that
/// ends. What `start_lasting` started, and what ran already, goes on until `stop` or `stop_directory`.
#[derive(Debug)]
pub struct Homeservers {
    info: Info,
    french: Api,
    german: Api,
    /// The supervisor's process, if it is to end with this value.
    owned: Option<Child>,
}

impl Homeservers {
    /// Starts both servers of a directory, or joins them if they run, and waits until they serve. The first start
    /// sets the directory up and, if need be, installs Synapse.
    pub fn start(directory: impl AsRef<Path>) -> Result<Self> {
        Self::begin(directory.as_ref(), false)
    }

    /// Like `start`, but the servers go on when this process has ended.
    pub fn start_lasting(directory: impl AsRef<Path>) -> Result<Self> {
        Self::begin(directory.as_ref(), true)
    }

    /// Joins servers that run, by their `state.json`.
    pub fn attach(state: impl AsRef<Path>) -> Result<Self> {
        let info = Info::read(state.as_ref())?;
        supervisor::request(&info.directory, "status")?;
        Self::new(info, None)
    }

    /// Joins the servers that the environment names, else starts those of `directory`.
    pub fn from_environment(directory: impl AsRef<Path>) -> Result<Self> {
        match env::var_os(ENVIRONMENT) {
            Some(state) => Self::attach(PathBuf::from(state)),
            None => Self::start(directory),
        }
    }

    fn begin(directory: &Path, lasting: bool) -> Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let directory = directory.canonicalize()?;
        // Two processes that start at once: the second waits here, and then finds the servers running.
        let lock = lock(&directory)?;
        let mut started = None;
        let info = if supervisor::is_running(&directory) {
            Info::read(&directory.join(state::STATE))?
        } else {
            let python = synapse::prepare(|_| ())?;
            let info = Info::open_or_create(&directory)?;
            configuration::write(&info)?;
            for side in Side::BOTH {
                let port = info.server(side).port;
                if !state::is_free(port) {
                    bail!(
                        "another program listens on port {port}, which is part of the {side} server's name; \
                         end it, or remove {} to start anew with other ports",
                        directory.display()
                    );
                }
            }
            // A clock that a killed test left wrong.
            remove_if_there(&directory.join(CLOCK))?;
            started = Some(supervisor::spawn(&directory, &python)?);
            info
        };
        if lasting {
            supervisor::request(&directory, "keep")?;
            started = None;
        }
        let homeservers = Self::new(info, started)?;
        for side in Side::BOTH {
            homeservers.start_one(side)?;
        }
        drop(lock);
        Ok(homeservers)
    }

    fn new(info: Info, owned: Option<Child>) -> Result<Self> {
        let api = |side| Api::new(&info.server(side).base_url, &info.ca);
        let (french, german) = (api(Side::French)?, api(Side::German)?);
        Ok(Self { info, french, german, owned })
    }

    /// Names, addresses, secrets and files.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// One server's names, addresses, secrets and files.
    pub fn server(&self, side: Side) -> &Server {
        self.info.server(side)
    }

    /// One server's plain HTTP API.
    pub fn api(&self, side: Side) -> &Api {
        match side {
            Side::French => &self.french,
            Side::German => &self.german,
        }
    }

    /// Registers someone and gives the Matrix ID. No device is left behind; `M_USER_IN_USE` if the name is taken.
    pub fn register(
        &self,
        side: Side,
        localpart: &str,
        password: &str,
        display_name: Option<&str>,
        admin: bool,
    ) -> Result<String> {
        let secret = &self.server(side).registration_secret;
        self.api(side).register(secret, localpart, password, display_name, admin)
    }

    /// Sets both servers' clock this many milliseconds ahead (or back): the time that they stamp on events.
    /// Zero sets it right.
    pub fn set_clock(&self, offset: i64) -> Result<()> {
        let clock = self.info.directory.join(CLOCK);
        if offset == 0 {
            return remove_if_there(&clock);
        }
        // Moved into place, so that a server never reads half a number.
        let new = self.info.directory.join("clock.new");
        fs::write(&new, offset.to_string())?;
        fs::rename(new, clock)?;
        Ok(())
    }

    /// How both servers are.
    pub fn conditions(&self) -> Result<Conditions> {
        self.tell("status")
    }

    /// Makes a server silent: connections open, nothing answers. As a network that swallows packets.
    pub fn pause(&self, side: Side) -> Result<()> {
        self.tell(&format!("pause {side}")).map(drop)
    }

    /// Ends a `pause`.
    pub fn resume(&self, side: Side) -> Result<()> {
        self.tell(&format!("resume {side}"))?;
        self.wait_until_ready(side)
    }

    /// Stops one server: connections are refused. As a network that is down.
    pub fn stop_one(&self, side: Side) -> Result<()> {
        self.tell(&format!("stop {side}")).map(drop)
    }

    /// Starts one server again and waits until it serves. Does nothing to a server that runs.
    pub fn start_one(&self, side: Side) -> Result<()> {
        self.tell(&format!("start {side}"))?;
        self.wait_until_ready(side)
    }

    /// Starts one server again with these settings of Synapse instead of its own, as `homeserver.yaml` has them; null takes
    /// one away. They hold until this is called again, or the pair starts anew.
    pub fn reconfigure(&self, side: Side, settings: &Map<String, Value>) -> Result<()> {
        self.stop_one(side)?;
        configuration::write_one(&self.info, side, settings)?;
        self.start_one(side)
    }

    /// Stops both servers, whoever started them.
    pub fn stop(self) -> Result<()> {
        Self::stop_directory(&self.info.directory).map(drop)
    }

    /// Stops the servers of a directory; false if none ran.
    pub fn stop_directory(directory: impl AsRef<Path>) -> Result<bool> {
        let directory = directory.as_ref();
        if !directory.exists() {
            return Ok(false);
        }
        let _lock = lock(directory)?;
        if !supervisor::is_running(directory) {
            return Ok(false);
        }
        supervisor::request(directory, "shutdown")?;
        Ok(true)
    }

    fn tell(&self, request: &str) -> Result<Conditions> {
        supervisor::request(&self.info.directory, request)
    }

    fn wait_until_ready(&self, side: Side) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            if self.tell("status")?.get(&side) == Some(&Condition::Failed) {
                return Err(self.failure(side, "ended by itself"));
            }
            if self.api(side).answers() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(self.failure(side, "does not answer"));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn failure(&self, side: Side, what: &str) -> anyhow::Error {
        let log = &self.server(side).log;
        let mut said = String::new();
        for file in [log.with_file_name("output.log"), log.clone()] {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            said.push_str(&lines[lines.len().saturating_sub(15)..].join("\n"));
        }
        anyhow!("the {side} homeserver {what}; it said:\n{said}")
    }
}

impl Drop for Homeservers {
    fn drop(&mut self) {
        if let Some(mut supervisor) = self.owned.take() {
            // Closing its standard input ends it and the servers, unless somebody else asked it to keep them: then
            // there is nothing to wait for.
            drop(supervisor.stdin.take());
            let deadline = Instant::now() + Duration::from_secs(20);
            while Instant::now() < deadline && matches!(supervisor.try_wait(), Ok(None)) {
                if supervisor::is_kept(&self.info.directory) {
                    return;
                }
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

fn remove_if_there(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn lock(directory: &Path) -> Result<File> {
    let lock = File::create(directory.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}
