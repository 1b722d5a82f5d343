//! Reads one policy file from standard input, and checks what is said of it. AFL++ starts it again and again with
//! files that it makes by chance, and counts as found what breaks it off.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what should never be true ends this program"
)]

use std::{
    collections::BTreeMap,
    io::{self, Read as _},
    panic, process,
};

use estafette_core::{
    i18n::Language,
    policy::{Policy, Problem, Spec, What, check_bytes, keys},
};
use serde_json::{Value, value::RawValue};

/// What the file is called in all that is said of it.
const NAME: &str = "chance.json";

/// More than a policy may have: what comes after it changes nothing.
const ENOUGH: u64 = 1024 * 1024;

fn main() {
    let mut bytes = Vec::new();
    io::stdin().take(ENOUGH).read_to_end(&mut bytes).unwrap();
    // A signal is what AFL++ sees; an exit code says nothing to it.
    if panic::catch_unwind(|| check(&bytes)).is_err() {
        process::abort();
    }
}

/// Reads a file as core does, and once more by simpler means.
fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let problems = check_bytes(NAME, bytes);
    assert_eq!(problems, check_bytes(NAME, bytes), "the same file is the same twice");
    let lines = text.split('\n').count();
    for problem in &problems {
        assert_eq!(problem.place.of, NAME);
        assert!(problem.place.line.is_none_or(|line| (1..=lines).contains(&line)), "{problem:?}");
        let known = problem.key.as_deref().map(|key| Spec::of(key).is_some());
        match problem.what {
            What::UnknownKey => assert_eq!(known, Some(false), "{problem:?}"),
            What::Value(..) => assert_eq!(known, Some(true), "{problem:?}"),
            What::Twice => assert!(known.is_some(), "{problem:?}"),
            What::Json | What::Distrusted(_) => assert!(known.is_none() && problems.len() == 1, "{problems:?}"),
            What::Hidden | What::File(_) | What::FileHidden | What::NoCertificates | What::NoPicture => {
                panic!("{problem:?} is not about what stands in a file");
            }
        }
    }
    // To read the words takes longer than all the rest: of some of the files.
    if bytes.len().is_multiple_of(61) {
        everything_has_words(&problems);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        nothing_is_opened(text, &problems);
    }
    // The file as a whole does not count.
    if problems.iter().any(|problem| problem.key.is_none()) {
        return;
    }
    nothing_is_overlooked(&text, &problems);
}

/// What is wrong can be told in both languages, whatever the key is called.
fn everything_has_words(problems: &[Problem]) {
    for problem in problems {
        for language in [Language::Fr, Language::De] {
            assert!(problem.text(language).contains(NAME), "{problem:?} has no words");
        }
    }
}

/// Where safety rests on a key of which nobody knows what was meant, its safe value holds.
fn nothing_is_opened(text: &str, problems: &[Problem]) {
    // Too large a file is not read at all.
    if problems.iter().any(|problem| matches!(problem.what, What::Distrusted(_))) {
        return;
    }
    let policy = Policy::of_text(text);
    for spec in keys::ALL {
        let Some(guard) = spec.guard else { continue };
        // The whole file, its section or itself.
        let is_meant = |key: &str| key == spec.name || key == spec.parts().0;
        if problems.iter().any(|problem| problem.key.as_deref().is_none_or(is_meant)) {
            let held = policy.held().get(spec.name).map(|held| &held.value);
            assert_eq!(held, Some(&guard.safe()), "{} is open: {problems:?}", spec.name);
        }
    }
}

/// Whatever is wrong with a value has been said.
fn nothing_is_overlooked(text: &str, problems: &[Problem]) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: BTreeMap<String, &RawValue> = serde_json::from_str(text).expect("it is no JSON, and nobody says so");
    // What `$schema` holds is nobody's business, not even a number that is too large.
    for (section, inner) in file.iter().filter(|(name, _)| *name != "$schema") {
        let inner: Value = serde_json::from_str(inner.get()).expect("a value is no JSON, and nobody says so");
        let values = match inner.as_object() {
            Some(values) => values.iter().map(|(name, value)| (format!("{section}.{name}"), value)).collect(),
            None => vec![(section.clone(), &inner)],
        };
        for (key, value) in values {
            let fits = Spec::of(&key).is_some_and(|spec| spec.check(value).is_ok());
            let said = problems.iter().any(|problem| problem.key.as_ref() == Some(&key));
            assert!(fits || said, "{key} may not be {value}, and nobody says so");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_policy_files_holds() {
        for text in [
            "",
            "{}",
            "[]",
            "\u{feff}{}",
            "{ \"$schema\": 1e999 }",
            "{ \"encryption\": { \"recipients\": \"signed\" }, \"encryption\": { \"recipients\": \"signed\" } }",
            "{ \"encryption\": 1, \"encryption\": { \"recipients\": \"signed\" } }",
            "{ \"servers\": { \"allowed\": [] },\n\"servers\": { \"allowed\": 1 } }",
            "{ \"log\": 3,\n \"nobody\": { \"knows\": {} } }",
            "{ \"log\": { \"level\": \"\\ud800\" } }",
        ] {
            check(text.as_bytes());
        }
        check(b"{ \"log\": { \"level\": \"\xff\" } }");
        check(&vec![b' '; 300 * 1024]);
    }
}
