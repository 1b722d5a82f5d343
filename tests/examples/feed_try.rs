//! Scratch.
#![recursion_limit = "256"]
#![allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::print_stdout)]
use std::{sync::Arc, time::Duration};

use anyhow::Result;
use estafette_core::{rooms::dto::{RoomDetails, RoomRow}, timeline::dto::*};
use estafette_homeservers::Side;
use estafette_tests::{agent::{Agent, Context, eventually}, desk::{Desk, MemoryKeyring, messages, until}, rich::plain, servers::{Account, PASSWORD, ca}};
use matrix_sdk::{RoomMemberships, ruma::{OwnedUserId, RoomId, events::{AnyMessageLikeEventContent, room::message::RoomMessageEventContent}}};

async fn members(agent: &Agent, room: &RoomId, n: usize) -> Result<()> {
    eventually("members", || async { let r = agent.client.get_room(room)?; r.mark_members_missing(); (r.members(RoomMemberships::JOIN).await.ok()?.len() >= n).then_some(()) }).await
}
async fn at_desk(account: &Account, folder: &tempfile::TempDir) -> Result<Desk> {
    let mut desk = Desk::open(folder.path(), Some(&ca()), Arc::new(MemoryKeyring::default())).await?;
    desk.sign_in(&account.user_id, PASSWORD).await?;
    Ok(desk)
}
fn show(items: &[TimelineItem]) {
    for item in items { println!("   {} {:?}", item.id, item.content); }
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build()?.block_on(run())
}
async fn run() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let katha = Account::new(Side::German, "Katharina")?;
    let host = Account::new(Side::German, "Nadia")?.agent().await?;
    let folder = tempfile::tempdir()?;
    let folder2 = tempfile::tempdir()?;
    let t0 = std::time::Instant::now();
    let desk = at_desk(&camille, &folder).await?;
    println!("signed in {:?}", t0.elapsed());
    let german = at_desk(&katha, &folder2).await?;
    let me: OwnedUserId = camille.user_id.as_str().try_into()?;
    let other: OwnedUserId = katha.user_id.as_str().try_into()?;
    let room = host.create_room(Some("Passerelle"), Some("Un **sujet**"), true, &[me.clone(), other.clone()]).await?;
    let mut rooms = desk.rooms().await?;
    let rows = until(&mut rooms.items, "invite", |r: &Vec<RoomRow>| r.iter().any(|r| r.invited)).await?;
    println!("invite row {:?}", rows);
    desk.join(room.as_str()).await?;
    german.join(room.as_str()).await?;
    members(&host, &room, 3).await?;
    println!("joined {:?}", t0.elapsed());
    let details = Arc::new(std::sync::Mutex::new(Vec::<RoomDetails>::new()));
    let d2 = details.clone();
    let _d = desk.app.watch_room(room.as_str(), move |d: RoomDetails| { println!("details {d:?}"); d2.lock().unwrap().push(d); true }).await?;
    let mut timeline = desk.timeline(room.as_str()).await?;
    let mut german_tl = german.timeline(room.as_str()).await?;
    let m1 = host.say(&room, "Bonjour **tous** <https://a.fr>", &Context::default()).await?;
    host.say(&room, "@Camille peux-tu relire ?", &Context { mentions: vec![me.clone()], ..Context::default() }).await?;
    timeline.message("m1", |m| plain(m).starts_with("Bonjour")).await?;
    until(&mut rooms.items, "unread", |r: &Vec<RoomRow>| r.iter().any(|r| r.unread == 2 && r.mentions == 1)).await?;
    println!("unread ok {:?}", rooms.items.borrow().clone());
    desk.app.mark_read(room.as_str()).await?;
    until(&mut rooms.items, "read", |r: &Vec<RoomRow>| r.iter().all(|r| r.unread == 0 && r.mentions == 0)).await?;
    println!("read ok");
    // react, reply
    desk.app.toggle_reaction(room.as_str(), m1.as_str(), "👍").await?;
    host.react(&room, &m1, "🎉").await?;
    german.app.toggle_reaction(room.as_str(), m1.as_str(), "👍").await?;
    let r = timeline.message("reactions", |m| m.reactions.len() == 2 && m.reactions.iter().any(|r| r.count == 2)).await?;
    println!("reactions {:?}", r.reactions);
    desk.app.send_text(room.as_str(), "une *réponse* à <toi>\nligne 2", Some(m1.as_str())).await?;
    let reply = german_tl.message("reply", |m| m.reply_to.is_some()).await?;
    println!("reply {reply:?}");
    // thread
    let t1 = host.say(&room, "racine", &Context::default()).await?;
    host.say(&room, "dans le fil", &Context { thread: Some(t1.clone()), ..Context::default() }).await?;
    let th = timeline.message("thread", |m| m.thread.is_some()).await?;
    println!("thread {:?} {}", th.thread, messages(&timeline.items.borrow()).any(|m| plain(m) == "dans le fil"));
    german.app.mark_read(room.as_str()).await?;
    timeline.message("receipt", |m| m.read_by.iter().any(|p| p.user_id == katha.user_id)).await?;
    german.app.set_typing(room.as_str(), true).await?;
    eventually("typing", || async { details.lock().unwrap().last()?.typing.first().cloned() }).await?;
    // custom event and hostile html
    let hr = host.room(&room)?;
    hr.send_raw("fr.example.stamp", serde_json::json!({"a": 1})).await?;
    hr.send_raw("m.room.message", serde_json::json!({"msgtype": "fr.custom", "body": "fallback"})).await?;
    hr.send_raw("m.room.message", serde_json::json!({"msgtype": "m.text", "body": 3})).await?;
    for one in ["<b>"] {
        let t = std::time::Instant::now();
        let html = one.repeat(40_000 / one.len());
        hr.send(AnyMessageLikeEventContent::RoomMessage(RoomMessageEventContent::text_html(format!("hostile {one}"), html))).await?;
        timeline.message("hostile", |m| plain(m).starts_with(&format!("hostile {one}"))).await?;
        println!("hostile {one} {:?}", t.elapsed());
    }
    let dm = host.create_room(None, None, true, std::slice::from_ref(&me)).await?;
    desk.join(dm.as_str()).await?;
    members(&host, &dm, 2).await?;
    host.say(&dm, "privé", &Context::default()).await?;
    until(&mut rooms.items, "dm", |r: &Vec<RoomRow>| r.iter().any(|r| r.direct && r.latest.is_some())).await?;
    println!("rows {:#?}", rooms.items.borrow().clone());
    println!("--- timeline");
    show(&timeline.items.borrow());
    let t = std::time::Instant::now();
    let mut again = desk.timeline(room.as_str()).await?;
    until(&mut again.items, "again", |i| !i.is_empty()).await?;
    println!("reopen {:?} with {}", t.elapsed(), again.items.borrow().len());
    while !desk.app.load_older(room.as_str(), 30).await? {}
    tokio::time::sleep(Duration::from_millis(500)).await;
    println!("first lines");
    show(&timeline.items.borrow()[..10]);
    // too large: fails for good
    desk.app.send_text(room.as_str(), &"x".repeat(70_000), None).await?;
    desk.app.send_text(room.as_str(), "après", None).await?;
    let failed = timeline.message("failed", |m| m.sending == Some(Sending::Failed)).await?;
    println!("failed {:?} {}", failed.sending, failed.message_id);
    timeline.message("goes on", |m| plain(m) == "après" && m.message_id.starts_with('$')).await?;
    desk.app.resend(room.as_str(), &failed.message_id).await?;
    let states = Arc::new(std::sync::Mutex::new(Vec::new()));
    tokio::time::sleep(Duration::from_secs(3)).await;
    for m in messages(&timeline.items.borrow()) { if m.own { states.lock().unwrap().push((plain(m).chars().take(8).collect::<String>(), m.sending)); } }
    println!("after resend {states:?}");
    let failed = timeline.message("failed", |m| m.sending == Some(Sending::Failed)).await?;
    desk.app.discard(room.as_str(), &failed.message_id).await?;
    until(&mut timeline.items, "discarded", |i| messages(i).all(|m| m.sending != Some(Sending::Failed))).await?;
    println!("discarded; again {:?}", desk.app.discard(room.as_str(), &failed.message_id).await.unwrap_err().code);
    // picture, edit, redact, state
    let pic = std::fs::read(estafette_tests::window::root().join("src-tauri/icons/icon.png"))?;
    host.show(&room, "zeichen.png", Some("eine **Überschrift**"), pic.clone(), (512, 512)).await?;
    let m = timeline.message("image", |m| matches!(m.body, MessageBody::Image(_))).await?;
    println!("image {:?}", m.body);
    let MessageBody::Image(im) = m.body else { unreachable!() };
    let media = desk.app.media(&im.media).await?;
    println!("media {} {}", media.bytes == pic, media.media_type);
    let hr = host.room(&room)?;
    let ev = host.say(&room, "avant", &Context::default()).await?;
    let edit = hr.make_edit_event(&ev, matrix_sdk::room::edit::EditedContent::RoomMessage(matrix_sdk::ruma::events::room::message::RoomMessageEventContentWithoutRelation::text_markdown("**après coup**"))).await?;
    hr.send(edit).await?;
    let m = timeline.message("edited", |m| m.edited).await?;
    println!("edited {:?}", m.body);
    hr.redact(&ev, None, None).await?;
    let m = timeline.message("redacted", |m| m.message_id == ev.as_str() && m.body == MessageBody::Removed).await?;
    println!("redacted {:?} {:?} {} {}", m.body, m.warning, m.can_reply, m.can_react);
    hr.set_name("Neuer Name".to_owned()).await?;
    hr.set_room_topic("Thema").await?;
    hr.kick_user(&other, None).await?;
    eventually("renamed", || async { let d = details.lock().unwrap().last()?.clone(); (d.name == "Neuer Name" && d.topic.as_deref() == Some("Thema") && d.members == 2 && d.servers == 2).then_some(()) }).await?;
    host.client.account().set_display_name(Some("Nadia Wolf [BMI]")).await?;
    eventually("named", || async { messages(&timeline.items.borrow()).last().filter(|m| m.sender.organisation.as_deref() == Some("BMI")).map(|_| ()) }).await?;
    let n = timeline.items.borrow().len();
    show(&timeline.items.borrow()[n - 8..]);
    println!("rows {:?}", rooms.items.borrow().clone());
    println!("sent {:?}", desk.app.send_text(room.as_str(), " \n ", None).await);
    println!("unknown {:?} {:?}", desk.app.mark_read("!x:y").await.unwrap_err().code, desk.app.resend(room.as_str(), "$abc").await.unwrap_err().code);
    println!("quote {:?}", desk.app.load_quote(room.as_str(), m1.as_str()).await);
    desk.close().await; german.close().await;
    Ok(())
}
