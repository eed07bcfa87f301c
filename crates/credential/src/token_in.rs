//! A provider's token as received.

use doorstep_cbor::{Key, Reader, decode};
use doorstep_wire::{ClientUri, IdentifierUri, IdentityKind, ProviderDomain, UnixMillis, UserUri};

use crate::cose_sign1::{ALG_ED25519, Sign1, header};
use crate::token::{TYP, claim};
use crate::{CredentialError, DAY_SECONDS, KeyId, KeySet, account, cose_key};

/// A token whose shape and names are in order; nothing is verified.
#[derive(Clone, Debug)]
pub(crate) struct TokenIn<'a> {
    envelope: Sign1<'a>,
    pub(crate) kid: KeyId,
    pub(crate) issuer: ProviderDomain,
    pub(crate) client: ClientUri,
    pub(crate) user: UserUri,
    pub(crate) kind: IdentityKind,
    pub(crate) leaf_key: [u8; 32],
    pub(crate) expires: UnixMillis,
    pub(crate) redacted: Vec<[u8; 32]>,
}

impl<'a> TokenIn<'a> {
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, CredentialError> {
        Self::from_envelope(decode(bytes, Sign1::read)?)
    }

    pub(crate) fn from_envelope(envelope: Sign1<'a>) -> Result<Self, CredentialError> {
        let kid = decode(envelope.protected, read_headers)?;
        let claims = decode(envelope.payload, Claims::read)?;
        claims.into_token(envelope, kid)
    }

    /// The key that it names.
    pub(crate) fn issuer_key<'k>(&self, keys: &'k KeySet) -> Result<&'k [u8; 32], CredentialError> {
        keys.issuer(self.kid).ok_or(CredentialError::UnknownKey)
    }

    /// Checks the issuer's signature.
    pub(crate) fn verify(&self, keys: &KeySet) -> Result<(), CredentialError> {
        if self.envelope.is_signed_by(self.issuer_key(keys)?) { Ok(()) } else { Err(CredentialError::IssuerSignature) }
    }

    pub(crate) fn check_not_ended(&self, now: UnixMillis) -> Result<(), CredentialError> {
        if self.expires > now { Ok(()) } else { Err(CredentialError::Expired) }
    }

    /// Kind, issuer, user and client name the same somebody (docs/PROTOCOL.md, recognising a pseudonym).
    fn check_names(&self) -> Result<(), CredentialError> {
        let says_pseudonym = self.kind == IdentityKind::Pseudonym;
        let consistent = self.client.user() == self.user
            && self.user.is_pseudonym_path() == says_pseudonym
            && self.user.pseudonym_id().is_some() == says_pseudonym
            && self.user.host() == self.issuer
            && self.client.host() == self.issuer
            && (self.redacted.is_empty() || !says_pseudonym);
        if consistent { Ok(()) } else { Err(CredentialError::Inconsistent) }
    }
}

/// What a provider gave its client, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceptedToken {
    /// End of the token.
    pub expires: UnixMillis,
    /// Account or pseudonym.
    pub kind: IdentityKind,
}

/// The holder's check of a token that she asked for: it is for her client and her key, and the provider stands by it.
///
/// # Errors
/// Everything that [`crate::CredentialIn::verify`] refuses, and another client than asked for.
pub fn accept_token(
    token: &[u8],
    keys: &KeySet,
    client: &ClientUri,
    leaf_key: &[u8; 32],
    now: UnixMillis,
) -> Result<AcceptedToken, CredentialError> {
    let token = TokenIn::decode(token)?;
    token.verify(keys)?;
    token.check_not_ended(now)?;
    if token.client != *client {
        return Err(CredentialError::Inconsistent);
    }
    if token.leaf_key != *leaf_key {
        return Err(CredentialError::OtherKey);
    }
    Ok(AcceptedToken { expires: token.expires, kind: token.kind })
}

fn read_headers(reader: &mut Reader<'_>) -> Result<KeyId, CredentialError> {
    let mut entries = reader.map()?;
    let (mut alg, mut typ, mut kid) = (None, None, None);
    while let Some(key) = entries.next(reader)? {
        match key {
            Key::Int(header::ALG) => alg = Some(reader.int()?),
            Key::Int(header::KID) => kid = Some(KeyId(reader.byte_array()?)),
            Key::Int(header::TYP) => typ = Some(reader.uint()?),
            _ => return Err(CredentialError::Header),
        }
    }
    match (alg, typ, kid) {
        (Some(ALG_ED25519), Some(TYP), Some(kid)) => Ok(kid),
        _ => Err(CredentialError::Header),
    }
}

#[derive(Default)]
struct Claims<'a> {
    issuer: Option<&'a str>,
    client: Option<&'a str>,
    user: Option<&'a str>,
    kind: Option<u64>,
    exp: Option<u64>,
    leaf_key: Option<[u8; 32]>,
    redacted: Vec<[u8; 32]>,
}

impl<'a> Claims<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, CredentialError> {
        let mut entries = reader.map()?;
        let mut claims = Self::default();
        while let Some(key) = entries.next(reader)? {
            match key {
                Key::Int(claim::ISS) => claims.issuer = Some(reader.text()?),
                Key::Int(claim::SUB) => claims.client = Some(reader.text()?),
                Key::Int(claim::EXP) => claims.exp = Some(reader.uint()?),
                Key::Int(claim::CNF) => claims.leaf_key = Some(read_confirmation(reader)?),
                Key::Int(claim::USER) => claims.user = Some(reader.text()?),
                Key::Int(claim::KIND) => claims.kind = Some(reader.uint()?),
                Key::Simple(claim::REDACTED) => claims.redacted = account::read_digests(reader)?,
                _ => return Err(CredentialError::Claim),
            }
        }
        Ok(claims)
    }

    fn into_token(self, envelope: Sign1<'a>, kid: KeyId) -> Result<TokenIn<'a>, CredentialError> {
        let missing = CredentialError::Claim;
        let exp = self.exp.filter(|exp| exp.is_multiple_of(DAY_SECONDS)).ok_or(missing)?;
        let token = TokenIn {
            envelope,
            kid,
            issuer: read_issuer(self.issuer.ok_or(missing)?)?,
            client: ClientUri::from_canonical(self.client.ok_or(missing)?).map_err(|_| CredentialError::Uri)?,
            user: UserUri::from_canonical(self.user.ok_or(missing)?).map_err(|_| CredentialError::Uri)?,
            kind: match self.kind {
                Some(0) => IdentityKind::Account,
                Some(1) => IdentityKind::Pseudonym,
                _ => return Err(missing),
            },
            leaf_key: self.leaf_key.ok_or(missing)?,
            expires: UnixMillis(exp.checked_mul(1000).ok_or(missing)?),
            redacted: self.redacted,
        };
        token.check_names()?;
        Ok(token)
    }
}

fn read_issuer(text: &str) -> Result<ProviderDomain, CredentialError> {
    let uri = IdentifierUri::from_canonical(text).map_err(|_| CredentialError::Uri)?;
    if uri.is_provider() { Ok(uri.host()) } else { Err(CredentialError::Uri) }
}

/// `{1: COSE_Key}` (RFC 8747 §3.1).
fn read_confirmation(reader: &mut Reader<'_>) -> Result<[u8; 32], CredentialError> {
    let mut entries = reader.map()?;
    let mut key = None;
    while let Some(label) = entries.next(reader)? {
        match label {
            Key::Int(1) => key = Some(cose_key::read(reader)?),
            _ => return Err(CredentialError::Claim),
        }
    }
    key.ok_or(CredentialError::Claim)
}
