//! Changes of components other than the participant list. What no rule here names cannot change.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use doorstep_wire::{
    Body, Capability,
    component::{self, ComponentId},
    ext::policy::{JoinLinkEntry, KnockRoom, KnockTerms, RoomPurpose},
    room::{BaseRoomPolicy, JoinLink, JoinLinks, JoinLinksUpdate, RoomMetaData},
};

use super::{Case, SettingsChange, roles_exist};
use crate::{Denied, Participants, Proposer, join::suits, proposal::Actor};

impl Case<'_> {
    pub(super) fn permit_components(&self, participants: &Participants) -> Result<SettingsChange, Denied> {
        if self.updates.is_empty() {
            return Ok((Arc::clone(&self.state.settings), BTreeMap::new()));
        }
        let mut changes: BTreeMap<ComponentId, Vec<u8>> = BTreeMap::new();
        let links: Vec<_> = self.updates.iter().filter(|(id, ..)| *id == component::JOIN_LINKS).collect();
        for (id, bytes, by) in self.updates.iter().filter(|(id, ..)| *id != component::JOIN_LINKS) {
            self.permit_component(*id, bytes, &self.actor(*by)?)?;
            // Whole values: two in one commit would each undo the other.
            if changes.insert(*id, bytes.to_vec()).is_some() {
                return Err(Denied::NotTogether);
            }
        }
        if !links.is_empty() {
            let links = self.join_links(links.into_iter().map(|(_, bytes, by)| (*bytes, *by)))?;
            changes.insert(component::JOIN_LINKS, links);
        }
        self.permit_together(&changes)?;
        let settings = self.state.settings.with(changes.clone())?;
        if !roles_exist(&settings, participants) {
            return Err(Denied::Contradiction);
        }
        let settings = Arc::new(settings);
        if changes.contains_key(&component::PSEUDONYM_POLICY) {
            let next = crate::RoomState { participants: participants.clone(), settings: Arc::clone(&settings) };
            self.permit_everybody(&next)?;
        }
        let mut resolved = BTreeMap::new();
        resolved.extend(changes.into_iter().map(|(id, bytes)| (id, Some(bytes))));
        Ok((settings, resolved))
    }

    /// Roles do not change under the entries that use them.
    fn permit_together(&self, changes: &BTreeMap<ComponentId, Vec<u8>>) -> Result<(), Denied> {
        let roles = changes.contains_key(&component::ROLES_LIST) && !self.list.is_empty();
        let more_than_removals = !self.list.changed.is_empty() || !self.list.added.is_empty();
        let preauth = changes.contains_key(&component::PREAUTH_LIST) && more_than_removals;
        if roles || preauth { Err(Denied::NotTogether) } else { Ok(()) }
    }

    /// A stricter policy needs everybody to comply already.
    fn permit_everybody(&self, next: &crate::RoomState) -> Result<(), Denied> {
        let staying = self.roster.iter().filter(|(index, _)| !self.moves.goes(*index)).map(|(_, leaf)| leaf);
        let coming = self.added.iter().map(|(added, _)| &added.leaf);
        staying.chain(coming).chain(&self.view.path).try_for_each(|leaf| suits(next, leaf))
    }

    fn permit_component(&self, id: ComponentId, bytes: &[u8], actor: &Actor<'_>) -> Result<(), Denied> {
        if self.state.settings.raw(id).is_none() {
            return Err(Denied::Fixed);
        }
        match id {
            component::ROOM_METADATA => self.permit_metadata(decode(bytes)?, actor),
            component::ROLES_LIST => actor.needs(Capability::CAN_CHANGE_ROLE_DEFINITIONS),
            component::PREAUTH_LIST => actor.needs(Capability::CAN_CHANGE_PREAUTHORIZED_USER_LIST),
            component::BASE_ROOM_POLICY => self.permit_base(decode(bytes)?, actor),
            component::PSEUDONYM_POLICY => actor.needs(Capability::CAN_CHANGE_PSEUDONYM_POLICY),
            component::ROOM_PURPOSE => {
                self.permit_purpose(&decode(bytes)?)?;
                actor.needs(Capability::CAN_CHANGE_ROLE_DEFINITIONS)
            }
            component::KNOCK_ROOM => self.permit_knock_room_change(&decode(bytes)?, actor),
            _ => Err(Denied::Fixed),
        }
    }

    /// Each field has its capability; the room's URI has none.
    fn permit_metadata(&self, after: RoomMetaData, actor: &Actor<'_>) -> Result<(), Denied> {
        let before = &self.state.settings.metadata;
        if before.room_uri != after.room_uri {
            return Err(Denied::Fixed);
        }
        let fields = [
            (before.room_name != after.room_name, Capability::CAN_CHANGE_ROOM_NAME),
            (before.room_descriptions != after.room_descriptions, Capability::CAN_CHANGE_ROOM_DESCRIPTION),
            (before.room_avatar != after.room_avatar, Capability::CAN_CHANGE_ROOM_AVATAR),
            (before.room_subject != after.room_subject, Capability::CAN_CHANGE_ROOM_SUBJECT),
            (before.room_mood != after.room_mood, Capability::CAN_CHANGE_ROOM_MOOD),
        ];
        fields.into_iter().filter(|(changed, _)| *changed).try_for_each(|(_, capability)| actor.needs(capability))
    }

    /// `pseudonyms_allowed` follows the pseudonym policy; whoever may change that may change this with it.
    fn permit_base(&self, after: BaseRoomPolicy, actor: &Actor<'_>) -> Result<(), Denied> {
        let before = &self.state.settings.base;
        let same_but_pseudonyms = BaseRoomPolicy { pseudonyms_allowed: before.pseudonyms_allowed, ..after } == *before;
        actor.needs(if same_but_pseudonyms {
            Capability::CAN_CHANGE_PSEUDONYM_POLICY
        } else {
            Capability::CAN_CHANGE_ROOM_MEMBERSHIP_STYLE
        })
    }

    /// A room stays what it is for; a knock room's limits may change.
    fn permit_purpose(&self, after: &RoomPurpose) -> Result<(), Denied> {
        let same = match (&self.state.settings.purpose, after) {
            (RoomPurpose::Knock(before), RoomPurpose::Knock(after)) => {
                let limits = KnockTerms {
                    max_messages_per_knocker: before.max_messages_per_knocker,
                    max_message_bytes: before.max_message_bytes,
                    ..after.clone()
                };
                limits == *before
            }
            (before, after) => before == after,
        };
        if same { Ok(()) } else { Err(Denied::Fixed) }
    }

    fn permit_knock_room_change(&self, after: &KnockRoom, actor: &Actor<'_>) -> Result<(), Denied> {
        if after.knock_room.host() != self.state.hub() || after.knock_room == *self.state.room_uri() {
            return Err(Denied::Contradiction);
        }
        let either = actor.needs(Capability::CAN_CHANGE_PSEUDONYM_POLICY);
        either.or_else(|_| actor.needs(Capability::CAN_ACCEPT_KNOCK))
    }

    /// All updates of the join links: indices refer to the list before the commit, removals go first.
    fn join_links<'u>(&self, updates: impl Iterator<Item = (&'u [u8], Proposer)>) -> Result<Vec<u8>, Denied> {
        let raw = self.state.settings.raw(component::JOIN_LINKS).ok_or(Denied::Fixed)?;
        let before: JoinLinks = decode(raw)?;
        let (mut removed, mut added) = (BTreeSet::new(), Vec::new());
        for (bytes, by) in updates {
            let update: JoinLinksUpdate = decode(bytes)?;
            let actor = self.actor(by)?;
            if !update.removed.is_empty() {
                actor.needs(Capability::CAN_DELETE_JOIN_CODE)?;
            }
            for index in update.removed {
                let known = usize::try_from(index).is_ok_and(|index| index < before.links.len());
                if !known || !removed.insert(index) {
                    return Err(Denied::ListMismatch);
                }
            }
            for link in update.added {
                actor.needs(Capability::CAN_CREATE_JOIN_CODE)?;
                self.permit_link(&link)?;
                added.push(link);
            }
        }
        let kept = (0u32..).zip(before.links).filter(|(index, _)| !removed.contains(index)).map(|(_, link)| link);
        let links: Vec<JoinLink> = kept.chain(added).collect();
        let mut ids = BTreeSet::new();
        ids.extend(links.iter().filter_map(|link| entry(link).ok()).map(|entry| entry.link_id));
        if ids.len() != links.len() {
            return Err(Denied::ListMismatch);
        }
        JoinLinks { links }.encode().map_err(|_| Denied::Malformed)
    }

    /// A link keeps to the join link policy, and leads to a role that outsiders can come into.
    fn permit_link(&self, link: &JoinLink) -> Result<(), Denied> {
        let entry = entry(link)?;
        let policy = self.state.settings.join_link_policy.as_ref().ok_or(Denied::Fixed)?;
        let life = entry.not_after.saturating_sub(self.now.seconds());
        let outsiders = self.state.role(doorstep_wire::room::RoleIndex::OUTSIDER).ok_or(Denied::Contradiction)?;
        let leads = outsiders.may_change(doorstep_wire::room::RoleIndex::OUTSIDER, entry.target_role);
        let fits = life <= u64::from(policy.expiration) && (policy.multiuser || entry.max_uses == 1);
        if leads && fits { Ok(()) } else { Err(Denied::NotAllowed) }
    }
}

fn entry(link: &JoinLink) -> Result<JoinLinkEntry, Denied> {
    let entry: JoinLinkEntry = decode(link.join_link.as_slice())?;
    if entry.version == JoinLinkEntry::VERSION { Ok(entry) } else { Err(Denied::Malformed) }
}

fn decode<T: Body>(bytes: &[u8]) -> Result<T, Denied> {
    T::decode(bytes).map_err(|_| Denied::Malformed)
}
