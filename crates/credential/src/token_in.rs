//! A provider's token as received.

use coset::Header;
use doorstep_cbor::{Key, Reader, decode};
use doorstep_wire::{ClientUri, IdentifierUri, IdentityKind, ProviderDomain, UnixMillis, UserUri};

use crate::cose_sign1::Sign1;
use crate::token::{claim, headers};
use crate::{CredentialError, DAY_SECONDS, KeyId, KeySet, account, cose_key};

/// A token whose shape and names are in order; nothing is verified.
#[derive(Clone, Debug)]
pub(crate) struct TokenIn {
    envelope: Sign1,
    pub(crate) kid: KeyId,
    pub(crate) issuer: ProviderDomain,
    pub(crate) client: ClientUri,
    pub(crate) user: UserUri,
    pub(crate) kind: IdentityKind,
    pub(crate) leaf_key: [u8; 32],
    pub(crate) expires: UnixMillis,
    pub(crate) redacted: Vec<[u8; 32]>,
}

impl TokenIn {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CredentialError> {
        Self::from_envelope(Sign1::decode(bytes)?)
    }

    pub(crate) fn from_envelope(mut envelope: Sign1) -> Result<Self, CredentialError> {
        let kid = key_named_in(&envelope.take_headers())?;
        let claims = decode(envelope.payload(), Claims::read)?;
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

/// The holder's check of a token that they asked for: it is for their client and their key, and the provider stands by
/// it.
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

/// The issuer's key in protected headers that are those of a token.
fn key_named_in(found: &Header) -> Result<KeyId, CredentialError> {
    let kid = found.key_id.as_slice().try_into().map(KeyId).map_err(|_| CredentialError::Header)?;
    if *found == headers(kid) { Ok(kid) } else { Err(CredentialError::Header) }
}

#[derive(Default)]
struct Claims {
    issuer: Option<ProviderDomain>,
    client: Option<ClientUri>,
    user: Option<UserUri>,
    kind: Option<u64>,
    exp: Option<u64>,
    leaf_key: Option<[u8; 32]>,
    redacted: Vec<[u8; 32]>,
}

impl Claims {
    fn read(reader: &mut Reader<'_>) -> Result<Self, CredentialError> {
        let mut entries = reader.map()?;
        let mut claims = Self::default();
        while let Some(key) = entries.next(reader)? {
            match key {
                Key::Int(claim::ISS) => claims.issuer = Some(read_issuer(reader.text()?)?),
                Key::Int(claim::SUB) => claims.client = Some(canonical(ClientUri::from_canonical(reader.text()?))?),
                Key::Int(claim::EXP) => claims.exp = Some(reader.uint()?),
                Key::Int(claim::CNF) => claims.leaf_key = Some(read_confirmation(reader)?),
                Key::Int(claim::USER) => claims.user = Some(canonical(UserUri::from_canonical(reader.text()?))?),
                Key::Int(claim::KIND) => claims.kind = Some(reader.uint()?),
                Key::Simple(claim::REDACTED) => claims.redacted = account::read_digests(reader)?,
                _ => return Err(CredentialError::Claim),
            }
        }
        Ok(claims)
    }

    fn into_token(self, envelope: Sign1, kid: KeyId) -> Result<TokenIn, CredentialError> {
        let missing = CredentialError::Claim;
        let exp = self.exp.filter(|exp| exp.is_multiple_of(DAY_SECONDS)).ok_or(missing)?;
        let token = TokenIn {
            envelope,
            kid,
            issuer: self.issuer.ok_or(missing)?,
            client: self.client.ok_or(missing)?,
            user: self.user.ok_or(missing)?,
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

fn canonical<T, E>(uri: Result<T, E>) -> Result<T, CredentialError> {
    uri.map_err(|_| CredentialError::Uri)
}

fn read_issuer(text: &str) -> Result<ProviderDomain, CredentialError> {
    let uri = canonical(IdentifierUri::from_canonical(text))?;
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
