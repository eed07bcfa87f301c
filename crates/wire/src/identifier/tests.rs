use super::*;
use crate::{codec::Body, component::KP_USAGE, dictionary::Dictionary, strictness::strictly_hex, uri::UserUri};

fn refused<T: Body + std::fmt::Debug>(text: &str) {
    let bytes = hex::decode(text.replace(' ', "")).unwrap();
    assert!(T::decode(&bytes).is_err(), "{text}");
}

fn alice() -> UserUri {
    "mimi://a.example/u/alice".parse().unwrap()
}

#[test]
fn a_handle_is_asked_for_in_few_bytes() {
    let request: IdentifierRequest = strictly_hex("07 01 05 616c696365 00");
    assert_eq!(request, IdentifierRequest::handle("alice"));
}

#[test]
fn every_field_has_its_number() {
    for (bytes, field) in [
        ("01", SearchField::Handle),
        ("02", SearchField::Nick),
        ("03", SearchField::Email),
        ("04", SearchField::Phone),
        ("05", SearchField::PartialName),
        ("06", SearchField::WholeProfile),
        ("07 02 6964", SearchField::OidcStdClaim("id".to_owned())),
        ("08 02 6964", SearchField::VcardField("id".to_owned())),
    ] {
        let length = if bytes.len() > 2 { 6 } else { 3 };
        let request: IdentifierRequest = strictly_hex(&format!("{length:02x} {bytes} 01 78 04 8d42 01 02"));
        let element = QueryElement { field, value: "x".to_owned() };
        let extensions = Dictionary::from([(KP_USAGE, vec![2])]);
        assert_eq!(request, IdentifierRequest { elements: vec![element], extensions });
    }
}

#[test]
fn odd_queries_are_refused() {
    for text in [
        "00 00",                                // nothing is asked
        "03 00 01 78 00",                       // reserved
        "03 09 01 78 00",                       // unknown
        "03 01 01 ff 00",                       // no UTF-8
        "02 07 01 00",                          // claim without value
        "03 01 01 78",                          // without extensions
        "03 01 01 78 08 0002 01 00 0001 01 00", // extensions do not ascend
    ] {
        refused::<IdentifierRequest>(text);
    }
    let crowd = |count| IdentifierRequest {
        elements: vec![QueryElement { field: SearchField::Nick, value: String::new() }; count],
        extensions: Dictionary::new(),
    };
    assert!(crowd(MAX_QUERY_ELEMENTS).encode().is_ok());
    assert!(crowd(MAX_QUERY_ELEMENTS + 1).encode().is_err());
    refused::<IdentifierRequest>(&format!("22 {} 00", "0200".repeat(MAX_QUERY_ELEMENTS + 1)));
}

#[test]
fn who_is_found_is_named_twice() {
    let uri = hex::encode(alice().as_str());
    let found: IdentifierResponse = strictly_hex(&format!("00 19 18 {uri} 1a 18 {uri} 00 00"));
    assert_eq!(found, IdentifierResponse::found(alice()));
}

#[test]
fn a_profile_has_fields() {
    let uri = hex::encode(alice().as_str());
    let response: IdentifierResponse = strictly_hex(&format!("00 00 22 18 {uri} 08 07 03 737562 02 aabb 00"));
    let field = ProfileField { source: FieldSource::OidcStdClaim, name: "sub".into(), value: vec![0xaa, 0xbb].into() };
    assert_eq!(response.profiles, [UserProfile { stable_uri: alice(), fields: vec![field] }]);
    assert!(response.uris.is_empty());
    refused::<IdentifierResponse>(&format!("00 00 22 18 {uri} 08 06 03 737562 02 aabb 00"));
}

#[test]
fn nobody_is_four_bytes() {
    for (bytes, code) in [
        ("01 00 00 00", IdentifierQueryCode::NotFound),
        ("02 00 00 00", IdentifierQueryCode::Ambiguous),
        ("03 00 00 00", IdentifierQueryCode::Forbidden),
        ("04 00 00 00", IdentifierQueryCode::UnsupportedField),
    ] {
        assert_eq!(strictly_hex::<IdentifierResponse>(bytes), IdentifierResponse::nobody(code));
    }
    let uri = hex::encode(alice().as_str());
    refused::<IdentifierResponse>("00 00 00 00");
    refused::<IdentifierResponse>("05 00 00 00");
    refused::<IdentifierResponse>(&format!("01 19 18 {uri} 00 00"));
    let crowd = IdentifierResponse { uris: vec![alice(); MAX_PROFILES + 1], ..IdentifierResponse::found(alice()) };
    assert!(crowd.encode().is_err());
}
