//! What a message says.

use matrix_sdk::ruma::events::room::{
    ImageInfo,
    message::{FormattedBody, MessageFormat, MessageType},
};
use matrix_sdk_base::crypto::types::events::UtdCause;
use matrix_sdk_ui::timeline::{EncryptedMessage, Message, MsgLikeContent, MsgLikeKind, TimelineItemContent};

use super::dto::{Image, MessageBody, Preview, UndecryptableReason};
use crate::{
    media::Handles,
    rich_text::{self, Reader, RichText},
};

/// How long a line under a room's name or in a quote may be.
const PREVIEW: usize = 200;

/// Longer names of files are cut.
const MAX_FILE_NAME: usize = 200;

/// A message in full.
pub(super) fn body(content: &MsgLikeContent, reader: Reader<'_>, handles: &Handles) -> MessageBody {
    match &content.kind {
        MsgLikeKind::Message(message) => spoken(message, reader, handles),
        MsgLikeKind::Sticker(sticker) => {
            let content = sticker.content();
            MessageBody::Image(Image {
                media: handles.handle(&content.source.clone().into(), content.info.size.map(u64::from)),
                thumbnail: thumbnail(Some(&content.info), handles),
                name: file_name(&content.body),
                caption: None,
                width: pixels(content.info.width),
                height: pixels(content.info.height),
            })
        }
        MsgLikeKind::Redacted => MessageBody::Removed,
        MsgLikeKind::UnableToDecrypt(message) => MessageBody::Undecryptable { reason: reason(message) },
        MsgLikeKind::Poll(_) => unsupported("m.poll.start"),
        MsgLikeKind::LiveLocation(_) => unsupported("m.beacon_info"),
        MsgLikeKind::Other(other) => unsupported(&other.event_type().to_string()),
    }
}

/// The small version that came with a picture.
fn thumbnail(info: Option<&ImageInfo>, handles: &Handles) -> Option<String> {
    let info = info?;
    let size = info.thumbnail_info.as_ref().and_then(|thumbnail| thumbnail.size);
    Some(handles.handle(info.thumbnail_source.as_ref()?, size.map(u64::from)))
}

/// Something that has no form of its own here. The type is by a stranger too.
pub(super) fn unsupported(event_type: &str) -> MessageBody {
    MessageBody::Unsupported { event_type: rich_text::clean(event_type) }
}

fn spoken(message: &Message, reader: Reader<'_>, handles: &Handles) -> MessageBody {
    let file =
        |name: &str, caption: Option<RichText>, size: Option<_>, media_type: Option<&String>| MessageBody::File {
            name: file_name(name),
            caption,
            size: size.map(u64::from),
            media_type: media_type.map(|media_type| rich_text::clean(media_type)),
        };
    match message.msgtype() {
        MessageType::Notice(_) | MessageType::ServerNotice(_) => {
            MessageBody::Notice { text: words(message.msgtype(), reader).unwrap_or_default() }
        }
        MessageType::Emote(_) => MessageBody::Emote { text: words(message.msgtype(), reader).unwrap_or_default() },
        MessageType::Image(image) => {
            let info = image.info.as_deref();
            MessageBody::Image(Image {
                media: handles.handle(&image.source, info.and_then(|info| info.size).map(u64::from)),
                thumbnail: thumbnail(info, handles),
                name: file_name(image.filename()),
                caption: image.caption().map(|caption| formatted(caption, image.formatted_caption(), reader)),
                width: pixels(info.and_then(|info| info.width)),
                height: pixels(info.and_then(|info| info.height)),
            })
        }
        MessageType::File(content) => {
            let info = content.info.as_deref();
            let caption = content.caption().map(|caption| formatted(caption, content.formatted_caption(), reader));
            file(
                content.filename(),
                caption,
                info.and_then(|info| info.size),
                info.and_then(|info| info.mimetype.as_ref()),
            )
        }
        MessageType::Audio(content) => {
            let info = content.info.as_deref();
            let caption = content.caption().map(|caption| formatted(caption, content.formatted_caption(), reader));
            file(
                content.filename(),
                caption,
                info.and_then(|info| info.size),
                info.and_then(|info| info.mimetype.as_ref()),
            )
        }
        MessageType::Video(content) => {
            let info = content.info.as_deref();
            let caption = content.caption().map(|caption| formatted(caption, content.formatted_caption(), reader));
            file(
                content.filename(),
                caption,
                info.and_then(|info| info.size),
                info.and_then(|info| info.mimetype.as_ref()),
            )
        }
        MessageType::Location(_) => unsupported("m.location"),
        MessageType::VerificationRequest(_) => unsupported("m.key.verification.request"),
        other => match words(other, reader) {
            Some(text) => MessageBody::Text { text },
            None => unsupported(other.msgtype()),
        },
    }
}

/// The text of a message that is text. Of a kind that is not in the specification, the plain text is
/// meant for such as us.
fn words(message: &MessageType, reader: Reader<'_>) -> Option<RichText> {
    match message {
        MessageType::Text(text) => Some(formatted(&text.body, text.formatted.as_ref(), reader)),
        MessageType::Notice(text) => Some(formatted(&text.body, text.formatted.as_ref(), reader)),
        MessageType::Emote(text) => Some(formatted(&text.body, text.formatted.as_ref(), reader)),
        MessageType::ServerNotice(notice) => Some(rich_text::from_plain(&notice.body, reader)),
        MessageType::Audio(_)
        | MessageType::File(_)
        | MessageType::Image(_)
        | MessageType::Location(_)
        | MessageType::Video(_)
        | MessageType::VerificationRequest(_) => None,
        other => {
            Some(other.body()).filter(|body| !body.trim().is_empty()).map(|body| rich_text::from_plain(body, reader))
        }
    }
}

/// The formatted text if there is one that can be read, else the plain one.
fn formatted(plain: &str, formatted: Option<&FormattedBody>, reader: Reader<'_>) -> RichText {
    formatted
        .filter(|formatted| formatted.format == MessageFormat::Html)
        .and_then(|formatted| rich_text::from_html(&formatted.body, reader))
        .filter(|tree| !tree.0.is_empty() || plain.trim().is_empty())
        .unwrap_or_else(|| rich_text::from_plain(plain, reader))
}

/// A message in one line.
pub(crate) fn preview(content: &TimelineItemContent) -> Preview {
    let TimelineItemContent::MsgLike(content) = content else { return Preview::Other };
    match &content.kind {
        MsgLikeKind::Message(message) => match message.msgtype() {
            MessageType::Image(_) => Preview::Image,
            MessageType::File(content) => Preview::File { name: file_name(content.filename()) },
            MessageType::Audio(content) => Preview::File { name: file_name(content.filename()) },
            MessageType::Video(content) => Preview::File { name: file_name(content.filename()) },
            other => {
                let text = words(other, Reader::default()).map(|text| rich_text::one_line(&text, PREVIEW));
                match text.filter(|text| !text.is_empty()) {
                    Some(text) => Preview::Text { text },
                    None => Preview::Other,
                }
            }
        },
        MsgLikeKind::Sticker(_) => Preview::Image,
        MsgLikeKind::Redacted => Preview::Removed,
        MsgLikeKind::UnableToDecrypt(_) => Preview::Undecryptable,
        _ => Preview::Other,
    }
}

fn reason(message: &EncryptedMessage) -> UndecryptableReason {
    let EncryptedMessage::MegolmV1AesSha2 { cause, .. } = message else { return UndecryptableReason::KeyMissing };
    match cause {
        UtdCause::SentBeforeWeJoined => UndecryptableReason::BeforeJoining,
        UtdCause::HistoricalMessageAndDeviceIsUnverified => UndecryptableReason::DeviceUnconfirmed,
        UtdCause::WithheldForUnverifiedOrInsecureDevice | UtdCause::WithheldBySender => UndecryptableReason::Withheld,
        _ => UndecryptableReason::KeyMissing,
    }
}

/// A file's name in one line, cut in its middle: what it is stands at its end.
fn file_name(name: &str) -> String {
    // Whole: an event, and so a name in it, is at most 64 KiB long.
    let name: String = name.chars().filter(|c| !c.is_control() && !rich_text::is_steering(*c)).collect();
    let length = name.chars().count();
    if length <= MAX_FILE_NAME {
        return name;
    }
    let start: String = name.chars().take(MAX_FILE_NAME - 21).collect();
    let end: String = name.chars().skip(length - 20).collect();
    format!("{start}…{end}")
}

/// A size in pixels that can be one.
fn pixels(claimed: Option<matrix_sdk::ruma::UInt>) -> Option<u32> {
    u32::try_from(claimed?).ok().filter(|pixels| (1..=100_000).contains(pixels))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::uint;

    use super::*;
    use crate::rich_text::RichNode;

    fn text(plain: &str, html: &str) -> RichText {
        formatted(plain, Some(&FormattedBody::html(html)), Reader::default())
    }

    #[test]
    fn formatted_text_comes_first_and_plain_text_serves_if_it_cannot_be_read() {
        let plain = |text: &str| RichText(vec![RichNode::Text { text: text.to_owned() }]);
        assert_eq!(text("**a**", "<i>b</i>"), rich_text::from_html("<i>b</i>", Reader::default()).unwrap());
        assert_eq!(text("a", &"<b>".repeat(10_000)), plain("a"));
        assert_eq!(text("a", "<script>x</script>"), plain("a"));
        assert_eq!(formatted("<b>a</b>", None, Reader::default()), plain("<b>a</b>"));
    }

    #[test]
    fn file_names_keep_their_end_and_turn_nothing_around() {
        assert_eq!(file_name("rapport.pdf"), "rapport.pdf");
        assert_eq!(file_name("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(file_name("a\nb.pdf"), "ab.pdf");
        for length in [300, 60_000] {
            let long = file_name(&format!("{}.pdf", "x".repeat(length)));
            assert_eq!(long.chars().count(), MAX_FILE_NAME);
            assert!(long.ends_with(".pdf"));
        }
    }

    #[test]
    fn sizes_are_plausible_or_absent() {
        assert_eq!(pixels(Some(uint!(640))), Some(640));
        assert_eq!(pixels(Some(uint!(0))), None);
        assert_eq!(pixels(Some(matrix_sdk::ruma::UInt::MAX)), None);
        assert_eq!(pixels(None), None);
    }
}
