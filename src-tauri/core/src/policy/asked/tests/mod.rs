use matrix_sdk::ruma::server_name;
use serde_json::json;

use super::*;
use crate::policy::{
    Guard, Source,
    keys::{MESSAGES_IMAGES, NOTIFICATIONS_CONTENT},
};

fn read(block: &Value, before: &Asked) -> Option<Asked> {
    Asked::read(block, "https://own.example", server_name!("own.example"), before)
}

#[test]
fn of_a_block_only_keys_count_on_which_safety_rests() {
    let block = json!({
        "notifications": { "content": "nothing", "sound": true },
        "interface": { "theme": "dark" },
        "network": { "proxyMode": "none", "rootCertificates": ["/tmp/own.pem"] },
        "brand": { "name": "Own" },
        "links": { "help": "https://own.example" },
        "$schema": "x",
        "unknown": [1, 2],
    });
    let asked = Asked::said(&block);
    assert_eq!(asked.values.keys().collect::<Vec<_>>(), ["notifications.content"]);
    for spec in ALL.iter().filter(|spec| spec.guard.is_none()) {
        assert_eq!(tightened(spec, None, &asked), None, "{}", spec.name);
        let example: Value = serde_json::from_str(spec.example).unwrap();
        // Also where it has got into what is stored.
        let forged = Asked { place: String::new(), values: BTreeMap::from([(spec.name.to_owned(), example)]) };
        assert_eq!(tightened(spec, None, &forged), None, "{}", spec.name);
    }
}

#[test]
fn a_slip_leaves_a_key_as_it_was() {
    let before = Asked::said(&json!({ "notifications": { "content": "nothing" }, "messages": { "images": false } }));
    let after = |block: Value| {
        let asked = read(&block, &before).unwrap();
        (asked.of(NOTIFICATIONS_CONTENT.spec).cloned(), asked.of(MESSAGES_IMAGES.spec).cloned())
    };
    let (nothing, no) = (Some(json!("nothing")), Some(json!(false)));
    assert_eq!(after(json!({ "notifications": { "content": "nothin" } })), (nothing.clone(), None));
    assert_eq!(after(json!({ "notifications": { "content": null }, "messages": "no" })), (nothing.clone(), no.clone()));
    assert_eq!(after(json!({ "notifications": "sender", "messages": { "images": 0 } })), (nothing, no));
    assert_eq!(after(json!({ "notifications": {} })), (None, None));
    for nonsense in [json!(null), json!([]), json!("nothing"), json!(7)] {
        assert_eq!(read(&nonsense, &before), None);
    }
    let many: Vec<_> = (0..=LONGEST).map(|number| format!("s{number}.example")).collect();
    assert!(read(&json!({ "servers": { "allowed": many } }), &before).unwrap().values.is_empty());
}

#[test]
fn a_server_does_not_lock_itself_out() {
    for said in [json!([]), json!(["friend.example"]), json!(["own.example"])] {
        let asked = Asked::said(&json!({ "servers": { "allowed": said } }));
        let servers = asked.get(&SERVERS_ALLOWED).unwrap().0;
        assert_eq!(servers.iter().filter(|server| *server == "own.example").count(), 1);
    }
    assert!(Asked::said(&json!({ "servers": { "allowed": "own.example" } })).get(&SERVERS_ALLOWED).is_none());
}

/// Values of a key from the loosest to the strictest.
fn values(guard: Guard) -> Vec<Value> {
    match guard {
        Guard::Order(words) => words.iter().map(|&word| word.into()).collect(),
        Guard::Switch(safe) => vec![(!safe).into(), safe.into()],
        Guard::Common => vec![json!(["a.example", "B.example"]), json!(["b.example"]), json!([])],
    }
}

#[test]
fn whatever_is_asked_for_nothing_gets_looser() {
    for spec in ALL {
        let Some(guard) = spec.guard else { continue };
        let values = values(guard);
        for (place, otherwise) in values.iter().enumerate() {
            for (stricter, said) in values.iter().enumerate() {
                let stored = BTreeMap::from([(spec.name.to_owned(), said.clone())]);
                let asked = Asked { place: String::new(), values: stored };
                let held = tightened(spec, Some(otherwise), &asked);
                assert_eq!(held.is_some(), stricter > place, "{}: {said} where {otherwise} holds", spec.name);
                if let Some(held) = held {
                    assert_eq!(guard.stricter(otherwise, &held), held, "{}: {held} over {otherwise}", spec.name);
                }
            }
            let nonsense = BTreeMap::from([(spec.name.to_owned(), json!({ "a": 1 }))]);
            assert_eq!(tightened(spec, Some(otherwise), &Asked { place: String::new(), values: nonsense }), None);
        }
        // Where nothing is decided, the loosest holds.
        let said = |value: &Value| {
            let values = BTreeMap::from([(spec.name.to_owned(), value.clone())]);
            tightened(spec, None, &Asked { place: String::new(), values })
        };
        let lists = guard == Guard::Common;
        assert_eq!(said(&values[0]).is_some(), lists, "{}", spec.name);
        assert_eq!(said(&values[1]), Some(values[1].clone()), "{}", spec.name);
    }
}

#[test]
fn what_the_user_cannot_choose_is_the_stricter_of_both() {
    let images = |policy: Option<bool>, asked: Option<bool>| {
        let said: Vec<_> = policy.iter().map(|value| (Source::Machine, "messages.images", json!(value))).collect();
        let asked = asked.map(|value| Asked::said(&json!({ "messages": { "images": value } })));
        Policy::said(&said).heeding(&MESSAGES_IMAGES, &asked.unwrap_or_default())
    };
    assert_eq!(images(None, None), None);
    for (policy, asked, held) in [
        (None, Some(false), Some(false)),
        (None, Some(true), None),
        (Some(true), Some(false), Some(false)),
        (Some(false), Some(true), Some(false)),
        (Some(true), Some(true), Some(true)),
        (Some(true), None, Some(true)),
    ] {
        assert_eq!(images(policy, asked), held, "{policy:?} {asked:?}");
    }
}
