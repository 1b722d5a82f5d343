//! The words of the generated files: those of the interface, and a few of their own.

use anyhow::{Context, Result, anyhow, ensure};
use estafette_core::policy::{Guard, Spec};
use fluent::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

/// A language that a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    /// French.
    French,
    /// German.
    German,
    /// English, for Windows alone: the interface has none.
    English,
}

impl Tongue {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::French, Self::German, Self::English];

    /// The name that Windows has for it.
    pub(super) const fn culture(self) -> &'static str {
        match self {
            Self::French => "fr-FR",
            Self::German => "de-DE",
            Self::English => "en-US",
        }
    }

    const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::French => &[include_str!("../../../../locales/fr/policies.ftl"), include_str!("words/fr.ftl")],
            Self::German => &[include_str!("../../../../locales/de/policies.ftl"), include_str!("words/de.ftl")],
            Self::English => &[include_str!("../../../../packaging/policies/english.ftl")],
        }
    }
}

/// The words of one language.
pub(super) struct Words {
    tongue: Tongue,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Those of a language.
    pub(super) fn of(tongue: Tongue) -> Result<Self> {
        let locale: LanguageIdentifier = tongue.culture().parse()?;
        let mut bundle = FluentBundle::new(vec![locale]);
        // The marks that isolate right-to-left names have no place in a file.
        bundle.set_use_isolating(false);
        for source in tongue.sources() {
            let read = FluentResource::try_new((*source).to_owned());
            let resource = read.map_err(|(_, errors)| anyhow!("words in {tongue:?}: {errors:?}"))?;
            bundle.add_resource(resource).map_err(|errors| anyhow!("words in {tongue:?}: {errors:?}"))?;
        }
        Ok(Self { tongue, bundle })
    }

    /// A message.
    pub(super) fn say(&self, id: &str) -> Result<String> {
        self.say_with(id, &[])
    }

    /// A message with something in it. What is missing is an error: these files are read by people who have no other.
    pub(super) fn say_with(&self, id: &str, args: &[(&str, &str)]) -> Result<String> {
        let message = self.bundle.get_message(id).with_context(|| format!("there are no words for {id}"))?;
        let pattern = message.value().with_context(|| format!("there are no words for {id}"))?;
        let args: FluentArgs<'_> = args.iter().copied().collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        ensure!(errors.is_empty(), "{id}: {errors:?}");
        Ok(text)
    }

    /// A section's title.
    pub(super) fn section(&self, name: &str) -> Result<String> {
        self.say(&format!("policy-section-{name}"))
    }

    /// A key's title.
    pub(super) fn title(&self, spec: &Spec) -> Result<String> {
        self.say(&id(spec))
    }

    /// What a key does.
    pub(super) fn text(&self, spec: &Spec) -> Result<String> {
        self.say(&format!("{}-text", id(spec)))
    }

    /// What one of a key's words means.
    pub(super) fn choice(&self, spec: &Spec, word: &str) -> Result<String> {
        self.say(&format!("{}-{word}", id(spec)))
    }

    /// An example of what a key holds, as JSON.
    pub(super) const fn example(&self, spec: &Spec) -> &'static str {
        match self.tongue {
            Tongue::German => spec.german_example,
            Tongue::French | Tongue::English => spec.example,
        }
    }

    /// When a change is obeyed.
    pub(super) fn applies(&self, spec: &Spec) -> Result<String> {
        use estafette_core::policy::Applies::{AtOnce, AtSignIn, NextStart};
        self.say(match spec.applies {
            AtOnce => "files-at-once",
            AtSignIn => "files-at-sign-in",
            NextStart => "files-next-start",
        })
    }

    /// What holds where nobody knows what was meant; nothing for a key on which nobody's safety rests.
    pub(super) fn safe(&self, spec: &Spec) -> Result<Option<String>> {
        let value = match spec.guard {
            None => return Ok(None),
            Some(Guard::Order(words)) => self.choice(spec, words.last().copied().unwrap_or_default())?,
            Some(Guard::Switch(true)) => self.say("files-on")?,
            Some(Guard::Switch(false)) => self.say("files-off")?,
            Some(Guard::Common) => self.say("files-empty")?,
        };
        self.say_with("files-safe", &[("value", &value)]).map(Some)
    }
}

/// The name of a key's words: `policy-network-proxy-mode` for `network.proxyMode`.
pub(super) fn id(spec: &Spec) -> String {
    let mut id = "policy-".to_owned();
    for letter in spec.name.chars() {
        match letter {
            '.' => id.push('-'),
            letter if letter.is_ascii_uppercase() => id.extend(['-', letter.to_ascii_lowercase()]),
            letter => id.push(letter),
        }
    }
    id
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use estafette_core::{
        i18n::{self, Language},
        policy::{Distrust, Place, Problem, What, keys::ALL, value::Invalid},
    };

    use super::{super::sections, *};

    /// What is said of the keys, in all languages.
    fn of_keys() -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        let mut add = |id: String| assert!(ids.insert(id.clone()), "{id} stands for two things");
        for (section, _) in sections() {
            add(format!("policy-section-{section}"));
        }
        for spec in ALL {
            add(id(spec));
            add(format!("{}-text", id(spec)));
            spec.kind.words().iter().for_each(|word| add(format!("{}-{word}", id(spec))));
        }
        let kinds = [
            "switch", "choice", "text", "server", "servers", "link", "proxy", "hosts", "colour", "file", "files",
            "folder",
        ];
        kinds.iter().for_each(|kind| add(format!("policy-kind-{kind}")));
        assert!(ALL.iter().all(|spec| kinds.contains(&spec.kind.name())));
        ids
    }

    fn problems() -> Vec<Problem> {
        let kind = ALL[0].kind;
        let distrusts = [
            Distrust::Owner,
            Distrust::Writable,
            Distrust::Link,
            Distrust::Kind,
            Distrust::Size,
            Distrust::Unreadable,
            Distrust::Missing,
        ];
        let whats = [
            What::UnknownKey,
            What::Json,
            What::Twice,
            What::Hidden,
            What::FileHidden,
            What::NoCertificates,
            What::NoPicture,
        ];
        let values = [Invalid::Type, Invalid::Word].map(|wrong| What::Value(wrong, kind));
        let all =
            whats.into_iter().chain(values).chain(distrusts.map(What::Distrusted)).chain(distrusts.map(What::File));
        let place = Place { of: "10-ministere.json".to_owned(), line: Some(3) };
        all.map(|what| Problem { place: place.clone(), key: Some(ALL[0].name.to_owned()), what }).collect()
    }

    /// The messages that start like this.
    fn written(tongue: Tongue, start: &str) -> BTreeSet<String> {
        let all = tongue.sources().iter().flat_map(|source| source.lines());
        let ids = all.filter_map(|line| line.split_once(" = ")).map(|(id, _)| id.to_owned());
        ids.filter(|id| id.starts_with(start)).collect()
    }

    #[test]
    fn every_key_has_its_words_and_no_word_is_left_over() {
        let keys = of_keys();
        // Its one file has words of its own for paths.
        let paths = ["file", "files", "folder"].map(|kind| format!("policy-kind-{kind}"));
        let english = keys.iter().filter(|id| !paths.contains(id)).cloned().collect();
        assert_eq!(written(Tongue::English, "policy-"), english);
        let mut expected = keys;
        expected.extend(problems().iter().map(|problem| format!("policy-problem-{}", problem.name())));
        let sources = ["machine", "recommended", "user", "installer", "server"];
        expected.extend(sources.map(|source| format!("policy-source-{source}")));
        expected.extend(["fine", "found"].map(|end| format!("policy-check-{end}")));
        expected.extend(
            ["nothing", "locked", "open", "contrast", "fallback", "unclear"].map(|end| format!("policy-show-{end}")),
        );
        for tongue in [Tongue::French, Tongue::German] {
            assert_eq!(written(tongue, "policy-"), expected, "{tongue:?}");
        }
        assert_eq!(written(Tongue::French, "files-"), written(Tongue::English, "files-"));
        assert_eq!(written(Tongue::French, "files-"), written(Tongue::German, "files-"));
        assert_eq!(written(Tongue::French, "guide-"), written(Tongue::German, "guide-"));
    }

    /// In the window and in the editor for group policies stand titles: keys and their words are for who writes files.
    #[test]
    fn rules_and_their_values_are_named_by_their_titles() {
        let words: Vec<_> = ALL.iter().flat_map(|spec| spec.kind.words().iter().copied()).collect();
        let quotes = [("“", "”"), ("„", "“"), ("«\u{a0}", "\u{a0}»")];
        for tongue in Tongue::ALL {
            let lines = tongue.sources().iter().flat_map(|source| source.lines());
            let texts: Vec<_> = lines.filter_map(|line| line.split_once("-text = ")).collect();
            for spec in ALL {
                let (_, text) = texts.iter().find(|(start, _)| *start == id(spec)).unwrap();
                let key = ALL.iter().find(|other| text.contains(other.name));
                assert!(key.is_none(), "{tongue:?}: {text}");
                let named = |word: &&&str| quotes.iter().any(|(from, to)| text.contains(&format!("{from}{word}{to}")));
                assert_eq!(words.iter().find(named), None, "{tongue:?}: {text}");
            }
        }
    }

    #[test]
    fn every_problem_of_a_policy_is_told_with_its_place() {
        for problem in problems() {
            for language in [Language::Fr, Language::De] {
                let text = problem.text(language);
                assert!(text.starts_with("10-ministere.json:3") && !text.contains('{'), "{text}");
            }
        }
        let of_system = i18n::text(Language::De, "policy-check-fine", &std::collections::BTreeMap::new());
        assert_eq!(of_system, "Keine Fehler.");
    }

    #[test]
    fn words_that_are_missing_are_an_error_of_the_policy_files() {
        let words = Words::of(Tongue::French).unwrap();
        assert!(words.say("policy-servers-forbidden").is_err());
        assert!(words.say("files-safe").is_err(), "a message without what stands in it");
    }
}
