//! Which events get a line. Everything that somebody said does, also in ways that Estafette does not
//! know: nothing may be missing without a word.

use matrix_sdk::ruma::{
    events::{AnyMessageLikeEventContent, AnySyncTimelineEvent, MessageLikeEventContent, room::message::Relation},
    room_version_rules::RoomVersionRules,
};
use matrix_sdk_ui::timeline::default_event_filter;

/// Event types that say nothing by themselves: they change or answer other events, or are what
/// programs say to one another.
const SILENT: [&str; 12] = [
    "m.reaction",
    "m.room.redaction",
    "m.poll.response",
    "m.poll.end",
    "org.matrix.msc3381.",
    "m.beacon",
    "org.matrix.msc3672.",
    "m.call.",
    "m.rtc.",
    "org.matrix.msc4075.",
    "m.key.verification.",
    "io.element.",
];

pub(super) fn shows(event: &AnySyncTimelineEvent, rules: &RoomVersionRules) -> bool {
    if default_event_filter(event, rules) {
        return true;
    }
    let AnySyncTimelineEvent::MessageLike(event) = event else { return false };
    match event.original_content() {
        // A message of a kind that is not in the specification; a changed message has its line already.
        Some(AnyMessageLikeEventContent::RoomMessage(message)) => {
            !matches!(message.relates_to, Some(Relation::Replacement(_)))
        }
        Some(content) => speaks(&content.event_type().to_string()),
        None => false,
    }
}

fn speaks(event_type: &str) -> bool {
    !SILENT.iter().any(|silent| event_type.starts_with(silent))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::serde::Raw;
    use serde_json::{Value, json};

    use super::*;

    fn shown(event_type: &str, content: Value) -> bool {
        let event = json!({
            "type": event_type, "content": content, "event_id": "$a", "sender": "@a:b.fr", "origin_server_ts": 1,
        });
        let event: Raw<AnySyncTimelineEvent> = serde_json::from_value(event).unwrap();
        shows(&event.deserialize().unwrap(), &RoomVersionRules::V11)
    }

    #[test]
    fn what_was_said_is_shown() {
        assert!(shown("m.room.message", json!({"msgtype": "m.text", "body": "a"})));
        assert!(shown("m.room.message", json!({"msgtype": "fr.example.stamp", "body": "a"})));
        assert!(shown("fr.example.thing", json!({"x": 1})));
        let answers = json!([{"m.id": "1", "m.text": [{"body": "b"}]}]);
        let poll =
            json!({"m.text": [{"body": "a"}], "m.poll": {"question": {"m.text": [{"body": "a"}]}, "answers": answers}});
        assert!(shown("m.poll.start", poll));
    }

    #[test]
    fn what_belongs_to_other_events_is_not() {
        let annotation = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$b", "key": "👍"}});
        assert!(!shown("m.reaction", annotation));
        let edit = json!({
            "msgtype": "m.text", "body": "* a", "m.new_content": {"msgtype": "m.text", "body": "a"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$b"},
        });
        assert!(!shown("m.room.message", edit));
        let to = json!({"rel_type": "m.reference", "event_id": "$b"});
        assert!(!shown("m.poll.response", json!({"m.relates_to": to, "m.selections": ["1"]})));
        assert!(!shown("m.call.candidates", json!({"call_id": "a", "version": "1", "candidates": []})));
    }
}
