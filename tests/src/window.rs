//! The real window, driven through WebDriver as a hand would drive it.

use std::{
    ffi::OsString,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::agent::{PATIENCE, eventually};

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
    /// More of the environment.
    pub environment: Vec<(OsString, OsString)>,
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
            environment: Vec::new(),
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
        let driver = driver.spawn().context("WebKitWebDriver does not start (package webkit2gtk-driver)")?;
        let mut opened = Driver(Some(driver));
        let capabilities = json!({
            "webkitgtk:browserOptions": {
                "binary": opening.binary,
                "args": ["--profile", opening.profile, "--root-certificates", opening.ca],
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
        Ok(Self { page, driver })
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Result<Element> {
        self.page
            .wait()
            .at_most(PATIENCE)
            .every(Duration::from_millis(50))
            .for_element(Locator::Css(css))
            .await
            .with_context(|| format!("no {css} in the window"))
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, css: &str) -> Result<()> {
        eventually(&format!("{css} to go"), || async {
            self.page.find_all(Locator::Css(css)).await.ok()?.is_empty().then_some(())
        })
        .await
    }

    /// Waits for an element that holds a text, painted: it has a size and lies inside the window.
    pub async fn painted(&self, css: &str, text: &str) -> Result<Element> {
        eventually(&format!("{text:?} in {css}"), || async {
            for element in self.page.find_all(Locator::Css(css)).await.ok()? {
                if element.text().await.is_ok_and(|found| found.contains(text)) && element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
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

    /// What the window shows, as PNG.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, self.page.screenshot().await?)?;
        Ok(())
    }

    /// What axe finds wrong on the page as it is.
    pub async fn axe(&self) -> Result<Vec<Violation>> {
        let path = root().join("ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&path).with_context(|| format!("no {}: run npm ci in ui", path.display()))?;
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

    /// Closes the window as its close button would, and waits until the program has ended.
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

/// A port that is free now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
