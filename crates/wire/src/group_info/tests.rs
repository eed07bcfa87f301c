use tls_codec::VLByteVec;

use super::*;
use crate::{
    codec::Body,
    credential::{Credential, ExternalSender},
    hpke::HpkeCiphertext,
    mls_message::{BareGroupInfo, RawMlsMessage},
    numbers::{Protocol, UnixMillis},
    strictness::{RealMessages, strictly, strictly_hex},
    tree::{RatchetTree, RatchetTreeOption},
    uri::RoomUri,
};

fn room() -> RoomUri {
    "mimi://a.example/r/x".parse().unwrap()
}

fn success() -> GroupInfoSuccess {
    GroupInfoSuccess {
        room: room(),
        cipher_suite: 1,
        hub_sender: ExternalSender {
            signature_key: VLByteVec::from(&[0x33; 32]),
            credential: Credential::of_hub(&room().host()),
        },
        encrypted_group_info_and_tree: HpkeCiphertext {
            kem_output: VLByteVec::from(&[0x44; 2]),
            ciphertext: VLByteVec::from(&[0x55; 3]),
        },
        signature: VLByteVec::from(&[0x66; 4]),
    }
}

#[test]
fn a_request_is_its_tbs_and_a_signature() {
    for (code, bytes) in [(None, "00"), (Some(VLByteVec::from(&[7; 2])), "01 02 0707")] {
        let tbs = GroupInfoRequestTbs {
            protocol: Protocol::Mls10,
            cipher_suite: 1,
            requesting_signature_key: VLByteVec::from(&[0xaa; 2]),
            requesting_credential: Credential::sd_cwt(vec![0xbb]),
            group_info_public_key: VLByteVec::from(&[0xcc; 1]),
            joining_code: code,
        };
        let head = format!("01 0001 02 aaaa 0005 01 bb 01 cc {bytes}");
        assert_eq!(hex::encode(tbs.encode().unwrap()), head.replace(' ', ""));
        let request: GroupInfoRequest = strictly_hex(&format!("{head} 01 dd"));
        assert_eq!(request.tbs, tbs);
        let signed = hex::encode(tbs.to_be_signed().unwrap());
        assert!(signed.starts_with(&format!("1b{}", hex::encode("MLS 1.0 GroupInfoRequestTBS"))));
        assert!(signed.ends_with(&head.replace(' ', "")));
    }
}

#[test]
fn answers_are_byte_exact() {
    let uri = hex::encode("mimi://a.example/r/x");
    for (code, response) in
        [(2, GroupInfoResponse::NotAuthorized { room: room() }), (3, GroupInfoResponse::NoSuchRoom { room: room() })]
    {
        assert_eq!(strictly_hex::<GroupInfoResponse>(&format!("01 14 {uri} 0{code}")), response);
        assert_eq!(response.status() as u8, code);
    }
    let hub = hex::encode("mimi://a.example");
    let head = format!("01 14 {uri} 01 0001 20 {} 0001 10 {hub} 02 4444 03 555555", "33".repeat(32));
    let response: GroupInfoResponse = strictly_hex(&format!("{head} 04 66666666"));
    assert_eq!(response, GroupInfoResponse::Success(Box::new(success())));
    let signed = hex::encode(success().to_be_signed().unwrap());
    assert!(signed.ends_with(&head.replace(' ', "")));
    assert!(GroupInfoResponse::decode(&hex::decode(format!("0114{uri}00")).unwrap()).is_err());
}

#[test]
fn only_the_hubs_signed_word_about_this_room_counts() {
    let yes = |_: &[u8], _: &[u8]| true;
    let check = |success: GroupInfoSuccess| {
        let response = GroupInfoResponse::Success(Box::new(success));
        response.verified(&room(), 1, &[0x33; 32], yes).map(|_| ())
    };
    assert_eq!(check(success()), Ok(()));
    let elsewhere = "mimi://a.example/r/y".parse().unwrap();
    assert_eq!(check(GroupInfoSuccess { room: elsewhere, ..success() }), Err(ResponseError::Room));
    assert_eq!(check(GroupInfoSuccess { cipher_suite: 2, ..success() }), Err(ResponseError::CipherSuite));
    let mut other_key = success();
    other_key.hub_sender.signature_key = VLByteVec::from(&[0x34; 32]);
    assert_eq!(check(other_key), Err(ResponseError::Sender));
    let mut other_name = success();
    other_name.hub_sender.credential = Credential::of_hub(&"b.example".parse().unwrap());
    assert_eq!(check(other_name), Err(ResponseError::Sender));

    let response = GroupInfoResponse::Success(Box::new(success()));
    let forged = response.verified(&room(), 1, &[0x33; 32], |_, _| false);
    assert_eq!(forged, Err(ResponseError::Signature));
    let refused = GroupInfoResponse::NotAuthorized { room: room() };
    assert_eq!(refused.verified(&room(), 1, &[0x33; 32], yes), Err(ResponseError::NoGroupInfo));
}

#[test]
fn a_joiner_gets_the_self_removes_she_must_take_along() {
    let real = RealMessages::new();
    let pending = |bytes: &[u8]| PendingProposal {
        proposal: RawMlsMessage::decode(bytes).unwrap(),
        hub_accepted_time: UnixMillis(5),
    };
    let content = GroupInfoRatchetTree {
        group_info: BareGroupInfo::from_mls_message(&real.group_info).unwrap(),
        ratchet_tree: RatchetTreeOption::Full(RatchetTree::from_extension_body(real.tree.clone()).unwrap()),
        pending_proposals: vec![pending(&real.remove_proposal), pending(&real.self_remove)],
    };
    let bytes = content.encode().unwrap();
    assert!(bytes.starts_with(&[&real.group_info[4..], &[1], &real.tree].concat()));
    assert_eq!(strictly::<GroupInfoRatchetTree>(&bytes), content);
    assert_eq!(content.self_removes(), [real.self_remove]);
    assert_eq!(content.ratchet_tree(), Some(real.tree.as_slice()));
}

#[test]
fn the_encryption_is_bound_to_the_room() {
    let info = hex::encode(GroupInfoRatchetTree::hpke_info(&room()));
    let label = hex::encode("MLS 1.0 GroupInfo and ratchet_tree encryption");
    assert_eq!(info, format!("2d{label}14{}", hex::encode("mimi://a.example/r/x")));
}
