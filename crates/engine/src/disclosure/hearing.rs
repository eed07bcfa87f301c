//! Others say who they are: opened if it is sealed to me, verified, and kept for as long as the leaf that said it is in
//! the room. What does not hold is shown to nobody.

use doorstep_content::{Disclosure, HouseMessage, Knock, Presentation, SealedDisclosure};
use doorstep_credential::{DisclosureBinding, DisclosureIn, VerifiedDisclosure};
use doorstep_mls::{IncomingApplication, KeyPackageView};
use doorstep_page_api::view::{Disclosed, DisclosedTo, Happening, RoomDisclosure};
use doorstep_wire::ext::door::DisclosurePolicy;
use doorstep_wire::{
    Capability, Epoch, ProviderDomain, Refusal, RoomUri, UserUri,
    ext::{disclosure_context::DisclosureContext, knock::RecipientContext},
    room::Optionality,
};

use serde_bytes::ByteBuf;

use crate::{
    chat,
    context::Context,
    disclosure::saying::{self, sealing_context},
    group::{WarmRoom, epoch, sealing},
    issuers::{self, NotTaken},
    record::{ARRIVALS, DISCLOSED, DisclosedRecord, DisclosureState, ROOMS, RequestRecord, RoomRecord},
};

/// Why a presentation shows nobody.
enum Unproven {
    /// It does not hold.
    Wrong,
    /// Whether it holds cannot be said without these keys.
    NeedsIssuer(ProviderDomain),
}

/// A message of our own kind in a room to talk in.
pub(crate) fn take_house(
    cx: &mut Context,
    record: &RoomRecord,
    message: &IncomingApplication,
    (user, key): (&UserUri, [u8; 32]),
    body: &[u8],
    at: u64,
) -> Result<(), NotTaken> {
    let warm = cx.groups.get(&record.room).ok_or(NotTaken::Useless)?;
    let context = DisclosureContext {
        room: record.room.clone(),
        group_id: warm.member.group_id().to_vec(),
        epoch: message.epoch,
        leaf_index: message.sender,
        leaf_signature_key: key.to_vec(),
        user: user.clone(),
    };
    match HouseMessage::decode(body).map_err(|_| NotTaken::Useless)? {
        HouseMessage::Disclosure(disclosure) if disclosure.request_id.is_none() => {
            take_disclosure(cx, record, &context, key, &disclosure, DisclosedTo::Room, at)
        }
        HouseMessage::SealedDisclosure(sealed) => match open_disclosure(cx, record, &context, &sealed) {
            Some((disclosure, to)) => take_disclosure(cx, record, &context, key, &disclosure, to, at),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Opens what is sealed to me; nothing to see for everybody else.
fn open_disclosure(
    cx: &Context,
    record: &RoomRecord,
    context: &DisclosureContext,
    sealed: &SealedDisclosure,
) -> Option<(Disclosure, DisclosedTo)> {
    let warm = cx.groups.get(&record.room)?;
    let entry = sealed.sealed_to(warm.member.own_leaf())?;
    let secrets = epoch::epoch_secrets(cx, &record.room, context.epoch)?;
    let opened = sealing::open(
        [secrets.leaf_secret],
        sealing_context(context, sealed.request_id),
        entry,
        RecipientContext::disclosure_info,
        (sealed.nonce, &sealed.ciphertext),
    )?;
    let me = record.client.user();
    let mut readers = sealed.recipients.iter().map(|entry| warm.roster.get(entry.leaf));
    let alone = readers.all(|leaf| leaf.is_some_and(|leaf| leaf.user == me));
    let to = if alone { DisclosedTo::Me } else { DisclosedTo::Admins };
    Some((sealed.read_opened(&opened).ok()?, to))
}

fn take_disclosure(
    cx: &mut Context,
    record: &RoomRecord,
    context: &DisclosureContext,
    leaf_key: [u8; 32],
    disclosure: &Disclosure,
    to: DisclosedTo,
    at: u64,
) -> Result<(), NotTaken> {
    let warm = cx.groups.get(&record.room).ok_or(NotTaken::Useless)?;
    let by = &context.user;
    let still_there = warm
        .roster
        .get(context.leaf_index)
        .is_some_and(|leaf| leaf.user == *by && leaf.signature_key == leaf_key && by.is_pseudonym_path());
    let belongs = disclosure.epoch == context.epoch && disclosure.leaf_index == context.leaf_index;
    if !still_there || !belongs || warm.disclosure() == Optionality::Forbidden {
        return Err(NotTaken::Useless);
    }
    let verified = match verified(cx, &disclosure.presentations, &record.room, context.epoch, context, at) {
        Ok(verified) => verified,
        Err(Unproven::Wrong) => return Err(NotTaken::Useless),
        Err(Unproven::NeedsIssuer(issuer)) => return Err(NotTaken::NeedsIssuer(issuer)),
    };
    let key = disclosed_key(&record.room, by, to);
    let mut shown = shown(verified, to, at);
    let before = DISCLOSED.get(&cx.journal, &key).filter(|before| before.leaf_key == leaf_key);
    let news = match before {
        // Said again for those who came later: it is as old as it was.
        Some(before) if Disclosed { at, ..before.shown.clone() } == shown => {
            shown.at = before.shown.at;
            false
        }
        _ => true,
    };
    let user = shown.user.clone();
    DISCLOSED.put(&cx.journal, &key, &DisclosedRecord { by: by.clone(), leaf_key, shown });
    if news {
        chat::happened_at(cx, &record.room, by, Happening::Disclosed(user), at);
    }
    cx.room_changed(&record.room);
    Ok(())
}

/// Who somebody is who knocks, or what is the matter with their word for it.
pub(crate) fn knocker(
    cx: &Context,
    warm: &WarmRoom,
    room: &RoomUri,
    knock: &Knock,
    context: &[u8],
    at: u64,
) -> Result<(Option<Disclosed>, Option<Refusal>), NotTaken> {
    if knock.presentations.is_empty() {
        return Ok((None, None));
    }
    let context = DisclosureContext::decode(context).map_err(|_| NotTaken::Useless)?;
    if warm.disclosure() == Optionality::Forbidden {
        return Ok((None, Some(Refusal::DisclosureForbidden)));
    }
    match verified(cx, &knock.presentations, room, knock.epoch, &context, at) {
        Ok(verified) => Ok((Some(shown(verified, DisclosedTo::Admins, at)), None)),
        Err(Unproven::NeedsIssuer(issuer)) if !issuers::is_nobody(cx, &issuer) => Err(NotTaken::NeedsIssuer(issuer)),
        Err(_) => Ok((None, Some(Refusal::IdentityUnproven))),
    }
}

/// Who a message shows its sender to be; nobody, and it is not taken, if that does not hold.
pub(crate) fn who(
    cx: &Context,
    presentations: &[Presentation],
    record: &RoomRecord,
    context: &DisclosureContext,
    to: DisclosedTo,
    at: u64,
) -> Result<Disclosed, NotTaken> {
    match verified(cx, presentations, &record.room, context.epoch, context, at) {
        Ok(verified) => Ok(shown(verified, to, at)),
        Err(Unproven::Wrong) => Err(NotTaken::Useless),
        Err(Unproven::NeedsIssuer(issuer)) => Err(NotTaken::NeedsIssuer(issuer)),
    }
}

/// Somebody in a room has proven with a message who they are.
pub(crate) fn keep(cx: &mut Context, room: &RoomUri, by: &UserUri, leaf_key: [u8; 32], shown: Disclosed, at: u64) {
    let user = shown.user.clone();
    let record = DisclosedRecord { by: by.clone(), leaf_key, shown };
    DISCLOSED.put(&cx.journal, &disclosed_key(room, by, record.shown.to), &record);
    chat::happened_at(cx, room, by, Happening::Disclosed(user), at);
}

/// Somebody was let in who said in their knock who they are: for me, who read it, they are that in the room too. The
/// KeyPackages were proven to be the knocker's own, so it holds for a leaf with one of their keys.
pub(crate) fn let_in_with_name(cx: &mut Context, request: &RequestRecord) {
    if let Some(shown) = &request.disclosed {
        proven_before(cx, &request.target, &request.user, &request.packages, shown);
    }
}

/// Somebody is in a room now by KeyPackages that were proven to be theirs when they said who they are: so is their leaf.
pub(crate) fn proven_before(cx: &mut Context, room: &RoomUri, user: &UserUri, packages: &[ByteBuf], shown: &Disclosed) {
    let Some(warm) = cx.groups.get(room) else { return };
    let packages = packages.iter().filter_map(|package| KeyPackageView::decode(package).ok());
    let proven: Vec<Vec<u8>> = packages.map(|package| package.signature_key).collect();
    let mut leaves = warm.roster.leaves_of(user).map(|(_, leaf)| &leaf.signature_key);
    let Some(leaf_key) = leaves.find(|key| proven.contains(key)) else { return };
    let Ok(leaf_key) = <[u8; 32]>::try_from(leaf_key.as_slice()) else { return };
    let key = disclosed_key(room, user, shown.to);
    let record = DisclosedRecord { by: user.clone(), leaf_key, shown: shown.clone() };
    DISCLOSED.put(&cx.journal, &key, &record);
}

/// One presentation of type 1, bound to this message, by an account whose issuer is known. `at`: when the hub took
/// the message, so that whoever catches up late judges like those who were there; as far as a hub's time is believed,
/// or it could make a word that has ended hold again.
fn verified(
    cx: &Context,
    presentations: &[Presentation],
    room: &RoomUri,
    epoch: Epoch,
    context: &DisclosureContext,
    at: u64,
) -> Result<VerifiedDisclosure, Unproven> {
    let [presentation] = presentations else { return Err(Unproven::Wrong) };
    let token = presentation.token().map_err(|_| Unproven::Wrong)?;
    let presented = DisclosureIn::decode(token).map_err(|_| Unproven::Wrong)?;
    let issuer = presented.issuer();
    let keys = issuers::issuer_key_set(cx, issuer).ok_or_else(|| Unproven::NeedsIssuer(issuer.clone()))?;
    let secrets = epoch::epoch_secrets(cx, room, epoch).ok_or(Unproven::Wrong)?;
    let binding = DisclosureBinding::new(&secrets.base, &context.to_bytes());
    let record = ROOMS.get(&cx.journal, room.as_str()).ok_or(Unproven::Wrong)?;
    presented.verify(&keys, &binding, record.believed(at, cx.now)).map_err(|error| {
        if issuers::wants_newer(cx, issuer, &error) { Unproven::NeedsIssuer(issuer.clone()) } else { Unproven::Wrong }
    })
}

/// After a commit: who is not there any more has proven nothing, and who is new has a while to do it.
pub(crate) fn people_changed(cx: &mut Context, room: &RoomUri, came: &[UserUri], now_required: bool, at: u64) {
    let Some(warm) = cx.groups.get(room) else { return };
    for (key, known) in DISCLOSED.scan(&cx.journal, &format!("{room}#")) {
        let mut leaves = warm.roster.leaves_of(&known.by);
        if !leaves.any(|(_, leaf)| leaf.signature_key == known.leaf_key) {
            DISCLOSED.delete(&cx.journal, &key);
        }
    }
    if now_required {
        ARRIVALS.put(&cx.journal, &arrival_key(room, ""), &at);
    }
    if warm.disclosure() == Optionality::Required {
        for user in came {
            ARRIVALS.put(&cx.journal, &arrival_key(room, user.as_str()), &at);
        }
    }
}

/// I am out: what others proved to me there goes.
pub(crate) fn forget_disclosed(cx: &mut Context, room: &RoomUri) {
    for (key, _) in DISCLOSED.scan(&cx.journal, &format!("{room}#")) {
        DISCLOSED.delete(&cx.journal, &key);
    }
    for (key, _) in ARRIVALS.scan(&cx.journal, &format!("{room}#")) {
        ARRIVALS.delete(&cx.journal, &key);
    }
}

/// The most that somebody in a room has proven to me.
pub(crate) fn disclosed_by(cx: &Context, room: &RoomUri, warm: &WarmRoom, user: &UserUri) -> Option<Disclosed> {
    if warm.disclosure() == Optionality::Forbidden {
        return None;
    }
    let known = DISCLOSED.scan(&cx.journal, &format!("{room}#{user}#")).into_iter().map(|(_, known)| known);
    let mut leaves =
        known.filter(|known| warm.roster.leaves_of(user).any(|(_, leaf)| leaf.signature_key == known.leaf_key));
    let first = leaves.next()?;
    let most = leaves.fold(first, |most, other| {
        let rank = |known: &DisclosedRecord| (known.shown.proven.len(), known.shown.at);
        if rank(&other) > rank(&most) { other } else { most }
    });
    Some(most.shown)
}

/// What a room says about saying who one is, and how it stands with me.
pub(crate) fn room_disclosure(cx: &Context, record: &RoomRecord) -> RoomDisclosure {
    let mine = saying::my_disclosures(cx, Some(record));
    let Some(warm) = cx.groups.get(&record.room) else { return RoomDisclosure { mine, ..Default::default() } };
    let policy = match warm.disclosure() {
        Optionality::Optional => DisclosurePolicy::Optional,
        Optionality::Required => {
            DisclosurePolicy::Required { grace: warm.state.settings().pseudonyms.disclosure_grace }
        }
        Optionality::Forbidden => DisclosurePolicy::Forbidden,
    };
    let pseudonym = record.client.user().is_pseudonym_path();
    let has_account = cx.profile().is_some_and(|profile| profile.handle.is_some());
    let told = has_told_admins(cx, record);
    let due = due(cx, record, warm, &record.client.user()).filter(|_| !told);
    RoomDisclosure { due, possible: pseudonym && has_account && policy != DisclosurePolicy::Forbidden, policy, mine }
}

fn has_told_admins(cx: &Context, record: &RoomRecord) -> bool {
    use doorstep_page_api::view::DiscloseTo;
    let said = saying::said_in(cx, record);
    said.iter().any(|(_, said)| {
        said.state == DisclosureState::Sent && matches!(said.to, DiscloseTo::Room | DiscloseTo::Admins)
    })
}

/// Until when somebody has to say who they are; none if they need not, or everybody sees it anyway.
fn due(cx: &Context, record: &RoomRecord, warm: &WarmRoom, user: &UserUri) -> Option<u64> {
    if warm.disclosure() != Optionality::Required || !user.is_pseudonym_path() {
        return None;
    }
    let known = |whose: &str| ARRIVALS.get(&cx.journal, &arrival_key(&record.room, whose));
    let came = known(user.as_str()).unwrap_or(record.since).max(known("").unwrap_or(0));
    let grace = u64::from(warm.state.settings().pseudonyms.disclosure_grace);
    Some(came.saturating_add(grace.saturating_mul(1000)))
}

/// Those whose grace is over and who have not disclosed to me, and when the next one's is.
pub(crate) fn overdue(cx: &Context, record: &RoomRecord, warm: &WarmRoom) -> (Vec<UserUri>, Option<u64>) {
    let me = record.client.user();
    if !warm.state.has(&me, Capability::CAN_REMOVE_PARTICIPANT) || warm.disclosure() != Optionality::Required {
        return (Vec::new(), None);
    }
    let (mut over, mut next) = (Vec::new(), None::<u64>);
    for listed in warm.state.participants().iter() {
        let silent = listed.user != me
            && !warm.state.is_banned(&listed.user)
            && disclosed_by(cx, &record.room, warm, &listed.user).is_none();
        match due(cx, record, warm, &listed.user).filter(|_| silent) {
            Some(due) if due <= cx.now.0 => over.push(listed.user.clone()),
            Some(due) => next = Some(next.map_or(due, |next| next.min(due))),
            None => {}
        }
    }
    (over, next)
}

fn shown(verified: VerifiedDisclosure, to: DisclosedTo, at: u64) -> Disclosed {
    let VerifiedDisclosure { user, issuer, handle, display_name, .. } = verified;
    let claims = [("handle", handle.is_some()), ("display-name", display_name.is_some())];
    let proven = claims.into_iter().filter(|(_, shown)| *shown).map(|(claim, _)| claim.to_owned());
    Disclosed {
        user: user.to_string(),
        proven: core::iter::once("account".to_owned()).chain(proven).collect(),
        handle,
        display_name,
        issuer: issuer.to_string(),
        at,
        to,
    }
}

fn disclosed_key(room: &RoomUri, by: &UserUri, to: DisclosedTo) -> String {
    let scope = match to {
        DisclosedTo::Room => "room",
        DisclosedTo::Admins => "admins",
        DisclosedTo::Me => "me",
    };
    format!("{room}#{by}#{scope}")
}

fn arrival_key(room: &RoomUri, user: &str) -> String {
    format!("{room}#{user}")
}

#[cfg(test)]
mod tests;
