//! The bodies of the endpoints that are about people and not about rooms: who is added, who is found, who is reported
//! (mimi-protocol-06 §5.2, §5.8, §5.9).

use super::bodies::{frank, protocol, uri};
use super::mls::{key_package, time};
use super::numbers::{
    ABUSE_TYPES, CREDENTIALS, EXTENSIONS, FIELD_SOURCES, MATERIAL_CLIENT_CODES, MATERIAL_USER_CODES, PROPOSAL_TYPES,
    QUERY_CODES, SEARCH_TYPES, SUITES, VERSIONS,
};
use super::reader::{Read, Reader};
use super::say::{count, list, named, text};
use super::state::{self, required_capabilities};

pub(super) fn key_material_request(r: &mut Reader<'_>) -> Read<()> {
    r.structure("KeyMaterialRequest", "", |r| {
        protocol(r, "protocol")?;
        uri(r, "requestingUser")?;
        uri(r, "targetUser")?;
        // Without a room an empty one.
        uri(r, "roomId")?;
        r.opaque("CipherSuite", "acceptableCiphersuites", list(SUITES))?;
        required_capabilities(r, "requiredCapabilities")?;
        r.opaque("SignaturePublicKey", "requesterSignatureKey", count)?;
        state::credential(r, "requesterCredential")?;
        r.opaque("opaque", "key_material_request_signature", count)?;
        Ok(())
    })
}

pub(super) fn key_material_response(r: &mut Reader<'_>) -> Read<()> {
    r.structure("KeyMaterialResponse", "", |r| {
        protocol(r, "protocol")?;
        r.number(1, "KeyMaterialUserCode", "userStatus", named(MATERIAL_USER_CODES))?;
        uri(r, "userUri")?;
        r.list("ClientKeyMaterial", "clients", |r| {
            let status = r.number(1, "KeyMaterialClientCode", "clientStatus", named(MATERIAL_CLIENT_CODES))?;
            uri(r, "clientUri")?;
            match status {
                0 => key_package(r, "keyPackage"),
                1 => Ok(()),
                2 => r.optional("Capabilities", "clientCapabilities", capabilities),
                _ => Err(r.broken("a code of KeyMaterialClientCode")),
            }
        })
    })
}

/// `Capabilities` (RFC 9420 §7.2).
fn capabilities(r: &mut Reader<'_>) -> Read<()> {
    r.structure("Capabilities", "clientCapabilities", |r| {
        r.opaque("ProtocolVersion", "versions", list(VERSIONS))?;
        r.opaque("CipherSuite", "cipher_suites", list(SUITES))?;
        r.opaque("ExtensionType", "extensions", list(EXTENSIONS))?;
        r.opaque("ProposalType", "proposals", list(PROPOSAL_TYPES))?;
        r.opaque("CredentialType", "credentials", list(CREDENTIALS))?;
        Ok(())
    })
}

pub(super) fn identifier_request(r: &mut Reader<'_>) -> Read<()> {
    r.structure("IdentifierRequest", "", |r| {
        r.list("QueryElement", "query_elements", |r| {
            match r.number(1, "SearchIdentifierType", "searchType", named(SEARCH_TYPES))? {
                1..=6 => {}
                7 => drop(r.opaque("opaque", "claimName", text)?),
                8 => drop(r.opaque("opaque", "propertyName", text)?),
                _ => return Err(r.broken("a type of SearchIdentifierType")),
            }
            r.opaque("opaque", "searchValue", text).map(drop)
        })?;
        state::dictionary(r, "id_request_extensions", unopened)
    })
}

pub(super) fn identifier_response(r: &mut Reader<'_>) -> Read<()> {
    r.structure("IdentifierResponse", "", |r| {
        r.number(1, "IdentifierQueryCode", "responseCode", named(QUERY_CODES))?;
        r.vector("IdentifierUri", "uri", |r| uri(r, ""))?;
        r.list("UserProfile", "foundProfiles", |r| {
            uri(r, "stableUri")?;
            r.list("ProfileField", "fields", |r| {
                r.number(1, "FieldSource", "fieldSource", named(FIELD_SOURCES))?;
                r.opaque("string", "fieldName", text)?;
                r.opaque("opaque", "fieldValue", text).map(drop)
            })
        })?;
        state::dictionary(r, "id_response_extensions", unopened)
    })
}

pub(super) fn abuse_report(r: &mut Reader<'_>) -> Read<()> {
    r.structure("AbuseReport", "", |r| {
        // Empty: nobody says who reports.
        uri(r, "reportingUser")?;
        uri(r, "allegedAbuserUri")?;
        r.number(1, "AbuseType", "reasonCode", named(ABUSE_TYPES))?;
        r.opaque("opaque", "note", text)?;
        r.list("AbusiveMessage", "messages", |r| {
            r.opaque("opaque", "message_content", count)?;
            frank(r)?;
            time(r, "accepted_timestamp")
        })?;
        state::dictionary(r, "abuse_extensions", unopened)
    })
}

/// Data of components that nobody has defined beside these structures.
fn unopened(r: &mut Reader<'_>, _: u64) -> Read<()> {
    r.opaque("opaque", "data", count).map(drop)
}
