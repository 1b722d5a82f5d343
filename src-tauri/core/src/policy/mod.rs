//! What the administration of a machine decides: one table of keys (`keys`), several sources (`machine`), one value that
//! holds (`resolve`). What is wrong in it is told with its place (`problem`) and never opens anything.

mod asked;
pub mod brand;
pub mod dto;
mod file;
mod follow;
pub mod keys;
#[cfg_attr(target_os = "linux", path = "linux/mod.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod machine;
mod named;
mod palette;
mod problem;
mod resolve;
pub mod value;

use std::collections::BTreeMap;

use self::resolve::Resolved;
pub(crate) use self::{
    asked::{Asked, tightened},
    file::LARGEST,
    named::{anybodys, authorities},
};
pub use self::{
    follow::Policies,
    keys::{Applies, Guard, Key, Spec},
    palette::Palette,
    problem::{Distrust, Place, Problem, What},
    resolve::{Held, Source},
    value::PolicyValue,
};

/// What the administration has decided, as it was read at one moment.
#[derive(Debug, Default, PartialEq)]
pub struct Policy {
    resolved: Resolved,
    problems: Vec<Problem>,
    /// The files that it names count whoever may write to them: for tests, whose files are anybody's.
    unjudged: bool,
}

/// What is wrong with the text of a policy file, wherever it lies and whoever wrote it; `name` is what its places are
/// called by.
#[must_use]
pub fn check_text(name: &str, text: &str) -> Vec<Problem> {
    check_bytes(name, text.as_bytes())
}

/// As `check_text`, of what stands in a file.
#[must_use]
pub fn check_bytes(name: &str, bytes: &[u8]) -> Vec<Problem> {
    let place = |line| Place { of: name.to_owned(), line };
    if bytes.len() as u64 > LARGEST {
        return vec![Problem { place: place(None), key: None, what: What::Distrusted(Distrust::Size) }];
    }
    resolve::Layer::default().read(bytes, place)
}

/// A value that somebody else than the user has decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided<T> {
    /// The value.
    pub value: T,
    /// Whether the user may choose another.
    pub locked: bool,
}

impl Policy {
    /// Reads it from where this machine keeps it, and judges the files that it names: those may lie on a share that is
    /// slow or gone.
    #[must_use]
    pub fn read() -> Self {
        let mut policy = Self::read_itself();
        policy.problems.extend(policy.misnamed());
        policy
    }

    /// The same, but the files that it names are not looked at.
    fn read_itself() -> Self {
        let (layers, problems) = machine::read();
        Self { resolved: resolve::resolve(&layers), problems, unjudged: false }
    }

    /// What these sources say: for tests.
    #[cfg(test)]
    pub(crate) fn said(all: &[(Source, &str, serde_json::Value)]) -> Self {
        let mut layers: BTreeMap<Source, resolve::Layer> = BTreeMap::new();
        let problems = all.iter().filter_map(|(source, key, value)| {
            let place = Place { of: "policy.json".to_owned(), line: Some(1) };
            layers.entry(*source).or_default().say(key, value.clone(), place)
        });
        let problems = problems.collect();
        Self { resolved: resolve::resolve(&layers), problems, unjudged: true }
    }

    /// What a text says as the policy of a machine would, wherever it lies: for tests of the whole.
    #[cfg(any(test, feature = "test-doors"))]
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut layer = resolve::Layer::default();
        let problems = layer.read(text.as_bytes(), |line| Place { of: "policy.json".to_owned(), line });
        let resolved = resolve::resolve(&BTreeMap::from([(Source::Machine, layer)]));
        Self { resolved, problems, unjudged: true }
    }

    /// What is decided on a key, if anything is.
    #[must_use]
    pub fn get<T: PolicyValue>(&self, key: &Key<T>) -> Option<Decided<T>> {
        let held = self.resolved.held.get(key.spec.name)?;
        // Checked when it was read.
        let value = T::read(&held.value).ok()?;
        Some(Decided { value, locked: held.source.locks() })
    }

    /// The same, but nothing from a source that is weaker than the one that decides on another key: it does not put out
    /// of force what is stronger.
    pub(crate) fn get_over<T: PolicyValue, U>(&self, key: &Key<T>, over: &Key<U>) -> Option<T> {
        let own = self.resolved.held.get(key.spec.name)?.source;
        let other = self.resolved.held.get(over.spec.name).map(|held| held.source).or_else(|| self.unclear(over));
        self.get(key).filter(|_| other.is_none_or(|other| own <= other)).map(|decided| decided.value)
    }

    /// Who has decided on a way (`Spec::is_way`), and said something that nobody understands.
    pub(crate) fn unclear<T>(&self, key: &Key<T>) -> Option<Source> {
        self.resolved.unclear.get(key.spec.name).copied()
    }

    /// The same of all ways, by the names of their keys.
    #[must_use]
    pub fn unclear_ways(&self) -> &BTreeMap<&'static str, Source> {
        &self.resolved.unclear
    }

    /// All that is decided, by the names of the keys.
    #[must_use]
    pub fn held(&self) -> &BTreeMap<&'static str, Held> {
        &self.resolved.held
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}
