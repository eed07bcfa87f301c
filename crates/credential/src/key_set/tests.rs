use super::*;
use crate::vectors::bytes;
use crate::{IssuerKey, LeafKey};

/// Keys of the seeds 01, 03 and 04; made by another implementation.
const SET: &str = concat!(
    "83a50101024834750f98bd59fcfc033220062158208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    "a601010248b62e867fa2f33afe03322006215820ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1",
    "6375736501",
    "a601010248c5b940ed3f65c39103322006215820ca93ac1705187071d67b83c7ff0efe8108e8ec4530575d7726879333dbdabe7c",
    "6375736502",
);

fn set() -> KeySet {
    KeySet::new()
        .with(KeyUse::Issuer, IssuerKey::from_seed(&[1; 32]).public())
        .with(KeyUse::ExternalSender, LeafKey::from_seed(&[3; 32]).public())
        .with(KeyUse::Franking, LeafKey::from_seed(&[4; 32]).public())
}

#[test]
fn a_set_is_the_vector_both_ways() {
    assert_eq!(hex::encode(set().encode()), SET);
    assert_eq!(KeySet::decode(&bytes(SET)), Ok(set()));
}

#[test]
fn a_key_stands_only_for_its_use() {
    let external = LeafKey::from_seed(&[3; 32]).public();
    assert!(set().contains(KeyUse::ExternalSender, &external));
    assert!(!set().contains(KeyUse::Franking, &external));
    assert_eq!(set().issuer(KeyId::of(&external)), None);
    assert_eq!(set().of_use(KeyUse::Franking).count(), 1);
}

#[test]
fn prefixes_and_trailing_bytes_are_refused() {
    let encoded = bytes(SET);
    for end in 0..encoded.len() {
        assert!(KeySet::decode(&encoded[..end]).is_err(), "{end}");
    }
    assert_eq!(KeySet::decode(&[encoded, vec![0]].concat()), Err(CborError::Trailing));
}

#[test]
fn a_kid_of_another_key_is_refused() {
    let bad = SET.replace("34750f98bd59fcfc", "34750f98bd59fcfd");
    assert_eq!(KeySet::decode(&bytes(&bad)), Err(CborError::Unexpected));
}

#[test]
fn a_number_in_another_spelling_is_refused() {
    let bignum = SET.replacen("a50101", "a501c24101", 1);
    assert_eq!(KeySet::decode(&bytes(&bignum)), Err(CborError::Unexpected));
    let operations = SET.replacen("a50101", "a60101", 1).replacen("0332", "0332048102", 1);
    assert_eq!(KeySet::decode(&bytes(&operations)), Err(CborError::Unexpected));
}

#[test]
fn unknown_uses_keys_twice_and_large_sets_are_refused() {
    assert_eq!(KeySet::decode(&bytes(&SET.replace("6375736502", "6375736503"))), Err(CborError::Range));
    let twice = set().with(KeyUse::Issuer, IssuerKey::from_seed(&[1; 32]).public());
    assert_eq!(KeySet::decode(&twice.encode()), Err(CborError::Unexpected));
    let many = (0..17).fold(KeySet::new(), |set, seed| set.with(KeyUse::Issuer, [seed; 32]));
    assert_eq!(KeySet::decode(&many.encode()), Err(CborError::Range));
}

#[test]
fn former_keys_stand_behind_those_of_now_as_far_as_there_is_place() {
    let of = |keys: core::ops::Range<u8>| keys.fold(KeySet::new(), |set, key| set.with(KeyUse::Issuer, [key; 32]));
    let both = of(1..3).and_former(of(2..4));
    assert_eq!(both.of_use(KeyUse::Issuer).collect::<Vec<_>>(), [&[1; 32], &[2; 32], &[3; 32]]);
    assert!(of(1..3).has_news_for(&of(2..4)) && !of(2..3).has_news_for(&both) && !KeySet::new().has_news_for(&both));
    // A hub's key vouches for nobody.
    assert!(!KeySet::new().with(KeyUse::Franking, [9; 32]).has_news_for(&both));
    let many = of(1..3).and_former(of(10..26));
    assert_eq!(KeySet::decode(&many.encode()).unwrap(), many);
    assert_eq!(many.of_use(KeyUse::Issuer).count(), 16);
}
