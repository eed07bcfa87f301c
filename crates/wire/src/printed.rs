//! What `docs/vectors.json` prints for other implementations holds here. It was made with software that shares no code
//! with this; what is encrypted in it is opened in a test of `doorstep-mls`.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::{
    Body as _, Dictionary, Restored, UserUri,
    component::KP_TICKET,
    consent::ConsentEntry,
    dictionary,
    ext::{
        contact_hints::{ContactHints, ContactPool},
        disclosure_context::DisclosureContext,
        kp_ticket::{self, KpTicket},
        moderator_card::{self, ModeratorCard},
        restored::reject_commit_content,
        second_pseudonym::SecondPseudonym,
    },
    group_info::GroupInfoRequest,
    sign::sign_content,
    strictness::strictly,
};

fn field(vector: &str, name: &str) -> Vec<u8> {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../docs/vectors.json")).unwrap();
    hex::decode(all[vector][name].as_str().unwrap()).unwrap()
}

fn verifies(key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    let signature = Signature::from_slice(signature).unwrap();
    VerifyingKey::try_from(key).unwrap().verify_strict(signed, &signature).is_ok()
}

#[test]
fn the_signature_of_field_29_is_the_printed_one() {
    let vector = "second_pseudonym";
    let content: SecondPseudonym = strictly(&field(vector, "content"));
    assert_eq!(content.disclosure_context.as_slice(), field(vector, "disclosure_context"));
    assert_eq!(content.kp_ref.as_slice(), field(vector, "kp_ref"));
    assert!(DisclosureContext::decode(content.disclosure_context.as_slice()).is_ok());
    let signed = content.to_be_signed().unwrap();
    assert!(verifies(&field(vector, "public_key"), &signed, &field(vector, "signature")));
}

#[test]
fn a_rejected_commit_is_signed_as_printed() {
    let vector = "reject_commit";
    let (body, content) = (field(vector, "body"), field(vector, "content"));
    let room = "mimi://a.example/r/clubhouse".parse().unwrap();
    let (epoch, hash) = (u64::from_be_bytes(body[..8].try_into().unwrap()), body[8..40].try_into().unwrap());
    assert_eq!(reject_commit_content(&room, epoch, &hash), content);
    let signed = sign_content("doorstep reject commit v1", &content);
    assert!(verifies(&field(vector, "public_key"), &signed, &body[44..]));
    // A Restored begins with the same bytes.
    assert_eq!(body.len(), 8 + 32 + 4 + 64);
    assert!(Restored::decode(&body).is_err());
}

#[test]
fn a_ticket_is_shown_as_printed() {
    let vector = "kp_ticket";
    let entry: ConsentEntry = strictly(&field(vector, "consent_entry"));
    let shown = KpTicket::decode(&entry.extensions[&KP_TICKET]).unwrap();
    assert_eq!(shown.encode().unwrap(), field(vector, "kp_ticket"));
    let ticket = field(vector, "ticket").try_into().unwrap();
    let requester = entry.requester.as_user().unwrap();
    assert!(shown.is_by(&ticket, &requester, &entry.target, entry.room.as_ref()));
}

#[test]
fn a_request_for_a_group_info_is_signed_as_printed() {
    let request: GroupInfoRequest = strictly(&field("group_info", "request"));
    let key = request.tbs.requesting_signature_key.as_slice();
    assert!(verifies(key, &request.tbs.to_be_signed().unwrap(), request.signature.as_slice()));
}

/// The page names the vectors of the file by their length and hash.
#[test]
fn the_protocol_page_tells_what_is_in_the_file() {
    let page = include_str!("../../../docs/PROTOCOL.md");
    let mut told = 0;
    for row in page.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 3) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [vector, what, length, hash] = cells[..] else { panic!("{row}") };
        let Some(hash) = hash.strip_prefix('`').filter(|hash| hash.len() == 65) else { continue };
        let name = what.rsplit('`').nth(1).unwrap();
        let bytes = field(vector.trim_matches('`'), name);
        assert_eq!(bytes.len().to_string(), length, "{vector}");
        assert_eq!(hex::encode(Sha256::digest(&bytes)), hash.trim_end_matches('`'), "{vector}");
        told += 1;
    }
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../docs/vectors.json")).unwrap();
    assert_eq!(told, all.as_object().unwrap().len());
}

/// Short ones stand in the page as they are.
#[test]
fn the_protocol_page_prints_the_same_bytes() {
    let page: String = include_str!("../../../docs/PROTOCOL.md").split_whitespace().collect();
    let info = hex::encode(field("group_info", "info"));
    let card = moderator_card::cti(&field("reject_commit", "public_key"));
    let user = |text: &str| text.parse::<UserUri>().unwrap();
    let requester = user("mimi://b.example/p/9d0f2c1e-7a60-4b53-8c39-1f6b2f0a7d42");
    let target = user("mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427");
    let room = "mimi://b.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".parse().unwrap();
    let mac = |room| hex::encode(kp_ticket::mac(&[0x33; 32], &requester, &target, room));
    let id = hex::encode(kp_ticket::ticket_id(&[0x33; 32]));
    for printed in [&info[..92], &info[92..], &hex::encode(card), &id, &mac(None), &mac(Some(&room))] {
        assert!(page.contains(printed), "{printed}");
    }
    let mut hints = Dictionary::new();
    ContactHints::ask(&mut hints);
    let asked = hex::encode(dictionary::encode(&hints));
    ContactHints { pool: ContactPool::ConnectionOnly }.tell(&mut hints);
    let told = hex::encode(dictionary::encode(&hints));
    let card = ModeratorCard { presentation: vec![0x82, 0x01, 0x42, 0xaa, 0xbb].into() };
    for printed in [asked, told, hex::encode(card.encode().unwrap())] {
        assert!(page.contains(&printed), "{printed}");
    }
}
