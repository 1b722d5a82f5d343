//! Estafette's application logic. It knows no window: the shell, the driver and the tests all come
//! through this door. The floors, from the ground up (a module uses only what stands below it):
//!
//! - `error` `crash` `i18n` `rich_text`
//! - `stream` `storage` `media` `people`
//! - `policy` `settings` (each names types of the other)
//! - `network` `log`
//! - `account`
//! - `sending`
//! - `timeline`
//! - `sync` `encryption`
//! - `rooms`
//! - `notices`
//! - `app`, the door

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

pub mod account;
mod app;
pub mod crash;
mod encryption;
mod error;
pub mod i18n;
pub mod log;
pub mod media;
mod network;
pub mod notices;
pub mod people;
pub mod policy;
pub mod rich_text;
pub mod rooms;
mod sending;
pub mod settings;
mod storage;
pub mod stream;
mod sync;
pub mod timeline;

/// The version of matrix-sdk that this is built on; a test compares it with `Cargo.lock`.
pub const SDK_VERSION: &str = "0.18.0";

pub use app::{Answer, App, Options};
pub use error::{AppError, ErrorCode, Result};
pub use network::{Proxies, ProxyState};
pub use storage::{Ask, INSTANCE, Keyring, KeyringError, ProfileLock, Secret, StorageSizes, SystemKeyring};

#[cfg(test)]
mod tests {
    #[test]
    fn the_sdk_is_the_one_that_is_locked() {
        let lock = include_str!("../../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"matrix-sdk\"\nversion = \"{}\"", super::SDK_VERSION)));
    }
}
