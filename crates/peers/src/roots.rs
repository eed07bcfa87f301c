//! Whose word counts about who a provider is.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Authorities that are believed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Roots {
    /// Those that browsers believe, as of this program's build.
    #[default]
    Public,
    /// Those in a PEM file, and no others: a private network, or development.
    Only(PathBuf),
}

/// Why authorities could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// No such file, or not ours to read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// It is no PEM file, or holds something that is no certificate of an authority.
    #[error("{0} holds something that is no root certificate in PEM")]
    Broken(PathBuf),
    /// It holds none.
    #[error("{0} holds no certificate")]
    Empty(PathBuf),
}

/// Authorities, read.
#[derive(Clone, Debug)]
pub struct Trust {
    pub(crate) store: Arc<RootCertStore>,
    /// The network is the operator's own.
    pub(crate) private: bool,
}

impl Roots {
    /// Reads them.
    ///
    /// # Errors
    /// [`RootsError`].
    pub fn load(&self) -> Result<Trust, RootsError> {
        let Self::Only(path) = self else {
            let store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            return Ok(Trust { store: Arc::new(store), private: false });
        };
        let bytes = std::fs::read(path).map_err(|error| RootsError::Unreadable(path.clone(), error))?;
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&bytes) {
            let certificate = certificate.map_err(|_| RootsError::Broken(path.clone()))?;
            store.add(certificate).map_err(|_| RootsError::Broken(path.clone()))?;
        }
        if store.is_empty() {
            return Err(RootsError::Empty(path.clone()));
        }
        Ok(Trust { store: Arc::new(store), private: true })
    }
}
