//! The request to connect: who asks, proven, and KeyPackages of the name under which they will talk. Made for one epoch of
//! the room in which it is said, and looked at as a whole by who is asked, or not shown.

use doorstep_content::{ConnectAccept, ConnectRequest, HouseMessage, MimiContent, frame};
use doorstep_credential::{CredentialIn, LeafKey};
use doorstep_mls::{IncomingApplication, KeyPackageView};
use doorstep_page_api::view::{DisclosedTo, Problem};
use doorstep_wire::{
    IdentifierUri, Refusal, UserUri,
    ext::{disclosure_context::DisclosureContext, kp_usage::KpUsage, second_pseudonym::SecondPseudonym},
};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_bytes::ByteBuf;
use tls_codec::VLByteVec;

use crate::{
    connection::answering,
    context::Context,
    disclosure::{hearing, saying},
    group::epoch,
    identity::account,
    issuers::{self, NotTaken},
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
    let sign = |reference: &[u8]| Some(second.sign(&proof(&encoded, ask.request_id, &ask.user, reference)?));
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
    check_packages(cx, &request, &me, &context.to_bytes())?;
    let at = record.dated(at, cx.now).0.min(cx.now.0);
    let request = ContactRequestRecord {
        request_id: request.request_id,
        room: record.room.clone(),
        who,
        greeting: request.greeting,
        at,
        reply_to: request.reply_to,
        packages: request.key_packages.into_iter().map(ByteBuf::from).collect(),
        expires: request.expires.saturating_mul(1000),
        ticket: request.ticket,
        hash: ConnectAccept::request_hash(body),
        state: ContactState::Open,
    };
    answering::asked(cx, &id, request)
}

/// Every package is for any room, of the pseudonym named, vouched for, and proven to be the sender's own.
fn check_packages(
    cx: &mut Context,
    request: &ConnectRequest,
    recipient: &UserUri,
    context: &[u8],
) -> Result<(), NotTaken> {
    for (package, signature) in request.key_packages.iter().zip(&request.signatures) {
        let view = KeyPackageView::decode(package).map_err(|_| NotTaken::Useless)?;
        let credential = CredentialIn::decode(&view.credential).map_err(|_| NotTaken::Useless)?;
        let issuer = credential.issuer().clone();
        let Some(keys) = issuers::issuer_key_set(cx, &issuer) else { return Err(NotTaken::NeedsIssuer(issuer)) };
        let verified = match credential.verify(&keys, &view.signature_key, cx.now) {
            Ok(verified) => verified,
            Err(error) if issuers::wants_newer(cx, &issuer, &error) => return Err(NotTaken::NeedsIssuer(issuer)),
            Err(_) => return Err(NotTaken::Useless),
        };
        let signed = proof(context, request.request_id, recipient, &view.reference).ok_or(NotTaken::Useless)?;
        let key = VerifyingKey::try_from(view.signature_key.as_slice()).map_err(|_| NotTaken::Useless)?;
        let proven = key.verify_strict(&signed, &Signature::from_bytes(signature)).is_ok();
        let fits = view.usage == KpUsage::Any && !view.last_resort && verified.user.is_pseudonym_path();
        if !proven || !fits || verified.user != request.reply_to {
            return Err(NotTaken::Useless);
        }
    }
    Ok(())
}

/// What the leaf key of a KeyPackage signs, to prove that it is the asker's to give away.
fn proof(context: &[u8], request_id: [u8; 16], recipient: &UserUri, reference: &[u8]) -> Option<Vec<u8>> {
    SecondPseudonym {
        disclosure_context: VLByteVec::from(context),
        request_id,
        recipient: IdentifierUri::from(recipient.clone()),
        kp_ref: VLByteVec::from(reference),
    }
    .to_be_signed()
    .ok()
}
