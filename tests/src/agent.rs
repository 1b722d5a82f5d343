//! Other people's clients: matrix-sdk as it comes, with a cross-signed device.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use estafette_homeservers::Server;
use matrix_sdk::{
    Client, Room, RoomMemberships, RoomState,
    attachment::{AttachmentConfig, AttachmentInfo, BaseImageInfo},
    config::SyncSettings,
    encryption::EncryptionSettings,
    media::{MediaFormat, MediaRequestParameters},
    reqwest::Certificate,
    room::MessagesOptions,
    ruma::{
        EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UInt, UserId,
        api::client::{
            room::create_room::v3::{Request as CreateRoom, RoomPreset},
            uiaa::{AuthData, Password},
        },
        events::{
            AnyMessageLikeEventContent, AnySyncTimelineEvent, InitialStateEvent, Mentions,
            reaction::ReactionEventContent,
            relation::{Annotation, InReplyTo, Reply, Thread},
            room::{
                MediaSource,
                encryption::RoomEncryptionEventContent,
                message::{MessageType, Relation, RoomMessageEventContent, TextMessageEventContent},
            },
        },
    },
};
use tokio::task::JoinHandle;

/// How long something that passes through a real server may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One person at another client.
pub struct Agent {
    /// The client, for what this type has no words for.
    pub client: Client,
    sync: JoinHandle<()>,
}

/// What a message answers.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The message it replies to.
    pub reply_to: Option<OwnedEventId>,
    /// The first message of the thread it stands in.
    pub thread: Option<OwnedEventId>,
    /// Whom it names.
    pub mentions: Vec<OwnedUserId>,
}

async fn client(server: &Server, ca: &Path, localpart: &str, password: &str, confirmed: bool) -> Result<Client> {
    let ca = std::fs::read(ca).with_context(|| format!("cannot read {}", ca.display()))?;
    let client = Client::builder()
        .homeserver_url(&server.base_url)
        .add_root_certificates(vec![Certificate::from_pem(&ca)?])
        .with_encryption_settings(EncryptionSettings {
            auto_enable_cross_signing: confirmed,
            auto_enable_backups: confirmed,
            ..Default::default()
        })
        .build()
        .await?;
    client
        .matrix_auth()
        .login_username(localpart, password)
        .initial_device_display_name("another client")
        .send()
        .await?;
    client.encryption().wait_for_e2ee_initialization_tasks().await;
    client.sync_once(SyncSettings::default()).await?;
    Ok(client)
}

impl Agent {
    /// Signs in and waits until the device is cross-signed; keeps syncing until dropped.
    pub async fn sign_in(server: &Server, ca: &Path, localpart: &str, password: &str) -> Result<Self> {
        let client = client(server, ca, localpart, password, true).await?;
        let status = client.encryption().cross_signing_status().await.context("no encryption")?;
        if !status.is_complete() {
            bail!("{localpart} has no cross-signing keys");
        }
        Ok(Self::keep_syncing(client))
    }

    /// Signs in as older clients do: the device is not cross-signed.
    pub async fn sign_in_unconfirmed(server: &Server, ca: &Path, localpart: &str, password: &str) -> Result<Self> {
        Ok(Self::keep_syncing(client(server, ca, localpart, password, false).await?))
    }

    fn keep_syncing(client: Client) -> Self {
        let syncing = client.clone();
        let sync = tokio::spawn(async move {
            loop {
                // A server that is stopped by a test comes back; so does the sync.
                let settings = SyncSettings::default().timeout(Duration::from_secs(10));
                if syncing.sync(settings).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        });
        Self { client, sync }
    }

    /// Cross-signs the device of somebody who has no cross-signing keys yet.
    pub async fn confirm(&self, password: &str) -> Result<()> {
        let encryption = self.client.encryption();
        let Err(refused) = encryption.bootstrap_cross_signing(None).await else { return Ok(()) };
        let asked = refused.as_uiaa_response().context("the server asks for no password")?;
        let mut answer = Password::new(self.user_id()?.to_owned().into(), password.to_owned());
        answer.session = asked.session.clone();
        Ok(encryption.bootstrap_cross_signing(Some(AuthData::Password(answer))).await?)
    }

    /// The person's Matrix ID.
    pub fn user_id(&self) -> Result<&UserId> {
        self.client.user_id().context("signed out")
    }

    /// A room of this person, joined or not.
    pub fn room(&self, room: &RoomId) -> Result<Room> {
        self.client.get_room(room).with_context(|| format!("{room} is unknown to {:?}", self.client.user_id()))
    }

    /// Makes a room and invites people; a direct message if it has no name and one guest.
    pub async fn create_room(
        &self,
        name: Option<&str>,
        topic: Option<&str>,
        encrypted: bool,
        guests: &[OwnedUserId],
    ) -> Result<OwnedRoomId> {
        let mut request = CreateRoom::new();
        request.name = name.map(str::to_owned);
        request.topic = topic.map(str::to_owned);
        request.invite = guests.to_vec();
        request.is_direct = name.is_none();
        request.preset = Some(if name.is_none() { RoomPreset::TrustedPrivateChat } else { RoomPreset::PrivateChat });
        if encrypted {
            let content = RoomEncryptionEventContent::with_recommended_defaults();
            request.initial_state = vec![InitialStateEvent::with_empty_state_key(content).to_raw_any()];
        }
        let room = self.client.create_room(request).await?;
        Ok(room.room_id().to_owned())
    }

    /// Waits for the invitation and joins.
    pub async fn join(&self, room: &RoomId) -> Result<()> {
        eventually("an invitation", || async {
            let known = self.client.get_room(room)?;
            (known.state() == RoomState::Invited).then_some(known)
        })
        .await?
        .join()
        .await?;
        Ok(())
    }

    /// Waits until all of these people have joined, as far as this client knows, so that they get the keys.
    pub async fn wait_for_members(&self, room: &RoomId, joined: usize) -> Result<()> {
        eventually("all members", || async {
            let members = self.client.get_room(room)?.members(RoomMemberships::JOIN).await.ok()?;
            (members.len() >= joined).then_some(())
        })
        .await
    }

    /// Sends Markdown.
    pub async fn say(&self, room: &RoomId, markdown: &str, context: &Context) -> Result<OwnedEventId> {
        let mut content = RoomMessageEventContent::text_markdown(markdown);
        content.relates_to = context.relation();
        if !context.mentions.is_empty() {
            content.mentions = Some(Mentions::with_user_ids(context.mentions.iter().cloned()));
        }
        Ok(self.room(room)?.send(AnyMessageLikeEventContent::RoomMessage(content)).await?.response.event_id)
    }

    /// Sends a picture, encrypted if the room is, with what is said to it.
    pub async fn show(
        &self,
        room: &RoomId,
        name: &str,
        caption: Option<&str>,
        picture: Vec<u8>,
        size: (u32, u32),
    ) -> Result<OwnedEventId> {
        let info = AttachmentInfo::Image(BaseImageInfo {
            width: Some(UInt::from(size.0)),
            height: Some(UInt::from(size.1)),
            ..Default::default()
        });
        let media_type = if name.ends_with(".png") { mime::IMAGE_PNG } else { mime::IMAGE_JPEG };
        let config = AttachmentConfig::new().info(info).caption(caption.map(TextMessageEventContent::markdown));
        Ok(self.room(room)?.send_attachment(name, &media_type, picture, config).await?.event_id)
    }

    /// Waits until this person's server knows a message, which may have to come from the other server.
    pub async fn see(&self, room: &RoomId, message: &EventId) -> Result<()> {
        eventually("a message from the other server", || async {
            self.client.get_room(room)?.event(message, None).await.is_ok().then_some(())
        })
        .await
    }

    /// Reacts to a message.
    pub async fn react(&self, room: &RoomId, message: &OwnedEventId, key: &str) -> Result<()> {
        self.room(room)?.send(ReactionEventContent::new(Annotation::new(message.clone(), key.to_owned()))).await?;
        Ok(())
    }

    /// A picture and its small version as this client decrypts them, once it knows of them: the newest in the room.
    pub async fn newest_picture(&self, room: &RoomId) -> Result<[Vec<u8>; 2]> {
        let image = eventually("a picture", || async {
            let newest = self.client.get_room(room)?.messages(MessagesOptions::backward()).await.ok()?;
            newest.chunk.iter().find_map(|event| {
                let AnySyncTimelineEvent::MessageLike(event) = event.raw().deserialize().ok()? else { return None };
                match event.original_content()? {
                    AnyMessageLikeEventContent::RoomMessage(content) => match content.msgtype {
                        MessageType::Image(image) => Some(image),
                        _ => None,
                    },
                    _ => None,
                }
            })
        })
        .await?;
        let small = image.info.and_then(|info| info.thumbnail_source).context("no small version")?;
        let fetch = async |source: MediaSource| {
            let request = MediaRequestParameters { source, format: MediaFormat::File };
            self.client.media().get_media_content(&request, false).await
        };
        Ok([fetch(image.source).await?, fetch(small).await?])
    }

    /// The text of an event as this client decrypts it, once it can.
    pub async fn read(&self, room: &RoomId, event: &OwnedEventId) -> Result<String> {
        eventually("a readable event", || async {
            let event = self.client.get_room(room)?.event(event, None).await.ok()?;
            let AnySyncTimelineEvent::MessageLike(event) = event.raw().deserialize().ok()? else { return None };
            match event.original_content()? {
                AnyMessageLikeEventContent::RoomMessage(content) => Some(content.body().to_owned()),
                _ => None,
            }
        })
        .await
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.sync.abort();
    }
}

impl Context {
    fn relation<C>(&self) -> Option<Relation<C>> {
        match (&self.thread, &self.reply_to) {
            (Some(root), reply) => {
                Some(Relation::Thread(Thread::plain(root.clone(), reply.clone().unwrap_or_else(|| root.clone()))))
            }
            (None, Some(reply)) => Some(Relation::Reply(Reply::new(InReplyTo::new(reply.clone())))),
            (None, None) => None,
        }
    }
}

/// Waits for what should come by itself, and says what it was if it does not.
pub async fn within<T>(what: &str, doing: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, doing).await.with_context(|| format!("waited {PATIENCE:?} for {what}"))?
}

/// Waits for the thing itself: asks again until there is an answer or patience ends.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> Result<T> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        if tokio::time::Instant::now() > deadline {
            bail!("waited {PATIENCE:?} for {what}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
