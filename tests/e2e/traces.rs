//! Looks for something secret wherever a program may leave it: in files, and on command lines.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

use anyhow::{Result, anyhow, ensure};
use base64::{
    Engine,
    engine::{GeneralPurpose, general_purpose},
};
use memchr::memmem;

/// What to look for, in all the forms in which it may stand in a file.
#[derive(Clone)]
pub(crate) struct Secret {
    /// What it is, for the report.
    pub(crate) name: &'static str,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Secret {
    /// A text. Its ASCII letters stand as they are in every escaped form but the one that escapes everything.
    pub(crate) fn text(name: &'static str, text: &str) -> Self {
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let json = serde_json::Value::from(text).to_string();
        let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let mut forms = vec![
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-16LE", little.clone()),
            ("UTF-16BE", big),
            ("JSON, all escaped", escaped.into_bytes()),
        ];
        let json = &json.as_bytes()[1..json.len() - 1];
        if json != text.as_bytes() {
            forms.push(("JSON", json.to_vec()));
        }
        forms.extend(in_base64(text.as_bytes()));
        forms.extend(in_base64(&little));
        Self { name, forms }
    }

    /// Bytes, such as those of a picture.
    pub(crate) fn bytes(name: &'static str, bytes: &[u8]) -> Self {
        let listed: Vec<String> = bytes.iter().map(u8::to_string).collect();
        let mut forms = vec![("bytes", bytes.to_vec()), ("JSON", listed.join(",").into_bytes())];
        forms.extend(in_base64(bytes));
        Self { name, forms }
    }

    /// The forms, for a test of this search.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.forms.iter().map(|(name, form)| (*name, form.as_slice()))
    }
}

/// Base64 of bytes that stand somewhere in others: three ways, by where they begin; without the letters at both ends
/// that hold bits of their neighbours.
fn in_base64(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    const ALPHABETS: [GeneralPurpose; 2] = [general_purpose::STANDARD_NO_PAD, general_purpose::URL_SAFE_NO_PAD];
    let mut forms: Vec<(&'static str, Vec<u8>)> = Vec::new();
    for alphabet in ALPHABETS {
        for before in 0..3 {
            let shifted = [&[0; 2][..before], bytes].concat();
            let letters = alphabet.encode(&shifted).into_bytes();
            let form = &letters[(before * 8).div_ceil(6)..shifted.len() * 8 / 6];
            if forms.iter().all(|(_, known)| known != form) {
                forms.push(("base64", form.to_vec()));
            }
        }
    }
    forms
}

/// Which secrets stand in some bytes: their name and form.
fn seen(secrets: &[Secret], bytes: &[u8]) -> Vec<String> {
    let all = secrets.iter().flat_map(|secret| secret.forms().map(move |(form, needle)| (secret.name, form, needle)));
    all.filter(|(_, _, needle)| memmem::find(bytes, needle).is_some())
        .map(|(name, form, _)| format!("{name} as {form}"))
        .collect()
}

/// Where every program of the machine may write.
const COMMON: [&str; 3] = ["/tmp", "/var/tmp", "/dev/shm"];

/// Every file below some folders that was written since, and what it holds that it should not.
pub(crate) fn in_files(secrets: &[Secret], folders: &[PathBuf], since: SystemTime) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = folders.to_vec();
    while let Some(folder) = folders.pop() {
        // What ends while it is looked at, ends.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            for what in seen(secrets, path.as_os_str().as_encoded_bytes()) {
                found.insert(format!("the name {}: {what}", path.display()));
            }
            let Ok(about) = entry.metadata() else { continue };
            // What others keep in the machine's common folders is not ours: there, only what is new counts.
            if COMMON.iter().any(|common| folder == Path::new(common)) && about.created().is_ok_and(|made| made < since)
            {
                continue;
            }
            if about.is_dir() {
                folders.push(path);
            } else if about.is_file() && about.modified().is_ok_and(|written| written >= since) {
                for what in fs::read(&path).map(|bytes| seen(secrets, &bytes)).unwrap_or_default() {
                    found.insert(format!("{}: {what}", path.display()));
                }
            }
        }
    }
    found
}

/// Keeps the command lines of all processes until it is ended: a secret that is only made meanwhile is known by then.
pub(crate) struct CommandLines {
    done: Arc<AtomicBool>,
    watching: JoinHandle<BTreeSet<Vec<u8>>>,
}

impl CommandLines {
    pub(crate) fn watch() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let stop = done.clone();
        let watching = std::thread::spawn(move || {
            let mut lines = BTreeSet::new();
            // Once more after the end: what was started right before it counts.
            loop {
                let last = stop.load(Ordering::SeqCst);
                for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
                    // What ends while it is looked at, ends.
                    lines.extend(fs::read(process.path().join("cmdline")));
                }
                if last {
                    return lines;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        Self { done, watching }
    }

    /// Ends the watch: every command line that was seen since it began, each once. It looks some fifty times a second;
    /// our own processes live longer than that.
    pub(crate) fn end(self) -> Result<BTreeSet<Vec<u8>>> {
        self.done.store(true, Ordering::SeqCst);
        self.watching.join().map_err(|_| anyhow!("the watch over command lines broke off"))
    }
}

/// The command lines that hold what they should not, and what.
pub(crate) fn on_command_lines(secrets: &[Secret], lines: &BTreeSet<Vec<u8>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in lines {
        for what in seen(secrets, line) {
            found.insert(format!("{}: {what}", String::from_utf8_lossy(line).replace('\0', " ")));
        }
    }
    found
}

/// The environments of processes that hold what they should not, and what. One that ends meanwhile, ends.
pub(crate) fn in_environments(secrets: &[Secret], processes: &[u32]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut looked = 0;
    for process in processes {
        let Ok(environment) = fs::read(format!("/proc/{process}/environ")) else { continue };
        looked += usize::from(!environment.is_empty());
        found.extend(seen(secrets, &environment).into_iter().map(|what| format!("process {process}: {what}")));
    }
    // The program, and the web view's two.
    ensure!(looked >= 3, "only {looked} environments can be read");
    Ok(found)
}

/// The folders in which a program of this session may write, besides its profile.
pub(crate) fn places() -> Vec<PathBuf> {
    const NAMES: [&str; 7] =
        ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR"];
    let mut places: BTreeSet<PathBuf> = NAMES.iter().filter_map(std::env::var_os).map(PathBuf::from).collect();
    places.extend(COMMON.map(PathBuf::from));
    // What lies below another one is found there.
    let below = |place: &Path| places.iter().any(|other| place != other && place.starts_with(other));
    places.iter().filter(|place| !below(place)).cloned().collect()
}
