//! What core does against real homeservers, a file per behaviour. Each test has people of its own.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod asked;
mod conversation;
mod faults;
mod keyring;
mod keys;
mod notices;
mod offline;
mod order;
mod proxies;
mod second_device;
mod sign_in;
mod trust;
mod unread;
mod writing;
