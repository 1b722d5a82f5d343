//! Whether HTML is small, flat and simple enough to be parsed into a tree at all.
//!
//! The parser builds a tree as deep as the text says, and dropping or walking such a tree takes a
//! stack as deep. So the text is looked over first, tag by tag, without building anything.

/// Longer HTML is not read: an event has at most 64 KiB, and escaping makes it a little longer.
const MAX_LENGTH: usize = 256 * 1024;

/// How many tags, opening and closing, a text may have.
const MAX_TAGS: usize = 6_000;

/// How long one tag may be: its attributes are compared with one another.
const MAX_TAG: usize = 8 * 1024;

/// How deep elements may be nested. The SDK's sanitiser stops at the same depth.
pub(super) const MAX_DEPTH: usize = 100;

/// Whether the HTML keeps within the limits. The depth is never taken for smaller than it is: only an
/// end tag that closes the element opened last counts as closing, and what hides tags from this look
/// (comments, declarations) is refused.
pub(super) fn fits(html: &str) -> bool {
    if html.len() > MAX_LENGTH {
        return false;
    }
    let bytes = html.as_bytes();
    let mut open: Vec<&[u8]> = Vec::new();
    let mut tags = 0;
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|byte| *byte == b'<') {
        let tag = at + offset + 1;
        at = tag;
        let closing = match bytes.get(tag) {
            Some(b'!' | b'?') => return false,
            Some(b'/') if bytes.get(tag + 1).is_some_and(u8::is_ascii_alphabetic) => true,
            // A strange end tag is a comment to the parser.
            Some(b'/') => return false,
            Some(byte) if byte.is_ascii_alphabetic() => false,
            _ => continue,
        };
        tags += 1;
        if tags > MAX_TAGS {
            return false;
        }
        let name_start = tag + usize::from(closing);
        let name_length = bytes[name_start..]
            .iter()
            .position(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c' | b' ' | b'/' | b'>'))
            .unwrap_or(bytes.len() - name_start);
        let name = &bytes[name_start..name_start + name_length];
        let Some(length) = tag_length(&bytes[name_start + name_length..]) else { return true };
        if name_length + length > MAX_TAG {
            return false;
        }
        at = name_start + name_length + length;
        if closing {
            if open.last().is_some_and(|last| last.eq_ignore_ascii_case(name)) {
                open.pop();
            }
        } else if !is_void(name) {
            open.push(name);
            if open.len() > MAX_DEPTH {
                return false;
            }
        }
    }
    true
}

/// How far a tag goes after its name, by HTML's own rules for quotes; nothing if it never ends.
fn tag_length(rest: &[u8]) -> Option<usize> {
    #[derive(Clone, Copy)]
    enum In {
        /// Between attributes, or in the name of one; quotes mean nothing here.
        Names {
            named: bool,
        },
        BeforeValue,
        Value,
        Quoted(u8),
    }
    let mut state = In::Names { named: false };
    for (index, byte) in rest.iter().enumerate() {
        let blank = matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c' | b' ');
        state = match (state, byte) {
            (In::Names { .. } | In::BeforeValue | In::Value, b'>') => return Some(index + 1),
            (In::Names { named: true }, b'=') => In::BeforeValue,
            (In::Names { .. }, b'/') => In::Names { named: false },
            (In::Names { named }, _) => In::Names { named: named || !blank },
            (In::BeforeValue, b'"' | b'\'') => In::Quoted(*byte),
            (In::BeforeValue, _) if blank => In::BeforeValue,
            (In::BeforeValue, _) => In::Value,
            (In::Value, _) if blank => In::Names { named: false },
            (In::Value, _) => In::Value,
            (In::Quoted(quote), byte) if *byte == quote => In::Names { named: false },
            (In::Quoted(quote), _) => In::Quoted(quote),
        };
    }
    None
}

fn is_void(name: &[u8]) -> bool {
    [&b"br"[..], b"hr", b"img", b"wbr"].iter().any(|void| void.eq_ignore_ascii_case(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_texts_fit() {
        assert!(fits(""));
        assert!(fits("1 < 2 && 3 > 2"));
        assert!(fits("<p>a<br>b</p>".repeat(1_000).as_str()));
        assert!(fits(&format!("{}x{}", "<b>".repeat(100), "</b>".repeat(100))));
        assert!(fits("<a href=\"https://a.fr/?a=>&b='<b>'\">x</a>"));
        assert!(fits("<b"));
    }

    #[test]
    fn too_deep_too_long_too_many() {
        assert!(!fits(&"<b>".repeat(101)));
        assert!(!fits(&"<b>".repeat(10_000)));
        assert!(!fits(&"<br>".repeat(10_000)));
        assert!(!fits(&"x".repeat(10 * 1024 * 1024)));
        assert!(!fits(&format!("<b {}>", "a ".repeat(10_000))));
    }

    #[test]
    fn nothing_hides_a_tag() {
        for one in [
            "<b></i>",
            "<b title=\"</b>\">",
            "<b title='</b>'>",
            "<b title=</b>",
            "<b><!--</b>-->",
            "<b></ b>",
            "<b \"><i \">",
            "<b =\"><i>\">",
            "<b a/=\"><i>\">",
            "<b a=b\"><i>\">",
            "<B></I>",
            "<b><?</b>>",
        ] {
            assert!(!fits(&one.repeat(300)), "{one}");
        }
    }
}
