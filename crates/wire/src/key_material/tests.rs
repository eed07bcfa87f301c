use tls_codec::VLByteVec;

use super::*;
use crate::{
    codec::Body,
    credential::Credential,
    mls_message::BareKeyPackage,
    strictness::{RealMessages, strictly, strictly_hex},
    uri::{ClientUri, RoomUri, UserUri},
};

fn tbs(room: Option<RoomUri>) -> KeyMaterialRequestTbs {
    KeyMaterialRequestTbs {
        requester: "mimi://a.example/u/alice".parse().unwrap(),
        target: bob(),
        room,
        cipher_suites: vec![1, 3],
        required: RequiredCapabilities { extensions: vec![6], proposals: vec![8, 10], credentials: vec![5] },
        signature_key: VLByteVec::from(&[0xaa; 2]),
        credential: Credential::sd_cwt(vec![0xbb]),
    }
}

fn bob() -> UserUri {
    "mimi://b.example/u/bob".parse().unwrap()
}

fn client() -> ClientUri {
    "mimi://b.example/d/bob/1".parse().unwrap()
}

fn hexed(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

#[test]
fn a_request_is_its_tbs_and_a_signature() {
    let [alice, bob, room] =
        ["mimi://a.example/u/alice", "mimi://b.example/u/bob", "mimi://a.example/r/x"].map(hex::encode);
    for (uri, bytes) in [(None, "00".to_owned()), (Some("mimi://a.example/r/x".parse().unwrap()), format!("14 {room}"))]
    {
        let tbs = tbs(uri);
        let head =
            format!("01 18 {alice} 16 {bob} {bytes} 04 0001 0003 02 0006 04 0008 000a 02 0005 02 aaaa 0005 01 bb");
        assert_eq!(strictly_hex::<KeyMaterialRequestTbs>(&head), tbs);
        let request: KeyMaterialRequest = strictly_hex(&format!("{head} 01 dd"));
        assert_eq!(request, KeyMaterialRequest { tbs: tbs.clone(), signature: VLByteVec::from(&[0xdd]) });
        let signed = hex::encode(tbs.to_be_signed().unwrap());
        assert!(signed.starts_with(&format!("1d{}", hex::encode("MLS 1.0 KeyMaterialRequestTBS"))), "{signed}");
        assert!(signed.ends_with(&head.replace(' ', "")));
    }
}

#[test]
fn a_request_without_suite_is_refused() {
    let none = KeyMaterialRequestTbs { cipher_suites: Vec::new(), ..tbs(None) };
    assert!(none.encode().is_err());
    let text = hex::encode(tbs(None).encode().unwrap()).replace("0400010003", "00");
    assert!(KeyMaterialRequestTbs::decode(&hexed(&text)).is_err());
}

#[test]
fn a_request_names_users_and_a_room() {
    let bytes = tbs(Some("mimi://a.example/r/x".parse().unwrap())).encode().unwrap();
    for (from, to) in [("/r/x", "/g/x"), ("/u/bob", "/d/bob"), ("/u/alice", "/x/alice"), ("a.example", "A.example")] {
        let [from, to] = [from, to].map(hex::encode);
        let changed = hex::encode(&bytes).replacen(&from, &to, 1);
        assert!(KeyMaterialRequestTbs::decode(&hexed(&changed)).is_err(), "{to}");
    }
    let mut other_protocol = bytes;
    other_protocol[0] = 2;
    assert!(KeyMaterialRequestTbs::decode(&other_protocol).is_err());
}

#[test]
fn refusals_are_byte_exact() {
    let user = hex::encode(bob().as_str());
    for (code, status) in [
        (2, KeyMaterialUserCode::IncompatibleProtocol),
        (3, KeyMaterialUserCode::NoCompatibleMaterial),
        (4, KeyMaterialUserCode::UserUnknown),
        (5, KeyMaterialUserCode::NoConsent),
        (6, KeyMaterialUserCode::NoConsentForThisRoom),
        (7, KeyMaterialUserCode::UserDeleted),
    ] {
        let response: KeyMaterialResponse = strictly_hex(&format!("01 0{code} 16 {user} 00"));
        assert_eq!(response, KeyMaterialResponse::refused(status, bob()));
    }
    for code in [0, 1, 8] {
        assert!(KeyMaterialResponse::decode(&hexed(&format!("01 0{code} 16 {user} 00"))).is_err(), "{code}");
    }
}

#[test]
fn each_client_has_its_own_word() {
    let real = RealMessages::new();
    let package = BareKeyPackage::from_mls_message(&real.key_package).unwrap();
    let uri = hex::encode(client().as_str());
    let capabilities = Capabilities {
        versions: vec![1],
        cipher_suites: vec![2],
        extensions: vec![],
        proposals: vec![10],
        credentials: vec![1, 5],
    };
    let entries = [
        (format!("00 18 {uri} {}", hex::encode(package.as_bytes())), KeyMaterial::Success(package)),
        (format!("01 18 {uri}"), KeyMaterial::Exhausted),
        (format!("02 18 {uri} 00"), KeyMaterial::NothingCompatible(None)),
        (
            format!("02 18 {uri} 01 02 0001 02 0002 00 02 000a 04 0001 0005"),
            KeyMaterial::NothingCompatible(Some(capabilities)),
        ),
    ];
    let user = hex::encode(bob().as_str());
    let mut bytes = hexed(&format!("01 01 16 {user}"));
    let list: Vec<u8> = entries.iter().flat_map(|(text, _)| hexed(text)).collect();
    crate::codec::put_vector(&mut bytes, &list);
    let clients =
        entries.map(|(_, material)| ClientKeyMaterial { client: client(), material }).into_iter().collect::<Vec<_>>();
    let response =
        KeyMaterialResponse { status: KeyMaterialUserCode::PartialSuccess, user: bob(), clients: clients.clone() };
    assert_eq!(strictly::<KeyMaterialResponse>(&bytes), response);

    bytes[1] = 5;
    assert!(KeyMaterialResponse::decode(&bytes).is_err(), "material although refused");
    let without = KeyMaterialResponse { clients: clients[1..].to_vec(), ..response.clone() };
    assert!(without.encode().is_err(), "success without material");
    let incompatible = KeyMaterialResponse { status: KeyMaterialUserCode::NoCompatibleMaterial, ..without };
    assert_eq!(strictly::<KeyMaterialResponse>(&incompatible.encode().unwrap()), incompatible);
    let hidden = KeyMaterialResponse { status: KeyMaterialUserCode::NoConsent, ..incompatible };
    assert!(hidden.encode().is_err(), "clients of a refusal");
    let crowd = KeyMaterialResponse { clients: vec![clients[0].clone(); MAX_CLIENTS + 1], ..response };
    assert!(crowd.encode().is_err(), "too many clients");
}

#[test]
fn an_unknown_word_for_a_client_is_refused() {
    let [user, uri] = [bob().to_string(), client().to_string()].map(hex::encode);
    assert!(KeyMaterialResponse::decode(&hexed(&format!("01 03 16 {user} 1a 01 18 {uri}"))).is_ok());
    assert!(KeyMaterialResponse::decode(&hexed(&format!("01 03 16 {user} 1a 03 18 {uri}"))).is_err());
}
