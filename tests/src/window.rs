//! The real window, driven through WebDriver as a hand would drive it.

use std::{
    ffi::OsString,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::agent::{PATIENCE, eventually};
use crate::painted::pipe;

/// How to open a window.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The program.
    pub binary: PathBuf,
    /// The profile.
    pub profile: PathBuf,
    /// The authorities to trust besides the system's.
    pub ca: PathBuf,
    /// The system's language, such as `fr_FR.UTF-8`.
    pub locale: String,
    /// More of the command line.
    pub arguments: Vec<String>,
    /// More of the environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Where what the program says is kept; none leaves it where the caller's goes.
    pub output: Option<PathBuf>,
}

impl Opening {
    /// Opens `profile` in the language of `locale` with the program that the build has made.
    #[must_use]
    pub fn new(profile: &Path, ca: &Path, locale: &str) -> Self {
        Self {
            binary: binary("estafette"),
            profile: profile.to_owned(),
            ca: ca.to_owned(),
            locale: locale.to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            output: None,
        }
    }
}

/// A program beside the one that runs: `target/debug/<name>`.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let folder = here.ancestors().find(|path| path.join(name).is_file());
    folder.unwrap_or(Path::new("target/debug")).join(name)
}

/// A window and the driver that steers it. Both end with this value.
pub struct Window {
    /// For what this type has no words for.
    pub page: Client,
    driver: Child,
    profile: PathBuf,
}

/// A rule of axe that the page breaks.
#[derive(Debug, Deserialize)]
pub struct Violation {
    /// The rule.
    pub id: String,
    /// How bad.
    pub impact: Option<String>,
    /// Where.
    pub nodes: Vec<ViolationNode>,
}

/// One element that breaks a rule.
#[derive(Debug, Deserialize)]
pub struct ViolationNode {
    /// The element.
    pub html: String,
    /// Why.
    #[serde(rename = "failureSummary")]
    pub summary: Option<String>,
}

impl Window {
    /// Starts a driver of its own and the program under it.
    pub async fn open(opening: &Opening) -> Result<Self> {
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("LANG", &opening.locale)
            .env("LC_ALL", &opening.locale)
            .envs(opening.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0);
        if let Some(output) = &opening.output {
            let output = std::fs::File::create(output)?;
            driver.stdout(output.try_clone()?).stderr(output);
        }
        let driver = driver.spawn().context("WebKitWebDriver does not start (package webkit2gtk-driver)")?;
        let mut opened = Driver(Some(driver));
        let mut arguments =
            vec![json!("--profile"), json!(opening.profile), json!("--root-certificates"), json!(opening.ca)];
        arguments.extend(opening.arguments.iter().map(|argument| json!(argument)));
        let capabilities = json!({
            "webkitgtk:browserOptions": {
                "binary": opening.binary,
                "args": arguments,
            },
            "timeouts": { "script": 60_000, "pageLoad": 60_000, "implicit": 0 },
        });
        let Value::Object(capabilities) = capabilities else { bail!("capabilities are an object") };
        let address = format!("http://127.0.0.1:{port}");
        eventually("the driver", || async { tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok() }).await?;
        let page = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .context("the window does not open")?;
        let driver = opened.0.take().context("the driver was just started")?;
        Ok(Self { page, driver, profile: opening.profile.clone() })
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Result<Element> {
        self.wait_for(css, async || self.page.find(Locator::Css(css)).await.ok()).await
    }

    /// Waits for something in the window; when patience ends, leaves a picture of what was there instead.
    pub async fn wait_for<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            if let Some(answer) = ask().await {
                return Ok(answer);
            }
            if start.elapsed() > PATIENCE {
                let name = self.profile.file_name().unwrap_or_default().display().to_string().replace('.', "");
                let picture = root().join("target/e2e/failed").join(format!("{name}.png"));
                // A window that has gone has no picture.
                let seen = match self.screenshot(&picture).await {
                    Ok(()) => picture.display().to_string(),
                    Err(error) => format!("{error:#}"),
                };
                bail!("waited {PATIENCE:?} for {what}; the window: {seen}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, css: &str) -> Result<()> {
        let gone = async || self.page.find_all(Locator::Css(css)).await.ok()?.is_empty().then_some(());
        self.wait_for(&format!("{css} to go"), gone).await
    }

    /// Waits for an element that holds a text, painted: it has a size and lies inside the window. (Asked of the page
    /// itself: what the driver calls text leaves out what has a role of its own.)
    pub async fn painted(&self, css: &str, text: &str) -> Result<Element> {
        let script = "const [css, text] = arguments;
            return [...document.querySelectorAll(css)].find((element) => {
              const box = element.getBoundingClientRect();
              return element.innerText.includes(text) && box.width > 0 && box.height > 0
                && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
                && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
            }) ?? null;";
        self.wait_for(&format!("{text:?} in {css}"), async || {
            let found = self.page.execute(script, vec![json!(css), json!(text)]).await.ok()?;
            // An element crosses as an object with one entry: its identity (WebDriver, section 12.4).
            let identity = found.as_object()?.values().next()?.as_str()?.to_owned();
            Some(Element::from_element_id(self.page.clone(), identity.into()))
        })
        .await
    }

    /// Types where the focus is, key by key.
    pub async fn keys(&self, text: &str) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".into());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.page.perform_actions(keys).await?;
        Ok(())
    }

    /// Presses one key while others are held.
    pub async fn chord(&self, held: &[char], key: char) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".into());
        for &value in held {
            keys = keys.then(KeyAction::Down { value });
        }
        keys = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        for &value in held.iter().rev() {
            keys = keys.then(KeyAction::Up { value });
        }
        self.page.perform_actions(keys).await?;
        Ok(())
    }

    /// Presses one key.
    pub async fn press(&self, key: Key) -> Result<()> {
        self.chord(&[], key.into()).await
    }

    /// Whether an element, or one within it, has the focus.
    pub async fn has_focus(&self, css: &str) -> bool {
        let script = "return document.activeElement?.closest(arguments[0]) !== null";
        self.page.execute(script, vec![json!(css)]).await.is_ok_and(|answer| answer == json!(true))
    }

    /// Waits until the focus has come to an element.
    pub async fn focused(&self, css: &str) -> Result<()> {
        self.wait_for(&format!("the focus on {css}"), async || self.has_focus(css).await.then_some(())).await
    }

    /// Goes to an element by the Tab key alone.
    pub async fn tab_to(&self, css: &str) -> Result<()> {
        self.find(css).await?;
        for _ in 0..30 {
            if self.has_focus(css).await {
                return Ok(());
            }
            self.press(Key::Tab).await?;
        }
        bail!("the Tab key does not lead to {css}")
    }

    /// Waits until the page says yes to an expression.
    pub async fn until(&self, what: &str, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression})");
        self.wait_for(what, async || {
            let answer = self.page.execute(&script, vec![]).await.ok()?;
            (answer == json!(true)).then_some(())
        })
        .await
    }

    /// The processes of the window: the program's and those that it started.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let mut processes = children(self.driver.id())?;
        let mut seen = 0;
        while let Some(process) = processes.get(seen) {
            processes.extend(children(*process)?);
            seen += 1;
        }
        Ok(processes)
    }

    /// The memory of all of the window's processes, in bytes: shared pages count by their share (PSS).
    pub fn memory(&self) -> Result<u64> {
        let mut bytes = 0;
        for process in self.processes()? {
            // A process may end between two looks.
            let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
            let pss = rollup
                .lines()
                .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
            bytes += pss.unwrap_or(0) * 1024;
        }
        Ok(bytes)
    }

    /// What the window shows on the screen, as PNG: taken from the X server, for what the web view says it draws is
    /// not yet painted.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let program = output("pgrep", &["-P", &self.driver.id().to_string()])?;
        let program = program.lines().next().context("the driver runs no program")?.to_owned();
        let windows = output("xdotool", &["search", "--onlyvisible", "--pid", &program])?;
        let window = windows.lines().last().context("the program shows no window")?.to_owned();
        let taken = Command::new("import").args(["-window", &window, "png:-"]).stderr(Stdio::null()).output()?;
        if !taken.status.success() {
            bail!("the window cannot be photographed (package imagemagick)");
        }
        Ok(taken.stdout)
    }

    /// What the window shows of an element, as PNG; what looks alike is alike in every byte.
    pub async fn picture_of(&self, element: &Element) -> Result<Vec<u8>> {
        let (left, top, width, height) = element.rectangle().await?;
        let scrolled = self.page.execute("return [scrollX, scrollY]", vec![]).await?;
        let at = |axis: usize, value: f64| value - scrolled[axis].as_f64().unwrap_or(0.0);
        let part = format!("{width:.0}x{height:.0}+{:.0}+{:.0}", at(0, left).max(0.0), at(1, top).max(0.0));
        pipe(Command::new("convert").args(["png:-", "-crop", &part, "+repage", "-strip", "png:-"]), &self.picture()?)
    }

    /// What the window shows once it has stopped changing: the document is ahead of the screen by some frames.
    async fn settled_picture(&self) -> Result<Vec<u8>> {
        let frames = "const done = arguments[0]; let left = 12;
            const next = () => left-- > 0 ? requestAnimationFrame(next) : done(true);
            next();";
        let mut before = Vec::new();
        for _ in 0..10 {
            self.page.execute_async(frames, vec![]).await?;
            let picture = self.picture()?;
            if picture == before {
                break;
            }
            before = picture;
        }
        Ok(before)
    }

    /// Keeps what the window shows.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, self.settled_picture().await?)?;
        Ok(())
    }

    /// What axe finds wrong on the page as it is.
    pub async fn axe(&self) -> Result<Vec<Violation>> {
        let path = root().join("ui/node_modules/axe-core/axe.min.js");
        let source =
            std::fs::read_to_string(&path).with_context(|| format!("no {}: run npm ci in ui", path.display()))?;
        self.page.execute(&format!("{source}; window.axe = axe;"), vec![]).await?;
        let found = self
            .page
            .execute_async(
                "const done = arguments[0];
                 window.axe.run(document, { resultTypes: ['violations'] })
                   .then((result) => done(result.violations), (error) => done(String(error)));",
                vec![],
            )
            .await?;
        serde_json::from_value(found.clone()).with_context(|| format!("axe answered {found}"))
    }

    /// Closes the window by the window manager, as a hand does, and waits until the program has ended by itself.
    pub async fn close_by_hand(mut self) -> Result<()> {
        let profile = self.profile.clone();
        is_in_front(&runs_on(&profile)).await?;
        let keys = Command::new("xdotool").args(["key", "--clearmodifiers", "alt+F4"]).status();
        if !keys.context("xdotool does not start")?.success() {
            bail!("xdotool cannot press keys");
        }
        eventually("the program to end", || async { runs_on(&profile).is_empty().then_some(()) }).await?;
        stop(&mut self.driver);
        Ok(())
    }

    /// Asks the program to end, as the system does, and waits until it has: its profile is left in order.
    pub async fn end(mut self) -> Result<()> {
        let profile = self.profile.clone();
        let program = *self.processes()?.first().context("the window has no process")?;
        if !Command::new("kill").args(["-TERM", &program.to_string()]).status()?.success() {
            bail!("the program cannot be asked to end");
        }
        eventually("the program to end", || async { runs_on(&profile).is_empty().then_some(()) }).await?;
        stop(&mut self.driver);
        Ok(())
    }

    /// Ends the driver's session and with it the program, wherever that stands.
    pub async fn close(mut self) -> Result<()> {
        // The session may be gone with its window.
        let _ = self.page.clone().close().await;
        stop(&mut self.driver);
        Ok(())
    }
}

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// A driver that ends if the window never comes.
struct Driver(Option<Child>);

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.0 {
            stop(driver);
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        stop(&mut self.driver);
    }
}

/// The processes that name a profile on their command line.
#[must_use]
pub fn runs_on(profile: &Path) -> Vec<u32> {
    let name = profile.as_os_str().as_encoded_bytes();
    let of = |entry: std::fs::DirEntry| {
        let process = entry.file_name().to_str()?.parse().ok()?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        line.split(|byte| *byte == 0).any(|argument| argument == name).then_some(process)
    };
    std::fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(of).collect()
}

/// Waits until a window of one of these processes is the one that keys go to.
pub async fn is_in_front(processes: &[u32]) -> Result<()> {
    let active = || output("xdotool", &["getactivewindow", "getwindowpid"]).ok()?.trim().parse().ok();
    eventually("the window in front", || async { processes.contains(&active()?).then_some(()) }).await
}

/// Ends the driver and all that it started: they share a process group.
fn stop(driver: &mut Child) {
    let group = format!("-{}", driver.id());
    for signal in ["-TERM", "-KILL"] {
        // The group may have ended by itself.
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
        for _ in 0..50 {
            let alive = Command::new("kill").args(["-0", "--", &group]).stderr(Stdio::null()).status();
            let _ = driver.try_wait();
            if !alive.is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The processes that a process has started.
fn children(process: u32) -> Result<Vec<u32>> {
    let found = output("pgrep", &["-P", &process.to_string()])?;
    Ok(found.lines().filter_map(|line| line.trim().parse().ok()).collect())
}

/// What a program prints.
fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output().with_context(|| format!("{program} does not start"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A port that is free now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
