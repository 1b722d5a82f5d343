//! One file of the policy, as JSON with places: `{ "notifications": { "content": "sender" } }`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Value, value::RawValue};

/// No policy is larger; what is, was not meant as one.
pub(crate) const LARGEST: u64 = 256 * 1024;

/// A value of a file, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    /// `notifications.content`.
    pub(super) key: String,
    /// The value.
    pub(super) value: Value,
    /// The line on which it begins, from 1.
    pub(super) line: usize,
}

/// What is wrong with a file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    /// The line on which it stops being JSON, from 1.
    pub(super) line: usize,
}

/// The values of a file, in its order. A key that stands there twice is there twice. JSON is UTF-8: what is not, is
/// broken.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Placed>, Broken> {
    let text = std::str::from_utf8(bytes).map_err(|error| Broken { line: lines(&bytes[..error.valid_up_to()]) + 1 })?;
    // What an editor may have put in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Members(sections) = serde_json::from_str(text).map_err(|error| Broken { line: error.line().max(1) })?;
    let mut found = Vec::new();
    for (section, raw) in sections {
        let place = |raw: &RawValue| line_of(text, raw.get());
        // `$schema` says to an editor what the file is.
        if section == "$schema" {
            continue;
        }
        match serde_json::from_str::<Members<'_>>(raw.get()) {
            Ok(Members(keys)) => {
                for (name, raw) in keys {
                    let value = serde_json::from_str(raw.get()).map_err(|_| Broken { line: place(raw) })?;
                    found.push(Placed { key: format!("{section}.{name}"), value, line: place(raw) });
                }
            }
            Err(_) => {
                let value = serde_json::from_str(raw.get()).map_err(|_| Broken { line: place(raw) })?;
                found.push(Placed { key: section, value, line: place(raw) });
            }
        }
    }
    Ok(found)
}

/// The line on which a part of a text begins. A raw value lies within the text that it was read from.
fn line_of(text: &str, part: &str) -> usize {
    let offset = (part.as_ptr().addr()).saturating_sub(text.as_ptr().addr()).min(text.len());
    lines(&text.as_bytes()[..offset]) + 1
}

/// How many lines end in a part.
fn lines(part: &[u8]) -> usize {
    part.iter().filter(|byte| **byte == b'\n').count()
}

/// An object's members in their order, with those that stand there twice: `serde_json::Map` keeps one of them.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.len() > MOST {
                        return Err(A::Error::custom("too many members"));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// More members than any policy has.
const MOST: usize = 1000;
