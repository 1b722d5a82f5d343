//! What can go wrong, as the user sees it: a closed set of codes, each with words in `locales/`.

use std::{collections::BTreeMap, error::Error as StdError, fmt, io, iter};

use serde::Serialize;

/// Why something did not work. A variant exists only if the user sees or does something different;
/// its words are `error-<code>` in `locales/<language>/errors.ftl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// What was typed is neither a Matrix ID, an address nor a server name.
    AddressInvalid,
    /// Nobody knows the server's name, or nobody who knows it can be reached.
    NameNotFound,
    /// Nothing answers at the server's address.
    ServerUnreachable,
    /// Something answers, but it is no Matrix homeserver.
    NotAHomeserver,
    /// The homeserver lacks what Estafette needs (simplified sliding sync).
    ServerTooOld,
    /// A page for a browser answers instead: a website, or where one has to sign in to the network first.
    CaptivePortal,
    /// The server's certificate is not signed by an authority that this machine trusts; who issued it is in the
    /// arguments (`issuer`, `none` where it does not say so).
    CertificateUntrusted,
    /// The server's certificate does not hold now: it, or this machine's clock, is of another time. With `issuer`.
    CertificateOutdated,
    /// The certificate is trusted, and another server's. With `issuer`.
    CertificateOfAnother,
    /// The file of an authority that is to be trusted cannot be read.
    CertificatesUnreadable,
    /// The policy wants a proxy, and names none that can be used.
    ProxyUnknown,
    /// The proxy that is set on this machine has an address that makes no sense.
    ProxyUnusable,
    /// The proxy's name is not known, or it does not answer; `proxy` is in the arguments.
    ProxyUnreachable,
    /// The proxy wants a name and a password (`App::enter_proxy`). With `proxy`.
    ProxyPasswordNeeded,
    /// The proxy wants to know who the user is, in none of the ways that Estafette has (Negotiate, NTLM). With `proxy`.
    ProxySignInUnsupported,
    /// The proxy is told who the user is, but the keyring does not keep it for the next start.
    ProxyNotKept,
    /// The proxy answers and makes no connection: it forbids that, or does not reach the server. With `proxy`.
    ProxyRefused,
    /// The server speaks without TLS and is not on this machine.
    CleartextRefused,
    /// The server does not offer sign-in with a password.
    PasswordSignInUnavailable,
    /// User name or password is wrong.
    CredentialsWrong,
    /// The account was deactivated by its administration.
    AccountDeactivated,
    /// The server asks to wait; `seconds` is in the arguments.
    TooManyRequests,
    /// The homeserver answered with something unexpected.
    ServerFailed,
    /// The network is away.
    Offline,
    /// The keyring of the operating system is locked or does not answer.
    KeyringUnavailable,
    /// The profile is open in another process.
    ProfileInUse,
    /// The profile was written by a newer version.
    ProfileTooNew,
    /// The profile lies on another machine's disk, where locks do not hold.
    ProfileOnNetwork,
    /// The profile cannot be read or written.
    StorageFailed,
    /// The disk is full.
    StorageFull,
    /// What the profile holds is damaged; it can be set aside.
    DataDamaged,
    /// The recovery key is malformed or does not open this account's secrets.
    RecoveryKeyWrong,
    /// The account's keys are being made, or the recovery key for them is not yet kept by the user.
    RecoveryKeyNotKept,
    /// The backup lacks keys of messages that this device can read; signing out would lose them.
    KeysNotSaved,
    /// This device has not been confirmed by its owner: encrypted messages are neither sent nor received.
    DeviceUnconfirmed,
    /// The room is not known, or no longer.
    RoomUnknown,
    /// The message is not known, or no longer.
    MessageUnknown,
    /// The room's rules do not allow this to the user.
    NotAllowed,
    /// The picture or file cannot be fetched or decrypted.
    MediaUnavailable,
    /// What was written is longer than any message can be.
    TextTooLong,
    /// The picture cannot be read: broken, or no picture.
    ImageUnreadable,
    /// The picture is larger than can be worked on, or than the server takes.
    ImageTooLarge,
    /// A name of nothing.
    NameEmpty,
    /// The administration keeps the user's name and picture itself.
    ProfileFixed,
    /// The administration has decided otherwise.
    Managed,
    /// The administration, or the homeserver of the account that was here, allows other homeservers only; in the latter
    /// case `account` is in the arguments, and giving that account up (`App::sign_out`) ends it.
    ServerNotAllowed,
    /// The administration does not allow the homeserver of the account any more that is signed in here; `server` is in
    /// the arguments. `App::sign_out` gives the account up.
    AccountNotAllowed,
    /// The link's kind is not one that may be opened.
    LinkRefused,
    /// The action needs a signed-in account.
    NotSignedIn,
    /// A defect of Estafette.
    Internal,
}

impl ErrorCode {
    /// Every code, for what must know them all.
    pub const ALL: &[Self] = &[
        Self::AddressInvalid,
        Self::NameNotFound,
        Self::ServerUnreachable,
        Self::NotAHomeserver,
        Self::ServerTooOld,
        Self::CaptivePortal,
        Self::CertificateUntrusted,
        Self::CertificateOutdated,
        Self::CertificateOfAnother,
        Self::CertificatesUnreadable,
        Self::ProxyUnknown,
        Self::ProxyUnusable,
        Self::ProxyUnreachable,
        Self::ProxyPasswordNeeded,
        Self::ProxySignInUnsupported,
        Self::ProxyNotKept,
        Self::ProxyRefused,
        Self::CleartextRefused,
        Self::PasswordSignInUnavailable,
        Self::CredentialsWrong,
        Self::AccountDeactivated,
        Self::TooManyRequests,
        Self::ServerFailed,
        Self::Offline,
        Self::KeyringUnavailable,
        Self::ProfileInUse,
        Self::ProfileTooNew,
        Self::ProfileOnNetwork,
        Self::StorageFailed,
        Self::StorageFull,
        Self::DataDamaged,
        Self::RecoveryKeyWrong,
        Self::RecoveryKeyNotKept,
        Self::KeysNotSaved,
        Self::DeviceUnconfirmed,
        Self::RoomUnknown,
        Self::MessageUnknown,
        Self::NotAllowed,
        Self::MediaUnavailable,
        Self::TextTooLong,
        Self::ImageUnreadable,
        Self::ImageTooLarge,
        Self::NameEmpty,
        Self::ProfileFixed,
        Self::Managed,
        Self::ServerNotAllowed,
        Self::AccountNotAllowed,
        Self::LinkRefused,
        Self::NotSignedIn,
        Self::Internal,
    ];

    /// As it crosses the seam and as its words are named: `server-unreachable`.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

/// An error as it crosses the seam: a code, what the words need, and a reference to the traced details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AppError {
    /// Which words to show.
    pub code: ErrorCode,
    /// What the words name, by Fluent variable: a server, a number of seconds. Never content.
    pub args: BTreeMap<String, String>,
    /// Names the technical details that were traced with this error. Nothing keeps those yet, so that
    /// the user is not shown it.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// For developers, in tests and traces: the code and the reference, without words. What the user reads
/// is `i18n::error_text`.
impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({})", self.code, self.reference)
    }
}

/// What core's functions return.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// An error that the code alone explains.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, args: BTreeMap::new(), reference: reference() }
    }

    /// An error with its cause, which is traced with the reference and goes nowhere else.
    /// The cause is traced as it displays itself: give it nothing that holds content.
    #[must_use]
    pub fn caused(code: ErrorCode, cause: &dyn fmt::Display) -> Self {
        let error = Self::new(code);
        tracing::warn!(code = ?code, reference = %error.reference, %cause, "an action failed");
        error
    }

    /// Adds what the words name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

/// An error, and what it says of itself that caused it, layer by layer.
pub(crate) fn layers<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| {
        // `source` of an I/O error leaves out the very error that it wraps.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// Six characters, enough to find one line among the traces.
pub(crate) fn reference() -> String {
    let mut bytes = [0_u8; 3];
    // Without a reference the words are still right; a failing random source shows itself elsewhere.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_named_as_they_cross_the_seam() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
        assert_eq!(ErrorCode::NotAHomeserver.name(), "not-a-homeserver");
    }

    #[test]
    fn references_differ() {
        let (one, two) = (AppError::new(ErrorCode::Internal), AppError::new(ErrorCode::Internal));
        assert_eq!(one.reference.len(), 6);
        assert_ne!(one.reference, two.reference);
    }
}
