//! The database's tables: one step from each schema to the next.

use rusqlite::Connection;

/// The step at each place makes the schema of the next number. One that was released is never changed: it is what
/// the databases out there have gone through.
const STEPS: &[&str] = &[
    // 1: small named values.
    "CREATE TABLE entries (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;",
];

/// The schema of this version. An older Estafette leaves a newer database alone.
#[allow(clippy::cast_possible_truncation)] // A number of steps.
pub(super) const SCHEMA: u32 = STEPS.len() as u32;

/// Brings a database from its schema to this version's; each step is done whole or not at all.
pub(super) fn migrate(connection: &mut Connection, from: u32) -> rusqlite::Result<()> {
    run(STEPS, connection, from)
}

fn run(steps: &[&str], connection: &mut Connection, from: u32) -> rusqlite::Result<()> {
    for (step, schema) in steps.iter().zip(1_u32..).skip(from as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", schema)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MORE: &[&str] = &[
        STEPS[0],
        "CREATE TABLE words (word TEXT NOT NULL) STRICT;",
        "INSERT INTO words SELECT value FROM entries; DELETE FROM entries;",
    ];

    fn schema(connection: &Connection) -> u32 {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    }

    fn words(connection: &Connection) -> Vec<String> {
        let mut words = connection.prepare("SELECT word FROM words").unwrap();
        words.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn each_earlier_schema_comes_to_the_last() {
        for from in 0..MORE.len() {
            let mut connection = Connection::open_in_memory().unwrap();
            run(&MORE[..from], &mut connection, 0).unwrap();
            assert_eq!(schema(&connection), u32::try_from(from).unwrap());
            if from > 0 {
                connection.execute_batch("INSERT INTO entries VALUES ('greeting', 'bonjour')").unwrap();
            }
            let old = schema(&connection);
            run(MORE, &mut connection, old).unwrap();
            assert_eq!(schema(&connection), 3);
            assert_eq!(words(&connection), if from > 0 { vec!["bonjour"] } else { vec![] });
        }
    }

    #[test]
    fn a_step_that_fails_leaves_all_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(MORE, &mut connection, 0).unwrap();
        connection.execute_batch("INSERT INTO entries VALUES ('greeting', 'bonjour')").unwrap();
        let broken =
            [MORE, &["INSERT INTO words VALUES ('half'); DROP TABLE entries; INSERT INTO nowhere VALUES (1);"]];
        assert!(run(&broken.concat(), &mut connection, 3).is_err());
        assert_eq!(schema(&connection), 3);
        assert_eq!(words(&connection), Vec::<String>::new());
        let kept: String = connection.query_row("SELECT value FROM entries", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "bonjour");
        // The next start tries again, with a version that can.
        run(&[MORE, &["INSERT INTO words VALUES ('whole');"]].concat(), &mut connection, 3).unwrap();
        assert_eq!((schema(&connection), words(&connection)), (4, vec!["whole".to_owned()]));
    }
}
