//! What the desktop is told of: as the push rules have it, as much as the user wants, and until it has been read.

use anyhow::Result;
use estafette_core::{
    notices::{Notice, NoticeUpdate},
    settings::{NotificationContent, SettingsPatch},
};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{Agent, Context},
    desk::{Desk, until},
    servers::{Account, PASSWORD},
};
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};
use tokio::sync::watch;

struct Scene {
    desk: Desk,
    host: Agent,
    camille: Account,
    notices: watch::Receiver<Vec<NoticeUpdate>>,
    _watching: estafette_core::stream::Subscription,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Result<Self> {
        let camille = Account::new(Side::French, "Camille")?;
        let folder = tempfile::tempdir()?;
        let mut desk = Desk::fresh(folder.path()).await?;
        desk.sign_in(&camille.user_id, PASSWORD).await?;
        let host = Account::new(Side::German, "Jörg")?.agent().await?;
        let (sender, notices) = watch::channel(Vec::new());
        let watching = desk
            .app
            .watch_notices(Box::new(move |update| {
                sender.send_modify(|all: &mut Vec<NoticeUpdate>| all.push(update));
                !sender.is_closed()
            }))
            .await?;
        Ok(Self { desk, host, camille, notices, _watching: watching, _folder: folder })
    }

    /// A room of both.
    async fn room(&self, name: &str) -> Result<OwnedRoomId> {
        let me = OwnedUserId::try_from(self.camille.user_id.as_str())?;
        let room = self.host.create_room(Some(name), None, true, &[me]).await?;
        self.desk.join(room.as_str()).await?;
        self.host.wait_for_members(&room, 2).await?;
        Ok(room)
    }

    /// Waits for a notice, among all that came so far.
    async fn notice(&mut self, what: &str, satisfies: impl Fn(&Notice) -> bool) -> Result<Notice> {
        let shown = |update: &NoticeUpdate| match update {
            NoticeUpdate::Show(notice) if satisfies(notice) => Some(notice.clone()),
            _ => None,
        };
        let all = until(&mut self.notices, what, |all| all.iter().any(|update| shown(update).is_some())).await?;
        all.iter().find_map(shown).ok_or_else(|| anyhow::anyhow!("it was just there"))
    }

    async fn level(&self, level: NotificationContent) -> Result<()> {
        let patch = SettingsPatch { notifications: Some(level), ..SettingsPatch::default() };
        Ok(self.desk.app.change_settings(&patch).await?)
    }
}

#[tokio::test]
async fn messages_and_mentions_are_told_as_fully_as_the_user_wants() -> Result<()> {
    let mut scene = Scene::new().await?;
    let room = scene.room("Passerelle").await?;
    let say = async |text: &str, context: &Context| scene.host.say(&room, text, context).await.map(drop);
    say("Montag um elf", &Context::default()).await?;
    let me = OwnedUserId::try_from(scene.camille.user_id.as_str())?;
    let notice = scene.notice("who and where", |notice| notice.title.starts_with("Jörg")).await?;
    let told = || format!("{:?}", *scene.notices.borrow());
    assert_eq!((notice.title.as_str(), notice.mention), ("Jörg · Passerelle", false), "{}", told());
    assert!(!notice.body.contains("elf"), "{}", notice.body);

    scene.level(NotificationContent::Full).await?;
    let named = Context { mentions: vec![me], ..Context::default() };
    scene.host.say(&room, "@Camille bitte prüfen", &named).await?;
    let notice = scene.notice("what was said", |notice| notice.body.contains("bitte prüfen")).await?;
    assert!(notice.mention && notice.title.contains("Jörg"));

    scene.level(NotificationContent::Nothing).await?;
    scene.host.say(&room, "Geheim", &Context::default()).await?;
    let notice = scene.notice("nothing", |notice| notice.title == "Estafette").await?;
    assert!(!notice.body.contains("Geheim") && !notice.body.contains("Passerelle"));
    scene.desk.close().await;
    Ok(())
}

#[tokio::test]
async fn what_is_muted_read_or_before_the_eyes_is_not_told() -> Result<()> {
    let mut scene = Scene::new().await?;
    let (muted, open, other) = (scene.room("Stumm").await?, scene.room("Offen").await?, scene.room("Andere").await?);
    scene.camille.mute(&muted)?;
    scene.desk.app.set_reading(Some(open.as_str())).await?;
    // Until the rule has come, the muted room is told of; each round tells the other room once more.
    let mut round = 0;
    loop {
        round += 1;
        let before = scene.notices.borrow().len();
        for room in [&muted, &open, &other] {
            scene.host.say(room, &format!("Runde {round}"), &Context::default()).await?;
        }
        let told = |update: &NoticeUpdate, room: &OwnedRoomId| matches!(update, NoticeUpdate::Show(notice) if notice.room_id == room.as_str());
        until(&mut scene.notices, "the other room", |all| all.iter().skip(before).any(|update| told(update, &other)))
            .await?;
        let since = scene.notices.borrow()[before..].to_vec();
        assert!(!since.iter().any(|update| told(update, &open)), "it is before the eyes");
        if !since.iter().any(|update| told(update, &muted)) {
            break;
        }
        anyhow::ensure!(round < 20, "a muted room is told of");
    }

    // Read on another device.
    let event = scene.host.say(&other, "Zuletzt", &Context::default()).await?;
    scene.desk.room("the last message", |row| row.id == other.as_str() && row.unread > 1).await?;
    scene.camille.read_elsewhere(&other, &event)?;
    let gone = NoticeUpdate::Withdraw { room_id: other.to_string() };
    until(&mut scene.notices, "a withdrawal", |all| all.contains(&gone)).await?;
    scene.desk.close().await;
    Ok(())
}

#[tokio::test]
async fn what_came_before_the_start_is_no_news_and_an_end_takes_all_away() -> Result<()> {
    let mut scene = Scene::new().await?;
    let me = OwnedUserId::try_from(scene.camille.user_id.as_str())?;
    let room = scene.host.create_room(Some("Einladung"), None, true, &[me]).await?;
    let invited = scene.notice("an invitation", |notice| notice.room_id == room.as_str()).await?;
    assert_eq!(invited.title, "Einladung");
    scene.desk.join(room.as_str()).await?;
    let gone = NoticeUpdate::Withdraw { room_id: room.to_string() };
    until(&mut scene.notices, "a withdrawal", |all| all.contains(&gone)).await?;
    scene.desk.app.sign_out(true).await?;
    until(&mut scene.notices, "nothing left", |all| all.last() == Some(&NoticeUpdate::WithdrawAll)).await?;
    scene.desk.close().await;
    Ok(())
}
