//! What a proxy says when it is asked itself: whether it refuses who one is, or only the server, since hyper-util takes
//! 407 for the one and there are proxies that answer 401 (tinyproxy does); in which ways it wants to be told; and
//! whether it is there at all. How long it may take is for whoever asks to say.

use std::{io, sync::Arc, time::Duration};

use reqwest::header::HeaderValue;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::Url;

/// How long a proxy may take that has said nothing so far.
const LITTLE: Duration = Duration::from_secs(3);

/// More of an answer is not read.
const LONGEST: u64 = 8192;

/// How TLS is spoken to a proxy: as to a server, and without more than that, as reqwest does it.
pub(super) fn to_proxies(servers: &ClientConfig) -> Arc<ClientConfig> {
    let mut tls = servers.clone();
    // The answer is read as HTTP/1.
    tls.alpn_protocols.clear();
    Arc::new(tls)
}

/// Whether a proxy refuses who one is. False where it cannot be asked: it may be the server.
pub(super) async fn refuses(proxy: &Url, tls: &Arc<ClientConfig>, who: &HeaderValue) -> bool {
    ask(proxy, tls, Some(who)).await.is_some_and(|answer| matches!(status(&answer), Some(401 | 407)))
}

/// Whether a proxy that wants to know who one is takes a name and a password (Basic). None where it does not say.
pub(super) async fn takes_password(proxy: &Url, tls: &Arc<ClientConfig>) -> Option<bool> {
    let answer = ask(proxy, tls, None).await?;
    if status(&answer) == Some(407) { names_basic(&answer) } else { None }
}

/// Whether a proxy can be connected to, soon.
pub(super) async fn is_there(proxy: &Url) -> bool {
    matches!(timeout(LITTLE, connect(proxy)).await, Ok(Ok(_)))
}

/// The head of the answer to the wish for a server that nobody has: who one is comes first. None of a proxy that speaks
/// something else than HTTP, or whose certificate is refused: nobody tells that one who they are.
async fn ask(proxy: &Url, tls: &Arc<ClientConfig>, who: Option<&HeaderValue>) -> Option<Vec<u8>> {
    match proxy.scheme() {
        "http" => exchange(connect(proxy).await.ok()?, who).await.ok(),
        "https" => exchange(secured(proxy, tls).await.ok()?, who).await.ok(),
        _ => None,
    }
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, who: Option<&HeaderValue>) -> io::Result<Vec<u8>> {
    let mut wish = b"CONNECT estafette.invalid:443 HTTP/1.1\r\nHost: estafette.invalid:443\r\n".to_vec();
    if let Some(who) = who {
        wish.extend_from_slice(&["Proxy-Authorization: ".as_bytes(), who.as_bytes(), b"\r\n"].concat());
    }
    wish.extend_from_slice(b"\r\n");
    stream.write_all(&wish).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    let mut some = stream.take(LONGEST);
    while !is_whole(&answer) && some.read_buf(&mut answer).await? > 0 {}
    Ok(answer)
}

async fn secured(proxy: &Url, tls: &Arc<ClientConfig>) -> io::Result<impl AsyncRead + AsyncWrite + Unpin> {
    let name = ServerName::try_from(host(proxy)?.to_owned()).map_err(|_| io::ErrorKind::InvalidInput)?;
    TlsConnector::from(Arc::clone(tls)).connect(name, connect(proxy).await?).await
}

async fn connect(proxy: &Url) -> io::Result<TcpStream> {
    let port = proxy.port_or_known_default().ok_or(io::ErrorKind::InvalidInput)?;
    TcpStream::connect((host(proxy)?, port)).await
}

fn host(proxy: &Url) -> io::Result<&str> {
    Ok(proxy.host_str().ok_or(io::ErrorKind::InvalidInput)?.trim_matches(['[', ']']))
}

/// Whether the head of an answer has ended.
fn is_whole(answer: &[u8]) -> bool {
    answer.windows(4).any(|end| end == b"\r\n\r\n") || answer.windows(2).any(|end| end == b"\n\n")
}

fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\n').next()?;
    let (version, rest) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    if !version.starts_with("HTTP/") {
        return None;
    }
    rest.get(..3)?.parse().ok()
}

/// Whether Basic is among the ways that an answer names (RFC 9110, section 11.7.1). None where it names none.
fn names_basic(answer: &[u8]) -> Option<bool> {
    let head = String::from_utf8_lossy(answer);
    let mut ways = head
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("proxy-authenticate"))
        .flat_map(|(_, ways)| ways.split(','))
        .filter_map(|way| way.split_whitespace().next())
        .peekable();
    ways.peek()?;
    Some(ways.any(|way| way.eq_ignore_ascii_case("basic")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_found_in_whatever_is_answered() {
        for (answer, found) in [
            ("HTTP/1.1 407 Who are you?\r\n\r\n", Some(407)),
            ("HTTP/1.0 401 Unauthorized\r\nServer: x\r\n", Some(401)),
            ("HTTP/1.1 502\r\n", Some(502)),
            ("HTTP/1.1 4", None),
            ("SSH-2.0-OpenSSH_9.2", None),
            ("<html> 407", None),
            ("", None),
        ] {
            assert_eq!(status(answer.as_bytes()), found, "{answer}");
        }
        assert_eq!(status(&[0xff, b' ', b'4', b'0', b'7']), None);
    }

    #[test]
    fn the_ways_to_say_who_one_is_are_found() {
        for (headers, basic) in [
            ("Proxy-Authenticate: Basic realm=\"proxy\"", Some(true)),
            ("proxy-authenticate:basic", Some(true)),
            ("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM", Some(false)),
            ("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: BASIC realm=\"x\"", Some(true)),
            ("Proxy-Authenticate: Negotiate, Basic realm=\"x\"", Some(true)),
            ("Proxy-Authenticate: Digest realm=\"x\", qop=\"auth\"", Some(false)),
            ("WWW-Authenticate: Basic", None),
            ("Proxy-Authenticate:", None),
            ("X: y\r\n\r\nProxy-Authenticate: Basic", None),
        ] {
            let answer = format!("HTTP/1.1 407 Who are you?\r\n{headers}\r\n\r\n");
            assert_eq!(names_basic(answer.as_bytes()), basic, "{headers}");
        }
    }
}
