//! KeyPackages with which somebody who has never met me can ask me, and can do nothing else: kept at the provider, each
//! given out once, renewed in time.

use doorstep_client_api::http::{KEY_PACKAGES, KeyPackages, KeyPackagesLeft};
use doorstep_credential::Audience;
use doorstep_mls::{Lifespan, Mls, drop_key_package, key_package, last_resort_key_package};
use doorstep_page_api::view::AskedBy;
use doorstep_wire::{Refusal, ext::kp_usage::KpUsage};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize as _, Serialize as _, VLByteVec};

use crate::{
    connection::settings,
    context::{Answer, Context},
    identity,
    job::Job,
    record::{IDENTITIES, IdentityRecord, OfferedPackage, Use, labels::CONTACT},
    step::Method,
};

const DAY: u64 = 86_400;
/// So many are to be there.
const WANTED: usize = 10;
/// And are brought to that when fewer are left than this.
const AT_LEAST: u32 = 6;
/// Seconds: a package is not given out in its last 28 days, so another one takes its place a week before that.
const RENEWED_BEFORE: u64 = 35 * DAY;
/// Milliseconds after its end at which the private half of one goes: a Welcome may be on its way.
const KEPT_AFTER: u64 = DAY * 1000;
/// Milliseconds after which the provider is asked again what is left.
const COUNTED_FOR: u64 = DAY * 1000;

/// The client of the account that is added when somebody asks it, made once there is an account.
fn client(cx: &mut Context) -> Option<IdentityRecord> {
    let known = IDENTITIES.having(&cx.journal, CONTACT).into_iter().map(|(_, identity)| identity).next();
    match known {
        Some(known) => Some(known),
        None => {
            let client = identity::account_client(cx, Use::Contact)?;
            cx.identity_record(&client)
        }
    }
}

pub(crate) fn pump_packages(cx: &mut Context) {
    if settings::own_account(cx).is_none() || !cx.is_due(&Job::Packages) {
        return;
    }
    let mut contact = settings::contact(cx);
    if contact.asked_by == AskedBy::Nobody && contact.packages.is_empty() {
        return;
    }
    let due = contact.counted.saturating_add(COUNTED_FOR) <= cx.now.0;
    let unsent = contact.packages.iter().any(|package| package.bytes.is_some());
    if !due && !unsent {
        return;
    }
    let Some(who) = client(cx).filter(|who| who.token.is_some()) else { return };
    if !unsent {
        drop_old(cx, &mut contact.packages);
        let lives = cx.now.seconds().saturating_add(RENEWED_BEFORE);
        let last = contact.packages.iter().any(|package| package.last_resort && package.not_after > lives);
        let few = contact
            .packages
            .iter()
            .filter(|package| !package.last_resort && !package.given && package.not_after > lives)
            .count();
        let wanted = if contact.asked_by == AskedBy::Nobody { 0 } else { WANTED.saturating_sub(few) };
        for _ in 0..wanted {
            contact.packages.extend(make(cx, &who, false));
        }
        if !last && contact.asked_by != AskedBy::Nobody {
            contact.packages.extend(make(cx, &who, true));
        }
        settings::keep(cx, &contact);
    }
    let fresh = contact.packages.iter().filter_map(|package| package.bytes.as_ref());
    let packages = fresh.map(|bytes| VLByteVec::from(bytes.as_slice())).collect();
    let Ok(body) = (KeyPackages { client: who.client, packages }).tls_serialize_detached() else { return };
    let bearer = cx.bearer();
    cx.request(Job::Packages, Method::Post, KEY_PACKAGES.to_owned(), body, bearer);
}

fn make(cx: &mut Context, who: &IdentityRecord, last_resort: bool) -> Option<OfferedPackage> {
    let identity = identity::identity(cx, &who.client, &Audience::KeyPackage)?;
    let lifespan = Lifespan::starting(cx.now);
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let make = if last_resort { last_resort_key_package } else { key_package };
    let made = make(&mls, &identity, &KpUsage::ConnectionOnly, lifespan).ok()?;
    let (reference, bytes) = (made.reference, Some(ByteBuf::from(made.bytes)));
    Some(OfferedPackage { reference, not_after: lifespan.not_after, last_resort, given: false, bytes })
}

/// The provider says what it has. Which of them it has given out it does not say: one that it counts no more was claimed, and
/// its Welcome may come for as long as it lives.
pub(crate) fn counted(cx: &mut Context, answer: &Answer<'_>) {
    let mut contact = settings::contact(cx);
    let left = KeyPackagesLeft::tls_deserialize_exact(answer.body).ok().filter(|_| answer.status == 200);
    let Some(left) = left else {
        // What it does not take it will not take next time: others are made in their place.
        if answer.is_no() && answer.reason != Some(Refusal::TooManyPackages) {
            let (kept, refused): (Vec<_>, Vec<_>) =
                core::mem::take(&mut contact.packages).into_iter().partition(|package| package.bytes.is_none());
            contact.packages = kept;
            erase(cx, &refused);
            contact.counted = 0;
            settings::keep(cx, &contact);
        }
        cx.put_off_longer(Job::Packages);
        return;
    };
    for package in &mut contact.packages {
        package.bytes = None;
    }
    contact.counted = cx.now.0;
    if left.connection_only < AT_LEAST && contact.asked_by != AskedBy::Nobody {
        // Those that were given out are not counted among those to be given out.
        let mut there: Vec<_> =
            contact.packages.iter_mut().filter(|package| !package.last_resort && !package.given).collect();
        let given = there.len().saturating_sub(usize::try_from(left.connection_only).unwrap_or(usize::MAX));
        for package in there.iter_mut().take(given) {
            package.given = true;
        }
        contact.counted = 0;
    }
    settings::keep(cx, &contact);
    cx.scheduler.succeeded(&Job::Packages);
}

/// A Welcome came for one of them: it is used up, and another takes its place.
pub(crate) fn used(cx: &mut Context, welcome: &[u8]) {
    let mut contact = settings::contact(cx);
    let names = |reference: &[u8; 32]| welcome.windows(32).any(|part| part == reference);
    contact.packages.retain(|package| package.last_resort || !names(&package.reference));
    contact.counted = 0;
    settings::keep(cx, &contact);
}

/// Those that have ended go, with their private halves.
fn drop_old(cx: &mut Context, packages: &mut Vec<OfferedPackage>) {
    let ended = cx.now.0.saturating_sub(KEPT_AFTER) / 1000;
    let (old, kept): (Vec<_>, Vec<_>) =
        core::mem::take(packages).into_iter().partition(|package| package.not_after <= ended);
    *packages = kept;
    erase(cx, &old);
}

fn erase(cx: &mut Context, packages: &[OfferedPackage]) {
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    for package in packages {
        drop_key_package(&mls, &package.reference);
    }
}
