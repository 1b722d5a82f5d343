//! The authorities that are trusted besides those of the operating system.

use std::path::Path;

use rustls::pki_types::CertificateDer;

use crate::{
    error::{AppError, ErrorCode, Result},
    policy::{Policy, anybodys, authorities, keys},
};

/// All that the command line and the policy name. One that cannot be read, or that others than the administration may
/// have written, is an error, and not left out: whoever named it needs it.
pub(super) fn read(named: &[impl AsRef<Path>], policy: &Policy) -> Result<Vec<CertificateDer<'static>>> {
    let managed = policy.get(&keys::NETWORK_ROOT_CERTIFICATES).map(|decided| decided.value.0).unwrap_or_default();
    let mut roots = Vec::new();
    for path in named {
        // Of who starts the program, whose own files they are.
        let pem = anybodys(path.as_ref()).map_err(|distrust| unusable(&distrust))?;
        roots.extend(bundle(&pem)?);
    }
    for path in managed {
        let pem = policy.named(&path).map_err(|distrust| unusable(&distrust))?;
        roots.extend(bundle(&pem)?);
    }
    Ok(roots)
}

fn bundle(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    authorities(pem).ok_or_else(|| unusable(&"a root certificate file holds none, or one that cannot be read"))
}

fn unusable(cause: &dyn std::fmt::Display) -> AppError {
    AppError::caused(ErrorCode::CertificatesUnreadable, cause)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Source;

    #[test]
    fn certificates_that_cannot_be_read_are_an_error_and_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.pem");
        let unreadable = |named: &[&Path], policy: &Policy| {
            assert_eq!(read(named, policy).unwrap_err().code, ErrorCode::CertificatesUnreadable);
        };
        unreadable(&[&path], &Policy::default());
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        unreadable(&[&path], &Policy::default());
        std::fs::write(&path, "").unwrap();
        unreadable(&[], &Policy::said(&[(Source::Machine, "network.rootCertificates", json!([path]))]));
        unreadable(&[folder.path()], &Policy::default());
        // One that does not end costs no more memory than the largest that is meant, whatever begins it.
        let authority = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&path, authority.cert.pem()).unwrap();
        assert_eq!(read(&[&path], &Policy::default()).unwrap().len(), 1);
        std::fs::File::options().write(true).open(&path).unwrap().set_len(2 * 1024 * 1024).unwrap();
        unreadable(&[&path], &Policy::default());
        assert!(read(&[] as &[&Path], &Policy::default()).unwrap().is_empty());
    }
}
