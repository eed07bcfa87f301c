//! Whatever a decoder takes, its encoder gives back; and no bytes make a decoder panic.

use proptest::prelude::*;
use tls_codec::VLByteVec;

use crate::{
    abuse::{AbuseReport, AbuseType, AbusiveMessage},
    codec::Body,
    component::ComponentId,
    consent::{ConsentEntry, ConsentOperation},
    credential::{Credential, ExternalSender},
    dictionary::{self, Dictionary},
    ext::{disclosure_context::DisclosureContext, knock::KnockContext, kp_usage::KpUsage, outcome::OutcomeContext},
    franking::Frank,
    group_info::{GroupInfoRequest, GroupInfoRequestTbs, GroupInfoResponse, GroupInfoSuccess},
    hpke::HpkeCiphertext,
    identifier::{
        FieldSource, IdentifierQueryCode, IdentifierRequest, IdentifierResponse, ProfileField, QueryElement,
        SearchField, UserProfile,
    },
    key_material::{
        Capabilities, ClientKeyMaterial, KeyMaterial, KeyMaterialRequest, KeyMaterialRequestTbs, KeyMaterialResponse,
        KeyMaterialUserCode, RequiredCapabilities,
    },
    mls_message::RawMlsMessage,
    numbers::{Epoch, LeafIndex, Protocol, UnixMillis},
    strictness::RealMessages,
    submit::SubmitMessageResponse,
    update::{HandshakeBundle, UpdateRoomResponse},
    uri::{ClientUri, ProviderDomain, RoomUri, UserUri},
};

fn domain() -> impl Strategy<Value = ProviderDomain> {
    "[a-z][a-z0-9]{0,10}(-[a-z0-9]{1,5})?(\\.[a-z]{2,8}){0,3}".prop_map(|text| text.parse().unwrap())
}

fn segment() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_~!$&'()*+,;=:@-]{1,20}"
}

fn room() -> impl Strategy<Value = RoomUri> {
    (domain(), segment()).prop_map(|(domain, slug)| RoomUri::new(&domain, &slug).unwrap())
}

fn user() -> impl Strategy<Value = UserUri> {
    prop_oneof![
        (domain(), any::<[u8; 16]>()).prop_map(|(domain, uuid)| UserUri::pseudonym(&domain, uuid)),
        (domain(), segment())
            .prop_filter("reserved", |(_, handle)| handle != "p")
            .prop_map(|(domain, handle)| UserUri::account(&domain, &handle).unwrap()),
    ]
}

fn bytes() -> impl Strategy<Value = VLByteVec> {
    proptest::collection::vec(any::<u8>(), 0..300).prop_map(VLByteVec::from)
}

fn entries() -> impl Strategy<Value = Dictionary> {
    proptest::collection::btree_map(any::<ComponentId>(), proptest::collection::vec(any::<u8>(), 0..100), 0..8)
}

fn comes_back<T: Body + PartialEq + std::fmt::Debug>(value: &T) {
    let encoded = value.encode().unwrap();
    assert_eq!(&T::decode(&encoded).unwrap(), value);
    if let Some((_, prefix)) = encoded.split_last() {
        assert!(T::decode(prefix).is_err());
    }
}

proptest! {
    #[test]
    fn uris_come_back(domain in domain(), handle in segment(), pid: [u8; 16], cid: [u8; 16], user in user()) {
        let client = ClientUri::pseudonym(&domain, pid, cid);
        prop_assert_eq!(client.user(), UserUri::pseudonym(&domain, pid));
        prop_assert_eq!(client.user().pseudonym_id(), Some(pid));
        prop_assert_eq!(ClientUri::from_canonical(client.as_str()), Ok(client));
        prop_assert_eq!(UserUri::from_canonical(user.as_str()), Ok(user));
        if handle != "p" {
            let client = ClientUri::account(&domain, &handle, cid).unwrap();
            prop_assert_eq!(client.user(), UserUri::account(&domain, &handle).unwrap());
            prop_assert_eq!(client.host(), domain);
        }
    }

    #[test]
    fn canonical_spelling_is_reached_in_one_step(text in "(?i:mimi)://[A-Za-z0-9.:-]{1,20}/[a-z%0-9A-F/.~]{0,30}") {
        if let Ok(uri) = text.parse::<crate::uri::IdentifierUri>() {
            prop_assert_eq!(uri.as_str().parse::<crate::uri::IdentifierUri>(), Ok(uri.clone()));
            prop_assert_eq!(crate::uri::IdentifierUri::from_canonical(uri.as_str()), Ok(uri));
        }
    }

    #[test]
    fn dictionaries_come_back(dictionary in entries()) {
        prop_assert_eq!(dictionary::decode(&dictionary::encode(&dictionary)).unwrap(), dictionary);
    }

    #[test]
    fn contexts_come_back(
        room in room(), user in user(), group in bytes(), key in bytes(), epoch: u64, leaf: u32, request_id: [u8; 16],
    ) {
        let disclosure = DisclosureContext {
            room: room.clone(),
            group_id: group.clone().into(),
            epoch: Epoch(epoch),
            leaf_index: LeafIndex(leaf),
            leaf_signature_key: key.into(),
            user: user.clone(),
        };
        prop_assert_eq!(DisclosureContext::decode(&disclosure.to_bytes()).unwrap(), disclosure);
        comes_back(&KpUsage::RoomBound(room.clone()));
        comes_back(&KpUsage::RequesterBound(user.clone()));
        comes_back(&OutcomeContext { room: room.clone(), knocker_user: user.clone(), request_id });
        comes_back(&KnockContext {
            room, group_id: group, epoch: Epoch(epoch), sender_leaf: LeafIndex(leaf), sender_user: user, request_id,
        });
    }

    #[test]
    fn requests_and_answers_come_back(
        room in room(), key in bytes(), credential in bytes(), sealed in bytes(), signature in bytes(),
        code in proptest::option::of(bytes()), number: u64, suite: u16, tag: [u8; 32], word in ".{0,30}",
    ) {
        let credential = Credential { credential_type: suite, content: credential };
        comes_back(&GroupInfoRequest {
            tbs: GroupInfoRequestTbs {
                protocol: Protocol::Mls10,
                cipher_suite: suite,
                requesting_signature_key: key.clone(),
                requesting_credential: credential.clone(),
                group_info_public_key: key.clone(),
                joining_code: code,
            },
            signature: signature.clone(),
        });
        comes_back(&GroupInfoResponse::Success(Box::new(GroupInfoSuccess {
            room: room.clone(),
            cipher_suite: suite,
            hub_sender: ExternalSender { signature_key: key.clone(), credential },
            encrypted_group_info_and_tree: HpkeCiphertext { kem_output: key, ciphertext: sealed },
            signature: signature.clone(),
        })));
        comes_back(&GroupInfoResponse::NoSuchRoom { room });
        comes_back(&UpdateRoomResponse::success(UnixMillis(number)));
        comes_back(&UpdateRoomResponse::wrong_epoch(Epoch(number), &word));
        comes_back(&UpdateRoomResponse::invalid_proposal(vec![signature.clone().into()], &word));
        let frank = Some(Frank { server_frank: tag, cipher_suite: suite, signature });
        comes_back(&SubmitMessageResponse::Accepted { accepted_timestamp: UnixMillis(number), frank });
    }

    #[test]
    fn consent_comes_back(room in proptest::option::of(room()), target in user(), extensions in entries()) {
        for operation in [ConsentOperation::Cancel, ConsentOperation::Request, ConsentOperation::Revoke] {
            comes_back(&ConsentEntry {
                operation,
                requester: target.host().uri(),
                target: target.clone(),
                room: room.clone(),
                key_packages: Vec::new(),
                extensions: extensions.clone(),
            });
        }
    }

    #[test]
    fn reports_come_back(
        reporter in proptest::option::of(user()), accused in user(), note in ".{0,40}", content in bytes(),
        signature in bytes(), frank: [u8; 32], suite: u16, at: u64, count in 0_usize..4, extensions in entries(),
    ) {
        let message = AbusiveMessage {
            message_content: content,
            frank: Frank { server_frank: frank, cipher_suite: suite, signature },
            accepted_timestamp: UnixMillis(at),
        };
        comes_back(&AbuseReport {
            reporting_user: reporter,
            alleged_abuser: accused,
            reason: AbuseType::Reserved,
            note,
            messages: vec![message; count],
            extensions,
        });
    }

    #[test]
    fn requests_for_key_material_come_back(
        requester in user(), target in user(), room in proptest::option::of(room()), key in bytes(),
        content in bytes(), signature in bytes(), numbers in proptest::collection::vec(any::<u16>(), 1..70),
        cid: [u8; 16],
    ) {
        let tbs = KeyMaterialRequestTbs {
            requester,
            target: target.clone(),
            room,
            cipher_suites: numbers.clone(),
            required: RequiredCapabilities {
                extensions: Vec::new(), proposals: numbers.clone(), credentials: numbers.clone(),
            },
            signature_key: key,
            credential: Credential { credential_type: 5, content },
        };
        comes_back(&tbs);
        comes_back(&KeyMaterialRequest { tbs, signature });
        let client = ClientUri::pseudonym(&target.host(), cid, cid);
        let capabilities = Capabilities { versions: numbers.clone(), credentials: numbers, ..Capabilities::default() };
        let clients = [None, Some(capabilities)].map(|known| ClientKeyMaterial {
            client: client.clone(), material: KeyMaterial::NothingCompatible(known),
        });
        let status = KeyMaterialUserCode::NoCompatibleMaterial;
        comes_back(&KeyMaterialResponse { status, user: target, clients: clients.into() });
    }

    #[test]
    fn queries_come_back(
        name in ".{0,30}", value in ".{0,80}", bytes in bytes(), people in proptest::collection::vec(user(), 1..5),
        extensions in entries(),
    ) {
        let fields =
            [SearchField::Handle, SearchField::OidcStdClaim(name.clone()), SearchField::VcardField(name.clone())];
        let elements = fields.map(|field| QueryElement { field, value: value.clone() }).into();
        comes_back(&IdentifierRequest { elements, extensions: extensions.clone() });
        let field = ProfileField { source: FieldSource::VcardField, name, value: bytes };
        let profile = |user: &UserUri| UserProfile { stable_uri: user.clone(), fields: vec![field.clone()] };
        comes_back(&IdentifierResponse {
            code: IdentifierQueryCode::Success,
            profiles: people.iter().map(profile).collect(),
            uris: people,
            extensions,
        });
    }
}

#[test]
fn damaged_handshakes_are_refused_or_come_back_unchanged() {
    let real = RealMessages::new();
    let bundle = [&real.add_commit[..], &[1], &real.welcome[4..], &[1], &real.group_info[4..], &[4]].concat();
    for at in 0..bundle.len() {
        for flip in [0x01, 0x80] {
            let mut damaged = bundle.clone();
            damaged[at] ^= flip;
            if let Ok(bundle) = HandshakeBundle::decode(&damaged) {
                assert_eq!(bundle.encode().unwrap(), damaged);
            }
            if let Ok(message) = RawMlsMessage::decode(&damaged) {
                assert_eq!(message.as_bytes(), damaged);
            }
        }
    }
}
