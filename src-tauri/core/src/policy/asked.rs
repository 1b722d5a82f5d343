//! What the homeserver of an account asks for. It may make a key stricter on which somebody's safety rests, and has no
//! say in anything else.

use std::collections::BTreeMap;

use matrix_sdk::ruma::ServerName;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Key, Policy, PolicyValue, Spec,
    keys::{ALL, SERVERS_ALLOWED},
};

/// No list is longer that is meant: the window shows it.
const LONGEST: usize = 1000;

/// What a homeserver asks for. It asks for nothing where nobody is signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The address of the file in which it stands.
    place: String,
    /// Of the keys on which safety rests, values that they may hold.
    values: BTreeMap<String, Value>,
}

impl Asked {
    /// What the file at `place` asks for; `block` is hostile until here. A value that makes no sense leaves its key as it
    /// was `before`: a slip must not loosen anything. None where it is no block.
    pub(crate) fn read(block: &Value, place: &str, own: &ServerName, before: &Self) -> Option<Self> {
        let sections = block.as_object()?;
        let of = |spec: &&'static Spec| {
            spec.guard?;
            let (section, name) = spec.parts();
            let said = match sections.get(section)? {
                Value::Object(keys) => keys.get(name)?,
                // No key takes it.
                _ => &Value::Null,
            };
            let fits = spec.check(said).is_ok() && said.as_array().is_none_or(|all| all.len() <= LONGEST);
            let value = if fits { said } else { before.values.get(spec.name)? };
            Some((spec.name.to_owned(), value.clone()))
        };
        let mut values: BTreeMap<String, Value> = ALL.iter().filter_map(of).collect();
        // It does not lock itself out.
        if let Some(Value::Array(servers)) = values.get_mut(SERVERS_ALLOWED.spec.name)
            && !servers.iter().any(|server| *server == own.as_str())
        {
            servers.push(own.as_str().into());
        }
        Some(Self { place: place.to_owned(), values })
    }

    /// What a file asks for that says nothing, or is not there.
    pub(crate) fn nothing(place: &str) -> Self {
        Self { place: place.to_owned(), values: BTreeMap::new() }
    }

    /// The address of the file in which it stands.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// What is asked for of a key. It was checked when it was read, but has been stored since.
    pub(super) fn of(&self, spec: &Spec) -> Option<&Value> {
        self.values.get(spec.name).filter(|value| spec.check(value).is_ok())
    }

    /// As `of`, typed.
    pub(crate) fn get<T: PolicyValue>(&self, key: &Key<T>) -> Option<T> {
        key.spec.guard?;
        T::read(self.of(key.spec)?).ok()
    }

    /// What these keys are asked to be: for tests.
    #[cfg(test)]
    pub(crate) fn said(block: &Value) -> Self {
        let own = matrix_sdk::ruma::server_name!("own.example");
        Self::read(block, "https://own.example/.well-known/matrix/client", own, &Self::default()).unwrap_or_default()
    }
}

/// What holds where the homeserver asks for something: only what is stricter, and only of keys on which safety rests.
/// `otherwise` is what would hold without it, if anything would.
pub(crate) fn tightened(spec: &Spec, otherwise: Option<&Value>, asked: &Asked) -> Option<Value> {
    let guard = spec.guard?;
    let asked = asked.of(spec)?;
    let Some(otherwise) = otherwise.cloned().or_else(|| guard.loosest()) else { return Some(asked.clone()) };
    let stricter = guard.stricter(&otherwise, asked);
    (stricter != otherwise).then_some(stricter)
}

impl Policy {
    /// What holds of a key that the user cannot choose: what is decided, or what the homeserver asks for where that is
    /// stricter.
    #[must_use]
    pub(crate) fn heeding<T: PolicyValue>(&self, key: &Key<T>, asked: &Asked) -> Option<T> {
        let held = self.held().get(key.spec.name).map(|held| &held.value);
        // Both were checked.
        T::read(tightened(key.spec, held, asked).as_ref().or(held)?).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
