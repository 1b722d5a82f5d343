#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
    mpsc::{self, Receiver},
};

use serde_json::json;
use tokio::sync::oneshot;

use super::*;

fn first(entry: Entry) -> First {
    match entry {
        Entry::First(first) => first,
        other => panic!("{other:?}"),
    }
}

async fn alone(profile: &Path) -> First {
    first(enter(profile, &Wish::Window).await)
}

fn served(first: &mut First) -> (Subscription, Receiver<Wish>) {
    let (sender, wishes) = mpsc::channel();
    let calls = first.calls.take().unwrap();
    let grant = move |wish| {
        sender.send(wish).unwrap();
        std::future::ready(true)
    };
    (serve(calls, grant), wishes)
}

#[tokio::test]
async fn a_second_start_hands_over_and_another_profile_is_another() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut held = alone(folder.path()).await;
    let (_serving, wishes) = served(&mut held);
    for wish in [Wish::Window, Wish::Background] {
        assert!(matches!(enter(folder.path(), &wish).await, Entry::HandedOver));
        assert_eq!(wishes.recv().unwrap(), wish);
    }
    alone(other.path()).await;
}

#[tokio::test]
async fn a_second_start_is_told_once_its_wish_is_done_and_not_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let mut held = alone(folder.path()).await;
    let begun = Arc::new(AtomicU32::new(0));
    let (sender, mut receiver) = oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let grant = {
        let begun = Arc::clone(&begun);
        move |_| {
            // The window hangs at first; at the second attempt it comes, and says so late.
            let first = begun.fetch_add(1, Ordering::Relaxed) == 0;
            let sender = if first { None } else { sender.lock().unwrap().take() };
            async move {
                tokio::task::yield_now().await;
                sender.is_some_and(|sender| sender.send(()).is_ok())
            }
        }
    };
    let _serving = serve(held.calls.take().unwrap(), grant);
    assert!(matches!(enter(folder.path(), &Wish::Window).await, Entry::HandedOver));
    assert_eq!((begun.load(Ordering::Relaxed), receiver.try_recv()), (2, Ok(())));
    let patience = Duration::from_millis(300);
    assert!(matches!(enter_within(patience, folder.path(), &Wish::Window).await, Entry::Silent));
}

#[cfg(unix)] // Windows has paths of 260 characters by default.
#[tokio::test]
async fn the_length_of_a_path_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("é".repeat(100)).join("x".repeat(200));
    let mut held = alone(&profile).await;
    let (_serving, _wishes) = served(&mut held);
    assert!(matches!(enter(&profile, &Wish::Window).await, Entry::HandedOver));
}

#[cfg(unix)] // Windows removes a pipe with the process.
#[tokio::test]
async fn what_a_killed_process_leaves_is_in_nobody_s_way() {
    let folder = tempfile::tempdir().unwrap();
    drop(alone(folder.path()).await);
    assert!(folder.path().join("instance").exists());
    let mut held = alone(folder.path()).await;
    let (_serving, _wishes) = served(&mut held);
    assert!(matches!(enter(folder.path(), &Wish::Window).await, Entry::HandedOver));
}

#[tokio::test]
async fn one_that_says_nothing_is_not_waited_for_long() {
    let folder = tempfile::tempdir().unwrap();
    // It listens, and nobody answers.
    let _held = alone(folder.path()).await;
    let patience = Duration::from_millis(300);
    assert!(matches!(enter_within(patience, folder.path(), &Wish::Window).await, Entry::Silent));
}

#[tokio::test]
async fn one_that_is_closing_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut held = alone(folder.path()).await;
    drop(served(&mut held));
    let (entry, ()) = tokio::join!(enter(folder.path(), &Wish::Window), async {
        sleep(LOOK_AGAIN).await;
        drop(held);
    });
    first(entry);
}

#[tokio::test]
async fn callers_are_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let mut held = alone(folder.path()).await;
    let (_serving, wishes) = served(&mut held);
    let too_long = u32::MAX.to_be_bytes().to_vec();
    let no_json = [&4_u32.to_be_bytes()[..], b"{{{{"].concat();
    let cut_short = [&9_u32.to_be_bytes()[..], b"{"].concat();
    for said in [Vec::new(), too_long, no_json, cut_short] {
        let mut caller = call(folder.path()).await.unwrap();
        caller.write_all(&said).await.unwrap();
        caller.shutdown().await.unwrap();
        assert_eq!(caller.read(&mut [0]).await.unwrap_or(0), 0, "{said:?}");
    }
    assert!(wishes.try_recv().is_err());
    assert!(matches!(enter(folder.path(), &Wish::Window).await, Entry::HandedOver));
}

#[test]
fn what_a_newer_version_wants_shows_the_window() {
    let newer = json!({ "kind": "openLink", "uri": "matrix:u/a:b.fr" });
    assert_eq!(serde_json::from_value::<Wish>(newer).unwrap(), Wish::Window);
    assert_eq!(serde_json::to_value(Wish::Background).unwrap(), json!({ "kind": "background" }));
}
