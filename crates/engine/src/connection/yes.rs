//! The yes: said first in the room for two, by who was asked, to who asked. Only with it is the room what it seems to be.

use doorstep_content::{ConnectAccept, HouseMessage, MimiContent, frame};
use doorstep_mls::IncomingApplication;
use doorstep_page_api::view::{Claims, DiscloseTo, Disclosed, DisclosedTo, Notice, Problem};
use doorstep_wire::{Refusal, UserUri, ext::disclosure_context::DisclosureContext};

use crate::{
    connection::{answering, asking},
    context::Context,
    disclosure::{hearing, saying},
    group::epoch,
    identity::account,
    issuers::NotTaken,
    record::{
        ASKS, AskState, CONTACT_REQUESTS, ContactState, DISCLOSURES, DisclosureState, MyDisclosureRecord, PAIRS,
        PairRecord, RoomRecord, disclosure_key, labels::OPEN,
    },
};

/// It is still to be said.
pub(crate) fn is_wanted(cx: &Context, id: &str) -> bool {
    CONTACT_REQUESTS.get(&cx.journal, id).is_some_and(|request| matches!(request.state, ContactState::Answering { .. }))
}

/// The framed content of the message, for the epoch the room is in. None while the account cannot be shown.
pub(crate) fn message(cx: &mut Context, record: &RoomRecord, id: &str) -> Result<Option<Vec<u8>>, Problem> {
    let internal = || Problem::new(Refusal::Internal);
    let Some(request) = CONTACT_REQUESTS.get(&cx.journal, id) else { return Ok(None) };
    if !matches!(request.state, ContactState::Answering { .. }) {
        return Ok(None);
    }
    let context = saying::own_context(cx, record).ok_or_else(internal)?;
    let secrets = epoch::epoch_secrets(cx, &record.room, context.epoch).ok_or_else(internal)?;
    // Who was asked is known by their account, and shows that it is theirs.
    let presentation = account::presentation(cx, Claims::default(), &secrets.base, &context.to_bytes());
    let Some(presentation) = presentation else {
        return account::account_refused(cx).map_or(Ok(None), |word| Err(Problem::new(word)));
    };
    let body = ConnectAccept {
        request_id: request.request_id,
        presentations: vec![presentation],
        epoch: context.epoch,
        leaf_index: context.leaf_index,
        ticket: None,
        accepter: context.user.clone(),
        request_hash: request.hash,
    };
    let body = body.encode().map_err(|_| internal())?;
    let content = MimiContent::house(cx.entropy.bytes(), &context.user, &record.room, &body);
    Ok(Some(frame(&content.encode())))
}

/// The hub took it: what I said about myself there is listed with the rest.
pub(crate) fn said(cx: &mut Context, record: &RoomRecord, at: u64) {
    known_as(cx, record, Claims::default(), at);
}

/// Who is in the room knows who I am.
fn known_as(cx: &mut Context, record: &RoomRecord, claims: Claims, at: u64) {
    let Some(account) = account::account_identity(cx) else { return };
    let told = MyDisclosureRecord {
        room: record.room.clone(),
        room_name: record.name.clone(),
        client: record.client.clone(),
        user: account.user,
        to: DiscloseTo::Room,
        claims,
        readers: 1,
        in_knock: false,
        at,
        last: at,
        again: None,
        over: false,
        state: DisclosureState::Sent,
    };
    let key = disclosure_key(&record.room, cx.entropy.bytes());
    DISCLOSURES.put(&cx.journal, &key, &told);
}

/// Somebody says yes in a room that they made with my second pseudonym.
pub(crate) fn came(
    cx: &mut Context,
    record: &RoomRecord,
    message: &IncomingApplication,
    (user, key): (&UserUri, [u8; 32]),
    body: &[u8],
    at: u64,
) -> Result<(), NotTaken> {
    let Ok(HouseMessage::ConnectAccept(yes)) = HouseMessage::decode(body) else { return Err(NotTaken::Useless) };
    let mut open = ASKS.having(&cx.journal, OPEN).into_iter();
    let let_in = open.find(|(_, ask)| matches!(&ask.state, AskState::LetIn { room, .. } if *room == record.room));
    let (id, ask) = let_in.ok_or(NotTaken::Useless)?;
    let AskState::LetIn { hash, .. } = ask.state else { return Err(NotTaken::Useless) };
    let belongs = yes.epoch == message.epoch && yes.leaf_index == message.sender && yes.accepter == *user;
    if !belongs || yes.request_id != ask.request_id || yes.request_hash != hash {
        return Err(NotTaken::Useless);
    }
    let warm = cx.groups.get(&record.room).ok_or(NotTaken::Useless)?;
    let context = DisclosureContext {
        room: record.room.clone(),
        group_id: warm.member.group_id().to_vec(),
        epoch: message.epoch,
        leaf_index: message.sender,
        leaf_signature_key: key.to_vec(),
        user: user.clone(),
    };
    let who: Disclosed = hearing::who(cx, &yes.presentations, record, &context, DisclosedTo::Room, at)?;
    // Whoever handed the KeyPackages on cannot stand here in the place of whom I asked.
    if who.user != ask.user.as_str() {
        return Err(NotTaken::Useless);
    }
    hearing::keep(cx, &record.room, user, key, who, at);
    // They have known me since I asked.
    known_as(cx, record, ask.claims, at);
    PAIRS.put(&cx.journal, record.room.as_str(), &PairRecord { with: ask.user.clone(), proven: true });
    asking::connected(cx, &id, &record.room);
    answering::connected_otherwise(cx, &ask.user, &record.room);
    cx.notice(Notice::Connected { room: record.room.to_string(), who: ask.user.to_string() });
    cx.room_changed(&record.room);
    Ok(())
}
