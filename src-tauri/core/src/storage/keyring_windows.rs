//! The Credential Manager of Windows.

use keyring::{Entry, Error};

use super::{Ask, Keyring, KeyringError, SERVICE, Secret};

/// The keyring of the operating system.
#[derive(Debug, Default)]
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn get(&self, profile: &str, _: Ask) -> Result<Option<Secret>, KeyringError> {
        match Entry::new(SERVICE, profile).and_then(|entry| entry.get_secret()) {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(classify(&error)),
        }
    }

    fn set(&self, profile: &str, key: &Secret, _: Ask) -> Result<(), KeyringError> {
        Entry::new(SERVICE, profile).and_then(|entry| entry.set_secret(key.expose())).map_err(|error| classify(&error))
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        match Entry::new(SERVICE, name).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(classify(&error)),
        }
    }
}

fn classify(error: &Error) -> KeyringError {
    match error {
        Error::NoStorageAccess(_) => KeyringError::Locked,
        Error::NoDefaultStore => KeyringError::Absent,
        _ => KeyringError::Unavailable,
    }
}
