//! Signing in, every way in which it fails, and starting again without a network.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use estafette_core::{
    AppError, ErrorCode,
    account::dto::{AccountState, ConnectionState},
    i18n,
    settings::Language,
};
use estafette_homeservers::Side;
use estafette_tests::{
    desk::{Desk, MemoryKeyring, until},
    faults::{Pretender, Wire},
    gateway::{Fault, Gateway},
    servers::{Account, PASSWORD, ca, servers},
};
use matrix_sdk::ruma::OwnedUserId;
use tempfile::TempDir;

/// An error of the expected kind that says something of its own in both languages.
#[track_caller]
fn expect(error: Result<(), AppError>, code: ErrorCode) {
    let error = error.expect_err("an error");
    assert_eq!(error.code, code, "{error}");
    let (french, german) = (i18n::error_text(Language::Fr, &error), i18n::error_text(Language::De, &error));
    assert_ne!(french, german);
    for text in [french, german] {
        assert!(text.len() > 10 && !text.contains("error-") && !text.contains('{'), "{text}");
    }
}

async fn signed_out(folder: &TempDir) -> Result<Desk> {
    let mut desk = Desk::fresh(folder.path()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    Ok(desk)
}

#[tokio::test]
async fn by_matrix_id_and_by_server() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = signed_out(&folder).await?;
    let found = desk.app.discover(&camille.user_id).await?;
    assert_eq!(found.server_name, camille.server().name);
    assert_eq!(found.user.as_deref(), Some(camille.localpart.as_str()));
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    desk.app.sign_out(false).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;

    let found = desk.app.discover(&camille.server().name).await?;
    assert_eq!(found.user, None, "a server name holds no user");
    desk.app.sign_in(&camille.server().name, Some(&camille.localpart), PASSWORD.to_owned()).await?;
    until(
        &mut desk.account,
        "the name",
        |state| matches!(state, AccountState::Ready { me } if me.user_id == camille.user_id && me.name == "Camille"),
    )
    .await?;
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn wrong_password_and_unknown_user() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let desk = signed_out(&folder).await?;
    expect(desk.app.sign_in(&camille.user_id, None, "wrong".to_owned()).await, ErrorCode::CredentialsWrong);
    let nobody = format!("@nobody-{}", camille.user_id.trim_start_matches('@'));
    expect(desk.app.sign_in(&nobody, None, PASSWORD.to_owned()).await, ErrorCode::CredentialsWrong);
    assert!(matches!(*desk.account.borrow(), AccountState::SignedOut));
    assert!(!folder.path().join("sdk").exists(), "a failed sign-in leaves no stores");
    desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await?;
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn deactivated_account() -> Result<()> {
    let leaver = Account::new(Side::German, "Ehemalig")?;
    let admin = Account::new(Side::German, "admin-helper")?;
    let name = format!("boss-{}", admin.localpart);
    servers().register(Side::German, &name, PASSWORD, None, true)?;
    let api = servers().api(Side::German);
    let session = api.login(&name, PASSWORD)?;
    let path = format!("/_synapse/admin/v1/deactivate/{}", leaver.user_id);
    api.call("POST", &path, Some(&session.access_token), Some(&serde_json::json!({ "erase": false })))?;
    let folder = tempfile::tempdir()?;
    let desk = signed_out(&folder).await?;
    let answer = desk.app.sign_in(&leaver.user_id, None, PASSWORD.to_owned()).await;
    // Synapse erases the password with the account, so it says no more than "wrong password".
    let code = answer.as_ref().expect_err("an error").code;
    assert!(matches!(code, ErrorCode::AccountDeactivated | ErrorCode::CredentialsWrong), "{code:?}");
    expect(answer, code);
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn servers_that_are_none() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = signed_out(&folder).await?;
    let discover = async |address: &str| desk.app.discover(address).await.map(|_| ());
    for nonsense in ["", "   ", "@camille", "a b.example", "ftp://example.org", "https://", "@:x"] {
        expect(discover(nonsense).await, ErrorCode::AddressInvalid);
    }
    // Port 9 of this machine: nobody listens.
    expect(discover("https://localhost:9").await, ErrorCode::ServerUnreachable);
    expect(discover("homeserver.invalid").await, ErrorCode::NameNotFound);
    let empty = Pretender::new(&[]).await?;
    expect(discover(&empty.url).await, ErrorCode::NotAHomeserver);
    let nonsense = Pretender::new(&[("/_matrix/client/versions", "[1, 2]")]).await?;
    expect(discover(&nonsense.url).await, ErrorCode::NotAHomeserver);
    let old = Pretender::new(&[
        ("/_matrix/client/versions", r#"{"versions":["v1.1"]}"#),
        ("/_matrix/client/v3/login", r#"{"flows":[{"type":"m.login.password"}]}"#),
    ])
    .await?;
    expect(discover(&old.url).await, ErrorCode::ServerTooOld);
    let single = Pretender::new(&[
        (
            "/_matrix/client/versions",
            r#"{"versions":["v1.1","v1.11"],"unstable_features":{"org.matrix.simplified_msc3575":true}}"#,
        ),
        ("/_matrix/client/v3/login", r#"{"flows":[{"type":"m.login.sso"}]}"#),
    ])
    .await?;
    expect(discover(&single.url).await, ErrorCode::PasswordSignInUnavailable);
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn each_question_is_asked_once_and_who_asks_to_wait_is_told_of() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = signed_out(&folder).await?;
    let camille = Account::new(Side::French, "Camille")?;
    let gateway = Gateway::before(camille.server()).await?;
    desk.app.discover(&gateway.url).await?;
    for asked in ["/versions", "/login"] {
        anyhow::ensure!(gateway.passed(asked) == 1, "{asked}: {} times", gateway.passed(asked));
    }
    // A website, whose `.well-known` file would lead on.
    gateway.misbehave("GET /_matrix", Fault::Foreign, usize::MAX);
    gateway.misbehave("GET /.well-known", Fault::Busy(Duration::from_secs(40)), usize::MAX);
    let error = desk.app.discover(&gateway.url).await.map(drop).unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyRequests, "{error:?}");
    assert_eq!(error.args.get("seconds").map(String::as_str), Some("40"));
    anyhow::ensure!(gateway.behave() == 2, "asked again");
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn starting_again_needs_no_network() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(MemoryKeyring::default());
    let wire = Wire::to(camille.server()).await?;
    let mut desk = Desk::open(folder.path(), Some(&ca()), keyring.clone()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    desk.app.sign_in(&wire.url, Some(&camille.localpart), PASSWORD.to_owned()).await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    let host = Account::new(Side::French, "Nadia")?.agent().await?;
    let room = host
        .create_room(Some("Salle des cartes"), None, true, &[OwnedUserId::try_from(camille.user_id.as_str())?])
        .await?;
    desk.join(room.as_str()).await?;
    desk.room("the named room", |row| row.id == room.as_str() && row.name == "Salle des cartes").await?;
    desk.close().await;

    wire.cut();
    let mut desk = Desk::open(folder.path(), Some(&ca()), keyring).await?;
    until(&mut desk.account, "the rooms", |state| matches!(state, AccountState::Ready { .. })).await?;
    let row = desk.room("the room", |row| row.id == room.as_str()).await?;
    assert_eq!(row.name, "Salle des cartes");
    until(&mut desk.connection, "offline", |state| *state == ConnectionState::Offline).await?;
    wire.mend();
    until(&mut desk.connection, "online", |state| *state == ConnectionState::Online).await?;
    desk.close().await;
    Ok(())
}
