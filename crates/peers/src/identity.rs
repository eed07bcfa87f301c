//! This provider's own certificate and key, read again when the files change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use doorstep_wire::ProviderDomain;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, SignatureScheme};
use tokio::sync::Notify;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::time::ASN1Time;

use crate::proof::{cryptography, proves};

/// Time between two looks at the files.
const EVERY: Duration = Duration::from_secs(60);
/// From so many days before its end on, a certificate is spoken of.
const SOON: i64 = 14;
/// Looks between two words about that: a day.
const WORD_EVERY: u64 = 24 * 60;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file is not there, or not ours to read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// A file holds no certificate in PEM.
    #[error("{0} holds no certificate in PEM, or a broken one")]
    NoCertificate(PathBuf),
    /// A file holds no private key in PEM, or one of an unknown sort.
    #[error("{0} holds no private key in PEM that can be used")]
    NoKey(PathBuf),
    /// The key is that of another certificate.
    #[error("the key in {key} does not belong to the certificate in {certificate}")]
    Mismatch {
        /// File of the certificate.
        certificate: PathBuf,
        /// File of the key.
        key: PathBuf,
    },
    /// Its time is over.
    #[error("the certificate in {0} has ended on {1}")]
    Expired(PathBuf, String),
    /// Its time has not come.
    #[error("the certificate in {0} begins only on {1}")]
    NotYet(PathBuf, String),
    /// It is for other names; a wildcard is not enough.
    #[error("the certificate in {0} does not list the name {1} itself")]
    WrongName(PathBuf, ProviderDomain),
    /// It may not be used by a server.
    #[error("the certificate in {0} is not one for servers")]
    WrongPurpose(PathBuf),
}

/// The proof of this provider's name. A file that cannot be used does not take the place of one that could.
pub struct Identity {
    domain: ProviderDomain,
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

struct Current {
    key: Arc<CertifiedKey>,
    until: ASN1Time,
}

impl Identity {
    /// Reads certificate (with what is between it and its root) and key, both PEM, and checks that they prove `domain`.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn load(domain: ProviderDomain, certificate: &Path, key: &Path) -> Result<Self, IdentityError> {
        let current = RwLock::new(read(&domain, certificate, key)?);
        let identity = Self { domain, certificate: certificate.to_owned(), key: key.to_owned(), current };
        tracing::info!(days = identity.days_left(), "the certificate for other providers is good");
        Ok(identity)
    }

    /// The domain that it proves.
    pub fn domain(&self) -> &ProviderDomain {
        &self.domain
    }

    /// Looks at the files again. `true`: there was another certificate, which new connections have from now on.
    ///
    /// # Errors
    /// What lies there cannot be used; what was used before still is.
    pub fn reload(&self) -> Result<bool, IdentityError> {
        let read = read(&self.domain, &self.certificate, &self.key)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.key.cert == read.key.cert {
            return Ok(false);
        }
        *current = read;
        Ok(true)
    }

    /// Looks at the files every minute, and when it is told to, until dropped; logs what it finds.
    pub async fn keep_fresh(&self, told: &Notify) {
        let mut said = None;
        for round in 1_u64.. {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = told.notified() => {}
            }
            self.look(&mut said);
            let days = self.days_left();
            if days < SOON && round.is_multiple_of(WORD_EVERY) {
                tracing::warn!(days, "the certificate for other providers ends soon");
            }
        }
    }

    /// [`Self::reload`] with words in the log; the same trouble is told once.
    pub fn look(&self, said: &mut Option<String>) {
        match self.reload() {
            Ok(true) => tracing::info!(days = self.days_left(), "another certificate for other providers is in use"),
            Ok(false) => {}
            Err(error) => {
                let error = error.to_string();
                if said.as_ref() != Some(&error) {
                    tracing::error!(error, "the certificate for other providers stays the old one");
                }
                *said = Some(error);
                return;
            }
        }
        *said = None;
    }

    fn days_left(&self) -> i64 {
        let until = self.current.read().unwrap_or_else(PoisonError::into_inner).until;
        (until.timestamp() - ASN1Time::now().timestamp()) / (24 * 60 * 60)
    }

    fn current(&self) -> Arc<CertifiedKey> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).key.clone()
    }
}

fn read(domain: &ProviderDomain, certificate: &Path, key: &Path) -> Result<Current, IdentityError> {
    let bytes = |path: &Path| std::fs::read(path).map_err(|error| IdentityError::Unreadable(path.to_owned(), error));
    let none = || IdentityError::NoCertificate(certificate.to_owned());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(certificate)?).collect();
    let chain = chain.map_err(|_| none())?;
    let first = chain.first().ok_or_else(none)?.clone();
    let (_, parsed) = X509Certificate::from_der(&first).map_err(|_| none())?;
    let private = PrivateKeyDer::from_pem_slice(&bytes(key)?).map_err(|_| IdentityError::NoKey(key.to_owned()))?;
    let certified = CertifiedKey::from_der(chain, private, &cryptography()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            IdentityError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
        }
        rustls::Error::InvalidCertificate(_) => none(),
        _ => IdentityError::NoKey(key.to_owned()),
    })?;
    let (now, validity) = (ASN1Time::now(), parsed.validity());
    if now > validity.not_after {
        return Err(IdentityError::Expired(certificate.to_owned(), validity.not_after.to_string()));
    }
    if now < validity.not_before {
        return Err(IdentityError::NotYet(certificate.to_owned(), validity.not_before.to_string()));
    }
    if !proves(&first, domain) {
        return Err(IdentityError::WrongName(certificate.to_owned(), domain.clone()));
    }
    let usage = parsed.extended_key_usage().map_err(|_| none())?;
    if usage.is_some_and(|usage| !usage.value.server_auth && !usage.value.any) {
        return Err(IdentityError::WrongPurpose(certificate.to_owned()));
    }
    Ok(Current { key: Arc::new(certified), until: validity.not_after })
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl core::fmt::Debug for Identity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { domain, certificate, key: _, current: _ } = self;
        f.debug_struct("Identity").field("domain", domain).field("certificate", certificate).finish_non_exhaustive()
    }
}
