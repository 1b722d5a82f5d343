//! What `packaging/policies` holds for administrations: a JSON Schema, the templates for the group policies of Windows and
//! a guide in both languages. All of it is made from core's table of keys and from the words of the interface, so that
//! none of it can say something else than Estafette does.

mod adml;
mod admx;
mod guide;
#[cfg(test)]
mod rules;
mod schema;
mod words;
mod xml;

use std::{fs, path::Path};

use anyhow::{Context, Result};
use estafette_core::policy::{Spec, keys::ALL};

use self::words::{Tongue, Words};

/// A generated file.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Where it lies below the folder.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// All files, as they must be.
///
/// # Errors
/// Where words are missing.
pub fn files() -> Result<Vec<File>> {
    let (french, german) = (Words::of(Tongue::French)?, Words::of(Tongue::German)?);
    let mut files = vec![
        File { path: "estafette.schema.json".to_owned(), text: schema::document(&french, &german)? },
        File { path: "LISEZMOI.md".to_owned(), text: guide::document(&french, guide::FRENCH)? },
        File { path: "LIESMICH.md".to_owned(), text: guide::document(&german, guide::GERMAN)? },
        File { path: "windows/estafette.admx".to_owned(), text: admx::document()? },
    ];
    for tongue in Tongue::ALL {
        let path = format!("windows/{}/estafette.adml", tongue.culture());
        files.push(File { path, text: adml::document(&Words::of(tongue)?)? });
    }
    Ok(files)
}

/// Writes all files to their folder.
///
/// # Errors
/// Where words are missing, or the folder cannot be written to.
pub fn write(folder: &Path) -> Result<()> {
    for file in files()? {
        let path = folder.join(&file.path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.text));
        written.with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The files that are not there as they must be.
///
/// # Errors
/// Where words are missing.
pub fn stale(folder: &Path) -> Result<Vec<String>> {
    let differs = |file: &File| fs::read_to_string(folder.join(&file.path)).ok().as_deref() != Some(&*file.text);
    Ok(files()?.into_iter().filter(differs).map(|file| file.path).collect())
}

/// The sections in the table's order, each with its keys.
fn sections() -> Vec<(&'static str, Vec<&'static Spec>)> {
    let mut sections: Vec<(&str, Vec<&Spec>)> = Vec::new();
    for spec in ALL.iter().copied() {
        let (section, _) = spec.parts();
        match sections.iter_mut().find(|(name, _)| *name == section) {
            Some((_, keys)) => keys.push(spec),
            None => sections.push((section, vec![spec])),
        }
    }
    sections
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_is_what_is_made_now() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/policies");
        assert_eq!(stale(&folder).unwrap(), Vec::<String>::new(), "`cargo xtask policies` writes them");
    }

    #[test]
    fn what_was_written_is_fresh_and_what_was_changed_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(stale(folder.path()).unwrap().len(), 7);
        write(folder.path()).unwrap();
        assert_eq!(stale(folder.path()).unwrap(), Vec::<String>::new());
        fs::write(folder.path().join("windows/de-DE/estafette.adml"), "").unwrap();
        assert_eq!(stale(folder.path()).unwrap(), ["windows/de-DE/estafette.adml"]);
    }

    #[test]
    fn every_key_stands_in_one_section() {
        let keys: Vec<_> = sections().into_iter().flat_map(|(_, keys)| keys).map(|spec| spec.name).collect();
        assert_eq!(keys, ALL.iter().map(|spec| spec.name).collect::<Vec<_>>(), "a section's keys stand together");
    }
}
