//! White space at the edges of blocks, and blocks where only inline pieces may stand.

use super::super::{RichNode, Style};

/// Whether a piece stands by itself.
pub(super) fn is_block(node: &RichNode) -> bool {
    matches!(
        node,
        RichNode::Paragraph { .. }
            | RichNode::Heading { .. }
            | RichNode::Quote { .. }
            | RichNode::CodeBlock { .. }
            | RichNode::List { .. }
            | RichNode::Table { .. }
            | RichNode::Rule
    )
}

/// Takes away the white space that HTML would not show: at the edges, beside blocks and line ends.
/// Line ends at the end go too.
pub(super) fn tidy(nodes: Vec<RichNode>) -> Vec<RichNode> {
    let mut out: Vec<RichNode> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let edge_before = out.last().is_none_or(|last| is_block(last) || *last == RichNode::Break);
        match node {
            RichNode::Text { text } => {
                let text = if edge_before { text.trim_start_matches(' ').to_owned() } else { text };
                match out.last_mut() {
                    _ if text.is_empty() => {}
                    Some(RichNode::Text { text: last }) => last.push_str(&text),
                    _ => out.push(RichNode::Text { text }),
                }
            }
            other => {
                if is_block(&other) {
                    trim_end(&mut out, true);
                } else if other == RichNode::Break {
                    trim_end(&mut out, false);
                }
                out.push(other);
            }
        }
    }
    trim_end(&mut out, true);
    out
}

fn trim_end(out: &mut Vec<RichNode>, breaks_too: bool) {
    loop {
        match out.last_mut() {
            Some(RichNode::Text { text }) => {
                let kept = text.trim_end_matches(' ').len();
                text.truncate(kept);
                if kept > 0 {
                    return;
                }
            }
            Some(RichNode::Break) if breaks_too => {}
            _ => return,
        }
        out.pop();
    }
}

/// The same words without blocks: each on its own line.
pub(super) fn inline_only(nodes: Vec<RichNode>) -> Vec<RichNode> {
    if !nodes.iter().any(is_block) {
        return nodes;
    }
    let mut out = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            RichNode::Paragraph { children } | RichNode::Heading { children, .. } | RichNode::Quote { children } => {
                line(inline_only(children), &mut out);
            }
            RichNode::CodeBlock { text, .. } => {
                let children = vec![RichNode::Text { text }];
                line(vec![RichNode::Styled { style: Style::Code, children }], &mut out);
            }
            RichNode::List { items, .. } => {
                for item in items {
                    line(inline_only(item), &mut out);
                }
            }
            RichNode::Table { rows, .. } => {
                for cell in rows.into_iter().flatten() {
                    line(inline_only(cell), &mut out);
                }
            }
            RichNode::Rule => line(Vec::new(), &mut out),
            other => out.push(other),
        }
    }
    while out.last() == Some(&RichNode::Break) {
        out.pop();
    }
    out
}

fn line(children: Vec<RichNode>, out: &mut Vec<RichNode>) {
    if out.last().is_some_and(|last| *last != RichNode::Break) {
        out.push(RichNode::Break);
    }
    out.extend(children);
    out.push(RichNode::Break);
}
