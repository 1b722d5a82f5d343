//! Names by strangers, made fit to stand in a line.

/// Longer names are cut.
pub(crate) const MAX_NAME: usize = 120;

/// A name in one line, without characters that steer the text around it.
#[must_use]
pub fn clean(name: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in name.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut word = word.chars().filter(|c| !is_steering(*c)).peekable();
        if word.peek().is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        for c in word {
            if length >= MAX_NAME {
                out.push('…');
                return out;
            }
            out.push(c);
            length += 1;
        }
    }
    out
}

/// Characters that turn the direction of text or hide between letters.
#[must_use]
pub fn is_steering(c: char) -> bool {
    matches!(
        c,
        '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{00ad}' | '\u{e0000}'..='\u{e007f}'
    )
}
