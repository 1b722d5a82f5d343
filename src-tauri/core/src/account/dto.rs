//! What the window knows of the account.

use serde::Serialize;

use crate::people::Person;

/// Where the account stands. One account per profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AccountState {
    /// The profile is being opened.
    Opening,
    /// The keyring is locked or does not answer; Estafette tries again by itself, and when asked.
    Locked {
        /// Whether there is a keyring at all on this machine.
        keyring_present: bool,
    },
    /// The keyring answers and the profile's key is not in it: the data cannot be read again.
    KeyGone,
    /// The profile cannot be opened; the error says why.
    Unusable {
        /// Why.
        error: crate::AppError,
    },
    /// Nobody is signed in.
    SignedOut,
    /// Signed in; the rooms may be shown.
    Ready {
        /// Who.
        me: Person,
    },
    /// Being signed out.
    SigningOut,
}

/// What a typed address led to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DiscoveredServer {
    /// The server's name, as it stands in Matrix IDs.
    pub server_name: String,
    /// The user name that the address already holds; if none, the form asks for it.
    pub user: Option<String>,
}

/// Whether encrypted messages can be read and sent by this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum EncryptionState {
    /// Not known yet.
    Checking,
    /// First sign-in of the account: keys are being made.
    SettingUp,
    /// A recovery key was made and waits to be kept by the user (`recovery_key`, `recovery_key_kept`).
    KeyToKeep,
    /// The account has keys; this device needs the recovery key to be confirmed.
    RecoveryNeeded,
    /// This device is confirmed and, unless the account wants no backup, the keys are backed up.
    Ready,
    /// This device is confirmed, reads and sends; what it receives is not backed up. The recovery key
    /// may mend that.
    BackupIncomplete,
    /// This device is confirmed; the account's recovery key was removed elsewhere (`new_recovery_key`).
    RecoveryGone,
    /// This account's keys cannot be recovered with a key (none was ever made).
    RecoveryImpossible,
}

/// How the connection to the homeserver stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ConnectionState {
    /// First contact since the start.
    Connecting,
    /// Messages come and go.
    Online,
    /// The homeserver cannot be reached; Estafette goes on trying. What is sent waits.
    Offline,
}
