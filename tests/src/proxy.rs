//! A proxy as an administration has one: everything goes through it, for those who give a name and a password.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use base64::Engine as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A proxy that listens as long as this lives.
pub struct Proxy {
    /// Its address, with the name and the password.
    pub url: String,
    let_through: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Opens a proxy for who knows these.
    pub async fn open(user: &str, password: &str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{user}:{password}@127.0.0.1:{}", listener.local_addr()?.port());
        let known = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        let let_through = Arc::new(AtomicUsize::new(0));
        let count = let_through.clone();
        let listening = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, format!("basic {known}").to_lowercase(), count.clone()));
            }
        });
        Ok(Self { url, let_through, listening })
    }

    /// How many connections went through.
    #[must_use]
    pub fn let_through(&self) -> usize {
        self.let_through.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// One connection: `CONNECT host:port`, and then whatever both sides say (RFC 9110, section 9.3.6).
async fn carry(mut near: TcpStream, known: String, count: Arc<AtomicUsize>) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 {
        head.push(near.read_u8().await?);
    }
    // Base64 in lower case is good enough to compare with, here.
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.lines();
    let to = lines.next().and_then(|line| line.strip_prefix("CONNECT ")?.split(' ').next()).unwrap_or_default();
    let may = lines.any(|line| line.to_lowercase().strip_prefix("proxy-authorization: ") == Some(known.as_str()));
    if !may {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\r\n";
        near.write_all(refusal.as_bytes()).await?;
        return Ok(());
    }
    let mut far = TcpStream::connect(to).await?;
    count.fetch_add(1, Ordering::SeqCst);
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut near, &mut far).await?;
    Ok(())
}
