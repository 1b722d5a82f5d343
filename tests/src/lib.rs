//! The harness: other people's clients, Estafette without its window, and the real window.

// The SDK's futures are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

pub mod agent;
pub mod desk;
pub mod faults;
pub mod painted;
pub mod rich;
pub mod servers;
pub mod window;
