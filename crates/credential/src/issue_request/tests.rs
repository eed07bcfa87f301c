use super::*;
use crate::vectors::{bytes, leaf, pseudonym};

/// Request of the pseudonym's leaf with the vouch of the key of seed 05; made by another implementation.
const REQUEST: &str = concat!(
    "a50178376d696d693a2f2f612e6578616d706c652f702f31623465323862612d326661312d346431652d383833662d303031366433636361",
    "34323702785e6d696d693a2f2f612e6578616d706c652f642f702f31623465323862612d326661312d346431652d383833662d3030313664",
    "336363613432372f63353661343138302d363561612d343265632d613934352d35666432316465633035333803a301012006215820813977",
    "0ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b39404584065c034ee8d29a64b0d295e34521cee7d5cafb709bbc9b8df",
    "3252ec289cc54df497fa407cc069987e21d83c94e166e538b3afedf06e971dfcc22fea0b34096a0f058258206e7a1cdd29b0b78fd13af4c5",
    "598feff4ef2a97166e3ca6f2e4fbfccd80505bf15840eec758e89a5bfc843b5f518eccdf7cc576ce8a3426679caa43ce05885631cece06ba",
    "dcb646fd9e3da3811c5555a744785fadf89763a61ae1148b59b33bb1c50c",
);

fn voucher() -> LeafKey {
    LeafKey::from_seed(&[5; 32])
}

#[test]
fn a_request_is_the_vector_both_ways() {
    let request = IssueRequest::new(pseudonym(), &leaf(), &NO_TOKEN, Some(&voucher()));
    assert_eq!(hex::encode(request.encode()), REQUEST);
    assert_eq!(IssueRequest::decode(&bytes(REQUEST)), Ok(request));
}

#[test]
fn a_verified_request_says_who_asks() {
    let verified = IssueRequest::decode(&bytes(REQUEST)).unwrap().verify(&NO_TOKEN).unwrap();
    assert_eq!(verified.user, pseudonym().user());
    assert_eq!(verified.client, pseudonym());
    assert_eq!(verified.key, leaf().public());
    assert_eq!(verified.vouched_by, Some(voucher().public()));
}

#[test]
fn a_request_without_voucher_names_none() {
    let request = IssueRequest::new(pseudonym(), &leaf(), &[9; 32], None);
    let decoded = IssueRequest::decode(&request.encode()).unwrap();
    assert_eq!(decoded.verify(&[9; 32]).unwrap().vouched_by, None);
}

#[test]
fn a_request_for_another_token_is_refused() {
    let request = IssueRequest::new(pseudonym(), &leaf(), &[9; 32], None);
    assert_eq!(request.verify(&NO_TOKEN), Err(IssueRequestError::Proof));
}

#[test]
fn somebody_elses_proof_is_refused() {
    let mut stolen = IssueRequest::new(pseudonym(), &leaf(), &NO_TOKEN, None);
    stolen.key = voucher().public();
    assert_eq!(stolen.verify(&NO_TOKEN), Err(IssueRequestError::Proof));
}

#[test]
fn a_proof_is_no_vouch() {
    let mut request = IssueRequest::new(pseudonym(), &leaf(), &NO_TOKEN, None);
    request.vouch = Some(Vouch { key: request.key, signature: request.proof });
    assert_eq!(request.verify(&NO_TOKEN), Err(IssueRequestError::Vouch));
}

#[test]
fn a_client_of_another_user_is_refused() {
    let bad = REQUEST.replacen("31623465", "31623466", 1);
    assert_eq!(IssueRequest::decode(&bytes(&bad)), Err(IssueRequestError::Names));
}

#[test]
fn prefixes_and_trailing_bytes_are_refused() {
    let encoded = bytes(REQUEST);
    for end in 0..encoded.len() {
        assert!(IssueRequest::decode(&encoded[..end]).is_err(), "{end}");
    }
    assert!(IssueRequest::decode(&[encoded, vec![0]].concat()).is_err());
}
