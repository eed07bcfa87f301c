//! MLS structures (RFC 9420), with the names of the RFC. Keys, leaves and encrypted parts are not opened.

use super::numbers::{
    CONTENT_TYPES, LEAF_SOURCES, NODE_TYPES, PROPOSAL_OR_REF, PROPOSAL_TYPES, SENDER_TYPES, SUITES, VERSIONS,
    WIRE_FORMATS,
};
use super::reader::{Line, Read, Reader};
use super::say::{count, list, millis, named, plain, registered, seconds, text};
use super::{numbers, state};

/// `MLSMessage` (§6).
pub(super) fn message(r: &mut Reader<'_>, name: &str) -> Read<Kind> {
    let mut kind = Kind::Other;
    r.structure("MLSMessage", name, |r| {
        r.number(2, "ProtocolVersion", "version", named(VERSIONS))?;
        match r.number(2, "WireFormat", "wire_format", named(WIRE_FORMATS))? {
            1 => {
                let content = public(r)?;
                kind = if content == 3 { Kind::Commit } else { Kind::Proposal };
            }
            2 => {
                private(r)?;
                kind = Kind::Private;
            }
            3 => {
                welcome(r, "welcome")?;
                kind = Kind::Welcome;
            }
            4 => group_info(r, "group_info")?,
            5 => key_package(r, "key_package")?,
            _ => return Err(r.broken("a wire format of RFC 9420")),
        }
        Ok(())
    })?;
    Ok(kind)
}

/// What a message is, as far as what follows it depends on that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Proposal,
    Private,
    Welcome,
    Other,
}

/// `PublicMessage` (§6.2); gives the type of its content.
fn public(r: &mut Reader<'_>) -> Read<u64> {
    let (mut content_type, mut sender) = (0, 0);
    r.structure("PublicMessage", "public_message", |r| {
        r.structure("FramedContent", "content", |r| {
            r.opaque("opaque", "group_id", text)?;
            r.number(8, "uint64", "epoch", plain)?;
            r.structure("Sender", "sender", |r| {
                sender = r.number(1, "SenderType", "sender_type", named(SENDER_TYPES))?;
                match sender {
                    1 => r.number(4, "uint32", "leaf_index", plain).map(drop),
                    2 => r.number(4, "uint32", "sender_index", plain).map(drop),
                    3 | 4 => Ok(()),
                    _ => Err(r.broken("a type of sender")),
                }
            })?;
            authenticated_data(r)?;
            content_type = r.number(1, "ContentType", "content_type", named(CONTENT_TYPES))?;
            match content_type {
                2 => proposal(r, "proposal"),
                3 => commit(r),
                _ => Err(r.broken("a proposal or a commit")),
            }
        })?;
        r.structure("FramedContentAuthData", "auth", |r| {
            r.opaque("opaque", "signature", count)?;
            if content_type == 3 {
                r.opaque("MAC", "confirmation_tag", count)?;
            }
            Ok(())
        })?;
        if sender == 1 {
            r.opaque("MAC", "membership_tag", count)?;
        }
        Ok(())
    })?;
    Ok(content_type)
}

/// `PrivateMessage` (§6.3).
fn private(r: &mut Reader<'_>) -> Read<()> {
    r.structure("PrivateMessage", "private_message", |r| {
        r.opaque("opaque", "group_id", text)?;
        r.number(8, "uint64", "epoch", plain)?;
        r.number(1, "ContentType", "content_type", named(CONTENT_TYPES))?;
        authenticated_data(r)?;
        r.opaque("opaque", "encrypted_sender_data", count)?;
        r.opaque("opaque", "ciphertext", count)?;
        Ok(())
    })
}

/// In our groups a `SafeAAD` (mls-extensions §4.9).
fn authenticated_data(r: &mut Reader<'_>) -> Read<()> {
    r.vector("opaque", "authenticated_data", |r| {
        r.structure("SafeAAD", "", |r| {
            r.list("SafeAADItem", "aad_items", |r| {
                r.number(2, "ComponentID", "component_id", registered(numbers::COMPONENTS))?;
                r.opaque("opaque", "aad_item_data", count)?;
                Ok(())
            })
        })
    })
}

/// `Commit` (§12.4).
fn commit(r: &mut Reader<'_>) -> Read<()> {
    r.structure("Commit", "commit", |r| {
        r.list("ProposalOrRef", "proposals", |r| {
            match r.number(1, "ProposalOrRefType", "type", named(PROPOSAL_OR_REF))? {
                1 => proposal(r, "proposal"),
                2 => r.opaque("ProposalRef", "reference", count).map(drop),
                _ => Err(r.broken("a proposal or a reference")),
            }
        })?;
        r.optional("UpdatePath", "path", |r| {
            r.structure("UpdatePath", "path", |r| {
                leaf_node(r, "leaf_node")?;
                r.list("UpdatePathNode", "nodes", |r| {
                    r.opaque("HPKEPublicKey", "encryption_key", count)?;
                    r.vector("HPKECiphertext", "encrypted_path_secret", |r| ciphertext(r, ""))
                })
            })
        })
    })
}

/// `Proposal` (§12.1; mls-extensions for 8 and 10).
fn proposal(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("Proposal", name, |r| match r.number(2, "ProposalType", "proposal_type", named(PROPOSAL_TYPES))? {
        1 => r.structure("Add", "add", |r| key_package(r, "key_package")),
        2 => r.structure("Update", "update", |r| leaf_node(r, "leaf_node")),
        3 => r.structure("Remove", "remove", |r| r.number(4, "uint32", "removed", leaf).map(drop)),
        6 => r.structure("ExternalInit", "external_init", |r| r.opaque("opaque", "kem_output", count).map(drop)),
        7 => r.structure("GroupContextExtensions", "group_context_extensions", |r| state::extensions(r, "extensions")),
        8 => state::app_data_update(r),
        10 => Ok(()),
        _ => Err(r.broken("a proposal of these rooms")),
    })
}

fn leaf(index: u64) -> String {
    format!("leaf {index}")
}

/// `HPKECiphertext` (§7.6).
pub(super) fn ciphertext(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("HPKECiphertext", name, |r| {
        r.opaque("opaque", "kem_output", count)?;
        r.opaque("opaque", "ciphertext", count)?;
        Ok(())
    })
}

/// `Welcome` (§12.4.3.1).
pub(super) fn welcome(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("Welcome", name, |r| {
        r.number(2, "CipherSuite", "cipher_suite", registered(SUITES))?;
        r.list("EncryptedGroupSecrets", "secrets", |r| {
            r.opaque("KeyPackageRef", "new_member", count)?;
            ciphertext(r, "encrypted_group_secrets")
        })?;
        r.opaque("opaque", "encrypted_group_info", count)?;
        Ok(())
    })
}

/// `GroupInfo` (§12.4.3).
pub(super) fn group_info(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("GroupInfo", name, |r| {
        r.structure("GroupContext", "group_context", |r| {
            r.number(2, "ProtocolVersion", "version", named(VERSIONS))?;
            r.number(2, "CipherSuite", "cipher_suite", registered(SUITES))?;
            r.opaque("opaque", "group_id", text)?;
            r.number(8, "uint64", "epoch", plain)?;
            r.opaque("opaque", "tree_hash", count)?;
            r.opaque("opaque", "confirmed_transcript_hash", count)?;
            state::extensions(r, "extensions")
        })?;
        state::extensions(r, "extensions")?;
        r.opaque("MAC", "confirmation_tag", count)?;
        r.number(4, "uint32", "signer", leaf)?;
        r.opaque("opaque", "signature", count)?;
        Ok(())
    })
}

/// `KeyPackage` (§10).
pub(super) fn key_package(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("KeyPackage", name, |r| {
        r.number(2, "ProtocolVersion", "version", named(VERSIONS))?;
        r.number(2, "CipherSuite", "cipher_suite", registered(SUITES))?;
        r.opaque("HPKEPublicKey", "init_key", count)?;
        leaf_node(r, "leaf_node")?;
        state::extensions(r, "extensions")?;
        r.opaque("opaque", "signature", count)?;
        Ok(())
    })
}

/// `optional<Node> ratchet_tree<V>` (§7.8, §12.4.3.3).
pub(super) fn ratchet_tree(r: &mut Reader<'_>) -> Read<()> {
    let mut number = 0;
    r.vector("optional<Node>", "ratchet_tree", |r| {
        let name = format!("node {number}");
        number += 1;
        r.closed("optional<Node>", &name, node, |lines| match lines.iter().find(|line| line.kind == "LeafNode") {
            Some(leaf) => format!("leaf: {}", leaf.value),
            None if lines.iter().any(|line| line.kind == "NodeType") => "parent".to_owned(),
            None => "blank".to_owned(),
        })
    })
}

fn node(r: &mut Reader<'_>) -> Read<()> {
    r.optional("Node", "node", |r| match r.number(1, "NodeType", "node_type", named(NODE_TYPES))? {
        1 => leaf_node(r, "leaf_node"),
        2 => r.structure("ParentNode", "parent_node", |r| {
            r.opaque("HPKEPublicKey", "encryption_key", count)?;
            r.opaque("opaque", "parent_hash", count)?;
            r.vector("uint32", "unmerged_leaves", |r| r.number(4, "uint32", "leaf_index", plain).map(drop))
        }),
        _ => Err(r.broken("a leaf or a parent")),
    })
}

/// `LeafNode` (§7.2), in one line.
fn leaf_node(r: &mut Reader<'_>, name: &str) -> Read<()> {
    let fields = |r: &mut Reader<'_>| {
        r.opaque("HPKEPublicKey", "encryption_key", count)?;
        r.opaque("SignaturePublicKey", "signature_key", count)?;
        state::credential(r, "credential")?;
        r.structure("Capabilities", "capabilities", |r| {
            r.opaque("ProtocolVersion", "versions", list(VERSIONS))?;
            r.opaque("CipherSuite", "cipher_suites", list(SUITES))?;
            r.opaque("ExtensionType", "extensions", list(numbers::EXTENSIONS))?;
            r.opaque("ProposalType", "proposals", list(PROPOSAL_TYPES))?;
            r.opaque("CredentialType", "credentials", list(numbers::CREDENTIALS))?;
            Ok(())
        })?;
        match r.number(1, "LeafNodeSource", "leaf_node_source", named(LEAF_SOURCES))? {
            1 => r.structure("Lifetime", "lifetime", |r| {
                r.number(8, "uint64", "not_before", seconds)?;
                r.number(8, "uint64", "not_after", seconds)?;
                Ok(())
            })?,
            2 => {}
            3 => {
                r.opaque("opaque", "parent_hash", count)?;
            }
            _ => return Err(r.broken("a source of a leaf")),
        }
        state::extensions(r, "extensions")?;
        r.opaque("opaque", "signature", count)?;
        Ok(())
    };
    r.closed("LeafNode", name, fields, |lines| {
        let wanted = ["credential_type", "leaf_node_source", "not_before", "not_after", "component_id"];
        let says = |line: &&Line| wanted.contains(&line.name.as_str());
        let words: Vec<String> =
            lines.iter().filter(says).map(|line| format!("{} {}", line.name, line.value)).collect();
        words.join(", ")
    })
}

/// When something was taken, as the drafts write it.
pub(super) fn time(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.number(8, "uint64", name, millis).map(drop)
}
