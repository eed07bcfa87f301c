//! KeyPackages of another name of the sender's, inside a message: what proves that they are the sender's to give away
//! (docs/PROTOCOL.md, field 29), made and looked at in one place for knocks and for requests to talk.

use doorstep_credential::CredentialIn;
use doorstep_mls::KeyPackageView;
use doorstep_wire::{
    IdentifierUri, UserUri,
    ext::{kp_usage::KpUsage, second_pseudonym::SecondPseudonym},
};
use ed25519_dalek::{Signature, VerifyingKey};
use tls_codec::VLByteVec;

use crate::{
    context::Context,
    issuers::{self, NotTaken},
};

/// What the packages of one message are bound to.
pub(crate) struct Bound<'a> {
    /// The encoded `DisclosureContext` of the message.
    pub(crate) disclosure: &'a [u8],
    pub(crate) request_id: [u8; 16],
    /// Who is addressed: a room that is knocked at, or a person who is asked.
    pub(crate) recipient: IdentifierUri,
}

impl Bound<'_> {
    /// What the leaf key of a KeyPackage with this reference signs.
    pub(crate) fn content(&self, reference: &[u8]) -> Option<Vec<u8>> {
        SecondPseudonym {
            disclosure_context: VLByteVec::from(self.disclosure),
            request_id: self.request_id,
            recipient: self.recipient.clone(),
            kp_ref: VLByteVec::from(reference),
        }
        .to_be_signed()
        .ok()
    }

    /// Every package is for this use, of the user named, vouched for, and proven to be the sender's own. Until
    /// when the last of them can be used, milliseconds.
    pub(crate) fn check(
        &self,
        cx: &Context,
        (packages, signatures): (&[Vec<u8>], &[[u8; 64]]),
        user: &UserUri,
        usage: &KpUsage,
    ) -> Result<u64, NotTaken> {
        let mut usable_until = 0;
        if packages.is_empty() || packages.len() != signatures.len() {
            return Err(NotTaken::Useless);
        }
        for (package, signature) in packages.iter().zip(signatures) {
            let view = KeyPackageView::decode(package).map_err(|_| NotTaken::Useless)?;
            if view.usage != *usage || view.last_resort {
                return Err(NotTaken::Useless);
            }
            let credential = CredentialIn::decode(&view.credential).map_err(|_| NotTaken::Useless)?;
            let issuer = credential.issuer().clone();
            let Some(keys) = issuers::issuer_key_set(cx, &issuer) else { return Err(NotTaken::NeedsIssuer(issuer)) };
            let verified = match credential.verify(&keys, &view.signature_key, cx.now) {
                Ok(verified) => verified,
                Err(error) if issuers::wants_newer(cx, &issuer, &error) => return Err(NotTaken::NeedsIssuer(issuer)),
                Err(_) => return Err(NotTaken::Useless),
            };
            let content = self.content(&view.reference).ok_or(NotTaken::Useless)?;
            let key = VerifyingKey::try_from(view.signature_key.as_slice()).map_err(|_| NotTaken::Useless)?;
            let proven = key.verify_strict(&content, &Signature::from_bytes(signature)).is_ok();
            if verified.user != *user || !proven {
                return Err(NotTaken::Useless);
            }
            usable_until = usable_until.max(view.not_after.saturating_mul(1000).min(verified.expires.0));
        }
        Ok(usable_until)
    }
}
