use serde_json::{Value, json};

use super::*;
use crate::policy::Source;

/// For proxies that are not asked.
fn trusting_nobody() -> Arc<ClientConfig> {
    Arc::new(crate::network::trust::config(Vec::new()).unwrap())
}

/// As the policy of the machine says.
fn route(system: &Proxies, said: &[(&str, Value)]) -> Result<(Route, watch::Receiver<ProxyState>)> {
    let said: Vec<_> = said.iter().map(|(key, value)| (Source::Machine, *key, value.clone())).collect();
    by(system, &Policy::said(&said))
}

fn by(system: &Proxies, policy: &Policy) -> Result<(Route, watch::Receiver<ProxyState>)> {
    let (sender, receiver) = watch::channel(ProxyState::Open);
    Ok((Route::new(system, policy, sender, trusting_nobody())?, receiver))
}

fn of(https: &str) -> Proxies {
    Proxies { https: Some(Secret::new(https.into())), ..Proxies::default() }
}

fn to(route: &Route, url: &str) -> Option<String> {
    route.0.to(&Url::parse(url).unwrap()).map(String::from)
}

fn camille(password: &str) -> Entry {
    Entry::new("camille", Zeroizing::new(password.to_owned())).unwrap()
}

#[test]
fn an_address_that_cannot_be_read_is_an_error_that_does_not_show_it() {
    route(&of("http://camille:hunter2@127.0.0.1:3128"), &[]).unwrap();
    let error = route(&of("http://camille:hunter2@:x"), &[]).map(drop).unwrap_err();
    assert_eq!(error.code, ErrorCode::ProxyUnusable);
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[test]
fn a_proxy_that_is_not_named_is_no_reason_to_go_past_it() {
    let error = route(&Proxies::default(), &[("network.proxyMode", json!("manual"))]).map(drop).unwrap_err();
    assert_eq!(error.code, ErrorCode::ProxyUnknown);
}

#[test]
fn nonsense_in_place_of_a_proxy_is_no_reason_to_go_past_it_either() {
    let nonsense = ("network.proxy", json!("proxy.example"));
    let error = route(&Proxies::default(), std::slice::from_ref(&nonsense)).map(drop).unwrap_err();
    assert_eq!(error.code, ErrorCode::ProxyUnknown);
    // Unless what is wrong with it does not matter.
    for mode in ["none", "system"] {
        let system = of("http://system.example:8080");
        route(&system, &[nonsense.clone(), ("network.proxyMode", json!(mode))]).unwrap();
    }
}

#[test]
fn what_is_said_in_clear_within_this_machine_goes_to_no_proxy() {
    let (route, _) = route(&Proxies::default(), &[("network.proxy", json!("http://proxy.example:3128"))]).unwrap();
    for here in ["http://localhost:8008", "http://127.0.0.1:8008/x", "http://[::1]"] {
        assert_eq!(to(&route, here), None, "{here}");
        assert_eq!(route.name_for(&Url::parse(here).unwrap()), None, "{here}");
    }
    for elsewhere in ["http://matrix.example", "https://localhost:8448"] {
        assert_eq!(to(&route, elsewhere).as_deref(), Some("http://proxy.example:3128/"), "{elsewhere}");
    }
}

#[test]
fn an_address_that_the_matcher_cannot_read_is_no_exception() {
    let (route, _) = route(&Proxies::default(), &[("network.proxy", json!("http://proxy.example:3128"))]).unwrap();
    let long = format!("https://matrix.example/{}", "x".repeat(70_000));
    assert_eq!(to(&route, &long).as_deref(), Some("http://proxy.example:3128/"));
}

#[test]
fn the_policy_counts_before_the_system() {
    let system = of("http://system.example:8080");
    let named = ("network.proxy", json!("http://proxy.example:3128"));
    let mode = |mode| ("network.proxyMode", json!(mode));
    let server = "https://matrix.example";
    for (said, through) in [
        (vec![], Some("http://system.example:8080/")),
        (vec![named.clone()], Some("http://proxy.example:3128/")),
        (vec![mode("manual"), named.clone()], Some("http://proxy.example:3128/")),
        (vec![mode("system"), named.clone()], Some("http://system.example:8080/")),
        (vec![mode("none"), named], None),
    ] {
        let (route, _) = route(&system, &said).unwrap();
        assert_eq!(to(&route, server).as_deref(), through, "{said:?}");
        assert_eq!(route.name().as_deref(), through.map(|url| &url["http://".len()..url.len() - 1]), "{said:?}");
    }
    let exceptions = ("network.proxyExceptions", json!(["intranet.example", "10.0.0.0/8"]));
    let (route, _) = route(&system, &[("network.proxy", json!("socks5h://proxy.example")), exceptions]).unwrap();
    assert_eq!(to(&route, server).as_deref(), Some("socks5h://proxy.example:1080/"));
    assert_eq!(to(&route, "https://chat.intranet.example"), None);
    assert_eq!(to(&route, "https://10.1.2.3"), None);
}

/// The one of a policy, that of the system, or none.
fn through(policy: &Policy) -> Result<Option<String>, ErrorCode> {
    let (route, _) = by(&of("http://system.example:8080"), policy).map_err(|error| error.code)?;
    Ok(to(&route, "https://matrix.example").map(|url| url["http://".len()..].trim_end_matches('/').to_owned()))
}

#[test]
fn what_is_weaker_does_not_lead_past_the_proxy_of_what_is_stronger() {
    use Source::{Installer, Machine, Recommended, User};
    let named = ("network.proxy", json!("http://proxy.example:3128"));
    let mode = |mode| ("network.proxyMode", json!(mode));
    let said = |all: &[(Source, &(&str, Value))]| {
        let all: Vec<_> = all.iter().map(|(source, (key, value))| (*source, *key, value.clone())).collect();
        through(&Policy::said(&all))
    };
    let named_one = || Ok(Some("proxy.example:3128".to_owned()));
    let of_system = || Ok(Some("system.example:8080".to_owned()));
    for weaker in [Recommended, User, Installer] {
        for other in ["none", "system"].map(mode) {
            assert_eq!(said(&[(Machine, &named), (weaker, &other)]), named_one(), "{weaker:?} {other:?}");
        }
        assert_eq!(said(&[(Machine, &mode("none")), (weaker, &named)]), Ok(None), "{weaker:?}");
        assert_eq!(said(&[(Machine, &mode("system")), (weaker, &named)]), of_system(), "{weaker:?}");
        assert_eq!(said(&[(Machine, &mode("manual")), (weaker, &named)]), named_one(), "{weaker:?}");
    }
    assert_eq!(said(&[(Machine, &named), (Machine, &mode("none"))]), Ok(None));
    assert_eq!(said(&[(Machine, &named), (Machine, &mode("system"))]), of_system());
    assert_eq!(said(&[(Installer, &named), (Recommended, &mode("none"))]), Ok(None));
    let exception = ("network.proxyExceptions", json!(["matrix.example"]));
    for weaker in [Recommended, User, Installer] {
        assert_eq!(said(&[(Machine, &named), (weaker, &exception)]), named_one(), "{weaker:?}");
        assert_eq!(said(&[(weaker, &named), (weaker, &exception)]), Ok(None), "{weaker:?}");
        assert_eq!(said(&[(weaker, &named), (Machine, &exception)]), Ok(None), "{weaker:?}");
    }
}

#[test]
fn what_is_weaker_does_not_count_in_place_of_what_nobody_understands() {
    let (named, misspelt) = (json!("http://proxy.example:3128"), json!("proxy.example"));
    let unknown = Err(ErrorCode::ProxyUnknown);
    for weaker in [Source::Recommended, Source::User, Source::Installer] {
        for (wrong, other) in [
            (("network.proxy", &misspelt), ("network.proxy", &named)),
            (("network.proxy", &misspelt), ("network.proxyMode", &json!("none"))),
            (("network.proxy", &misspelt), ("network.proxyMode", &json!("system"))),
            (("network.proxyMode", &json!("nnoe")), ("network.proxyMode", &json!("none"))),
            (("network.proxyMode", &json!("manaul")), ("network.proxy", &named)),
        ] {
            let said = [(Source::Machine, wrong.0, wrong.1.clone()), (weaker, other.0, other.1.clone())];
            assert_eq!(through(&Policy::said(&said)), unknown, "{said:?}");
        }
    }
    // What is as strong says what was meant.
    let said =
        [(Source::Machine, "network.proxyMode", json!("manaul")), (Source::Machine, "network.proxy", named.clone())];
    assert_eq!(through(&Policy::said(&said)), Ok(Some("proxy.example:3128".to_owned())));
    // What is only recommended restricts nobody.
    let said = [(Source::Recommended, "network.proxy", misspelt), (Source::Installer, "network.proxy", named)];
    assert_eq!(through(&Policy::said(&said)), Ok(Some("proxy.example:3128".to_owned())));
    // Whatever stood in it.
    assert_eq!(through(&Policy::of_text("{ \"network\": { \"proxy\": ")), unknown);
}

#[test]
fn who_one_is_is_told_to_the_proxy_that_asks_and_to_no_other() {
    let (route, mut state) = route(&Proxies::default(), &[("network.proxy", json!("http://p.example:3128"))]).unwrap();
    assert_eq!(route.key().as_deref(), Some("proxy http://p.example:3128"));
    let needed = |refused| ProxyState::PasswordNeeded { proxy: "p.example:3128".to_owned(), refused, cleartext: true };
    route.turned_away(None);
    assert_eq!(*state.borrow_and_update(), needed(false));

    let entry = camille("p@ss wörd/:#%41");
    route.enter(entry.clone());
    assert_eq!(*state.borrow_and_update(), ProxyState::Open);
    assert_eq!(
        to(&route, "https://matrix.example").as_deref(),
        Some("http://camille:p%40ss%20w%C3%B6rd%2F%3A%23%2541@p.example:3128/")
    );

    // A question from before comes back: that says nothing of this answer.
    route.turned_away(None);
    assert_eq!(route.entry(), Some(entry.clone()));
    route.turned_away(Some(&camille("another")));
    assert_eq!(route.entry(), Some(entry.clone()));
    assert!(!state.has_changed().unwrap());

    route.turned_away(Some(&entry));
    assert_eq!(*state.borrow_and_update(), needed(true));
    assert_eq!(to(&route, "https://matrix.example").as_deref(), Some("http://p.example:3128/"));
    // Nor is it news that it asks on.
    route.turned_away(None);
    assert!(!state.has_changed().unwrap());
}

#[test]
fn a_proxy_whose_address_says_who_one_is_does_not_ask() {
    let (route, state) = route(&of("socks5://camille:hunter2@p.example"), &[]).unwrap();
    assert_eq!(to(&route, "https://matrix.example").as_deref(), Some("socks5://camille:hunter2@p.example:1080/"));
    assert_eq!((route.key(), route.name()), (None, Some("p.example:1080".to_owned())));
    route.turned_away(None);
    assert_eq!(*state.borrow(), ProxyState::Open);
}

#[test]
fn who_one_is_survives_the_keyring_and_shows_nowhere() {
    let entry = camille("hunter2: with a colon");
    assert_eq!(Entry::from_secret(&entry.to_secret()), Some(entry.clone()));
    assert!(!format!("{entry:?}").contains("hunter2"));
    assert_eq!(Entry::from_secret(&Secret::new(b"nothing".to_vec())), None);
    let long = "x".repeat(LONGEST + 1);
    for (user, password) in [("", "x"), ("camille", ""), ("ca:mille", "x"), ("camille", "x\n"), ("camille", &long)] {
        let error = Entry::new(user, Zeroizing::new(password.to_owned())).unwrap_err();
        assert_eq!(error.code, ErrorCode::CredentialsWrong, "{user} {password}");
    }
}
