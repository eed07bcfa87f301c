use super::*;
use crate::strictness::{RealMessages, strictly, strictly_hex};

#[test]
fn a_request_names_its_sender_after_the_message() {
    let real = RealMessages::new();
    let sender: UserUri = "mimi://b.example/u/bob".parse().unwrap();
    let expected = [&[1], &real.application[..], &[22], sender.as_bytes()].concat();
    let request = SubmitMessageRequest::new(&real.application, &sender).unwrap();
    assert_eq!(strictly::<SubmitMessageRequest>(&expected), request);
}

#[test]
fn handshakes_are_no_messages() {
    let real = RealMessages::new();
    let sender: UserUri = "mimi://b.example/u/bob".parse().unwrap();
    assert!(SubmitMessageRequest::new(&real.self_remove, &sender).is_err());
    let bytes = [&[1], &real.self_remove[..], &[22], sender.as_bytes()].concat();
    assert!(SubmitMessageRequest::decode(&bytes).is_err());
}

#[test]
fn answers_are_byte_exact() {
    let frank = Frank { server_frank: [0x11; 32], cipher_suite: 1, signature: vec![0x22; 2].into() };
    let at = UnixMillis(1);
    let franked = format!("01 00 0000000000000001 01 {} 0001 02 2222", "11".repeat(32));
    for (response, bytes) in [
        (SubmitMessageResponse::Accepted { accepted_timestamp: at, frank: None }, "01 00 0000000000000001 00"),
        (SubmitMessageResponse::Accepted { accepted_timestamp: at, frank: Some(frank) }, franked.as_str()),
        (SubmitMessageResponse::NotAllowed, "01 01"),
        (SubmitMessageResponse::EpochTooOld { current_epoch: Epoch(5) }, "01 02 0000000000000005"),
    ] {
        assert_eq!(hex::encode(response.encode().unwrap()), bytes.replace(' ', ""));
        assert_eq!(strictly_hex::<SubmitMessageResponse>(bytes), response);
    }
    assert!(SubmitMessageResponse::decode(&[0, 1]).is_err(), "protocol");
    assert!(SubmitMessageResponse::decode(&[1, 3]).is_err(), "code");
}
