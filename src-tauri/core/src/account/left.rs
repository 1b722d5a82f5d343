//! How the SDK's stores were left by whoever used them last.

use serde::{Deserialize, Serialize};

use crate::{error::Result, storage::Database};

/// What is not as it is left by a program that ends in order. It stands in the profile's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Left {
    /// They are in use, or were until the program was killed: what was written last may stand in some of them only.
    InUse,
    /// The state or the messages, which can be fetched again, were found to be damaged while they were in use.
    Damaged,
    /// The pictures were, among which are those that wait to be sent.
    PicturesDamaged,
}

const LEFT: &str = "stores.left";

impl Left {
    pub(super) fn found(database: &Database) -> Result<Option<Self>> {
        database.get_if_readable(LEFT)
    }

    /// Notes it, so that no loss of power can take it back.
    pub(crate) fn note(self, database: &Database) -> Result<()> {
        database.set(LEFT, &self)?;
        database.settle();
        Ok(())
    }

    /// Notes that what was damaged is made anew, and in use.
    pub(crate) fn mended(database: &Database) -> Result<()> {
        match Self::found(database)? {
            Some(Self::Damaged | Self::PicturesDamaged) => Self::InUse.note(database),
            Some(Self::InUse) | None => Ok(()),
        }
    }

    /// Notes that the stores are closed.
    pub(crate) fn in_order(database: &Database) -> Result<()> {
        if Self::found(database)? == Some(Self::InUse) {
            database.remove(&[LEFT])?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::storage::{ProfileKeys, Secret};

    #[test]
    fn damage_is_not_forgotten_by_closing() {
        let folder = tempfile::tempdir().unwrap();
        let keys = ProfileKeys::derive(&Secret::new(vec![1; 32])).unwrap();
        let database = Database::open(&folder.path().join("estafette.db"), &keys).unwrap();
        assert_eq!(Left::found(&database).unwrap(), None);
        let damaged = [Left::Damaged, Left::PicturesDamaged].map(|damaged| (damaged, Some(damaged)));
        for (noted, after) in [(Left::InUse, None)].into_iter().chain(damaged) {
            noted.note(&database).unwrap();
            Left::in_order(&database).unwrap();
            assert_eq!(Left::found(&database).unwrap(), after);
        }
    }
}
