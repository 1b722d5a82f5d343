//! What policies and homeservers decide while the application runs.

use matrix_sdk::ruma::server_name;

use super::*;
use crate::{
    account::asked,
    policy::{Asked, Policy, Source},
    settings::NotificationContent,
};

#[tokio::test]
async fn what_a_homeserver_asked_for_holds_before_it_answers_and_until_it_forgets_the_device() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = Opened::start(folder.path(), &Arc::new(Keys::default())).await;
    opened.reaches(&AccountState::SignedOut).await;
    let core = &opened.app.core;
    let database = core.holdings.lock().await.opened().unwrap().1.database.clone();
    let saved = |ended: Option<Ended>| SavedSession {
        ended,
        ..serde_json::from_value(json!({
            "homeserver": "https://matrix.own.example",
            "session": { "user_id": "@anna:own.example", "device_id": "DESK", "access_token": "token" },
        }))
        .unwrap()
    };
    let block = json!({
        "messages": { "images": false },
        "notifications": { "content": "nothing" },
        "servers": { "allowed": ["friend.example"] },
    });
    asked::remember(&database, saved(None).user_id().server_name(), &Asked::said(&block)).unwrap();
    let obeyed = |ended: Option<Option<Ended>>| {
        core.heed_server_of(&database, ended.map(saved).as_ref()).unwrap();
        let shown = core.policy.borrow().clone();
        let refused =
            core.servers().refuse_foreign("elsewhere.example", &"https://elsewhere.example".parse().unwrap()).is_err();
        let nothing = core.settings.subscribe().borrow().notifications == NotificationContent::Nothing;
        let all = [!core.may_send_pictures(), !shown.images, shown.entries.len() == 3, refused, nothing];
        assert!(all.iter().all(|each| *each == all[0]), "{all:?}");
        all[0]
    };
    assert!(obeyed(Some(None)));
    let patch = SettingsPatch { notifications: Some(NotificationContent::Full), ..SettingsPatch::default() };
    assert_eq!(opened.app.change_settings(&patch).await.unwrap_err().code, ErrorCode::Managed);
    let refused = opened.app.stage_image("a.png", Vec::new()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Managed);
    assert_eq!(opened.app.set_avatar(Vec::new()).await.unwrap_err().code, ErrorCode::Managed);
    assert!(!obeyed(None));
    assert!(obeyed(Some(Some(Ended::Softly))));
    assert!(!obeyed(Some(Some(Ended::ForGood))));
    // Signing out forgets it.
    Core::remove_account(&*core.holdings.lock().await).unwrap();
    assert!(!obeyed(Some(None)));
    opened.app.shut_down().await;
}

/// A profile in which Anna was signed in when it was closed.
async fn with_account(profile: &Path, keys: &Arc<Keys>) {
    prepared(profile, keys, |database| {
        database.set("session", &saved(None)).unwrap();
        database.set("account.name", &("Anna", None::<String>)).unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_not_allowed_any_more_waits_for_the_policy_or_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    with_account(folder.path(), &keys).await;
    let only = |server: &str| Policy::said(&[(Source::Machine, "servers.allowed", json!([server]))]);
    let start = async || {
        let policies = Policies::fixed(only("elsewhere.example"));
        let options = Options { keyring: keys.clone(), policies: policies.clone(), ..Options::new(folder.path()) };
        let mut opened = Opened::of(App::start(options)).await;
        let refused = |state: &AccountState| matches!(state, AccountState::Unusable { error } if error.code == ErrorCode::AccountNotAllowed && error.args["server"] == "localhost");
        tokio::time::timeout(Duration::from_secs(10), opened.account.wait_for(refused)).await.unwrap().unwrap();
        (opened, policies)
    };
    // Allowed again, by its address.
    let (mut opened, policies) = start().await;
    policies.set(only("localhost:9"));
    let ready = |state: &AccountState| matches!(state, AccountState::Ready { .. });
    tokio::time::timeout(Duration::from_secs(10), opened.account.wait_for(ready)).await.unwrap().unwrap();
    opened.app.shut_down().await;

    let (mut opened, policies) = start().await;
    opened.app.sign_out(false).await.unwrap();
    opened.reaches(&AccountState::SignedOut).await;
    policies.set(only("localhost"));
    assert_eq!(opened.app.sign_out(false).await.unwrap_err().code, ErrorCode::NotSignedIn);
    assert!(folder.path().join("sdk/kept").exists());
    opened.app.shut_down().await;
}

#[tokio::test]
async fn what_an_account_that_is_open_does_not_obey_yet_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    with_account(folder.path(), &keys).await;
    let policy = |server: &str, recipients: &str| {
        let said = |key, value| (Source::Machine, key, value);
        Policy::said(&[said("servers.allowed", json!([server])), said("encryption.recipients", json!(recipients))])
    };
    let policies = Policies::fixed(policy("elsewhere.example", "signed"));
    let options = Options { keyring: keys.clone(), policies: policies.clone(), ..Options::new(folder.path()) };
    let mut opened = Opened::of(App::start(options)).await;
    let mut reaches = async |wanted: fn(&AccountState) -> bool| {
        tokio::time::timeout(Duration::from_secs(10), opened.account.wait_for(wanted)).await.unwrap().unwrap();
    };
    reaches(|state| matches!(state, AccountState::Unusable { .. })).await;
    policies.set(policy("localhost", "verified"));
    reaches(|state| matches!(state, AccountState::Ready { .. })).await;
    let mut shown = opened.app.core.policy.subscribe();
    let mut shows = async |server: &str, recipients: &str, pending: [bool; 2]| {
        policies.set(policy(server, recipients));
        let is_so = |state: &PolicyState| {
            let is = |key: &str, value: &str, pending: bool| {
                let entry = state.entries.iter().find(|entry| entry.key == key);
                entry.is_some_and(|entry| entry.values == [value] && entry.pending == pending)
            };
            is("servers.allowed", server, pending[0]) && is("encryption.recipients", recipients, pending[1])
        };
        let shown = tokio::time::timeout(Duration::from_secs(10), shown.wait_for(is_so)).await;
        assert!(shown.is_ok(), "{server} {recipients} {pending:?}");
    };
    // It was opened with this, and not with what held at the start.
    shows("localhost", "verified", [false, false]).await;
    shows("elsewhere.example", "verified", [true, false]).await;
    shows("localhost:9", "signed", [false, true]).await;
    shows("elsewhere.example", "signed", [true, true]).await;
    shows("localhost", "verified", [false, false]).await;
    opened.app.shut_down().await;
}

#[tokio::test]
async fn who_is_held_by_the_homeserver_of_an_account_may_give_it_up() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    prepared(folder.path(), &keys, |database| {
        database.set("session", &saved(Some("softly"))).unwrap();
        let asked = Asked::said(&json!({ "servers": { "allowed": [] }, "encryption": { "recipients": "verified" } }));
        asked::remember(database, server_name!("localhost"), &asked).unwrap();
    })
    .await;
    let mut opened = Opened::start(folder.path(), &keys).await;
    opened.reaches(&AccountState::SignedOut).await;
    let core = &opened.app.core;
    let refused = async || {
        let elsewhere = "https://elsewhere.example".parse().unwrap();
        let earlier = core.earlier().await.unwrap();
        let error = core.servers_beside(earlier.as_ref()).refuse_foreign("elsewhere.example", &elsewhere).err()?;
        Some(error.args.get("account").cloned())
    };
    assert_eq!(refused().await, Some(Some("@anna:localhost".to_owned())));
    let recipients =
        || core.policy.borrow().entries.iter().filter(|entry| entry.key == "encryption.recipients").count();
    // Who signs in obeys it at once.
    assert!(core.policy.borrow().entries.iter().all(|entry| !entry.pending) && recipients() == 1);
    core.entered_with.send_modify(|entered| entered.asked = core.asked());
    opened.app.sign_out(false).await.unwrap();
    assert_eq!((refused().await, recipients()), (None, 0));
    assert_eq!(opened.app.sign_out(false).await.unwrap_err().code, ErrorCode::NotSignedIn);
    assert!(folder.path().join("sdk/kept").exists());
    opened.app.shut_down().await;
}

#[tokio::test]
#[cfg_attr(windows, ignore = "Wine does not verify with authorities that a program names")]
async fn a_network_that_cannot_be_set_up_is_tried_again_when_the_user_wants_or_the_policy_changes() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    with_account(folder.path(), &keys).await;
    let roots = folder.path().join("roots.pem");
    let nowhere = Policy::said(&[(Source::Machine, "network.proxyMode", json!("manual"))]);
    let policies = Policies::fixed(nowhere);
    let options = Options {
        keyring: keys.clone(),
        policies: policies.clone(),
        root_certificates: vec![roots.clone()],
        ..Options::new(folder.path())
    };
    let mut opened = Opened::of(App::start(options)).await;
    let mut reaches = async |code: Option<ErrorCode>| {
        let reached = opened.account.wait_for(|state| match state {
            AccountState::Unusable { error } => Some(error.code) == code,
            AccountState::Ready { .. } => code.is_none(),
            _ => false,
        });
        tokio::time::timeout(Duration::from_secs(10), reached).await.unwrap().unwrap();
    };
    reaches(Some(ErrorCode::CertificatesUnreadable)).await;
    let authority = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&roots, authority.cert.pem()).unwrap();
    opened.app.retry_keyring().await.unwrap();
    reaches(Some(ErrorCode::ProxyUnknown)).await;
    policies.set(Policy::default());
    reaches(None).await;
    opened.app.shut_down().await;
}

#[tokio::test]
async fn a_proxy_password_that_the_keyring_does_not_keep_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::default());
    let policy = Policy::said(&[(Source::Machine, "network.proxy", json!("http://proxy.example:3128"))]);
    let policies = Policies::fixed(policy);
    let options = Options { keyring: keys.clone(), policies, ..Options::new(folder.path()) };
    let mut opened = Opened::of(App::start(options)).await;
    opened.reaches(&AccountState::SignedOut).await;
    let enter = async || opened.app.enter_proxy("anna", "secret".to_owned()).await.map_err(|error| error.code);
    *keys.failure.lock().unwrap() = Some(KeyringError::Locked);
    assert_eq!(enter().await, Err(ErrorCode::ProxyNotKept));
    *keys.failure.lock().unwrap() = None;
    assert_eq!(enter().await, Ok(()));
    opened.app.shut_down().await;
}

#[tokio::test]
#[cfg_attr(windows, ignore = "Wine does not verify with authorities that a program names")]
async fn what_was_mended_before_the_network_was_opened_does_not_wait_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let roots = |name: &str| {
        let path = folder.path().join(name);
        let said = |key, value| (Source::Machine, key, value);
        Policy::said(&[said("network.rootCertificates", json!([path])), said("network.proxyMode", json!("none"))])
    };
    let policies = Policies::fixed(roots("missing.pem"));
    let profile = folder.path().join("profile");
    let options = Options { keyring: Arc::<Keys>::default(), policies: policies.clone(), ..Options::new(&profile) };
    let mut opened = Opened::of(App::start(options)).await;
    opened.reaches(&AccountState::SignedOut).await;
    let address = "https://127.0.0.1:9";
    assert_eq!(opened.app.discover(address).await.unwrap_err().code, ErrorCode::CertificatesUnreadable);

    let key = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::default().self_signed(&key).unwrap();
    std::fs::write(folder.path().join("mended.pem"), own.pem()).unwrap();
    let mut shown = opened.app.core.policy.subscribe();
    let mut pends = async |policy: Policy, pending: bool| {
        let wanted = policy.held()["network.rootCertificates"].value[0].as_str().unwrap().to_owned();
        policies.set(policy);
        let is_so = |state: &PolicyState| {
            let entry = state.entries.iter().find(|entry| entry.key == "network.rootCertificates");
            entry.is_some_and(|entry| entry.values == [wanted.clone()] && entry.pending == pending)
        };
        tokio::time::timeout(Duration::from_secs(10), shown.wait_for(is_so)).await.map(drop)
    };
    pends(roots("mended.pem"), true).await.unwrap();
    assert_eq!(opened.app.discover(address).await.unwrap_err().code, ErrorCode::ServerUnreachable);
    pends(roots("mended.pem"), false).await.unwrap();
    // Changed while it runs, and changed back.
    pends(roots("missing.pem"), true).await.unwrap();
    pends(roots("mended.pem"), false).await.unwrap();
    opened.app.shut_down().await;
}
