//! Whose a leaf of the group is, as policy sees it.

use doorstep_wire::{
    numbers::IdentityKind,
    uri::{ClientUri, ProviderDomain, UserUri},
};

/// A client in the group, or about to come in. Made from a credential that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Whose client it is.
    pub user: UserUri,
    /// Which one.
    pub client: ClientUri,
    /// Account or pseudonym, as the credential says.
    pub kind: IdentityKind,
    /// The provider that says so.
    pub issuer: ProviderDomain,
    /// The leaf carries a knock sealing key (component 0x8D46).
    pub has_knock_key: bool,
    /// The leaf's signature key.
    pub signature_key: Vec<u8>,
}

impl Leaf {
    /// True if both are the same client of the same user with the same key.
    pub fn is_same_client(&self, other: &Self) -> bool {
        self.user == other.user && self.client == other.client && self.signature_key == other.signature_key
    }
}
