//! The account: finding its server, signing in, the saved session, the SDK's client.

mod address;
pub(crate) mod asked;
mod client;
mod discovery;
pub mod dto;
mod left;
pub(crate) mod profile;
mod servers;
mod session;
mod sign_in;
mod stores;

pub(crate) use client::{build, recipients};
pub(crate) use discovery::{Found, discover};
pub(crate) use left::Left;
pub(crate) use servers::Servers;
pub(crate) use session::{Ended, SavedSession, keep_tokens_saved};
pub(crate) use sign_in::{Credentials, sign_in};
pub(crate) use stores::{Device, Stores};
