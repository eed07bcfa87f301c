//! Who somebody is: SD-CWT credentials for pseudonyms and accounts, and the keys that make them believable.
//!
//! A provider signs a token that binds a client URI to the key of one MLS leaf ([`issue_pseudonym`], [`issue_account`]);
//! the client wraps it in a key binding token ([`bind`]), which is the content of an MLS credential of type 5
//! (draft-mahy-mls-sd-cwt-credential-02, draft-ietf-spice-sd-cwt-08, profile in docs/PROTOCOL.md). Whoever meets a leaf
//! goes from bytes through [`CredentialIn`] to [`VerifiedCredential`]; nothing else makes one. An account's holder shows
//! it inside a room with [`present`], and whoever is shown one goes through [`DisclosureIn`] to [`VerifiedDisclosure`].
//!
//! It must never read a clock or make randomness: times, salts and ids are arguments. Start with [`CredentialIn`].

mod account;
mod audience;
mod binding;
mod cose_key;
mod cose_sign1;
mod credential_in;
mod disclosure;
mod error;
mod issue_request;
mod issuer_key;
mod key_set;
mod leaf_key;
mod token;
mod token_in;
#[cfg(test)]
mod vectors;

pub use account::{AccountClaims, Salts, ShownClaims};
pub use audience::Audience;
pub use binding::bind;
pub use credential_in::{CredentialIn, VerifiedCredential};
pub use disclosure::{DisclosureBinding, DisclosureIn, VerifiedDisclosure, present};
pub use error::CredentialError;
pub use issue_request::{IssueRequest, IssueRequestError, NO_TOKEN, VerifiedIssueRequest};
pub use issuer_key::{IssuerKey, KeyId};
pub use key_set::{IssuerKeys, KeySet, KeyUse};
pub use leaf_key::LeafKey;
pub use token::{issue_account, issue_pseudonym};
pub use token_in::{AcceptedToken, accept_token};

/// MLS credential type `sd_cwt` (draft-mahy-mls-sd-cwt-credential-02).
pub const CREDENTIAL_TYPE: u16 = 5;

/// Tokens end at a multiple of this many seconds, so that their end tells nothing about the moment of issue.
pub const DAY_SECONDS: u64 = 86_400;
