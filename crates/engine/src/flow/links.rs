//! The join links of a room of mine: made, shown to who made them, taken away, paused, and how often they were used.

use doorstep_client_api::{
    http::{LINK_USES, LinkUses as LinkUsesPage, path_with},
    view::{KnockLink, LinkJoin, LinkRules, LinkText, LinkUses, LinkView, Outcome, Problem},
};
use doorstep_content::Invite;
use doorstep_mls::Plan;
use doorstep_policy::RoomState;
use doorstep_wire::{Body, RoomUri, UserUri, capability::Capability, component, ext::policy::JoinLinkEntry};
use sha2::{Digest, Sha256};
use tls_codec::Deserialize;

use super::{
    WarmRoom,
    command::{hex, room_uri, unhex},
    invite::code_key,
};
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{Intent, LINKS, LinkRecord, ROOMS},
    step::Method,
};

/// Characters of a note.
const MAX_NOTE: usize = 200;
/// Shortest life of a link in seconds.
const MIN_LIFE: u32 = 60;
/// Seconds that a link ends before the longest life, since clocks differ.
const MARGIN: u32 = 300;

impl Engine {
    pub(crate) fn make_link(
        &mut self,
        command: String,
        room: &str,
        role: &str,
        (seconds, max_uses): (u32, u32),
        note: String,
    ) {
        if LINKS.all(&self.journal).iter().any(|(_, link)| link.command == command) {
            return;
        }
        match self.plan_link(&command, room, role, (seconds, max_uses), note) {
            Ok(link) => {
                let id = hex(&link.link_id);
                LINKS.put(&self.journal, &id, &link);
                self.enqueue(&link.room, Intent::MakeLink { link: id });
            }
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    fn plan_link(
        &mut self,
        command: &str,
        room: &str,
        role: &str,
        (seconds, max_uses): (u32, u32),
        note: String,
    ) -> Result<LinkRecord, Problem> {
        let room = self.where_i_may(room, Capability::CAN_CREATE_JOIN_CODE)?;
        let warm = self.rooms.get(&room).ok_or_else(|| Problem::new("no-room"))?;
        let rules = link_rules(&warm.state);
        let role = warm.state.link_roles().find(|known| known.name == role).map(|role| role.index);
        let role = role.ok_or_else(|| Problem::new("link-role"))?;
        if !(MIN_LIFE..=rules.max_seconds).contains(&seconds) {
            return Err(Problem::new("link-life"));
        }
        if !rules.many_uses && max_uses != 1 {
            return Err(Problem::new("link-uses"));
        }
        if note.chars().count() > MAX_NOTE {
            return Err(Problem::new("note-length"));
        }
        let seconds = seconds.min(rules.max_seconds.saturating_sub(MARGIN).max(MIN_LIFE));
        Ok(LinkRecord {
            room,
            link_id: self.turn.entropy.bytes(),
            seed: Some(self.turn.entropy.bytes()),
            role: role.0,
            not_after: self.turn.now.plus_seconds(seconds.into()).seconds(),
            max_uses,
            note,
            command: command.to_owned(),
            stands: false,
        })
    }

    pub(crate) fn revoke_link(&mut self, command: String, room: &str, link: &str) {
        let known = unhex::<16>(link).ok_or_else(|| Problem::new("not-a-link"));
        match known.and_then(|_| self.where_i_may(room, Capability::CAN_DELETE_JOIN_CODE)) {
            Ok(room) => self.enqueue(&room, Intent::RevokeLink { command, link: link.to_ascii_lowercase() }),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    pub(crate) fn pause_links(&mut self, command: String, room: &str, paused: bool) {
        match self.where_i_may(room, Capability::CAN_CHANGE_ROLE_DEFINITIONS) {
            Ok(room) => self.enqueue(&room, Intent::PauseLinks { command, paused }),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    /// The room, loaded, if I am in it and may do this there.
    fn where_i_may(&mut self, room: &str, capability: Capability) -> Result<RoomUri, Problem> {
        let room = room_uri(room)?;
        let record = ROOMS.get(&self.journal, room.as_str()).filter(|record| record.ended.is_none());
        let record = record.ok_or_else(|| Problem::new("no-room"))?;
        self.warm(&room, &record.group);
        let warm = self.rooms.get(&room).ok_or_else(|| Problem::new("no-room"))?;
        if warm.state.has(&record.client.user(), capability) { Ok(room) } else { Err(Problem::new("not-allowed")) }
    }

    /// The commit for an intent of this file. None when there is nothing to do any more; whoever asked is told.
    pub(crate) fn plan_link_intent(&mut self, room: &RoomUri, intent: &Intent) -> Result<Option<Plan>, Problem> {
        let failed = |_| Problem::new("internal");
        let warm = self.rooms.get(room).ok_or_else(|| Problem::new("no-room"))?;
        let update = match intent {
            Intent::MakeLink { link } => {
                let link = LINKS.get(&self.journal, link).filter(|link| !link.stands);
                let entry = link.as_ref().and_then(entry_of);
                entry.map(|entry| warm.state.link_update(&entry).and_then(|update| update.encode())).transpose()
            }
            Intent::RevokeLink { link, .. } => {
                let update = unhex(link).and_then(|link| warm.state.revoke_update(link));
                update.map(|update| update.encode()).transpose()
            }
            Intent::PauseLinks { paused, .. } => {
                warm.state.pause_update(*paused).map(|roles| roles.encode()).transpose()
            }
            _ => Ok(None),
        };
        let Some(update) = update.map_err(failed)? else {
            self.link_intent_stands(room, intent);
            return Ok(None);
        };
        let component = match intent {
            Intent::PauseLinks { .. } => component::ROLES_LIST,
            _ => component::JOIN_LINKS,
        };
        // With a path: the leaf of whoever makes a link is then signed for this group, so that the link can pin it.
        Ok(Some(Plan { updates: vec![(component, update)], path: true, ..Plan::default() }))
    }

    /// The room is as this intent wanted it.
    pub(crate) fn link_intent_stands(&mut self, room: &RoomUri, intent: &Intent) {
        match intent {
            Intent::MakeLink { link } => {
                let Some(mut record) = LINKS.get(&self.journal, link) else { return };
                let command = core::mem::take(&mut record.command);
                record.stands = true;
                LINKS.put(&self.journal, link, &record);
                self.done(&command, Ok(Outcome::Link { link: link.clone() }));
            }
            Intent::RevokeLink { command, .. } | Intent::PauseLinks { command, .. } => {
                self.done(command, Ok(Outcome::Ok));
            }
            _ => return,
        }
        self.room_changed(room);
    }

    pub(crate) fn link_intent_refused(&mut self, intent: &Intent, problem: Problem) {
        match intent {
            Intent::MakeLink { link } => {
                let Some(record) = LINKS.get(&self.journal, link) else { return };
                LINKS.delete(&self.journal, link);
                self.done(&record.command, Err(problem));
            }
            Intent::RevokeLink { command, .. } | Intent::PauseLinks { command, .. } => {
                self.done(command, Err(problem));
            }
            _ => {}
        }
    }

    /// Secrets of links that the room does not have any more are forgotten; the note stays, for a knock from a dead link.
    pub(crate) fn forget_gone_links(&mut self, room: &RoomUri) {
        let Some(warm) = self.rooms.get(room) else { return };
        for (id, mut link) in LINKS.all(&self.journal) {
            if link.room == *room && link.stands && link.seed.is_some() && warm.state.join_link(link.link_id).is_none()
            {
                link.seed = None;
                LINKS.put(&self.journal, &id, &link);
            }
        }
    }

    /// I am out of this room: nothing of its links stays.
    pub(crate) fn forget_links_of(&mut self, room: &RoomUri) {
        for (id, link) in LINKS.all(&self.journal) {
            if link.room == *room {
                LINKS.delete(&self.journal, &id);
                self.done(&link.command, Err(Problem::new("no-room")));
            }
        }
        self.link_uses.remove(room);
    }

    /// The links of a room as `me` may see them.
    pub(crate) fn link_views(&self, room: &RoomUri, warm: &WarmRoom, me: &UserUri) -> Vec<LinkView> {
        if !may_see(&warm.state, me) {
            return Vec::new();
        }
        let told = self.link_uses.get(room);
        let links = warm.state.settings().join_links.iter();
        links
            .map(|entry| {
                let id = hex(&entry.link_id);
                let mine = LINKS.get(&self.journal, &id).filter(|link| link.room == *room && link.stands);
                let told = told.and_then(|told| told.links.iter().find(|link| link.link_id == entry.link_id));
                LinkView {
                    role: warm.state.role_name(entry.target_role).to_owned(),
                    until: entry.not_after.saturating_mul(1000),
                    max_uses: entry.max_uses,
                    uses: told.map(|link| LinkUses {
                        used: link.used,
                        claimed: link.claimed,
                        joined: link
                            .joined
                            .iter()
                            .map(|joined| LinkJoin { user: joined.user.to_string(), at: joined.at })
                            .collect(),
                    }),
                    note: mine.as_ref().map(|link| link.note.clone()).unwrap_or_default(),
                    code: mine.and_then(|link| invite_of(&link, warm)),
                    id,
                }
            })
            .collect()
    }

    /// The dead link a knocker came by, with the note if it was mine.
    pub(crate) fn knock_link(&self, room: &RoomUri, link: [u8; 16]) -> KnockLink {
        let id = hex(&link);
        let mine = LINKS.get(&self.journal, &id).filter(|link| link.room == *room);
        KnockLink { note: mine.map(|link| link.note).filter(|note| !note.is_empty()), id }
    }

    /// The hub is asked how often links were used.
    pub(crate) fn want_link_uses(&mut self, room: &RoomUri) {
        if self.followed.contains(room) {
            self.link_uses_wanted.insert(room.clone(), ());
        }
    }

    pub(crate) fn pump_link_uses(&mut self) {
        for (room, ()) in self.link_uses_wanted.take() {
            let record = ROOMS.get(&self.journal, room.as_str()).filter(|record| record.ended.is_none());
            let Some((record, warm)) = record.zip(self.rooms.get(&room)) else { continue };
            let tells = may_see(&warm.state, &record.client.user()) && !warm.state.settings().join_links.is_empty();
            if !tells {
                continue;
            }
            let job = Job::LinkUses(room.clone());
            if self.is_due(&job) {
                let (path, bearer) = (path_with(LINK_USES, room.as_str()), self.bearer());
                self.request(job, Method::Get, path, Vec::new(), bearer);
            } else {
                self.link_uses_wanted.insert(room, ());
            }
        }
    }

    pub(crate) fn link_uses_came(&mut self, room: &RoomUri, answer: &Answer<'_>) {
        if answer.status == 200
            && let Ok(page) = LinkUsesPage::tls_deserialize_exact(answer.body)
            && self.link_uses.get(room) != Some(&page)
        {
            self.link_uses.insert(room.clone(), page);
            self.room_changed(room);
        }
    }
}

/// What links of a room can be.
pub(crate) fn link_rules(state: &RoomState) -> LinkRules {
    let policy = state.settings().join_link_policy.as_ref();
    LinkRules {
        paused: state.links_paused(),
        roles: state.link_roles().map(|role| role.name.clone()).collect(),
        max_seconds: policy.map_or(0, |policy| policy.expiration),
        many_uses: policy.is_some_and(|policy| policy.multiuser),
    }
}

fn may_see(state: &RoomState, user: &UserUri) -> bool {
    state.has(user, Capability::CAN_CREATE_JOIN_CODE) || state.has(user, Capability::CAN_DELETE_JOIN_CODE)
}

/// What the room is told of a link: a public key.
fn entry_of(link: &LinkRecord) -> Option<JoinLinkEntry> {
    Some(JoinLinkEntry {
        version: JoinLinkEntry::VERSION,
        link_id: link.link_id,
        code_public_key: code_key(&link.code_seed()?, &link.room)?.public(),
        target_role: doorstep_wire::room::RoleIndex(link.role),
        not_after: link.not_after,
        max_uses: link.max_uses,
    })
}

/// The code of a link of mine, with the pins of now.
fn invite_of(link: &LinkRecord, warm: &WarmRoom) -> Option<LinkText> {
    let own = warm.member.leaf(warm.member.own_leaf())?;
    let hub = warm.member.external_senders().into_iter().next()?;
    let invite = Invite {
        room: link.room.clone(),
        link_id: link.link_id,
        code_seed: link.code_seed()?,
        expires: Some(link.not_after),
        multiuser: Some(link.max_uses != 1),
        inviter: Some(Sha256::digest(&own.signature_key).into()),
        hub: Sha256::digest(hub.signature_key.as_slice()).into(),
        hint: None,
    };
    invite.to_text().ok().map(LinkText)
}
