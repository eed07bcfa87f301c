//! Certificates for development and tests: an authority of one's own, and what it says about names.
//!
//! Whoever has the authority's key can be any provider to those who trust it, so it is not written down: an authority
//! signs what it is made for, and is gone.

use std::fs;
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use doorstep_wire::ProviderDomain;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

/// Days that a development certificate is good for, from yesterday on.
pub const DAYS: i64 = 365;

/// An authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// What a certificate says.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Names, as they are: also wildcards.
    pub names: Vec<String>,
    /// Days from today on.
    pub days: Range<i64>,
    /// It may be used by servers.
    pub server: bool,
    /// It may be used by clients.
    pub client: bool,
}

/// A certificate and its key, PEM.
#[derive(Clone)]
pub struct Pem {
    /// Certificate.
    pub certificate: String,
    /// Private key.
    pub key: String,
}

impl Leaf {
    /// A good one, for both sides of a connection.
    pub fn of(name: &str) -> Self {
        Self { names: vec![name.to_owned()], days: -1..DAYS, server: true, client: true }
    }
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// The cryptography does not work.
    pub fn new() -> Result<Self, rcgen::Error> {
        let mut params = params(&(-1..DAYS));
        params.distinguished_name.push(DnType::CommonName, "Doorstep development");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(Self(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?))
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> String {
        self.0.pem()
    }

    /// A new key and a certificate for it.
    ///
    /// # Errors
    /// A name is none, or the cryptography does not work.
    pub fn sign(&self, leaf: &Leaf) -> Result<Pem, rcgen::Error> {
        let mut params = params(&leaf.days);
        params.subject_alt_names = CertificateParams::new(leaf.names.clone())?.subject_alt_names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = [
            leaf.server.then_some(ExtendedKeyUsagePurpose::ServerAuth),
            leaf.client.then_some(ExtendedKeyUsagePurpose::ClientAuth),
        ]
        .into_iter()
        .flatten()
        .collect();
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.0)?;
        Ok(Pem { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

impl core::fmt::Debug for Authority {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Authority")
    }
}

impl core::fmt::Debug for Pem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Pem")
    }
}

impl Pem {
    /// Writes both, the key for its owner only, over what is there.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn write(&self, certificate: &Path, key: &Path) -> io::Result<()> {
        write(key, &self.key, 0o600)?;
        write(certificate, &self.certificate, 0o644)
    }
}

/// Makes an authority and a certificate for each domain: `ca.pem`, and for each `DOMAIN.pem` and `DOMAIN.key`. Returns the
/// path of the authority's certificate.
///
/// # Errors
/// The folder cannot be made or written to.
pub fn certificates(folder: &Path, domains: &[ProviderDomain]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let authority = Authority::new().map_err(io::Error::other)?;
    for domain in domains {
        let pem = authority.sign(&Leaf::of(domain.as_str())).map_err(io::Error::other)?;
        pem.write(&folder.join(format!("{domain}.pem")), &folder.join(format!("{domain}.key")))?;
    }
    let path = folder.join("ca.pem");
    write(&path, &authority.certificate(), 0o644)?;
    Ok(path)
}

fn params(days: &Range<i64>) -> CertificateParams {
    let today = OffsetDateTime::now_utc();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = today + Duration::days(days.start);
    params.not_after = today + Duration::days(days.end);
    params
}

/// The whole file or the one before it: written beside it and moved.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
    file.write_all(text.as_bytes())?;
    fs::rename(beside, path)
}
