use super::*;
use crate::{
    codec::Body,
    mls_message::BareWelcome,
    numbers::{Epoch, UnixMillis},
    strictness::{RealMessages, strictly, strictly_hex},
    tree::RatchetTreeOption,
};

#[test]
fn a_commit_carries_bare_welcome_and_group_info_without_lengths() {
    let real = RealMessages::new();
    let (welcome, info) = (&real.welcome[4..], &real.group_info[4..]);
    let expected = [&real.add_commit[..], &[1], welcome, &[1], info, &[4]].concat();
    let bundle = HandshakeBundle::commit(&real.add_commit, Some(welcome), info).unwrap();
    assert_eq!(bundle.encode().unwrap(), expected);
    assert_eq!(strictly::<HandshakeBundle>(&expected), bundle);
    let HandshakeBundle::Commit { welcome: Some(kept), ratchet_tree, .. } = &bundle else { panic!("no welcome") };
    assert_eq!(kept, &BareWelcome::decode(welcome).unwrap());
    assert_eq!(*ratchet_tree, RatchetTreeOption::DistributionService);
    assert_eq!(bundle.message_hash(), bundle.message().sha256());
}

#[test]
fn an_external_commit_has_no_welcome() {
    let real = RealMessages::new();
    let info = &real.group_info[4..];
    let expected = [&real.external_commit[..], &[0], &[1], info, &[4]].concat();
    assert_eq!(
        strictly::<HandshakeBundle>(&expected),
        HandshakeBundle::commit(&real.external_commit, None, info).unwrap()
    );
}

#[test]
fn proposals_come_with_more_proposals() {
    let real = RealMessages::new();
    let alone = [&real.self_remove[..], &[0]].concat();
    assert_eq!(strictly::<HandshakeBundle>(&alone), HandshakeBundle::proposal(&real.self_remove).unwrap());

    let mut two = real.self_remove.clone();
    crate::codec::put_vector(&mut two, &real.remove_proposal);
    let HandshakeBundle::Proposal { more, .. } = strictly(&two) else { panic!("no proposal") };
    assert_eq!(more[0].as_bytes(), real.remove_proposal);

    let mut mixed = real.self_remove.clone();
    crate::codec::put_vector(&mut mixed, &real.application);
    assert!(HandshakeBundle::decode(&mixed).is_err());
}

#[test]
fn a_partial_group_info_is_understood() {
    let real = RealMessages::new();
    let bytes = [&real.add_commit[..], &[0, 2, 0, 0, 1, 0xaa, 4]].concat();
    let HandshakeBundle::Commit { group_info, .. } = strictly(&bytes) else { panic!("no commit") };
    assert!(matches!(group_info, GroupInfoOption::Partial(_)));
}

#[test]
fn nothing_but_handshakes_is_handed_in() {
    let real = RealMessages::new();
    for message in [&real.application, &real.welcome, &real.group_info, &real.key_package] {
        assert!(HandshakeBundle::decode(&[&message[..], &[0]].concat()).is_err());
        assert!(HandshakeBundle::proposal(message).is_err());
    }
    assert!(HandshakeBundle::commit(&real.self_remove, None, &real.group_info[4..]).is_err());
    assert!(HandshakeBundle::commit(&real.add_commit, None, &real.group_info).is_err());
    assert!(HandshakeBundle::proposal(&real.add_commit).is_err());
}

#[test]
fn answers_are_byte_exact() {
    for (response, bytes) in [
        (UpdateRoomResponse::success(UnixMillis(0x017e_db14_c03b)), "00 00 0000017edb14c03b"),
        (UpdateRoomResponse::wrong_epoch(Epoch(7), "late"), "01 04 6c617465 0000000000000007"),
        (UpdateRoomResponse::not_allowed("no"), "02 02 6e6f"),
        (UpdateRoomResponse::invalid_proposal(vec![vec![0xaa; 2], vec![]], ""), "03 00 04 02aaaa 00"),
    ] {
        assert_eq!(hex::encode(response.encode().unwrap()), bytes.replace(' ', ""));
        assert_eq!(strictly_hex::<UpdateRoomResponse>(bytes), response);
    }
    assert!(UpdateRoomResponse::decode(&[4, 0]).is_err());
    assert!(UpdateRoomResponse::decode(&[2, 1, 0xff]).is_err(), "not UTF-8");
}
