//! From the bytes of a leaf to who it is.

use doorstep_credential::{Audience, CREDENTIAL_TYPE, CredentialError, CredentialIn, IssuerKeys, VerifiedCredential};
use doorstep_mls::{Identity, KeyPackageView, LeafView};
use doorstep_policy::{Leaf, RoomState};
use doorstep_wire::{
    Body, Credential, Dictionary, LeafIndex, RoomUri, UnixMillis,
    component::{APP_COMPONENTS, KNOCK_SEALING_KEY},
    dictionary::parse_components_list,
    ext::knock::KnockSealingKey,
};

use crate::Denied;

/// How a leaf came to be where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In a KeyPackage that is being added.
    KeyPackage,
    /// By the external commit that is being judged: made for this room and nothing else.
    ExternalCommit,
    /// Of a member: from a KeyPackage once, or made for this room.
    Member,
}

/// What is asked of the credential of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Everything.
    Full(UnixMillis),
    /// Everything but signatures, which were verified when the same bytes were seen before.
    Again(UnixMillis),
    /// Everything but the end of the token: members outlive theirs.
    EvenIfEnded,
}

/// What is looked at in a leaf.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) credential_type: u16,
    pub(crate) credential: &'a [u8],
    pub(crate) signature_key: &'a [u8],
    pub(crate) components: &'a Dictionary,
}

impl<'a> From<&'a LeafView> for Parts<'a> {
    fn from(view: &'a LeafView) -> Self {
        Self {
            credential_type: view.credential_type,
            credential: &view.credential,
            signature_key: &view.signature_key,
            components: &view.components,
        }
    }
}

impl<'a> From<&'a KeyPackageView> for Parts<'a> {
    fn from(view: &'a KeyPackageView) -> Self {
        Self {
            credential_type: view.credential_type,
            credential: &view.credential,
            signature_key: &view.signature_key,
            components: &view.components,
        }
    }
}

/// A leaf that comes in: everything about it is verified.
pub(crate) fn verified(
    parts: Parts<'_>,
    origin: Origin,
    state: &RoomState,
    keys: &dyn IssuerKeys,
    proof: Proof,
) -> Result<Leaf, Denied> {
    let verified = proven(parts, keys, proof)?;
    let room = Audience::Room(state.room_uri().clone());
    let fits = match origin {
        Origin::KeyPackage => verified.audience == Audience::KeyPackage,
        Origin::ExternalCommit => verified.audience == room,
        Origin::Member => verified.audience == Audience::KeyPackage || verified.audience == room,
    };
    if !fits {
        return Err(Denied::Audience);
    }
    if !knows_all_components(parts.components, state) {
        return Err(Denied::Components);
    }
    Ok(leaf(verified, parts.components))
}

fn proven(parts: Parts<'_>, keys: &dyn IssuerKeys, proof: Proof) -> Result<VerifiedCredential, Denied> {
    let credential = decoded(parts)?;
    let issuer = credential.issuer();
    let key_set = keys.key_set(issuer).ok_or_else(|| Denied::UnknownIssuer(issuer.clone()))?;
    let verified = match proof {
        Proof::Full(now) => credential.verify(key_set, parts.signature_key, now),
        Proof::Again(now) => credential.verify_again(key_set, parts.signature_key, now),
        Proof::EvenIfEnded => credential.verify_even_if_ended(key_set, parts.signature_key),
    };
    match verified {
        Err(CredentialError::UnknownKey) if keys.may_be_outdated(issuer) => Err(Denied::UnknownIssuer(issuer.clone())),
        verified => Ok(verified?),
    }
}

/// A leaf that was verified when it came in, from storage that only this client or hub writes.
pub(crate) fn remembered(index: LeafIndex, view: &LeafView) -> Result<(LeafIndex, Leaf), Denied> {
    let parts = Parts::from(view);
    let credential = decoded(parts)?;
    Ok((index, leaf(credential.remembered(), parts.components)))
}

fn decoded(parts: Parts<'_>) -> Result<CredentialIn, Denied> {
    if parts.credential_type != CREDENTIAL_TYPE {
        return Err(Denied::CredentialType(parts.credential_type));
    }
    Ok(CredentialIn::decode(parts.credential)?)
}

fn leaf(credential: VerifiedCredential, components: &Dictionary) -> Leaf {
    Leaf {
        user: credential.user,
        client: credential.client,
        kind: credential.kind,
        issuer: credential.issuer,
        has_knock_key: knock_key(components).is_some(),
        signature_key: credential.leaf_key.to_vec(),
    }
}

/// The knock sealing key that a leaf carries (component 0x8D46).
pub fn knock_key(components: &Dictionary) -> Option<[u8; 32]> {
    KnockSealingKey::decode(components.get(&KNOCK_SEALING_KEY)?).ok()?.x25519()
}

/// `app_components` of the leaf names every component of the room (mls-extensions, negotiation).
fn knows_all_components(components: &Dictionary, state: &RoomState) -> bool {
    let known = components.get(&APP_COMPONENTS).and_then(|list| parse_components_list(list).ok()).unwrap_or_default();
    state.settings().components().iter().all(|id| known.binary_search(id).is_ok())
}

/// This client's own leaf in a room, as its identity and the leaf's extra components make it.
///
/// # Errors
/// [`Denied`] if the identity's credential is malformed.
pub fn own_leaf(identity: &Identity, components: &Dictionary) -> Result<Leaf, Denied> {
    Ok(leaf(CredentialIn::decode(identity.credential())?.remembered(), components))
}

/// Whoever asks for a GroupInfo, verified: a credential made for this room, for the key that signed the request.
///
/// # Errors
/// [`Denied`]: why it does not hold.
pub fn requester(
    credential: &Credential,
    signature_key: &[u8],
    room: &RoomUri,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Leaf, Denied> {
    let nothing = Dictionary::new();
    let parts = Parts {
        credential_type: credential.credential_type,
        credential: credential.content.as_slice(),
        signature_key,
        components: &nothing,
    };
    let verified = proven(parts, keys, Proof::Full(now))?;
    if verified.audience != Audience::Room(room.clone()) {
        return Err(Denied::Audience);
    }
    Ok(leaf(verified, &nothing))
}
