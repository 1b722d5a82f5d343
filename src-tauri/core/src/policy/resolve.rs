//! From all that was said by several sources to the one value that holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    file::{self, Placed},
    keys::{ALL, SERVERS_ALLOWED, SERVERS_DISCOVERY, SERVERS_FIXED, Spec},
    problem::{Place, Problem, What},
};

/// Who says what holds, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The machine's policy: locked.
    Machine,
    /// The machine's recommendation: another choice is possible.
    Recommended,
    /// The user's policy: locked.
    User,
    /// What was chosen when Estafette was installed: another choice is possible.
    Installer,
    /// What the homeserver asks for, where that is stricter.
    Server,
}

impl Source {
    /// Whether nothing else can be chosen.
    #[must_use]
    pub const fn locks(self) -> bool {
        matches!(self, Self::Machine | Self::User | Self::Server)
    }
}

/// What one source says.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// By key; of those that stand in one file twice, the last, or nonsense where it must be clear.
    pub(super) said: BTreeMap<&'static str, (Said, Place)>,
    /// By key, a part that could not be read and may have said anything of it, also instead of what was said before.
    pub(super) unread: BTreeMap<&'static str, Place>,
}

/// What a source says of a key.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// A value that the key may hold.
    Value(Value),
    /// Something that it may not.
    Nonsense,
}

impl Layer {
    /// Takes what was found, and gives what of it is wrong.
    pub(super) fn say(&mut self, key: &str, value: Value, place: Place) -> Option<Problem> {
        let Some(spec) = Spec::of(key) else {
            for spec in meant_by(key) {
                self.unread.remove(spec.name);
                self.said.insert(spec.name, (Said::Nonsense, place.clone()));
            }
            return Some(Problem { place, key: Some(key.to_owned()), what: What::UnknownKey });
        };
        let (said, problem) = match spec.check(&value) {
            Ok(()) => (Said::Value(value), None),
            Err(wrong) => {
                let what = What::Value(wrong, spec.kind);
                (Said::Nonsense, Some(Problem { place: place.clone(), key: Some(key.to_owned()), what }))
            }
        };
        self.unread.remove(spec.name);
        self.said.insert(spec.name, (said, place));
        problem
    }

    /// A part could not be read; of one section, or of any.
    pub(super) fn miss(&mut self, place: &Place, section: Option<&str>) {
        let parts =
            ALL.iter().filter(|spec| section.is_none_or(|section| spec.parts().0.eq_ignore_ascii_case(section)));
        self.unread.extend(parts.map(|spec| (spec.name, place.clone())));
    }

    /// Takes what stands in one file, and gives what is wrong with it.
    pub(super) fn read(&mut self, bytes: &[u8], place: impl Fn(Option<usize>) -> Place) -> Vec<Problem> {
        match file::parse(bytes) {
            Ok(found) => self.take(found, |line| place(Some(line))),
            Err(broken) => {
                let place = place(Some(broken.line));
                self.miss(&place, None);
                vec![Problem { place, key: None, what: What::Json }]
            }
        }
    }

    fn take(&mut self, found: Vec<Placed>, place: impl Fn(usize) -> Place) -> Vec<Problem> {
        let (mut problems, mut seen, mut meant) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for Placed { key, value, line } in found {
            problems.extend(self.say(&key, value, place(line)));
            // What stands twice may have been meant either way.
            for spec in meant_by(&key) {
                if !meant.insert(spec.name) && spec.must_be_clear() {
                    self.said.insert(spec.name, (Said::Nonsense, place(line)));
                }
            }
            if let Some(key) = seen.replace(key.clone()) {
                problems.push(Problem { place: place(line), key: Some(key), what: What::Twice });
            }
        }
        problems
    }
}

/// What a name in a file says something of: its key; or, where something else stands in the place of a section, all of
/// its keys, for it may have said anything of them.
fn meant_by(name: &str) -> impl Iterator<Item = &'static Spec> {
    ALL.iter().copied().filter(move |spec| spec.name == name || spec.parts().0 == name)
}

/// What holds for a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The value.
    pub value: Value,
    /// Who says so.
    pub source: Source,
    /// Where it stands.
    pub place: Option<Place>,
    /// Nobody knows what was meant: the safe value holds.
    pub fallback: bool,
}

/// What the administration has decided.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Resolved {
    /// Key by key; what it says nothing of is not in it.
    pub(super) held: BTreeMap<&'static str, Held>,
    /// Who has locked a way (`Spec::is_way`) that nobody knows: it is not to be left for another.
    pub(super) unclear: BTreeMap<&'static str, Source>,
}

/// From all sources to what holds.
pub(super) fn resolve(layers: &BTreeMap<Source, Layer>) -> Resolved {
    let mut resolved = Resolved::default();
    for spec in ALL {
        for (&source, layer) in layers {
            match (meant(spec, source, layer), spec.guard) {
                (Meant::Value(value, place), _) => {
                    let held = Held { value: value.clone(), source, place: Some(place.clone()), fallback: false };
                    resolved.held.insert(spec.name, held);
                }
                // Whoever wrote this meant to restrict something.
                (Meant::Unknown(place), Some(guard)) => {
                    resolved.held.insert(spec.name, unknown(guard.safe(), source, place));
                }
                (Meant::Unknown(_), None) if spec.is_way() && source.locks() => {
                    resolved.unclear.insert(spec.name, source);
                }
                (Meant::Unknown(_), None) | (Meant::Nothing, _) => continue,
            }
            break;
        }
    }
    close_servers(layers, &mut resolved);
    resolved
}

/// What one source means by what it says of a key.
enum Meant<'a> {
    Value(&'a Value, &'a Place),
    /// Nobody knows.
    Unknown(&'a Place),
    Nothing,
}

fn meant<'a>(spec: &Spec, source: Source, layer: &'a Layer) -> Meant<'a> {
    // It may have stood in what could not be read, and replaced what could. What is only recommended restricts nobody.
    let unread = layer.unread.get(spec.name).filter(|_| spec.must_be_clear() && source.locks());
    match (unread, layer.said.get(spec.name)) {
        (Some(place), _) | (None, Some((Said::Nonsense, place))) => Meant::Unknown(place),
        (None, Some((Said::Value(value), place))) => Meant::Value(value, place),
        (None, None) => Meant::Nothing,
    }
}

fn unknown(value: Value, source: Source, place: &Place) -> Held {
    Held { value, source, place: Some(place.clone()), fallback: true }
}

/// Where everybody was to have one server, and nobody knows which, none is allowed but those of a list that is at least
/// as strong.
fn close_servers(layers: &BTreeMap<Source, Layer>, resolved: &mut Resolved) {
    let held = &mut resolved.held;
    let discovery = held.get(SERVERS_DISCOVERY.spec.name);
    let is = |word: &str| discovery.filter(|held| held.value == word);
    let closed = match resolved.unclear.get(SERVERS_FIXED.spec.name) {
        // Then the one server does not count.
        Some(by) if is("well-known").is_some_and(|held| held.source <= *by) => None,
        Some(by) => match layers.get(by).map(|layer| meant(SERVERS_FIXED.spec, *by, layer)) {
            Some(Meant::Unknown(place)) => Some((*by, place.clone())),
            _ => None,
        },
        None if held.contains_key(SERVERS_FIXED.spec.name) => None,
        None => {
            is("fixed").filter(|held| held.source.locks()).and_then(|held| Some((held.source, held.place.clone()?)))
        }
    };
    let (Some((source, place)), Some(guard)) = (closed, SERVERS_ALLOWED.spec.guard) else { return };
    let listed = held.get(SERVERS_ALLOWED.spec.name).filter(|list| list.source.locks() && list.source <= source);
    if listed.is_none() {
        held.insert(SERVERS_ALLOWED.spec.name, unknown(guard.safe(), source, &place));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
