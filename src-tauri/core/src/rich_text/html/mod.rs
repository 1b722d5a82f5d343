//! From HTML to the tree. What is not known falls away; what is known is copied, piece by piece.

mod fits;
mod tidy;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;

use matrix_sdk::ruma::html::{ElementData, Html, NodeData, NodeRef};

use self::tidy::{inline_only, is_block, tidy};
use super::{MAX_BYTES, Reader, RichNode, RichText, Style, clean, cut, links, plain};

/// Elements nested deeper than this lose their own look and keep their words.
const MAX_NESTING: usize = 40;

/// A text has at most so many pieces.
const MAX_NODES: usize = 10_000;

/// HTML as a tree; nothing if it is too large, too deep or too many tags, and the plain text has to
/// serve.
#[must_use]
pub fn from_html(html: &str, reader: Reader<'_>) -> Option<RichText> {
    if !fits::fits(html) {
        return None;
    }
    let parsed = Html::parse(html);
    let mut reading = Reading { reader, nodes: MAX_NODES, bytes: MAX_BYTES };
    let mut nodes = Vec::new();
    for child in parsed.children() {
        reading.node(&child, Place::default(), &mut nodes);
    }
    Some(RichText(tidy(nodes)))
}

/// Where in the tree a node stands.
#[derive(Clone, Copy, Default)]
struct Place {
    depth: usize,
    /// In a link or in code: nothing in it becomes a link.
    literal: bool,
}

impl Place {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn literal(self) -> Self {
        Self { literal: true, ..self }
    }
}

struct Reading<'a> {
    reader: Reader<'a>,
    /// How many pieces and bytes may still be made.
    nodes: usize,
    bytes: usize,
}

impl Reading<'_> {
    fn node(&mut self, node: &NodeRef, place: Place, into: &mut Vec<RichNode>) {
        if self.nodes == 0 || self.bytes == 0 {
            return;
        }
        match node.data() {
            NodeData::Text(text) => self.text(&text.borrow(), place, into),
            NodeData::Element(element) => {
                self.nodes -= 1;
                self.element(node, element, place, into);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, place: Place, into: &mut Vec<RichNode>) {
        let collapsed = collapse(text);
        let text = self.spend(&collapsed);
        if text.is_empty() {
            return;
        }
        if place.literal {
            into.push(RichNode::Text { text: text.to_owned() });
        } else {
            plain::inline(text, self.reader, into);
        }
    }

    /// As much of the text as may still be made.
    fn spend<'t>(&mut self, text: &'t str) -> &'t str {
        let text = cut(text, self.bytes);
        self.bytes -= text.len();
        text
    }

    fn children(&mut self, node: &NodeRef, place: Place) -> Vec<RichNode> {
        let mut nodes = Vec::new();
        self.splice(node, place, &mut nodes);
        nodes
    }

    fn splice(&mut self, node: &NodeRef, place: Place, into: &mut Vec<RichNode>) {
        for child in node.children() {
            self.node(&child, place.deeper(), into);
        }
    }

    fn element(&mut self, node: &NodeRef, element: &ElementData, place: Place, into: &mut Vec<RichNode>) {
        let name = element.name.local.as_ref();
        if place.depth >= MAX_NESTING {
            if !is_removed(name) {
                self.splice(node, place, into);
            }
            return;
        }
        match name {
            "br" => into.push(RichNode::Break),
            "hr" => into.push(RichNode::Rule),
            "b" | "strong" => self.styled(Style::Bold, node, place, into),
            "i" | "em" => self.styled(Style::Italic, node, place, into),
            "u" => self.styled(Style::Underline, node, place, into),
            "s" | "del" | "strike" => self.styled(Style::Strike, node, place, into),
            "code" | "tt" | "kbd" => self.styled(Style::Code, node, place.literal(), into),
            "sup" => self.styled(Style::Superscript, node, place, into),
            "sub" => self.styled(Style::Subscript, node, place, into),
            "a" => self.link(node, element, place, into),
            "span" => self.span(node, element, place, into),
            "img" => {
                // A picture in a text is a custom emoji: its words, never a fetch.
                if let Some(words) = attribute(element, "alt").or_else(|| attribute(element, "title")) {
                    self.text(&words, place.literal(), into);
                }
            }
            "p" => {
                let children = tidy(inline_only(self.children(node, place)));
                push_filled(children, into, |children| RichNode::Paragraph { children });
            }
            "div" | "details" => {
                let children = tidy(self.children(node, place));
                if children.iter().any(is_block) {
                    into.extend(children);
                } else {
                    push_filled(children, into, |children| RichNode::Paragraph { children });
                }
            }
            "summary" | "caption" => {
                let children = tidy(inline_only(self.children(node, place)));
                push_filled(children, into, |children| RichNode::Paragraph {
                    children: vec![RichNode::Styled { style: Style::Bold, children }],
                });
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes()[1] - b'0';
                let children = tidy(inline_only(self.children(node, place)));
                push_filled(children, into, |children| RichNode::Heading { level, children });
            }
            "blockquote" => {
                let children = tidy(self.children(node, place));
                push_filled(children, into, |children| RichNode::Quote { children });
            }
            "pre" => self.code_block(node, into),
            "ul" => self.list(None, node, place, into),
            "ol" => {
                let start = attribute(element, "start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
                self.list(Some(start), node, place, into);
            }
            "table" => self.table(node, place, into),
            _ if is_removed(name) => {}
            _ => self.splice(node, place, into),
        }
    }

    fn styled(&mut self, style: Style, node: &NodeRef, place: Place, into: &mut Vec<RichNode>) {
        let children = inline_only(self.children(node, place));
        push_filled(children, into, |children| RichNode::Styled { style, children });
    }

    fn link(&mut self, node: &NodeRef, element: &ElementData, place: Place, into: &mut Vec<RichNode>) {
        let href = attribute(element, "href").unwrap_or_default();
        if place.literal {
            self.splice(node, place, into);
        } else if let Some(user_id) = links::person(&href) {
            let shown = clean(&self.words(node));
            let shown = shown.strip_prefix('@').unwrap_or(&shown);
            let name = if shown.is_empty() || user_id.as_str()[1..] == *shown { user_id.localpart() } else { shown };
            into.push(RichNode::Mention {
                name: name.to_owned(),
                me: user_id == self.reader.user_id,
                user_id: user_id.to_string(),
            });
        } else if let Some(url) = links::target(&href) {
            let children = inline_only(self.children(node, place.literal()));
            push_filled(children, into, |children| RichNode::Link { url, children });
        } else {
            self.splice(node, place, into);
        }
    }

    fn span(&mut self, node: &NodeRef, element: &ElementData, place: Place, into: &mut Vec<RichNode>) {
        let Some(reason) = attribute(element, "data-mx-spoiler") else { return self.splice(node, place, into) };
        let reason = clean(self.spend(&reason));
        let children = inline_only(self.children(node, place));
        push_filled(children, into, |children| RichNode::Spoiler {
            reason: Some(reason).filter(|reason| !reason.is_empty()),
            children,
        });
    }

    fn code_block(&mut self, node: &NodeRef, into: &mut Vec<RichNode>) {
        let language = node
            .children()
            .filter_map(|child| attribute(child.as_element()?, "class"))
            .find_map(|class| Some(class.split_whitespace().find_map(|c| c.strip_prefix("language-"))?.to_owned()))
            .map(|language| cut(&clean(&language), 40).to_owned())
            .filter(|language| !language.is_empty());
        let text = self.words(node);
        let text = text.strip_prefix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\n').unwrap_or(text);
        if !text.is_empty() {
            into.push(RichNode::CodeBlock { language, text: text.to_owned() });
        }
    }

    fn list(&mut self, start: Option<u32>, node: &NodeRef, place: Place, into: &mut Vec<RichNode>) {
        let mut items: Vec<Vec<RichNode>> = Vec::new();
        for child in node.children() {
            let is_item = child.as_element().is_some_and(|element| &*element.name.local == "li");
            let mut content = Vec::new();
            if is_item {
                self.splice(&child, place.deeper(), &mut content);
                items.push(tidy(content));
                continue;
            }
            self.node(&child, place.deeper(), &mut content);
            let content = tidy(content);
            // What stands between entries belongs to the one before.
            match items.last_mut() {
                _ if content.is_empty() => {}
                Some(last) => last.extend(content),
                None => items.push(content),
            }
        }
        if !items.is_empty() {
            into.push(RichNode::List { start, items });
        }
    }

    fn table(&mut self, node: &NodeRef, place: Place, into: &mut Vec<RichNode>) {
        let mut rows = Vec::new();
        let mut heading = false;
        for part in node.children() {
            let Some(element) = part.as_element() else { continue };
            match &*element.name.local {
                "caption" => self.node(&part, place.deeper(), into),
                "tr" => self.row(&part, place.deeper(), &mut rows, &mut heading),
                "thead" | "tbody" | "tfoot" => {
                    for row in part.children() {
                        if row.as_element().is_some_and(|element| &*element.name.local == "tr") {
                            self.row(&row, place.deeper().deeper(), &mut rows, &mut heading);
                        }
                    }
                }
                _ => {}
            }
        }
        if !rows.is_empty() {
            into.push(RichNode::Table { rows, heading });
        }
    }

    fn row(&mut self, node: &NodeRef, place: Place, rows: &mut Vec<Vec<Vec<RichNode>>>, heading: &mut bool) {
        let mut cells = Vec::new();
        let mut all_headings = true;
        for cell in node.children() {
            let Some(element) = cell.as_element() else { continue };
            if self.nodes == 0 {
                break;
            }
            self.nodes -= 1;
            match &*element.name.local {
                "th" => {}
                "td" => all_headings = false,
                _ => continue,
            }
            cells.push(tidy(self.children(&cell, place.deeper())));
        }
        if cells.is_empty() {
            return;
        }
        if rows.is_empty() {
            *heading = all_headings;
        }
        rows.push(cells);
    }

    /// All characters of a node, as they stand.
    fn words(&mut self, node: &NodeRef) -> String {
        let mut out = String::new();
        self.collect(node, 0, &mut out);
        out
    }

    fn collect(&mut self, node: &NodeRef, depth: usize, out: &mut String) {
        for child in node.children() {
            match child.data() {
                NodeData::Text(text) => out.push_str(self.spend(&text.borrow())),
                NodeData::Element(element) if &*element.name.local == "br" => out.push('\n'),
                NodeData::Element(element) if depth < fits::MAX_DEPTH && !is_removed(&element.name.local) => {
                    self.collect(&child, depth + 1, out);
                }
                _ => {}
            }
        }
    }
}

/// Adds a piece unless it would be empty.
fn push_filled(children: Vec<RichNode>, into: &mut Vec<RichNode>, make: impl FnOnce(Vec<RichNode>) -> RichNode) {
    if !children.is_empty() {
        into.push(make(children));
    }
}

/// Elements whose content is no text.
fn is_removed(name: &str) -> bool {
    matches!(
        name,
        "mx-reply"
            | "script"
            | "style"
            | "template"
            | "head"
            | "title"
            | "iframe"
            | "object"
            | "embed"
            | "noscript"
            | "textarea"
            | "select"
            | "svg"
            | "math"
            | "canvas"
            | "audio"
            | "video"
    )
}

fn attribute(element: &ElementData, name: &str) -> Option<String> {
    element.attrs.borrow().iter().find(|attribute| &*attribute.name.local == name).map(|found| found.value.to_string())
}

/// As HTML has it: any run of white space is one space. No-break spaces are characters.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
            gap = true;
            continue;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(c);
    }
    if gap {
        out.push(' ');
    }
    out
}
