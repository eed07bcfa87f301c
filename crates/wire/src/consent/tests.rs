use super::*;
use crate::{
    component::KNOCK_SEALING_KEY,
    strictness::{RealMessages, strictly, strictly_hex},
};

fn entry(operation: ConsentOperation) -> ConsentEntry {
    ConsentEntry {
        operation,
        requester: "mimi://a.example".parse().unwrap(),
        target: "mimi://c.example/u/c".parse().unwrap(),
        room: Some("mimi://a.example/r/x".parse().unwrap()),
        key_packages: Vec::new(),
        extensions: Dictionary::new(),
    }
}

fn uris() -> String {
    let [hub, user, room] = ["mimi://a.example", "mimi://c.example/u/c", "mimi://a.example/r/x"].map(hex::encode);
    format!("10 {hub} 14 {user} 01 14 {room}")
}

#[test]
fn a_knock_is_withdrawn_without_extension() {
    assert_eq!(strictly_hex::<ConsentEntry>(&format!("03 {} 00", uris())), entry(ConsentOperation::Revoke));
}

#[test]
fn an_outcome_travels_as_an_extension() {
    let mut outcome = entry(ConsentOperation::Cancel);
    outcome.extensions.insert(KNOCK_SEALING_KEY, vec![0xaa]);
    assert_eq!(strictly_hex::<ConsentEntry>(&format!("00 {} 04 8d46 01 aa", uris())), outcome);
}

#[test]
fn a_grant_carries_bare_key_packages() {
    let real = RealMessages::new();
    let mut grant = entry(ConsentOperation::Grant);
    grant.room = None;
    grant.key_packages = vec![BareKeyPackage::from_mls_message(&real.key_package).unwrap()];
    let bytes = grant.encode().unwrap();
    assert_eq!(strictly::<ConsentEntry>(&bytes), grant);

    let mut packages = Vec::new();
    crate::codec::put_vector(&mut packages, &real.key_package[4..]);
    assert!(bytes.ends_with(&[&packages[..], &[0]].concat()));

    grant.operation = ConsentOperation::Request;
    assert!(grant.encode().is_err(), "KeyPackages without a grant");
}

#[test]
fn a_grant_has_a_limited_number_of_key_packages() {
    let real = RealMessages::new();
    let mut grant = entry(ConsentOperation::Grant);
    let package = BareKeyPackage::from_mls_message(&real.key_package).unwrap();
    grant.key_packages = vec![package.clone(); MAX_KEY_PACKAGES];
    assert!(ConsentEntry::decode(&grant.encode().unwrap()).is_ok());
    grant.key_packages.push(package);
    assert!(ConsentEntry::decode(&grant.encode().unwrap()).is_err());
}

#[test]
fn odd_entries_are_refused() {
    for bytes in [
        format!("04 {} 00", uris()),
        format!("03 {} 08 0002 01 00 0001 01 00", uris()),
        format!("03 {} 08 0001 01 00 0001 01 00", uris()),
        format!("03 {}", uris()),
    ] {
        assert!(ConsentEntry::decode(&hex::decode(bytes.replace(' ', "")).unwrap()).is_err(), "{bytes}");
    }
}
