use super::*;
use crate::strictness::{GROUP, RealMessages};

#[test]
fn the_parts_are_those_that_openmls_wrote() {
    let real = RealMessages::new();
    let bytes = &real.group_info[4..];
    let parts = GroupInfoParts::decode(bytes).unwrap();
    assert_eq!(parts.context_bytes, real.context);
    assert_eq!(parts.context.group_id.as_slice(), GROUP);
    assert_eq!(parts.context.epoch, Epoch(1));
    assert_eq!(parts.confirmation_tag, real.confirmation_tag[1..]);
    assert_eq!(parts.signer, LeafIndex(0));
    assert_eq!(parts.signature.len(), 64);
    assert_eq!(parts.tbs, bytes[..bytes.len() - 66]);
    assert!(parts.external_pub().is_some());
    assert_eq!(parts.extensions.len(), 1);
    assert_eq!(parts.context.dictionary().unwrap(), Dictionary::new());
    assert_eq!(parts.context.external_senders().unwrap(), []);
}

#[test]
fn every_prefix_fails() {
    let real = RealMessages::new();
    let bytes = &real.group_info[4..];
    for end in 0..bytes.len() {
        assert!(GroupInfoParts::decode(&bytes[..end]).is_err(), "{end}");
    }
    assert!(GroupInfoParts::decode(&[bytes, &[0]].concat()).is_err());
}

#[test]
fn an_extension_twice_is_refused() {
    let extension = |extension_type| Extension { extension_type, extension_data: VLByteVec::from(&[0]) };
    let info = |types: &[u16], in_context: &[u16]| Fields {
        context: GroupContextParts {
            version: 1,
            cipher_suite: 1,
            group_id: VLByteVec::from(b"g"),
            epoch: Epoch(0),
            tree_hash: VLByteVec::from(&[1; 32]),
            confirmed_transcript_hash: VLByteVec::from(&[]),
            extensions: in_context.iter().copied().map(extension).collect(),
        },
        extensions: types.iter().copied().map(extension).collect(),
        confirmation_tag: VLByteVec::from(&[2; 32]),
        signer: LeafIndex(0),
        signature: VLByteVec::from(&[3; 64]),
    };
    let decode = |fields: Fields| GroupInfoParts::decode(&fields.tls_serialize_detached().unwrap());
    assert!(decode(info(&[4, 5], &[6, 5])).is_ok());
    assert!(decode(info(&[4, 4], &[])).is_err());
    assert!(decode(info(&[], &[6, 6])).is_err());
    assert!(
        decode(Fields { context: GroupContextParts { version: 2, ..info(&[], &[]).context }, ..info(&[], &[]) })
            .is_err()
    );
}
