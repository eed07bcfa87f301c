//! Bytes made by another implementation (Python, its own CBOR encoder, the `cryptography` package), and the names in them.
//! Keys are Ed25519 seeds of one repeated byte: 01 the issuer, 02 the leaf, 03 the external sender, 04 franking, 05 another
//! leaf.

use doorstep_wire::{ClientUri, ProviderDomain, UnixMillis};
use sha2::Digest;

use crate::{DisclosureBinding, DisclosureIn, IssuerKey, KeySet, KeyUse, LeafKey, ShownClaims, present};

/// Pseudonym token.
pub(crate) const TOKEN: &str = concat!(
    "d28451a30132044834750f98bd59fcfc10190125a058e9a601706d696d693a2f2f612e6578616d706c6502785e6d696d693a",
    "2f2f612e6578616d706c652f642f702f31623465323862612d326661312d346431652d383833662d30303136643363636134",
    "32372f63353661343138302d363561612d343265632d613934352d356664323164656330353338041a6ab0738008a101a301",
    "0120062158208139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b3943a0001117078376d696d693a",
    "2f2f612e6578616d706c652f702f31623465323862612d326661312d346431652d383833662d303031366433636361343237",
    "3a00011171015840234eeeea7151a5b5adf795c50a31da087832a7d54749775f80416f28992e22786ae0f780f7561a1df7e2",
    "ef82976e98cb6ec64b206527640abb76e0bfb71c260c",
);

/// [`TOKEN`] bound for a KeyPackage, `cti` 16 × aa.
pub(crate) const BOUND: &str = concat!(
    "d28459014aa301320dd28451a30132044834750f98bd59fcfc10190125a058e9a601706d696d693a2f2f612e6578616d706c",
    "6502785e6d696d693a2f2f612e6578616d706c652f642f702f31623465323862612d326661312d346431652d383833662d30",
    "30313664336363613432372f63353661343138302d363561612d343265632d613934352d356664323164656330353338041a",
    "6ab0738008a101a3010120062158208139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b3943a0001",
    "117078376d696d693a2f2f612e6578616d706c652f702f31623465323862612d326661312d346431652d383833662d303031",
    "3664336363613432373a00011171015840234eeeea7151a5b5adf795c50a31da087832a7d54749775f80416f28992e22786a",
    "e0f780f7561a1df7e2ef82976e98cb6ec64b206527640abb76e0bfb71c260c10190126a0582ca203776d696d693a2f2f6c6f",
    "63616c2e696e76616c69642f6b700750aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa5840100e9ac80ddafd9b2cd92bce87325a95",
    "83d8d8c1cacfcc110067b76b2118f94b1be3e9a5d9483d503ce03268d58806d2ad60bda1d081917f3f91252091382103",
);

/// Account token of alice, salts 16 × 77 and 16 × 88.
pub(crate) const ACCOUNT_TOKEN: &str = concat!(
    "d28451a30132044834750f98bd59fcfc10190125a058f0a701706d696d693a2f2f612e6578616d706c6502783d6d696d693a",
    "2f2f612e6578616d706c652f642f616c6963652f63353661343138302d363561612d343265632d613934352d356664323164",
    "656330353338041a6ab0738008a101a3010120062158208139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f",
    "5b8fc9b3943a0001117078186d696d693a2f2f612e6578616d706c652f752f616c6963653a0001117100f83b8258209c319f",
    "7d5a05a35ebb97aeda13050770a6c3aac563f0daaedccab79d7500229b5820a2838f6ef72815c876085f15d2a8521b7d9e6a",
    "f1c1f89991378ee1401e6e288e5840ef53b4e0754adfcfcad888fafb312a78c8a897063d56455e37bb2bbfb02fc102515402",
    "4f8fbed13b2aca6a448ced4dcc725a0d74d363a9565fac0cf24d585002",
);

/// What opens [`ACCOUNT_TOKEN`].
pub(crate) const ACCOUNT_DISCLOSURES: &str = concat!(
    "82581d83507777777777777777777777777777777765616c6963653a00011172582583508888888888888888888888888888",
    "88886d416c696365204c696464656c6c3a00011173",
);

/// End of the tokens, seconds: 20717 days.
pub(crate) const END: u64 = 1_789_948_800;

pub(crate) const PID: [u8; 16] = *b"\x1b\x4e\x28\xba\x2f\xa1\x4d\x1e\x88\x3f\x00\x16\xd3\xcc\xa4\x27";
pub(crate) const CID: [u8; 16] = *b"\xc5\x6a\x41\x80\x65\xaa\x42\xec\xa9\x45\x5f\xd2\x1d\xec\x05\x38";

pub(crate) fn domain() -> ProviderDomain {
    "a.example".parse().unwrap()
}

pub(crate) fn pseudonym() -> ClientUri {
    ClientUri::pseudonym(&domain(), PID, CID)
}

pub(crate) fn alice() -> ClientUri {
    ClientUri::account(&domain(), "alice", CID).unwrap()
}

pub(crate) fn issuer() -> IssuerKey {
    IssuerKey::from_seed(&[1; 32])
}

pub(crate) fn leaf() -> LeafKey {
    LeafKey::from_seed(&[2; 32])
}

pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[test]
fn the_protocol_page_prints_the_same_bytes() {
    let page: String = include_str!("../../../docs/PROTOCOL.md").split_whitespace().collect();
    for vector in [TOKEN, ACCOUNT_DISCLOSURES] {
        assert!(page.contains(vector), "{vector}");
    }
    for hashed in [BOUND, ACCOUNT_TOKEN] {
        assert!(page.contains(&hex::encode(sha2::Sha256::digest(bytes(hashed)))), "{hashed}");
    }
}

#[test]
fn the_printed_presentation_shows_who_alice_is() {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../docs/vectors.json")).unwrap();
    let field = |name: &str| bytes(all["presentation"][name].as_str().unwrap());
    let base: [u8; 32] = field("disclosure_base").try_into().unwrap();
    let binding = DisclosureBinding::new(&base, &field("disclosure_context"));
    let keys = KeySet::new().with(KeyUse::Issuer, issuer().public());
    let shown = DisclosureIn::decode(&field("sd_kbt")).unwrap();
    let verified = shown.verify(&keys, &binding, UnixMillis((END - 1) * 1000)).unwrap();
    assert_eq!(verified.handle.as_deref(), Some("alice"));
    assert_eq!(verified.display_name.as_deref(), Some("Alice Liddell"));
    // And it is what this software makes of the same.
    let claims = ShownClaims { handle: true, display_name: true };
    let made = present(&bytes(ACCOUNT_TOKEN), &bytes(ACCOUNT_DISCLOSURES), claims, &binding, &leaf()).unwrap();
    assert_eq!(made, field("sd_kbt"));
}
