//! What the page may ask for: one line each, into core.

pub(crate) mod account;
pub(crate) mod encryption;
pub(crate) mod network;
pub(crate) mod pictures;
pub(crate) mod policy;
pub(crate) mod rooms;
pub(crate) mod settings;
pub(crate) mod shell;
pub(crate) mod timeline;
