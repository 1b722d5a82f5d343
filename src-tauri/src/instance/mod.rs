//! One instance per profile: a second start hands what it was asked for to the first, and ends.
//!
//! The profile's lock decides who is the first: the operating system frees it however a process ends. Only who
//! holds it makes the socket, so that one left by a killed process is in nobody's way.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{io, path::Path, time::Duration};

use estafette_core::{ErrorCode, ProfileLock, stream::Subscription};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::{Instant, sleep, timeout, timeout_at},
};

#[cfg(unix)]
pub(crate) use unix::Calls;
#[cfg(unix)]
use unix::call;
#[cfg(windows)]
pub(crate) use windows::Calls;
#[cfg(windows)]
use windows::call;

/// How long a second start waits: the first one may be starting, or closing its stores.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a second start looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long a second start may take to say what it wants.
const SLOW: Duration = Duration::from_secs(2);
/// How long the window may take to come. Less than `PATIENCE`: who asked may try once more.
const COMING: Duration = Duration::from_secs(10);
/// What a second start has to say is short.
const LONGEST: u32 = 16 * 1024;
/// The first one has done what was wished for.
const DONE: u8 = 1;

/// What a start was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Wish {
    /// To run, without its window.
    Background,
    /// To show its window. Also what a newer version wants and this one does not know.
    #[serde(other)]
    Window,
}

/// What a start came to.
#[derive(Debug)]
pub(crate) enum Entry {
    /// It is the first on its profile.
    First(First),
    /// The first has done what was wished for.
    HandedOver,
    /// Another process holds the profile and does not answer.
    Silent,
}

/// The first instance on a profile.
#[derive(Debug, Default)]
pub(crate) struct First {
    /// None where the profile cannot be held at all; core says so in the window.
    pub(crate) lock: Option<ProfileLock>,
    /// None where there is no way to listen, on some network drives for instance.
    pub(crate) calls: Option<Calls>,
}

/// Takes hold of the profile before anything of it is opened, or hands over to the process that has it.
pub(crate) async fn enter(profile: &Path, wish: &Wish) -> Entry {
    enter_within(PATIENCE, profile, wish).await
}

async fn enter_within(patience: Duration, profile: &Path, wish: &Wish) -> Entry {
    let until = Instant::now() + patience;
    loop {
        match ProfileLock::take(profile) {
            Ok(lock) => {
                return Entry::First(First { lock: Some(lock), calls: Calls::listen(profile).ok() });
            }
            Err(error) if error.code == ErrorCode::ProfileInUse => {}
            Err(_) => return Entry::First(First::default()),
        }
        if let Ok(Ok(())) = timeout_at(until, hand_over(profile, wish)).await {
            return Entry::HandedOver;
        }
        if Instant::now() >= until {
            return Entry::Silent;
        }
        sleep(LOOK_AGAIN).await;
    }
}

async fn hand_over(profile: &Path, wish: &Wish) -> io::Result<()> {
    let mut first = call(profile).await?;
    let words = serde_json::to_vec(wish)?;
    first.write_u32(u32::try_from(words.len()).map_err(io::Error::other)?).await?;
    first.write_all(&words).await?;
    first.flush().await?;
    match first.read_u8().await? {
        DONE => Ok(()),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Does what second starts wish for, as long as the subscription lives. Whatever one of them does, the next is heard.
/// `grant` says whether the wish was done: only then is the second start told so.
pub(crate) fn serve<Granting: Future<Output = bool> + Send>(
    mut calls: Calls,
    grant: impl Fn(Wish) -> Granting + Send + Sync + 'static,
) -> Subscription {
    Subscription::spawn(async move {
        loop {
            match calls.next().await {
                Ok(caller) => {
                    if answer(caller, &grant).await.is_err() {
                        tracing::warn!("a second start was not understood, or its wish not done");
                    }
                }
                Err(_) => sleep(LOOK_AGAIN).await,
            }
        }
    })
}

/// Answers one caller, if its wish is done; to who is not answered, the line is cut.
async fn answer<Granting: Future<Output = bool>>(
    mut caller: impl AsyncRead + AsyncWrite + Unpin,
    grant: &impl Fn(Wish) -> Granting,
) -> io::Result<()> {
    let wish = timeout(SLOW, hear(&mut caller)).await??;
    if !timeout(COMING, grant(wish)).await? {
        return Err(io::ErrorKind::NotFound.into());
    }
    caller.write_u8(DONE).await?;
    caller.flush().await?;
    // Until the caller has read that and left: closing a pipe of Windows first may take the answer away.
    let _ = timeout(SLOW, caller.read_u8()).await;
    Ok(())
}

/// Hears one caller. Only programs of the same user reach this, which is no reason to believe them.
async fn hear(caller: &mut (impl AsyncRead + Unpin)) -> io::Result<Wish> {
    let length = caller.read_u32().await?;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut words = Vec::new();
    caller.take(length.into()).read_to_end(&mut words).await?;
    Ok(serde_json::from_slice(&words)?)
}

#[cfg(test)]
mod tests;
