//! The SDK's client, with every choice made on purpose.

use matrix_sdk::{
    Client, ThreadingSupport,
    encryption::{BackupDownloadStrategy, EncryptionSettings},
};
use matrix_sdk_base::crypto::{CollectStrategy, DecryptionSettings, TrustRequirement};

use super::{
    SavedSession,
    stores::{ALONE, Stores},
};
use crate::{
    error::{AppError, ErrorCode, Result},
    network,
};

/// Builds the client on its stores. Sends nothing.
pub(crate) async fn build(http: &reqwest::Client, stores: &Stores, saved: &SavedSession) -> Result<Client> {
    // Also when it was saved: a profile may have been tampered with.
    network::refuse_cleartext(&saved.homeserver)?;
    let config = stores.open(saved).await?;
    Client::builder()
        .homeserver_url(&saved.homeserver)
        .http_client(http.clone())
        // The address was looked up and checked; what an answer to a sign-in says was not.
        .respect_login_well_known(false)
        .store_config(config)
        .cross_process_store_config(ALONE)
        .handle_refresh_tokens()
        .with_threading_support(ThreadingSupport::Enabled { with_subscriptions: false })
        .with_encryption_settings(EncryptionSettings {
            auto_enable_cross_signing: true,
            // It would begin backups whose key the account's stored secrets do not hold; `encryption` makes them.
            auto_enable_backups: false,
            backup_download_strategy: BackupDownloadStrategy::AfterDecryptionFailure,
        })
        // Keys go to devices that their owner has signed, and to no others (MSC4153).
        .with_room_key_recipient_strategy(CollectStrategy::IdentityBasedStrategy)
        // What others send from an unsigned device is shown, with a warning: hiding a message that
        // arrived is worse than saying what is not known of it.
        .with_decryption_settings(DecryptionSettings { sender_device_trust_requirement: TrustRequirement::Untrusted })
        .build()
        .await
        .map_err(|_| AppError::caused(ErrorCode::Internal, &"the client could not be built"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[tokio::test]
    async fn a_saved_address_without_tls_is_refused_before_anything_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let http = network::client(&[] as &[PathBuf], &network::Proxies::default()).unwrap();
        let stores = Stores::below(folder.path());
        let error = build(&http, &stores, &SavedSession::at("http://matrix.example.org")).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::CleartextRefused);
        assert!(!stores.data.exists() && !stores.cache.exists());
    }
}
