//! The Secret Service (GNOME Keyring, KWallet, KeePassXC).

use std::collections::HashMap;

use secret_service::{
    EncryptionType, Error,
    blocking::{Collection, SecretService},
};

use super::{Ask, Keyring, KeyringError, SERVICE, Secret};

/// The keyring of the operating system.
#[derive(Debug, Default)]
pub struct SystemKeyring;

impl SystemKeyring {
    /// Connects anew for each call: a keyring that was started late, or again, is found.
    fn connect() -> Result<SecretService<'static>, KeyringError> {
        SecretService::connect(EncryptionType::Dh).map_err(|error| classify(&error))
    }
}

/// The same attributes that the `keyring` crate writes, so that keys can be found by its tools.
fn attributes(profile: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", profile)])
}

/// The collection for new keys; made if there is none, as on a fresh desktop. Making and unlocking one
/// may open a dialog.
fn collection<'a>(service: &'a SecretService<'_>, ask: Ask) -> Result<Collection<'a>, Error> {
    let collection = match service.get_default_collection() {
        Err(Error::NoResult) if ask == Ask::No => return Err(Error::Locked),
        Err(Error::NoResult) => service.create_collection("Default keyring", "default")?,
        other => other?,
    };
    if collection.is_locked()? {
        if ask == Ask::No {
            return Err(Error::Locked);
        }
        collection.unlock()?;
        // An unlock that needs no dialog may also answer without having unlocked anything.
        collection.ensure_unlocked()?;
    }
    Ok(collection)
}

/// Whether a key of ours may lie in a collection: the one for new keys, or the one that is opened by
/// signing in to the desktop, which is where new keys go unless somebody chose another. Where neither
/// is known, it may be any.
fn may_hold(path: &str, known: &[String]) -> bool {
    known.is_empty() || known.iter().any(|known| known == path)
}

/// The paths of the collections for new keys and of the desktop's sign-in, as far as there are such.
fn usual(service: &SecretService<'_>, all: &[Collection<'_>]) -> Result<Vec<String>, Error> {
    let mut paths: Vec<String> = all.iter().map(path).filter(|path| path.ends_with("/login")).collect();
    match service.get_default_collection() {
        Ok(collection) => paths.push(path(&collection)),
        Err(Error::NoResult) => {}
        Err(error) => return Err(error),
    }
    Ok(paths)
}

fn path(collection: &Collection<'_>) -> String {
    collection.collection_path.to_string()
}

/// The key, if it is there. Some keyrings hide what lies in a locked collection: "not here" counts only
/// once those are open in which it may lie. Others stay as they are: the password of an old one may be
/// forgotten, and nobody should be locked out for good because of it.
fn read(service: &SecretService<'_>, profile: &str, ask: Ask) -> Result<Option<Secret>, Error> {
    let found = service.search_items(attributes(profile))?;
    if let Some(item) = found.unlocked.first() {
        return item.get_secret().map(|bytes| Some(Secret::new(bytes)));
    }
    if let Some(item) = found.locked.first() {
        if ask == Ask::No {
            return Err(Error::Locked);
        }
        service.unlock_all(&[item])?;
        item.ensure_unlocked()?;
        return item.get_secret().map(|bytes| Some(Secret::new(bytes)));
    }
    let mut opened = false;
    let all = service.get_all_collections()?;
    let usual = usual(service, &all)?;
    for collection in &all {
        if may_hold(&path(collection), &usual) && collection.is_locked()? {
            if ask == Ask::No {
                return Err(Error::Locked);
            }
            collection.unlock()?;
            collection.ensure_unlocked()?;
            opened = true;
        }
    }
    if !opened {
        return Ok(None);
    }
    let again = service.search_items(attributes(profile))?;
    match again.unlocked.first() {
        Some(item) => item.get_secret().map(|bytes| Some(Secret::new(bytes))),
        None if again.locked.is_empty() => Ok(None),
        None => Err(Error::Locked),
    }
}

impl Keyring for SystemKeyring {
    fn get(&self, profile: &str, ask: Ask) -> Result<Option<Secret>, KeyringError> {
        read(&Self::connect()?, profile, ask).map_err(|error| classify(&error))
    }

    fn set(&self, profile: &str, key: &Secret, ask: Ask) -> Result<(), KeyringError> {
        let service = Self::connect()?;
        collection(&service, ask)
            .and_then(|collection| {
                let label = format!("Estafette ({profile})");
                collection
                    .create_item(&label, attributes(profile), key.expose(), true, "application/octet-stream")
                    .map(|_| ())
            })
            .map_err(|error| classify(&error))
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        let service = Self::connect()?;
        let found = service.search_items(attributes(name)).map_err(|error| classify(&error))?;
        let removed = found.unlocked.iter().try_for_each(|item| item.delete());
        removed.map_err(|error| classify(&error))?;
        if found.locked.is_empty() { Ok(()) } else { Err(KeyringError::Locked) }
    }
}

/// Tells a keyring that is locked from one that does not answer and from none at all.
fn classify(error: &Error) -> KeyringError {
    let kind = match error {
        // `Prompt`: the dialog was dismissed, or there is no program that could show it.
        Error::Locked | Error::Prompt | Error::PromptDisconnected => KeyringError::Locked,
        // No session bus.
        Error::Unavailable => KeyringError::Absent,
        Error::Zbus(error) => classify_bus(error),
        Error::ZbusFdo(error) => classify_reply(error),
        _ => KeyringError::Unavailable,
    };
    // The kind of failure only: the bus's words may name paths in the user's home.
    tracing::info!(?kind, "the keyring gave no answer");
    kind
}

fn classify_bus(error: &zbus::Error) -> KeyringError {
    match error {
        zbus::Error::FDO(error) => classify_reply(error),
        zbus::Error::MethodError(name, _, _) => match name.as_str() {
            // Nobody offers the service, and the bus knows nobody to start for it.
            "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
                KeyringError::Absent
            }
            "org.freedesktop.Secret.Error.IsLocked" => KeyringError::Locked,
            _ => KeyringError::Unavailable,
        },
        // The address of the session bus is malformed or leads to nobody.
        zbus::Error::Address(_) => KeyringError::Absent,
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused) =>
        {
            KeyringError::Absent
        }
        _ => KeyringError::Unavailable,
    }
}

fn classify_reply(error: &zbus::fdo::Error) -> KeyringError {
    match error {
        zbus::fdo::Error::ServiceUnknown(_) | zbus::fdo::Error::NameHasNoOwner(_) => KeyringError::Absent,
        zbus::fdo::Error::ZBus(error) => classify_bus(error),
        _ => KeyringError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_collection_keeps_nobody_out() {
        let known = ["/c/standard".to_owned(), "/c/login".to_owned()];
        assert!(may_hold("/c/standard", &known) && may_hold("/c/login", &known));
        assert!(!may_hold("/c/old", &known));
        assert!(may_hold("/c/old", &[]), "nobody knows where new keys went");
    }

    #[test]
    fn a_missing_keyring_is_told_from_a_locked_and_a_silent_one() {
        let absent = zbus::fdo::Error::ServiceUnknown(String::new());
        assert_eq!(classify(&Error::ZbusFdo(absent)), KeyringError::Absent);
        assert_eq!(classify(&Error::Unavailable), KeyringError::Absent);
        assert_eq!(classify(&Error::Locked), KeyringError::Locked);
        assert_eq!(classify(&Error::Prompt), KeyringError::Locked);
        let silent = zbus::fdo::Error::NoReply(String::new());
        assert_eq!(classify(&Error::Zbus(zbus::Error::FDO(Box::new(silent)))), KeyringError::Unavailable);
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        assert_eq!(classify(&Error::Zbus(refused.into())), KeyringError::Absent);
    }
}
