//! The private certificate authority of one pair of servers.
//!
//! The authority's key signs the two server certificates and is then forgotten: nobody can sign another one.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::state::Side;

/// The authority's certificate, below the pair's directory.
pub(crate) const AUTHORITY: &str = "ca.pem";
/// A server's certificate, below the server's directory.
pub(crate) const CERTIFICATE: &str = "tls.pem";
/// A server's private key, below the server's directory.
pub(crate) const KEY: &str = "tls.key";

/// Writes the authority's certificate and a key and certificate for each server.
pub(crate) fn write(directory: &Path) -> Result<()> {
    let mut authority = parameters(Vec::new(), "Estafette test authority")?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    for side in Side::BOTH {
        let mut server = parameters(vec![side.host().to_owned()], side.host())?;
        server.use_authority_key_identifier_extension = true;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.insert_extended_key_usage(ExtendedKeyUsagePurpose::ServerAuth);
        let key = KeyPair::generate()?;
        let certificate = server.signed_by(&key, &authority)?;
        let home = directory.join(side.key());
        write_private(&home.join(KEY), &key.serialize_pem())?;
        fs::write(home.join(CERTIFICATE), certificate.pem())?;
    }
    fs::write(directory.join(AUTHORITY), authority.pem())?;
    Ok(())
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::{
        io::Write,
        os::unix::fs::{OpenOptionsExt, PermissionsExt},
    };
    let open = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())
    };
    open().with_context(|| format!("cannot write {}", path.display()))
}

fn parameters(alternative_names: Vec<String>, common_name: &str) -> Result<CertificateParams> {
    let mut parameters = CertificateParams::new(alternative_names)?;
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    // Fixed and wide: these certificates are worth nothing outside their directory.
    parameters.not_before = date_time_ymd(2024, 1, 1);
    parameters.not_after = date_time_ymd(2049, 1, 1);
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_private_and_no_authority_key_is_left() -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir()?;
        for side in Side::BOTH {
            fs::create_dir(directory.path().join(side.key()))?;
        }
        write(directory.path())?;
        assert!(fs::read_to_string(directory.path().join(AUTHORITY))?.starts_with("-----BEGIN CERTIFICATE"));
        assert_eq!(fs::read_dir(directory.path())?.count(), 3);
        for side in Side::BOTH {
            let key = directory.path().join(side.key()).join(KEY);
            assert_eq!(fs::metadata(key)?.permissions().mode() & 0o777, 0o600);
        }
        Ok(())
    }
}
