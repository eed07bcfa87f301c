use super::*;
use crate::{
    strictness::{RealMessages, strictly},
    tree::RatchetTree,
};

const AT: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 9];

#[test]
fn each_kind_of_message_has_its_attachment() {
    let real = RealMessages::new();
    let raw = |bytes: &[u8]| RawMlsMessage::decode(bytes).unwrap();
    let tree = RatchetTree::from_extension_body(real.tree.clone()).unwrap();
    let welcome = BareWelcome::from_mls_message(&real.welcome).unwrap();
    for (message, bytes) in [
        (
            FanoutMessage::application(UnixMillis(9), raw(&real.application), None),
            [&AT, &real.application[..], &[0]].concat(),
        ),
        (
            FanoutMessage::welcome(UnixMillis(9), &welcome, RatchetTreeOption::Full(tree)),
            [&AT, &real.welcome[..], &[1], &real.tree].concat(),
        ),
        (
            FanoutMessage::proposal(UnixMillis(9), raw(&real.self_remove), Vec::new()),
            [&AT, &real.self_remove[..], &[0]].concat(),
        ),
        (FanoutMessage::commit(UnixMillis(9), raw(&real.add_commit), vec![raw(&real.remove_proposal)]), {
            let mut bytes = [&AT, &real.add_commit[..]].concat();
            crate::codec::put_vector(&mut bytes, &real.remove_proposal);
            bytes
        }),
    ] {
        assert_eq!(strictly::<FanoutMessage>(&bytes), message);
    }
}

#[test]
fn a_welcome_gives_out_what_mls_needs() {
    let real = RealMessages::new();
    let bytes = [&AT, &real.welcome[..], &[1], &real.tree].concat();
    let message = FanoutMessage::decode(&bytes).unwrap();
    assert_eq!(message.bare_welcome(), Some(&real.welcome[4..]));
    assert_eq!(message.ratchet_tree(), Some(real.tree.as_slice()));
    assert_eq!(message.frank(), None);
    assert!(message.external_proposals().is_empty() && message.more_proposals().is_empty());
}

#[test]
fn an_attachment_of_another_kind_is_not_sent() {
    let real = RealMessages::new();
    let commit = RawMlsMessage::decode(&real.add_commit).unwrap();
    assert!(FanoutMessage::proposal(UnixMillis(9), commit, Vec::new()).encode().is_err());
}

#[test]
fn a_request_is_read_to_its_end() {
    let real = RealMessages::new();
    let one = [&AT, &real.application[..], &[0]].concat();
    let two = [&one[..], &AT, &real.self_remove, &[0]].concat();
    assert_eq!(FanoutMessage::decode_all(&two).unwrap().len(), 2);
    for end in (0..two.len()).filter(|end| *end != one.len()) {
        assert!(FanoutMessage::decode_all(&two[..end]).is_err(), "{end}");
    }
    assert!(FanoutMessage::decode(&two).is_err());
}

#[test]
fn a_request_has_a_limited_number_of_messages() {
    let real = RealMessages::new();
    let one = [&AT, &real.self_remove[..], &[0]].concat();
    assert_eq!(FanoutMessage::decode_all(&one.repeat(200)).unwrap().len(), 200);
    assert_eq!(FanoutMessage::decode_all(&one.repeat(201)), Err(DecodeError::TooMany { limit: 200 }));
}

#[test]
fn key_packages_and_group_infos_are_not_fanned_out() {
    let real = RealMessages::new();
    for message in [&real.key_package, &real.group_info] {
        assert!(FanoutMessage::decode(&[&AT, &message[..], &[0]].concat()).is_err());
    }
}
