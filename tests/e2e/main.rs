//! The real window, steered as a hand would steer it, against the two homeservers. Each test opens windows of its
//! own; they run one after the other, since there is one screen and one keyring.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod accessibility;
mod caret;
mod conversation;
mod crash;
mod doors;
mod instances;
mod keyring;
mod markers;
mod notifications;
mod people;
mod pictures;
mod policies;
mod processes;
mod profile;
mod reader;
mod screen_reader;
mod screens;
mod secret_service;
mod traces;
mod tray;
