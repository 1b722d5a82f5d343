//! The harness: other people's clients, Estafette without its window, and the real window.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]
// A harness may end a test that cannot go on, and say how far it got.
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

pub mod agent;
pub mod chance;
pub mod desk;
pub mod faults;
pub mod fields;
pub mod gateway;
pub mod managed;
pub mod painted;
pub mod panics;
pub mod pictures;
pub mod processor;
pub mod proxies;
pub mod proxy;
pub mod rich;
pub mod servers;
pub mod window;
