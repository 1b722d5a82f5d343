//! Several hands at one work: what asks a server waits most of the time.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context as _, Result};

/// How many requests are under way at once.
const HANDS: usize = 4;

/// Does something for each, several at once; gives what came of it, in the order in which it was asked. `tell` hears
/// how many are done.
pub(crate) fn with_hands<T: Sync, R: Send>(
    of: &[T],
    work: impl Fn(&T) -> Result<R> + Sync,
    tell: impl Fn(usize) + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(one) = of.get(number) else { return Ok(()) };
                        let outcome = work(one)?;
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.push((number, outcome));
                        tell(done.len());
                    }
                })
            })
            .collect();
        for hand in hands {
            hand.join().ok().context("a hand has failed")??;
        }
        anyhow::Ok(())
    })?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
}
