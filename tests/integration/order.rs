//! The order of the room list.

use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    account::dto::AccountState,
    rooms::dto::RoomRow,
    stream::{ListUpdate, apply},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Context, eventually},
    desk::{Desk, until},
    servers::{Account, PASSWORD},
};
use matrix_sdk::ruma::OwnedUserId;

/// More than a screen has.
const ROOMS: usize = 24;

/// While the newest messages of many rooms become known one by one, no row changes places with another: somebody may
/// be about to click.
#[tokio::test(flavor = "multi_thread")]
async fn rows_stand_still_while_newest_messages_become_known() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let guest = camille.agent().await?;
    let guests = [OwnedUserId::try_from(camille.user_id.as_str())?];
    let mut made = Vec::new();
    for number in 0..ROOMS {
        let room = host.create_room(Some(&format!("Dossier {number}")), None, false, &guests).await?;
        guest.join(&room).await?;
        host.say(&room, "Bonjour", &Context::default()).await?;
        made.push(room);
    }
    let mut desk = Desk::fresh(folder.path()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    // Every order that a window would have shown.
    let orders = Arc::new(Mutex::new((Vec::<RoomRow>::new(), Vec::<Vec<RoomRow>>::new())));
    let seen = Arc::clone(&orders);
    let sink = move |update: ListUpdate<RoomRow>| {
        let mut seen = seen.lock().unwrap();
        let (rows, orders) = &mut *seen;
        let sound = apply(rows, update.diffs).is_ok();
        orders.push(rows.clone());
        sound
    };
    desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    let _rows = desk.app.watch_rooms(Box::new(sink)).await?;
    eventually("every room's newest message", || async {
        let (rows, _) = &*orders.lock().unwrap();
        (rows.len() == ROOMS && rows.iter().all(|row| row.latest.is_some())).then_some(())
    })
    .await?;
    // One more message moves its room to the top, and no other.
    let oldest = made.first().context("a room")?;
    host.say(oldest, "Encore", &Context::default()).await?;
    eventually("the oldest room at the top", || async {
        (orders.lock().unwrap().0.first()?.id == *oldest).then_some(())
    })
    .await?;
    for rows in &orders.lock().unwrap().1 {
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).filter(|id| *id != oldest).collect();
        let expected: Vec<&str> = made.iter().rev().map(|room| room.as_str()).filter(|id| ids.contains(id)).collect();
        ensure!(ids == expected, "rows have changed places: {ids:#?}");
    }
    desk.close().await;
    Ok(())
}
