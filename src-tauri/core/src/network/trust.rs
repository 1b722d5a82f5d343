//! Whose certificates are trusted: the operating system's authorities and those that were named. What is refused says
//! who issued it, for those who have to be told: behind a proxy that looks into TLS, that is the proxy.

use std::sync::Arc;

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
    version::{TLS12, TLS13},
};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use crate::rich_text::clean;

/// A certificate that is refused.
#[derive(Debug, thiserror::Error)]
#[error("a certificate is refused")]
pub(super) struct Refused {
    /// Who has issued it, as far as it says so.
    pub(super) issuer: Option<String>,
    /// Why.
    pub(super) reason: Reason,
}

/// Why a certificate is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// No authority that is trusted has issued it, or anything else is wrong with it.
    Untrusted,
    /// By this machine's clock, it does not hold yet or any more.
    Time,
    /// It is trusted, and another server's.
    Name,
}

/// How TLS is spoken: at least 1.2, certificates always verified.
pub(super) fn config(roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    // Where nothing is named, Windows verifies on its own, and not with a list of ours that is empty.
    let inner = match roots.as_slice() {
        [] => Verifier::new(Arc::clone(&provider))?,
        _ => Verifier::new_with_extra_roots(roots, Arc::clone(&provider))?,
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Telling { inner }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The platform's verifier, whose refusals tell more.
#[derive(Debug)]
struct Telling {
    inner: Verifier,
}

impl ServerCertVerifier for Telling {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            Error::InvalidCertificate(why) => {
                let refused = Refused { issuer: issuer(end_entity), reason: reason(&why) };
                Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused))))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn reason(why: &CertificateError) -> Reason {
    match why {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Reason::Time,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Reason::Name,
        _ => Reason::Untrusted,
    }
}

/// What is shown of a name at most: whoever wrote the certificate may have written anything.
const LONGEST: usize = 80;

/// Who issued a certificate: the organisation and the name of the authority.
fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let name = name(certificate.issuer());
    (!name.is_empty()).then_some(name)
}

fn name(of: &X509Name<'_>) -> String {
    let organisation = of.iter_organization().find_map(|part| part.as_str().ok());
    let common = of.iter_common_name().find_map(|part| part.as_str().ok());
    let parts: Vec<&str> = [common, organisation].into_iter().flatten().collect();
    clean(&parts.join(", ")).chars().take(LONGEST).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, date_time_ymd,
    };

    use super::*;

    const NAME: &str = "matrix.example";

    fn authority(common: &str) -> CertifiedIssuer<'static, KeyPair> {
        let mut authority = CertificateParams::default();
        authority.distinguished_name = DistinguishedName::new();
        authority.distinguished_name.push(DnType::CommonName, common);
        authority.distinguished_name.push(DnType::OrganizationName, "Ministère");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap()
    }

    /// Of a server, from 2025 to 2027.
    fn server(by: &CertifiedIssuer<'static, KeyPair>) -> CertificateDer<'static> {
        let mut server = CertificateParams::new([NAME.to_owned()]).unwrap();
        (server.not_before, server.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2027, 1, 1));
        server.signed_by(&KeyPair::generate().unwrap(), by).unwrap().der().clone()
    }

    fn in_year(year: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs((year - 1970) * 31_557_600 + 1_000_000))
    }

    fn verified(
        root: &CertifiedIssuer<'static, KeyPair>,
        server: &CertificateDer<'_>,
        name: &str,
        year: u64,
    ) -> Result<(), Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let inner = Verifier::new_with_extra_roots([root.der().clone()], provider).unwrap();
        let name = ServerName::try_from(name).unwrap();
        Telling { inner }.verify_server_cert(server, &[], &name, &[], in_year(year)).map(drop)
    }

    fn refused(of: Result<(), Error>) -> (Reason, Option<String>) {
        let Err(Error::InvalidCertificate(CertificateError::Other(OtherError(why)))) = of else {
            unreachable!("{of:?}");
        };
        let refused = why.downcast_ref::<Refused>().unwrap();
        (refused.reason, refused.issuer.clone())
    }

    #[test]
    #[cfg_attr(windows, ignore = "Wine does not verify with authorities that a program names")]
    fn what_is_refused_says_why_and_who_issued_it() {
        let (ours, theirs) = (authority("Autorité"), authority("Proxy"));
        let certificate = server(&ours);
        verified(&ours, &certificate, NAME, 2026).unwrap();
        let issuer = || Some("Autorité, Ministère".to_owned());
        assert_eq!(refused(verified(&ours, &certificate, NAME, 2024)), (Reason::Time, issuer()));
        assert_eq!(refused(verified(&ours, &certificate, NAME, 2030)), (Reason::Time, issuer()));
        assert_eq!(refused(verified(&ours, &certificate, "other.example", 2026)), (Reason::Name, issuer()));
        let theirs_of_them = Some("Proxy, Ministère".to_owned());
        assert_eq!(refused(verified(&ours, &server(&theirs), NAME, 2026)), (Reason::Untrusted, theirs_of_them));
    }

    #[test]
    fn whoever_wrote_a_certificate_does_not_write_the_window() {
        let long = "x".repeat(2 * LONGEST);
        for (written, shown) in [("a\nb\u{202e}c", "a bc, Ministère"), (long.as_str(), &long[..LONGEST])] {
            assert_eq!(issuer(&server(&authority(written))).as_deref(), Some(shown));
        }
        assert_eq!(issuer(&CertificateDer::from(vec![0x30, 0x80, 1, 2, 3])), None);
    }

    #[test]
    fn http_2_is_offered_and_the_server_named() {
        let config = config(Vec::new()).unwrap();
        assert_eq!(config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
        assert!(config.enable_sni);
    }

    /// What is made of a server that wants to go on in this version of TLS.
    fn answered(version: [u8; 2]) -> Result<(), Error> {
        let config = Arc::new(config(Vec::new()).unwrap());
        let mut client = rustls::ClientConnection::new(config, ServerName::try_from(NAME).unwrap()).unwrap();
        client.write_tls(&mut Vec::new()).unwrap();
        // A ServerHello (RFC 5246, section 7.4.1.3): no session, ECDHE with AES, no compression, no extensions.
        let hello = [&version[..], &[7; 32], &[0, 0xc0, 0x2f, 0]].concat();
        let length = u8::try_from(hello.len()).unwrap();
        let record = [&[22], &version[..], &[0, length + 4, 2, 0, 0, length], &hello].concat();
        assert_eq!(client.read_tls(&mut record.as_slice()).unwrap(), record.len());
        client.process_new_packets().map(drop)
    }

    #[test]
    fn tls_is_at_least_1_2() {
        answered([3, 3]).unwrap();
        for older in [[3, 2], [3, 1], [3, 0]] {
            assert!(matches!(answered(older), Err(Error::PeerIncompatible(_))), "{older:?}");
        }
    }
}
