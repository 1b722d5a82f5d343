//! What somebody else than the user has decided of the settings.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Settings, Theme};
use crate::policy::{Asked, Policy, Spec, dto::LockedSetting, keys, tightened, value::Kind};

/// What holds instead of what the user has chosen.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Decided {
    /// By the names of the settings.
    pub(super) values: Map<String, Value>,
    /// Those that the user cannot choose freely, by their names.
    pub(super) locked: BTreeMap<&'static str, LockedSetting>,
}

/// The settings that a policy may decide on.
fn keys() -> [(&'static str, &'static Spec); 4] {
    [
        ("language", keys::INTERFACE_LANGUAGE.spec),
        ("theme", keys::INTERFACE_THEME.spec),
        ("receipts", keys::MESSAGES_RECEIPTS.spec),
        ("notifications", keys::NOTIFICATIONS_CONTENT.spec),
    ]
}

/// All values that a setting's key takes.
fn every_value(spec: &Spec) -> Vec<Value> {
    match spec.kind {
        Kind::Switch => vec![true.into(), false.into()],
        kind => kind.words().iter().map(|&word| word.into()).collect(),
    }
}

/// A value as its word.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Whether the user may choose this whatever is locked: high contrast is there for who could not read otherwise.
fn is_spared(spec: &Spec, value: &Value) -> bool {
    let contrast = serde_json::to_value(Theme::Contrast);
    spec.name == keys::INTERFACE_THEME.spec.name && contrast.is_ok_and(|contrast| contrast == *value)
}

/// Decides. `asked` is what the homeserver asks for.
pub(super) fn decided(chosen: &Map<String, Value>, policy: &Policy, asked: &Asked) -> Decided {
    let mut decided = Decided::default();
    let own = match serde_json::to_value(Settings::default().with(chosen)) {
        Ok(Value::Object(own)) => own,
        _ => Map::new(),
    };
    for (name, spec) in keys() {
        let held = policy.held().get(spec.name);
        let locked = held.is_some_and(|held| held.source.locks());
        let wanted = held.map(|held| held.value.clone());
        // What is only recommended makes way for a choice.
        let makes_way = chosen.get(name).is_some_and(|own| !locked || is_spared(spec, own));
        let held = wanted.clone().filter(|_| !makes_way);
        let otherwise = held.clone().or_else(|| own.get(name).cloned()).unwrap_or_default();
        let stricter = tightened(spec, Some(&otherwise), asked);
        // What is stricter than what the homeserver asks for may be chosen, unless the administration has decided.
        let choices: Vec<_> = if locked {
            let all = every_value(spec);
            let spared = all.iter().filter(|value| is_spared(spec, value) && Some(*value) != wanted.as_ref());
            stricter.iter().chain(&wanted).take(1).chain(spared).map(word).collect()
        } else {
            let all = every_value(spec);
            all.iter().filter(|value| tightened(spec, Some(value), asked).is_none()).map(word).collect()
        };
        if choices.len() < every_value(spec).len() {
            decided.locked.insert(name, LockedSetting { key: spec.name.to_owned(), choices });
        }
        if let Some(value) = stricter.or(held) {
            decided.values.insert(name.to_owned(), value);
        }
    }
    decided
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::{
        super::{SettingsPatch, SettingsStore},
        *,
    };
    use crate::{
        error::ErrorCode,
        policy::{Guard, Source},
    };

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn every_managed_setting_is_one_and_takes_what_its_key_takes() {
        let names = Settings::names();
        for (name, spec) in keys() {
            assert!(names.iter().any(|known| known == name), "{name}");
            assert!(spec.has_choice(), "{name}");
            let value: Value = serde_json::from_str(spec.example).unwrap();
            let settings = Settings::default().with(&object(&json!({ name: value })));
            assert_eq!(serde_json::to_value(settings).unwrap()[name], value, "{name}");
        }
    }

    #[test]
    fn what_is_locked_holds_and_what_is_recommended_makes_way() {
        let policy = Policy::said(&[
            (Source::Machine, "interface.theme", json!("dark")),
            (Source::Recommended, "interface.language", json!("de")),
        ]);
        let (nothing, unasked) = (Map::new(), Asked::default());
        let chosen = object(&json!({ "theme": "light", "language": "fr" }));
        let decided = super::decided(&chosen, &policy, &unasked);
        assert_eq!(decided.values, object(&json!({ "theme": "dark" })));
        let dark = LockedSetting {
            key: "interface.theme".to_owned(),
            choices: vec!["dark".to_owned(), "contrast".to_owned()],
        };
        assert_eq!(decided.locked, BTreeMap::from([("theme", dark)]));
        let decided = super::decided(&nothing, &policy, &unasked);
        assert_eq!(decided.values, object(&json!({ "theme": "dark", "language": "de" })));
    }

    #[test]
    fn high_contrast_may_be_chosen_whatever_colours_are_locked() {
        for source in [Source::Machine, Source::User] {
            for held in ["system", "light", "dark"] {
                let policy = Policy::said(&[(source, "interface.theme", json!(held))]);
                let of =
                    |chosen: &str| super::decided(&object(&json!({ "theme": chosen })), &policy, &Asked::default());
                let decided = of("contrast");
                assert_eq!(decided.values.get("theme"), None, "{held}");
                assert_eq!(decided.locked["theme"].choices, [held, "contrast"]);
                // Nothing else is, and back it goes to what is locked.
                for other in ["system", "light", "dark"] {
                    assert_eq!(of(other).values["theme"], json!(held));
                    assert_eq!(of(other).locked, decided.locked);
                }
            }
        }
        let contrast = Policy::said(&[(Source::Machine, "interface.theme", json!("contrast"))]);
        let decided = super::decided(&Map::new(), &contrast, &Asked::default());
        assert_eq!(decided.locked["theme"].choices, ["contrast"]);
    }

    #[test]
    fn a_homeserver_tightens_what_the_user_and_the_policy_leave_open() {
        let asked =
            Asked::said(&json!({ "notifications": { "content": "nothing" }, "interface": { "theme": "dark" } }));
        let decided = super::decided(&Map::new(), &Policy::default(), &asked);
        assert_eq!(decided.values, object(&json!({ "notifications": "nothing" })));
        assert_eq!(decided.locked["notifications"].choices, ["nothing"]);
        let full = Policy::said(&[(Source::Machine, "notifications.content", json!("full"))]);
        assert_eq!(super::decided(&Map::new(), &full, &asked).values["notifications"], json!("nothing"));
        // Nor does it loosen anything.
        let loose = Asked::said(&json!({ "notifications": { "content": "full" } }));
        let chosen = object(&json!({ "notifications": "nothing" }));
        assert_eq!(super::decided(&chosen, &Policy::default(), &loose), Decided::default());
    }

    fn patch(name: &str, value: &Value) -> SettingsPatch {
        serde_json::from_value(json!({ name: value, "typing": false })).unwrap()
    }

    #[test]
    fn whatever_is_locked_no_change_reaches_it_and_nothing_of_that_change_is_kept() {
        for (name, spec) in keys() {
            for source in [Source::Machine, Source::Recommended, Source::User, Source::Installer] {
                for held in every_value(spec) {
                    let policy = Policy::said(&[(source, spec.name, held.clone())]);
                    let store = SettingsStore::new(Arc::new(policy));
                    let now = || serde_json::to_value(&*store.subscribe().borrow()).unwrap();
                    assert_eq!(now()[name], held, "{name} by {source:?}");
                    for value in every_value(spec) {
                        let before = now();
                        let changed = store.change(&patch(name, &value));
                        if value != held && source.locks() && !is_spared(spec, &value) {
                            assert_eq!(changed.unwrap_err().code, ErrorCode::Managed, "{name} by {source:?}");
                            assert_eq!(now(), before, "{name} by {source:?}");
                        } else {
                            changed.unwrap();
                            assert_eq!(now()[name], value, "{name} by {source:?}");
                        }
                    }
                    let locked = store.locked().borrow().get(name).cloned();
                    let key = locked.map(|locked| locked.key);
                    assert_eq!(key.as_deref(), source.locks().then_some(spec.name), "{name} by {source:?}");
                }
            }
        }
    }

    #[test]
    fn whatever_is_asked_for_and_chosen_nothing_looser_holds() {
        let spec = keys::NOTIFICATIONS_CONTENT.spec;
        let Some(Guard::Order(words)) = spec.guard else { unreachable!() };
        let strictness = |value: &Value| words.iter().position(|word| value == word).unwrap();
        for held in [None, Some("full"), Some("sender"), Some("nothing")] {
            for asked in words {
                for chosen in words {
                    let said: Vec<_> = held.iter().map(|word| (Source::Machine, spec.name, json!(word))).collect();
                    let store = SettingsStore::new(Arc::new(Policy::said(&said)));
                    store.heed(Asked::said(&json!({ "notifications": { "content": asked } })));
                    let changed = store.change(&patch("notifications", &json!(chosen)));
                    let now = serde_json::to_value(&*store.subscribe().borrow()).unwrap()["notifications"].clone();
                    assert!(strictness(&now) >= strictness(&json!(asked)), "{held:?} {asked} {chosen}: {now}");
                    assert!(held.is_none_or(|held| strictness(&now) >= strictness(&json!(held))));
                    assert_eq!(changed.is_ok(), now == json!(chosen), "{held:?} {asked} {chosen}: {now}");
                    // The window offers what is not refused, and nothing else.
                    let offered = store.locked().borrow().get("notifications").cloned();
                    let offered = offered.is_none_or(|locked| locked.choices.iter().any(|choice| choice == chosen));
                    assert_eq!(changed.is_ok(), offered, "{held:?} {asked} {chosen}");
                    // What is asked for no more is forgotten.
                    store.heed(Asked::default());
                    store.obey(Arc::default());
                    let now = serde_json::to_value(&*store.subscribe().borrow()).unwrap()["notifications"].clone();
                    let own = Settings::default().notifications;
                    assert!(now == json!(chosen) || changed.is_err() && now == json!(own));
                }
            }
        }
    }
}
