//! What stands between a client and its homeserver in an administration: it passes everything on, and misbehaves when
//! told to.

use std::{
    convert::Infallible,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result};
use estafette_homeservers::Server;
use futures_util::stream;
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Frame, Incoming},
    header::{ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, TRANSFER_ENCODING},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use matrix_sdk::reqwest::{self, Certificate, Client};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::servers::ca;

/// How a gateway misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server's answer comes so much later.
    Late(Duration),
    /// The server has done what it was asked, and its answer breaks off in the middle.
    Cut,
    /// The server has done what it was asked, and half of its answer looks like all of it.
    Malformed,
    /// Another page instead of any answer, as where one has to sign in to the network first.
    Foreign,
    /// Too many requests: again after so long.
    Busy(Duration),
    /// The gateway finds no server behind it.
    BadGateway,
    /// The server does not allow it.
    Refused,
    /// The connection is closed without a word.
    Closed,
    /// The session has ended, and its device may go on with another.
    SignedOut,
    /// Something else in place of the server's answer, as if the server had said it.
    Says(&'static str),
}

/// A fault, for some of the requests.
struct Rule {
    part: &'static str,
    fault: Fault,
    left: usize,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    met: usize,
    passed: Vec<String>,
}

/// A gateway before one homeserver, on loopback and without TLS, that listens as long as this lives.
pub struct Gateway {
    /// What to sign in to instead of the server's own address.
    pub url: String,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

impl Gateway {
    /// Stands before a server.
    pub async fn before(server: &Server) -> Result<Self> {
        Self::open(server, &std::fs::read(ca())?).await
    }

    /// Stands before a server whose certificate another authority has signed.
    pub async fn open(server: &Server, ca: &[u8]) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://localhost:{}", listener.local_addr()?.port());
        let state = Arc::new(Mutex::new(State::default()));
        let behind = Behind {
            client: Client::builder()
                .tls_certs_merge([Certificate::from_pem(ca)?])
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            base_url: server.base_url.clone(),
            state: state.clone(),
        };
        let listening = tokio::spawn(async move {
            // With the gateway, its connections end.
            let mut open = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                open.spawn(serve(near, behind.clone()));
                while open.try_join_next().is_some() {}
            }
        });
        Ok(Self { url, state, listening })
    }

    /// Misbehaves from now on, as many times as that, where the method and the path of a request contain this: `PUT /…`.
    pub fn misbehave(&self, part: &'static str, fault: Fault, times: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rules.push(Rule { part, fault, left: times });
    }

    /// Behaves again; says how often it has misbehaved since it did last.
    pub fn behave(&self) -> usize {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rules.clear();
        std::mem::take(&mut state.met)
    }

    /// How many requests it has passed on whose path contains this.
    #[must_use]
    pub fn passed(&self, part: &str) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.passed.iter().filter(|path| path.contains(part)).count()
    }

    /// How often it has misbehaved since it behaved last.
    #[must_use]
    pub fn met(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).met
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[derive(Clone)]
struct Behind {
    client: Client,
    base_url: String,
    state: Arc<Mutex<State>>,
}

type Body = BoxBody<Bytes, io::Error>;

async fn serve(near: TcpStream, behind: Behind) {
    let answer = service_fn(move |request| {
        let behind = behind.clone();
        async move { behind.answer(request).await }
    });
    // Whoever asked may have hung up.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(near), answer).await;
}

impl Behind {
    /// An error closes the connection.
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>> {
        let fault = self.fault(&format!("{} {}", request.method(), request.uri().path()));
        let html = "<html><body><h1>Portail</h1></body></html>";
        match fault {
            None => self.pass(request).await?.whole(),
            Some(Fault::Late(delay)) => {
                let answer = self.pass(request).await?;
                sleep(delay).await;
                answer.whole()
            }
            Some(Fault::Cut) => self.pass(request).await?.cut(),
            Some(Fault::Malformed) => self.pass(request).await?.half().whole(),
            Some(Fault::Foreign) => made(StatusCode::OK, "text/html", html.to_owned()),
            Some(Fault::Busy(wait)) => {
                let body = serde_json::json!({
                    "errcode": "M_LIMIT_EXCEEDED",
                    "error": "Too Many Requests",
                    "retry_after_ms": u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                });
                made(StatusCode::TOO_MANY_REQUESTS, "application/json", body.to_string())
            }
            Some(Fault::BadGateway) => made(StatusCode::BAD_GATEWAY, "text/html", html.to_owned()),
            Some(Fault::Refused) => {
                let body = serde_json::json!({"errcode": "M_FORBIDDEN", "error": "No"});
                made(StatusCode::FORBIDDEN, "application/json", body.to_string())
            }
            Some(Fault::Closed) => anyhow::bail!("closed"),
            Some(Fault::SignedOut) => {
                let body = r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Expired","soft_logout":true}"#;
                made(StatusCode::UNAUTHORIZED, "application/json", body.to_owned())
            }
            Some(Fault::Says(body)) => made(StatusCode::OK, "application/json", body.to_owned()),
        }
    }

    /// The fault whose turn it is.
    fn fault(&self, what: &str) -> Option<Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = state.rules.iter_mut().find(|rule| rule.left > 0 && what.contains(rule.part))?;
        rule.left = rule.left.saturating_sub(1);
        let fault = rule.fault;
        state.met += 1;
        Some(fault)
    }

    /// What the server answers.
    async fn pass(&self, request: Request<Incoming>) -> Result<Answer> {
        let (head, body) = request.into_parts();
        self.state.lock().unwrap_or_else(PoisonError::into_inner).passed.push(head.uri.path().to_owned());
        let path = head.uri.path_and_query().context("no path")?;
        let mut headers = head.headers;
        for name in [ACCEPT_ENCODING, HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            headers.remove(name);
        }
        let body = body.collect().await?.to_bytes();
        let url = format!("{}{path}", self.base_url);
        let answer = self.client.request(head.method, url).headers(headers).body(body).send().await?;
        let status = answer.status();
        let kind = answer.headers().get(CONTENT_TYPE).cloned();
        Ok(Answer { status, kind, body: answer.bytes().await? })
    }
}

struct Answer {
    status: StatusCode,
    kind: Option<HeaderValue>,
    body: Bytes,
}

impl Answer {
    fn head(&self) -> hyper::http::response::Builder {
        let builder = Response::builder().status(self.status);
        match &self.kind {
            Some(kind) => builder.header(CONTENT_TYPE, kind),
            None => builder,
        }
    }

    fn whole(self) -> Result<Response<Body>> {
        Ok(self.head().body(Full::new(self.body).map_err(never).boxed())?)
    }

    /// Half of the body.
    fn half(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// The head promises more than comes.
    fn cut(self) -> Result<Response<Body>> {
        let head = self.head().header(CONTENT_LENGTH, self.body.len());
        let parts = [Ok(Frame::data(self.half().body)), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
        Ok(head.body(StreamBody::new(stream::iter(parts)).boxed())?)
    }
}

fn made(status: StatusCode, kind: &'static str, body: String) -> Result<Response<Body>> {
    Answer { status, kind: Some(HeaderValue::from_static(kind)), body: body.into() }.whole()
}

fn never(never: Infallible) -> io::Error {
    match never {}
}
