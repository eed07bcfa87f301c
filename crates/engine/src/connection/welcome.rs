//! Welcomes that a connection explains: into a room in which somebody asks me, and into the room that whoever I asked has made.
//! One that nothing explains is not taken, and counted where a person can find it.

use doorstep_client_api::http::MailboxItem;
use doorstep_page_api::view::AskedBy;
use doorstep_policy::RoomState;
use doorstep_wire::{Body as _, UserUri, ext::policy::RoomPurpose, mls_message::WireFormat, notify::FanoutMessage};

use crate::{
    connection::{asking, packages, settings},
    context::Context,
    group::{self, welcomed},
    identity,
    issuers::NotTaken,
    record::{
        AskState, ConnectionRole, Intent, PAIRS, PairRecord, ROOMS, RoomKind, RoomRecord, TURNED_AWAY, Use,
        believed_at_first, labels::ASKED,
    },
    room::queue,
};

/// Welcomes that nothing explained are counted up to this.
const COUNTED_AT_MOST: usize = 1000;
/// Rooms in which somebody may ask me at the same time.
const AT_MOST: usize = 300;

pub(crate) fn welcome_came(cx: &mut Context, item: &MailboxItem, fanout: &FanoutMessage) -> Result<(), NotTaken> {
    if ROOMS.get(&cx.journal, item.room.as_str()).is_some() {
        return Err(NotTaken::Useless);
    }
    if asking::ask_of(cx, &item.to).is_some() {
        return let_in(cx, item, fanout);
    }
    match cx.identity_record(&item.to).map(|identity| identity.used) {
        Some(Use::Contact) => asked(cx, item, fanout),
        _ => Err(NotTaken::Useless),
    }
}

/// Somebody wants to ask me. Nothing is shown before they have said who they are, and nothing is done that they would see.
fn asked(cx: &mut Context, item: &MailboxItem, fanout: &FanoutMessage) -> Result<(), NotTaken> {
    let asked = ROOMS.having(&cx.journal, ASKED).len();
    if settings::contact(cx).asked_by == AskedBy::Nobody || asked >= AT_MOST {
        return Err(NotTaken::Useless);
    }
    let me = item.to.user();
    let opened = welcomed::open(cx, item, fanout, |state| {
        matches!(state.purpose(), RoomPurpose::Connection { .. }) && is_for_two(state, &me)
    })?;
    let kind = RoomKind::Connection(ConnectionRole::Asked);
    let record = RoomRecord {
        kind,
        ..RoomRecord::entered(
            item.room.clone(),
            opened.group,
            item.to.clone(),
            String::new(),
            believed_at_first(fanout.timestamp.0, cx.now).0,
        )
    };
    ROOMS.put(&cx.journal, item.room.as_str(), &record);
    group::keep_warm(cx, &item.room, opened.warm);
    packages::used(cx, item.body.as_slice());
    Ok(())
}

/// Whoever I asked, or somebody who got hold of what I said to them, has made a room.
fn let_in(cx: &mut Context, item: &MailboxItem, fanout: &FanoutMessage) -> Result<(), NotTaken> {
    let (id, _) = asking::ask_of(cx, &item.to).ok_or(NotTaken::Useless)?;
    // They have heard it, whatever became of the hub's answer that it was taken.
    asking::said(cx, &id, cx.now);
    let (id, mut ask) = asking::ask_of(cx, &item.to).ok_or(NotTaken::Useless)?;
    let AskState::Waiting { hash, sent, .. } = ask.state else { return Err(NotTaken::Useless) };
    let me = item.to.user();
    let opened =
        welcomed::open(cx, item, fanout, |state| *state.purpose() == RoomPurpose::Standard && is_for_two(state, &me))?;
    let entered = RoomRecord::entered(
        item.room.clone(),
        opened.group,
        item.to.clone(),
        String::new(),
        believed_at_first(fanout.timestamp.0, cx.now).0,
    );
    ROOMS.put(&cx.journal, item.room.as_str(), &entered);
    group::keep_warm(cx, &item.room, opened.warm);
    identity::use_for(cx, &item.to, Use::Room(item.room.clone()));
    PAIRS.put(&cx.journal, item.room.as_str(), &PairRecord { with: ask.user.clone(), proven: false });
    let since = cx.now.0;
    ask.state = AskState::LetIn { room: item.room.clone(), hash, sent, since };
    asking::keep(cx, &id, &ask);
    // A leaf that came by KeyPackage gets a path of its own soon: its first keys travelled.
    queue::enqueue(cx, &item.room, Intent::Refresh);
    Ok(())
}

/// Exactly one other is in it, and nobody can come in behind us by themselves.
fn is_for_two(state: &RoomState, me: &UserUri) -> bool {
    let people: Vec<_> = state.participants().iter().map(|listed| &listed.user).collect();
    people.len() == 2 && people.contains(&me) && state.settings().base.max_users == Some(2)
}

/// An item was not taken. If it was a Welcome that nothing explains, a person can see that there was one.
pub(crate) fn turned_away(cx: &mut Context, item: &MailboxItem) {
    let fanout = FanoutMessage::decode(item.body.as_slice());
    let welcome = fanout.is_ok_and(|fanout| fanout.message.wire_format() == WireFormat::Welcome);
    let theirs = cx
        .identity_record(&item.to)
        .is_some_and(|identity| matches!(identity.used, Use::Contact | Use::Ask(_) | Use::Account));
    let known = ROOMS.get(&cx.journal, item.room.as_str()).is_some();
    let counted = TURNED_AWAY.all(&cx.journal);
    let new = counted.len() < COUNTED_AT_MOST && counted.iter().all(|(room, _)| room != item.room.as_str());
    if welcome && theirs && !known && new {
        TURNED_AWAY.put(&cx.journal, item.room.as_str(), &cx.now.0);
        cx.home_changed();
    }
}
