//! Commits of somebody with a member's keys and without scruples.

use std::collections::BTreeMap;

use doorstep_engine::testing::Insider;
use doorstep_mls::{Member, Mls, Plan};
use doorstep_wire::{
    Body, Dictionary, component,
    room::{ParticipantListData, ParticipantListUpdate},
};

use crate::World;

/// Everything that somebody in a room has.
pub fn insider(world: &mut World, who: usize, room: &str) -> Insider {
    world.browsers[who].engine.as_mut().expect("open").insider(&room.parse().expect("a room")).expect("a member")
}

/// What a commit makes of the participant list, whoever may do that or not.
pub fn list(dictionary: &Dictionary, update: &ParticipantListUpdate) -> Vec<u8> {
    let mut list = ParticipantListData::decode(&dictionary[&component::PARTICIPANT_LIST]).expect("own bytes");
    for change in &update.changed {
        list.participants[change.user_index as usize].role_index = change.role_index;
    }
    for index in update.removed.iter().rev() {
        list.participants.remove(*index as usize);
    }
    list.participants.extend(update.added.iter().cloned());
    list.encode().expect("own bytes")
}

/// A commit by somebody with a member's keys and without scruples.
pub fn forge(insider: &Insider, mut plan: Plan, update: Option<ParticipantListUpdate>) -> Vec<u8> {
    let mls = Mls::new(&insider.journal, [9; 32]);
    let mut member = Member::load(&mls, &insider.group).expect("own bytes").expect("own bytes");
    let mut changes = BTreeMap::new();
    if let Some(update) = update {
        changes.insert(component::PARTICIPANT_LIST, Some(list(&member.dictionary(), &update)));
        plan.updates.push((component::PARTICIPANT_LIST, update.encode().expect("own bytes")));
    }
    let commit = member.commit(&mls, &insider.identity, plan, |_| Ok::<_, std::convert::Infallible>(changes));
    commit.expect("own bytes").commit
}
