//! The words of both languages: the same messages with the same variables, and French spaces that do not break.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::Result;

/// The languages, the first being the one the others are compared with.
const LANGUAGES: [&str; 2] = ["fr", "de"];

/// A message or attribute, and the variables in it.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// Compares all files of all languages.
pub(crate) fn check(locales: &Path, broken: &mut Vec<String>) -> Result<()> {
    let names = |language: &str| -> Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(locales.join(language))? {
            names.insert(entry?.file_name().to_string_lossy().into_owned());
        }
        Ok(names)
    };
    let (french, german) = (names(LANGUAGES[0])?, names(LANGUAGES[1])?);
    for name in french.symmetric_difference(&german) {
        broken.push(format!("locales: {name} is there in one language only"));
    }
    for name in french.intersection(&german) {
        let read = |language: &str| fs::read_to_string(locales.join(language).join(name));
        let (french, german) = (read(LANGUAGES[0])?, read(LANGUAGES[1])?);
        broken.extend(differences(name, &messages(&french), &messages(&german)));
        broken.extend(breaking_spaces(name, &french));
    }
    Ok(())
}

fn differences(file: &str, french: &Messages, german: &Messages) -> Vec<String> {
    let mut found = Vec::new();
    for id in french.keys().chain(german.keys()).collect::<BTreeSet<_>>() {
        match (french.get(id), german.get(id)) {
            (Some(one), Some(other)) if one != other => {
                found.push(format!("locales: {file}: {id} uses {one:?} in French and {other:?} in German"));
            }
            (Some(_), None) => found.push(format!("locales: de/{file} lacks {id}")),
            (None, Some(_)) => found.push(format!("locales: fr/{file} lacks {id}")),
            _ => {}
        }
    }
    found
}

/// The messages of a Fluent file. Enough of its syntax for files as people write them.
fn messages(text: &str) -> Messages {
    let mut messages = Messages::new();
    let (mut message, mut current) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let trimmed = line.trim_start();
        if let Some(id) = identifier_before_equals(line) {
            message = id.to_owned();
            current.clone_from(&message);
            messages.entry(current.clone()).or_default();
        } else if let Some(attribute) = trimmed.strip_prefix('.').and_then(identifier_before_equals) {
            current = format!("{message}.{attribute}");
            messages.entry(current.clone()).or_default();
        }
        if let Some(variables) = messages.get_mut(&current) {
            variables.extend(variables_in(line));
        }
    }
    messages
}

fn identifier_before_equals(line: &str) -> Option<&str> {
    let (id, _) = line.split_once('=')?;
    let id = id.trim_end();
    let is_identifier = id.strip_prefix('-').unwrap_or(id).starts_with(|first: char| first.is_ascii_alphabetic())
        && id.chars().all(|character| character.is_ascii_alphanumeric() || character == '-' || character == '_');
    is_identifier.then_some(id)
}

fn variables_in(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('$').skip(1).map(|rest| {
        rest.chars().take_while(|character| character.is_ascii_alphanumeric() || "-_".contains(*character)).collect()
    })
}

/// French sets a space before some signs; an ordinary one would let the line break there.
fn breaking_spaces(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let is_comment = line.starts_with('#');
        let breaks = line.contains("« ")
            || ["?", "!", ";", ":", "»", "%"].iter().any(|sign| line.trim_start().contains(&format!(" {sign}")));
        if breaks && !is_comment {
            found.push(format!("locales: fr/{file}:{number}: a space that may break: {}", line.trim()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRENCH: &str = "\
# A comment = not a message
title = Bonjour { $name }\u{202f}!
count = { $count ->
    [one] Un message
   *[other] { $count } messages
}
field =
    .label = Adresse
";

    #[test]
    fn messages_attributes_and_variables_are_read() {
        let messages = messages(FRENCH);
        let ids: Vec<_> = messages.keys().map(String::as_str).collect();
        assert_eq!(ids, ["count", "field", "field.label", "title"]);
        assert_eq!(messages["title"], BTreeSet::from(["name".to_owned()]));
        assert_eq!(messages["count"], BTreeSet::from(["count".to_owned()]));
    }

    #[test]
    fn what_one_language_lacks_is_named() {
        let german = FRENCH.replace("$name", "$person").replace("    .label = Adresse\n", "") + "more = Mehr\n";
        let found = differences("a.ftl", &messages(FRENCH), &messages(&german));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(differences("a.ftl", &messages(FRENCH), &messages(FRENCH)).is_empty());
    }

    #[test]
    fn french_spaces_must_not_break() {
        assert!(breaking_spaces("a.ftl", FRENCH).is_empty());
        assert_eq!(breaking_spaces("a.ftl", "title = Quoi ?\nquote = « Oui »\n").len(), 2);
        assert!(breaking_spaces("a.ftl", "# Quoi ?\n").is_empty());
    }
}
