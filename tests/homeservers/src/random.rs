//! Random bytes and the texts made of them.

use anyhow::{Result, anyhow};
use ring::rand::{SecureRandom, SystemRandom};

/// Random bytes from the operating system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("the system gave no random bytes"))?;
    Ok(bytes)
}

/// A random text of lower-case letters and digits, for passwords and names of one test.
pub fn token(length: usize) -> Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut token = String::with_capacity(length);
    while token.len() < length {
        token.push(char::from(ALPHABET[usize::from(bytes::<1>()?[0] % 32)]));
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_length_and_differ() -> Result<()> {
        let (one, other) = (token(24)?, token(24)?);
        assert_eq!(one.len(), 24);
        assert_ne!(one, other);
        assert!(one.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        Ok(())
    }
}
