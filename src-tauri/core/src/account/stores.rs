//! The SDK's stores, opened one by one: what can be fetched again is made anew where it is damaged.

use std::{error::Error, path::PathBuf};

use matrix_sdk::{
    Client, SqliteCryptoStore, SqliteEventCacheStore, SqliteMediaStore, SqliteStateStore, SqliteStoreConfig,
    cross_process_lock::CrossProcessLockConfig, ruma::OwnedDeviceId,
};
use matrix_sdk_base::{
    crypto::store::{CryptoStore as _, CryptoStoreError},
    store::StoreConfig,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    error::{AppError, ErrorCode, Result},
    storage::{Database, Store, failed, file_failed, is_damaged},
};

/// The profile's lock keeps other processes away.
pub(super) const ALONE: CrossProcessLockConfig = CrossProcessLockConfig::SingleProcess;

// How the SDK names its files.
const STATE: &str = "matrix-sdk-state.sqlite3";
const EVENTS: &str = "matrix-sdk-event-cache.sqlite3";
const MEDIA: &str = "matrix-sdk-media.sqlite3";

/// Where the SDK stores, and under which key.
pub(crate) struct Stores {
    pub(crate) data: PathBuf,
    pub(crate) cache: PathBuf,
    pub(crate) key: Zeroizing<[u8; 32]>,
}

impl Stores {
    /// Opens all. `DataDamaged` where the keys of the device are damaged, or gone though it had some: nobody would
    /// trust the new ones that the SDK would make.
    pub(super) async fn open(&self, device: Option<&Device>) -> Result<StoreConfig> {
        let data = SqliteStoreConfig::new(&self.data).key(Some(&self.key));
        let cache = data.clone().path(&self.cache);
        let crypto = SqliteCryptoStore::open_with_config(&data).await.map_err(|error| unreadable(&error))?;
        if let Some(device) = device {
            let account = crypto.load_account().await.map_err(|error| failed(&CryptoStoreError::from(error)))?;
            if account.is_none_or(|account| account.identity_keys.ed25519.to_base64() != device.key) {
                return Err(AppError::caused(ErrorCode::DataDamaged, &"the device's keys are gone"));
            }
        }
        self.make_way().await?;
        let state = SqliteStateStore::open_with_config(&data).await.map_err(|error| unreadable(&error))?;
        let events = SqliteEventCacheStore::open_with_config(&cache).await.map_err(|error| unreadable(&error))?;
        let media = SqliteMediaStore::open_with_config(&cache).await.map_err(|error| unreadable(&error))?;
        Ok(StoreConfig::new(ALONE).crypto_store(crypto).state_store(state).event_cache_store(events).media_store(media))
    }

    /// Takes away what is damaged and can be fetched again.
    async fn make_way(&self) -> Result<()> {
        let (data, cache) = (self.data.clone(), self.cache.clone());
        let made = tokio::task::spawn_blocking(move || {
            let damaged = |folder, name| {
                let store = Store { folder, name };
                store.is_damaged().then_some(store)
            };
            // It may hold what was not sent yet: kept, though nobody can read it now.
            if let Some(state) = damaged(&data, STATE) {
                tracing::warn!("the state is damaged, set aside and fetched anew");
                state.set_aside()?;
            }
            for cached in [EVENTS, MEDIA].into_iter().filter_map(|name| damaged(&cache, name)) {
                tracing::warn!(store = cached.name, "a cache is damaged and made anew");
                cached.remove()?;
            }
            Ok(())
        });
        match made.await {
            Ok(made) => made.map_err(|error| file_failed(&error)),
            Err(_) => Err(AppError::caused(ErrorCode::Internal, &"the stores were not looked at")),
        }
    }
}

/// What it means that a store does not open.
fn unreadable(error: &(dyn Error + 'static)) -> AppError {
    let failure = failed(error);
    if is_damaged(error) { AppError { code: ErrorCode::DataDamaged, ..failure } } else { failure }
}

/// Which keys a device has: what its stores are known by.
#[derive(Serialize, Deserialize)]
pub(crate) struct Device {
    id: OwnedDeviceId,
    key: String,
}

/// Where it stands.
const DEVICE: &str = "account.device";

impl Device {
    /// The device of that name, if its keys were seen before.
    pub(crate) fn known(database: &Database, id: &OwnedDeviceId) -> Result<Option<Self>> {
        Ok(database.get_if_readable(DEVICE)?.filter(|device: &Self| device.id == *id))
    }

    /// Remembers which keys the client's device has.
    pub(crate) async fn remember(client: &Client, database: &Database) -> Result<()> {
        if let (Some(id), Some(key)) = (client.device_id(), client.encryption().ed25519_key().await) {
            database.set(DEVICE, &Self { id: id.to_owned(), key })?;
            database.settle();
        }
        Ok(())
    }
}
