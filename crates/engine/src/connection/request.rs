//! The request to connect: who asks, proven, and KeyPackages of the name under which they will talk. Made for one epoch of
//! the room in which it is said, and looked at as a whole by who is asked, or not shown.

use doorstep_content::{ConnectAccept, ConnectRequest, HouseMessage, MimiContent, frame};
use doorstep_credential::LeafKey;
use doorstep_mls::IncomingApplication;
use doorstep_page_api::view::{DisclosedTo, Problem};
use doorstep_wire::{
    Refusal, UserUri,
    ext::{disclosure_context::DisclosureContext, kp_usage::KpUsage},
};
use serde_bytes::ByteBuf;

use crate::{
    connection::answering,
    context::Context,
    disclosure::{hearing, saying},
    group::{epoch, second_pseudonym::Bound},
    identity::account,
    issuers::NotTaken,
    record::{ASKS, AskState, CONTACT_REQUESTS, ContactRequestRecord, ContactState, RoomRecord},
    text::hex,
};

/// It is still to be said.
pub(crate) fn is_wanted(cx: &Context, id: &str) -> bool {
    ASKS.get(&cx.journal, id).is_some_and(|ask| matches!(ask.state, AskState::Saying { .. }))
}

/// The framed content of the message, for the epoch the room is in. None while the account cannot be shown.
pub(crate) fn message(cx: &mut Context, record: &RoomRecord, id: &str) -> Result<Option<Vec<u8>>, Problem> {
    let internal = || Problem::new(Refusal::Internal);
    let mut ask = ASKS.get(&cx.journal, id).ok_or_else(internal)?;
    let AskState::Saying { pack, .. } = &ask.state else { return Ok(None) };
    let context = saying::own_context(cx, record).ok_or_else(internal)?;
    let secrets = epoch::epoch_secrets(cx, &record.room, context.epoch).ok_or_else(internal)?;
    let encoded = context.to_bytes();
    let Some(presentation) = account::presentation(cx, ask.claims, &secrets.base, &encoded) else {
        return account::account_refused(cx).map_or(Ok(None), |word| Err(Problem::new(word)));
    };
    let second = LeafKey::from_seed(&cx.identity_record(&ask.second).ok_or_else(internal)?.seed);
    let bound = Bound { disclosure: &encoded, request_id: ask.request_id, recipient: ask.user.clone().into() };
    let sign = |reference: &[u8]| Some(second.sign(&bound.content(reference)?));
    let signatures = pack.packages.iter().map(|package| sign(&package.reference)).collect::<Option<_>>();
    let body = ConnectRequest {
        request_id: ask.request_id,
        presentations: vec![presentation],
        epoch: context.epoch,
        leaf_index: context.leaf_index,
        reply_to: ask.second.user(),
        key_packages: pack.packages.iter().map(|package| package.bytes.to_vec()).collect(),
        greeting: ask.greeting.clone(),
        expires: pack.expires / 1000,
        ticket: None,
        signatures: signatures.ok_or_else(internal)?,
    };
    let body = body.encode().map_err(|_| internal())?;
    ask.state = AskState::Saying { pack: pack.clone(), hash: Some(ConnectAccept::request_hash(&body)) };
    ASKS.put(&cx.journal, id, &ask);
    let content = MimiContent::house(cx.entropy.bytes(), &context.user, &record.room, &body);
    Ok(Some(frame(&content.encode())))
}

/// Somebody asks me.
pub(crate) fn came(
    cx: &mut Context,
    record: &RoomRecord,
    message: &IncomingApplication,
    (user, key): (&UserUri, [u8; 32]),
    body: &[u8],
    at: u64,
) -> Result<(), NotTaken> {
    let Ok(HouseMessage::ConnectRequest(request)) = HouseMessage::decode(body) else { return Err(NotTaken::Useless) };
    let id = hex(&request.request_id);
    let warm = cx.groups.get(&record.room).ok_or(NotTaken::Useless)?;
    let belongs = request.epoch == message.epoch && request.leaf_index == message.sender;
    if !belongs || CONTACT_REQUESTS.get(&cx.journal, &id).is_some() {
        return Err(NotTaken::Useless);
    }
    let context = DisclosureContext {
        room: record.room.clone(),
        group_id: warm.member.group_id().to_vec(),
        epoch: message.epoch,
        leaf_index: message.sender,
        leaf_signature_key: key.to_vec(),
        user: user.clone(),
    };
    let who = hearing::who(cx, &request.presentations, record, &context, DisclosedTo::Me, at)?;
    let me = record.client.user();
    if !request.reply_to.is_pseudonym_path() {
        return Err(NotTaken::Useless);
    }
    let encoded = context.to_bytes();
    let bound = Bound { disclosure: &encoded, request_id: request.request_id, recipient: me.into() };
    let packages = (request.key_packages.as_slice(), request.signatures.as_slice());
    let usable_until = bound.check(cx, packages, &request.reply_to, &KpUsage::Any)?;
    let at = record.dated(at, cx.now).0.min(cx.now.0);
    let request = ContactRequestRecord {
        request_id: request.request_id,
        room: record.room.clone(),
        who,
        greeting: request.greeting,
        at,
        reply_to: request.reply_to,
        packages: request.key_packages.into_iter().map(ByteBuf::from).collect(),
        expires: request.expires.saturating_mul(1000).min(usable_until),
        ticket: request.ticket,
        hash: ConnectAccept::request_hash(body),
        state: ContactState::Open,
    };
    answering::asked(cx, &id, request)
}
