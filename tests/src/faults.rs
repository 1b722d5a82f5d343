//! Bad networks: a wire to a homeserver that can be cut and mended, and servers that are none.

use std::sync::Arc;

use anyhow::Result;
use estafette_homeservers::Server;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// A wire to one homeserver. Certificates hold through it: they name the host, and it is the same host.
pub struct Wire {
    /// What to sign in to instead of the server's own address.
    pub url: String,
    whole: Arc<watch::Sender<bool>>,
    listening: JoinHandle<()>,
}

impl Wire {
    /// Lays a wire to a server.
    pub async fn to(server: &Server) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let host = server.name.split(':').next().unwrap_or("localhost");
        let url = format!("https://{host}:{}", listener.local_addr()?.port());
        let whole = Arc::new(watch::channel(true).0);
        let port = server.port;
        let state = whole.clone();
        let listening = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, port, state.subscribe()));
            }
        });
        Ok(Self { url, whole, listening })
    }

    /// Cuts the wire: what is open breaks off, and nothing new comes through.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Mends the wire.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn carry(mut near: TcpStream, port: u16, mut whole: watch::Receiver<bool>) {
    if !*whole.borrow() {
        return;
    }
    let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        _ = whole.wait_for(|whole| !whole) => {}
    }
}

/// An HTTP server on loopback that answers a few paths, all else with 404; for what no real server says.
pub struct Pretender {
    /// Where it listens.
    pub url: String,
    listening: JoinHandle<()>,
}

impl Pretender {
    /// Answers each path with its JSON.
    pub async fn new(answers: &'static [(&'static str, &'static str)]) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pretend(stream, answers));
            }
        });
        Ok(Self { url, listening })
    }
}

impl Drop for Pretender {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn pretend(mut stream: TcpStream, answers: &[(&str, &str)]) {
    let mut request = vec![0; 8192];
    let Ok(read) = stream.read(&mut request).await else { return };
    let request = String::from_utf8_lossy(&request[..read]).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("").split('?').next().unwrap_or("");
    let (status, body) = match answers.iter().find(|(known, _)| *known == path) {
        Some((_, body)) => ("200 OK", *body),
        None => ("404 Not Found", "<html>nothing here</html>"),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    // Whoever asked may have hung up.
    let _ = stream.write_all(answer.as_bytes()).await;
}
