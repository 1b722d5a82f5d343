//! Formatted text as a tree. The window builds elements from it and never sees HTML.

mod clean;
mod html;
mod links;
mod outline;
mod plain;

use serde::Serialize;

#[cfg(test)]
pub(crate) use clean::MAX_NAME;
pub use clean::{clean, is_steering};
pub use html::from_html;
pub use links::may_open;
pub use outline::one_line;
pub use plain::from_plain;

/// What a text's mentions mean for its reader.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader<'a> {
    /// The reader's Matrix ID.
    pub user_id: &'a str,
    /// The message says that it names the whole room.
    pub room_mentioned: bool,
}

/// Texts longer than this are cut. No homeserver passes on an event of more than 64 KiB; what is
/// longer comes from a server that breaks the rules.
const MAX_BYTES: usize = 64 * 1024;

/// How much stack the worker threads of the runtime need, in which the SDK runs. It parses a text into
/// a tree as deep as its sender likes and takes that apart by recursion; with the 2 MiB that tokio gives
/// by default, one message of 64 KiB would end the process. (Memory is used only as far as it is needed.)
pub const WORKER_STACK: usize = 16 * 1024 * 1024;

/// Cuts at a character's boundary.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A formatted text: its top-level pieces, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct RichText(pub Vec<RichNode>);

impl RichText {
    /// Who is named in the text.
    pub(crate) fn mentioned(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.0, &mut |node| {
            if let RichNode::Mention { user_id, .. } = node
                && !found.contains(user_id)
                && found.len() < MAX_MENTIONED
            {
                found.push(user_id.clone());
            }
        });
        found
    }

    /// Gives those who are named the name they have, where one is known.
    pub(crate) fn name_mentioned(&mut self, name_of: impl Fn(&str) -> Option<String>) {
        walk_mut(&mut self.0, &mut |node| {
            if let RichNode::Mention { user_id, name, .. } = node
                && let Some(known) = name_of(user_id)
            {
                *name = known;
            }
        });
    }
}

/// For so many people, a text's mentions are looked up.
const MAX_MENTIONED: usize = 50;

fn walk(nodes: &[RichNode], visit: &mut impl FnMut(&RichNode)) {
    for node in nodes {
        visit(node);
        match node {
            RichNode::Styled { children, .. }
            | RichNode::Link { children, .. }
            | RichNode::Paragraph { children }
            | RichNode::Heading { children, .. }
            | RichNode::Quote { children }
            | RichNode::Spoiler { children, .. } => walk(children, visit),
            RichNode::List { items, .. } => items.iter().for_each(|item| walk(item, visit)),
            RichNode::Table { rows, .. } => rows.iter().flatten().for_each(|cell| walk(cell, visit)),
            RichNode::Text { .. }
            | RichNode::Break
            | RichNode::Mention { .. }
            | RichNode::RoomMention
            | RichNode::CodeBlock { .. }
            | RichNode::Rule => {}
        }
    }
}

fn walk_mut(nodes: &mut [RichNode], visit: &mut impl FnMut(&mut RichNode)) {
    for node in nodes {
        visit(node);
        match node {
            RichNode::Styled { children, .. }
            | RichNode::Link { children, .. }
            | RichNode::Paragraph { children }
            | RichNode::Heading { children, .. }
            | RichNode::Quote { children }
            | RichNode::Spoiler { children, .. } => walk_mut(children, visit),
            RichNode::List { items, .. } => items.iter_mut().for_each(|item| walk_mut(item, visit)),
            RichNode::Table { rows, .. } => rows.iter_mut().flatten().for_each(|cell| walk_mut(cell, visit)),
            RichNode::Text { .. }
            | RichNode::Break
            | RichNode::Mention { .. }
            | RichNode::RoomMention
            | RichNode::CodeBlock { .. }
            | RichNode::Rule => {}
        }
    }
}

/// One piece of a formatted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RichNode {
    /// Plain characters.
    Text {
        /// The characters.
        text: String,
    },
    /// A line ends.
    Break,
    /// Inline pieces in another style.
    Styled {
        /// Which.
        style: Style,
        /// What.
        children: Vec<RichNode>,
    },
    /// A link whose kind may be opened (`https`, `http`, `mailto`, `matrix`).
    Link {
        /// The target.
        url: String,
        /// What is shown.
        children: Vec<RichNode>,
    },
    /// A person is named.
    Mention {
        /// The Matrix ID.
        user_id: String,
        /// The name shown.
        name: String,
        /// The user is named.
        me: bool,
    },
    /// The whole room is named.
    RoomMention,
    /// Inline pieces in a paragraph.
    Paragraph {
        /// What.
        children: Vec<RichNode>,
    },
    /// A heading; level 1 to 6.
    Heading {
        /// The level.
        level: u8,
        /// What.
        children: Vec<RichNode>,
    },
    /// Somebody's words, quoted.
    Quote {
        /// What.
        children: Vec<RichNode>,
    },
    /// A block of code.
    CodeBlock {
        /// The programming language, if its sender named one.
        language: Option<String>,
        /// The code.
        text: String,
    },
    /// A list; numbered from `start` if it has one.
    List {
        /// The first number of a numbered list.
        start: Option<u32>,
        /// The entries.
        items: Vec<Vec<RichNode>>,
    },
    /// A table, row by row, cell by cell.
    Table {
        /// The rows; the first holds the headings if `heading` is set.
        rows: Vec<Vec<Vec<RichNode>>>,
        /// Whether the first row holds headings.
        heading: bool,
    },
    /// Text that is hidden until it is asked for.
    Spoiler {
        /// Why it is hidden.
        reason: Option<String>,
        /// What.
        children: Vec<RichNode>,
    },
    /// A line across.
    Rule,
}

/// A style of inline text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Style {
    /// Strong.
    Bold,
    /// Emphasised.
    Italic,
    /// Underlined.
    Underline,
    /// Struck out.
    Strike,
    /// Code.
    Code,
    /// Raised.
    Superscript,
    /// Lowered.
    Subscript,
}
