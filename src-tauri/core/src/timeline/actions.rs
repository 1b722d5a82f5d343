//! What the user does in a timeline.

use std::{sync::Arc, time::Duration};

use eyeball_im::Vector;
use futures_util::StreamExt as _;
use matrix_sdk::{
    room::Receipts,
    ruma::{
        UserId,
        events::{
            AnyMessageLikeEventContent, Mentions,
            room::message::{
                FormattedBody, MessageType, RoomMessageEventContentWithoutRelation, TextMessageEventContent,
            },
        },
    },
};
use matrix_sdk_ui::timeline::{EventTimelineItem, ReactionStatus, TimelineDetails, TimelineEventItemId, TimelineItem};
use tokio::time::timeout;

use super::{Timelines, failure, from_sdk, parse_message_id};
use crate::{
    AppError, ErrorCode, Result,
    rich_text::{self, Reader},
    sending,
    storage::failed,
};

/// How long a reaction may take to be sent, or to be taken back before.
const SETTLED: Duration = Duration::from_secs(10);

impl Timelines {
    /// Sends a text, Markdown in it formatted, as an answer if `reply_to` names a message. It shows in
    /// the timeline at once. A text of nothing but white space is not sent.
    pub async fn send_text(&self, room_id: &str, text: &str, reply_to: Option<&str>) -> Result<()> {
        let Some(content) = text_content(text).map(message) else { return Ok(()) };
        let timeline = self.opened.open(room_id).await?;
        let sent = match reply_to {
            Some(reply_to) => {
                let TimelineEventItemId::EventId(event_id) = parse_message_id(reply_to)? else {
                    // What is not at the server yet cannot be answered.
                    return Err(AppError::new(ErrorCode::MessageUnknown));
                };
                timeline.send_reply(content, event_id).await
            }
            None => timeline.send(AnyMessageLikeEventContent::RoomMessage(content.into())).await.map(|_| ()),
        };
        sent.map_err(|error| failure::from_timeline(&error))
    }

    /// Reacts to a message, or takes the reaction back.
    pub async fn toggle_reaction(&self, room_id: &str, message_id: &str, key: &str) -> Result<()> {
        let id = parse_message_id(message_id)?;
        let timeline = self.opened.open(room_id).await?;
        let (mut items, mut changes) = timeline.subscribe().await;
        let me = timeline.room().own_user_id();
        let is_on_its_way = matches!(mine(&items, &id, key, me), Some(Mine::OnItsWay));
        timeline.toggle_reaction(&id, key).await.map_err(|error| failure::from_timeline(&error))?;
        if !is_on_its_way {
            return Ok(());
        }
        // The SDK (matrix-sdk-ui 0.18, `toggle_reaction_local`) takes a reaction back that the timeline still holds for
        // unsent, and loses that wish where the server has it already: the reaction then becomes a sent one.
        let sent_after_all = async {
            loop {
                match mine(&items, &id, key, me) {
                    None => return false,
                    Some(Mine::Sent) => return true,
                    Some(Mine::OnItsWay) => {}
                }
                let Some(batch) = changes.next().await else { return false };
                batch.into_iter().for_each(|diff| diff.apply(&mut items));
            }
        };
        if timeout(SETTLED, sent_after_all).await.unwrap_or(false) {
            timeline.toggle_reaction(&id, key).await.map_err(|error| failure::from_timeline(&error))?;
        }
        Ok(())
    }

    /// Tries a message again that failed for good. `Managed` for a picture where none may be sent.
    pub async fn resend(&self, room_id: &str, message_id: &str) -> Result<()> {
        let item = self.unsent(room_id, message_id).await?;
        if is_picture(&item) && !self.pictures.allowed() {
            return Err(AppError::new(ErrorCode::Managed));
        }
        let handle = item.local_echo_send_handle().ok_or_else(|| AppError::new(ErrorCode::MessageUnknown))?;
        handle.unwedge().await.map_err(|error| failure::from_queue(&error))?;
        self.go_on(room_id).await
    }

    /// Gives up a message that is not at the server.
    pub async fn discard(&self, room_id: &str, message_id: &str) -> Result<()> {
        let item = self.unsent(room_id, message_id).await?;
        let handle = item.local_echo_send_handle().ok_or_else(|| AppError::new(ErrorCode::MessageUnknown))?;
        match handle.abort().await {
            Ok(true) => self.go_on(room_id).await,
            // It was sent meanwhile.
            Ok(false) => Err(AppError::new(ErrorCode::MessageUnknown)),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Each failure switches the room's queue off, with all that waits in it. The user has decided.
    async fn go_on(&self, room_id: &str) -> Result<()> {
        sending::go_on(&self.room(room_id)?, &self.pictures).await;
        Ok(())
    }

    /// A message of this device that has not arrived.
    async fn unsent(&self, room_id: &str, message_id: &str) -> Result<EventTimelineItem> {
        let id = parse_message_id(message_id)?;
        let timeline = self.opened.open(room_id).await?;
        let items = timeline.items().await;
        items
            .iter()
            .rev()
            .filter_map(|item| item.as_event())
            .find(|event| event.is_local_echo() && event.identifier() == id && event.event_id().is_none())
            .cloned()
            .ok_or_else(|| AppError::new(ErrorCode::MessageUnknown))
    }

    /// Fetches the message that others answer, for their quotes. `message_id` names the quoted message
    /// or one that quotes.
    pub async fn load_quote(&self, room_id: &str, message_id: &str) -> Result<()> {
        let TimelineEventItemId::EventId(wanted) = parse_message_id(message_id)? else { return Ok(()) };
        let timeline = self.opened.open(room_id).await?;
        let items = timeline.items().await;
        for event in items.iter().filter_map(|item| item.as_event()).filter(|event| event.is_remote_event()) {
            let Some(event_id) = event.event_id() else { continue };
            let Some(reply) = event.content().in_reply_to() else { continue };
            let asked = reply.event_id == wanted || event_id == wanted;
            let missing = matches!(reply.event, TimelineDetails::Unavailable | TimelineDetails::Error(_));
            if asked && missing {
                let fetched = timeline.fetch_details_for_event(event_id).await;
                fetched.map_err(|error| failure::from_timeline(&error))?;
            }
        }
        Ok(())
    }

    /// Says that the user has read all that is there: to everybody, or to their own devices alone, as they chose.
    pub async fn mark_read(&self, room_id: &str) -> Result<()> {
        let timeline = self.opened.open(room_id).await?;
        let receipts = match timeline.latest_event_id().await {
            Some(event_id) => {
                let receipts = Receipts::new().fully_read_marker(event_id.clone());
                if self.settings.borrow().receipts {
                    receipts.public_read_receipt(event_id)
                } else {
                    receipts.private_read_receipt(event_id)
                }
            }
            None => Receipts::new(),
        };
        timeline.send_multiple_receipts(receipts).await.map_err(|error| from_sdk(&error))
    }

    /// Says whether the user is writing, unless they keep that to themselves.
    pub async fn set_typing(&self, room_id: &str, typing: bool) -> Result<()> {
        if typing && !self.settings.borrow().typing {
            return Ok(());
        }
        self.room(room_id)?.typing_notice(typing).await.map_err(|error| from_sdk(&error))
    }
}

/// Whether a message shows a picture.
fn is_picture(item: &EventTimelineItem) -> bool {
    item.content().as_message().is_some_and(|message| matches!(message.msgtype(), MessageType::Image(_)))
}

/// The user's own reaction to a message.
enum Mine {
    OnItsWay,
    Sent,
}

fn mine(items: &Vector<Arc<TimelineItem>>, message: &TimelineEventItemId, key: &str, me: &UserId) -> Option<Mine> {
    let mut events = items.iter().rev().filter_map(|item| item.as_event());
    let event = events.find(|event| event.identifier() == *message)?;
    match event.content().reactions()?.get(key)?.get(me)?.status {
        ReactionStatus::LocalToLocal(_) | ReactionStatus::LocalToRemote(_) => Some(Mine::OnItsWay),
        ReactionStatus::RemoteToRemote(_) => Some(Mine::Sent),
    }
}

/// Text as it is sent, Markdown in it formatted; nothing where there is nothing but white space.
pub(super) fn text_content(text: &str) -> Option<TextMessageEventContent> {
    let text = text.trim_end().trim_start_matches(['\n', '\r']);
    (!text.trim().is_empty()).then(|| match html(text) {
        Some(html) => TextMessageEventContent::html(text, html),
        None => TextMessageEventContent::plain(text),
    })
}

/// A text message.
fn message(content: TextMessageEventContent) -> RoomMessageEventContentWithoutRelation {
    // Said outright that nobody is named: else receivers search the text for their names.
    RoomMessageEventContentWithoutRelation::new(MessageType::Text(content)).add_mentions(Mentions::new())
}

/// Markdown as HTML; nothing if the text has no Markdown in it. What looks like HTML in it is text:
/// who writes `<nom>` means `<nom>`.
fn html(text: &str) -> Option<String> {
    // A character that Unicode reserves for such private use and that the text does not contain.
    let stand_in = ('\u{fdd0}'..='\u{fdef}').find(|c| !text.contains(*c))?;
    let masked = text.replace('<', &stand_in.to_string());
    let html = FormattedBody::markdown(masked)?.body;
    let html = html.replace(stand_in, "&lt;").replace(&percent(stand_in), "%3C");
    // A lone `#` or `1.` would be a heading or a list of nothing.
    let shown = rich_text::from_html(&html, Reader::default());
    let says_nothing = shown.is_some_and(|shown| rich_text::one_line(&shown, 10).is_empty());
    (!says_nothing).then_some(html)
}

/// How a character stands in a link's target.
fn percent(c: char) -> String {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn text_without_markdown_stays_plain() {
        for text in ["Bonjour", "a < b > c & d", "<nom>", "a\nb", "1.", "#", "-", "été"] {
            assert_eq!(html(text), None, "{text}");
        }
    }

    #[test]
    fn markdown_becomes_html_and_html_stays_text() {
        assert_eq!(html("**a** <b>").as_deref(), Some("<strong>a</strong> &lt;b&gt;"));
        assert_eq!(html("`Vec<u8>`").as_deref(), Some("<code>Vec&lt;u8&gt;</code>"));
        assert_eq!(html("*a*<script>x</script>").as_deref(), Some("<em>a</em>&lt;script&gt;x&lt;/script&gt;"));
        let link = html("[a](https://b.fr/<c)").unwrap();
        assert!(link.contains("%3C") || link.contains("&lt;"), "{link}");
        assert!(!link.contains('\u{fdd0}') && !link.contains("%EF%B7%90"), "{link}");
    }

    #[test]
    fn what_is_sent_is_what_is_shown() {
        use crate::rich_text::{RichNode, Style, from_html};
        let tree = from_html(&html("un **mot** et <nom>\nligne").unwrap(), Reader::default()).unwrap();
        let text = |text: &str| RichNode::Text { text: text.to_owned() };
        assert_eq!(
            tree.0,
            [
                text("un "),
                RichNode::Styled { style: Style::Bold, children: vec![text("mot")] },
                text(" et <nom>"),
                RichNode::Break,
                text("ligne"),
            ]
        );
    }

    #[test]
    fn a_message_names_nobody_by_accident() {
        let content = serde_json::to_value(message(text_content("Claire").unwrap())).unwrap();
        assert_eq!(content, serde_json::json!({"msgtype": "m.text", "body": "Claire", "m.mentions": {}}));
    }
}
