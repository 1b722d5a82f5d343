//! What IT is told of a policy: what is wrong with it, and what holds because of it.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _, Write},
    path::Path,
};

use estafette_core::{
    i18n::{self, Language},
    policy::{
        Distrust, Held, Place, Problem, Source, What, check_bytes,
        keys::{ALL, INTERFACE_THEME},
    },
    rich_text::is_steering,
    settings::Theme,
};
use serde::Serialize;
use serde_json::Value;

/// More than any policy has: what is larger is known as such without the rest.
const ENOUGH: u64 = 1024 * 1024;

/// The number that other programs know the form of `show_json` by.
const VERSION: u32 = 1;

/// What is wrong with a file, whoever wrote it.
#[must_use]
pub fn of_file(path: &Path) -> Vec<Problem> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(ENOUGH).read_to_end(&mut bytes)) {
        // As the machine's files are read.
        Ok(_) => check_bytes(&name, &bytes),
        Err(_) => {
            let what = What::Distrusted(Distrust::Unreadable);
            vec![Problem { place: Place { of: name, line: None }, key: None, what }]
        }
    }
}

/// Tells the problems; whether there are none.
///
/// # Errors
/// Where nothing can be written.
pub fn check(out: &mut impl Write, language: Language, problems: &[Problem]) -> io::Result<bool> {
    for problem in problems {
        writeln!(out, "{}", plain(&problem.text(language)))?;
    }
    let count = BTreeMap::from([("count".to_owned(), problems.len().to_string())]);
    let id = if problems.is_empty() { "policy-check-fine" } else { "policy-check-found" };
    writeln!(out, "{}", i18n::text(language, id, &count))?;
    Ok(problems.is_empty())
}

/// Shows what holds, for people, and what is wrong with it.
///
/// # Errors
/// Where nothing can be written.
pub fn show(
    out: &mut impl Write,
    language: Language,
    held: &BTreeMap<&'static str, Held>,
    unclear: &BTreeMap<&'static str, Source>,
    problems: &[Problem],
) -> io::Result<()> {
    let say = |id: &str| i18n::text(language, id, &BTreeMap::new());
    for spec in ALL {
        let Some(held) = held.get(spec.name) else {
            // Nobody knows what was meant, and no other value takes its place.
            let known =
                unclear.get(spec.name).map(|by| [say(source_words(*by)), say("policy-show-unclear")].join(" · "));
            writeln!(out, "{}\n    {}", spec.name, known.unwrap_or_else(|| say("policy-show-nothing")))?;
            continue;
        };
        let locked = if spec.is_locked_by(held.source) { "policy-show-locked" } else { "policy-show-open" };
        let mut known = vec![say(source_words(held.source)), say(locked)];
        // Whoever could not read otherwise may choose it all the same.
        let spared = spec.name == INTERFACE_THEME.spec.name && held.source.locks() && !is_contrast(&held.value);
        known.extend(spared.then(|| say("policy-show-contrast")));
        known.extend(held.fallback.then(|| say("policy-show-fallback")));
        known.extend(held.place.as_ref().map(ToString::to_string));
        let (value, known) = (plain(&held.value.to_string()), plain(&known.join(" · ")));
        writeln!(out, "{} = {value}\n    {known}", spec.name)?;
    }
    if !problems.is_empty() {
        writeln!(out)?;
        check(out, language, problems)?;
    }
    Ok(())
}

fn is_contrast(theme: &Value) -> bool {
    serde_json::to_value(Theme::Contrast).is_ok_and(|contrast| contrast == *theme)
}

/// A text as a terminal may get it.
fn plain(text: &str) -> String {
    let shown = |letter: char| if is_order(letter) { letter.escape_unicode().to_string() } else { letter.to_string() };
    text.chars().map(shown).collect()
}

/// The same of JSON, which means the same afterwards: such letters stand within strings alone.
fn plain_json(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' => letter.to_string(),
        _ if is_order(letter) => letter.encode_utf16(&mut [0; 2]).iter().map(|half| format!("\\u{half:04x}")).collect(),
        _ => letter.to_string(),
    };
    text.chars().map(shown).collect()
}

/// What would be an order to a terminal, or turn a line around.
fn is_order(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') || is_steering(letter)
}

const fn source_words(source: Source) -> &'static str {
    match source {
        Source::Machine => "policy-source-machine",
        Source::Recommended => "policy-source-recommended",
        Source::User => "policy-source-user",
        Source::Installer => "policy-source-installer",
        Source::Server => "policy-source-server",
    }
}

/// What `estafette-policy show --json` writes. The guides under `packaging/policies` describe it; other programs rely
/// on it.
#[derive(Serialize)]
struct Shown<'a> {
    version: u32,
    values: Vec<ShownValue<'a>>,
    problems: Vec<ShownProblem<'a>>,
}

#[derive(Serialize)]
struct ShownValue<'a> {
    key: &'static str,
    value: Option<&'a Value>,
    source: Option<Source>,
    place: Option<ShownPlace<'a>>,
    locked: bool,
    fallback: bool,
}

#[derive(Serialize)]
struct ShownProblem<'a> {
    name: &'static str,
    place: ShownPlace<'a>,
    key: Option<&'a str>,
    text: String,
}

/// Core's has a form that the window may change.
#[derive(Serialize)]
struct ShownPlace<'a> {
    of: &'a str,
    line: Option<usize>,
}

impl<'a> From<&'a Place> for ShownPlace<'a> {
    fn from(place: &'a Place) -> Self {
        Self { of: &place.of, line: place.line }
    }
}

/// Shows what holds, for programs: all keys, also those that nobody has decided on.
///
/// # Errors
/// Where nothing can be written.
pub fn show_json(
    out: &mut impl Write,
    language: Language,
    held: &BTreeMap<&'static str, Held>,
    unclear: &BTreeMap<&'static str, Source>,
    problems: &[Problem],
) -> io::Result<()> {
    let values = ALL.iter().map(|spec| {
        let held = held.get(spec.name);
        let unclear = unclear.get(spec.name).copied();
        let source = held.map(|held| held.source).or(unclear);
        ShownValue {
            key: spec.name,
            value: held.map(|held| &held.value),
            source,
            place: held.and_then(|held| held.place.as_ref()).map(ShownPlace::from),
            locked: source.is_some_and(|source| spec.is_locked_by(source)),
            fallback: held.map_or(unclear.is_some(), |held| held.fallback),
        }
    });
    let problems = problems.iter().map(|problem| ShownProblem {
        name: problem.name(),
        place: (&problem.place).into(),
        key: problem.key.as_deref(),
        text: problem.text(language),
    });
    let shown = Shown { version: VERSION, values: values.collect(), problems: problems.collect() };
    writeln!(out, "{}", plain_json(&serde_json::to_string_pretty(&shown)?))?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use estafette_core::policy::check_text;
    use serde_json::json;

    use super::*;

    /// Nobody has been unclear.
    const NONE: BTreeMap<&'static str, Source> = BTreeMap::new();

    const PLACE: &str = "/etc/estafette/policies/managed/10.json";

    fn held() -> BTreeMap<&'static str, Held> {
        let place = Some(Place { of: PLACE.to_owned(), line: Some(4) });
        let one = |value, source, fallback| Held { value, source, place: place.clone(), fallback };
        BTreeMap::from([
            ("notifications.content", one(json!("nothing"), Source::Machine, true)),
            ("interface.language", one(json!("de"), Source::Recommended, false)),
        ])
    }

    fn said(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_problem_of_a_policy_is_told_and_counted() {
        let problems =
            check_text("10.json", "{\n  \"servers\": { \"alowed\": [] },\n  \"messages\": { \"images\": 1 }\n}");
        let mut fine = true;
        let text = said(|out| fine = check(out, Language::De, &problems).unwrap());
        assert!(!fine);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[0].starts_with("10.json:2: ") && lines[0].contains("servers.alowed"), "{text}");
        assert!(lines[1].starts_with("10.json:3: ") && lines[1].contains("true oder false"), "{text}");
        assert_eq!(lines[2], "2 Fehler");
        let text = said(|out| fine = check(out, Language::Fr, &[]).unwrap());
        assert!(fine);
        assert_eq!(text, "Aucune erreur.\n");
    }

    #[test]
    fn a_policy_file_is_checked_wherever_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("10.json");
        let names = |path: &Path| of_file(path).iter().map(Problem::name).collect::<Vec<_>>();
        assert_eq!(names(&path), ["unreadable"]);
        for (text, expected) in [
            ("{}", vec![]),
            ("{ \"interface\": { \"theme\": \"dark\" } }", vec![]),
            ("{ \"interface\": { \"theme\": \"plaid\" } }", vec!["value"]),
            ("{ \"interface\": { \"theme\": \"dark\", \"theme\": \"light\" } }", vec!["twice"]),
            ("{ \"interface\": ", vec!["json"]),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(names(&path), expected, "{text}");
        }
        File::options().write(true).open(&path).unwrap().set_len(2 * ENOUGH).unwrap();
        assert_eq!(names(&path), ["size"]);
    }

    #[test]
    fn a_policy_is_shown_with_who_decided() {
        let text = said(|out| show(out, Language::Fr, &held(), &NONE, &[]).unwrap());
        let content = text.split("notifications.content = ").nth(1).unwrap();
        assert!(
            content.starts_with("\"nothing\"\n    Votre service informatique, pour cet ordinateur · verrouillé · ")
        );
        assert!(content.contains("la plus stricte · /etc/estafette/policies/managed/10.json:4\n"), "{content}");
        assert!(text.contains("servers.allowed\n    rien n’est fixé\n"), "{text}");
    }

    #[test]
    fn high_contrast_is_shown_as_possible_where_other_colours_are_locked() {
        let shown = |source, theme: &str| {
            let held = Held { value: json!(theme), source, place: None, fallback: false };
            said(|out| show(out, Language::Fr, &BTreeMap::from([("interface.theme", held)]), &NONE, &[]).unwrap())
        };
        let possible = |text: &str| text.contains(" · verrouillé · «\u{a0}Contraste élevé\u{a0}» reste possible\n");
        assert!(possible(&shown(Source::Machine, "dark")) && possible(&shown(Source::User, "system")));
        for text in [shown(Source::Machine, "contrast"), shown(Source::Recommended, "dark")] {
            assert!(!text.contains("reste possible"), "{text}");
        }
    }

    /// The window says the same (`PolicyEntry::locked`).
    #[test]
    fn what_is_recommended_shows_as_open_only_where_there_is_a_choice() {
        let one = |value| Held { value, source: Source::Recommended, place: None, fallback: false };
        let held = ALL.iter().map(|spec| (spec.name, one(serde_json::from_str(spec.example).unwrap()))).collect();
        let text = said(|out| show(out, Language::Fr, &held, &NONE, &[]).unwrap());
        let json = said(|out| show_json(out, Language::Fr, &held, &NONE, &[]).unwrap());
        let shown: Value = serde_json::from_str(&json).unwrap();
        let lines: Vec<_> = text.lines().collect();
        for (spec, value) in ALL.iter().zip(shown["values"].as_array().unwrap()) {
            let line = lines.iter().position(|line| line.starts_with(&format!("{} = ", spec.name))).unwrap();
            let words = if spec.has_choice() { " · modifiable" } else { " · verrouillé" };
            assert!(lines[line + 1].ends_with(words), "{}: {}", spec.name, lines[line + 1]);
            assert_eq!((&value["key"], &value["locked"]), (&json!(spec.name), &json!(!spec.has_choice())));
        }
    }

    #[test]
    fn a_policy_is_shown_with_what_is_wrong_with_it() {
        let problems = check_text("10.json", "{ \"servers\": { \"alowed\": [] } }");
        let text = said(|out| show(out, Language::De, &held(), &NONE, &problems).unwrap());
        let lines: Vec<_> = text.lines().rev().take(3).collect();
        assert_eq!((lines[0], lines[2]), ("1 Fehler", ""), "{text}");
        assert!(lines[1].starts_with("10.json:1: ") && lines[1].contains("servers.alowed"), "{text}");
    }

    #[test]
    fn no_policy_gives_orders_to_a_terminal() {
        let problems =
            check_text("10\u{1b}[2J.json", "{ \"a\": { \"\\u001b[31m\\u202e\\u061c\": 1, \"\\u009bx\": 1 } }");
        let mut held = held();
        held.get_mut("interface.language").unwrap().value = json!("\u{9b}2J\u{7f}\u{e0041}");
        let checked = said(|out| assert!(!check(out, Language::Fr, &problems).unwrap()));
        let shown = said(|out| show(out, Language::Fr, &held, &NONE, &problems).unwrap());
        for text in [checked, shown] {
            let order =
                |letter: char| letter != '\n' && (letter.is_control() || "\u{61c}\u{202e}\u{e0041}".contains(letter));
            assert!(!text.contains(order), "{text:?}");
            assert!(text.contains("\\u{1b}[31m") && text.contains("\\u{9b}x"), "{text}");
        }
        let text = said(|out| show_json(out, Language::Fr, &held, &NONE, &problems).unwrap());
        assert!(!text.contains(|letter: char| letter != '\n' && is_order(letter)), "{text:?}");
        let shown: Value = serde_json::from_str(&text).unwrap();
        assert!(shown["values"].as_array().unwrap().iter().any(|value| value["value"] == "\u{9b}2J\u{7f}\u{e0041}"));
    }

    #[test]
    fn what_nobody_knows_is_not_shown_as_nothing() {
        let unclear = BTreeMap::from([("network.proxy", Source::Machine)]);
        let text = said(|out| show(out, Language::Fr, &held(), &unclear, &[]).unwrap());
        let words =
            "network.proxy\n    Votre service informatique, pour cet ordinateur · valeur erronée ou illisible, ";
        assert!(text.contains(words), "{text}");
        let json = said(|out| show_json(out, Language::Fr, &held(), &unclear, &[]).unwrap());
        let shown: Value = serde_json::from_str(&json).unwrap();
        let values = shown["values"].as_array().unwrap();
        let expected = json!({
            "key": "network.proxy", "value": null, "source": "machine", "place": null, "locked": true, "fallback": true,
        });
        assert!(values.contains(&expected), "{json}");
        assert_eq!(values.iter().filter(|value| value["fallback"] == true).count(), 2, "{json}");
    }

    /// Other programs rely on this form: it may grow, and needs another version to change.
    #[test]
    fn a_policy_as_json_has_the_form_that_the_guides_describe() {
        let problems = check_text("10.json", "{ \"a\": { \"b\": 1 } }");
        let text = said(|out| show_json(out, Language::Fr, &held(), &NONE, &problems).unwrap());
        let shown: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(shown["version"], json!(1));
        let values = shown["values"].as_array().unwrap();
        assert_eq!(values.len(), ALL.len());
        let of = |key: &str| values.iter().find(|value| value["key"] == key).unwrap().clone();
        let decided = json!({
            "key": "notifications.content", "value": "nothing", "source": "machine",
            "place": { "of": PLACE, "line": 4 }, "locked": true, "fallback": true,
        });
        assert_eq!(of("notifications.content"), decided);
        assert_eq!(
            (&of("interface.language")["source"], &of("interface.language")["locked"]),
            (&json!("recommended"), &json!(false))
        );
        let nobody = json!({
            "key": "start.background", "value": null, "source": null, "place": null, "locked": false, "fallback": false,
        });
        assert_eq!(of("start.background"), nobody);
        let problem = &shown["problems"][0];
        assert_eq!((&problem["name"], &problem["key"]), (&json!("unknown-key"), &json!("a.b")));
        assert_eq!(problem["place"], json!({ "of": "10.json", "line": 1 }));
        assert!(problem["text"].as_str().unwrap().contains("a.b"));
    }

    #[test]
    fn every_source_of_a_policy_has_words() {
        for source in [Source::Machine, Source::Recommended, Source::User, Source::Installer, Source::Server] {
            let name = serde_json::to_value(source).unwrap();
            assert_eq!(source_words(source), format!("policy-source-{}", name.as_str().unwrap()));
            assert_ne!(i18n::text(Language::De, source_words(source), &BTreeMap::new()), source_words(source));
        }
    }
}
