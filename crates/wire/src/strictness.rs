//! What every decoder owes: one encoding per value, no prefix taken, nothing after the end. And real MLS messages for it.

use openmls::prelude::{tls_codec::Serialize as _, *};
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;

use crate::codec::Body;

/// Decodes, and checks that the decoder is strict with these bytes.
pub(crate) fn strictly<T: Body>(bytes: &[u8]) -> T {
    let value = T::decode(bytes).unwrap();
    assert_eq!(hex::encode(value.encode().unwrap()), hex::encode(bytes), "another encoding");
    for end in 0..bytes.len() {
        assert!(T::decode(&bytes[..end]).is_err(), "prefix of {end} bytes taken");
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(T::decode(&longer).is_err(), "trailing byte taken");
    value
}

/// As [`strictly`], from hex with spaces.
pub(crate) fn strictly_hex<T: Body>(text: &str) -> T {
    strictly(&hex::decode(text.replace(' ', "")).unwrap())
}

/// Messages that OpenMLS made, `MLSMessage` each.
pub(crate) struct RealMessages {
    pub(crate) key_package: Vec<u8>,
    pub(crate) key_package_ref: Vec<u8>,
    pub(crate) add_commit: Vec<u8>,
    pub(crate) welcome: Vec<u8>,
    pub(crate) group_info: Vec<u8>,
    pub(crate) tree: Vec<u8>,
    pub(crate) application: Vec<u8>,
    pub(crate) remove_proposal: Vec<u8>,
    pub(crate) update_proposal: Vec<u8>,
    pub(crate) add_proposal: Vec<u8>,
    pub(crate) self_remove: Vec<u8>,
    pub(crate) external_commit: Vec<u8>,
    pub(crate) confirmation_tag: Vec<u8>,
    pub(crate) context: Vec<u8>,
}

pub(crate) const GROUP: &[u8] = b"mimi://a.example/g/x";

const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

struct Person {
    provider: OpenMlsRustCrypto,
    signer: SignatureKeyPair,
    credential: CredentialWithKey,
}

impl Person {
    fn new(name: &str) -> Self {
        let provider = OpenMlsRustCrypto::default();
        let signer = SignatureKeyPair::new(SUITE.signature_algorithm()).unwrap();
        signer.store(provider.storage()).unwrap();
        let credential = CredentialWithKey {
            credential: BasicCredential::new(name.into()).into(),
            signature_key: signer.public().into(),
        };
        Self { provider, signer, credential }
    }

    fn key_package(&self) -> KeyPackage {
        KeyPackage::builder()
            .leaf_node_capabilities(capabilities())
            .build(SUITE, &self.provider, &self.signer, self.credential.clone())
            .unwrap()
            .key_package()
            .clone()
    }
}

fn capabilities() -> Capabilities {
    Capabilities::builder().proposals(vec![ProposalType::SelfRemove]).build()
}

impl RealMessages {
    pub(crate) fn new() -> Self {
        let [alice, bob, cathy] = ["alice", "bob", "cathy"].map(Person::new);
        let mut group = MlsGroup::builder()
            .ciphersuite(SUITE)
            .with_group_id(GroupId::from_slice(GROUP))
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .with_capabilities(capabilities())
            .build(&alice.provider, &alice.signer, alice.credential.clone())
            .unwrap();
        let package = bob.key_package();
        let key_package_ref = package.hash_ref(bob.provider.crypto()).unwrap().as_slice().to_vec();
        let (commit, welcome, _) =
            group.add_members(&alice.provider, &alice.signer, std::slice::from_ref(&package)).unwrap();
        group.merge_pending_commit(&alice.provider).unwrap();
        let tree = group.export_ratchet_tree();
        let config = MlsGroupJoinConfig::builder().wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY).build();
        let welcome_in = MlsMessageIn::tls_deserialize_exact_bytes(&welcome.to_bytes().unwrap()).unwrap();
        let MlsMessageBodyIn::Welcome(welcome_in) = welcome_in.extract() else { panic!("no welcome") };
        let mut bobs = StagedWelcome::new_from_welcome(&bob.provider, &config, welcome_in, Some(tree.clone().into()))
            .unwrap()
            .into_group(&bob.provider)
            .unwrap();

        let info = group.export_group_info(alice.provider.crypto(), &alice.signer, false).unwrap();
        let confirmation_tag = group.confirmation_tag().tls_serialize_detached().unwrap();
        let application = group.create_message(&alice.provider, &alice.signer, b"hello").unwrap();
        let update = group.propose_self_update(&alice.provider, &alice.signer, LeafNodeParameters::default()).unwrap();
        let add = bobs.propose_add_member(&bob.provider, &bob.signer, &cathy.key_package()).unwrap();
        let remove = bobs.propose_remove_member(&bob.provider, &bob.signer, LeafNodeIndex::new(0)).unwrap();
        let self_remove = bobs.leave_group_via_self_remove(&bob.provider, &bob.signer).unwrap();
        let info_in = MlsMessageIn::tls_deserialize_exact_bytes(&info.to_bytes().unwrap()).unwrap();
        let MlsMessageBodyIn::GroupInfo(info_in) = info_in.extract() else { panic!("no group info") };
        let context = info_in.group_context().tls_serialize_detached().unwrap();
        let (_, bundle) = MlsGroup::external_commit_builder()
            .with_ratchet_tree(tree.clone().into())
            .with_config(config)
            .build_group(&cathy.provider, info_in, cathy.credential.clone())
            .unwrap()
            .leaf_node_parameters(LeafNodeParameters::builder().with_capabilities(capabilities()).build())
            .load_psks(cathy.provider.storage())
            .unwrap()
            .build(cathy.provider.rand(), cathy.provider.crypto(), &cathy.signer, |_| true)
            .unwrap()
            .finalize(&cathy.provider)
            .unwrap();
        Self {
            key_package: MlsMessageOut::from(package).to_bytes().unwrap(),
            key_package_ref,
            add_commit: commit.to_bytes().unwrap(),
            welcome: welcome.to_bytes().unwrap(),
            group_info: info.to_bytes().unwrap(),
            tree: tree.tls_serialize_detached().unwrap(),
            application: application.to_bytes().unwrap(),
            remove_proposal: remove.0.to_bytes().unwrap(),
            update_proposal: update.0.to_bytes().unwrap(),
            add_proposal: add.0.to_bytes().unwrap(),
            self_remove: self_remove.to_bytes().unwrap(),
            external_commit: bundle.into_commit().to_bytes().unwrap(),
            confirmation_tag,
            context,
        }
    }
}
