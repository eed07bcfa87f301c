//! Franks: the hub's word that a message went through it, good for a report later (mimi-protocol-06, franking).

use doorstep_wire::{
    RawMlsMessage, RoomUri, UnixMillis, UserUri, codec::put_vector, component, dictionary, franking::Frank,
    numbers::CIPHER_SUITE,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{HubError, HubKeys, report_abuse::Doubt};

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
    let context = context(sender, room, at);
    let mac = mac(keys, tag, &context).ok_or_else(|| HubError::internal("HMAC"))?;
    let server_frank: [u8; 32] = mac.finalize().into_bytes().into();
    let signature = keys.sign_frank(LABEL, &to_be_signed(&server_frank, &context));
    Ok(Frank { server_frank, cipher_suite: CIPHER_SUITE, signature: signature.as_slice().into() })
}

/// Is this the frank that [`frank`] gave out for these?
pub(crate) fn check(
    keys: &HubKeys,
    tag: &[u8; 32],
    sender: &UserUri,
    room: &RoomUri,
    at: UnixMillis,
    frank: &Frank,
) -> Result<(), Doubt> {
    let context = context(sender, room, at);
    let same = mac(keys, tag, &context).is_some_and(|mac| mac.verify_slice(&frank.server_frank).is_ok());
    if !same {
        return Err(Doubt::OtherFrank);
    }
    let signed = to_be_signed(&frank.server_frank, &context);
    if frank.cipher_suite == CIPHER_SUITE && keys.is_frank(LABEL, &signed, frank.signature.as_slice()) {
        Ok(())
    } else {
        Err(Doubt::OtherSignature)
    }
}

/// `struct { IdentifierUri sender_uri; IdentifierUri room_uri; uint64 accepted_timestamp; } ServerFrankingContext;`
fn context(sender: &UserUri, room: &RoomUri, at: UnixMillis) -> Vec<u8> {
    let mut context = Vec::new();
    put_vector(&mut context, sender.as_bytes());
    put_vector(&mut context, room.as_bytes());
    context.extend(at.0.to_be_bytes());
    context
}

/// `HMAC_SHA256(hub_key, franking_tag || context)`; none: never, the key has a length that HMAC takes.
fn mac(keys: &HubKeys, tag: &[u8; 32], context: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(keys.frank_secret()).ok()?;
    mac.update(tag);
    mac.update(context);
    Some(mac)
}

/// `struct { opaque server_frank[32]; CipherSuite franking_signature_ciphersuite; ServerFrankingContext context; }`
fn to_be_signed(server_frank: &[u8; 32], context: &[u8]) -> Vec<u8> {
    let mut signed = server_frank.to_vec();
    signed.extend(CIPHER_SUITE.to_be_bytes());
    signed.extend(context);
    signed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tag is the one of the example message of mimi-content, unframed (docs/PROTOCOL.md).
    #[test]
    fn the_server_frank_is_byte_exact() {
        let keys = HubKeys::new(&[1; 32], &[2; 32], [0x22; 32]);
        let tag = hex::decode("a9a69f1d2fe6f37984190c093ecb8a10d647093db735fb7ba926bfdccff4c2bf").unwrap();
        let (tag, at) = (tag.try_into().unwrap(), UnixMillis(1_644_387_225_019));
        let sender = "mimi://example.com/u/alice-smith".parse().unwrap();
        let room = "mimi://example.com/r/engineering_team".parse().unwrap();
        let made = frank(&keys, &tag, &sender, &room, at).unwrap();
        let expected = "8cde11aaaa0d1a744f0caa39c12d1482cf1fa794032cf557fbe2db309ef5746f";
        assert_eq!(hex::encode(made.server_frank), expected);
        assert_eq!(check(&keys, &tag, &sender, &room, at, &made), Ok(()));
        let others = HubKeys::new(&[1; 32], &[3; 32], [0x22; 32]);
        assert_eq!(check(&others, &tag, &sender, &room, at, &made), Err(Doubt::OtherSignature));
    }
}
