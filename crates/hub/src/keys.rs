use doorstep_wire::sign::sign_content;
use ed25519_dalek::{Signature, Signer, SigningKey};
use zeroize::Zeroizing;

/// The secrets of a hub: two Ed25519 keys, one that speaks in its rooms (`external_senders[0]`) and one that franks
/// messages, and the secret that only the hub itself needs to recognise its franks (docs/PROTOCOL.md, "Hub keys").
pub struct HubKeys {
    sender: SigningKey,
    franking: SigningKey,
    frank_secret: Zeroizing<[u8; 32]>,
}

impl HubKeys {
    /// From three independent secrets that the operator keeps.
    pub fn new(sender: &[u8; 32], franking: &[u8; 32], frank_secret: [u8; 32]) -> Self {
        Self {
            sender: SigningKey::from_bytes(sender),
            franking: SigningKey::from_bytes(franking),
            frank_secret: Zeroizing::new(frank_secret),
        }
    }

    /// Public key of `external_senders[0]`.
    pub fn sender_public(&self) -> [u8; 32] {
        self.sender.verifying_key().to_bytes()
    }

    /// Public key of the `franking_agent` component.
    pub fn franking_public(&self) -> [u8; 32] {
        self.franking.verifying_key().to_bytes()
    }

    /// Signature of the sender key over the bytes as they are.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.sender.sign(bytes).to_bytes()
    }

    /// `SignWithLabel` with the sender key: what the hub says of its rooms outside of MLS.
    pub(crate) fn sign_statement(&self, label: &str, content: &[u8]) -> [u8; 64] {
        self.sender.sign(&sign_content(label, content)).to_bytes()
    }

    /// `SignWithLabel` with the franking key.
    pub(crate) fn sign_frank(&self, label: &str, content: &[u8]) -> [u8; 64] {
        self.franking.sign(&sign_content(label, content)).to_bytes()
    }

    /// Did [`Self::sign_frank`] make this?
    pub(crate) fn is_frank(&self, label: &str, content: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| {
            self.franking.verifying_key().verify_strict(&sign_content(label, content), &signature).is_ok()
        })
    }

    /// `hub_key` of the franking section (mimi-protocol-06).
    pub(crate) fn frank_secret(&self) -> &[u8; 32] {
        &self.frank_secret
    }
}

impl core::fmt::Debug for HubKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { sender: _, franking: _, frank_secret: _ } = self;
        f.debug_struct("HubKeys").finish_non_exhaustive()
    }
}
