//! The files that a policy names. What they say counts as much as the policy itself, so that nobody else may have written
//! them either.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::{
    Policy, Spec, keys, machine,
    problem::{Distrust, Place, Problem, What},
};
use crate::media::drawable;

/// No file that a policy names is larger, in bytes: a picture beside a name is small, and some hundred authorities fit.
const LARGEST: u64 = 1024 * 1024;

impl Policy {
    /// What stands in a file that the policy names. On Linux it must be root's alone, with each folder above it, as a
    /// policy must; on Windows, whoever may write to it is the administration's to decide.
    ///
    /// # Errors
    /// Why it does not count.
    pub(crate) fn named(&self, path: &Path) -> Result<Vec<u8>, Distrust> {
        if self.unjudged { whoevers(path, LARGEST) } else { machine::named(path, LARGEST) }
    }

    /// What is wrong with the files that are named.
    pub(super) fn misnamed(&self) -> Vec<Problem> {
        let picture = self.get(&keys::BRAND_LOGO).map(|decided| decided.value.0);
        let roots = self.get(&keys::NETWORK_ROOT_CERTIFICATES).map(|decided| decided.value.0);
        let fits = |path, key, what, does: fn(Vec<u8>) -> bool| {
            let what = match self.named(path).map(does) {
                Ok(true) if self.unjudged || !machine::is_hidden(path) => return None,
                Ok(true) => What::FileHidden,
                Ok(false) => what,
                Err(distrust) => What::File(distrust),
            };
            Some(misnamed(path, key, what))
        };
        let is_picture = |bytes| drawable(bytes).is_ok();
        let are_roots = |bytes: Vec<u8>| authorities(&bytes).is_some();
        let of_picture = picture.iter().map(|path| fits(path, keys::BRAND_LOGO.spec, What::NoPicture, is_picture));
        let of_roots = roots
            .iter()
            .flatten()
            .map(|path| fits(path, keys::NETWORK_ROOT_CERTIFICATES.spec, What::NoCertificates, are_roots));
        of_picture.chain(of_roots).flatten().collect()
    }
}

/// Where it stands is the file itself: there it is to be mended.
fn misnamed(path: &Path, key: &Spec, what: What) -> Problem {
    Problem { place: Place { of: path.display().to_string(), line: None }, key: Some(key.name.to_owned()), what }
}

/// The authorities of a PEM file. None where it holds none, or one that cannot be read: half of a list means something
/// else than the list.
pub(crate) fn authorities(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let found: Option<Vec<_>> = CertificateDer::pem_slice_iter(pem)
        .map(|certificate| {
            let certificate = certificate.ok()?;
            RootCertStore::empty().add(certificate.clone()).ok().map(|()| certificate)
        })
        .collect();
    found.filter(|found| !found.is_empty())
}

/// What stands in a file that whoever starts the program names: no larger than one of a policy.
pub(crate) fn anybodys(path: &Path) -> Result<Vec<u8>, Distrust> {
    whoevers(path, LARGEST)
}

/// A file, whoever may write to it.
pub(super) fn whoevers(path: &Path, largest: u64) -> Result<Vec<u8>, Distrust> {
    let missed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Distrust::Missing,
        _ => Distrust::Unreadable,
    };
    // Before it is opened: a pipe would be waited for.
    if !fs::metadata(path).map_err(missed)?.is_file() {
        return Err(Distrust::Kind);
    }
    whole(File::open(path).map_err(missed)?, largest)
}

/// What stands in a file, unless it is larger than what is meant.
pub(super) fn whole(file: File, largest: u64) -> Result<Vec<u8>, Distrust> {
    let mut bytes = Vec::new();
    file.take(largest + 1).read_to_end(&mut bytes).map_err(|_| Distrust::Unreadable)?;
    if bytes.len() as u64 > largest { Err(Distrust::Size) } else { Ok(bytes) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Source;

    /// The smallest thing that a PNG begins with.
    const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn authority() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::default();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.self_signed(&key).unwrap().pem()
    }

    fn naming(logo: &Path, root: &Path) -> Policy {
        Policy::said(&[
            (Source::Machine, "brand.logo", json!(logo)),
            (Source::Recommended, "network.rootCertificates", json!([root])),
        ])
    }

    fn wrong(policy: &Policy) -> Vec<(String, &'static str)> {
        let told = |problem: Problem| (problem.key.clone().unwrap(), problem.name());
        policy.misnamed().into_iter().map(told).collect()
    }

    #[test]
    fn a_file_that_is_not_what_it_is_named_for_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (logo, root) = (folder.path().join("logo.png"), folder.path().join("root.pem"));
        let policy = naming(&logo, &root);
        let told = |logo, root| vec![("brand.logo".to_owned(), logo), ("network.rootCertificates".to_owned(), root)];
        let both = |what| told(what, what);
        assert_eq!(wrong(&policy), both("file-unreadable"));
        for text in ["", "<svg/>", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            fs::write(&logo, text).unwrap();
            fs::write(&root, text).unwrap();
            assert_eq!(wrong(&policy), told("file-no-picture", "file-no-certificates"), "{text}");
        }
        fs::write(&logo, PICTURE).unwrap();
        fs::write(&root, authority()).unwrap();
        assert!(wrong(&policy).is_empty());
        for path in [&logo, &root] {
            File::options().write(true).open(path).unwrap().set_len(LARGEST + 1).unwrap();
        }
        assert_eq!(wrong(&policy), both("file-size"));
        assert_eq!(wrong(&naming(folder.path(), folder.path())), both("file-unreadable"));
    }

    /// Whoever runs the tests: a folder for temporary files is everybody's.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_others_may_write_to_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let (logo, root) = (folder.path().join("logo.png"), folder.path().join("root.pem"));
        fs::write(&logo, PICTURE).unwrap();
        fs::write(&root, authority()).unwrap();
        let mut policy = naming(&logo, &root);
        assert!(wrong(&policy).is_empty());
        policy.unjudged = false;
        let both = ["brand.logo", "network.rootCertificates"].map(|key| (key.to_owned(), "file-not-root"));
        assert_eq!(wrong(&policy), both);
        assert!(matches!(policy.named(&root), Err(Distrust::Owner | Distrust::Writable)));
        // What is not there can be distrusted by nobody, and is missed.
        assert_eq!(policy.named(Path::new("/etc/estafette-is-not-there/root.pem")), Err(Distrust::Missing));
        assert_eq!(policy.named(Path::new("/")), Err(Distrust::Kind));
        // What root alone may write to counts. In a sandbox `/` may be anybody's.
        use std::os::unix::fs::MetadataExt as _;
        let is_roots = ["/", "/etc", "/etc/passwd"].iter().all(|path| {
            let found = fs::metadata(path).unwrap();
            found.uid() == 0 && found.mode() & 0o022 == 0
        });
        assert_eq!(policy.named(Path::new("/etc/passwd")).is_ok(), is_roots);
    }
}
