//! The one proposal a hub makes: an external `Remove` (RFC 9420 §12.1.8).
//!
//! Written by hand: our groups require SafeAAD, and OpenMLS makes external proposals with none at all, which every member
//! would refuse.

use doorstep_wire::codec::put_vector;
use doorstep_wire::numbers::LeafIndex;
use doorstep_wire::sign::sign_content;

use super::Observer;

/// `ProtocolVersion mls10` and `WireFormat mls_public_message`.
const PUBLIC_MESSAGE: [u8; 4] = [0, 1, 0, 1];
/// `SafeAAD` without items.
const EMPTY_SAFE_AAD: [u8; 1] = [0];

/// The `MLSMessage` by which external sender 0 proposes to remove `leaf` in the group's current epoch. `sign` makes an
/// Ed25519 signature of the bytes as they are.
///
/// ```text
/// struct { opaque group_id<V>; uint64 epoch; Sender sender; opaque authenticated_data<V>;
///          ContentType content_type; Proposal proposal; } FramedContent;
/// ```
pub fn hub_remove(observer: &Observer, leaf: LeafIndex, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Vec<u8> {
    let mut message = PUBLIC_MESSAGE.to_vec();
    put_vector(&mut message, observer.group_id());
    message.extend(observer.epoch().0.to_be_bytes());
    // SenderType external, the first of external_senders.
    message.extend([2, 0, 0, 0, 0]);
    put_vector(&mut message, &EMPTY_SAFE_AAD);
    // ContentType proposal, ProposalType remove.
    message.extend([2, 0, 3]);
    message.extend(leaf.0.to_be_bytes());
    // FramedContentTBS of an external sender is version, wire format and content: all of it so far.
    let signature = sign(&sign_content("FramedContentTBS", &message));
    put_vector(&mut message, &signature);
    message
}
