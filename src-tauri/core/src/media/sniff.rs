//! What a file is, by its first bytes. What its sender or the server says is not asked.

/// The picture formats that may be drawn. None of them can carry a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl MediaType {
    /// The format of these bytes, if it is one that may be drawn.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else {
            None
        }
    }

    /// Its name in a response's `Content-Type`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_four() {
        assert_eq!(MediaType::of(b"\x89PNG\r\n\x1a\n\0\0"), Some(MediaType::Png));
        assert_eq!(MediaType::of(b"\xff\xd8\xff\xe0"), Some(MediaType::Jpeg));
        assert_eq!(MediaType::of(b"GIF89a.."), Some(MediaType::Gif));
        assert_eq!(MediaType::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(MediaType::Webp));
        assert_eq!(MediaType::Webp.as_str(), "image/webp");
    }

    #[test]
    fn refuses_all_else() {
        for bytes in [
            &b""[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"<?xml version=\"1.0\"?><svg/>",
            b"<!DOCTYPE html>",
            b"RIFF\x10\0\0\0WAVEfmt ",
            b"RIFF",
            b"%PDF-1.7",
            b"\x89PNG",
            b"\0\0\0\x1cftypavif",
            b"GIF88a",
            b" \xff\xd8\xff",
        ] {
            assert_eq!(MediaType::of(bytes), None);
        }
    }
}
