//! Each connection on its way: how it was tried, and what is known of the proxy where it does not come about.

use std::{
    error::Error as StdError,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, timeout, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    proxy::{Entry, Route},
    why::{self, ByProxy},
};

type BoxError = Box<dyn StdError + Send + Sync>;

/// No connection came about.
#[derive(Debug, thiserror::Error)]
#[error("no connection")]
pub(super) struct Unconnected {
    /// How it was tried.
    pub(super) route: Route,
    /// What is known of the proxy, beyond what the cause says.
    pub(super) known: Option<Known>,
    source: BoxError,
}

/// What is known of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It wants to know who one is, and takes a name and a password for that.
    WantsPassword,
    /// It wants to know who one is, in none of the ways that Estafette has.
    WantsOther,
    /// Nobody was there when the time was up. Whether this connection needed it is not known here.
    Silent,
    /// It was there, and the time was up all the same.
    Slow,
}

/// Has each connection watched.
#[derive(Clone)]
pub(super) struct Watching {
    pub(super) route: Route,
    pub(super) patience: Patience,
}

/// How long a connection may take.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Until there is one, with the server and the proxy on the way there.
    pub(super) connecting: Duration,
    /// On top, where there is none: all that the proxy is asked then.
    pub(super) asking: Duration,
}

impl<S> Layer<S> for Watching {
    type Service = Watched<S>;

    fn layer(&self, inner: S) -> Watched<S> {
        Watched { inner, by: self.clone() }
    }
}

/// What makes connections, watched.
#[derive(Clone)]
pub(super) struct Watched<S> {
    inner: S,
    by: Watching,
}

impl<S, R> Service<R> for Watched<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, to: R) -> Self::Future {
        let Watching { route, patience } = self.by.clone();
        // Before it begins: who one is may be changed while it is under way.
        let said = route.entry();
        let connecting = self.inner.call(to);
        Box::pin(async move {
            let cause = match timeout(patience.connecting, connecting).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(cause)) => Some(cause),
                Err(_) => None,
            };
            let until = Instant::now() + patience.asking;
            let (known, source) = match cause {
                Some(cause) => (after(&*cause, &route, said.as_ref(), until).await, cause),
                None => (after_silence(&route, until).await, io::Error::from(io::ErrorKind::TimedOut).into()),
            };
            if known == Some(Known::WantsPassword) {
                route.turned_away(said.as_ref());
            }
            Err(Unconnected { route, known, source }.into())
        })
    }
}

/// What is known of the proxy where a connection failed.
async fn after(
    cause: &(dyn StdError + Send + Sync + 'static),
    route: &Route,
    said: Option<&Entry>,
    until: Instant,
) -> Option<Known> {
    let asks = match (why::by_proxy(cause), said) {
        (Some(ByProxy::Asks), _) => true,
        (Some(ByProxy::Refuses), Some(said)) => timeout_at(until, route.refuses(said)).await.unwrap_or(false),
        _ => false,
    };
    if !asks {
        return None;
    }
    // One that does not say so in time may take it.
    let takes_password = timeout_at(until, route.takes_password()).await.unwrap_or(true);
    Some(if takes_password { Known::WantsPassword } else { Known::WantsOther })
}

/// The same where the time was up.
async fn after_silence(route: &Route, until: Instant) -> Option<Known> {
    let there = timeout_at(until, route.is_there()).await.unwrap_or(Some(false))?;
    Some(if there { Known::Slow } else { Known::Silent })
}
