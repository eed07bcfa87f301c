//! What a provider signs: an SD-CWT that binds a client URI to a leaf key.
//!
//! ```text
//! 18([<<{1: -19, 4: kid, 16: 293}>>, {},
//!     <<{1: "mimi://<provider>", 2: client URI, 4: end, 8: {1: COSE_Key}, -70001: user URI, -70002: kind,
//!        ? simple(59): [2* digest]}>>, signature by the issuer key])
//! ```

use coset::cbor::Value;
use coset::iana::Algorithm;
use coset::{CborSerializable, Header, HeaderBuilder};
use doorstep_cbor::Writer;
use doorstep_wire::{ClientUri, IdentityKind, ProviderDomain};

use crate::account::{Redacted, Salts};
use crate::cose_sign1::{self, header};
use crate::{AccountClaims, IssuerKey, KeyId, cose_key};

/// `application/sd-cwt` (draft-ietf-spice-sd-cwt-08).
pub(crate) const TYP: u64 = 293;

/// Claim keys of the profile.
pub(crate) mod claim {
    /// Issuer.
    pub(crate) const ISS: i64 = 1;
    /// Subject: the client.
    pub(crate) const SUB: i64 = 2;
    /// End, seconds since the UNIX epoch.
    pub(crate) const EXP: i64 = 4;
    /// Confirmation key.
    pub(crate) const CNF: i64 = 8;
    /// The user whom the client belongs to.
    pub(crate) const USER: i64 = -70_001;
    /// Account or pseudonym.
    pub(crate) const KIND: i64 = -70_002;
    /// Handle, only ever redacted.
    pub(crate) const HANDLE: i64 = -70_003;
    /// Display name, only ever redacted.
    pub(crate) const DISPLAY_NAME: i64 = -70_004;
    /// Simple value under which the digests of redacted claims stand.
    pub(crate) const REDACTED: u8 = 59;
}

/// Issues a token for a pseudonym's client. `exp_secs` should be the multiple of [`crate::DAY_SECONDS`] that every
/// token of the day gets.
pub fn issue_pseudonym(
    key: &IssuerKey,
    iss: &ProviderDomain,
    client: &ClientUri,
    leaf_key: &[u8; 32],
    exp_secs: u64,
) -> Vec<u8> {
    issue(key, iss, client, leaf_key, exp_secs, IdentityKind::Pseudonym, None)
}

/// Issues a token for an account's client, in which handle and display name are redacted, and the disclosures that open
/// them: a CBOR array of byte strings, to be given to the account's client alone.
pub fn issue_account(
    key: &IssuerKey,
    iss: &ProviderDomain,
    client: &ClientUri,
    leaf_key: &[u8; 32],
    exp_secs: u64,
    claims: &AccountClaims,
    salts: Salts,
) -> (Vec<u8>, Vec<u8>) {
    let redacted = Redacted::new(claims, salts);
    let token = issue(key, iss, client, leaf_key, exp_secs, IdentityKind::Account, Some(&redacted));
    (token, redacted.disclosures())
}

fn issue(
    key: &IssuerKey,
    iss: &ProviderDomain,
    client: &ClientUri,
    leaf_key: &[u8; 32],
    exp_secs: u64,
    kind: IdentityKind,
    redacted: Option<&Redacted>,
) -> Vec<u8> {
    let mut payload = Writer::new();
    payload.map(6 + usize::from(redacted.is_some()));
    payload.int(claim::ISS).text(iss.uri().as_str()).int(claim::SUB).text(client.as_str());
    payload.int(claim::EXP).uint(exp_secs);
    payload.int(claim::CNF).map(1).int(1);
    cose_key::write(&mut payload, leaf_key);
    payload.int(claim::USER).text(client.user().as_str()).int(claim::KIND).uint(kind_number(kind));
    if let Some(redacted) = redacted {
        payload.simple(claim::REDACTED);
        redacted.write_digests(&mut payload);
    }
    // `coset` refuses to write nothing but a header that is there twice, which none of ours is.
    let protected = headers(key.kid()).to_vec().unwrap_or_default();
    cose_sign1::write(&protected, &payload.finish(), |bytes| key.sign(bytes))
}

/// The protected headers of a token.
pub(crate) fn headers(kid: KeyId) -> Header {
    let headers = HeaderBuilder::new().algorithm(Algorithm::Ed25519).key_id(kid.0.to_vec());
    headers.value(header::TYP, Value::from(TYP)).build()
}

pub(crate) fn kind_number(kind: IdentityKind) -> u64 {
    match kind {
        IdentityKind::Account => 0,
        IdentityKind::Pseudonym => 1,
    }
}
