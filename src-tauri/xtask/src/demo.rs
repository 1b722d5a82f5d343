//! `cargo xtask demo`: two servers, two people, two windows.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use estafette_homeservers::{Homeservers, Side, token};
use serde_json::{Value, json};

use crate::{
    build,
    interrupt::{self, Interrupted},
    process::{self, Group},
    session::{Screen, Session},
    setup, workspace,
};

/// How the demo is to run.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// On a virtual screen: writes a message in each window, checks that the other shows it, and ends.
    #[arg(long)]
    pub(crate) headless: bool,
    /// Where to write screenshots.
    #[arg(long, value_name = "DIR", requires = "headless")]
    pub(crate) screenshots: Option<PathBuf>,
    /// Start from the sign-in screen, with two agents who never signed in.
    #[arg(long, conflicts_with = "headless")]
    pub(crate) fresh: bool,
}

/// Two windows beside each other.
const VIRTUAL_SCREEN: Screen = Screen::Virtual { width: 2560, height: 900 };

struct Demo {
    directory: PathBuf,
    // Dropped in this order: windows before servers.
    session: Session,
    homeservers: Homeservers,
}

/// Runs the demo until Ctrl+C, or until both windows are closed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let screenshots = options.screenshots.as_deref().map(std::path::absolute).transpose()?;
    setup::run()?;
    build::ui()?;
    println!("building");
    build::programs()?;
    let _lock = workspace::lock("demo").context("another demo seems to run")?;
    let demo = Demo::start(options)?;
    if options.headless {
        return demo.drive(screenshots.as_deref());
    }
    let profiles = if options.fresh { demo.fresh_profiles()? } else { demo.profiles() };
    demo.show(&profiles)
}

impl Demo {
    fn start(options: &Options) -> Result<Self> {
        let directory = workspace::target().join("demo");
        let filled = directory.join("filled");
        if !filled.exists() && directory.exists() && !options.fresh {
            // Half a world is none: the last attempt broke off, or only --fresh has run.
            Homeservers::stop_directory(directory.join("homeservers"))?;
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        let screen = if options.headless { VIRTUAL_SCREEN } else { Screen::Own };
        let session = Session::start(&directory, screen)?;
        println!("starting two homeservers");
        let homeservers = Homeservers::start(directory.join("homeservers"))?;
        interrupt::check()?;
        let demo = Self { directory, session, homeservers };
        if !options.fresh && !filled.exists() {
            println!("filling them (once)");
            let mut world = demo.session.command(workspace::program("world"));
            world.arg("--state").arg(demo.state()).arg("--profiles").arg(demo.profiles());
            process::run(&world)?;
            fs::write(&filled, "")?;
        }
        Ok(demo)
    }

    fn state(&self) -> PathBuf {
        self.homeservers.info().file()
    }

    fn profiles(&self) -> PathBuf {
        self.directory.join("profiles")
    }

    /// Has both windows write to each other, and checks.
    fn drive(&self, screenshots: Option<&Path>) -> Result<()> {
        let default = self.directory.join("screenshots");
        let screenshots = screenshots.unwrap_or(&default);
        fs::create_dir_all(screenshots)?;
        let mut drive = self.session.command(workspace::program("demo-drive"));
        drive.arg("--state").arg(self.state()).arg("--profiles").arg(self.profiles());
        drive.arg("--screenshots").arg(screenshots);
        process::run(&drive)?;
        println!("screenshots: {}", screenshots.display());
        Ok(())
    }

    /// Opens both windows and waits.
    fn show(&self, profiles: &Path) -> Result<()> {
        let mut windows = Vec::new();
        for side in Side::BOTH {
            windows.push(self.open_window(side, &profiles.join(side.key()))?);
        }
        println!("two windows are open; Ctrl+C ends everything");
        match self.place(&windows) {
            Err(error) if !error.is::<Interrupted>() => println!("they could not be placed side by side: {error:#}"),
            _ => {}
        }
        while !windows.is_empty() {
            let mut open = Vec::new();
            for mut window in windows {
                match window.status()? {
                    None => open.push(window),
                    Some(status) if status.success() => {}
                    Some(status) => bail!(
                        "a window ended: {status}{}; see {}",
                        status.signal().map(|signal| format!(" (signal {signal})")).unwrap_or_default(),
                        self.directory.join("logs").display()
                    ),
                }
            }
            windows = open;
            if interrupt::poll(Duration::from_millis(200), || Ok(None::<()>)).is_err() {
                println!("\nending everything");
                return Ok(());
            }
        }
        println!("both windows are closed");
        Ok(())
    }

    fn open_window(&self, side: Side, profile: &Path) -> Result<Group> {
        let mut window = self.session.command(workspace::program("estafette"));
        window.arg("--profile").arg(profile).arg("--root-certificates").arg(&self.homeservers.info().ca);
        let language = match side {
            Side::French => "fr_FR.UTF-8",
            Side::German => "de_DE.UTF-8",
        };
        window.env("LANG", language).env("LC_ALL", language);
        let log = self.session.log(&format!("{side}-window"))?;
        let errors = log.try_clone()?;
        Group::spawn_with(&window, |command| {
            command.stdout(log).stderr(errors);
        })
    }

    /// French on the left, German on the right. Only X11 lets one program move another's windows.
    fn place(&self, windows: &[Group]) -> Result<()> {
        if std::env::var_os("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty()) {
            return Ok(());
        }
        let xdotool = |arguments: &[String]| process::read(self.session.command("xdotool").args(arguments));
        let geometry = xdotool(&["getdisplaygeometry".into()])?;
        let (width, height) = geometry.trim().split_once(' ').context("no screen size")?;
        let (width, height): (u32, u32) = (width.parse()?, height.parse()?);
        // Not the whole height, for a panel and the frame.
        let (half, tall) = (width / 2, height.saturating_sub(90));
        for (index, window) in (0_u32..).zip(windows) {
            let search = ["search".into(), "--onlyvisible".into(), "--pid".into(), window.id().to_string()];
            let found = interrupt::poll(Duration::from_secs(20), || {
                // It fails while there is no such window.
                let found = xdotool(&search).unwrap_or_default();
                Ok(found.lines().last().map(str::to_owned))
            })?;
            let found = found.context("a window did not appear within 20 seconds")?;
            xdotool(&["windowsize".into(), found.clone(), half.to_string(), tall.to_string()])?;
            xdotool(&["windowmove".into(), found, (index * half).to_string(), "0".into()])?;
        }
        Ok(())
    }

    /// Two agents who never signed in, and an empty profile for each. A colleague invites both to a room, so that
    /// they have where to write.
    fn fresh_profiles(&self) -> Result<PathBuf> {
        let profiles = self.directory.join("fresh-profiles");
        if profiles.exists() {
            fs::remove_dir_all(&profiles)?;
        }
        fs::create_dir_all(&profiles)?;
        let number = token(4)?;
        let mut invited = Vec::new();
        println!();
        for (side, localpart, name) in
            [(Side::French, "camille.durand", "Camille Durand"), (Side::German, "lena.fischer", "Lena Fischer")]
        {
            let password = token(12)?;
            let localpart = format!("{localpart}.{number}");
            let user_id = self.homeservers.register(side, &localpart, &password, Some(name), false)?;
            println!("{side:7} address {user_id}   password {password}");
            invited.push(user_id);
        }
        println!();
        let (localpart, password) = (format!("protocole.{number}"), token(12)?);
        self.homeservers.register(Side::French, &localpart, &password, Some("Bureau des échanges"), false)?;
        let api = self.homeservers.api(Side::French);
        let host = api.login(&localpart, &password)?;
        let encrypted = json!({
            "type": "m.room.encryption", "state_key": "", "content": { "algorithm": "m.megolm.v1.aes-sha2" },
        });
        let room = json!({
            "preset": "trusted_private_chat",
            "name": "Échanges · Austausch",
            "invite": invited,
            "initial_state": [encrypted],
        });
        let call = |path: &str, body: &Value| api.call("POST", path, Some(&host.access_token), Some(body));
        call("/_matrix/client/v3/createRoom", &room)?;
        // Leaves no device that the two would be asked to trust.
        call("/_matrix/client/v3/logout/all", &json!({}))?;
        Ok(profiles)
    }
}
