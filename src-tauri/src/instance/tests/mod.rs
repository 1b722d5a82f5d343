#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    future::{pending, ready},
    pin::pin,
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
};

use serde_json::json;
use tokio::sync::Semaphore;

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
        ready(true)
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
async fn nobody_is_answered_before_the_wish_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut held = alone(folder.path()).await;
    let coming = Arc::new(Semaphore::new(0));
    let window = Arc::clone(&coming);
    let grant = move |_| {
        let window = Arc::clone(&window);
        async move { window.acquire_owned().await.map(|permit| permit.forget()).is_ok() }
    };
    let _serving = serve(held.calls.take().unwrap(), grant);
    let wish = Wish::Window;
    let mut second = pin!(enter(folder.path(), &wish));
    assert!(timeout(SLOW + LOOK_AGAIN, &mut second).await.is_err(), "no window has come");
    coming.add_permits(1);
    assert!(matches!(second.await, Entry::HandedOver));
}

#[tokio::test]
async fn a_wish_that_is_not_done_is_tried_again_until_patience_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut held = alone(folder.path()).await;
    let (sender, tries) = mpsc::channel();
    let grant = move |_| {
        sender.send(()).unwrap();
        ready(false)
    };
    let _serving = serve(held.calls.take().unwrap(), grant);
    let patience = LOOK_AGAIN * 5;
    assert!(matches!(enter_within(patience, folder.path(), &Wish::Window).await, Entry::Silent));
    assert!(tries.try_iter().count() > 1);
}

#[tokio::test]
async fn patience_ends_while_the_window_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let mut held = alone(folder.path()).await;
    let _serving = serve(held.calls.take().unwrap(), |_| pending());
    let entry = timeout(SLOW, enter_within(LOOK_AGAIN, folder.path(), &Wish::Window)).await;
    assert!(matches!(entry, Ok(Entry::Silent)));
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
