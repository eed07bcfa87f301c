use super::*;
use crate::strictness::strictly_hex;

fn message() -> AbusiveMessage {
    AbusiveMessage {
        message_content: vec![0x77; 3].into(),
        frank: Frank { server_frank: [0x11; 32], cipher_suite: 1, signature: vec![0x22; 2].into() },
        accepted_timestamp: UnixMillis(5),
    }
}

fn report(reporting_user: Option<UserUri>, messages: Vec<AbusiveMessage>) -> AbuseReport {
    AbuseReport {
        reporting_user,
        alleged_abuser: "mimi://b.example/u/bob".parse().unwrap(),
        reason: AbuseType::Reserved,
        note: "no".to_owned(),
        messages,
        extensions: Dictionary::new(),
    }
}

#[test]
fn reports_are_byte_exact() {
    let [bob, alice] = ["mimi://b.example/u/bob", "mimi://a.example/u/alice"].map(hex::encode);
    let shown = format!("03 777777 {} 0001 02 2222 0000000000000005", "11".repeat(32));
    let anonymous: AbuseReport = strictly_hex(&format!("00 16 {bob} 00 02 6e6f 00 00"));
    assert_eq!(anonymous, report(None, Vec::new()));
    let signed: AbuseReport = strictly_hex(&format!("18 {alice} 16 {bob} 00 02 6e6f 31 {shown} 00"));
    assert_eq!(signed, report(Some("mimi://a.example/u/alice".parse().unwrap()), vec![message()]));
    let two: AbuseReport = strictly_hex(&format!("00 16 {bob} 00 02 6e6f 4062 {shown} {shown} 04 8d42 01 02"));
    assert_eq!((two.messages.len(), two.extensions.len()), (2, 1));
}

#[test]
fn odd_reports_are_refused() {
    let bob = hex::encode("mimi://b.example/u/bob");
    for text in [
        "00 00 00 02 6e6f 00 00".to_owned(),                            // nobody is accused
        format!("00 16 {bob} 01 02 6e6f 00 00"),                        // unknown reason
        format!("00 16 {bob} 00 02 ffff 00 00"),                        // no UTF-8
        format!("00 16 {bob} 00 02 6e6f 02 0000 00"),                   // half a message
        format!("16 {} 16 {bob} 00 00 00 00", bob.replace("62", "42")), // another spelling
        format!("00 16 {bob} 00 02 6e6f 00"),                           // without extensions
    ] {
        assert!(AbuseReport::decode(&hex::decode(text.replace(' ', "")).unwrap()).is_err(), "{text}");
    }
}

#[test]
fn a_report_has_limits() {
    assert!(report(None, vec![message(); MAX_ABUSIVE_MESSAGES]).encode().is_ok());
    assert!(report(None, vec![message(); MAX_ABUSIVE_MESSAGES + 1]).encode().is_err());
    let mut long = report(None, Vec::new());
    long.note = "n".repeat(MAX_ABUSE_NOTE);
    let bytes = long.encode().unwrap();
    assert!(AbuseReport::decode(&bytes).is_ok());
    long.note.push('n');
    assert!(long.encode().is_err());
    let mut grown = bytes[..25].to_vec();
    crate::codec::put_vector(&mut grown, long.note.as_bytes());
    grown.extend([0, 0]);
    assert!(AbuseReport::decode(&grown).is_err());
}

#[test]
fn nothing_said_is_printed() {
    let printed = format!("{:?}", report(Some("mimi://a.example/u/alice".parse().unwrap()), vec![message()]));
    for secret in ["alice", "bob", "119", "no\""] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
