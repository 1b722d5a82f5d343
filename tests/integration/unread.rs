//! In how many rooms something waits to be read.

use anyhow::Result;
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    desk::{Desk, until},
    servers::{Account, PASSWORD},
};
use matrix_sdk::ruma::OwnedUserId;
use tokio::sync::watch;

#[tokio::test]
async fn rooms_with_something_to_read_are_counted() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    let (sender, mut unread) = watch::channel(0);
    let _watching = desk.app.watch_unread(Box::new(move |count| sender.send(count).is_ok())).await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    let host = Account::new(Side::German, "Jörg")?.agent().await?;
    let me = OwnedUserId::try_from(camille.user_id.as_str())?;

    let one = host.create_room(Some("Un"), None, true, std::slice::from_ref(&me)).await?;
    until(&mut unread, "an invitation", |count| *count == 1).await?;
    desk.join(one.as_str()).await?;
    until(&mut unread, "nothing", |count| *count == 0).await?;
    let two = host.create_room(Some("Deux"), None, true, &[me]).await?;
    desk.join(two.as_str()).await?;
    for room in [&one, &two] {
        host.wait_for_members(room, 2).await?;
        host.say(room, "Eins", &Context::default()).await?;
        host.say(room, "Zwei", &Context::default()).await?;
    }
    until(&mut unread, "two rooms", |count| *count == 2).await?;
    desk.app.mark_read(one.as_str()).await?;
    until(&mut unread, "one room", |count| *count == 1).await?;
    desk.app.sign_out(true).await?;
    until(&mut unread, "nobody", |count| *count == 0).await?;
    desk.close().await;
    Ok(())
}
