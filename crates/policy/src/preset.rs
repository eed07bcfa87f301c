//! New rooms: "ask to join" (a room and its knock room), "open", and the two rooms in which two people get to know each
//! other: one to ask in (connection), one to talk in (pair).

use doorstep_wire::{
    Body, Dictionary, component,
    credential::Credential,
    dictionary,
    ext::policy::{KnockRoom, KnockTerms, PseudonymPolicyData, RoomPurpose},
    franking::FrankingAgent,
    room::{
        BaseRoomPolicy, JoinLinkPolicy, JoinLinks, Optionality, ParticipantListData, RichDescription, Role, RoleData,
        RoleIndex, RoomMetaData, UserRolePair,
    },
    uri::{RoomUri, UserUri},
};

mod roles;

/// Role of people who are let in.
pub const MEMBER: RoleIndex = RoleIndex(2);
/// Role of the creator, in every room made here.
pub const ADMIN: RoleIndex = RoleIndex(3);
/// Role of people who knock, in a knock room.
pub const KNOCKER: RoleIndex = RoleIndex(2);
/// Knockers that can be in a knock room at the same time.
pub const MAX_KNOCKERS: u32 = 200;
/// Messages a knocker may send.
pub const MESSAGES_PER_KNOCKER: u32 = 1;
/// Greatest MLSMessage of a knocker, in bytes: a note, KeyPackages and disclosures, sealed to some dozens of clients.
pub const KNOCK_BYTES: u32 = 64 << 10;
/// Longest life of a join link in seconds: 90 days.
pub const LINK_LIFE: u32 = 90 * 86_400;

/// What a new room is to be. The hub is the host of `room`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetInput {
    /// The room.
    pub room: RoomUri,
    /// Who makes it, and becomes its admin.
    pub creator: UserUri,
    /// Its name.
    pub name: String,
    /// Plain text, may be empty.
    pub description: String,
    /// Whether people are there under a pseudonym.
    pub pseudonyms: Optionality,
    /// Whether people say inside the room who they are.
    pub disclosure: Optionality,
    /// Seconds they have for it; counts only where it is required.
    pub disclosure_grace: u32,
    /// The provider may list it.
    pub listed: bool,
    /// The hub's Ed25519 key for franking (component 0x0021).
    pub franking_key: [u8; 32],
}

/// A room that people have to ask to be let into, and the knock room through which they ask. `knock_creator` is the
/// creator's name there; another pseudonym than in the room itself.
///
/// # Errors
/// [`tls_codec::Error`] if a text is too long for its length prefix.
pub fn ask_to_join(
    input: &PresetInput,
    knock_room: &RoomUri,
    knock_creator: &UserUri,
) -> Result<(Dictionary, Dictionary), tls_codec::Error> {
    let named = KnockRoom { knock_room: knock_room.clone() }.encode()?;
    let target = room(input, roles::ask_to_join(), &RoomPurpose::Standard, None, [(component::KNOCK_ROOM, named)])?;
    let terms = KnockTerms {
        target_room: input.room.clone(),
        knocker_role: KNOCKER,
        max_messages_per_knocker: MESSAGES_PER_KNOCKER,
        max_message_bytes: KNOCK_BYTES,
    };
    let beside = PresetInput {
        room: knock_room.clone(),
        creator: knock_creator.clone(),
        description: String::new(),
        // Nobody has to say who they are before they are let in.
        disclosure: match input.disclosure {
            Optionality::Forbidden => Optionality::Forbidden,
            Optionality::Optional | Optionality::Required => Optionality::Optional,
        },
        listed: false,
        ..input.clone()
    };
    let knock = room(&beside, roles::knock_room(), &RoomPurpose::Knock(terms), None, [])?;
    Ok((target, knock))
}

/// A room that anybody may come into.
///
/// # Errors
/// As [`ask_to_join`].
pub fn open(input: &PresetInput) -> Result<Dictionary, tls_codec::Error> {
    room(input, roles::open(), &RoomPurpose::Standard, None, [])
}

/// A room in which somebody asks a person whom they know by name only: the two of them, until `expires_at` (seconds since
/// the UNIX epoch), under a pseudonym or not, because who is asked is there with their account. The creator adds the other
/// one; nobody else can come in, knock, or find it. Of `input`, what it says of pseudonyms, disclosure and listing does
/// not count.
///
/// # Errors
/// As [`ask_to_join`].
pub fn connection(input: &PresetInput, expires_at: u64) -> Result<Dictionary, tls_codec::Error> {
    for_two(input, Optionality::Optional, roles::connection(), &RoomPurpose::Connection { expires_at })
}

/// A room of two people who know each other, both under pseudonyms. The creator adds the other one and can end it; both
/// can leave. `input.name` may be empty, because a name would tell the hub. Of `input`, what it says of pseudonyms,
/// disclosure and listing does not count.
///
/// # Errors
/// As [`ask_to_join`].
pub fn pair(input: &PresetInput) -> Result<Dictionary, tls_codec::Error> {
    for_two(input, Optionality::Required, roles::pair(), &RoomPurpose::Standard)
}

fn for_two(
    input: &PresetInput,
    pseudonyms: Optionality,
    roles: Vec<Role>,
    purpose: &RoomPurpose,
) -> Result<Dictionary, tls_codec::Error> {
    let input = PresetInput { pseudonyms, disclosure: Optionality::Optional, listed: false, ..input.clone() };
    room(&input, roles, purpose, Some(2), [])
}

fn room<const N: usize>(
    input: &PresetInput,
    roles: Vec<Role>,
    purpose: &RoomPurpose,
    max_users: Option<u32>,
    more: [(u16, Vec<u8>); N],
) -> Result<Dictionary, tls_codec::Error> {
    let mut room = Dictionary::new();
    room.extend(more);
    room.extend([
        (component::SAFE_AAD, dictionary::safe_aad()),
        (component::CONTENT_MEDIA_TYPES, dictionary::content_media_types()),
        (component::FRANKING_AGENT, franking_agent(input).encode()?),
        (component::PARTICIPANT_LIST, creator(input).encode()?),
        (component::ROOM_METADATA, metadata(input).encode()?),
        (component::ROLES_LIST, RoleData { roles }.encode()?),
        (component::JOIN_LINK_POLICY, join_link_policy().encode()?),
        (component::JOIN_LINKS, JoinLinks::default().encode()?),
        (component::PSEUDONYM_POLICY, pseudonym_policy(input).encode()?),
        (component::ROOM_PURPOSE, purpose.encode()?),
        (component::BASE_ROOM_POLICY, Vec::new()),
    ]);
    let policies = room.keys().copied().filter(|id| component::is_policy(*id)).collect();
    let base = BaseRoomPolicy { max_users, ..base(input, policies) };
    room.insert(component::BASE_ROOM_POLICY, base.encode()?);
    room.insert(component::APP_COMPONENTS, dictionary::app_components(&room));
    Ok(room)
}

fn franking_agent(input: &PresetInput) -> FrankingAgent {
    FrankingAgent {
        franking_signature_key: input.franking_key.as_slice().into(),
        credential: Credential::of_hub(&input.room.host()),
    }
}

fn creator(input: &PresetInput) -> ParticipantListData {
    ParticipantListData { participants: vec![UserRolePair { user: input.creator.clone(), role_index: ADMIN }] }
}

fn metadata(input: &PresetInput) -> RoomMetaData {
    let plain =
        RichDescription { media_type: String::new(), language_tag: String::new(), content: input.description.clone() };
    RoomMetaData {
        room_uri: input.room.clone(),
        room_name: input.name.clone(),
        room_descriptions: if input.description.is_empty() { Vec::new() } else { vec![plain] },
        room_avatar: String::new(),
        room_subject: String::new(),
        room_mood: String::new(),
    }
}

fn join_link_policy() -> JoinLinkPolicy {
    JoinLinkPolicy { on_request: false, join_link: String::new(), multiuser: true, expiration: LINK_LIFE }
}

fn pseudonym_policy(input: &PresetInput) -> PseudonymPolicyData {
    PseudonymPolicyData {
        pseudonyms: input.pseudonyms,
        disclosure: input.disclosure,
        disclosure_grace: if input.disclosure == Optionality::Required { input.disclosure_grace } else { 0 },
        allowed_issuers: Vec::new(),
    }
}

fn base(input: &PresetInput, policy_component_ids: Vec<u16>) -> BaseRoomPolicy {
    BaseRoomPolicy {
        fixed_membership: false,
        parent_dependant: false,
        parent_room: String::new(),
        multi_device: true,
        max_clients: None,
        max_users: None,
        pseudonyms_allowed: input.pseudonyms != Optionality::Forbidden,
        persistent_room: true,
        discoverable: input.listed,
        policy_component_ids,
    }
}

#[cfg(test)]
mod tests;
