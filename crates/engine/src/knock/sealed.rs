//! The sealed knock: written for the moderators alone, with keys from their leaves, and read by one of them.

use doorstep_content::{Knock, MimiContent, SealedKnock, frame};
use doorstep_credential::LeafKey;
use doorstep_page_api::view::RequestState;
use doorstep_wire::{
    Epoch, IdentifierUri, LeafIndex, RoomUri, UserUri,
    ext::{
        disclosure_context::DisclosureContext,
        knock::{KnockContext, RecipientContext},
        kp_usage::KpUsage,
    },
};
use serde_bytes::ByteBuf;
use tls_codec::VLByteVec;

use crate::{
    context::Context,
    disclosure::hearing,
    group::{WarmRoom, epoch, sealing, second_pseudonym::Bound},
    identity::account,
    issuers::NotTaken,
    record::{KNOCK_KEYS, KnockRecord, Package, RequestRecord},
};

/// The framed content of the message to the knock room: the knock, sealed to every moderator that carries a key.
pub(crate) fn sealed_knock(cx: &mut Context, knock: &KnockRecord) -> Option<Vec<u8>> {
    let second = LeafKey::from_seed(&cx.identity_record(&knock.client)?.seed);
    let context = knock_context(cx, knock)?;
    let inner = inner_knock(cx, knock, &context, &second)?;
    let warm = cx.groups.get(&knock.knock_room)?;
    let keys = doorstep_membership::knock_recipients(&warm.state, &warm.roster, &warm.member);
    let info = RecipientContext::info;
    let sealed = sealing::seal(&cx.journal, &mut cx.entropy, &context, keys, info, &inner)?;
    let sealing::Sealed { recipients, nonce, ciphertext } = sealed;
    let body = SealedKnock { request_id: knock.request_id, recipients, nonce, ciphertext }.encode().ok()?;
    let salt = cx.entropy.bytes();
    let content = MimiContent::house(salt, &knock.visitor.user(), &knock.knock_room, &body);
    Some(frame(&content.encode()))
}

fn knock_context(cx: &Context, knock: &KnockRecord) -> Option<KnockContext> {
    let warm = cx.groups.get(&knock.knock_room)?;
    Some(KnockContext {
        room: knock.knock_room.clone(),
        group_id: VLByteVec::from(warm.member.group_id()),
        epoch: warm.member.epoch(),
        sender_leaf: warm.member.own_leaf(),
        sender_user: knock.visitor.user(),
        request_id: knock.request_id,
    })
}

fn inner_knock(cx: &Context, knock: &KnockRecord, context: &KnockContext, second: &LeafKey) -> Option<Vec<u8>> {
    let pack = knock.state.pack()?;
    let visitor = cx.identity_record(&knock.visitor)?;
    let disclosure = disclosure_context(context, &LeafKey::from_seed(&visitor.seed).public());
    let bound = bound(&disclosure, knock.request_id, &knock.target)?;
    let sign = |package: &Package| Some(second.sign(&bound.content(&package.reference)?));
    let signatures = pack.packages.iter().map(sign).collect::<Option<_>>()?;
    let presentations = match knock.disclose {
        None => Vec::new(),
        Some(claims) => {
            let secrets = epoch::epoch_secrets(cx, &context.room, context.epoch)?;
            vec![account::presentation(cx, claims, &secrets.base, &disclosure)?]
        }
    };
    let inner = Knock {
        request_id: knock.request_id,
        presentations,
        epoch: context.epoch,
        leaf_index: context.sender_leaf,
        reply_to: knock.user(),
        key_packages: pack.packages.iter().map(|package| package.bytes.to_vec()).collect(),
        note: knock.note.clone(),
        expires: pack.expires / 1000,
        ticket: None,
        target_room: knock.target.clone(),
        answer_key: knock.answer_key,
        signatures,
        link: knock.link,
    };
    inner.encode().ok()
}

/// A moderator reads a knock: opens it, checks that everything in it belongs together, and keeps the request.
pub(crate) fn open_knock(
    cx: &mut Context,
    warm: &WarmRoom,
    room: &RoomUri,
    target: &RoomUri,
    (sender_leaf, sender_user, sender_key, epoch): (LeafIndex, &UserUri, [u8; 32], Epoch),
    body: &[u8],
    at: u64,
) -> Result<RequestRecord, NotTaken> {
    let sealed = SealedKnock::decode(body).map_err(|_| NotTaken::Useless)?;
    let own = warm.member.own_leaf();
    let entry = sealed.sealed_to(own).ok_or(NotTaken::Useless)?;
    let context = KnockContext {
        room: room.clone(),
        group_id: VLByteVec::from(warm.member.group_id()),
        epoch,
        sender_leaf,
        sender_user: sender_user.clone(),
        request_id: sealed.request_id,
    };
    let keys = KNOCK_KEYS.all(&cx.journal).into_iter().filter(|(_, key)| key.room == *room);
    let inner = sealing::open(
        keys.map(|(_, key)| key.secret),
        context.clone(),
        entry,
        RecipientContext::info,
        (sealed.nonce, &sealed.ciphertext),
    )
    .ok_or(NotTaken::Useless)?;
    let knock = sealed.read_opened(&inner).map_err(|_| NotTaken::Useless)?;
    if knock.epoch != epoch || knock.leaf_index != sender_leaf || knock.target_room != *target {
        return Err(NotTaken::Useless);
    }
    let disclosure = disclosure_context(&context, &sender_key);
    let usage = KpUsage::RoomBound(target.clone());
    let bound = bound(&disclosure, knock.request_id, target).ok_or(NotTaken::Useless)?;
    let packages = (knock.key_packages.as_slice(), knock.signatures.as_slice());
    let usable_until = bound.check(cx, packages, &knock.reply_to, &usage)?;
    let (disclosed, warning) = hearing::knocker(cx, warm, room, &knock, &disclosure, at)?;
    Ok(RequestRecord {
        request_id: knock.request_id,
        target: target.clone(),
        user: knock.reply_to,
        note: knock.note,
        link: knock.link,
        at,
        // The knocker says when; nobody can let them in later than that, and then the row may go.
        expires: knock.expires.saturating_mul(1000).min(usable_until),
        packages: knock.key_packages.into_iter().map(ByteBuf::from).collect(),
        answer_key: knock.answer_key,
        disclosed,
        warning,
        state: RequestState::Open,
    })
}

/// The encoded context of the message that carries a knock, for [`SecondPseudonym`].
fn disclosure_context(context: &KnockContext, sender_key: &[u8]) -> Vec<u8> {
    DisclosureContext {
        room: context.room.clone(),
        group_id: context.group_id.as_slice().to_vec(),
        epoch: context.epoch,
        leaf_index: context.sender_leaf,
        leaf_signature_key: sender_key.to_vec(),
        user: context.sender_user.clone(),
    }
    .to_bytes()
}

/// To what the packages of a knock are bound.
fn bound<'a>(disclosure: &'a [u8], request_id: [u8; 16], target: &RoomUri) -> Option<Bound<'a>> {
    let recipient = IdentifierUri::from_canonical(target.as_str()).ok()?;
    Some(Bound { disclosure, request_id, recipient })
}
