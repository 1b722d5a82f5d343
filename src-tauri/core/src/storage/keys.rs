//! The profile's one key and what is derived from it.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// How long the profile's key and everything derived from it is.
pub(super) const KEY_LENGTH: usize = 32;

/// Bytes that never show themselves and are overwritten when they are no longer needed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes over what must stay secret.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Gives access to the bytes; whoever copies them must overwrite the copy.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// A new random key for a profile.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new(vec![0_u8; KEY_LENGTH]);
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The keys derived from the profile's key, one for each place that needs its own.
#[derive(Clone)]
pub(crate) struct ProfileKeys {
    /// Opens the SDK's stores.
    pub(crate) sdk: Zeroizing<[u8; KEY_LENGTH]>,
    /// Hashes the Matrix IDs in the log.
    pub(crate) log: Zeroizing<[u8; KEY_LENGTH]>,
    /// Opens Estafette's own database.
    pub(super) database: Zeroizing<[u8; KEY_LENGTH]>,
}

impl ProfileKeys {
    /// Derives all keys. The labels must never change: data written under them could not be read again.
    pub(crate) fn derive(key: &Secret) -> Option<Self> {
        (key.expose().len() == KEY_LENGTH).then_some(())?;
        let source = Hkdf::<Sha256>::new(None, key.expose());
        let derived = |label: &[u8]| {
            let mut bytes = Zeroizing::new([0_u8; KEY_LENGTH]);
            source.expand(label, bytes.as_mut()).ok().map(|()| bytes)
        };
        Some(Self {
            sdk: derived(b"eu.estafette/sdk-stores/1")?,
            log: derived(b"eu.estafette/log/1")?,
            database: derived(b"eu.estafette/database/1")?,
        })
    }
}

impl fmt::Debug for ProfileKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProfileKeys")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn derivation_is_fixed_and_separates() {
        let keys = ProfileKeys::derive(&Secret::new(vec![7; 32])).unwrap();
        // Written down once: other values would make every existing profile unreadable.
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(&*keys.sdk), "5d4cc970878dcbe51866ac66759fd63195277aad60c34f121a393399716e01f6");
        assert_eq!(hex(&*keys.database), "eb962b16ed86a7aea7689ee9258013d90fdaa3a4360bc23891a7cc26c71037ac");
        assert_ne!(*keys.sdk, *keys.database);
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert!(ProfileKeys::derive(&Secret::new(vec![7; 31])).is_none());
        assert!(ProfileKeys::derive(&Secret::new(Vec::new())).is_none());
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        let secret = Secret::new(b"hunter2".to_vec());
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_ne!(Secret::random().unwrap(), Secret::random().unwrap());
    }
}
