//! Formatted text without its format, for comparing.

use estafette_core::{
    rich_text::RichNode,
    timeline::dto::{Message, MessageBody},
};

/// The text of a message; empty if it has none.
#[must_use]
pub fn plain(message: &Message) -> String {
    let mut text = String::new();
    if let MessageBody::Text { text: nodes }
    | MessageBody::Notice { text: nodes }
    | MessageBody::Emote { text: nodes } = &message.body
    {
        collect(&nodes.0, &mut text);
    }
    text
}

fn collect(nodes: &[RichNode], text: &mut String) {
    for node in nodes {
        match node {
            RichNode::Text { text: more } | RichNode::CodeBlock { text: more, .. } => text.push_str(more),
            RichNode::Break => text.push('\n'),
            RichNode::Mention { name, .. } => text.push_str(name),
            RichNode::RoomMention => text.push_str("@room"),
            RichNode::Styled { children, .. }
            | RichNode::Link { children, .. }
            | RichNode::Paragraph { children }
            | RichNode::Heading { children, .. }
            | RichNode::Quote { children }
            | RichNode::Spoiler { children, .. } => collect(children, text),
            RichNode::List { items, .. } => items.iter().for_each(|item| collect(item, text)),
            RichNode::Table { rows, .. } => rows.iter().flatten().for_each(|cell| collect(cell, text)),
            RichNode::Rule => {}
        }
    }
}
