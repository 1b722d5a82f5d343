//! Two agents at two servers talk, encrypted; order and history.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    account::dto::AccountState,
    rooms::dto::RoomDetails,
    stream::Subscription,
    timeline::dto::{EncryptionWarning, Message, MessageBody, TimelineContent, TimelineItem},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, Context, eventually, within},
    desk::{Desk, List, MemoryKeyring, messages, until},
    gateway::Fault,
    rich::plain,
    servers::{Account, PASSWORD, ca, servers},
};
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, RoomId};
use tokio::{sync::watch, time::sleep};

/// The type of an event as the server keeps it.
fn kept_type(account: &Account, room: &str, event: &str) -> Result<String> {
    let api = servers().api(account.side);
    let session = api.login(&account.localpart, PASSWORD)?;
    let event = event.replace('$', "%24");
    let path = format!("/_matrix/client/v3/rooms/{room}/event/{event}");
    let event = api.call("GET", &path, Some(&session.access_token), None)?;
    let event_type = event["type"].as_str().context("an event without a type")?;
    Ok(event_type.to_owned())
}

async fn at_desk(account: &Account, folder: &tempfile::TempDir) -> Result<Desk> {
    let mut desk = Desk::fresh(folder.path()).await?;
    desk.sign_in(&account.user_id, PASSWORD).await?;
    Ok(desk)
}

/// How many are in a room, as its head says, for as long as the subscription lives.
async fn members(desk: &Desk, room: &RoomId) -> Result<(watch::Receiver<u32>, Subscription)> {
    let (sender, members) = watch::channel(0);
    let tell = move |details: RoomDetails| sender.send(details.members).is_ok();
    Ok((members, desk.app.watch_room(room.as_str(), Box::new(tell)).await?))
}

/// A room that a third person made, with both desks in it.
async fn shared_room(host: &Agent, desks: [(&Account, &Desk); 2]) -> Result<String> {
    let guests: Vec<OwnedUserId> =
        desks.iter().map(|(account, _)| OwnedUserId::try_from(account.user_id.as_str())).collect::<Result<_, _>>()?;
    let room = host.create_room(Some("Passerelle"), None, true, &guests).await?;
    for (_, desk) in desks {
        desk.join(room.as_str()).await?;
    }
    host.wait_for_members(&room, 3).await?;
    for (_, desk) in desks {
        let (mut members, _details) = members(desk, &room).await?;
        until(&mut members, "all members", |members| *members == 3).await?;
    }
    Ok(room.to_string())
}

#[tokio::test]
async fn french_to_german_and_back() -> Result<()> {
    let (camille, katharina) = (Account::new(Side::French, "Camille")?, Account::new(Side::German, "Katharina")?);
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    let french = at_desk(&camille, &folders[0]).await?;
    let german = at_desk(&katharina, &folders[1]).await?;
    let room = shared_room(&host, [(&camille, &french), (&katharina, &german)]).await?;

    for (from, to, text) in [
        (&french, &german, "Les garde-corps sont posés côté Kehl."),
        (&german, &french, "Sehr schön! Die Prüfstatik ist freigegeben."),
    ] {
        let (mut here, mut there) = (from.timeline(&room).await?, to.timeline(&room).await?);
        from.app.send_text(&room, text, None).await?;
        let sent =
            here.message("the echo at the server", |m| plain(m) == text && m.message_id.starts_with('$')).await?;
        // The sender's confirmation may come after the message: it travels between the servers by itself.
        let received =
            there.message("the message of a confirmed device", |m| plain(m) == text && m.warning.is_none()).await?;
        assert_eq!(sent.message_id, received.message_id);
        assert!(sent.own && !received.own);
        for account in [&camille, &katharina] {
            assert_eq!(kept_type(account, &room, &sent.message_id)?, "m.room.encrypted", "at {}", account.side);
        }
    }
    // A reply and a reaction, seen by the other side.
    let (mut here, mut there) = (french.timeline(&room).await?, german.timeline(&room).await?);
    let first = here.message("the first message", |m| plain(m).starts_with("Les garde-corps")).await?;
    german.app.send_text(&room, "Danke!", Some(&first.message_id)).await?;
    let reply = here.message("the reply", |m| plain(m) == "Danke!" && m.reply_to.is_some()).await?;
    assert_eq!(reply.reply_to.context("a quote")?.message_id, first.message_id);
    french.app.toggle_reaction(&room, &reply.message_id, "👍").await?;
    let reacted =
        there.message("the reaction", |m| m.message_id == reply.message_id && !m.reactions.is_empty()).await?;
    assert_eq!(
        (reacted.reactions[0].key.as_str(), reacted.reactions[0].count, reacted.reactions[0].mine),
        ("👍", 1, false)
    );
    // Receipts: the sender learns who has read.
    french.app.mark_read(&room).await?;
    there.message("a receipt", |m| m.read_by.iter().any(|person| person.user_id == camille.user_id)).await?;
    // Typing.
    let (sender, mut typing) = watch::channel(Vec::new());
    let _details =
        german.app.watch_room(&room, Box::new(move |details: RoomDetails| sender.send(details.typing).is_ok())).await?;
    french.app.set_typing(&room, true).await?;
    until(&mut typing, "typing", |names| names.iter().any(|name| name == "Camille")).await?;
    french.close().await;
    german.close().await;
    Ok(())
}

/// A desk in a room without encryption, and who made the room.
async fn invited(account: &Account, folder: &tempfile::TempDir) -> Result<(Desk, Agent, OwnedRoomId)> {
    let desk = at_desk(account, folder).await?;
    let host = Account::new(account.side, "Nadia")?.agent().await?;
    let room = host.create_room(Some("Essais"), None, false, &[account.user_id.as_str().try_into()?]).await?;
    desk.join(room.as_str()).await?;
    Ok((desk, host, room))
}

/// Whatever its way to the server has come to by then.
#[tokio::test]
async fn a_reaction_taken_back_at_any_moment_goes() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let (desk, _host, room) = invited(&camille, &folder).await?;
    let api = servers().api(camille.side);
    let session = api.login(&camille.localpart, PASSWORD)?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    for moment in (0..120).step_by(4).map(Duration::from_millis) {
        let text = format!("Après {moment:?}");
        desk.app.send_text(room.as_str(), &text, None).await?;
        let sent = timeline.message("the message", |m| plain(m) == text && m.message_id.starts_with('$')).await?;
        let is_it = |m: &Message| m.message_id == sent.message_id;
        desk.app.toggle_reaction(room.as_str(), &sent.message_id, "👍").await?;
        let reacted = |m: &Message| is_it(m) && m.reactions.iter().any(|it| it.mine);
        timeline.message_back(&desk, &room, "the reaction", reacted).await?;
        sleep(moment).await;
        desk.app.toggle_reaction(room.as_str(), &sent.message_id, "👍").await?;
        let path =
            format!("/_matrix/client/v1/rooms/{room}/relations/{}/m.annotation", sent.message_id.replace('$', "%24"));
        eventually("no reaction at the server", || async {
            let found = api.call("GET", &path, Some(&session.access_token), None).ok()?;
            found["chunk"].as_array()?.is_empty().then_some(())
        })
        .await?;
        timeline.message_back(&desk, &room, "no reaction", |m| is_it(m) && m.reactions.is_empty()).await?;
    }
    desk.close().await;
    Ok(())
}

/// What one has gone far back through takes much memory.
#[tokio::test]
async fn a_long_timeline_is_let_go_of_once_nobody_looks() -> Result<()> {
    const MANY: usize = 500;
    const LONG: usize = 420;
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    let gateway = desk.sign_in_behind_a_gateway(&camille).await?;
    let host = Account::new(camille.side, "Nadia")?.agent().await?;
    let room = host.create_room(Some("Essais"), None, false, &[camille.user_id.as_str().try_into()?]).await?;
    // Before Camille comes: what she has not heard must be asked for.
    for number in 0..MANY {
        host.say(&room, &format!("Ligne {number}"), &Context::default()).await?;
    }
    desk.join(room.as_str()).await?;
    let shown = |list: &List<TimelineItem>| messages(&list.items.borrow()).count();
    let mut timeline = desk.timeline(room.as_str()).await?;
    while shown(&timeline) < LONG {
        desk.app.load_older(room.as_str(), 20).await?;
    }
    timeline.message("the last line", |m| plain(m) == format!("Ligne {}", MANY - 1)).await?;
    // Somebody else looks at it too.
    drop(desk.timeline(room.as_str()).await?);
    sleep(Duration::from_millis(300)).await;
    let mut again = desk.timeline(room.as_str()).await?;
    until(&mut again.items, "what the other has loaded", |items| messages(items).count() >= LONG).await?;
    // Whoever leaves may have asked for older messages that are still on their way.
    gateway.misbehave("/messages", Fault::Late(Duration::from_secs(2)), 1);
    let left = async {
        eventually("older messages to be asked for", || async { (gateway.met() > 0).then_some(()) }).await?;
        drop((timeline, again));
        anyhow::Ok(())
    };
    let (older, left) = tokio::join!(desk.app.load_older(room.as_str(), 50), left);
    older?;
    left?;
    sleep(Duration::from_millis(300)).await;
    let mut anew = desk.timeline(room.as_str()).await?;
    desk.app.load_older(room.as_str(), 20).await?;
    let items = until(&mut anew.items, "its newest lines", |items| messages(items).count() > 0).await?;
    ensure!(messages(&items).count() < LONG, "the long timeline was kept");
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn a_room_counts_those_who_come_and_go() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = at_desk(&camille, &folder).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let guest = Account::new(Side::German, "Lena")?.agent().await?;
    let guests = [OwnedUserId::try_from(camille.user_id.as_str())?, guest.user_id()?.to_owned()];
    let room = host.create_room(Some("Va-et-vient"), None, true, &guests).await?;
    desk.join(room.as_str()).await?;
    let (mut members, _details) = members(&desk, &room).await?;
    until(&mut members, "those who are here", |members| *members == 2).await?;
    guest.join(&room).await?;
    until(&mut members, "one more", |members| *members == 3).await?;
    guest.room(&room)?.leave().await?;
    until(&mut members, "one less", |members| *members == 2).await?;
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn history_comes_whole_and_in_order() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = at_desk(&camille, &folder).await?;
    let host = Account::new(Side::German, "Lena")?.agent().await?;
    let room =
        host.create_room(Some("Protokoll"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?]).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    for number in 0..120 {
        host.say(&room, &format!("Zeile {number}"), &Context::default()).await?;
    }
    let mut timeline = desk.timeline(room.as_str()).await?;
    timeline.message("the newest line", |m| plain(m) == "Zeile 119").await?;
    while !desk.app.load_older(room.as_str(), 30).await? {}
    until(&mut timeline.items, "the whole history", |items| {
        messages(items).filter(|m| matches!(m.body, MessageBody::Text { .. })).count() == 120
    })
    .await?;
    let items = timeline.items.borrow().clone();
    let lines: Vec<String> = messages(&items).map(plain).filter(|text| text.starts_with("Zeile")).collect();
    assert_eq!(lines, (0..120).map(|number| format!("Zeile {number}")).collect::<Vec<_>>());
    assert!(matches!(items[0].content, TimelineContent::Start | TimelineContent::Day { .. }));
    assert!(items.iter().any(|item| matches!(item.content, TimelineContent::Day { .. })), "days are separated");
    desk.close().await;
    Ok(())
}

/// What comes while a room is being opened must not stand in it twice, nor be missing. On several threads, as in the
/// window.
#[tokio::test(flavor = "multi_thread")]
async fn rooms_opened_while_they_fill_have_each_message_once() -> Result<()> {
    const ROOMS: usize = 8;
    const LINES: usize = 12;
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = at_desk(&camille, &folder).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    for number in 0..ROOMS {
        let guests = [OwnedUserId::try_from(camille.user_id.as_str())?];
        let room = within("a room", host.create_room(Some(&format!("Chantier {number}")), None, true, &guests)).await?;
        within("joining", desk.join(room.as_str())).await?;
        host.wait_for_members(&room, 2).await?;
        for line in 0..LINES {
            within("saying", host.say(&room, &line.to_string(), &Context::default())).await?;
        }
        // Opened at once, with the last of it still on its way.
        let mut timeline = within("opening", desk.timeline(room.as_str())).await?;
        let last = (LINES - 1).to_string();
        timeline.message("the last", |m| plain(m) == last).await?;
        while !within("the beginning", async { Ok(desk.app.load_older(room.as_str(), 30).await?) }).await? {}
        // Changes come in order: with one more line, all before it have come.
        within("saying one more", host.say(&room, &LINES.to_string(), &Context::default())).await?;
        until(&mut timeline.items, "each line once", |items| {
            messages(items).filter_map(|message| plain(message).parse::<usize>().ok()).eq(0..=LINES)
        })
        .await?;
    }
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn pictures_are_decrypted_in_core() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = at_desk(&camille, &folder).await?;
    let host = Account::new(Side::German, "Tobias")?.agent().await?;
    let room =
        host.create_room(Some("Bilder"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?]).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    let picture = std::fs::read(estafette_tests::window::root().join("src-tauri/icons/icon.png"))?;
    host.show(&room, "zeichen.png", None, picture.clone(), (512, 512)).await?;
    host.show(&room, "kein-bild.png", None, b"<svg onload='x'/>".to_vec(), (1, 1)).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    let image = |name: &'static str| move |m: &estafette_core::timeline::dto::Message| matches!(&m.body, MessageBody::Image(image) if image.name == name);
    let message = timeline.message("the picture", image("zeichen.png")).await?;
    let MessageBody::Image(shown) = message.body else { unreachable!() };
    assert_eq!((shown.width, shown.height), (Some(512), Some(512)));
    assert!(!shown.media.contains("mxc") && !shown.media.contains(&camille.server().name), "a handle tells nothing");
    let media = desk.app.media(&shown.media).await?;
    assert_eq!(media.bytes, picture);
    assert_eq!(AsRef::<str>::as_ref(&media.media_type), "image/png");
    let message = timeline.message("what is no picture", image("kein-bild.png")).await?;
    let MessageBody::Image(refused) = message.body else { unreachable!() };
    assert!(desk.app.media(&refused.media).await.is_err(), "only pictures are handed to the window");
    assert!(desk.app.media("0000").await.is_err());
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn unread_and_mentions_are_counted_here() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let open = async || Desk::open(folder.path(), Some(&ca()), keyring.clone()).await;
    let mut desk = open().await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let me = OwnedUserId::try_from(camille.user_id.as_str())?;
    let room = host.create_room(Some("Cellule"), None, true, std::slice::from_ref(&me)).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    host.say(&room, "Point de 11 h", &Context::default()).await?;
    host.say(&room, "@Camille peux-tu relire ?", &Context { mentions: vec![me], ..Context::default() }).await?;
    let row = desk
        .room("two unread, one mention", |row| {
            row.id == room.as_str() && row.unread == 2 && row.mentions == 1 && row.latest.is_some()
        })
        .await?;
    let latest = row.latest.context("a latest message")?;
    assert_eq!(latest.sender.as_deref(), Some("Nadia"));
    let mut timeline = desk.timeline(room.as_str()).await?;
    timeline.message("the mention", |m| m.mentions_me).await?;
    desk.app.mark_read(room.as_str()).await?;
    desk.room("a read room", |row| row.id == room.as_str() && row.unread == 0 && row.mentions == 0).await?;

    // The server tells the last message of a room only: those before it are fetched, and counted.
    desk.close().await;
    // More than are fetched at a time.
    for number in 1..=70 {
        host.say(&room, &format!("Ligne {number}"), &Context::default()).await?;
    }
    let mut desk = open().await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    desk.room("all of them unread", |row| row.id == room.as_str() && row.unread == 70 && row.mentions == 0).await?;
    desk.close().await;
    Ok(())
}

/// A message may come before its sender's confirmation: the warning goes by itself.
#[tokio::test]
async fn a_warning_goes_once_its_sender_is_confirmed() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = at_desk(&camille, &folder).await?;
    let host = Account::new(Side::German, "Jörg")?.unconfirmed_agent().await?;
    let me = OwnedUserId::try_from(camille.user_id.as_str())?;
    let room = host.create_room(Some("Passerelle"), None, true, &[me]).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    host.say(&room, "Guten Morgen", &Context::default()).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    let warned = timeline.message("a message", |m| plain(m) == "Guten Morgen").await?;
    assert_eq!(warned.warning, Some(EncryptionWarning::DeviceUnconfirmed));
    host.confirm(PASSWORD).await?;
    timeline.message("no warning", |m| plain(m) == "Guten Morgen" && m.warning.is_none()).await?;
    desk.close().await;
    Ok(())
}

/// Kept apart from the sending side's view: the other client reads what Estafette sent.
#[tokio::test]
async fn another_client_reads_what_estafette_sends() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = at_desk(&camille, &folder).await?;
    let host = Account::new(Side::German, "Jörg")?.agent().await?;
    let room =
        host.create_room(Some("Prüfung"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?]).await?;
    desk.join(room.as_str()).await?;
    host.wait_for_members(&room, 2).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    desk.app.send_text(room.as_str(), "Voici **le plan**", None).await?;
    desk.app.send_text(room.as_str(), "   \n ", None).await?;
    let sent = timeline.message("the sent message", |m| m.own && m.message_id.starts_with('$')).await?;
    let event = sent.message_id.as_str().try_into()?;
    assert_eq!(host.read(<&RoomId>::try_from(room.as_str())?, &event).await?, "Voici **le plan**");
    // Had the empty one been sent, it would stand between the two.
    desk.app.send_text(room.as_str(), "Fin", None).await?;
    timeline.message("the last message", |m| plain(m) == "Fin" && m.message_id.starts_with('$')).await?;
    let count = messages(&timeline.items.borrow()).filter(|m| m.own).count();
    assert_eq!(count, 2, "an empty message is not sent");
    desk.close().await;
    Ok(())
}
