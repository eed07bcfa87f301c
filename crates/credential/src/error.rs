//! Why a credential was refused.

use doorstep_cbor::CborError;

/// A credential that proves nothing. Always the fault of who shows it, except [`CredentialError::UnknownKey`], which may
/// mean that our copy of the issuer's keys is old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Not the deterministic CBOR of a credential.
    #[error("malformed: {0}")]
    Malformed(#[from] CborError),
    /// A header that the profile does not allow, or one is missing.
    #[error("a COSE header is not as the profile wants it")]
    Header,
    /// A claim that the profile does not allow, or one is missing.
    #[error("a claim is not as the profile wants it")]
    Claim,
    /// A URI is not one, or not in its canonical form.
    #[error("a URI is not canonical")]
    Uri,
    /// Kind, issuer, user and client do not belong together.
    #[error("kind, issuer, user and client do not belong together")]
    Inconsistent,
    /// The issuer has no such key.
    #[error("the issuer has no such key")]
    UnknownKey,
    /// The issuer did not sign this.
    #[error("the issuer's signature is wrong")]
    IssuerSignature,
    /// The holder did not sign this.
    #[error("the holder's signature is wrong")]
    HolderSignature,
    /// The token has ended.
    #[error("the token has ended")]
    Expired,
    /// The token is for another key than the leaf's.
    #[error("the token is for another key")]
    OtherKey,
    /// Made for another room, epoch, leaf or pseudonym than the one at hand.
    #[error("it was made for another place")]
    OtherContext,
    /// A pseudonym's token, where an account was to be shown.
    #[error("not an account")]
    NotAnAccount,
    /// Disclosures and token do not belong together.
    #[error("disclosures and token do not belong together")]
    Disclosure,
}
