//! Which links may be opened, and where they are in plain text.

use matrix_sdk::ruma::{MatrixToUri, MatrixUri, OwnedUserId, matrix_uri::MatrixId};
use url::Url;

/// Longer links are text.
const MAX_LINK: usize = 4096;

/// How a link in plain text begins.
const BEGINNINGS: [&str; 4] = ["https://", "http://", "mailto:", "www."];

/// Whether a link's kind is one that may be opened: `https`, `http`, `mailto`.
#[must_use]
pub fn may_open(link: &str) -> bool {
    target(link).is_some()
}

/// The link in its normal form, if it may be opened.
pub(super) fn target(link: &str) -> Option<String> {
    if link.len() > MAX_LINK || link.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = Url::parse(link).ok()?;
    let fits = match url.scheme() {
        "https" | "http" => url.host_str().is_some_and(|host| !host.is_empty()),
        "mailto" => !url.path().is_empty(),
        _ => false,
    };
    fits.then(|| url.to_string())
}

/// The person whom a `matrix.to` or `matrix:` link names.
pub(super) fn person(link: &str) -> Option<OwnedUserId> {
    if link.len() > MAX_LINK {
        return None;
    }
    let id = if link.starts_with("matrix:") {
        MatrixUri::parse(link).ok()?.id().clone()
    } else {
        MatrixToUri::parse(link).ok()?.id().clone()
    };
    match id {
        MatrixId::User(user_id) => Some(user_id),
        _ => None,
    }
}

/// A stretch of plain text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Link { url: String, shown: &'a str },
}

/// Plain text cut into links and what stands between them.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // Up to where the text is in `pieces`, and from where to look on.
    let (mut done, mut from) = (0, 0);
    while let Some(start) = next_beginning(text, from) {
        let stretch = trim_end(until_end(&text[start..]));
        match link(stretch) {
            Some(url) => {
                if done < start {
                    pieces.push(Piece::Text(&text[done..start]));
                }
                pieces.push(Piece::Link { url, shown: stretch });
                done = start + stretch.len();
                from = done;
            }
            None => from = start + stretch.len().max(1),
        }
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    if done < text.len() {
        pieces.push(Piece::Text(&text[done..]));
    }
    pieces
}

/// Where the next link could begin: at a known beginning that no letter or digit precedes.
fn next_beginning(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut previous = text[..from].chars().next_back();
    for (offset, c) in text[from..].char_indices() {
        let at = from + offset;
        if matches!(c, 'h' | 'H' | 'm' | 'M' | 'w' | 'W')
            && !previous.is_some_and(|p| p.is_alphanumeric() || p == '_')
            && BEGINNINGS.iter().any(|beginning| {
                bytes
                    .get(at..at + beginning.len())
                    .is_some_and(|found| found.eq_ignore_ascii_case(beginning.as_bytes()))
            })
        {
            return Some(at);
        }
        previous = Some(c);
    }
    None
}

/// As far as a link can go.
fn until_end(text: &str) -> &str {
    let stops =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '«' | '»' | '“' | '”' | '„');
    let end = text.find(stops).unwrap_or(text.len());
    super::cut(&text[..end], MAX_LINK)
}

/// Without what ends the sentence rather than the link.
fn trim_end(link: &str) -> &str {
    let count = |c: char| link.matches(c).count();
    // A closing bracket belongs to the link only if it was opened in it.
    let mut surplus =
        [(')', '('), (']', '['), ('}', '{')].map(|(close, open)| (close, count(close).saturating_sub(count(open))));
    let mut end = link;
    while let Some(last) = end.chars().next_back() {
        let off = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '…' | '*' | '_' | '~' => true,
            _ => match surplus.iter_mut().find(|(close, _)| *close == last) {
                Some((_, left)) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => false,
            },
        };
        if !off {
            break;
        }
        end = &end[..end.len() - last.len_utf8()];
    }
    end
}

/// The target of a stretch that begins as a link does.
fn link(stretch: &str) -> Option<String> {
    let www = stretch.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    if www {
        // `www.` alone names nothing.
        return if stretch[4..].contains('.') { target(&format!("https://{stretch}")) } else { None };
    }
    let mail = stretch.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    if mail && !stretch[7..].contains('@') {
        return None;
    }
    target(stretch)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<(String, String)> {
        pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Link { url, shown } => Some((url, shown.to_owned())),
                Piece::Text(_) => None,
            })
            .collect()
    }

    fn whole(text: &str) -> String {
        pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Link { shown, .. } => shown.to_owned(),
            })
            .collect()
    }

    #[test]
    fn finds_links_without_the_sentence_around_them() {
        for (text, shown) in [
            ("Voir https://www.service-public.fr/a?b=c#d.", "https://www.service-public.fr/a?b=c#d"),
            ("(https://fr.wikipedia.org/wiki/Lyon_(ville))", "https://fr.wikipedia.org/wiki/Lyon_(ville)"),
            ("« https://example.fr/é », dit-il", "https://example.fr/é"),
            ("Siehe http://example.de!", "http://example.de"),
            ("„https://example.de/“", "https://example.de/"),
            ("HTTPS://EXAMPLE.FR/A", "HTTPS://EXAMPLE.FR/A"),
            ("écrire à mailto:a@example.fr,", "mailto:a@example.fr"),
            ("<https://example.fr>", "https://example.fr"),
            ("www.bund.de.", "www.bund.de"),
            ("**https://example.fr**", "https://example.fr"),
        ] {
            let found = links(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].1, shown);
            assert!(may_open(&found[0].0));
            assert_eq!(whole(text), text);
        }
        assert_eq!(links("www.bund.de")[0].0, "https://www.bund.de/");
        assert_eq!(links("https://a.fr https://b.de/").len(), 2);
    }

    #[test]
    fn other_words_are_no_links() {
        for text in [
            "xhttps://a",
            "https://",
            "http:/a.fr",
            "javascript:alert(1)",
            "mailto:",
            "mailto:x",
            "www.",
            "www.x",
            "file:///etc/passwd",
            "ftp://a.fr",
            "data:text/html,x",
        ] {
            assert_eq!(links(text), vec![], "{text}");
            assert_eq!(whole(text), text);
        }
    }

    #[test]
    fn only_three_kinds_open() {
        for link in ["https://a.fr", "http://a.fr", "mailto:a@b.fr", "HTTPS://A.FR"] {
            assert!(may_open(link), "{link}");
        }
        for link in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " https://a.fr",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "blob:https://a/b",
            "//a.fr",
            "/a",
            "a",
            "",
            "https:",
            "ftp://a",
            "tel:1",
            "smb://a/b",
            "matrix:u/a:b.fr",
            "media://localhost/x",
            "https://a.fr/\u{0}",
        ] {
            assert!(!may_open(link), "{link}");
        }
        assert!(!may_open(&format!("https://a.fr/{}", "x".repeat(MAX_LINK))));
    }

    #[test]
    fn people_by_link() {
        assert_eq!(person("https://matrix.to/#/@a:b.fr").unwrap(), "@a:b.fr");
        assert_eq!(person("https://matrix.to/#/%40a%3Ab.fr").unwrap(), "@a:b.fr");
        assert_eq!(person("matrix:u/a:b.fr").unwrap(), "@a:b.fr");
        assert_eq!(person("https://matrix.to/#/!r:b.fr"), None);
        assert_eq!(person("https://evil.example/#/@a:b.fr"), None);
        assert_eq!(person("https://matrix.to.evil.example/#/@a:b.fr"), None);
    }

    #[test]
    fn hostile_texts_take_no_time() {
        let start = std::time::Instant::now();
        for text in ["https://", "www.", "https://a", ")", "https://a.fr/((((", "é", "\u{202e}https://a.fr"] {
            let text = text.repeat(60_000 / text.len());
            assert_eq!(whole(&text), text);
        }
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
