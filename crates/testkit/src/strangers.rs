//! Real MLS of other suites, made with OpenMLS and its own provider: what ours has to refuse.

use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;
use tls_codec::{Deserialize as _, Serialize as _};

/// Both have a relative among the suites of RFC 9420 §17.1: the first shares no curve with ours, the second all but the AEAD.
pub const SUITES: [Ciphersuite; 2] = [
    Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
    Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
];

/// Somebody whose software knows one other suite.
pub struct Stranger {
    suite: Ciphersuite,
    provider: OpenMlsRustCrypto,
    keys: SignatureKeyPair,
    credential: CredentialWithKey,
}

/// Their group.
pub struct StrangeGroup {
    owner: Stranger,
    group: MlsGroup,
}

/// What travels, in the bytes that ours has for it.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `MLSMessage`.
    pub commit: Vec<u8>,
    /// Bare; if somebody was added.
    pub welcome: Option<Vec<u8>>,
    /// Bare.
    pub group_info: Vec<u8>,
}

/// Without the `MLSMessage` around it.
fn bare(message: &MlsMessageOut) -> Vec<u8> {
    message.tls_serialize_detached().unwrap()[4..].to_vec()
}

impl Stranger {
    /// Somebody of this suite.
    pub fn new(suite: Ciphersuite) -> Self {
        let keys = SignatureKeyPair::new(suite.signature_algorithm()).unwrap();
        let credential = Credential::new(CredentialType::Other(5), b"somebody".to_vec());
        let credential = CredentialWithKey { credential, signature_key: keys.public().into() };
        Self { suite, provider: OpenMlsRustCrypto::default(), keys, credential }
    }

    /// As everybody's in our groups, but for the suite.
    fn capabilities(&self) -> Capabilities {
        Capabilities::new(
            Some(&[ProtocolVersion::Mls10]),
            Some(&[self.suite]),
            Some(&[ExtensionType::AppDataDictionary]),
            Some(&[ProposalType::AppDataUpdate, ProposalType::SelfRemove]),
            Some(&[CredentialType::Basic, CredentialType::Other(5)]),
        )
    }

    fn made(&self) -> KeyPackage {
        let bundle = KeyPackage::builder()
            .leaf_node_capabilities(self.capabilities())
            .build(self.suite, &self.provider, &self.keys, self.credential.clone())
            .unwrap();
        bundle.key_package().clone()
    }

    /// A bare KeyPackage.
    pub fn key_package(&self) -> Vec<u8> {
        self.made().tls_serialize_detached().unwrap()
    }

    /// A group of one, with this id.
    pub fn found(self, group_id: &[u8]) -> StrangeGroup {
        let group = MlsGroup::builder()
            .with_group_id(GroupId::from_slice(group_id))
            .ciphersuite(self.suite)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .with_capabilities(self.capabilities())
            .build(&self.provider, &self.keys, self.credential.clone())
            .unwrap();
        StrangeGroup { owner: self, group }
    }
}

impl StrangeGroup {
    /// A bare GroupInfo, with what a joiner needs.
    pub fn group_info(&self) -> Vec<u8> {
        let Stranger { provider, keys, .. } = &self.owner;
        bare(&self.group.export_group_info(provider.crypto(), keys, false).unwrap())
    }

    /// `optional<Node> ratchet_tree<V>`.
    pub fn tree(&self) -> Vec<u8> {
        self.group.export_ratchet_tree().tls_serialize_detached().unwrap()
    }

    /// Adds somebody.
    pub fn add(&mut self, newcomer: &Stranger) -> Outgoing {
        let Stranger { provider, keys, .. } = &self.owner;
        let (commit, welcome, _) = self.group.add_members(provider, keys, &[newcomer.made()]).unwrap();
        let commit = commit.tls_serialize_detached().unwrap();
        Outgoing { commit, welcome: Some(bare(&welcome)), group_info: self.group_info() }
    }

    /// Somebody comes in by an external commit.
    pub fn enter(&self, newcomer: &Stranger) -> Outgoing {
        let Stranger { provider, keys, credential, .. } = newcomer;
        let info = VerifiableGroupInfo::tls_deserialize_exact(self.group_info()).unwrap();
        let config = MlsGroupJoinConfig::builder().wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY).build();
        let (_, bundle) = MlsGroup::external_commit_builder()
            .with_ratchet_tree(RatchetTreeIn::tls_deserialize_exact(self.tree()).unwrap())
            .with_config(config)
            .build_group(provider, info, credential.clone())
            .unwrap()
            .leaf_node_parameters(LeafNodeParameters::builder().with_capabilities(newcomer.capabilities()).build())
            .load_psks(provider.storage())
            .unwrap()
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(provider.rand(), provider.crypto(), keys, |_| true)
            .unwrap()
            .finalize(provider)
            .unwrap();
        let (commit, _, group_info) = bundle.into_messages();
        let commit = commit.tls_serialize_detached().unwrap();
        Outgoing { commit, welcome: None, group_info: bare(&group_info.unwrap()) }
    }
}
