//! Saying who I am: to the room, to its admins, to one member. Bound to the epoch it is sent in, so it is made anew at
//! every try, and once more for those who come later.

use doorstep_client_api::view::{Claims, Delivery, DiscloseTo, Happening, MyDisclosure, Outcome, Problem};
use doorstep_content::{Disclosure, MimiContent, SealedDisclosure, frame};
use doorstep_credential::LeafKey;
use doorstep_wire::{
    Capability, LeafIndex, RoomUri, UserUri,
    ext::{
        disclosure_context::DisclosureContext,
        knock::{KnockContext, RecipientContext},
    },
    room::Optionality,
};
use tls_codec::VLByteVec;

use super::{WarmRoom, sealing};
use crate::{
    engine::Engine,
    record::{
        Busy, DISCLOSURES, DisclosureState, Intent, KnockRecord, MyDisclosureRecord, ROOMS, RoomRecord, disclosure_key,
    },
};

/// Those who come in are told after a while of at least this many milliseconds, so that many are told at once.
const SOON: u64 = 5_000;
/// And at most this many more.
const SPREAD: u64 = 25_000;
/// The same thing is not said again within this many milliseconds.
const QUIET: u64 = 60_000;

impl Engine {
    pub(crate) fn disclose(&mut self, room: &str, to: DiscloseTo, claims: Claims) -> Result<Outcome, Problem> {
        let record = self.room_to_speak_in(room, Capability::CAN_SEND_MESSAGE)?;
        if !record.client.user().is_pseudonym_path() {
            return Err(Problem::new("already-account"));
        }
        self.readers(&record, &to)?;
        let said = self.said_in(&record);
        if said.iter().any(|(_, old)| old.to == to && old.is_sent_or_waits() && covers(old.claims, claims)) {
            return Err(Problem::new("already-disclosed"));
        }
        let account = self.account_identity().ok_or_else(|| Problem::new("needs-account"))?;
        let key = disclosure_key(&record.room, self.turn.entropy.bytes());
        let disclosure = MyDisclosureRecord {
            room: record.room.clone(),
            room_name: record.name,
            client: record.client,
            user: account.user,
            to,
            claims,
            readers: 0,
            in_knock: false,
            at: self.turn.now.0,
            last: 0,
            again: None,
            over: false,
            state: DisclosureState::Gathering,
        };
        self.keep_disclosure(&key, &disclosure);
        Ok(Outcome::Ok)
    }

    fn keep_disclosure(&mut self, key: &str, disclosure: &MyDisclosureRecord) {
        DISCLOSURES.put(&self.journal, key, disclosure);
        self.room_changed(&disclosure.room);
    }

    /// What I said in a room under my present name.
    pub(crate) fn said_in(&self, record: &RoomRecord) -> Vec<(String, MyDisclosureRecord)> {
        let mut said = DISCLOSURES.scan(&self.journal, &format!("{}#", record.room));
        said.retain(|(_, said)| said.client == record.client && !said.over);
        said
    }

    /// The leaves of those who are to read it, and how many people they are. Empty and everybody for the room.
    fn readers(&self, record: &RoomRecord, to: &DiscloseTo) -> Result<(Vec<LeafIndex>, u32), Problem> {
        let warm = self.rooms.get(&record.room).ok_or_else(|| Problem::new("no-room"))?;
        if warm.disclosure() == Optionality::Forbidden {
            return Err(Problem::new("disclosure-forbidden"));
        }
        let me = record.client.user();
        let others = warm.state.participants().iter().map(|listed| &listed.user).filter(|user| **user != me);
        let present = others.filter(|user| !warm.state.is_banned(user) && warm.roster.count_of(user) > 0);
        let (people, missing): (Vec<&UserUri>, _) = match to {
            DiscloseTo::Room => {
                return Ok((Vec::new(), u32::try_from(present.count()).unwrap_or(u32::MAX)));
            }
            DiscloseTo::Admins => (present.filter(|user| warm.is_admin(user)).collect(), "nobody-to-read"),
            DiscloseTo::Member(member) => (present.filter(|user| user.as_str() == member).collect(), "not-a-member"),
        };
        if people.is_empty() {
            return Err(Problem::new(missing));
        }
        let leaves = people.iter().flat_map(|user| warm.roster.leaves_of(user)).map(|(leaf, _)| leaf).collect();
        Ok((leaves, u32::try_from(people.len()).unwrap_or(u32::MAX)))
    }

    /// Puts into the queues of the rooms what can be said now.
    pub(crate) fn pump_disclosures(&mut self) {
        for (key, mut disclosure) in DISCLOSURES.all(&self.journal) {
            match &disclosure.state {
                DisclosureState::Gathering if self.account_is_ready() => disclosure.state = DisclosureState::Queued,
                DisclosureState::Gathering => {
                    if let Some(code) = self.account_refused() {
                        disclosure.state = DisclosureState::Failed(Problem::new(code));
                        self.keep_disclosure(&key, &disclosure);
                    }
                    continue;
                }
                DisclosureState::Sent if disclosure.again.is_some_and(|at| at <= self.turn.now.0) => {
                    disclosure.again = None;
                }
                _ => continue,
            }
            if self.is_in(&disclosure.room) {
                self.enqueue(&disclosure.room, Intent::Disclose { disclosure: key.clone() });
            } else {
                disclosure.over = true;
            }
            self.keep_disclosure(&key, &disclosure);
        }
    }

    /// The framed content of the message, for the epoch the room is in. None while the account cannot be shown.
    pub(crate) fn disclosure_message(&mut self, record: &RoomRecord, key: &str) -> Result<Option<Vec<u8>>, Problem> {
        let internal = || Problem::new("internal");
        let mut mine = DISCLOSURES.get(&self.journal, key).ok_or_else(internal)?;
        let (leaves, readers) = self.readers(record, &mine.to)?;
        let context = self.own_context(record).ok_or_else(internal)?;
        let secrets = self.epoch_secrets(&record.room, context.epoch).ok_or_else(internal)?;
        let Some(presentation) = self.presentation(mine.claims, &secrets.base, &context.to_bytes()) else {
            return Ok(None);
        };
        let mut disclosure = Disclosure {
            request_id: None,
            presentations: vec![presentation],
            epoch: context.epoch,
            leaf_index: context.leaf_index,
            note: String::new(),
        };
        let body = match mine.to {
            DiscloseTo::Room => disclosure.encode().map_err(|_| internal())?,
            DiscloseTo::Admins | DiscloseTo::Member(_) => {
                let request_id = self.turn.entropy.bytes();
                disclosure.request_id = Some(request_id);
                self.seal_disclosure(&context, request_id, &leaves, &disclosure).ok_or_else(internal)?
            }
        };
        mine.readers = readers;
        DISCLOSURES.put(&self.journal, key, &mine);
        let content = MimiContent::house(self.turn.entropy.bytes(), &context.user, &record.room, &body);
        Ok(Some(frame(&content.encode())))
    }

    /// Where a message of mine would be sent from now.
    pub(crate) fn own_context(&self, record: &RoomRecord) -> Option<DisclosureContext> {
        let identity = self.identity_record(&record.client)?;
        let member = &self.rooms.get(&record.room)?.member;
        Some(DisclosureContext {
            room: record.room.clone(),
            group_id: member.group_id().to_vec(),
            epoch: member.epoch(),
            leaf_index: member.own_leaf(),
            leaf_signature_key: LeafKey::from_seed(&identity.seed).public().to_vec(),
            user: record.client.user(),
        })
    }

    fn seal_disclosure(
        &mut self,
        context: &DisclosureContext,
        request_id: [u8; 16],
        leaves: &[LeafIndex],
        disclosure: &Disclosure,
    ) -> Option<Vec<u8>> {
        let warm = self.rooms.get(&context.room)?;
        let keys =
            leaves.iter().map(|leaf| Some((*leaf, warm.member.encryption_key(*leaf)?))).collect::<Option<_>>()?;
        let plaintext = disclosure.encode_filled().ok()?;
        let context = sealing_context(context, request_id);
        let info = RecipientContext::disclosure_info;
        let sealed = sealing::seal(&self.journal, &mut self.turn.entropy, &context, keys, info, &plaintext)?;
        let sealing::Sealed { recipients, nonce, ciphertext } = sealed;
        SealedDisclosure { request_id, recipients, nonce, ciphertext }.encode().ok()
    }

    /// The hub took it.
    pub(crate) fn disclosure_sent(&mut self, key: &str, at: u64) {
        let Some(mut mine) = DISCLOSURES.get(&self.journal, key) else { return };
        mine.last = at;
        if mine.state != DisclosureState::Sent {
            mine.state = DisclosureState::Sent;
            mine.at = at;
            let happening = Happening::Disclosed(mine.user.to_string());
            self.happened_at(&mine.room, &mine.client.user(), happening, at);
            // Whoever gets hold of this leaf's keys later shall not have those it was said with.
            self.enqueue(&mine.room, Intent::Refresh);
        }
        self.keep_disclosure(key, &mine);
    }

    pub(crate) fn disclosure_failed(&mut self, key: &str, problem: Problem) {
        let Some(mut mine) = DISCLOSURES.get(&self.journal, key) else { return };
        if mine.state != DisclosureState::Sent {
            mine.state = DisclosureState::Failed(problem);
        }
        self.keep_disclosure(key, &mine);
    }

    /// People came in: what was said to the room is said again, once for all who come within a while.
    pub(crate) fn tell_newcomers(&mut self, room: &RoomUri) {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        let said = self.said_in(&record);
        // What is on its way was made for those who were there before.
        let under_way = matches!(record.busy, Some(Busy::Message { .. }));
        let to_room = |said: &MyDisclosureRecord| {
            said.to == DiscloseTo::Room
                && (said.state == DisclosureState::Sent || said.state == DisclosureState::Queued && under_way)
        };
        for (key, mine) in &said {
            let covered = said.iter().any(|(other, more)| {
                other != key && to_room(more) && covers(more.claims, mine.claims) && more.at > mine.at
            });
            if mine.again.is_none() && to_room(mine) && !covered {
                let soon = self.turn.now.0 + SOON + self.turn.entropy.below(SPREAD + 1);
                let again = Some(soon.max(mine.last.saturating_add(QUIET)));
                DISCLOSURES.put(&self.journal, key, &MyDisclosureRecord { again, ..mine.clone() });
            }
        }
    }

    /// I am out of a room: nothing more is said there.
    pub(crate) fn end_disclosures(&mut self, room: &RoomUri) {
        for (key, mut mine) in DISCLOSURES.scan(&self.journal, &format!("{room}#")) {
            if matches!(mine.state, DisclosureState::Gathering | DisclosureState::Queued) {
                mine.state = DisclosureState::Failed(Problem::new("room-over"));
            }
            mine.again = None;
            mine.over = true;
            self.keep_disclosure(&key, &mine);
        }
    }

    /// The moderators have a knock in which I said who I am.
    pub(crate) fn disclosed_in_knock(&mut self, id: &str, knock: &KnockRecord, at: u64) {
        let (Some(claims), Some(account)) = (knock.disclose, self.account_identity()) else { return };
        let readers = self.rooms.get(&knock.knock_room).map_or(0, |warm| {
            let leaves = warm.state.knock_readers(&warm.roster);
            leaves.map(|(_, leaf)| leaf.user.clone()).collect::<std::collections::BTreeSet<_>>().len()
        });
        let disclosure = MyDisclosureRecord {
            room: knock.target.clone(),
            room_name: knock.target_name.clone(),
            client: knock.client.clone(),
            user: account.user,
            to: DiscloseTo::Admins,
            claims,
            readers: u32::try_from(readers).unwrap_or(u32::MAX),
            in_knock: true,
            at,
            last: at,
            again: None,
            over: true,
            state: DisclosureState::Sent,
        };
        DISCLOSURES.put(&self.journal, id, &disclosure);
        self.home_changed();
    }

    /// When something is to be said again.
    pub(crate) fn next_repetition(&self) -> Option<u64> {
        DISCLOSURES.all(&self.journal).into_iter().filter_map(|(_, mine)| mine.again).min()
    }

    /// For the views, newest first: everything, or what I said in a room under my present name.
    pub(crate) fn my_disclosures(&self, present: Option<&RoomRecord>) -> Vec<MyDisclosure> {
        let said = match present {
            Some(record) => self.said_in(record),
            None => DISCLOSURES.all(&self.journal),
        };
        let mut shown: Vec<_> = said.into_iter().map(|(id, mine)| mine.shown(id)).collect();
        shown.sort_by_key(|mine| core::cmp::Reverse(mine.at));
        shown
    }
}

impl WarmRoom {
    /// The room's rule.
    pub(crate) fn disclosure(&self) -> Optionality {
        self.state.settings().pseudonyms.disclosure
    }

    /// Names may be told.
    pub(crate) fn hears_names(&self) -> bool {
        self.disclosure() != Optionality::Forbidden
    }

    /// Names have to be told.
    pub(crate) fn requires_names(&self) -> bool {
        self.disclosure() == Optionality::Required
    }

    /// Looks after the room: what is disclosed to the admins is for her.
    pub(crate) fn is_admin(&self, user: &UserUri) -> bool {
        self.state.has(user, Capability::CAN_REMOVE_PARTICIPANT)
    }
}

impl MyDisclosureRecord {
    pub(crate) fn is_sent_or_waits(&self) -> bool {
        !matches!(self.state, DisclosureState::Failed(_))
    }

    fn shown(self, id: String) -> MyDisclosure {
        MyDisclosure {
            id,
            room: self.room.to_string(),
            room_name: self.room_name,
            hub: self.room.host().to_string(),
            pseudonym: self.client.user().to_string(),
            user: self.user.to_string(),
            to: self.to,
            claims: self.claims,
            readers: self.readers,
            in_knock: self.in_knock,
            at: self.at,
            delivery: match self.state {
                DisclosureState::Gathering | DisclosureState::Queued => Delivery::Pending,
                DisclosureState::Sent => Delivery::Sent,
                DisclosureState::Failed(problem) => Delivery::Failed(problem),
            },
        }
    }
}

/// What a sealed disclosure is bound to, both the content and each wrapped key.
pub(crate) fn sealing_context(context: &DisclosureContext, request_id: [u8; 16]) -> KnockContext {
    KnockContext {
        room: context.room.clone(),
        group_id: VLByteVec::from(context.group_id.as_slice()),
        epoch: context.epoch,
        sender_leaf: context.leaf_index,
        sender_user: context.user.clone(),
        request_id,
    }
}

/// Whether the one shows everything that the other does.
fn covers(all: Claims, some: Claims) -> bool {
    (all.handle || !some.handle) && (all.display_name || !some.display_name)
}
