//! The words of core: errors for the driver, notifications. The window has the same files.

use std::{collections::BTreeMap, sync::LazyLock};

use fluent::{FluentArgs, FluentResource, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::error::AppError;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    Fr,
    /// German.
    De,
}

impl Language {
    /// The language that the operating system is set to, as far as Estafette speaks it.
    #[must_use]
    pub fn of_system() -> Self {
        // In the order in which programs obey them.
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        set.map_or(Self::Fr, |locale| Self::of_locale(&locale))
    }

    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") { Self::De } else { Self::Fr }
    }

    /// As a language tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::De => "de",
        }
    }
}

/// The files whose words core needs itself.
const FRENCH: &[&str] = &[
    include_str!("../../../locales/fr/app.ftl"),
    include_str!("../../../locales/fr/errors.ftl"),
    include_str!("../../../locales/fr/encryption.ftl"),
    include_str!("../../../locales/fr/notices.ftl"),
    include_str!("../../../locales/fr/instance.ftl"),
    include_str!("../../../locales/fr/tray.ftl"),
    include_str!("../../../locales/fr/crash.ftl"),
    include_str!("../../../locales/fr/pictures.ftl"),
    include_str!("../../../locales/fr/policies.ftl"),
];
const GERMAN: &[&str] = &[
    include_str!("../../../locales/de/app.ftl"),
    include_str!("../../../locales/de/errors.ftl"),
    include_str!("../../../locales/de/encryption.ftl"),
    include_str!("../../../locales/de/notices.ftl"),
    include_str!("../../../locales/de/instance.ftl"),
    include_str!("../../../locales/de/tray.ftl"),
    include_str!("../../../locales/de/crash.ftl"),
    include_str!("../../../locales/de/pictures.ftl"),
    include_str!("../../../locales/de/policies.ftl"),
];

type Words = FluentBundle<FluentResource>;

// Constant, like the files they are made of; parsed once.
static FRENCH_WORDS: LazyLock<Words> = LazyLock::new(|| words(Language::Fr, FRENCH));
static GERMAN_WORDS: LazyLock<Words> = LazyLock::new(|| words(Language::De, GERMAN));

fn words(language: Language, files: &[&str]) -> Words {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Words::new_concurrent(vec![locale]);
    // The marks that isolate right-to-left names are for the window; elsewhere they show as boxes.
    bundle.set_use_isolating(false);
    for file in files {
        // A test proves that the files parse; what does parse is used in any case.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The words of a message. A message that does not exist is shown as its own name.
#[must_use]
pub fn text(language: Language, id: &str, args: &BTreeMap<String, String>) -> String {
    let bundle = match language {
        Language::Fr => &*FRENCH_WORDS,
        Language::De => &*GERMAN_WORDS,
    };
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        return id.to_owned();
    };
    let args: FluentArgs<'_> = args
        .iter()
        .map(|(name, value)| {
            // Numbers as numbers, so that the words can be right for one and for many.
            let value = value.parse::<u64>().map_or_else(|_| value.as_str().into(), fluent::FluentValue::from);
            (name.as_str(), value)
        })
        .collect();
    bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

/// What to tell the user about an error.
#[must_use]
pub fn error_text(language: Language, error: &AppError) -> String {
    text(language, &format!("error-{}", error.code.name()), &error.args)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use fluent_syntax::{ast, parser};

    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn german_where_the_system_is_german_else_french() {
        for locale in ["de_DE.UTF-8", "de", "DE_AT", "de-CH", "de_DE@euro"] {
            assert_eq!(Language::of_locale(locale), Language::De, "{locale}");
        }
        for locale in ["fr_FR.UTF-8", "C.UTF-8", "POSIX", "en_GB", "den_CA", ""] {
            assert_eq!(Language::of_locale(locale), Language::Fr, "{locale}");
        }
    }

    fn locale(language: Language) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales").join(language.tag())
    }

    fn files(language: Language) -> BTreeSet<String> {
        fs::read_dir(locale(language))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".ftl"))
            .collect()
    }

    type Parts = BTreeMap<String, BTreeSet<String>>;

    /// Each message, attribute and term of a file, with the variables it names.
    fn parts(language: Language, file: &str) -> Parts {
        let source = fs::read_to_string(locale(language).join(file)).unwrap();
        let parsed = parser::parse(source.as_str()).unwrap_or_else(|(_, errors)| panic!("{file}: {errors:?}"));
        let mut found = Parts::new();
        let mut add = |id: String, pattern: &ast::Pattern<&str>| {
            let mut variables = BTreeSet::new();
            pattern_variables(pattern, &mut variables);
            assert!(found.insert(id.clone(), variables).is_none(), "{file}: {id} stands twice");
        };
        for entry in &parsed.body {
            let (id, value, attributes) = match entry {
                ast::Entry::Message(message) => {
                    (message.id.name.to_owned(), message.value.as_ref(), &message.attributes)
                }
                ast::Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
                ast::Entry::Junk { content } => panic!("{file}: {content}"),
                _ => continue,
            };
            if let Some(pattern) = value {
                add(id.clone(), pattern);
            }
            for attribute in attributes {
                add(format!("{id}.{}", attribute.id.name), &attribute.value);
            }
        }
        found
    }

    fn pattern_variables(pattern: &ast::Pattern<&str>, found: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                expression_variables(expression, found);
            }
        }
    }

    fn expression_variables(expression: &ast::Expression<&str>, found: &mut BTreeSet<String>) {
        match expression {
            ast::Expression::Inline(inline) => inline_variables(inline, found),
            ast::Expression::Select { selector, variants } => {
                inline_variables(selector, found);
                variants.iter().for_each(|variant| pattern_variables(&variant.value, found));
            }
        }
    }

    fn inline_variables(inline: &ast::InlineExpression<&str>, found: &mut BTreeSet<String>) {
        match inline {
            ast::InlineExpression::VariableReference { id } => {
                found.insert(id.name.to_owned());
            }
            ast::InlineExpression::FunctionReference { arguments, .. } => {
                arguments.positional.iter().for_each(|argument| inline_variables(argument, found));
            }
            ast::InlineExpression::Placeable { expression } => expression_variables(expression, found),
            _ => {}
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(files(Language::Fr), files(Language::De));
        for file in files(Language::Fr) {
            assert_eq!(parts(Language::Fr, &file), parts(Language::De, &file), "{file}");
        }
    }

    #[test]
    fn no_message_stands_in_two_files() {
        let mut seen = BTreeMap::new();
        for file in files(Language::Fr) {
            for id in parts(Language::Fr, &file).into_keys() {
                if let Some(other) = seen.insert(id.clone(), file.clone()) {
                    panic!("{id} stands in {file} and in {other}");
                }
            }
        }
    }

    #[test]
    fn every_error_has_words() {
        for language in [Language::Fr, Language::De] {
            for code in ErrorCode::ALL {
                let error = AppError::new(*code).with("seconds", 30).with("server", "example.org");
                let error = error.with("issuer", "none").with("proxy", "proxy.example:3128");
                let words = error_text(language, &error);
                assert!(!words.starts_with("error-") && !words.contains('{'), "{code:?}: {words}");
            }
            // And no words are left over.
            let written = parts(language, "errors.ftl").len();
            assert_eq!(written, ErrorCode::ALL.len(), "{language:?}");
        }
    }

    #[test]
    fn french_and_german_typography() {
        for file in files(Language::Fr) {
            let source = fs::read_to_string(locale(Language::Fr).join(&file)).unwrap();
            for (number, line) in source.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
                let at = format!("fr/{file}:{}: {line}", number + 1);
                for mark in [" ?", " !", " ;", " »", "« ", " %", "\u{a0}?", "\u{a0}!", "\u{a0};"] {
                    assert!(!line.contains(mark), "{at}");
                }
            }
        }
        for file in files(Language::De) {
            let source = fs::read_to_string(locale(Language::De).join(&file)).unwrap();
            for (number, line) in source.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
                assert!(!line.contains(['«', '»']), "de/{file}:{}: {line}", number + 1);
            }
        }
    }

    #[test]
    fn one_and_many_are_told_apart() {
        let wait = |seconds: u32| {
            error_text(Language::De, &AppError::new(ErrorCode::TooManyRequests).with("seconds", seconds))
        };
        assert!(wait(1).contains("1 Sekunde "), "{}", wait(1));
        assert!(wait(30).contains("30 Sekunden"), "{}", wait(30));
    }
}
