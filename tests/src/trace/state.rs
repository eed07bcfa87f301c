//! What stands in extensions, components and credentials (RFC 9420 §5.3, mls-extensions, mimi-protocol-06 §7,
//! mimi-room-policy-03, `docs/PROTOCOL.md` for 0x8Dxx). Components that nobody needs to read here are not opened.

use super::mls::ciphertext;
use super::numbers::{COMPONENTS, CREDENTIALS, EXTENSIONS, OPERATIONS, PROPOSAL_TYPES, USAGES};
use super::reader::{Read, Reader};
use super::say::{count, list, named, plain, registered, seconds, text};

/// `Extension name<V>` (RFC 9420 §7.2).
pub(super) fn extensions(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.list("Extension", name, |r| {
        let kind = r.number(2, "ExtensionType", "extension_type", registered(EXTENSIONS))?;
        r.vector("opaque", "extension_data", |r| match kind {
            3 => required_capabilities(r, ""),
            4 => r.structure("ExternalPub", "", |r| r.opaque("HPKEPublicKey", "external_pub", count).map(drop)),
            5 => r.vector("ExternalSender", "external_senders", |r| external_sender(r, "")),
            6 => dictionary(r, "app_data_dictionary", data),
            _ => {
                r.rest("opaque", "extension_data", count);
                Ok(())
            }
        })
    })
}

/// `RequiredCapabilities` (RFC 9420 §11.1).
pub(super) fn required_capabilities(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("RequiredCapabilities", name, |r| {
        r.opaque("ExtensionType", "extension_types", list(EXTENSIONS))?;
        r.opaque("ProposalType", "proposal_types", list(PROPOSAL_TYPES))?;
        r.opaque("CredentialType", "credential_types", list(CREDENTIALS))?;
        Ok(())
    })
}

/// `ExternalSender` (RFC 9420 §12.1.8.1).
pub(super) fn external_sender(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("ExternalSender", name, |r| {
        r.opaque("SignaturePublicKey", "signature_key", count)?;
        credential(r, "credential")
    })
}

/// `Credential` (RFC 9420 §5.3; mls-sd-cwt-credential-02).
pub(super) fn credential(r: &mut Reader<'_>, name: &str) -> Read<()> {
    r.structure("Credential", name, |r| {
        match r.number(2, "CredentialType", "credential_type", named(CREDENTIALS))? {
            1 => r.opaque("opaque", "identity", text)?,
            5 => r.opaque("opaque", "sd_kbt", |bytes| format!("SD-KBT (CBOR) of {}", count(bytes)))?,
            _ => return Err(r.broken("a credential of these rooms")),
        };
        Ok(())
    })
}

/// `AppDataDictionary` (mls-extensions §4.6).
pub(super) fn dictionary(
    r: &mut Reader<'_>,
    name: &str,
    mut each: impl FnMut(&mut Reader<'_>, u64) -> Read<()>,
) -> Read<()> {
    r.structure("AppDataDictionary", name, |r| {
        r.list("ComponentData", "component_data", |r| {
            let component = r.number(2, "ComponentID", "component_id", registered(COMPONENTS))?;
            each(r, component)
        })
    })
}

/// Data of a component in a group, a leaf or a KeyPackage.
fn data(r: &mut Reader<'_>, component: u64) -> Read<()> {
    match component {
        0x0001 | 0x0002 => r.vector("opaque", "data", |r| {
            r.structure("ComponentsList", "", |r| r.opaque("ComponentID", "component_ids", list(COMPONENTS)).map(drop))
        }),
        0x0021 => r.vector("opaque", "data", |r| {
            r.structure("FrankingAgentData", "", |r| {
                r.opaque("SignaturePublicKey", "franking_signature_key", count)?;
                credential(r, "credential")
            })
        }),
        0x0022 => r.vector("opaque", "data", |r| {
            r.structure("ParticipantListData", "", |r| r.list("UserRolePair", "participants", user_role))
        }),
        0x002a => {
            r.vector("opaque", "data", |r| r.structure("JoinLinks", "", |r| r.list("JoinLink", "links", join_link)))
        }
        0x8d42 => r.vector("opaque", "data", |r| {
            r.structure("KpUsage", "", |r| match r.number(1, "KpUsageType", "usage", named(USAGES))? {
                3 => r.opaque("opaque", "room_uri", text).map(drop),
                4 => r.opaque("opaque", "requester_user_uri", text).map(drop),
                _ => Ok(()),
            })
        }),
        0x8d48 => r.vector("opaque", "data", |r| {
            r.structure("KnockRoom", "", |r| r.opaque("opaque", "knock_room_uri", text).map(drop))
        }),
        _ => r.opaque("opaque", "data", count).map(drop),
    }
}

/// Data of a component beside a consent: of ours the sealed outcome of a knock.
pub(super) fn consent_data(r: &mut Reader<'_>, component: u64) -> Read<()> {
    match component {
        0x8d46 => r.vector("opaque", "data", |r| ciphertext(r, "")),
        _ => r.opaque("opaque", "data", count).map(drop),
    }
}

/// `AppDataUpdate` (mls-extensions §4.7).
pub(super) fn app_data_update(r: &mut Reader<'_>) -> Read<()> {
    r.structure("AppDataUpdate", "app_data_update", |r| {
        let component = r.number(2, "ComponentID", "component_id", registered(COMPONENTS))?;
        match r.number(1, "AppDataUpdateOperation", "op", named(OPERATIONS))? {
            1 => update(r, component),
            2 => Ok(()),
            _ => Err(r.broken("update or remove")),
        }
    })
}

fn update(r: &mut Reader<'_>, component: u64) -> Read<()> {
    match component {
        0x0022 => r.vector("opaque", "update", |r| {
            r.structure("ParticipantListUpdate", "", |r| {
                r.list("UserindexRolePair", "changedRoleParticipants", |r| {
                    r.number(4, "uint32", "user_index", plain)?;
                    r.number(4, "uint32", "role_index", plain)?;
                    Ok(())
                })?;
                indices(r)?;
                r.list("UserRolePair", "addedParticipants", user_role)
            })
        }),
        0x002a => r.vector("opaque", "update", |r| {
            r.structure("JoinLinksUpdate", "", |r| {
                indices(r)?;
                r.list("JoinLink", "added_links", join_link)
            })
        }),
        _ => r.opaque("opaque", "update", count).map(drop),
    }
}

fn indices(r: &mut Reader<'_>) -> Read<()> {
    r.vector("uint32", "removedIndices", |r| r.number(4, "uint32", "index", plain).map(drop))
}

fn user_role(r: &mut Reader<'_>) -> Read<()> {
    r.opaque("opaque", "user", text)?;
    r.number(4, "uint32", "role_index", plain)?;
    Ok(())
}

/// `JoinLink` (mimi-room-policy-03); what is in it is ours.
fn join_link(r: &mut Reader<'_>) -> Read<()> {
    r.vector("opaque", "join_link", |r| {
        r.structure("JoinLinkEntry", "", |r| {
            r.number(1, "uint8", "version", plain)?;
            r.fixed(16, "opaque", "link_id[16]", count)?;
            r.fixed(32, "opaque", "code_public_key[32]", count)?;
            r.number(4, "uint32", "target_role_index", plain)?;
            r.number(8, "uint64", "not_after", seconds)?;
            r.number(4, "uint32", "max_uses", plain)?;
            Ok(())
        })
    })
}
