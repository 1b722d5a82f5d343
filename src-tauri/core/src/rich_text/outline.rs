//! A formatted text in one line, for the room list and for quotes.

use super::{RichNode, RichText};

/// The text in one line of at most `limit` characters. What is hidden stays hidden.
#[must_use]
pub fn one_line(text: &RichText, limit: usize) -> String {
    let mut line = Line { out: String::new(), length: 0, limit, gap: false };
    line.nodes(&text.0);
    line.out
}

struct Line {
    out: String,
    length: usize,
    limit: usize,
    /// A space is due before the next character.
    gap: bool,
}

impl Line {
    fn full(&self) -> bool {
        self.length >= self.limit
    }

    fn nodes(&mut self, nodes: &[RichNode]) {
        for node in nodes {
            if self.full() {
                return;
            }
            self.node(node);
        }
    }

    /// A piece that stands by itself.
    fn block(&mut self, nodes: &[RichNode]) {
        self.gap = true;
        self.nodes(nodes);
        self.gap = true;
    }

    fn node(&mut self, node: &RichNode) {
        match node {
            RichNode::Text { text } => self.text(text),
            RichNode::Break | RichNode::Rule => self.gap = true,
            RichNode::Styled { children, .. } | RichNode::Link { children, .. } => self.nodes(children),
            RichNode::Mention { name, .. } => {
                self.text("@");
                self.text(name);
            }
            RichNode::RoomMention => self.text("@room"),
            RichNode::Paragraph { children } | RichNode::Heading { children, .. } | RichNode::Quote { children } => {
                self.block(children);
            }
            RichNode::CodeBlock { text, .. } => {
                self.gap = true;
                self.text(text);
                self.gap = true;
            }
            RichNode::List { items, .. } => items.iter().for_each(|item| self.block(item)),
            RichNode::Table { rows, .. } => rows.iter().flatten().for_each(|cell| self.block(cell)),
            RichNode::Spoiler { .. } => self.text("▒▒▒"),
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c.is_control() {
                self.gap = true;
                continue;
            }
            if self.gap && !self.out.is_empty() {
                self.out.push(' ');
                self.length += 1;
            }
            self.gap = false;
            if self.length + 1 >= self.limit {
                // Nothing may hang on a joiner that joins nothing any more.
                while self.out.ends_with(['\u{200d}', '\u{fe0f}', ' ']) {
                    self.out.pop();
                }
                self.out.push('…');
                self.length = self.limit;
                return;
            }
            self.out.push(c);
            self.length += 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::{
        super::{Reader, from_html, from_plain},
        *,
    };

    fn line(html: &str) -> String {
        one_line(&from_html(html, Reader::default()).unwrap(), 40)
    }

    #[test]
    fn everything_in_one_line() {
        assert_eq!(line("<p>a <b>b</b></p><ul><li>c</li><li>d</li></ul><pre><code>e\nf</code></pre>"), "a b c d e f");
        assert_eq!(line("<h1>A</h1><blockquote>b</blockquote>c"), "A b c");
        assert_eq!(line(r#"<a href="https://matrix.to/#/@a:b.fr">Anna</a>!"#), "@Anna!");
        assert_eq!(line("<table><tr><td>1</td><td>2</td></tr></table>"), "1 2");
        assert_eq!(one_line(&from_plain("a\n\n b\u{0}c", Reader::default()), 40), "a b c");
    }

    #[test]
    fn spoilers_stay_hidden() {
        assert_eq!(line("<span data-mx-spoiler>secret</span>"), "▒▒▒");
    }

    #[test]
    fn never_longer_than_asked() {
        for text in ["x", "👩\u{200d}", "x ", "é"] {
            let text = text.repeat(10_000);
            let shown = one_line(&from_plain(&text, Reader::default()), 200);
            assert!(shown.chars().count() <= 200);
            assert!(shown.ends_with('…'));
        }
    }
}
