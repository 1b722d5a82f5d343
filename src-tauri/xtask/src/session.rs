//! A desktop session of our own below `target/`: home, session bus, keyring and, where wanted, a screen. Nothing of the
//! user's own session is touched.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use estafette_homeservers::token;

use crate::{
    interrupt,
    process::{self, Group, read},
};

/// Marks every process of a session, so that none can stay behind unseen.
const MARK: &str = "ESTAFETTE_SESSION";

/// Where windows appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// On a virtual screen of this size, with a window manager and a notification daemon.
    Virtual { width: u32, height: u32 },
    /// On the user's.
    Own,
}

/// A running session. Dropping it ends everything in it.
#[derive(Debug)]
pub(crate) struct Session {
    directory: PathBuf,
    variables: Vec<(&'static str, OsString)>,
    mark: String,
    /// In the order of their start; ended the other way round.
    groups: Vec<Group>,
    runtime: RuntimeDirectory,
}

impl Session {
    /// Starts a session that keeps its files in `directory`; the keyring's content stays there for the next one.
    pub(crate) fn start(directory: &Path, screen: Screen) -> Result<Self> {
        let runtime = RuntimeDirectory::new(directory)?;
        let mut session = Self {
            directory: directory.to_owned(),
            variables: Vec::new(),
            mark: token(20)?,
            groups: Vec::new(),
            runtime,
        };
        session.set_directories()?;
        match screen {
            Screen::Virtual { width, height } => session.start_screen(width, height)?,
            Screen::Own => session.use_own_screen()?,
        }
        session.start_bus()?;
        session.start_keyring()?;
        if let Screen::Virtual { .. } = screen {
            session.start_service("openbox", &["--sm-disable"])?;
            session.start_service("dunst", &[])?;
        }
        Ok(session)
    }

    /// A command that runs inside the session.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(belongs_to_the_users_session) {
                command.env_remove(&name);
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env(MARK, &self.mark);
        command
    }

    /// Moves a started command into the session, to be ended with it.
    pub(crate) fn keep(&mut self, group: Group) {
        self.groups.push(group);
    }

    /// A log file of this session.
    pub(crate) fn log(&self, name: &str) -> Result<fs::File> {
        let file = self.directory.join("logs").join(format!("{name}.log"));
        fs::File::create(&file).with_context(|| format!("cannot write {}", file.display()))
    }

    fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.push((name, value.into()));
    }

    fn set_directories(&mut self) -> Result<()> {
        // Tools that a test calls keep their own places in the real home.
        for (name, place) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            if let (None, Some(home)) = (env::var_os(name), env::home_dir()) {
                self.set(name, home.join(place));
            }
        }
        for (name, place) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_STATE_HOME", "home/.local/state"),
            ("XDG_CACHE_HOME", "home/.cache"),
        ] {
            let place = self.directory.join(place);
            fs::create_dir_all(&place)?;
            self.set(name, place);
        }
        fs::create_dir_all(self.directory.join("logs"))?;
        self.set("XDG_RUNTIME_DIR", self.runtime.path.clone());
        Ok(())
    }

    fn use_own_screen(&mut self) -> Result<()> {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
            bail!("there is no screen here (DISPLAY and WAYLAND_DISPLAY are not set); try --headless");
        }
        // Both are found through directories that are others in this session.
        if let (None, Some(home)) = (env::var_os("XAUTHORITY"), env::home_dir()) {
            self.set("XAUTHORITY", home.join(".Xauthority"));
        }
        if let (Some(display), Some(runtime)) = (env::var_os("WAYLAND_DISPLAY"), env::var_os("XDG_RUNTIME_DIR")) {
            self.set("WAYLAND_DISPLAY", Path::new(&runtime).join(display));
        }
        Ok(())
    }

    fn start_screen(&mut self, width: u32, height: u32) -> Result<()> {
        let authority = self.runtime.path.join("xauthority");
        write_x_authority(&authority)?;
        self.set("XAUTHORITY", &authority);
        let mut screen = self.command("Xvfb");
        screen.args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"]);
        screen.arg(format!("{width}x{height}x24")).arg("-auth").arg(&authority);
        let display = self.start_and_read_line("xvfb", &screen)?;
        self.set("DISPLAY", format!(":{display}"));
        self.set("GDK_BACKEND", "x11");
        Ok(())
    }

    fn start_bus(&mut self) -> Result<()> {
        let mut bus = self.command("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        bus.arg(format!("--address=unix:path={}", self.runtime.path.join("bus").display()));
        let address = self.start_and_read_line("session-bus", &bus)?;
        self.set("DBUS_SESSION_BUS_ADDRESS", address);
        Ok(())
    }

    fn start_keyring(&mut self) -> Result<()> {
        let file = self.directory.join("keyring-password");
        // The same at each start, for the keyring of the last one.
        let password = match fs::read_to_string(&file) {
            Ok(password) => password,
            Err(_) => {
                let password = token(24)?;
                fs::OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&file)?
                    .write_all(password.as_bytes())?;
                password
            }
        };
        let mut keyring = self.command("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        let log = self.log("keyring")?;
        let mut keyring = Group::spawn_with(&keyring, |command| {
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        })?;
        keyring.stdin().context("no input to the keyring")?.write_all(password.as_bytes())?;
        self.keep(keyring);
        let answer = interrupt::poll(Duration::from_secs(20), || {
            let mut ask = self.command("dbus-send");
            ask.args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"]);
            ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
            Ok(read(&mut ask)?.contains("true").then_some(()))
        })?;
        answer.context("the keyring (gnome-keyring-daemon) did not start")
    }

    fn start_service(&mut self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(program);
        command.args(arguments);
        let log = self.log(program)?;
        let errors = log.try_clone()?;
        let group = Group::spawn_with(&command, |command| {
            command.stdout(log).stderr(errors);
        })?;
        self.keep(group);
        Ok(())
    }

    /// Starts a service that prints one line once it is ready.
    fn start_and_read_line(&mut self, name: &str, command: &Command) -> Result<String> {
        let log = self.log(name)?;
        let mut group = Group::spawn_with(command, |command| {
            command.stdout(Stdio::piped()).stderr(log);
        })?;
        let mut line = String::new();
        BufReader::new(group.stdout().context("no output")?).read_line(&mut line)?;
        self.keep(group);
        if line.trim().is_empty() {
            let said = fs::read_to_string(self.directory.join("logs").join(format!("{name}.log"))).unwrap_or_default();
            bail!("{} did not start: {}", command.get_program().display(), said.trim());
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The screen and the bus last.
        while let Some(group) = self.groups.pop() {
            drop(group);
        }
        process::sweep(MARK, &self.mark);
    }
}

/// Variables that would lead a program to the user's session, or to a proxy on the way to this machine.
fn belongs_to_the_users_session(name: &str) -> bool {
    const NAMES: &[&str] = &["DESKTOP_SESSION", "GTK_MODULES", "LANGUAGE", "SESSION_MANAGER", "SSH_AUTH_SOCK"];
    const PREFIXES: &[&str] = &["AT_SPI_", "DBUS_", "GNOME_", "LC_", "XDG_"];
    NAMES.contains(&name)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || name.to_ascii_lowercase().ends_with("_proxy")
}

/// `XDG_RUNTIME_DIR`: below the session's directory, reached by a short path, since a socket's path may not be long.
#[derive(Debug)]
struct RuntimeDirectory {
    path: PathBuf,
    link: Option<PathBuf>,
}

impl RuntimeDirectory {
    fn new(directory: &Path) -> Result<Self> {
        let path = directory.join("run");
        // What is left of the last session are dead sockets.
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        // 108 bytes for a socket, of which the keyring's own names take some thirty.
        if path.as_os_str().len() <= 70 {
            return Ok(Self { path, link: None });
        }
        let link = env::temp_dir().join(format!("estafette-{}", token(12)?));
        symlink(&path, &link)?;
        Ok(Self { path: link.clone(), link: Some(link) })
    }
}

impl Drop for RuntimeDirectory {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            let _ = fs::remove_file(link);
        }
    }
}

/// Writes a cookie that lets in only those who can read this file: without one, a virtual screen is open to every
/// user of the machine. The entry is for any host and display.
fn write_x_authority(file: &Path) -> Result<()> {
    const WILD: [u8; 2] = [0xff, 0xff];
    const EMPTY: [u8; 2] = [0, 0];
    const NAME: &[u8] = b"MIT-MAGIC-COOKIE-1";
    let cookie = token(16)?;
    let mut entry = Vec::new();
    entry.extend(WILD);
    entry.extend(EMPTY);
    entry.extend(EMPTY);
    for field in [NAME, cookie.as_bytes()] {
        entry.extend(u16::try_from(field.len())?.to_be_bytes());
        entry.extend(field);
    }
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(file.write_all(&entry)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_session_is_left_out() {
        for name in ["DBUS_SESSION_BUS_ADDRESS", "LC_ALL", "XDG_RUNTIME_DIR", "https_proxy", "HTTP_PROXY"] {
            assert!(belongs_to_the_users_session(name), "{name}");
        }
        for name in ["PATH", "DISPLAY", "LANG", "SSL_CERT_FILE", "CARGO_HOME"] {
            assert!(!belongs_to_the_users_session(name), "{name}");
        }
    }

    #[test]
    fn a_session_has_a_keyring_and_a_screen_of_its_own_and_leaves_nothing() -> Result<()> {
        if !Path::new("/usr/bin/Xvfb").exists() || !Path::new("/usr/bin/secret-tool").exists() {
            return Ok(());
        }
        let directory = tempfile::tempdir()?;
        for secret in [Some("un secret"), None] {
            let session = Session::start(directory.path(), Screen::Virtual { width: 640, height: 480 })?;
            if let Some(secret) = secret {
                let mut store = session.command("sh");
                store.args(["-c", "printf '%s' \"$0\" | secret-tool store --label test name test", secret]);
                process::run(&store)?;
            }
            // The second session finds what the first one kept.
            assert_eq!(read(session.command("secret-tool").args(["lookup", "name", "test"]))?, "un secret");
            assert!(read(&mut session.command("xdpyinfo"))?.contains("640x480"));
            let home = read(session.command("sh").args(["-c", "echo $HOME"]))?;
            assert_eq!(Path::new(home.trim()), directory.path().join("home"));
            let mark = session.mark.clone();
            drop(session);
            assert!(process::sweep(MARK, &mark).is_empty());
        }
        Ok(())
    }

    #[test]
    fn a_long_path_gets_a_short_one() -> Result<()> {
        let parent = tempfile::tempdir()?;
        let directory = parent.path().join("x".repeat(100));
        let runtime = RuntimeDirectory::new(&directory)?;
        let link = runtime.path.clone();
        assert!(link.as_os_str().len() <= 70);
        assert_eq!(link.canonicalize()?, directory.canonicalize()?.join("run"));
        drop(runtime);
        assert!(!link.exists());
        Ok(())
    }
}
