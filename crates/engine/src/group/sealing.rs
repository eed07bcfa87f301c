//! Something sealed to some leaves of a room: one AES key for the content, and that key for each of them under HPKE.

use aes_gcm::{
    Aes128Gcm, KeyInit,
    aead::{Aead, Payload},
};
use doorstep_content::SealedTo;
use doorstep_mls::{Journal, Mls, hpke_open};
use doorstep_wire::{
    LeafIndex,
    codec::Body,
    ext::knock::{KnockContext, RecipientContext},
};

use crate::entropy::Entropy;

/// Makes the HPKE `info` of a recipient: the label says what is sealed.
pub(crate) type Info = fn(&RecipientContext) -> Result<Vec<u8>, tls_codec::Error>;

/// What was sealed, and to whom.
pub(crate) struct Sealed {
    /// Ascending by leaf.
    pub(crate) recipients: Vec<SealedTo>,
    pub(crate) nonce: [u8; 12],
    pub(crate) ciphertext: Vec<u8>,
}

/// Seals to these leaves with these keys; none if there is nobody, or a key is not usable.
pub(crate) fn seal(
    journal: &Journal,
    entropy: &mut Entropy,
    context: &KnockContext,
    recipients: Vec<(LeafIndex, [u8; 32])>,
    info: Info,
    plaintext: &[u8],
) -> Option<Sealed> {
    let key: [u8; 16] = entropy.bytes();
    let nonce: [u8; 12] = entropy.bytes();
    let payload = Payload { msg: plaintext, aad: &context.encode().ok()? };
    let ciphertext = Aes128Gcm::new_from_slice(&key).ok()?.encrypt(&nonce.into(), payload).ok()?;
    let mut wrapped = Vec::with_capacity(recipients.len());
    for (leaf, public) in recipients {
        let info = info(&RecipientContext { context: context.clone(), recipient_leaf: leaf }).ok()?;
        let mls = Mls::new(journal, entropy.bytes());
        let (kem_output, wrapped_key) = mls.hpke_seal(&public, &info, &[], &key).ok()?;
        wrapped.push(SealedTo { leaf, kem_output: kem_output.try_into().ok()?, wrapped: wrapped_key.try_into().ok()? });
    }
    wrapped.sort_by_key(|entry| entry.leaf);
    (!wrapped.is_empty()).then_some(Sealed { recipients: wrapped, nonce, ciphertext })
}

/// Opens what was sealed to a leaf, with whichever of these secrets is the right one.
pub(crate) fn open(
    secrets: impl IntoIterator<Item = [u8; 32]>,
    context: KnockContext,
    entry: &SealedTo,
    info: Info,
    (nonce, ciphertext): ([u8; 12], &[u8]),
) -> Option<Vec<u8>> {
    let aad = context.encode().ok()?;
    let info = info(&RecipientContext { context, recipient_leaf: entry.leaf }).ok()?;
    let key = secrets
        .into_iter()
        .find_map(|secret| hpke_open(&secret, &info, &[], &entry.kem_output, &entry.wrapped).ok())?;
    let payload = Payload { msg: ciphertext, aad: &aad };
    Aes128Gcm::new_from_slice(&key).ok()?.decrypt(&nonce.into(), payload).ok()
}
