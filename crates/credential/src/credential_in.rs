//! From the bytes of an MLS credential to somebody.

use doorstep_wire::{ClientUri, IdentityKind, ProviderDomain, UnixMillis, UserUri};

use crate::binding::BindingIn;
use crate::token_in::TokenIn;
use crate::{Audience, CredentialError, KeySet};

/// A credential whose shape and names are in order. It proves nothing until [`CredentialIn::verify`].
#[derive(Clone, Debug)]
pub struct CredentialIn {
    binding: BindingIn,
    token: TokenIn,
}

/// Somebody, as the provider in [`VerifiedCredential::issuer`] asserts and the leaf key confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedCredential {
    /// Who.
    pub user: UserUri,
    /// Which of the user's clients. "The same client" means equal here.
    pub client: ClientUri,
    /// Account or pseudonym.
    pub kind: IdentityKind,
    /// Ed25519 key of the leaf.
    pub leaf_key: [u8; 32],
    /// End of the provider's word.
    pub expires: UnixMillis,
    /// What the leaf was made for; whether that is the room at hand is for the caller to compare.
    pub audience: Audience,
    /// Who says so.
    pub issuer: ProviderDomain,
}

impl CredentialIn {
    /// Reads the content of an MLS credential of type 5 (`sd_kbt`).
    ///
    /// # Errors
    /// Anything but exactly the profile of docs/PROTOCOL.md in deterministic CBOR.
    pub fn decode(sd_kbt: &[u8]) -> Result<Self, CredentialError> {
        let (binding, token) = BindingIn::decode(sd_kbt)?;
        let token = TokenIn::from_envelope(token)?;
        Ok(Self { binding, token })
    }

    /// Who it says it is, and the leaf key it is for. To be believed only where the same bytes were verified before.
    pub fn claimed(&self) -> (&UserUri, &[u8; 32]) {
        (&self.token.user, &self.token.leaf_key)
    }

    /// What it says, unverified: only for bytes that were verified before they were put where they come from.
    pub fn remembered(&self) -> VerifiedCredential {
        VerifiedCredential {
            user: self.token.user.clone(),
            client: self.token.client.clone(),
            kind: self.token.kind,
            leaf_key: self.token.leaf_key,
            expires: self.token.expires,
            audience: self.binding.audience.clone(),
            issuer: self.token.issuer.clone(),
        }
    }

    /// Whose keys [`CredentialIn::verify`] needs.
    pub fn issuer(&self) -> &ProviderDomain {
        &self.token.issuer
    }

    /// Verifies both signatures, the end of the token, and that it is for the leaf that carries it. `keys` are the
    /// issuer's, `leaf_key` is the `signature_key` of the leaf.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify(
        &self,
        keys: &KeySet,
        leaf_key: &[u8],
        now: UnixMillis,
    ) -> Result<VerifiedCredential, CredentialError> {
        self.token.check_not_ended(now)?;
        self.verify_even_if_ended(keys, leaf_key)
    }

    /// As [`CredentialIn::verify`] for bytes whose signatures were verified before: the issuer still has the key that
    /// signed, the token has not ended, and it is for the leaf that carries it.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify_again(
        &self,
        keys: &KeySet,
        leaf_key: &[u8],
        now: UnixMillis,
    ) -> Result<VerifiedCredential, CredentialError> {
        self.token.check_not_ended(now)?;
        self.token.issuer_key(keys)?;
        self.check_leaf(leaf_key)?;
        Ok(self.remembered())
    }

    /// As [`CredentialIn::verify`] for a leaf that is in the group already: members outlive their tokens, and whether one
    /// has ended is told by [`VerifiedCredential::expires`].
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify_even_if_ended(&self, keys: &KeySet, leaf_key: &[u8]) -> Result<VerifiedCredential, CredentialError> {
        self.token.verify(keys)?;
        self.check_leaf(leaf_key)?;
        if !self.binding.envelope.is_signed_by(&self.token.leaf_key) {
            return Err(CredentialError::HolderSignature);
        }
        Ok(self.remembered())
    }

    fn check_leaf(&self, leaf_key: &[u8]) -> Result<(), CredentialError> {
        if self.token.leaf_key == *leaf_key { Ok(()) } else { Err(CredentialError::OtherKey) }
    }
}

impl VerifiedCredential {
    /// True if a token that is over at `now` backs this.
    pub fn has_ended(&self, now: UnixMillis) -> bool {
        self.expires <= now
    }
}

#[cfg(test)]
mod tests;
