use serde_json::json;

use super::*;

fn at(name: &str) -> Place {
    Place { of: name.to_owned(), line: Some(1) }
}

fn layers(said: &[(Source, &str, Value)]) -> BTreeMap<Source, Layer> {
    let mut layers: BTreeMap<Source, Layer> = BTreeMap::new();
    for (source, key, value) in said {
        layers.entry(*source).or_default().say(key, value.clone(), at("a.json"));
    }
    layers
}

const CONTENT: &str = "notifications.content";

#[test]
fn the_strongest_source_is_heard() {
    use Source::{Installer, Machine, Recommended, User};
    let all = [(Installer, "full"), (User, "sender"), (Recommended, "full"), (Machine, "nothing")];
    for (count, source) in [(1, Installer), (2, User), (3, Recommended), (4, Machine)] {
        let said: Vec<_> = all[..count].iter().map(|(source, word)| (*source, CONTENT, json!(word))).collect();
        let held = resolve(&layers(&said)).held;
        assert_eq!(held[CONTENT].source, source);
        assert_eq!(held[CONTENT].value, json!(all[count - 1].1));
    }
    assert!(resolve(&BTreeMap::new()).held.is_empty());
}

#[test]
fn what_makes_no_sense_never_opens_anything() {
    let said = [(Source::Machine, CONTENT, json!("everything")), (Source::User, CONTENT, json!("full"))];
    let held = resolve(&layers(&said)).held;
    assert_eq!(held[CONTENT].value, json!("nothing"));
    assert!(held[CONTENT].fallback);
    // Of a key on which nothing rests, the next source is heard.
    let said = [(Source::Machine, "interface.theme", json!("plaid")), (Source::User, "interface.theme", json!("dark"))];
    assert_eq!(resolve(&layers(&said)).held["interface.theme"].value, json!("dark"));
}

#[test]
fn what_could_not_be_read_may_have_said_anything() {
    let mut layers =
        layers(&[(Source::User, CONTENT, json!("full")), (Source::Machine, "servers.allowed", json!(["a.fr"]))]);
    let machine = layers.entry(Source::Machine).or_default();
    machine.miss(&at("b.json"), None);
    machine.say("encryption.recipients", json!("signed"), at("c.json"));
    machine.say("interface.theme", json!("dark"), at("a.json"));
    machine.miss(&at("d.json"), Some("Interface"));
    let held = resolve(&layers).held;
    assert_eq!(held[CONTENT].value, json!("nothing"));
    assert_eq!(held["servers.allowed"].value, json!([]), "it may have replaced what stood before");
    assert_eq!(held["servers.allowed"].place, Some(at("b.json")));
    assert_eq!(held["encryption.recipients"].value, json!("signed"), "what comes after it would have replaced it");
    assert_eq!(held["interface.theme"].value, json!("dark"), "nothing rests on it");
    // A recommendation that cannot be read restricts nobody.
    let mut layers = BTreeMap::new();
    layers.entry(Source::Recommended).or_insert_with(Layer::default).miss(&at("c.json"), None);
    assert!(resolve(&layers).held.is_empty());
}

#[test]
fn the_one_server_that_nobody_knows_is_not_any_server() {
    use Source::{Machine, Recommended, User};
    let (fixed, list, how) = ("servers.fixed", "servers.allowed", "servers.discovery");
    let (typo, one) = (json!("matrix bund"), json!("bund.example"));
    let allowed = |said: &[(Source, &str, &Value)]| {
        let said: Vec<_> = said.iter().map(|(source, key, value)| (*source, *key, Value::clone(value))).collect();
        let held = resolve(&layers(&said)).held;
        let allowed = held.get(list).map(|held| (held.value.clone(), held.source, held.fallback));
        (allowed, held.contains_key(fixed))
    };
    let nobody = |source| (Some((json!([]), source, true)), false);
    let listed = json!(["a.example"]);
    let a = |source| (Some((listed.clone(), source, false)), false);
    assert_eq!(allowed(&[(Machine, fixed, &typo)]), nobody(Machine));
    assert_eq!(allowed(&[(Machine, fixed, &typo), (User, fixed, &one)]), nobody(Machine), "another is not meant");
    assert_eq!(allowed(&[(Machine, fixed, &typo), (Machine, list, &listed)]), a(Machine));
    assert_eq!(allowed(&[(Machine, fixed, &typo), (User, list, &listed)]), nobody(Machine));
    assert_eq!(allowed(&[(Machine, fixed, &typo), (Recommended, list, &listed)]), nobody(Machine));
    assert_eq!(allowed(&[(User, fixed, &typo), (Machine, list, &listed)]), a(Machine));
    assert_eq!(allowed(&[(Machine, fixed, &typo), (Machine, how, &json!("well-known"))]), (None, false));
    assert_eq!(allowed(&[(User, fixed, &typo), (Machine, how, &json!("well-known"))]), (None, false));
    let weaker = [(Machine, fixed, &typo), (Recommended, how, &json!("well-known"))];
    assert_eq!(allowed(&weaker), nobody(Machine), "who is weaker does not put it out of force");
    assert_eq!(allowed(&[(Machine, how, &json!("fixed"))]), nobody(Machine));
    assert_eq!(allowed(&[(Machine, how, &json!("fixed")), (Machine, fixed, &one)]), (None, true));
    assert_eq!(allowed(&[(Recommended, how, &json!("fixed"))]), (None, false), "that restricts nobody");
    assert_eq!(allowed(&[(Recommended, fixed, &typo)]), (None, false));
    // As where a later file, which may have named another, cannot be read.
    let mut layers = layers(&[(Machine, fixed, one.clone())]);
    layers.entry(Machine).or_default().miss(&at("b.json"), None);
    let held = resolve(&layers).held;
    assert!(!held.contains_key(fixed) && held[list].value == json!([]));
}

#[test]
fn a_file_that_is_not_utf8_is_broken() {
    let mut machine = Layer::default();
    let place = |line| Place { of: "a.json".to_owned(), line };
    let problems =
        machine.read(b"{ \"servers\":\n{ \"allowed\": [\"a.fr\"] },\n\"brand\": { \"name\": \"\xe9\" } }", place);
    assert_eq!(problems, [Problem { place: place(Some(3)), key: None, what: What::Json }]);
    let held = resolve(&BTreeMap::from([(Source::Machine, machine)])).held;
    assert_eq!(held["servers.allowed"].value, json!([]));
}

/// What a source may be found to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    /// Not there.
    Absent,
    /// There, and silent on the key.
    Silent,
    /// It says this of the key.
    Says(&'static str),
    /// It says something that the key does not take.
    Nonsense,
    /// A part of it could not be read, and the rest is silent.
    Unread,
    /// A part of it could not be read, and what comes after that says this.
    UnreadSays(&'static str),
    /// It says this, and a part that comes after that could not be read.
    SaysUnread(&'static str),
}

const SOURCES: [Source; 4] = [Source::Machine, Source::Recommended, Source::User, Source::Installer];

fn every(of: &[Found]) -> impl Iterator<Item = [Found; 4]> {
    let count = of.len();
    (0..count.pow(4)).map(move |number| [0, 1, 2, 3].map(|place| of[number / count.pow(place) % count]))
}

fn as_layers(key: &str, all: [Found; 4]) -> BTreeMap<Source, Layer> {
    let mut layers = BTreeMap::new();
    for (source, found) in SOURCES.into_iter().zip(all) {
        let mut layer = Layer::default();
        match found {
            Found::Absent => continue,
            Found::Silent | Found::Unread => {}
            Found::Says(_) | Found::UnreadSays(_) | Found::SaysUnread(_) => {}
            Found::Nonsense => drop(layer.say(key, json!({ "not": "a word" }), at("a.json"))),
        }
        if matches!(found, Found::Unread | Found::UnreadSays(_)) {
            layer.miss(&at("b.json"), None);
        }
        if let Found::Says(word) | Found::UnreadSays(word) | Found::SaysUnread(word) = found {
            layer.say(key, json!(word), at("a.json"));
        }
        if matches!(found, Found::SaysUnread(_)) {
            layer.miss(&at("c.json"), None);
        }
        layers.insert(source, layer);
    }
    layers
}

#[test]
fn of_all_combinations_the_strongest_source_is_heard_and_none_that_is_broken_opens_anything() {
    use Found::{Absent, Nonsense, Says, SaysUnread, Silent, Unread, UnreadSays};
    let all =
        [Absent, Silent, Says("full"), Says("sender"), Nonsense, Unread, UnreadSays("full"), SaysUnread("sender")];
    for found in every(&all) {
        // As the documentation has it: the first that says something, or has to be feared to.
        let expected = SOURCES.into_iter().zip(found).find_map(|(source, found)| match found {
            Says(word) | UnreadSays(word) => Some((source, word, false)),
            Nonsense => Some((source, "nothing", true)),
            Unread | SaysUnread(_) if source.locks() => Some((source, "nothing", true)),
            SaysUnread(word) => Some((source, word, false)),
            _ => None,
        });
        let held = resolve(&as_layers(CONTENT, found)).held;
        let held = held.get(CONTENT).map(|held| (held.source, held.value.as_str().unwrap(), held.fallback));
        assert_eq!(held, expected, "{found:?}");
    }
}

#[test]
fn of_a_key_on_which_nothing_rests_the_next_that_makes_sense_is_heard() {
    use Found::{Absent, Nonsense, Says, SaysUnread, Silent, Unread, UnreadSays};
    let all = [Absent, Silent, Says("light"), Nonsense, Unread, UnreadSays("dark"), SaysUnread("dark")];
    for found in every(&all) {
        let expected = SOURCES.into_iter().zip(found).find_map(|(source, found)| match found {
            Says(word) | UnreadSays(word) | SaysUnread(word) => Some((source, word)),
            _ => None,
        });
        let held = resolve(&as_layers("interface.theme", found)).held;
        let held = held.get("interface.theme").map(|held| (held.source, held.value.as_str().unwrap()));
        assert_eq!(held, expected, "{found:?}");
    }
}

/// A file that closes all that can be closed.
const STRICT: &str = r#"{
  "servers": { "allowed": [] },
  "encryption": { "recipients": "verified" },
  "notifications": { "content": "nothing" },
  "messages": { "images": false, "receipts": false },
  "interface": { "language": "de" }
}"#;

/// What holds where the machine's file is this, and the user's policy opens all that can be opened.
fn under(text: &str) -> BTreeMap<&'static str, Held> {
    let mut layers = layers(&[
        (Source::User, "servers.allowed", json!(["anything.example"])),
        (Source::User, "encryption.recipients", json!("signed")),
        (Source::User, CONTENT, json!("full")),
        (Source::User, "messages.images", json!(true)),
    ]);
    let mut machine = Layer::default();
    machine.read(text.as_bytes(), |line| Place { of: "a.json".to_owned(), line });
    layers.insert(Source::Machine, machine);
    resolve(&layers).held
}

fn guarded() -> impl Iterator<Item = (&'static Spec, crate::policy::keys::Guard)> {
    ALL.iter().filter_map(|spec| Some((*spec, spec.guard?)))
}

#[test]
fn a_file_that_breaks_off_closes_everything() {
    for end in 0..STRICT.len() {
        let held = under(&STRICT[..end]);
        for (spec, guard) in guarded() {
            assert_eq!(held[spec.name].value, guard.safe(), "{} after {end} bytes", spec.name);
            assert_eq!(held[spec.name].source, Source::Machine);
        }
    }
}

#[test]
fn what_stands_twice_in_a_file_opens_nothing() {
    let content = |text: &str| under(text).remove(CONTENT).map(|held| (held.value, held.fallback));
    let closed = Some((json!("nothing"), true));
    for text in [
        r#"{ "notifications": { "content": "nothing" }, "notifications": { "content": "full" } }"#,
        r#"{ "notifications": { "content": "full", "content": "full" } }"#,
        r#"{ "notifications": { "content": 1, "content": "full" } }"#,
        r#"{ "notifications": 1, "notifications": { "content": "full" } }"#,
    ] {
        assert_eq!(content(text), closed, "{text}");
    }
    let sections = r#"{ "notifications": {}, "notifications": { "content": "full" } }"#;
    assert_eq!(content(sections), Some((json!("full"), false)));
    // Of a key on which nothing rests, the last one counts.
    let theme = r#"{ "interface": { "theme": "dark", "theme": "light" } }"#;
    assert_eq!(under(theme)["interface.theme"].value, json!("light"));
}

#[test]
fn whatever_stands_where_a_value_or_a_section_belongs_opens_nothing() {
    let nonsense = [
        json!(null),
        json!(-1),
        json!(1e300),
        json!("\u{0}"),
        json!("FULL"),
        json!(" full"),
        json!(["full"]),
        json!({ "value": "full" }),
        json!([[]]),
        json!("true"),
        json!(1),
        json!(["a b"]),
        json!(["ok.example", null]),
    ];
    for (spec, guard) in guarded() {
        let (section, name) = spec.parts();
        for value in &nonsense {
            for text in [json!({ section: { name: value } }), json!({ section: value })] {
                let said = text[section].get(name);
                // What the key takes, and what is a section.
                if said.is_some_and(|said| spec.check(said).is_ok()) || text[section].is_object() && said.is_none() {
                    continue;
                }
                let held = under(&text.to_string());
                assert_eq!(held[spec.name].value, guard.safe(), "{text}");
                assert!(held[spec.name].fallback, "{text}");
            }
        }
    }
}

#[test]
fn of_texts_by_chance_none_panics_and_none_that_is_broken_opens_anything() {
    // Always the same ones.
    let mut seed = 0x1234_5678_9abc_def1_u64;
    let mut below = |end: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(end).unwrap()).unwrap()
    };
    let pieces = [
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud800", "\n", " ", "null", "true", "1e999", "\u{feff}", "é",
    ];
    let (mut broken, mut whole) = (0, 0);
    for _ in 0..20_000 {
        let mut text: Vec<char> = STRICT.chars().collect();
        for _ in 0..=below(3) {
            let at = below(text.len());
            match below(3) {
                0 => drop(text.remove(at)),
                1 => drop(text.splice(at..at, pieces[below(pieces.len())].chars())),
                _ => text[at] = text[below(text.len())],
            }
        }
        let text: String = text.into_iter().collect();
        let held = under(&text);
        let parsed = serde_json::from_str::<Value>(text.strip_prefix('\u{feff}').unwrap_or(&text));
        if parsed.is_err() {
            broken += 1;
        } else {
            whole += 1;
        }
        for (spec, guard) in guarded() {
            let (section, name) = spec.parts();
            // Only a file that is one, and does not name the key, leaves it to the next source.
            let named = match &parsed {
                Ok(file) => file.get(section).is_some_and(|keys| keys.get(name).is_some() || !keys.is_object()),
                Err(_) => true,
            };
            let safe = held[spec.name].value == guard.safe();
            assert!(safe || !named, "{}: {text}", spec.name);
        }
    }
    assert!(broken > 1000 && whole > 100, "{broken} broken, {whole} whole");
}
