//! The files of the machine's policy.

mod trust;

use std::{collections::BTreeMap, ffi::OsString, os::fd::OwnedFd, path::Path};

use rustix::fs::Dir;

pub(super) use self::trust::is_hidden;
use super::{
    file::LARGEST,
    problem::{Distrust, Place, Problem, What},
    resolve::{Layer, Source},
};

/// Where the machine's policy lies. Nothing moves it: who could say where the policy is could do without.
const FOLDERS: [(Source, &str); 2] = [
    (Source::Machine, "/etc/estafette/policies/managed"),
    (Source::Recommended, "/etc/estafette/policies/recommended"),
];

/// All that the sources of this machine say, and what is wrong with it.
pub(super) fn read() -> (BTreeMap<Source, Layer>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut layers = BTreeMap::new();
    for (source, folder) in FOLDERS {
        if let Some(layer) = of_folder(Path::new(folder), &mut problems) {
            layers.insert(source, layer);
        }
    }
    (layers, problems)
}

/// What stands in a file that a policy names, of so many bytes at most: only the administrator may have written it, as
/// the policy itself.
pub(super) fn named(path: &Path, largest: u64) -> Result<Vec<u8>, Distrust> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Err(Distrust::Kind) };
    let folder = trust::folder(folder)?.ok_or(Distrust::Missing)?;
    trust::read(&folder, name, largest)
}

fn of_folder(path: &Path, problems: &mut Vec<Problem>) -> Option<Layer> {
    let mut layer = Layer::default();
    let mut unread = |place: Place, what: What, layer: &mut Layer| {
        layer.miss(&place, None);
        problems.push(Problem { place, key: None, what });
    };
    let whole = Place { of: path.display().to_string(), line: None };
    let folder = match trust::folder(path) {
        Ok(folder) => folder?,
        Err(distrust) => {
            unread(whole, What::Distrusted(distrust), &mut layer);
            return Some(layer);
        }
    };
    let Ok(names) = names(&folder) else {
        unread(whole, What::Distrusted(Distrust::Unreadable), &mut layer);
        return Some(layer);
    };
    let mut wrong = Vec::new();
    // In the order of their names: what a later one says replaces what an earlier one did.
    for name in names {
        let place = |line| Place { of: path.join(&name).display().to_string(), line };
        let bytes = match trust::read(&folder, &name, LARGEST) {
            Ok(bytes) => bytes,
            Err(distrust) => {
                unread(place(None), What::Distrusted(distrust), &mut layer);
                continue;
            }
        };
        if is_hidden(&path.join(&name)) {
            wrong.push(Problem { place: place(None), key: None, what: What::Hidden });
        }
        wrong.extend(layer.read(&bytes, place));
    }
    problems.append(&mut wrong);
    Some(layer)
}

/// The names of its files that end in `.json`, in their order. A hidden one is no policy: editors leave such.
fn names(folder: &OwnedFd) -> rustix::io::Result<Vec<OsString>> {
    use std::os::unix::ffi::OsStringExt as _;
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let name = entry?.file_name().to_bytes().to_vec();
        if name.ends_with(b".json") && !name.starts_with(b".") {
            names.push(OsString::from_vec(name));
        }
    }
    names.sort();
    Ok(names)
}
