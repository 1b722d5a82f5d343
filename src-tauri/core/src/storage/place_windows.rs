//! What Windows makes of a path: a drive that stands for a share turns into the share.

use std::path::{Component, Path, Prefix};

/// Whether another machine keeps what is there.
pub(super) fn is_elsewhere(there: &Path) -> bool {
    there.canonicalize().is_ok_and(|path| is_share(&path))
}

fn is_share(path: &Path) -> bool {
    matches!(path.components().next(), Some(Component::Prefix(prefix))
        if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_from_a_drive() {
        assert!(is_share(Path::new(r"\\server\share\camille")));
        assert!(is_share(Path::new(r"\\?\UNC\server\share\camille")));
        assert!(!is_share(Path::new(r"\\?\C:\Users\camille")));
        assert!(!is_share(Path::new(r"C:\Users\camille")));
        assert!(!is_share(Path::new("camille")));
    }
}
