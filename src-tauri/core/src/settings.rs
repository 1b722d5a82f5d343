//! What the user has chosen, typed, in the encrypted database.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{error::Result, storage::Database};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    Fr,
    /// German.
    De,
}

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

impl Language {
    /// The language that the operating system is set to, as far as Estafette speaks it.
    #[must_use]
    pub fn of_system() -> Self {
        // In the order in which programs obey them.
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        set.map_or(Self::Fr, |locale| Self::of_locale(&locale))
    }

    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") { Self::De } else { Self::Fr }
    }

    /// As a language tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::De => "de",
        }
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
        } else if let Some(language) = database.get(LANGUAGE)? {
            settings.language = language;
        }
        if state.unsaved_theme {
            database.set(THEME, &settings.theme)?;
        } else if let Some(theme) = database.get(THEME)? {
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
    fn german_where_the_system_is_german_else_french() {
        for locale in ["de_DE.UTF-8", "de", "DE_AT", "de-CH", "de_DE@euro"] {
            assert_eq!(Language::of_locale(locale), Language::De, "{locale}");
        }
        for locale in ["fr_FR.UTF-8", "C.UTF-8", "POSIX", "en_GB", "den_CA", ""] {
            assert_eq!(Language::of_locale(locale), Language::Fr, "{locale}");
        }
    }

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
