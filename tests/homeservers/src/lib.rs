//! Two federated Synapse homeservers on loopback, one French and one German.
//!
//! ```no_run
//! use estafette_homeservers::{Homeservers, Side};
//! # fn main() -> anyhow::Result<()> {
//! let homeservers = Homeservers::start("target/homeservers")?;
//! let user_id = homeservers.register(Side::French, "claire", "secret", Some("Claire Martin"), false)?;
//! # Ok(()) }
//! ```
//!
//! A directory holds one pair of servers with their databases, keys and certificates. One supervising process owns
//! both servers of a directory; everybody else speaks to it through its control socket, so that several processes
//! can use (and pause, cut, restart) the same pair. See `Homeservers` for who ends them.

mod api;
mod certificates;
mod configuration;
mod homeservers;
mod random;
mod state;
mod supervisor;
mod synapse;

pub use api::{Api, ApiError, Session};
pub use homeservers::{ENVIRONMENT, Homeservers};
pub use random::token;
pub use state::{Info, Server, Side};
pub use supervisor::Condition;
pub use synapse::{is_installed, prepare as install_synapse, target_directory};
