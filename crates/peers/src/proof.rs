//! That the other side of a connection is the provider it says it is.
//!
//! TLS 1.3 only, and no session is taken up again: every connection proves both names anew, so that a certificate that has
//! ended or was exchanged counts for no longer than one connection.

use std::sync::Arc;

use doorstep_wire::ProviderDomain;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};
use webpki::EndEntityCert;

use crate::identity::Identity;
use crate::roots::Trust;

/// What is spoken inside TLS.
const HTTP: &[u8] = b"http/1.1";

pub(crate) fn cryptography() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// `certificate`, whose chain was verified, lists `domain` itself. What a wildcard covers is not proven.
pub(crate) fn proves(certificate: &CertificateDer<'_>, domain: &ProviderDomain) -> bool {
    let Ok(certificate) = EndEntityCert::try_from(certificate) else { return false };
    let Ok(name) = ServerName::try_from(domain.as_str()) else { return false };
    certificate.verify_is_valid_for_subject_name(&name).is_ok()
        && certificate.valid_dns_names().any(|listed| listed.eq_ignore_ascii_case(domain.as_str()))
}

/// This provider as the one that asks.
pub(crate) fn client(identity: Arc<Identity>, trust: &Trust) -> Result<ClientConfig, Error> {
    let verifier = WebPkiServerVerifier::builder_with_provider(trust.store.clone(), cryptography())
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let mut config = ClientConfig::builder_with_provider(cryptography())
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Itself(verifier)))
        .with_client_cert_resolver(identity);
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(config)
}

/// This provider as the one that is asked.
pub(crate) fn server(identity: Arc<Identity>, trust: &Trust) -> Result<ServerConfig, Error> {
    let verifier = WebPkiClientVerifier::builder_with_provider(trust.store.clone(), cryptography())
        .allow_unauthenticated()
        // Whom we believe is nobody's business, and long.
        .clear_root_hint_subjects()
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(cryptography())
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(Arc::new(Caller { verifier, trust: trust.clone() }))
        .with_cert_resolver(identity);
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(config)
}

/// A server that lists the very name it was asked by.
#[derive(Debug)]
struct Itself(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for Itself {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        let ServerName::DnsName(name) = server_name else { return Err(CertificateError::NotValidForName.into()) };
        let domain = name.as_ref().parse::<ProviderDomain>();
        match domain.is_ok_and(|domain| proves(end_entity, &domain)) {
            true => Ok(verified),
            false => Err(CertificateError::NotValidForName.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// A client whose certificate is one for clients, or one for servers: public authorities issue no others any more, and
/// what it proves is the name of a server.
#[derive(Debug)]
struct Caller {
    verifier: Arc<dyn ClientCertVerifier>,
    trust: Trust,
}

impl ClientCertVerifier for Caller {
    fn client_auth_mandatory(&self) -> bool {
        self.verifier.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.verifier.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match self.verifier.verify_client_cert(end_entity, intermediates, now) {
            Err(Error::InvalidCertificate(
                CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
            )) => {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                let algorithms = cryptography().signature_verification_algorithms.all;
                verify_server_cert_signed_by_trust_anchor(
                    &certificate,
                    &self.trust.store,
                    intermediates,
                    now,
                    algorithms,
                )?;
                Ok(ClientCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
