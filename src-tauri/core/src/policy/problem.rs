//! What is wrong with a policy, for those who write it.

use std::{collections::BTreeMap, fmt};

use super::value::{Invalid, Kind};
use crate::i18n::{self, Language};

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Place {
    /// The file, or the key of the registry.
    pub of: String,
    /// The line, from 1.
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}", self.of),
            None => formatter.write_str(&self.of),
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// With which key.
    pub key: Option<String>,
    /// What.
    pub what: What,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// There is no such key.
    UnknownKey,
    /// The key does not take this value.
    Value(Invalid, Kind),
    /// It is no JSON.
    Json,
    /// Somebody else than the administrator may have written it.
    Distrusted(Distrust),
    /// The same stands twice in one file.
    Twice,
    /// Some accounts may not read the file, for which it does not count; who asks may.
    Hidden,
    /// A file that the key names, which is the place, does not count.
    File(Distrust),
    /// Some accounts may not read a file that the key names, which is the place; who asks may.
    FileHidden,
    /// There are no authorities in it, or not only such as can be read.
    NoCertificates,
    /// There is no picture in it.
    NoPicture,
}

/// Why a file does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// It, or a folder above it, belongs to somebody else than root.
    #[error("not root's")]
    Owner,
    /// A group or everybody may write to it, or to a folder above it.
    #[error("writable by others")]
    Writable,
    /// A link leads there.
    #[error("a link")]
    Link,
    /// It is no file.
    #[error("no file")]
    Kind,
    /// It is larger than any that is meant.
    #[error("too large")]
    Size,
    /// It cannot be read.
    #[error("unreadable")]
    Unreadable,
    /// It is not there.
    #[error("missing")]
    Missing,
}

impl Problem {
    /// In words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let args = BTreeMap::from([
            ("place".to_owned(), self.place.to_string()),
            ("key".to_owned(), self.key.clone().unwrap_or_default()),
            ("wanted".to_owned(), self.wanted(language)),
        ]);
        i18n::text(language, &format!("policy-problem-{}", self.name()), &args)
    }

    /// What is wrong, as one word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.what {
            What::UnknownKey => "unknown-key",
            What::Value(Invalid::Type, _) => "type",
            What::Value(..) => "value",
            What::Json => "json",
            What::Distrusted(Distrust::Link) => "link",
            What::Distrusted(Distrust::Owner | Distrust::Writable) => "not-root",
            What::Distrusted(Distrust::Size) => "size",
            What::Distrusted(Distrust::Kind | Distrust::Unreadable | Distrust::Missing) => "unreadable",
            What::Twice => "twice",
            What::Hidden => "hidden",
            What::File(Distrust::Link) => "file-link",
            What::File(Distrust::Owner | Distrust::Writable) => "file-not-root",
            What::File(Distrust::Size) => "file-size",
            What::File(Distrust::Kind | Distrust::Unreadable | Distrust::Missing) => "file-unreadable",
            What::FileHidden => "file-hidden",
            What::NoCertificates => "file-no-certificates",
            What::NoPicture => "file-no-picture",
        }
    }

    fn wanted(&self, language: Language) -> String {
        let What::Value(_, kind) = self.what else { return String::new() };
        match kind {
            Kind::Choice(words) => words.join(", "),
            _ => i18n::text(language, &format!("policy-kind-{}", kind.name()), &BTreeMap::new()),
        }
    }
}
