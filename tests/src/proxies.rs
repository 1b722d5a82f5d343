//! Proxies as Debian has them, and a network from which nothing else leads out.

use std::{
    fs,
    net::TcpListener as StdTcpListener,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    process::{Child, Command},
    task::JoinHandle,
};

use crate::agent::eventually;

/// Who may go through a proxy that asks for it.
pub const USER: &str = "camille.durand";

/// How a proxy is spoken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// HTTP with CONNECT (tinyproxy).
    Http,
    /// SOCKS5, where the proxy looks names up (microsocks).
    Socks,
}

impl Kind {
    /// With what password `USER` goes through.
    #[must_use]
    pub const fn password(self) -> &'static str {
        match self {
            // tinyproxy takes letters, numbers, dots and dashes.
            Self::Http => "Guichet-75.007",
            // These have a meaning in an address.
            Self::Socks => "Ab%41-c#d/e?f",
        }
    }
}

/// A proxy that runs as long as this lives.
pub struct DebianProxy {
    /// Its port on 127.0.0.1.
    pub port: u16,
    kind: Kind,
    log: PathBuf,
    _folder: TempDir,
    _process: Child,
}

impl DebianProxy {
    /// A proxy for those who know `USER` and the password, to any server.
    pub async fn asking(kind: Kind) -> Result<Self> {
        match kind {
            Kind::Http => Self::tinyproxy(&format!("BasicAuth {USER} {}\n", kind.password())).await,
            Kind::Socks => Self::microsocks(&["-u", USER, "-P", kind.password()]).await,
        }
    }

    /// A proxy for everybody that lets nobody through to a port but this.
    pub async fn to_port_only(port: u16) -> Result<Self> {
        Self::tinyproxy(&format!("ConnectPort {port}\n")).await
    }

    async fn tinyproxy(further: &str) -> Result<Self> {
        Self::start(Kind::Http, |port, folder, log| {
            let configuration = folder.join("configuration");
            let settings = format!(
                "Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 600\nMaxClients 200\nLogLevel \
                 Connect\nLogFile \"{}\"\n{further}",
                log.display()
            );
            fs::write(&configuration, settings)?;
            let mut command = Command::new("tinyproxy");
            command.arg("-d").arg("-c").arg(configuration).stdout(Stdio::null());
            Ok(command)
        })
        .await
    }

    async fn microsocks(arguments: &[&str]) -> Result<Self> {
        Self::start(Kind::Socks, |port, _, log| {
            let mut command = Command::new("microsocks");
            command.args(["-i", "127.0.0.1", "-p", &port.to_string()]).args(arguments).stderr(fs::File::create(log)?);
            Ok(command)
        })
        .await
    }

    /// Starts what listens at a port, with a folder of its own, in which its log is.
    async fn start(kind: Kind, command: impl Fn(u16, &Path, &Path) -> Result<Command>) -> Result<Self> {
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let (folder, port) = (tempfile::tempdir()?, free_port()?);
            let log = folder.path().join("log");
            let process = command(port, folder.path(), &log)?.stdin(Stdio::null()).kill_on_drop(true).spawn();
            let mut process = process.context("a proxy is missing: cargo xtask setup")?;
            eventually("a proxy that listens", || async { TcpStream::connect(("127.0.0.1", port)).await.ok() }).await?;
            // Otherwise it was somebody else who has taken the port meanwhile, and answered.
            if process.try_wait()?.is_none() {
                return Ok(Self { port, kind, log, _folder: folder, _process: process });
            }
        }
        bail!("a proxy that ends at once")
    }

    /// Its address, for the policy.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = match self.kind {
            Kind::Http => "http",
            Kind::Socks => "socks5h",
        };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Where it was asked to lead to, each time, as its log says: `localhost:8448`.
    pub fn led_to(&self) -> Result<Vec<String>> {
        let log = fs::read_to_string(&self.log)?;
        let found = log.lines().filter_map(|line| match self.kind {
            Kind::Http => line.split_once("): CONNECT ")?.1.split(' ').next(),
            Kind::Socks => line.split_once(": connected to ").map(|(_, to)| to.trim()),
        });
        Ok(found.map(str::to_owned).collect())
    }
}

fn free_port() -> Result<u16> {
    Ok(StdTcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A network in which a process is alone: it cannot even look up a name. `Err` where it should be there and is not;
/// the text in `Ok` says why this machine has none.
pub async fn lonely() -> Result<Result<Lonely, String>> {
    let root = fs::metadata("/proc/self")?.uid() == 0;
    let lonely = Lonely { root };
    let tried = lonely.command(Path::new("true")).output().await.context("unshare is missing")?;
    if tried.status.success() {
        return Ok(Ok(lonely));
    }
    let why = String::from_utf8_lossy(&tried.stderr).trim().to_owned();
    if root {
        bail!("root, and no network namespace (is ip there? cargo xtask setup): {why}");
    }
    Ok(Err(format!("this machine lets nobody but root make a network namespace: {why}")))
}

/// How to start a process in such a network.
pub struct Lonely {
    root: bool,
}

impl Lonely {
    /// Starts a program there.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("unshare");
        command.arg("--net");
        if !self.root {
            command.args(["--user", "--map-root-user"]);
        }
        command.args(["sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""]).arg(program).kill_on_drop(true);
        command
    }
}

/// Carries connections on for as long as it lives.
pub struct Relay {
    accepted: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Relay {
    /// The end of the wire in the lonely network: it takes the place of the proxy.
    pub async fn inside(port: u16, wire: PathBuf) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        let listening = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let wire = wire.clone();
                tokio::spawn(async move {
                    let mut far = UnixStream::connect(wire).await?;
                    copy_bidirectional(&mut near, &mut far).await
                });
            }
        });
        Ok(Self { accepted, listening })
    }

    /// The end of the wire at the proxy: a socket in the file system leads from one network into another.
    pub async fn outside(wire: &Path, port: u16) -> Result<Self> {
        let listener = UnixListener::bind(wire)?;
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        let listening = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(("127.0.0.1", port)).await?;
                    copy_bidirectional(&mut near, &mut far).await
                });
            }
        });
        Ok(Self { accepted, listening })
    }

    /// How many connections came.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// What was sent in a network since it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Connections that were tried.
    pub connections: usize,
    /// Packets without a connection: names are looked up so.
    pub datagrams: usize,
    /// What led nowhere.
    pub lost: usize,
}

impl Traffic {
    /// In the network of this process.
    pub fn here() -> Result<Self> {
        let (four, six) = (fs::read_to_string("/proc/self/net/snmp")?, fs::read_to_string("/proc/self/net/snmp6")?);
        let of_four = |what, name| paired(&four, what, name).with_context(|| format!("no {what} {name}"));
        let of_six = |name| {
            let line = six.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            line.and_then(|number| number.parse::<usize>().ok()).with_context(|| format!("no {name}"))
        };
        Ok(Self {
            connections: of_four("Tcp:", "ActiveOpens")?,
            datagrams: of_four("Udp:", "OutDatagrams")? + of_six("Udp6OutDatagrams")?,
            lost: of_four("Ip:", "OutNoRoutes")? + of_six("Ip6OutNoRoutes")?,
        })
    }
}

/// A number of two lines, of which the first has the names.
fn paired(text: &str, what: &str, name: &str) -> Option<usize> {
    let mut lines = text.lines().filter(|line| line.starts_with(what)).map(str::split_whitespace);
    let (mut names, mut numbers) = (lines.next()?, lines.next()?);
    let place = names.position(|other| other == name)?;
    numbers.nth(place)?.parse().ok()
}
