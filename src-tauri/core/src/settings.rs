//! What the user has chosen, typed, in the encrypted database.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub use crate::i18n::Language;
use crate::{error::Result, storage::Database};

/// How the window is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the operating system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    Contrast,
}

/// The user's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The interface's language.
    pub language: Language,
    /// The interface's colours.
    pub theme: Theme,
}

impl Default for Settings {
    fn default() -> Self {
        Self { language: Language::of_system(), theme: Theme::System }
    }
}

const LANGUAGE: &str = "settings.language";
const THEME: &str = "settings.theme";

/// The settings as they stand. They can be read and changed before the database is open, as the
/// screen that asks for the keyring must; what was changed then is stored once it opens.
pub(crate) struct SettingsStore {
    current: watch::Sender<Settings>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    database: Option<Database>,
    unsaved_language: bool,
    unsaved_theme: bool,
}

impl SettingsStore {
    pub(crate) fn new() -> Self {
        Self { current: watch::Sender::new(Settings::default()), state: Mutex::default() }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Settings> {
        self.current.subscribe()
    }

    pub(crate) fn set_language(&self, language: Language) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.database {
            Some(database) => database.set(LANGUAGE, &language)?,
            None => state.unsaved_language = true,
        }
        self.current.send_modify(|settings| settings.language = language);
        Ok(())
    }

    pub(crate) fn set_theme(&self, theme: Theme) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.database {
            Some(database) => database.set(THEME, &theme)?,
            None => state.unsaved_theme = true,
        }
        self.current.send_modify(|settings| settings.theme = theme);
        Ok(())
    }

    /// Reads what is stored, and stores what was changed before.
    pub(crate) fn attach(&self, database: Database) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut settings = self.current.borrow().clone();
        if state.unsaved_language {
            database.set(LANGUAGE, &settings.language)?;
        } else if let Some(language) = database.get_if_readable(LANGUAGE)? {
            settings.language = language;
        }
        if state.unsaved_theme {
            database.set(THEME, &settings.theme)?;
        } else if let Some(theme) = database.get_if_readable(THEME)? {
            settings.theme = theme;
        }
        *state = State { database: Some(database), ..State::default() };
        self.current.send_replace(settings);
        Ok(())
    }

    /// Lets go of the database.
    pub(crate) fn detach(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).database = None;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::storage::{ProfileKeys, Secret};

    #[test]
    fn choices_are_kept_also_those_made_before_the_database_opened() {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let keys = ProfileKeys::derive(&Secret::new(vec![3; 32])).unwrap();
            Database::open(&folder.path().join("estafette.db"), &keys).unwrap()
        };
        let store = SettingsStore::new();
        store.set_language(Language::De).unwrap();
        store.attach(open()).unwrap();
        store.set_theme(Theme::Contrast).unwrap();
        let expected = Settings { language: Language::De, theme: Theme::Contrast };
        assert_eq!(*store.subscribe().borrow(), expected);
        drop(store);

        let store = SettingsStore::new();
        store.set_theme(Theme::Dark).unwrap();
        store.attach(open()).unwrap();
        assert_eq!(*store.subscribe().borrow(), Settings { theme: Theme::Dark, ..expected });
    }
}
