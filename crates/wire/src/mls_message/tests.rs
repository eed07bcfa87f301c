use super::*;
use crate::{
    numbers::LeafIndex,
    strictness::{GROUP, RealMessages, strictly},
};

#[test]
fn every_sort_of_message_ends_where_it_ends() {
    let real = RealMessages::new();
    for (name, bytes) in [
        ("key package", &real.key_package),
        ("add commit", &real.add_commit),
        ("welcome", &real.welcome),
        ("group info", &real.group_info),
        ("application", &real.application),
        ("remove", &real.remove_proposal),
        ("update", &real.update_proposal),
        ("add", &real.add_proposal),
        ("self remove", &real.self_remove),
        ("external commit", &real.external_commit),
    ] {
        let message: RawMlsMessage = strictly(bytes);
        assert_eq!(message.as_bytes(), bytes, "{name}");
        let mut stream = bytes.clone();
        stream.extend([0xff; 9]);
        let mut rest = stream.as_slice();
        assert_eq!(RawMlsMessage::tls_deserialize(&mut rest).unwrap().as_bytes(), bytes, "{name}");
        assert_eq!(rest, [0xff; 9], "{name}");
    }
}

#[test]
fn headers_say_what_openmls_wrote() {
    let real = RealMessages::new();
    let commit = RawMlsMessage::decode(&real.add_commit).unwrap();
    assert!(commit.is_commit() && !commit.is_proposal() && !commit.is_application());
    assert_eq!(commit.epoch(), Some(Epoch(0)));
    assert_eq!(commit.group_id(), Some(GROUP));
    assert_eq!(commit.sender(), Some(Sender::Member(LeafIndex(0))));
    // A vector of 32 bytes, length in front.
    assert_eq!(commit.confirmation_tag(), real.confirmation_tag.get(1..));

    let external = RawMlsMessage::decode(&real.external_commit).unwrap();
    assert!(external.is_commit());
    assert_eq!(external.sender(), Some(Sender::NewMemberCommit));
    assert_eq!(external.epoch(), Some(Epoch(1)));

    for (bytes, proposal_type) in
        [(&real.add_proposal, 1), (&real.update_proposal, 2), (&real.remove_proposal, 3), (&real.self_remove, 10)]
    {
        let proposal = RawMlsMessage::decode(bytes).unwrap();
        assert!(proposal.is_proposal());
        assert_eq!(proposal.proposal_type(), Some(proposal_type));
        assert_eq!(proposal.confirmation_tag(), None);
    }

    let application = RawMlsMessage::decode(&real.application).unwrap();
    assert!(application.is_application());
    assert_eq!(application.sender(), None);
    assert_eq!(application.epoch(), Some(Epoch(1)));
    assert_eq!(application.authenticated_data(), Some([].as_slice()));
}

#[test]
fn a_bare_structure_is_its_message_without_four_bytes() {
    let real = RealMessages::new();
    let welcome = BareWelcome::from_mls_message(&real.welcome).unwrap();
    assert_eq!(welcome.as_bytes(), &real.welcome[4..]);
    assert_eq!(welcome.to_mls_message().as_bytes(), real.welcome);
    assert_eq!(welcome.to_mls_message().wire_format(), WireFormat::Welcome);
    assert_eq!(welcome.new_members().unwrap(), [real.key_package_ref]);
    assert_eq!(strictly::<BareWelcome>(&real.welcome[4..]), welcome);
    strictly::<BareGroupInfo>(&real.group_info[4..]);
    strictly::<BareKeyPackage>(&real.key_package[4..]);
    assert!(BareGroupInfo::from_mls_message(&real.welcome).is_err());
    assert!(BareKeyPackage::from_mls_message(&real.key_package[4..]).is_err());
}

#[test]
fn what_is_no_message_is_refused() {
    let real = RealMessages::new();
    let with = |at: usize, byte: u8| {
        let mut bytes = real.self_remove.clone();
        bytes[at] = byte;
        bytes
    };
    let sender_type = 4 + 1 + GROUP.len() + 8;
    assert_eq!(with(sender_type, 1), real.self_remove);
    assert!(RawMlsMessage::decode(&with(1, 2)).is_err(), "version");
    assert!(RawMlsMessage::decode(&with(3, 9)).is_err(), "wire format");
    assert!(RawMlsMessage::decode(&with(sender_type, 0)).is_err(), "sender type");
    // sender, leaf, empty authenticated data, then the content type and the proposal type.
    assert!(RawMlsMessage::decode(&with(sender_type + 6, 1)).is_err(), "application data in the open");
    assert!(RawMlsMessage::decode(&with(sender_type + 8, 0x77)).is_err(), "unknown proposal");
}

#[test]
fn debug_shows_no_content() {
    let real = RealMessages::new();
    let text = format!("{:?}", RawMlsMessage::decode(&real.welcome).unwrap());
    assert!(text.len() < 200, "{text}");
}
