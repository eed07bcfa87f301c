//! The dump of what crosses between providers tells every byte once, under the drafts' names, and a second reader finds in
//! the bytes what the crate `wire` finds.

use std::collections::BTreeSet;

use doorstep_peers::Endpoint;
use doorstep_tests::Crossing;
use doorstep_tests::trace::{Hex, Line, NOT_UNDERSTOOD, Taken, Told, answer, request, tell, write};
use doorstep_wire::Body as _;
use doorstep_wire::abuse::AbuseReport;
use doorstep_wire::consent::ConsentEntry;
use doorstep_wire::group_info::{GroupInfoRequest, GroupInfoResponse};
use doorstep_wire::identifier::{IdentifierRequest, IdentifierResponse};
use doorstep_wire::key_material::{KeyMaterial, KeyMaterialRequest, KeyMaterialResponse};
use doorstep_wire::notify::FanoutMessage;
use doorstep_wire::submit::SubmitMessageRequest;

/// Structures and their fields, in order: mimi-protocol-06, mimi-room-policy-03, mls-extensions, mls-ratchet-tree-options-03,
/// RFC 9420. A question mark: not in these flows, or not always.
const DRAFTS: &[(&str, &str)] = &[
    (
        "GroupInfoRequest",
        "protocol cipher_suite requestingSignatureKey requestingCredential groupInfoPublicKey joiningCode signature",
    ),
    ("GroupInfoResponse", "version room_id status cipher_suite hub_sender encrypted_groupinfo_and_tree signature"),
    ("UpdateRequest", "bundle"),
    ("HandshakeBundle", "proposalOrCommit welcome? groupInfoOption? ratchetTreeOption? moreProposals?"),
    ("GroupInfoOption", "representation groupInfo partialGroupInfo?"),
    ("RatchetTreeOption", "representation ratchet_tree? url? tree_signature?"),
    ("UpdateRoomResponse", "responseCode errorDescription accepted_timestamp? currentEpoch? invalidProposals?"),
    ("SubmitMessageRequest", "protocol appMessage sendingUri"),
    ("SubmitMessageResponse", "protocol statusCode accepted_timestamp? frank? currentEpoch?"),
    ("Frank", "server_frank franking_signature_ciphersuite franking_integrity_signature"),
    ("FanoutMessage", "timestamp message frank? ratchetTreeOption? moreProposals? externalProposals?"),
    ("ConsentEntry", "consentOperation requesterUri targetUri roomId clientKeyPackages? consent_extensions"),
    (
        "KeyMaterialRequest",
        "protocol requestingUser targetUser roomId acceptableCiphersuites requiredCapabilities requesterSignatureKey \
         requesterCredential key_material_request_signature",
    ),
    ("KeyMaterialResponse", "protocol userStatus userUri clients"),
    ("ClientKeyMaterial", "clientStatus clientUri keyPackage clientCapabilities?"),
    ("IdentifierRequest", "query_elements id_request_extensions"),
    ("QueryElement", "searchType claimName? propertyName? searchValue"),
    ("IdentifierResponse", "responseCode uri foundProfiles id_response_extensions"),
    ("UserProfile", "stableUri fields"),
    ("AbuseReport", "reportingUser allegedAbuserUri reasonCode note messages abuse_extensions"),
    ("AbusiveMessage", "message_content frank accepted_timestamp"),
    ("IdentifierUri", "uri"),
    ("ExternalSender", "signature_key credential"),
    ("Credential", "credential_type identity? sd_kbt?"),
    ("HPKECiphertext", "kem_output ciphertext"),
    ("MLSMessage", "version wire_format public_message? private_message? welcome? group_info? key_package?"),
    ("PublicMessage", "content auth membership_tag?"),
    ("FramedContent", "group_id epoch sender authenticated_data content_type proposal? commit?"),
    ("FramedContentAuthData", "signature confirmation_tag?"),
    ("Sender", "sender_type leaf_index? sender_index?"),
    ("PrivateMessage", "group_id epoch content_type authenticated_data encrypted_sender_data ciphertext"),
    ("SafeAAD", "aad_items"),
    ("SafeAADItem", "component_id aad_item_data"),
    ("Commit", "proposals path"),
    ("ProposalOrRef", "type proposal? reference?"),
    (
        "Proposal",
        "proposal_type add? update? remove? psk? reinit? external_init? group_context_extensions? app_data_update?",
    ),
    ("Add", "key_package"),
    ("Remove", "removed"),
    ("ExternalInit", "kem_output"),
    ("AppDataUpdate", "component_id op update?"),
    ("UpdatePath", "leaf_node nodes"),
    ("UpdatePathNode", "encryption_key encrypted_path_secret"),
    ("Welcome", "cipher_suite secrets encrypted_group_info"),
    ("EncryptedGroupSecrets", "new_member encrypted_group_secrets"),
    ("GroupInfo", "group_context extensions confirmation_tag signer signature"),
    ("GroupContext", "version cipher_suite group_id epoch tree_hash confirmed_transcript_hash extensions"),
    ("Extension", "extension_type extension_data"),
    ("RequiredCapabilities", "extension_types proposal_types credential_types"),
    ("ExternalPub", "external_pub"),
    ("AppDataDictionary", "component_data"),
    ("ComponentData", "component_id data"),
    ("ComponentsList", "component_ids"),
    ("FrankingAgentData", "franking_signature_key credential"),
    ("KeyPackage", "version cipher_suite init_key leaf_node extensions signature"),
    ("ParticipantListData", "participants"),
    ("ParticipantListUpdate", "changedRoleParticipants removedIndices addedParticipants"),
    ("UserindexRolePair", "user_index role_index"),
    ("UserRolePair", "user role_index"),
    ("JoinLink", "join_link"),
    ("JoinLinksUpdate", "removedIndices added_links"),
    ("COSE_KeySet", "COSE_KeySet key"),
    ("COSE_Key", "COSE_Key kty kid alg crv x use?"),
];

/// The same of our own structures (`docs/PROTOCOL.md`).
const OURS: &[(&str, &str)] = &[
    ("JoiningCode", "link_id proof"),
    ("KpUsage", "usage room_uri? requester_user_uri?"),
    ("KnockRoom", "knock_room_uri"),
    ("JoinLinks", "links"),
    ("JoinLinkEntry", "version link_id code_public_key target_role_index not_after max_uses"),
];

/// What a request and its answer of 200 are.
const ENDPOINTS: &[(Endpoint, &str, &str)] = &[
    (Endpoint::GroupInfo, "GroupInfoRequest", "GroupInfoResponse"),
    (Endpoint::Update, "UpdateRequest", "UpdateRoomResponse"),
    (Endpoint::SubmitMessage, "SubmitMessageRequest", "SubmitMessageResponse"),
    (Endpoint::Notify, "FanoutMessage", ""),
    (Endpoint::RequestConsent, "ConsentEntry", ""),
    (Endpoint::UpdateConsent, "ConsentEntry", ""),
    (Endpoint::KeyMaterial, "KeyMaterialRequest", "KeyMaterialResponse"),
    (Endpoint::IdentifierQuery, "IdentifierRequest", "IdentifierResponse"),
    (Endpoint::ReportAbuse, "AbuseReport", ""),
    (Endpoint::IssuerKeys, "", "COSE_KeySet"),
    (Endpoint::HubKeys, "", "COSE_KeySet"),
];

/// Each request and each answer: the crossing, its bytes, and what they are taken for.
fn bodies(told: &Told) -> Vec<(Crossing, Vec<u8>, Taken)> {
    let crossings = told.chapters.iter().flat_map(|chapter| chapter.crossings.iter().cloned());
    let both = |crossing: Crossing| {
        let (asked, answered) = (request(&crossing), answer(&crossing));
        [(crossing.clone(), crossing.body.clone(), asked), (crossing.clone(), crossing.answer.clone(), answered)]
    };
    crossings.flat_map(both).collect()
}

#[test]
fn every_byte_is_told_once() {
    let told = tell(1);
    for (crossing, body, taken) in bodies(&told) {
        assert_eq!(taken.broken, None, "{crossing:?}");
        assert!(taken.lines.iter().all(|line| line.name != NOT_UNDERSTOOD), "{crossing:?}");
        let mut told = vec![0_u32; body.len()];
        for line in taken.lines {
            assert_eq!(line.bytes, body[line.at..line.at + line.bytes.len()], "{line:?}");
            told[line.at..line.at + line.bytes.len()].iter_mut().for_each(|times| *times += 1);
        }
        assert!(told.iter().all(|times| *times == 1), "{told:?} of {crossing:?}");
    }
    // And so it is printed.
    let mut text = Vec::new();
    write(&mut text, &told.chapters, Hex::Whole).unwrap();
    let printed: String = String::from_utf8(text).unwrap().lines().filter_map(digits).collect();
    let crossed: Vec<u8> = bodies(&told).into_iter().flat_map(|(_, body, _)| body).collect();
    assert_eq!(printed, hex::encode(crossed));
    told.world.check();
}

/// The bytes of a printed line: those behind a number at its beginning.
fn digits(line: &str) -> Option<String> {
    let mut words = line.strip_prefix("   ")?.split_whitespace();
    let offset = words.next()?;
    let is_field = line.get(3..9)?.trim() == offset && offset.parse::<usize>().is_ok();
    is_field.then(|| words.next().unwrap_or_default().replace('|', ""))
}

#[test]
fn names_are_the_drafts() {
    let told = tell(2);
    let mut seen = BTreeSet::new();
    for (crossing, _, taken) in bodies(&told) {
        for (at, line) in taken.lines.iter().enumerate().filter(|(_, line)| is_structure(line)) {
            let known = DRAFTS.iter().chain(OURS).find(|(name, _)| *name == line.kind);
            let (_, declared) =
                known.unwrap_or_else(|| panic!("{} is no structure of the drafts: {crossing:?}", line.kind));
            let inside = taken.lines[at + 1..].iter().take_while(|inner| inner.depth > line.depth);
            let mut left = declared.split(' ').map(|name| name.trim_end_matches('?')).peekable();
            let mut last = String::new();
            for inner in inside.filter(|inner| inner.depth == line.depth + 1) {
                let name = inner.name.split(['<', '[']).next().unwrap().to_owned();
                // An optional is a byte and, if it is there, a value of the same name.
                if name != last {
                    assert!(
                        left.any(|declared| declared == name),
                        "{}.{name} is not the draft's, or not there",
                        line.kind
                    );
                    seen.insert((line.kind.clone(), name.clone()));
                }
                last = name;
            }
        }
    }
    let declared =
        DRAFTS.iter().chain(OURS).flat_map(|(structure, names)| names.split(' ').map(move |name| (*structure, name)));
    let missing: Vec<_> = declared
        .filter(|(structure, name)| {
            !name.ends_with('?') && !seen.contains(&((*structure).to_owned(), (*name).to_owned()))
        })
        .collect();
    assert!(missing.is_empty(), "never printed: {missing:?}");
}

fn is_structure(line: &Line) -> bool {
    line.bytes.is_empty()
}

#[test]
fn each_endpoint_carries_its_structure() {
    let told = tell(3);
    let crossings: Vec<Crossing> = told.chapters.iter().flat_map(|chapter| chapter.crossings.clone()).collect();
    for (endpoint, asked, answered) in ENDPOINTS {
        let of_it: Vec<_> = crossings.iter().filter(|crossing| crossing.endpoint == *endpoint).collect();
        assert!(!of_it.is_empty(), "{endpoint:?} is in none of the flows");
        for crossing in of_it {
            let first = |taken: Taken| taken.lines.first().map(|line| line.kind.clone()).unwrap_or_default();
            assert_eq!((first(request(crossing)).as_str(), first(answer(crossing)).as_str()), (*asked, *answered));
            assert!(crossing.path.starts_with(&format!("/mimi/v1/{}/", endpoint.name())), "{}", crossing.path);
        }
    }
    let other = crossings.iter().find(|crossing| ENDPOINTS.iter().all(|(known, ..)| *known != crossing.endpoint));
    assert!(other.is_none(), "{other:?}");
}

/// What `wire` decodes stands in the dump, under the draft's name.
#[test]
fn a_second_reader_finds_the_same() {
    let told = tell(4);
    for crossing in told.chapters.iter().flat_map(|chapter| &chapter.crossings) {
        let lines = request(crossing).lines;
        let has = |name: &str, content: &[u8]| {
            let found = lines.iter().any(|line| line.name.starts_with(name) && &line.bytes[line.length..] == content);
            assert!(found, "{name} of {:?}", crossing.endpoint);
        };
        match crossing.endpoint {
            Endpoint::GroupInfo => {
                let asked = GroupInfoRequest::decode(&crossing.body).unwrap();
                has("requestingSignatureKey", asked.tbs.requesting_signature_key.as_slice());
                has("sd_kbt", asked.tbs.requesting_credential.content.as_slice());
                has("groupInfoPublicKey", asked.tbs.group_info_public_key.as_slice());
                has("signature", asked.signature.as_slice());
                let GroupInfoResponse::Success(given) = GroupInfoResponse::decode(&crossing.answer).unwrap() else {
                    panic!("refused: {crossing:?}");
                };
                let ciphertext = given.encrypted_group_info_and_tree.ciphertext;
                let told = answer(crossing).lines;
                assert!(
                    told.iter().any(|line| line.bytes.ends_with(ciphertext.as_slice()) && line.name == "ciphertext<V>")
                );
            }
            Endpoint::SubmitMessage => {
                let sent = SubmitMessageRequest::decode(&crossing.body).unwrap();
                has("uri", sent.sending_uri.as_bytes());
                has("epoch", &sent.app_message.epoch().unwrap().0.to_be_bytes());
                has("group_id", sent.app_message.group_id().unwrap());
            }
            Endpoint::Notify => {
                let messages = FanoutMessage::decode_all(&crossing.body).unwrap();
                assert_eq!(lines.iter().filter(|line| line.kind == "FanoutMessage").count(), messages.len());
                for message in messages {
                    has("timestamp", &message.timestamp.0.to_be_bytes());
                    if let Some(tag) = message.message.confirmation_tag() {
                        has("confirmation_tag", tag);
                    }
                }
            }
            Endpoint::KeyMaterial => {
                let asked = KeyMaterialRequest::decode(&crossing.body).unwrap();
                has("requesterSignatureKey", asked.tbs.signature_key.as_slice());
                has("sd_kbt", asked.tbs.credential.content.as_slice());
                has("key_material_request_signature", asked.signature.as_slice());
                let given = KeyMaterialResponse::decode(&crossing.answer).unwrap();
                let told = answer(crossing).lines;
                assert_eq!(
                    told.iter().filter(|line| line.kind == "ClientKeyMaterial").count(),
                    given.clients.len() + 1
                );
                let packages = given.clients.iter().filter(|client| matches!(client.material, KeyMaterial::Success(_)));
                assert_eq!(told.iter().filter(|line| line.kind == "KeyPackage").count(), packages.count());
            }
            Endpoint::IdentifierQuery => {
                let asked = IdentifierRequest::decode(&crossing.body).unwrap();
                has("searchValue", asked.elements[0].value.as_bytes());
                let found = IdentifierResponse::decode(&crossing.answer).unwrap().uris;
                let told = answer(crossing).lines;
                let uris = told.iter().filter(|line| line.name == "uri<V>" && line.kind == "opaque");
                // Each is there twice.
                assert_eq!(uris.count(), 2 * found.len());
            }
            Endpoint::ReportAbuse => {
                let report = AbuseReport::decode(&crossing.body).unwrap();
                has("uri", report.alleged_abuser.as_bytes());
                has("note", report.note.as_bytes());
                for shown in report.messages {
                    has("message_content", shown.message_content.as_slice());
                    has("accepted_timestamp", &shown.accepted_timestamp.0.to_be_bytes());
                }
            }
            Endpoint::RequestConsent | Endpoint::UpdateConsent => {
                let entry = ConsentEntry::decode(&crossing.body).unwrap();
                has("consentOperation", &[entry.operation as u8]);
                has("uri", entry.target.as_bytes());
            }
            _ => {}
        }
    }
}

/// A body that breaks off is told to its last byte, and called what it is.
#[test]
fn a_broken_body_is_told_as_one() {
    let told = tell(5);
    let crossing = told.chapters[0].crossings.iter().find(|crossing| crossing.endpoint == Endpoint::GroupInfo).unwrap();
    for end in 0..crossing.body.len() {
        let shorter = Crossing { body: crossing.body[..end].to_vec(), ..crossing.clone() };
        let taken = request(&shorter);
        assert!(taken.broken.is_some(), "{end} bytes");
        let all: Vec<u8> = taken.lines.into_iter().flat_map(|line| line.bytes).collect();
        assert_eq!(all, shorter.body);
    }
    let longer = Crossing { body: [&crossing.body[..], &[0]].concat(), ..crossing.clone() };
    assert_eq!(request(&longer).broken.map(|broken| broken.at), Some(crossing.body.len()));
}
