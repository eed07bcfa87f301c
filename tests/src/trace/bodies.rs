//! The bodies of the endpoints (mimi-protocol-06 §5; `docs/PROTOCOL.md` §11, §15, §19 for ours), each field under the
//! name the draft gives it. Where the draft contradicts itself, §16 of `docs/PROTOCOL.md` says how it is read.

use doorstep_peers::Endpoint;

use super::cose::key_set;
use super::mls::{self, Kind, ciphertext, group_info, key_package, ratchet_tree, time};
use super::numbers::{
    CONSENT, END_REASONS, INFO_CODES, INFO_REPRESENTATIONS, PROTOCOLS, SUBMIT_CODES, SUITES, TREE_REPRESENTATIONS,
    UPDATE_CODES,
};
use super::reader::{Broken, Line, Read, Reader};
use super::say::{count, named, plain, registered, text};
use super::{people, state};

/// Whose the structures of an endpoint are.
pub(super) fn source(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Update => "mimi-protocol-06 §5.3",
        Endpoint::SubmitMessage => "mimi-protocol-06 §5.4",
        Endpoint::Notify => "mimi-protocol-06 §5.5",
        Endpoint::GroupInfo => "mimi-protocol-06 §5.6",
        Endpoint::RequestConsent | Endpoint::UpdateConsent => "mimi-protocol-06 §5.7",
        Endpoint::KeyMaterial => "mimi-protocol-06 §5.2",
        Endpoint::IdentifierQuery => "mimi-protocol-06 §5.8",
        Endpoint::ReportAbuse => "mimi-protocol-06 §5.9",
        _ => "Doorstep's own, docs/PROTOCOL.md §19",
    }
}

/// A request's fields; what cannot be read is one field at the end, and told.
pub(super) fn request(endpoint: Endpoint, body: &[u8]) -> (Vec<Line>, Option<Broken>) {
    read(body, |r| match endpoint {
        Endpoint::Update => r.structure("UpdateRequest", "", |r| bundle(r, "bundle")),
        Endpoint::SubmitMessage => submit_request(r),
        Endpoint::Notify => fanout(r),
        Endpoint::GroupInfo => group_info_request(r),
        Endpoint::RequestConsent | Endpoint::UpdateConsent | Endpoint::Withdrawn => consent(r),
        Endpoint::KeyMaterial => people::key_material_request(r),
        Endpoint::IdentifierQuery => people::identifier_request(r),
        Endpoint::ReportAbuse => people::abuse_report(r),
        Endpoint::RejectCommit => r.structure("RejectCommit", "", reject_commit),
        Endpoint::Restored => r.structure("Restored", "", |r| {
            reject_commit(r)?;
            group_info(r, "group_info")?;
            ratchet_tree(r)
        }),
        Endpoint::EndRoom => r.structure("EndRoom", "", |r| {
            r.number(8, "uint64", "epoch", plain)?;
            r.number(4, "uint32", "leaf_index", plain)?;
            r.fixed(64, "opaque", "signature[64]", count).map(drop)
        }),
        Endpoint::RoomEnded => r.structure("RoomEnded", "", |r| {
            r.opaque("opaque", "room", text)?;
            r.number(8, "uint64", "epoch", plain)?;
            r.number(1, "EndReason", "reason", named(END_REASONS))?;
            r.number(8, "uint64", "at", plain)?;
            r.fixed(64, "opaque", "signature[64]", count).map(drop)
        }),
        Endpoint::LinkUses => r.structure("LinkUsesRequest", "", |r| {
            r.vector("UserUri", "users", |r| r.opaque("opaque", "uri", text).map(drop))
        }),
        // Read without a body.
        Endpoint::Door | Endpoint::IssuerKeys | Endpoint::HubKeys => Ok(()),
    })
}

/// The fields of an answer with this status.
pub(super) fn answer(endpoint: Endpoint, status: u16, body: &[u8]) -> (Vec<Line>, Option<Broken>) {
    read(body, |r| match endpoint {
        _ if status != 200 => Ok(()),
        Endpoint::Update => update_response(r),
        Endpoint::SubmitMessage => submit_response(r),
        Endpoint::GroupInfo => group_info_response(r),
        Endpoint::KeyMaterial => people::key_material_response(r),
        Endpoint::IdentifierQuery => people::identifier_response(r),
        Endpoint::LinkUses => link_uses(r),
        Endpoint::Door => {
            r.rest("JSON", "door", text);
            Ok(())
        }
        Endpoint::IssuerKeys | Endpoint::HubKeys => key_set(r),
        _ => Ok(()),
    })
}

fn read(body: &[u8], fields: impl FnOnce(&mut Reader<'_>) -> Read<()>) -> (Vec<Line>, Option<Broken>) {
    let mut reader = Reader::new(body);
    let broken = match fields(&mut reader) {
        Ok(()) if reader.is_over() => None,
        Ok(()) => Some(reader.broken("the end")),
        Err(broken) => Some(broken),
    };
    (reader.into_lines(), broken)
}

pub(super) fn protocol(r: &mut Reader<'_>, name: &str) -> Read<()> {
    match r.number(1, "Protocol", name, named(PROTOCOLS))? {
        1 => Ok(()),
        _ => Err(r.broken("mls10")),
    }
}

pub(super) fn uri(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("IdentifierUri", name, |r| r.opaque("opaque", "uri", text).map(drop))
}

fn bundle(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("HandshakeBundle", name, |r| match mls::message(r, "proposalOrCommit")? {
        Kind::Commit => {
            r.optional("Welcome", "welcome", |r| mls::welcome(r, "welcome"))?;
            r.structure("GroupInfoOption", "groupInfoOption", |r| {
                match r.number(1, "GroupInfoRepresentation", "representation", named(INFO_REPRESENTATIONS))? {
                    1 => group_info(r, "groupInfo"),
                    _ => Err(r.broken("a full GroupInfo")),
                }
            })?;
            tree_option(r)
        }
        Kind::Proposal => messages(r, "moreProposals"),
        _ => Err(r.broken("a commit or a proposal")),
    })
}

fn messages(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.vector("MLSMessage", name, |r| mls::message(r, "").map(drop))
}

/// `RatchetTreeOption` (mls-ratchet-tree-options-03).
fn tree_option(r: &mut Reader<'_>) -> Read<()> {
    r.structure("RatchetTreeOption", "ratchetTreeOption", |r| {
        match r.number(1, "RatchetTreeRepresentation", "representation", named(TREE_REPRESENTATIONS))? {
            1 => ratchet_tree(r),
            4 => Ok(()),
            _ => Err(r.broken("a full tree, or none")),
        }
    })
}

fn update_response(r: &mut Reader<'_>) -> Read<()> {
    r.structure("UpdateRoomResponse", "", |r| {
        let code = r.number(1, "UpdateResponseCode", "responseCode", named(UPDATE_CODES))?;
        r.opaque("string", "errorDescription", text)?;
        match code {
            0 => time(r, "accepted_timestamp"),
            1 => r.number(8, "uint64", "currentEpoch", plain).map(drop),
            2 => Ok(()),
            3 => r.vector("ProposalRef", "invalidProposals", |r| r.opaque("opaque", "ref", count).map(drop)),
            _ => Err(r.broken("a code of UpdateResponseCode")),
        }
    })
}

fn submit_request(r: &mut Reader<'_>) -> Read<()> {
    r.structure("SubmitMessageRequest", "", |r| {
        protocol(r, "protocol")?;
        mls::message(r, "appMessage")?;
        uri(r, "sendingUri")
    })
}

fn submit_response(r: &mut Reader<'_>) -> Read<()> {
    r.structure("SubmitMessageResponse", "", |r| {
        protocol(r, "protocol")?;
        match r.number(1, "SubmitResponseCode", "statusCode", named(SUBMIT_CODES))? {
            0 => {
                time(r, "accepted_timestamp")?;
                optional_frank(r)
            }
            1 => Ok(()),
            2 => r.number(8, "uint64", "currentEpoch", plain).map(drop),
            _ => Err(r.broken("a code of SubmitResponseCode")),
        }
    })
}

fn optional_frank(r: &mut Reader<'_>) -> Read<()> {
    r.optional("Frank", "frank", frank)
}

pub(super) fn frank(r: &mut Reader<'_>) -> Read<()> {
    r.structure("Frank", "frank", |r| {
        r.fixed(32, "uint8", "server_frank[32]", count)?;
        r.number(2, "CipherSuite", "franking_signature_ciphersuite", registered(SUITES))?;
        r.opaque("opaque", "franking_integrity_signature", count)?;
        Ok(())
    })
}

/// One or more, behind one another.
fn fanout(r: &mut Reader<'_>) -> Read<()> {
    loop {
        r.structure("FanoutMessage", "", |r| {
            time(r, "timestamp")?;
            match mls::message(r, "message")? {
                Kind::Private => optional_frank(r),
                Kind::Welcome => tree_option(r),
                Kind::Proposal => messages(r, "moreProposals"),
                Kind::Commit => messages(r, "externalProposals"),
                Kind::Other => Err(r.broken("a message that is fanned out")),
            }
        })?;
        if r.is_over() {
            return Ok(());
        }
    }
}

fn group_info_request(r: &mut Reader<'_>) -> Read<()> {
    r.structure("GroupInfoRequest", "", |r| {
        protocol(r, "protocol")?;
        r.number(2, "CipherSuite", "cipher_suite", registered(SUITES))?;
        r.opaque("SignaturePublicKey", "requestingSignatureKey", count)?;
        state::credential(r, "requestingCredential")?;
        r.opaque("HPKEPublicKey", "groupInfoPublicKey", count)?;
        r.optional("opaque", "joiningCode", |r| {
            r.vector("opaque", "joiningCode", |r| {
                r.structure("JoiningCode", "", |r| {
                    r.fixed(16, "opaque", "link_id[16]", count)?;
                    r.fixed(64, "opaque", "proof[64]", count)?;
                    Ok(())
                })
            })
        })?;
        r.opaque("opaque", "signature", count)?;
        Ok(())
    })
}

fn group_info_response(r: &mut Reader<'_>) -> Read<()> {
    r.structure("GroupInfoResponse", "", |r| {
        protocol(r, "version")?;
        r.opaque("opaque", "room_id", text)?;
        match r.number(1, "GroupInfoCode", "status", named(INFO_CODES))? {
            1 => {
                r.number(2, "CipherSuite", "cipher_suite", registered(SUITES))?;
                state::external_sender(r, "hub_sender")?;
                ciphertext(r, "encrypted_groupinfo_and_tree")?;
                r.opaque("opaque", "signature", count)?;
                Ok(())
            }
            2 | 3 => Ok(()),
            _ => Err(r.broken("a code of GroupInfoCode")),
        }
    })
}

fn consent(r: &mut Reader<'_>) -> Read<()> {
    r.structure("ConsentEntry", "", |r| {
        let operation = r.number(1, "ConsentOperation", "consentOperation", named(CONSENT))?;
        uri(r, "requesterUri")?;
        uri(r, "targetUri")?;
        r.optional("RoomId", "roomId", |r| uri(r, "roomId"))?;
        if operation == 2 {
            r.vector("KeyPackage", "clientKeyPackages", |r| key_package(r, ""))?;
        }
        state::dictionary(r, "consent_extensions", state::consent_data)
    })
}

fn reject_commit(r: &mut Reader<'_>) -> Read<()> {
    r.number(8, "uint64", "epoch", plain)?;
    r.fixed(32, "opaque", "commit_hash[32]", count)?;
    r.number(4, "uint32", "leaf_index", plain)?;
    r.fixed(64, "opaque", "signature[64]", count)?;
    Ok(())
}

fn link_uses(r: &mut Reader<'_>) -> Read<()> {
    r.structure("LinkUses", "", |r| {
        r.list("LinkUse", "links", |r| {
            r.fixed(16, "opaque", "link_id[16]", count)?;
            r.number(4, "uint32", "used", plain)?;
            r.number(4, "uint32", "claimed", plain)?;
            r.list("LinkJoined", "joined", |r| {
                r.opaque("opaque", "user", text)?;
                time(r, "at")
            })
        })
    })
}
