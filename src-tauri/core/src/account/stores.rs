//! The SDK's stores, opened one by one: what can be fetched again is made anew where it is damaged.

use std::{error::Error, path::PathBuf};

use matrix_sdk::{
    Client, SqliteCryptoStore, SqliteEventCacheStore, SqliteMediaStore, SqliteStateStore, SqliteStoreConfig,
    cross_process_lock::CrossProcessLockConfig,
    ruma::{OwnedDeviceId, UserId},
};
use matrix_sdk_base::{
    crypto::store::{CryptoStore as _, CryptoStoreError},
    store::StoreConfig,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{SavedSession, left::Left};
use crate::{
    error::{AppError, ErrorCode, Result},
    storage::{Database, Store, failed, file_failed, is_damaged, unreadable},
};

/// The profile's lock keeps other processes away.
pub(super) const ALONE: CrossProcessLockConfig = CrossProcessLockConfig::SingleProcess;

// How the SDK names its files.
const STATE: &str = "matrix-sdk-state.sqlite3";
const EVENTS: &str = "matrix-sdk-event-cache.sqlite3";
const MEDIA: &str = "matrix-sdk-media.sqlite3";

/// Where the SDK stores, and under which key; what is known of that stands in the profile's database.
pub(crate) struct Stores {
    pub(crate) data: PathBuf,
    pub(crate) cache: PathBuf,
    pub(crate) key: Zeroizing<[u8; 32]>,
    pub(crate) database: Database,
}

impl Stores {
    /// In a folder: for tests.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub(super) fn below(folder: &std::path::Path) -> Self {
        use crate::storage::{ProfileKeys, Secret};
        let keys = ProfileKeys::derive(&Secret::new(vec![1; 32])).unwrap();
        Self {
            data: folder.join("sdk"),
            cache: folder.join("cache"),
            key: Zeroizing::new([1; 32]),
            database: Database::open(&folder.join("estafette.db"), &keys).unwrap(),
        }
    }

    /// Opens all. `DataDamaged` where the keys of the device are damaged, or gone though it had some: nobody would
    /// trust the new ones that the SDK would make.
    pub(super) async fn open(&self, saved: &SavedSession) -> Result<StoreConfig> {
        let data = SqliteStoreConfig::new(&self.data).key(Some(&self.key));
        let cache = data.clone().path(&self.cache);
        let left = Left::found(&self.database)?;
        if left.is_none() {
            Left::InUse.note(&self.database)?;
        }
        let crypto = SqliteCryptoStore::open_with_config(&data).await.map_err(|error| unreadable(&error))?;
        if let Some(device) = Device::known(&self.database, saved.device_id())? {
            let account = crypto.load_account().await.map_err(|error| unreadable(&CryptoStoreError::from(error)))?;
            if account.is_none_or(|account| account.identity_keys.ed25519.to_base64() != device.key) {
                return Err(AppError::caused(ErrorCode::DataDamaged, &"the device's keys are gone"));
            }
        }
        if self.make_way(left).await? || left.is_some() {
            let forgotten = crypto.remove_custom_value(&position(saved.user_id())).await;
            forgotten.map_err(|error| failed(&CryptoStoreError::from(error)))?;
        }
        let state =
            SqliteStateStore::open_with_config(&data).await.map_err(|error| self.spoiled(&error, Left::Damaged))?;
        let events = SqliteEventCacheStore::open_with_config(&cache).await;
        let events = events.map_err(|error| self.spoiled(&error, Left::Damaged))?;
        let media = SqliteMediaStore::open_with_config(&cache).await;
        let media = media.map_err(|error| self.spoiled(&error, Left::PicturesDamaged))?;
        tracing::debug!("the stores are open");
        Ok(StoreConfig::new(ALONE).crypto_store(crypto).state_store(state).event_cache_store(events).media_store(media))
    }

    /// Takes away what is damaged and can be fetched again. True if the rooms are to be fetched anew; messages are by
    /// themselves.
    async fn make_way(&self, left: Option<Left>) -> Result<bool> {
        let (data, cache) = (self.data.clone(), self.cache.clone());
        let made = tokio::task::spawn_blocking(move || {
            let state = Store { folder: &data, name: STATE };
            // It may hold what was not sent yet: kept, though nobody can read it now.
            if state.is_damaged(left == Some(Left::Damaged)) {
                tracing::warn!("the state is damaged, set aside and fetched anew");
                state.set_aside()?;
            }
            for (name, damage) in [(EVENTS, Left::Damaged), (MEDIA, Left::PicturesDamaged)] {
                let cached = Store { folder: &cache, name };
                if left == Some(damage) || cached.is_damaged(false) {
                    tracing::warn!(store = cached.name, "a cache is damaged and made anew");
                    cached.remove()?;
                }
            }
            state.is_new()
        });
        match made.await {
            Ok(made) => made.map_err(|error| file_failed(&error)),
            Err(_) => Err(AppError::caused(ErrorCode::Internal, &"the stores were not looked at")),
        }
    }

    /// What it means that a store cannot be read which can be fetched again. Not before the next start: what has it
    /// open closes later than it says so, and would then take away a part of the new one. Where that was of no use,
    /// all is to be set aside.
    pub(crate) fn spoiled(&self, error: &(dyn Error + 'static), left: Left) -> AppError {
        match Left::found(&self.database) {
            Ok(Some(Left::InUse)) if is_damaged(error) => {
                if left.note(&self.database).is_err() {
                    tracing::warn!("that a store is damaged could not be noted");
                }
                failed(error)
            }
            _ => unreadable(error),
        }
    }
}

/// Under which name the SDK keeps, beside the keys of a device, up to where the server has told of its rooms. Without
/// it the server tells all again; with it and without what it has told so far, rooms that are quiet would be missing,
/// and encrypted ones would count as not encrypted.
fn position(user: &UserId) -> String {
    format!("sliding_sync_store::room-list::{user}::instance")
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
    fn known(database: &Database, id: &OwnedDeviceId) -> Result<Option<Self>> {
        Ok(database.get_if_readable(DEVICE)?.filter(|device: &Self| device.id == *id))
    }

    /// Remembers which keys the client's device has.
    pub(crate) async fn remember(client: &Client, database: &Database) -> Result<()> {
        if let (Some(id), Some(key)) = (client.device_id(), client.encryption().ed25519_key().await)
            && Self::known(database, &id.to_owned())?.is_none()
        {
            database.set(DEVICE, &Self { id: id.to_owned(), key })?;
            database.settle();
        }
        Ok(())
    }

    /// Forgets them with the account.
    pub(crate) fn forget(database: &Database) -> Result<()> {
        database.remove(&[DEVICE])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keys_that_cannot_be_read_are_told_as_damage() {
        let folder = tempfile::tempdir().unwrap();
        let (stores, saved) = (Stores::below(folder.path()), SavedSession::at("https://matrix.example.org"));
        drop(stores.open(&saved).await.unwrap());
        stores.database.set(DEVICE, &Device { id: saved.device_id().to_owned(), key: "its key".to_owned() }).unwrap();
        // It opens: only what stands in it makes no sense.
        let crypto = rusqlite::Connection::open(stores.data.join("matrix-sdk-crypto.sqlite3")).unwrap();
        crypto.execute("INSERT OR REPLACE INTO kv (key, value) VALUES ('account', x'07')", []).unwrap();
        assert_eq!(stores.open(&saved).await.unwrap_err().code, ErrorCode::DataDamaged);
    }
}
