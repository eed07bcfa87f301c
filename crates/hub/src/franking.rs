//! Franks: the hub's word that a message went through it, good for a report later (mimi-protocol-06, franking).

use doorstep_wire::{
    RawMlsMessage, RoomUri, UnixMillis, UserUri, codec::put_vector, component, dictionary, franking::Frank,
    numbers::CIPHER_SUITE,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{HubError, HubKeys};

const LABEL: &str = "FrankingIntegrityTBS";

/// The tag in the authenticated data of a message, if it carries one.
pub(crate) fn tag_of(message: &RawMlsMessage) -> Option<[u8; 32]> {
    let items = dictionary::decode(message.authenticated_data()?).ok()?;
    items.get(&component::FRANK_AAD)?.as_slice().try_into().ok()
}

/// Franks a message of `sender` accepted `at`.
pub(crate) fn frank(
    keys: &HubKeys,
    tag: &[u8; 32],
    sender: &UserUri,
    room: &RoomUri,
    at: UnixMillis,
) -> Result<Frank, HubError> {
    // struct { IdentifierUri sender_uri; IdentifierUri room_uri; uint64 accepted_timestamp; } ServerFrankingContext;
    let mut context = Vec::new();
    put_vector(&mut context, sender.as_bytes());
    put_vector(&mut context, room.as_bytes());
    context.extend(at.0.to_be_bytes());

    let mut mac = Hmac::<Sha256>::new_from_slice(keys.frank_secret()).map_err(HubError::internal)?;
    mac.update(tag);
    mac.update(&context);
    let server_frank: [u8; 32] = mac.finalize().into_bytes().into();

    // struct { opaque server_frank[32]; CipherSuite franking_signature_ciphersuite; ServerFrankingContext context; }
    let mut signed = server_frank.to_vec();
    signed.extend(CIPHER_SUITE.to_be_bytes());
    signed.extend(context);
    let signature = keys.sign_frank(LABEL, &signed);
    Ok(Frank { server_frank, cipher_suite: CIPHER_SUITE, signature: signature.as_slice().into() })
}
