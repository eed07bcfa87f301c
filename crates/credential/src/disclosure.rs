//! Showing inside a room who one is: an account's token with chosen claims, in a key binding token that holds for one
//! message of one sender only (docs/PROTOCOL.md, saying who one is).
//!
//! ```text
//! cnonce = HMAC-SHA256(disclosure_base, "nonce" ‖ DisclosureContext)
//! aud    = "mimi://local.invalid/x/" ‖ base64url(SHA-256("aud" ‖ DisclosureContext))
//! cti    = SHA-256("cti" ‖ cnonce)[0..16]
//! 18([<<{1: -19, 13: token, 16: 294}>>, {}, <<{3: aud, 7: cti, 39: cnonce}>>, signature by the account's key])
//! ```
//! `disclosure_base` is known to the members of the epoch alone, so the token tells nobody else where it was shown.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use core::fmt;
use doorstep_cbor::{Key, Reader, Writer, decode};
use doorstep_wire::{IdentityKind, ProviderDomain, UnixMillis, UserUri};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::account::{self, Shown, ShownClaims};
use crate::binding::{AUD, CTI, headers_with, token_in};
use crate::cose_sign1::{self, Sign1};
use crate::token_in::TokenIn;
use crate::{CredentialError, KeySet, LeafKey};

/// Client nonce (RFC 9711 would call it a nonce; draft-ietf-spice-sd-cwt-08 uses 39).
const CNONCE: i64 = 39;
const AUDIENCE: &str = "mimi://local.invalid/x/";

/// What a presentation is bound to: one room, group, epoch, leaf and pseudonym.
#[derive(Clone, PartialEq, Eq)]
pub struct DisclosureBinding {
    audience: String,
    cti: [u8; 16],
    nonce: [u8; 32],
}

impl DisclosureBinding {
    /// `base` is the exporter's secret of the epoch, `context` the bytes of a
    /// [`DisclosureContext`](doorstep_wire::ext::disclosure_context::DisclosureContext).
    pub fn new(base: &[u8; 32], context: &[u8]) -> Self {
        let hash = |label: &[u8], content: &[u8]| -> [u8; 32] {
            Sha256::new().chain_update(label).chain_update(content).finalize().into()
        };
        let nonce = hmac(base, &[b"nonce", context]);
        let audience = format!("{AUDIENCE}{}", URL_SAFE_NO_PAD.encode(hash(b"aud", context)));
        let mut cti = [0; 16];
        cti.iter_mut().zip(hash(b"cti", &nonce)).for_each(|(to, from)| *to = from);
        Self { audience, cti, nonce }
    }
}

impl fmt::Debug for DisclosureBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisclosureBinding").finish_non_exhaustive()
    }
}

/// Shows an account's token with exactly these claims. `disclosures` came with the token, `key` is the one it confirms.
///
/// # Errors
/// Token or disclosures are malformed.
pub fn present(
    token: &[u8],
    disclosures: &[u8],
    claims: ShownClaims,
    binding: &DisclosureBinding,
    key: &LeafKey,
) -> Result<Vec<u8>, CredentialError> {
    let token = Sign1::decode(token)?.showing(account::chosen(disclosures, claims)?);
    let DisclosureBinding { audience, cti, nonce } = binding;
    let mut payload = Writer::new();
    payload.map(3).int(AUD).text(audience).int(CTI).bytes(cti).int(CNONCE).bytes(nonce);
    Ok(cose_sign1::write(&headers_with(&token), &payload.finish(), |bytes| key.sign(bytes)))
}

/// A presentation whose shape and names are in order. It proves nothing until [`DisclosureIn::verify`].
#[derive(Clone, Debug)]
pub struct DisclosureIn {
    envelope: Sign1,
    token: TokenIn,
    shown: Vec<Vec<u8>>,
    binding: DisclosureBinding,
}

/// Somebody's account, shown by its holder for the place it was verified for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedDisclosure {
    /// The account.
    pub user: UserUri,
    /// Who vouches for it.
    pub issuer: ProviderDomain,
    /// Handle, if it was shown.
    pub handle: Option<String>,
    /// Display name, if it was shown.
    pub display_name: Option<String>,
    /// End of the issuer's word.
    pub expires: UnixMillis,
}

impl DisclosureIn {
    /// Reads a presentation.
    ///
    /// # Errors
    /// Anything but exactly the layout above in deterministic CBOR; a token that is no account's.
    pub fn decode(sd_kbt: &[u8]) -> Result<Self, CredentialError> {
        let mut envelope = Sign1::decode(sd_kbt)?;
        let (token, shown) = Sign1::from_value_showing(token_in(envelope.take_headers())?)?;
        let binding = decode(envelope.payload(), read_claims)?;
        let token = TokenIn::from_envelope(token)?;
        if token.kind != IdentityKind::Account {
            return Err(CredentialError::NotAnAccount);
        }
        Ok(Self { envelope, token, shown, binding })
    }

    /// Whose keys [`DisclosureIn::verify`] needs.
    pub fn issuer(&self) -> &ProviderDomain {
        &self.token.issuer
    }

    /// Verifies the issuer's signature, the end of the token, every shown claim, the holder's signature, and that it was
    /// made for the place that `binding` describes. `keys` are the issuer's.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify(
        &self,
        keys: &KeySet,
        binding: &DisclosureBinding,
        now: UnixMillis,
    ) -> Result<VerifiedDisclosure, CredentialError> {
        self.token.check_not_ended(now)?;
        self.token.verify(keys)?;
        if !self.envelope.is_signed_by(&self.token.leaf_key) {
            return Err(CredentialError::HolderSignature);
        }
        if self.binding != *binding {
            return Err(CredentialError::OtherContext);
        }
        let Shown { handle, display_name } = Shown::open(&self.shown, &self.token.redacted)?;
        Ok(VerifiedDisclosure {
            user: self.token.user.clone(),
            issuer: self.token.issuer.clone(),
            handle,
            display_name,
            expires: self.token.expires,
        })
    }
}

fn read_claims(reader: &mut Reader<'_>) -> Result<DisclosureBinding, CredentialError> {
    let mut entries = reader.map()?;
    let (mut audience, mut cti, mut nonce) = (None, None, None);
    while let Some(key) = entries.next(reader)? {
        match key {
            Key::Int(AUD) => audience = Some(reader.text()?.to_owned()),
            Key::Int(CTI) => cti = Some(reader.byte_array()?),
            Key::Int(CNONCE) => nonce = Some(reader.byte_array()?),
            _ => return Err(CredentialError::Claim),
        }
    }
    match (audience, cti, nonce) {
        (Some(audience), Some(cti), Some(nonce)) => Ok(DisclosureBinding { audience, cti, nonce }),
        _ => Err(CredentialError::Claim),
    }
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than a block is filled up with zeros (RFC 2104).
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
