//! How the SDK's stores were left by whoever used them last.

use serde::{Deserialize, Serialize};

use crate::{error::Result, storage::Database};

/// What is not as it is left by a program that ends in order. It stands in the profile's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Left {
    /// They are in use, or were until the program was killed: what was written last may stand in some of them only.
    InUse,
    /// One that can be fetched again was found to be damaged while it was in use.
    Damaged,
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
        if Self::found(database)? == Some(Self::Damaged) { Self::InUse.note(database) } else { Ok(()) }
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
        for (noted, after) in [(Left::InUse, None), (Left::Damaged, Some(Left::Damaged))] {
            noted.note(&database).unwrap();
            Left::in_order(&database).unwrap();
            assert_eq!(Left::found(&database).unwrap(), after);
        }
    }
}
