//! What the user has chosen, typed, in the encrypted database, and what the administration has decided instead.

mod managed;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

pub use crate::i18n::Language;
use crate::{
    error::{AppError, ErrorCode, Result},
    policy::{Asked, Policy, dto::LockedSetting},
    storage::Database,
};
use managed::{Decided, decided};

/// How window text may be scaled, in percent.
pub const TEXT_SIZES: std::ops::RangeInclusive<u16> = 90..=200;

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

/// How much fits on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Density {
    /// Room to breathe.
    Comfortable,
    /// More lines at once.
    Compact,
}

/// Whether things move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Motion {
    /// As the operating system says.
    System,
    /// Nothing moves.
    Reduced,
}

/// Which new messages of the open room a screen reader is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Announcements {
    /// All.
    All,
    /// Those that name the user.
    Mentions,
    /// None.
    None,
}

/// What a notification on the desktop shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum NotificationContent {
    /// Who, where and what.
    Full,
    /// Who and where.
    Sender,
    /// That there is a message.
    Nothing,
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
    /// How much fits on the screen.
    pub density: Density,
    /// The size of the text, in percent (`TEXT_SIZES`).
    pub text_size: u16,
    /// Whether things move.
    pub motion: Motion,
    /// Which new messages of the open room a screen reader is told of.
    pub announcements: Announcements,
    /// Whether everything that is pressed is at least 44 pixels high and wide.
    pub large_targets: bool,
    /// Whether single letters act on a message that has the focus (WCAG 2.1.4).
    pub single_keys: bool,
    /// Whether others see what the user has read.
    pub receipts: bool,
    /// Whether others see that the user is writing.
    pub typing: bool,
    /// What a notification shows.
    pub notifications: NotificationContent,
    /// Whether Estafette stays in the tray when its window is closed. Counts only where there is a tray.
    pub close_to_tray: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::of_system(),
            theme: Theme::System,
            density: Density::Comfortable,
            text_size: 100,
            motion: Motion::System,
            announcements: Announcements::All,
            large_targets: false,
            single_keys: true,
            receipts: true,
            typing: true,
            notifications: NotificationContent::Sender,
            close_to_tray: false,
        }
    }
}

/// Some settings, to be changed together; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // The fields of `Settings`, one by one.
pub struct SettingsPatch {
    pub language: Option<Language>,
    pub theme: Option<Theme>,
    pub density: Option<Density>,
    pub text_size: Option<u16>,
    pub motion: Option<Motion>,
    pub announcements: Option<Announcements>,
    pub large_targets: Option<bool>,
    pub single_keys: Option<bool>,
    pub receipts: Option<bool>,
    pub typing: Option<bool>,
    pub notifications: Option<NotificationContent>,
    pub close_to_tray: Option<bool>,
}

impl SettingsPatch {
    /// The values to be changed, by their names.
    fn values(&self) -> Result<Map<String, Value>> {
        match serde_json::to_value(self) {
            Ok(Value::Object(values)) => Ok(values.into_iter().filter(|(_, value)| !value.is_null()).collect()),
            _ => Err(AppError::caused(ErrorCode::Internal, &"a change of settings that cannot be written")),
        }
    }
}

impl Settings {
    /// These settings with other values, which come from outside: each counts only where it fits.
    fn with(&self, values: &Map<String, Value>) -> Self {
        let mut settings = self.clone();
        for (name, value) in values {
            let Ok(Value::Object(mut all)) = serde_json::to_value(&settings) else { continue };
            all.insert(name.clone(), value.clone());
            if let Ok(changed) = serde_json::from_value(Value::Object(all)) {
                settings = changed;
            }
        }
        settings.text_size = settings.text_size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        settings
    }

    /// The names of all settings.
    fn names() -> Vec<String> {
        match serde_json::to_value(Self::default()) {
            Ok(Value::Object(all)) => all.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        }
    }
}

/// Under which name a setting is stored.
fn stored(name: &str) -> String {
    format!("settings.{name}")
}

/// The settings as they stand. They can be read and changed before the database is open, as the
/// screen that asks for the keyring must; what was changed then is stored once it opens.
pub(crate) struct SettingsStore {
    current: watch::Sender<Settings>,
    /// The settings that cannot be chosen freely, by their names.
    locked: watch::Sender<BTreeMap<String, LockedSetting>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    database: Option<Database>,
    /// All that the user has chosen.
    chosen: Map<String, Value>,
    unsaved: Map<String, Value>,
    policy: Arc<Policy>,
    /// What the homeserver asks for.
    asked: Asked,
}

impl State {
    fn decided(&self, chosen: &Map<String, Value>) -> Decided {
        decided(chosen, &self.policy, &self.asked)
    }
}

impl SettingsStore {
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        let store = Self {
            current: watch::Sender::new(Settings::default()),
            locked: watch::Sender::default(),
            state: Mutex::new(State { policy, ..State::default() }),
        };
        store.tell(&store.state());
        store
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Settings> {
        self.current.subscribe()
    }

    /// Which settings the user cannot choose freely, by which keys of the policy, and what is left to choose.
    pub(crate) fn locked(&self) -> watch::Receiver<BTreeMap<String, LockedSetting>> {
        self.locked.subscribe()
    }

    /// Changes settings and stores them, all or none. `Managed` where one of them is not the user's to choose.
    pub(crate) fn change(&self, patch: &SettingsPatch) -> Result<()> {
        let values = patch.values()?;
        let mut state = self.state();
        let mut chosen = state.chosen.clone();
        chosen.extend(values.clone());
        let decided = state.decided(&chosen);
        if values.iter().any(|(name, value)| decided.values.get(name).is_some_and(|held| held != value)) {
            return Err(AppError::new(ErrorCode::Managed));
        }
        match &state.database {
            Some(database) => save(database, &values)?,
            None => state.unsaved.extend(values),
        }
        state.chosen = chosen;
        self.tell(&state);
        Ok(())
    }

    /// The administration has changed the policy.
    pub(crate) fn obey(&self, policy: Arc<Policy>) {
        let mut state = self.state();
        state.policy = policy;
        self.tell(&state);
    }

    /// The homeserver asks for something: what of it is stricter holds.
    pub(crate) fn heed(&self, asked: Asked) {
        let mut state = self.state();
        state.asked = asked;
        self.tell(&state);
    }

    /// Reads what is stored, and stores what was changed before.
    pub(crate) fn attach(&self, database: Database) -> Result<()> {
        let mut state = self.state();
        let mut values = Map::new();
        for name in Settings::names() {
            if let Some(value) = database.get_if_readable::<Value>(&stored(&name))? {
                values.insert(name, value);
            }
        }
        save(&database, &state.unsaved)?;
        values.append(&mut state.unsaved);
        state.chosen.append(&mut values);
        state.database = Some(database);
        self.tell(&state);
        Ok(())
    }

    /// Lets go of the database.
    pub(crate) fn detach(&self) {
        self.state().database = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, state: &State) {
        let Decided { values, locked } = state.decided(&state.chosen);
        let settings = Settings::default().with(&state.chosen).with(&values);
        self.current.send_if_modified(|current| {
            let changed = *current != settings;
            *current = settings;
            changed
        });
        let locked = locked.into_iter().map(|(name, setting)| (name.to_owned(), setting)).collect();
        self.locked.send_if_modified(|current| {
            let changed = *current != locked;
            *current = locked;
            changed
        });
    }
}

fn save(database: &Database, values: &Map<String, Value>) -> Result<()> {
    let named: Vec<(String, &Value)> = values.iter().map(|(name, value)| (stored(name), value)).collect();
    database.set_all(&named)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        policy::Source,
        storage::{ProfileKeys, Secret},
    };

    fn open(folder: &tempfile::TempDir) -> Database {
        let keys = ProfileKeys::derive(&Secret::new(vec![3; 32])).unwrap();
        Database::open(&folder.path().join("estafette.db"), &keys).unwrap()
    }

    #[test]
    fn choices_are_kept_also_those_made_before_the_database_opened() {
        let folder = tempfile::tempdir().unwrap();
        let store = SettingsStore::new(Arc::default());
        store.change(&SettingsPatch { language: Some(Language::De), ..SettingsPatch::default() }).unwrap();
        store.attach(open(&folder)).unwrap();
        let patch = SettingsPatch { theme: Some(Theme::Contrast), text_size: Some(150), ..SettingsPatch::default() };
        store.change(&patch).unwrap();
        let expected =
            Settings { language: Language::De, theme: Theme::Contrast, text_size: 150, ..Settings::default() };
        assert_eq!(*store.subscribe().borrow(), expected);
        drop(store);

        let store = SettingsStore::new(Arc::default());
        store.change(&SettingsPatch { theme: Some(Theme::Dark), ..SettingsPatch::default() }).unwrap();
        store.attach(open(&folder)).unwrap();
        assert_eq!(*store.subscribe().borrow(), Settings { theme: Theme::Dark, ..expected });
    }

    #[test]
    fn one_value_that_cannot_be_read_costs_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        database.set("settings.theme", "plaid").unwrap();
        database.set("settings.textSize", &json!({"a": 1})).unwrap();
        database.set("settings.density", "compact").unwrap();
        let store = SettingsStore::new(Arc::default());
        store.attach(database).unwrap();
        assert_eq!(*store.subscribe().borrow(), Settings { density: Density::Compact, ..Settings::default() });
    }

    #[test]
    fn sizes_stay_where_a_screen_can_show_them() {
        let store = SettingsStore::new(Arc::default());
        for (asked, got) in [(0, 90), (120, 120), (u16::MAX, 200)] {
            store.change(&SettingsPatch { text_size: Some(asked), ..SettingsPatch::default() }).unwrap();
            assert_eq!(store.subscribe().borrow().text_size, got);
        }
    }

    #[test]
    fn what_the_administration_has_decided_is_not_the_users_to_choose() {
        let folder = tempfile::tempdir().unwrap();
        let dark = Arc::new(Policy::said(&[(Source::Machine, "interface.theme", json!("dark"))]));
        let database = open(&folder);
        // Whatever stands in the user's data.
        database.set("settings.theme", "light").unwrap();
        let store = SettingsStore::new(dark);
        assert_eq!(store.subscribe().borrow().theme, Theme::Dark, "before the database is open");
        store.attach(database).unwrap();
        assert_eq!(store.subscribe().borrow().theme, Theme::Dark);
        assert_eq!(store.locked().borrow()["theme"].key, "interface.theme");
        let patch = SettingsPatch { theme: Some(Theme::Light), text_size: Some(120), ..SettingsPatch::default() };
        assert_eq!(store.change(&patch).unwrap_err().code, ErrorCode::Managed);
        assert_eq!(store.subscribe().borrow().text_size, 100, "all or none");
        // And what was chosen comes back with the freedom to choose.
        store.obey(Arc::default());
        assert_eq!(store.subscribe().borrow().theme, Theme::Light);
        assert!(store.locked().borrow().is_empty());
    }

    #[test]
    fn of_what_a_homeserver_asks_for_the_user_may_choose_what_is_stricter_still() {
        let store = SettingsStore::new(Arc::default());
        store.heed(Asked::said(&json!({ "notifications": { "content": "sender" } })));
        let notifications = |content| SettingsPatch { notifications: Some(content), ..SettingsPatch::default() };
        let refused = store.change(&notifications(NotificationContent::Full)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Managed);
        store.change(&notifications(NotificationContent::Nothing)).unwrap();
        assert_eq!(store.subscribe().borrow().notifications, NotificationContent::Nothing);
    }

    #[test]
    fn every_setting_can_be_changed() {
        let all = serde_json::to_value(Settings::default()).unwrap();
        let patch: SettingsPatch = serde_json::from_value(all).unwrap();
        assert_eq!(patch.values().unwrap().len(), Settings::names().len());
    }
}
