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
    policy::{Asked, Policy, keys, value::Recipients},
};

/// Builds the client on its stores. Sends nothing.
pub(crate) async fn build(
    http: &reqwest::Client,
    stores: &Stores,
    saved: &SavedSession,
    recipients: CollectStrategy,
) -> Result<Client> {
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
        .with_room_key_recipient_strategy(recipients)
        // What others send from an unsigned device is shown, with a warning: hiding a message that
        // arrived is worse than saying what is not known of it.
        .with_decryption_settings(DecryptionSettings { sender_device_trust_requirement: TrustRequirement::Untrusted })
        .build()
        .await
        .map_err(|_| AppError::caused(ErrorCode::Internal, &"the client could not be built"))
}

/// Which devices get the keys of messages. Those that their owner has signed, and no others (MSC4153); or, where the
/// administration or the homeserver wants that, only those of people whom the user has verified.
pub(crate) fn recipients(policy: &Policy, asked: &Asked) -> CollectStrategy {
    match policy.heeding(&keys::ENCRYPTION_RECIPIENTS, asked) {
        Some(Recipients::Verified) => CollectStrategy::OnlyTrustedDevices,
        Some(Recipients::Signed) | None => CollectStrategy::IdentityBasedStrategy,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::PathBuf;

    use tokio::sync::watch;

    use super::*;
    use crate::policy::Source;

    #[tokio::test]
    async fn a_saved_address_without_tls_is_refused_before_anything_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (proxies, state) = (network::Proxies::default(), watch::Sender::default());
        let network = network::Network::open(&[] as &[PathBuf], &proxies, &Policy::default(), state).unwrap();
        let stores = Stores::below(folder.path());
        let saved = SavedSession::at("http://matrix.example.org");
        let error = build(&network.client, &stores, &saved, CollectStrategy::default()).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::CleartextRefused);
        assert!(!stores.data.exists() && !stores.cache.exists());
    }

    #[test]
    fn keys_go_to_fewer_devices_where_the_administration_or_the_server_wants_it() {
        let said = |word: &str| serde_json::json!({ "encryption": { "recipients": word } });
        let policy = |word: &str| Policy::said(&[(Source::Machine, "encryption.recipients", word.into())]);
        let verified =
            |policy: &Policy, asked: &Asked| matches!(recipients(policy, asked), CollectStrategy::OnlyTrustedDevices);
        let nothing = Policy::default();
        assert!(!verified(&nothing, &Asked::default()));
        assert!(verified(&nothing, &Asked::said(&said("verified"))));
        assert!(verified(&policy("signed"), &Asked::said(&said("verified"))));
        assert!(verified(&policy("verified"), &Asked::said(&said("signed"))));
        // Neither understands a word that there is not.
        assert!(verified(&policy("everybody"), &Asked::default()));
        assert!(!verified(&nothing, &Asked::said(&said("everybody"))));
    }
}
