//! The registry's keys of the policy: a section is a key, a name in it a value. Only an administrator may write to those
//! of the machine and of policies: Windows sees to that.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value as Json;
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Result, Type, Value};

use super::{
    keys::{ALL, Spec},
    named::whoevers,
    problem::{Distrust, Place, Problem, What},
    resolve::{Layer, Source},
    value::Kind,
};

const POLICY: &str = r"Software\Policies\Estafette";
const RECOMMENDED: &str = r"Software\Policies\Estafette\Recommended";
const DEFAULTS: &str = r"Software\Estafette\Defaults";

/// No such key: `ERROR_FILE_NOT_FOUND` as an HRESULT.
const MISSING: i32 = 0x8007_0002_u32.cast_signed();

/// More than there was room for: `ERROR_MORE_DATA` as an HRESULT.
const GROWN: i32 = 0x8007_00ea_u32.cast_signed();

/// All that the sources of this machine say, and what is wrong with it.
pub(super) fn read() -> (BTreeMap<Source, Layer>, Vec<Problem>) {
    read_from(LOCAL_MACHINE, CURRENT_USER)
}

/// The same, of these two roots.
fn read_from(machine: &Key, user: &Key) -> (BTreeMap<Source, Layer>, Vec<Problem>) {
    let sources = [
        (Source::Machine, "HKLM", machine, POLICY),
        (Source::Recommended, "HKLM", machine, RECOMMENDED),
        (Source::User, "HKCU", user, POLICY),
        (Source::Installer, "HKLM", machine, DEFAULTS),
    ];
    let mut problems = Vec::new();
    let layers = sources.into_iter().filter_map(|(source, hive, root, path)| {
        let place = Place { of: format!(r"{hive}\{path}"), line: None };
        Some((source, of_key(root.open(path), &place, &mut problems)?))
    });
    (layers.collect(), problems)
}

/// What stands in a file that a policy names, of so many bytes at most. Who may write to it is not judged: the guides say
/// where it belongs.
pub(super) fn named(path: &Path, largest: u64) -> std::result::Result<Vec<u8>, Distrust> {
    whoevers(path, largest)
}

/// Whether some account may not read a file: on Windows nobody looks, as nobody looks who may write to it.
pub(super) const fn is_hidden(_: &Path) -> bool {
    false
}

/// What one source says; none where it does not exist.
fn of_key(root: Result<Key>, place: &Place, problems: &mut Vec<Problem>) -> Option<Layer> {
    let mut layer = Layer::default();
    let root = match root {
        Ok(root) => root,
        Err(error) if error.code().0 == MISSING => return None,
        Err(_) => {
            layer.miss(place, None);
            problems.push(unreadable(place.clone()));
            return Some(layer);
        }
    };
    // What stands where only sections belong is no key's value, whatever it is called.
    match root.values() {
        Ok(values) => {
            for (name, _) in values.filter(|(name, _)| !name.is_empty()) {
                problems.extend(layer.say(&known(&known_section(&name)), Json::Null, below(place, &name)));
            }
        }
        Err(_) => {
            layer.miss(place, None);
            problems.push(unreadable(place.clone()));
        }
    }
    let written = root.keys().map(Iterator::collect).unwrap_or_default();
    for section in sections(written) {
        let place = below(place, &section);
        match root.open(&section).and_then(|key| Ok((key.keys()?.collect(), key.values()?.collect(), key))) {
            Ok((keys, values, key)) => of_section(&section, &place, (keys, values, key), &mut layer, problems),
            Err(error) if error.code().0 == MISSING => {}
            Err(_) => {
                layer.miss(&place, Some(&section));
                problems.push(unreadable(place));
            }
        }
    }
    Some(layer)
}

/// The sections of the table and those that are written, as they are written there.
fn sections(mut written: Vec<String>) -> Vec<String> {
    written.retain(|name| !name.eq_ignore_ascii_case("Recommended"));
    for spec in ALL {
        let section = spec.parts().0;
        if !written.iter().any(|name| name.eq_ignore_ascii_case(section)) {
            written.push(section.to_owned());
        }
    }
    written
}

/// What one section says: what it is made of, and the key to ask. The values that the table knows are asked for one by
/// one: a list of all ends without a word where one of them grows while it is read.
fn of_section(
    section: &str,
    place: &Place,
    (keys, values, key): (Vec<String>, Vec<(String, Value)>, Key),
    layer: &mut Layer,
    problems: &mut Vec<Problem>,
) {
    // A list that is a key of its own, as other programs have them, is none here; it was meant to say something.
    for name in keys {
        problems.extend(layer.say(&known(&format!("{section}.{name}")), Json::Null, below(place, &name)));
    }
    for spec in ALL.iter().filter(|spec| spec.parts().0.eq_ignore_ascii_case(section)) {
        let name = spec.parts().1;
        let written = values.iter().find(|(written, _)| written.eq_ignore_ascii_case(name));
        let place = below(place, written.map_or(name, |(written, _)| written));
        match ask(&key, name) {
            Ok(value) => problems.extend(layer.say(spec.name, json(&value, Some(spec.kind)), place)),
            Err(error) if error.code().0 == MISSING => {}
            Err(_) => {
                layer.unread.insert(spec.name, place.clone());
                problems.push(unreadable(place));
            }
        }
    }
    for (name, value) in values {
        let key = known(&format!("{section}.{name}"));
        if Spec::of(&key).is_none() {
            problems.extend(layer.say(&key, json(&value, None), below(place, &name)));
        }
    }
}

/// A value; once more where it grew meanwhile.
fn ask(key: &Key, name: &str) -> Result<Value> {
    let mut found = key.get_value(name);
    for _ in 0..2 {
        if found.as_ref().is_err_and(|error| error.code().0 == GROWN) {
            found = key.get_value(name);
        }
    }
    found
}

fn unreadable(place: Place) -> Problem {
    Problem { place, key: None, what: What::Distrusted(Distrust::Unreadable) }
}

fn below(place: &Place, name: &str) -> Place {
    Place { of: format!(r"{}\{name}", place.of), line: None }
}

/// The key as the table has it: the registry does not tell capitals from small letters.
fn known(key: &str) -> String {
    let found = ALL.iter().find(|spec| spec.name.eq_ignore_ascii_case(key));
    found.map_or_else(|| key.to_owned(), |spec| spec.name.to_owned())
}

/// A section as the table has it.
fn known_section(name: &str) -> String {
    let mut sections = ALL.iter().map(|spec| spec.parts().0);
    sections.find(|section| section.eq_ignore_ascii_case(name)).unwrap_or(name).to_owned()
}

/// A value as JSON: 0 and 1 are no and yes; several lines are a list.
fn json(value: &Value, kind: Option<Kind>) -> Json {
    let of = || -> Option<Json> {
        Some(match value.ty() {
            Type::U32 => match (u32::try_from(value.clone()).ok()?, kind) {
                (0, Some(Kind::Switch)) => false.into(),
                (1, Some(Kind::Switch)) => true.into(),
                (number, _) => number.into(),
            },
            Type::String => String::try_from(value.clone()).ok()?.into(),
            Type::MultiString => {
                let lines = Vec::<String>::try_from(value.clone()).ok()?;
                lines.into_iter().filter(|line| !line.trim().is_empty()).collect()
            }
            _ => return None,
        })
    };
    // What no key takes.
    of().unwrap_or(Json::Null)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::resolve::{Held, resolve};

    /// Both roots, at a place of their own that goes with them.
    struct Registry {
        path: String,
        machine: Key,
        user: Key,
    }

    impl Registry {
        fn new() -> Self {
            let mut number = [0; 8];
            getrandom::fill(&mut number).unwrap();
            let path = format!(r"Software\Estafette test {}", u64::from_le_bytes(number));
            let root = CURRENT_USER.create(&path).unwrap();
            let [machine, user] = ["machine", "user"].map(|name| root.create(name).unwrap());
            Self { path, machine, user }
        }

        /// A key of a source, made where there is none.
        fn of(&self, source: Source, key: &str) -> Key {
            let (root, path) = match source {
                Source::Machine => (&self.machine, POLICY),
                Source::Recommended => (&self.machine, RECOMMENDED),
                Source::User => (&self.user, POLICY),
                _ => (&self.machine, DEFAULTS),
            };
            root.create(path).and_then(|found| if key.is_empty() { Ok(found) } else { found.create(key) }).unwrap()
        }

        fn read(&self) -> (BTreeMap<&'static str, Held>, Vec<Problem>) {
            let (layers, problems) = read_from(&self.machine, &self.user);
            (resolve(&layers).held, problems)
        }
    }

    impl Drop for Registry {
        fn drop(&mut self) {
            let _ = CURRENT_USER.remove_tree(&self.path);
        }
    }

    /// A value of a key, as paths begin here.
    fn example(spec: &Spec) -> Json {
        match spec.kind {
            Kind::File | Kind::Folder => json!(r"C:\Ministère\one"),
            Kind::Files => json!([r"C:\Ministère\one.pem", r"\\server\share\two.pem"]),
            _ => serde_json::from_str(spec.example).unwrap(),
        }
    }

    /// Writes a value as the template for group policies has it written: `what_the_templates_write_is_what_core_reads`
    /// in `src-tauri/cli/src/policies/rules.rs` holds the template to that.
    fn write(section: &Key, name: &str, value: &Json) {
        match value {
            Json::Bool(on) => section.set_u32(name, (*on).into()).unwrap(),
            Json::Array(lines) => {
                let lines: Vec<_> = lines.iter().map(|line| line.as_str().unwrap()).collect();
                section.set_multi_string(name, &lines).unwrap();
            }
            text => section.set_string(name, text.as_str().unwrap()).unwrap(),
        }
    }

    #[test]
    fn every_key_is_read_from_every_source_as_the_templates_write_it() {
        for source in [Source::Machine, Source::Recommended, Source::User, Source::Installer] {
            let registry = Registry::new();
            for spec in ALL {
                let (section, name) = spec.parts();
                write(&registry.of(source, section), name, &example(spec));
            }
            let (held, problems) = registry.read();
            assert_eq!(problems, []);
            for spec in ALL {
                let held = &held[spec.name];
                assert_eq!((&held.value, held.source, held.fallback), (&example(spec), source, false), "{}", spec.name);
            }
            let (hive, path) = match source {
                Source::Machine => ("HKLM", POLICY),
                Source::Recommended => ("HKLM", RECOMMENDED),
                Source::User => ("HKCU", POLICY),
                _ => ("HKLM", DEFAULTS),
            };
            let place = held["servers.allowed"].place.as_ref().unwrap();
            assert_eq!(place.to_string(), format!(r"{hive}\{path}\servers\allowed"));
        }
    }

    #[test]
    fn the_strongest_source_wins_and_only_the_machine_recommends() {
        let registry = Registry::new();
        assert_eq!(registry.read(), (BTreeMap::new(), Vec::new()));
        let content = |registry: &Registry| registry.read().0.get("notifications.content").cloned();
        let sources = [
            (Source::Installer, "full"),
            (Source::User, "sender"),
            (Source::Recommended, "full"),
            (Source::Machine, "nothing"),
        ];
        for (source, word) in sources {
            registry.of(source, "notifications").set_string("content", word).unwrap();
            let held = content(&registry).unwrap();
            assert_eq!((held.source, held.value), (source, json!(word)));
        }
        let other = Registry::new();
        for path in [RECOMMENDED, DEFAULTS] {
            let section = other.user.create(format!(r"{path}\notifications")).unwrap();
            section.set_string("content", "nothing").unwrap();
        }
        assert_eq!(content(&other), None);
    }

    #[test]
    fn capitals_do_not_matter_and_several_lines_are_a_list() {
        let registry = Registry::new();
        let (servers, messages) = (registry.of(Source::Machine, "SERVERS"), registry.of(Source::Machine, "Messages"));
        servers.set_multi_string("Allowed", &["a.example", " ", "b.example"]).unwrap();
        messages.set_u32("IMAGES", 0).unwrap();
        let (held, problems) = registry.read();
        assert_eq!(problems, []);
        assert_eq!(held["servers.allowed"].value, json!(["a.example", "b.example"]));
        assert_eq!(held["messages.images"].value, json!(false));
        servers.set_multi_string("Allowed", &[]).unwrap();
        assert_eq!(registry.read().0["servers.allowed"].value, json!([]));
    }

    #[test]
    fn what_no_key_takes_is_told_and_the_safe_value_holds() {
        // The bytes are Windows's, whatever the type promises: the test's own type is not checked when it is written.
        let (text, lines, number) = (Type::Other(1), Type::Other(7), Type::Other(4));
        let wide = |text: &str| text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let long = "x".repeat(500_000);
        let wrong: &[(&str, Type, Vec<u8>)] = &[
            ("messages.images", number, vec![2, 0, 0, 0]),
            ("messages.images", number, vec![1, 0, 0]),
            ("messages.images", number, vec![]),
            ("messages.images", Type::U64, vec![1, 0, 0, 0, 0, 0, 0, 0]),
            ("messages.images", Type::Bytes, vec![1]),
            ("messages.images", text, wide("1")),
            ("messages.images", lines, wide("true")),
            ("messages.images", Type::Other(99), vec![1, 0, 0, 0]),
            ("notifications.content", text, wide("everything")),
            ("notifications.content", text, wide("full\0nothing")),
            ("notifications.content", text, vec![]),
            ("notifications.content", text, vec![0x66]),
            ("notifications.content", text, vec![0x00, 0xd8, 0, 0]),
            ("notifications.content", text, wide(&long)),
            ("notifications.content", Type::Other(2), wide("full")),
            ("notifications.content", lines, wide("full")),
            ("notifications.content", number, vec![1, 0, 0, 0]),
            ("servers.allowed", text, wide("a.example")),
            ("servers.allowed", lines, wide("no server")),
            ("servers.allowed", lines, vec![0x00, 0xd8, 0, 0]),
            ("brand.name", text, wide(&"x".repeat(41))),
        ];
        for (key, kind, bytes) in wrong {
            let registry = Registry::new();
            let (section, name) = key.split_once('.').unwrap();
            // No bytes have a place as well.
            let mut written = bytes.clone();
            written.reserve(2);
            registry.of(Source::Machine, section).set_bytes(name, *kind, &written).unwrap();
            let (held, problems) = registry.read();
            let short = &bytes[..bytes.len().min(20)];
            let place = format!(r"HKLM\{POLICY}\{section}\{name}");
            assert_eq!(problems.len(), 1, "{key} {kind:?} {short:?}");
            assert_eq!((problems[0].place.to_string(), problems[0].key.as_deref()), (place, Some(*key)));
            let safe = Spec::of(key).unwrap().guard.map(|guard| (guard.safe(), true));
            let held = held.get(key).map(|held| (held.value.clone(), held.fallback));
            assert_eq!(held, safe, "{key} {kind:?} {short:?}");
        }
    }

    #[test]
    fn what_stands_at_another_place_is_told_and_opens_nothing() {
        let registry = Registry::new();
        let root = registry.of(Source::Machine, "");
        // As a list of other programs, as a value where a section belongs, and what nobody knows.
        registry.of(Source::Machine, r"servers\allowed").set_string("1", "a.example").unwrap();
        root.set_string("notifications", "nothing").unwrap();
        root.set_string("", "Estafette").unwrap();
        registry.of(Source::Machine, "messages").set_string("x".repeat(5000), "y").unwrap();
        registry.of(Source::Machine, "other").set_u32("images", 0).unwrap();
        let (held, problems) = registry.read();
        let of = |key: &str| held.get(key).map(|held| (held.value.clone(), held.fallback));
        assert_eq!(of("servers.allowed"), Some((json!([]), true)));
        assert_eq!(of("notifications.content"), Some((json!("nothing"), true)));
        assert_eq!(held.len(), 2, "{held:?}");
        assert_eq!(problems.len(), 4, "{problems:?}");
        // A value of that name is what was asked for.
        registry.of(Source::Machine, "servers").set_multi_string("allowed", &["b.example"]).unwrap();
        let (held, problems) = registry.read();
        assert_eq!(held["servers.allowed"].value, json!(["b.example"]));
        assert_eq!(problems.len(), 4, "{problems:?}");
    }
}
