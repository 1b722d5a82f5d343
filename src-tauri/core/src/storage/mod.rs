//! What is kept on this machine: the profile's folder, the key that opens it, and the database.

mod aside;
mod database;
mod keyring;
mod keys;
mod profile;
mod sizes;

pub(crate) use database::Database;
pub(crate) use keyring::Vault;
pub use keyring::{Ask, Keyring, KeyringError, SystemKeyring};
pub(crate) use keys::ProfileKeys;
pub use keys::Secret;
pub(crate) use profile::{OpenProfile, Profile, ProfileProblem};
pub use sizes::StorageSizes;
pub(crate) use sizes::measure;
