//! Estafette's application logic. It knows no window: the shell, the driver and the tests all come
//! through this door. The floors, from the ground up (a module uses only what stands below it):
//!
//! - `error` `i18n` `rich_text`
//! - `stream` `storage` `network` `media` `people`
//! - `settings` `account` `timeline`
//! - `sync` `encryption`
//! - `rooms`
//! - `app`, the door

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

pub mod account;
mod app;
mod encryption;
mod error;
pub mod i18n;
pub mod media;
mod network;
pub mod people;
pub mod rich_text;
pub mod rooms;
pub mod settings;
mod storage;
pub mod stream;
mod sync;
pub mod timeline;

pub use app::{App, Options};
pub use error::{AppError, ErrorCode, Result};
pub use storage::{Ask, Keyring, KeyringError, Secret, SystemKeyring};
