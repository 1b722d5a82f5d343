//! Sending pictures.

use matrix_sdk::{
    attachment::{AttachmentInfo, BaseImageInfo, Thumbnail},
    ruma::{UInt, events::Mentions},
};
use matrix_sdk_ui::timeline::{AttachmentConfig, AttachmentSource, TimelineEventItemId};

use super::{Timelines, actions, failure, parse_message_id};
use crate::{AppError, ErrorCode, Result, media::Outgoing};

impl Timelines {
    /// Puts a picture into the send queue, with a caption if there is one, as an answer if `reply_to` names a
    /// message. It shows in the timeline at once.
    pub(crate) async fn send_image(
        &self,
        room_id: &str,
        picture: &Outgoing,
        caption: Option<&str>,
        reply_to: Option<&str>,
    ) -> Result<()> {
        let timeline = self.opened.open(room_id).await?;
        let in_reply_to = match reply_to.map(parse_message_id).transpose()? {
            Some(TimelineEventItemId::EventId(event_id)) => Some(event_id),
            // What is not at the server yet cannot be answered.
            Some(TimelineEventItemId::TransactionId(_)) => return Err(AppError::new(ErrorCode::MessageUnknown)),
            None => None,
        };
        let config = AttachmentConfig {
            txn_id: None,
            info: Some(AttachmentInfo::Image(BaseImageInfo {
                height: Some(picture.height.into()),
                width: Some(picture.width.into()),
                size: Some(bytes(&picture.bytes)),
                blurhash: None,
                is_animated: Some(picture.animated),
            })),
            thumbnail: picture
                .small
                .as_ref()
                .map(|small| {
                    Ok::<_, AppError>(Thumbnail {
                        data: small.bytes.clone(),
                        content_type: media_type(small.media_type)?,
                        height: small.height.into(),
                        width: small.width.into(),
                        size: bytes(&small.bytes),
                    })
                })
                .transpose()?,
            caption: caption.and_then(actions::text_content),
            mentions: Some(Mentions::new()),
            in_reply_to,
        };
        let source = AttachmentSource::Data { bytes: picture.bytes.clone(), filename: picture.name.clone() };
        timeline
            .send_attachment(source, media_type(picture.media_type)?, config)
            .use_send_queue()
            .await
            .map_err(|error| failure::from_timeline(&error))
    }
}

fn media_type(name: &str) -> Result<mime::Mime> {
    name.parse().map_err(|_| AppError::caused(ErrorCode::Internal, &"a type of picture that is none"))
}

fn bytes(bytes: &[u8]) -> UInt {
    u64::try_from(bytes.len()).ok().and_then(UInt::new).unwrap_or(UInt::MAX)
}
