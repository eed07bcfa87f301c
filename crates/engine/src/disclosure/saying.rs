//! Saying who I am: to the room, to its admins, to one member. Bound to the epoch it is sent in, so it is made anew at
//! every try, and once more for those who come later.

use doorstep_content::{Disclosure, MimiContent, SealedDisclosure, frame};
use doorstep_credential::LeafKey;
use doorstep_page_api::view::{Claims, Delivery, DiscloseTo, Happening, MyDisclosure, Outcome, Problem};
use doorstep_wire::{
    Capability, LeafIndex, Refusal, RoomUri, UserUri,
    ext::{
        disclosure_context::DisclosureContext,
        knock::{KnockContext, RecipientContext},
    },
    room::Optionality,
};
use tls_codec::VLByteVec;

use crate::{
    chat,
    context::Context,
    group::{epoch, sealing},
    identity::account,
    record::{
        Busy, DISCLOSURES, DisclosureState, Intent, KnockRecord, MyDisclosureRecord, ROOMS, RoomRecord, disclosure_key,
        labels::{DUE, WAITS},
    },
    room::queue,
};

/// Those who come in are told after a while of at least this many milliseconds, so that many are told at once.
const SOON: u64 = 5_000;
/// And at most this many more.
const SPREAD: u64 = 25_000;
/// The same thing is not said again within this many milliseconds.
const QUIET: u64 = 60_000;

pub(crate) fn disclose(cx: &mut Context, room: &str, to: DiscloseTo, claims: Claims) -> Result<Outcome, Problem> {
    let record = chat::room_to_speak_in(cx, room, Capability::CAN_SEND_MESSAGE)?;
    if !record.client.user().is_pseudonym_path() {
        return Err(Problem::new(Refusal::AlreadyAccount));
    }
    readers(cx, &record, &to)?;
    let said = said_in(cx, &record);
    if said.iter().any(|(_, old)| old.to == to && old.is_sent_or_waits() && covers(old.claims, claims)) {
        return Err(Problem::new(Refusal::AlreadyDisclosed));
    }
    let account = account::account_identity(cx).ok_or_else(|| Problem::new(Refusal::NeedsAccount))?;
    let key = disclosure_key(&record.room, cx.entropy.bytes());
    let disclosure = MyDisclosureRecord {
        room: record.room.clone(),
        room_name: record.name,
        client: record.client,
        user: account.user,
        to,
        claims,
        readers: 0,
        in_knock: false,
        at: cx.now.0,
        last: 0,
        again: None,
        over: false,
        state: DisclosureState::Gathering,
    };
    keep_disclosure(cx, &key, &disclosure);
    Ok(Outcome::Ok)
}

fn keep_disclosure(cx: &mut Context, key: &str, disclosure: &MyDisclosureRecord) {
    DISCLOSURES.put(&cx.journal, key, disclosure);
    cx.room_changed(&disclosure.room);
}

/// What I said in a room under my present name.
pub(crate) fn said_in(cx: &Context, record: &RoomRecord) -> Vec<(String, MyDisclosureRecord)> {
    let mut said = DISCLOSURES.scan(&cx.journal, &format!("{}#", record.room));
    said.retain(|(_, said)| said.client == record.client && !said.over);
    said
}

/// The leaves of those who are to read it, and how many people they are. Empty and everybody for the room.
fn readers(cx: &Context, record: &RoomRecord, to: &DiscloseTo) -> Result<(Vec<LeafIndex>, u32), Problem> {
    let warm = cx.groups.get(&record.room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if warm.disclosure() == Optionality::Forbidden {
        return Err(Problem::new(Refusal::DisclosureForbidden));
    }
    let me = record.client.user();
    let others = warm.state.participants().iter().map(|listed| &listed.user).filter(|user| **user != me);
    let present = others.filter(|user| !warm.state.is_banned(user) && warm.roster.count_of(user) > 0);
    let (people, missing): (Vec<&UserUri>, _) = match to {
        DiscloseTo::Room => {
            return Ok((Vec::new(), u32::try_from(present.count()).unwrap_or(u32::MAX)));
        }
        DiscloseTo::Admins => (present.filter(|user| warm.is_admin(user)).collect(), Refusal::NobodyToRead),
        DiscloseTo::Member(member) => (present.filter(|user| user.as_str() == member).collect(), Refusal::NotAMember),
    };
    if people.is_empty() {
        return Err(Problem::new(missing));
    }
    let leaves = people.iter().flat_map(|user| warm.roster.leaves_of(user)).map(|(leaf, _)| leaf).collect();
    Ok((leaves, u32::try_from(people.len()).unwrap_or(u32::MAX)))
}

/// Puts into the queues of the rooms what can be said now.
pub(crate) fn pump_disclosures(cx: &mut Context) {
    let due = DISCLOSURES.having_up_to(&cx.journal, DUE, cx.now.0);
    for (key, mut disclosure) in DISCLOSURES.having(&cx.journal, WAITS).into_iter().chain(due) {
        match &disclosure.state {
            DisclosureState::Gathering if account::account_is_ready(cx) => disclosure.state = DisclosureState::Queued,
            DisclosureState::Gathering => {
                if let Some(code) = account::account_refused(cx) {
                    disclosure.state = DisclosureState::Failed(Problem::new(code));
                    keep_disclosure(cx, &key, &disclosure);
                }
                continue;
            }
            DisclosureState::Sent => disclosure.again = None,
            _ => continue,
        }
        if cx.is_in(&disclosure.room) {
            queue::enqueue(cx, &disclosure.room, Intent::Disclose { disclosure: key.clone() });
        } else {
            disclosure.over = true;
        }
        keep_disclosure(cx, &key, &disclosure);
    }
}

/// The framed content of the message, for the epoch the room is in. None while the account cannot be shown.
pub(crate) fn disclosure_message(cx: &mut Context, record: &RoomRecord, key: &str) -> Result<Option<Vec<u8>>, Problem> {
    let internal = || Problem::new(Refusal::Internal);
    let mut mine = DISCLOSURES.get(&cx.journal, key).ok_or_else(internal)?;
    let (leaves, readers) = readers(cx, record, &mine.to)?;
    let context = own_context(cx, record).ok_or_else(internal)?;
    let secrets = epoch::epoch_secrets(cx, &record.room, context.epoch).ok_or_else(internal)?;
    let Some(presentation) = account::presentation(cx, mine.claims, &secrets.base, &context.to_bytes()) else {
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
            let request_id = cx.entropy.bytes();
            disclosure.request_id = Some(request_id);
            seal_disclosure(cx, &context, request_id, &leaves, &disclosure).ok_or_else(internal)?
        }
    };
    mine.readers = readers;
    DISCLOSURES.put(&cx.journal, key, &mine);
    let content = MimiContent::house(cx.entropy.bytes(), &context.user, &record.room, &body);
    Ok(Some(frame(&content.encode())))
}

/// Where a message of mine would be sent from now.
pub(crate) fn own_context(cx: &Context, record: &RoomRecord) -> Option<DisclosureContext> {
    let identity = cx.identity_record(&record.client)?;
    let member = &cx.groups.get(&record.room)?.member;
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
    cx: &mut Context,
    context: &DisclosureContext,
    request_id: [u8; 16],
    leaves: &[LeafIndex],
    disclosure: &Disclosure,
) -> Option<Vec<u8>> {
    let warm = cx.groups.get(&context.room)?;
    let keys = leaves.iter().map(|leaf| Some((*leaf, warm.member.encryption_key(*leaf)?))).collect::<Option<_>>()?;
    let plaintext = disclosure.encode_filled().ok()?;
    let context = sealing_context(context, request_id);
    let info = RecipientContext::disclosure_info;
    let sealed = sealing::seal(&cx.journal, &mut cx.entropy, &context, keys, info, &plaintext)?;
    let sealing::Sealed { recipients, nonce, ciphertext } = sealed;
    SealedDisclosure { request_id, recipients, nonce, ciphertext }.encode().ok()
}

/// The hub took it.
pub(crate) fn disclosure_sent(cx: &mut Context, key: &str, at: u64) {
    let Some(mut mine) = DISCLOSURES.get(&cx.journal, key) else { return };
    mine.last = at;
    if mine.state != DisclosureState::Sent {
        mine.state = DisclosureState::Sent;
        mine.at = at;
        let happening = Happening::Disclosed(mine.user.to_string());
        chat::happened_at(cx, &mine.room, &mine.client.user(), happening, at);
        // Whoever gets hold of this leaf's keys later shall not have those it was said with.
        queue::enqueue(cx, &mine.room, Intent::Refresh);
    }
    keep_disclosure(cx, key, &mine);
}

pub(crate) fn disclosure_failed(cx: &mut Context, key: &str, problem: Problem) {
    let Some(mut mine) = DISCLOSURES.get(&cx.journal, key) else { return };
    if mine.state != DisclosureState::Sent {
        mine.state = DisclosureState::Failed(problem);
    }
    keep_disclosure(cx, key, &mine);
}

/// People came in: what was said to the room is said again, once for all who come within a while.
pub(crate) fn tell_newcomers(cx: &mut Context, room: &RoomUri) {
    let Some(record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    let said = said_in(cx, &record);
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
            let soon = cx.now.0 + SOON + cx.entropy.below(SPREAD + 1);
            let again = Some(soon.max(mine.last.saturating_add(QUIET)));
            DISCLOSURES.put(&cx.journal, key, &MyDisclosureRecord { again, ..mine.clone() });
        }
    }
}

/// I am out of a room: nothing more is said there.
pub(crate) fn end_disclosures(cx: &mut Context, room: &RoomUri) {
    for (key, mut mine) in DISCLOSURES.scan(&cx.journal, &format!("{room}#")) {
        if matches!(mine.state, DisclosureState::Gathering | DisclosureState::Queued) {
            mine.state = DisclosureState::Failed(Problem::new(Refusal::RoomOver));
        }
        mine.again = None;
        mine.over = true;
        keep_disclosure(cx, &key, &mine);
    }
}

/// The moderators have a knock in which I said who I am.
pub(crate) fn disclosed_in_knock(cx: &mut Context, id: &str, knock: &KnockRecord, at: u64) {
    let (Some(claims), Some(account)) = (knock.disclose, account::account_identity(cx)) else { return };
    let readers = cx.groups.get(&knock.knock_room).map_or(0, |warm| {
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
    DISCLOSURES.put(&cx.journal, id, &disclosure);
    cx.home_changed();
}

/// When something is to be said again.
pub(crate) fn next_repetition(cx: &Context) -> Option<u64> {
    DISCLOSURES.first_number_after(&cx.journal, DUE, cx.now.0)
}

/// For the views, newest first: everything, or what I said in a room under my present name.
pub(crate) fn my_disclosures(cx: &Context, present: Option<&RoomRecord>) -> Vec<MyDisclosure> {
    let said = match present {
        Some(record) => said_in(cx, record),
        None => DISCLOSURES.all(&cx.journal),
    };
    let mut shown: Vec<_> = said.into_iter().map(|(id, mine)| mine.shown(id)).collect();
    shown.sort_by_key(|mine| core::cmp::Reverse(mine.at));
    shown
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
