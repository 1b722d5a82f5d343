//! Text without formatting: its lines and links.

use super::{
    MAX_BYTES, Reader, RichNode, RichText, cut,
    links::{Piece, pieces},
};

/// The word that names everybody in a room.
const ROOM: &str = "@room";

/// Plain text as a tree: lines, links, and `@room` if the message says so.
#[must_use]
pub fn from_plain(text: &str, reader: Reader<'_>) -> RichText {
    let kept = cut(text, MAX_BYTES);
    let mut nodes = Vec::new();
    for (number, line) in kept.lines().enumerate() {
        if number > 0 {
            nodes.push(RichNode::Break);
        }
        inline(line, reader, &mut nodes);
    }
    if kept.len() < text.len() {
        nodes.push(RichNode::Text { text: "…".to_owned() });
    }
    RichText(nodes)
}

/// One stretch of text with its links and the naming of the room.
pub(super) fn inline(text: &str, reader: Reader<'_>, into: &mut Vec<RichNode>) {
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) if reader.room_mentioned => room(text, into),
            Piece::Text(text) => into.push(RichNode::Text { text: text.to_owned() }),
            Piece::Link { url, shown } => {
                into.push(RichNode::Link { url, children: vec![RichNode::Text { text: shown.to_owned() }] });
            }
        }
    }
}

/// Takes `@room` out where it stands as a word.
fn room(text: &str, into: &mut Vec<RichNode>) {
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest[from..].find(ROOM) {
        let (start, end) = (from + found, from + found + ROOM.len());
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if inside(rest[..start].chars().next_back()) || inside(rest[end..].chars().next()) {
            from = end;
            continue;
        }
        if start > 0 {
            into.push(RichNode::Text { text: rest[..start].to_owned() });
        }
        into.push(RichNode::RoomMention);
        rest = &rest[end..];
        from = 0;
    }
    if !rest.is_empty() {
        into.push(RichNode::Text { text: rest.to_owned() });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn text(text: &str) -> RichNode {
        RichNode::Text { text: text.to_owned() }
    }

    #[test]
    fn keeps_lines() {
        assert_eq!(
            from_plain("a\n\nb\r\nc", Reader::default()).0,
            [text("a"), RichNode::Break, RichNode::Break, text("b"), RichNode::Break, text("c")]
        );
        assert_eq!(from_plain("", Reader::default()).0, []);
        assert_eq!(from_plain("\n", Reader::default()).0, []);
    }

    #[test]
    fn markup_is_just_text() {
        assert_eq!(from_plain("<b>a</b> &amp;", Reader::default()).0, [text("<b>a</b> &amp;")]);
    }

    #[test]
    fn names_the_room_only_if_the_message_does() {
        let reader = Reader { room_mentioned: true, ..Reader::default() };
        assert_eq!(from_plain("hé @room !", reader).0, [text("hé "), RichNode::RoomMention, text(" !")]);
        assert_eq!(from_plain("@room", reader).0, [RichNode::RoomMention]);
        assert_eq!(from_plain("@roomy a@room", reader).0, [text("@roomy a@room")]);
        assert_eq!(from_plain("hé @room", Reader::default()).0, [text("hé @room")]);
    }

    #[test]
    fn ten_megabytes_are_cut() {
        for one in ["é", "a\n", "https://a.fr "] {
            let body = one.repeat(10 * 1024 * 1024 / one.len());
            let nodes = from_plain(&body, Reader::default()).0;
            assert_eq!(nodes.last(), Some(&text("…")));
            assert!(nodes.len() <= 2 * MAX_BYTES);
        }
    }
}
