//! What is kept on this machine: the profile's folder, the key that opens it, and the database.

mod aside;
mod database;
mod files;
mod keyring;
mod keys;
mod migrations;
mod place;
mod profile;
mod sizes;
mod store;

pub(crate) use aside::utc;
pub(crate) use database::{Database, failed, is_corrupt, is_damaged, is_to_blame, says_full, unreadable};
pub(crate) use files::{file_failed, is_full};
pub(crate) use keyring::Vault;
pub use keyring::{Ask, Keyring, KeyringError, SystemKeyring};
pub(crate) use keys::ProfileKeys;
pub use keys::Secret;
pub use profile::{INSTANCE, ProfileLock};
pub(crate) use profile::{LOGS, OpenProfile, Profile, ProfileProblem, private_file, private_folder};
pub use sizes::StorageSizes;
pub(crate) use sizes::measure;
pub(crate) use store::Store;
