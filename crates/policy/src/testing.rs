//! A room with people in it, for tests.

use doorstep_wire::{
    Body, IdentityKind, LeafIndex, UnixMillis,
    component::{self, ComponentId},
    ext::kp_usage::KpUsage,
    room::{Optionality, ParticipantListData, ParticipantListUpdate, RoleIndex, UserIndexRolePair, UserRolePair},
    uri::{ClientUri, ProviderDomain, RoomUri, UserUri},
};

use crate::{
    Added, Author, Change, CommitView, Denied, JoinGrant, KEY_PACKAGE_MARGIN, Leaf, Permitted, Proposal, Proposer,
    RoomState, Roster, permit_commit,
    preset::{ADMIN, MEMBER, PresetInput, ask_to_join, open},
};

pub(crate) const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

pub(crate) fn host(name: &str) -> ProviderDomain {
    name.parse().unwrap()
}

pub(crate) fn room_uri() -> RoomUri {
    "mimi://a.example/r/clubhouse".parse().unwrap()
}

pub(crate) fn knock_uri() -> RoomUri {
    "mimi://a.example/r/clubhouse-door".parse().unwrap()
}

/// The pseudonym with this number, at the provider with this letter.
pub(crate) fn user(number: u8) -> UserUri {
    UserUri::pseudonym(&host("b.example"), doorstep_wire::uri::uuid_v4([number; 16]))
}

/// A client of a pseudonym.
pub(crate) fn leaf(number: u8, client: u8) -> Leaf {
    let (pid, cid) = (doorstep_wire::uri::uuid_v4([number; 16]), doorstep_wire::uri::uuid_v4([client; 16]));
    Leaf {
        user: user(number),
        client: ClientUri::pseudonym(&host("b.example"), pid, cid),
        kind: IdentityKind::Pseudonym,
        issuer: host("b.example"),
        has_knock_key: false,
        signature_key: vec![number, client],
    }
}

pub(crate) fn input(pseudonyms: Optionality) -> PresetInput {
    PresetInput {
        room: room_uri(),
        creator: user(1),
        name: "Clubhouse".to_owned(),
        description: "For members.".to_owned(),
        pseudonyms,
        disclosure: Optionality::Optional,
        disclosure_grace: 0,
        listed: true,
        franking_key: [9; 32],
    }
}

/// A room and who is in it. User 1 is the admin at leaf 0.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) state: RoomState,
    pub(crate) roster: Roster,
}

pub(crate) const ADMIN_LEAF: LeafIndex = LeafIndex(0);
pub(crate) const BOB: LeafIndex = LeafIndex(1);
pub(crate) const CATHY: LeafIndex = LeafIndex(2);

impl Scene {
    pub(crate) fn of(dictionary: &doorstep_wire::Dictionary) -> Self {
        let state = RoomState::from_dictionary(dictionary).unwrap();
        Self { state, roster: Roster::from_iter([(ADMIN_LEAF, leaf(1, 1))]) }
    }

    /// Ask to join: admin 1, members 2 (Bob) and 3 (Cathy) at leaves 0, 1, 2; user 4 is banned.
    pub(crate) fn club() -> Self {
        let (target, _) = ask_to_join(&input(Optionality::Optional), &knock_uri(), &user(1)).unwrap();
        Self::of(&target).with([(1, ADMIN), (2, MEMBER), (3, MEMBER), (4, RoleIndex::BANNED)])
    }

    pub(crate) fn open() -> Self {
        let dictionary = open(&input(Optionality::Optional)).unwrap();
        Self::of(&dictionary).with([(1, ADMIN), (2, MEMBER), (3, MEMBER), (4, RoleIndex::BANNED)])
    }

    /// The knock room: admin 1 at leaf 0, who carries a sealing key, and nobody else.
    pub(crate) fn door() -> Self {
        let (_, knock) = ask_to_join(&input(Optionality::Optional), &knock_uri(), &user(1)).unwrap();
        let mut scene = Self::of(&knock);
        scene.roster.set(ADMIN_LEAF, Leaf { has_knock_key: true, ..leaf(1, 1) });
        scene
    }

    /// Puts these people into the list; whoever is not banned gets a leaf, at the index of their number less one.
    pub(crate) fn with<const N: usize>(self, people: [(u8, RoleIndex); N]) -> Self {
        let mut dictionary = self.state.to_dictionary();
        let pairs = people.map(|(number, role_index)| UserRolePair { user: user(number), role_index });
        let list = ParticipantListData { participants: pairs.to_vec() };
        dictionary.insert(component::PARTICIPANT_LIST, list.encode().unwrap());
        let mut roster = self.roster;
        for (number, role) in people {
            let index = LeafIndex(u32::from(number) - 1);
            if role != RoleIndex::BANNED && roster.get(index).is_none() {
                roster.set(index, leaf(number, number));
            }
        }
        Self { state: RoomState::from_dictionary(&dictionary).unwrap(), roster }
    }

    /// The room with another value in a component.
    pub(crate) fn with_component(self, id: ComponentId, value: &impl Body) -> Self {
        let mut dictionary = self.state.to_dictionary();
        dictionary.insert(id, value.encode().unwrap());
        Self { state: RoomState::from_dictionary(&dictionary).unwrap(), roster: self.roster }
    }

    pub(crate) fn commit(&self, by: LeafIndex, proposals: Vec<Proposal>) -> Result<Permitted, Denied> {
        let view = CommitView { author: Author::Member(by), proposals, path: None };
        permit_commit(&self.state, &self.roster, &view, None, NOW)
    }

    pub(crate) fn enter(
        &self,
        leaf: Leaf,
        proposals: Vec<Proposal>,
        grant: Option<&JoinGrant>,
    ) -> Result<Permitted, Denied> {
        let view = CommitView { author: Author::External(Box::new(leaf)), proposals, path: None };
        permit_commit(&self.state, &self.roster, &view, grant, NOW)
    }
}

pub(crate) fn by(leaf: LeafIndex, change: Change) -> Proposal {
    Proposal { by: Proposer::Member(leaf), change }
}

pub(crate) fn joining(change: Change) -> Proposal {
    Proposal { by: Proposer::Joiner, change }
}

pub(crate) fn hub(change: Change) -> Proposal {
    Proposal { by: Proposer::Hub, change }
}

pub(crate) fn set(id: ComponentId, value: &impl Body) -> Change {
    Change::Component { id, update: Some(value.encode().unwrap()) }
}

pub(crate) fn list(changed: &[(u32, RoleIndex)], removed: &[u32], added: &[(u8, RoleIndex)]) -> Change {
    let update = ParticipantListUpdate {
        changed: changed.iter().map(|(user_index, role_index)| pair_index(*user_index, *role_index)).collect(),
        removed: removed.to_vec(),
        added: added.iter().map(|(n, role_index)| UserRolePair { user: user(*n), role_index: *role_index }).collect(),
    };
    set(component::PARTICIPANT_LIST, &update)
}

fn pair_index(user_index: u32, role_index: RoleIndex) -> UserIndexRolePair {
    UserIndexRolePair { user_index, role_index }
}

pub(crate) fn add(leaf: Leaf) -> Change {
    let not_after = NOW.seconds() + KEY_PACKAGE_MARGIN;
    Change::Add(Box::new(Added { leaf, usage: KpUsage::RoomBound(room_uri()), not_after }))
}
