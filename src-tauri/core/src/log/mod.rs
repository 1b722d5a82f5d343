//! The log: what happened, in files of the profile, and nothing of what was said (decision 0006).

mod files;
mod layer;

use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use tracing::{Level, level_filters::LevelFilter};
use tracing_subscriber::{Layer as _, filter::Targets, layer::SubscriberExt as _, registry::Registry};

use sha2::{Digest as _, Sha256};

use crate::storage::{LOGS, private_folder};
use files::Files;
use layer::Redacting;

/// How many lines may wait for the disk. What comes on top is counted, and never waited for.
const WAITING: usize = 8192;

/// How long the end of the program, or a panic, waits for the disk.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many letters of names a folder's name has: a file system takes 255 bytes.
const LONGEST_NAME: usize = 50;

/// The key under which Matrix IDs are told apart, once the profile is open.
type Key = OnceLock<[u8; 32]>;

/// The log as it is being written. Clones write to the same files.
#[derive(Clone)]
pub struct Log {
    lines: Lines,
    key: Arc<Key>,
    level: Level,
}

impl Log {
    /// Begins to write everything that this process traces, up to `level`, into a profile's folder, or into one that
    /// the administration has named. The first call of a process counts. A folder that cannot be written takes nothing
    /// but the log away; where it is the administration's, the profile's takes its place.
    #[must_use]
    pub fn start(profile: &Path, named: Option<&Path>, level: Level) -> Option<Self> {
        let own = profile.join(LOGS);
        let named = named.map(|folder| folder.join(owner(profile))).filter(|folder| make_own(folder));
        let named = named.and_then(|folder| Self::new(folder, level));
        let (log, subscriber) = named.or_else(|| Self::new(own, level))?;
        tracing::subscriber::set_global_default(subscriber).ok()?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "the log begins");
        Some(log)
    }

    fn new(folder: PathBuf, level: Level) -> Option<(Self, impl tracing::Subscriber + Send + Sync + use<>)> {
        private_folder(&folder).ok()?;
        let (sender, receiver) = sync_channel(WAITING);
        thread::Builder::new().name("log".to_owned()).spawn(move || write(Files::new(folder), &receiver)).ok()?;
        let log = Self { lines: Lines(sender), key: Arc::default(), level };
        // Crates other than ours and the SDK's have nothing to say below this that helps anybody.
        let others = LevelFilter::from_level(level).min(LevelFilter::INFO);
        let filter =
            Targets::new().with_default(others).with_target("estafette", level).with_target("matrix_sdk", level);
        let layer = Redacting::new(log.lines.clone(), log.key.clone());
        Some((log, Registry::default().with(layer.with_filter(filter))))
    }

    /// From here on, Matrix IDs are written as hashes under `key`; before, they are left out. The first key counts.
    pub(crate) fn tell_apart_by(&self, key: &[u8; 32]) {
        // A profile that was set aside has left its key behind: the log goes on as it began.
        let _ = self.key.set(*key);
    }

    /// Whether each step from the server to the screen is written.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.level >= Level::DEBUG
    }

    /// Waits, for a moment, until all that was traced is on the disk.
    pub fn flush(&self) {
        self.lines.flush();
    }
}

/// The name of a folder of one's own among those of other people and profiles: names that people recognise, and a
/// number that is nobody else's.
fn owner(profile: &Path) -> String {
    let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let user = user.unwrap_or_default();
    #[cfg(target_os = "linux")]
    let id = rustix::process::geteuid().as_raw().to_string();
    #[cfg(not(target_os = "linux"))]
    let id = format!("{}\\{user}", std::env::var("USERDOMAIN").unwrap_or_default());
    let whole = std::path::absolute(profile).unwrap_or_else(|_| profile.to_owned());
    let hash = Sha256::new().chain_update(id).chain_update([0_u8]).chain_update(whole.as_os_str().as_encoded_bytes());
    let number: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let profile = profile.file_name().unwrap_or_default().to_string_lossy();
    let plain = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '_' };
    format!("{user}-{profile}").chars().map(plain).take(LONGEST_NAME).chain(['-']).chain(number.chars()).collect()
}

/// Makes a folder of one's own where others may write too. False where something else is in its place: on Linux also a
/// folder of somebody else's; on Windows, where nobody asks whose it is, only what is no folder.
fn make_own(folder: &Path) -> bool {
    // Once before its rights are changed, which follows links, and once when nobody can exchange it any more.
    is_own_or_missing(folder) && private_folder(folder).is_ok() && is_own_or_missing(folder)
}

fn is_own_or_missing(folder: &Path) -> bool {
    match fs::symlink_metadata(folder) {
        Ok(found) => found.is_dir() && is_own(&found),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(target_os = "linux")]
fn is_own(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) == rustix::process::geteuid().as_raw()
}

/// Not asked: who may write to the folder above is the administration's to decide there.
#[cfg(not(target_os = "linux"))]
fn is_own(_: &Metadata) -> bool {
    true
}

/// What the writer is told.
enum Order {
    Line(String),
    Flush(SyncSender<()>),
}

/// The way to the writer.
#[derive(Clone)]
struct Lines(SyncSender<Order>);

impl Lines {
    /// Hands a line on. False where too many wait.
    fn put(&self, line: String) -> bool {
        self.hand_on(Order::Line(line), Instant::now())
    }

    /// Hands on a line that must not be lost to those before it, and waits, for a moment, until it is on the disk.
    fn insist(&self, line: String) -> bool {
        let handed_on = self.hand_on(Order::Line(line), Instant::now() + PATIENCE);
        self.flush();
        handed_on
    }

    fn flush(&self) {
        let (done, is_done) = sync_channel(1);
        let until = Instant::now() + PATIENCE;
        // A writer that is gone, or too slow, has nothing more to give.
        if self.hand_on(Order::Flush(done), until) {
            let _ = is_done.recv_timeout(until.saturating_duration_since(Instant::now()));
        }
    }

    /// False where there is no room until then. A writer that is gone takes everything, and nothing comes of it.
    fn hand_on(&self, mut order: Order, until: Instant) -> bool {
        while let Err(TrySendError::Full(back)) = self.0.try_send(order) {
            if Instant::now() >= until {
                return false;
            }
            // The channel has no way to wait for room for no longer than that.
            thread::sleep(Duration::from_millis(1));
            order = back;
        }
        true
    }
}

/// The writer's thread: until nobody can trace any more.
fn write(mut files: Files, orders: &Receiver<Order>) {
    while let Ok(order) = orders.recv() {
        let mut next = Some(order);
        // What waits is written at one go.
        while let Some(order) = next {
            match order {
                Order::Line(line) => files.put(&line),
                Order::Flush(done) => {
                    files.flush();
                    let _ = done.try_send(());
                }
            }
            next = orders.try_recv().ok();
        }
        files.flush();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
