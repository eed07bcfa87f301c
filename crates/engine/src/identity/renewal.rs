//! Tokens end. Those of pseudonyms that are in rooms are renewed in time, for the same key, and the leaf gets the new one;
//! those that nobody uses are thrown away and minted anew.

use doorstep_client_api::http::RENEW_PSEUDONYM;
use doorstep_credential::{IssueRequest, LeafKey, NO_TOKEN};
use doorstep_wire::{ClientUri, RoomUri};

use crate::{
    context::{Answer, Context},
    identity,
    job::Job,
    record::{
        IDENTITIES, IdentityRecord, Intent, ROOMS, Use,
        labels::{DUE, POOL},
    },
    room::queue,
    step::Method,
};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Milliseconds before its end from which on a token is renewed.
const RENEW_BEFORE: u64 = 7 * DAY;
/// Milliseconds between two renewals: a provider whose tokens end sooner is not asked all the time.
const RENEW_EVERY: u64 = DAY;

pub(crate) fn pump_renewals(cx: &mut Context) {
    let now = cx.now.0;
    for (key, identity) in IDENTITIES.having(&cx.journal, POOL) {
        if identity.token.is_some() && identity.expires <= now.saturating_add(HOUR) {
            IDENTITIES.delete(&cx.journal, &key);
            cx.home_changed();
        }
    }
    for (_, identity) in IDENTITIES.having_up_to(&cx.journal, DUE, now) {
        if renewal_of(cx, &identity).is_some() {
            let request =
                IssueRequest::new(identity.client.clone(), &LeafKey::from_seed(&identity.seed), &NO_TOKEN, None);
            let bearer = cx.bearer();
            let (job, path) = (Job::Renew(identity.client), RENEW_PSEUDONYM.to_owned());
            cx.request(job, Method::Post, path, request.encode(), bearer);
        }
    }
}

/// When a pseudonym in a room is to be renewed, if it is still there.
pub(crate) fn due(identity: &IdentityRecord) -> Option<u64> {
    let is_in_a_room = identity.pseudonym && identity.token.is_some() && matches!(identity.used, Use::Room(_));
    let due = identity.expires.saturating_sub(RENEW_BEFORE);
    is_in_a_room.then(|| due.max(identity.renewed.saturating_add(RENEW_EVERY)))
}

/// When an identity is to be renewed, and the room it is in.
fn renewal_of(cx: &Context, identity: &IdentityRecord) -> Option<(u64, RoomUri)> {
    let Use::Room(room) = &identity.used else { return None };
    let record = ROOMS.get(&cx.journal, room.as_str())?;
    let stays = record.is_in() && record.kind.knock().is_none() && record.client == identity.client;
    stays.then(|| due(identity)).flatten().map(|due| (due, room.clone()))
}

pub(crate) fn renewed(cx: &mut Context, client: &ClientUri, answer: Answer<'_>) {
    let Some(mut identity) = cx.identity_record(client) else { return };
    let end = if answer.status == 200 { identity::end_of(cx, &identity, answer.body) } else { None };
    let (Some(end), Some((_, room))) = (end, renewal_of(cx, &identity)) else {
        cx.put_off(Job::Renew(client.clone()), Some(HOUR / 1000));
        return;
    };
    identity.token = Some(serde_bytes::ByteBuf::from(answer.body.to_vec()));
    identity.expires = end;
    identity.renewed = cx.now.0;
    identity::keep(cx, &identity);
    let now = cx.now.0;
    ROOMS.change(&cx.journal, room.as_str(), |record| record.try_now(now));
    queue::enqueue(cx, &room, Intent::Refresh);
}

/// When the next token is to be renewed.
pub(crate) fn next_renewal(cx: &Context) -> Option<u64> {
    IDENTITIES.first_number_after(&cx.journal, DUE, cx.now.0)
}
