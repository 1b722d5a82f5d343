//! Certificates and cleartext: nothing is trusted that the machine does not trust.

use std::sync::Arc;

use anyhow::Result;
use estafette_core::{ErrorCode, account::dto::AccountState};
use estafette_homeservers::Side;
use estafette_tests::{
    desk::{Desk, MemoryKeyring, until},
    servers::{Account, PASSWORD, ca, info},
};
use serde_json::json;

#[tokio::test]
async fn a_private_authority_counts_only_when_it_is_named() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(folder.path(), None, Arc::new(MemoryKeyring::default())).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    let error = desk.app.discover(&camille.user_id).await.expect_err("an untrusted certificate");
    assert_eq!(error.code, ErrorCode::CertificateUntrusted);
    assert_eq!(error.args.get("issuer").map(String::as_str), Some("Estafette test authority"));
    let error =
        desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await.expect_err("an untrusted certificate");
    assert_eq!(error.code, ErrorCode::CertificateUntrusted);
    desk.close().await;

    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    desk.sign_in(&camille.user_id, PASSWORD).await?;
    desk.close().await;

    // Or by the administration.
    let folder = tempfile::tempdir()?;
    let policy = json!({ "network": { "rootCertificates": [ca()] } });
    let mut desk = Desk::obeying(&policy, folder.path(), Arc::new(MemoryKeyring::default())).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    desk.app.discover(&camille.user_id).await?;
    desk.app.sign_in(&camille.user_id, None, PASSWORD.to_owned()).await?;
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn another_server_in_place_of_the_one_that_was_meant_is_told_as_such() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    // The German server's certificate names 127.0.0.1.
    let address = format!("https://localhost:{}", info().german.port);
    let error = desk.app.discover(&address).await.expect_err("another server");
    assert_eq!(error.code, ErrorCode::CertificateOfAnother);
    assert_eq!(error.args.get("server"), Some(&format!("localhost:{}", info().german.port)));
    assert_eq!(error.args.get("issuer").map(String::as_str), Some("Estafette test authority"));
    desk.close().await;
    Ok(())
}

#[tokio::test]
async fn cleartext_is_refused_before_anything_is_sent() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::fresh(folder.path()).await?;
    until(&mut desk.account, "the sign-in screen", |state| matches!(state, AccountState::SignedOut)).await?;
    // An address that would take minutes to fail if it were asked.
    for address in ["http://192.0.2.1", "http://matrix.example.org", "http://127.0.0.1.example.org:8008"] {
        let error = desk.app.discover(address).await.expect_err("cleartext");
        assert_eq!(error.code, ErrorCode::CleartextRefused, "{address}");
        let error = desk.app.sign_in(address, Some("camille"), PASSWORD.to_owned()).await.expect_err("cleartext");
        assert_eq!(error.code, ErrorCode::CleartextRefused, "{address}");
    }
    desk.close().await;
    Ok(())
}
