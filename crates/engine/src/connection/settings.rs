//! How I can be found, and who may ask me.

use doorstep_client_api::http::{Ask, CONTACT_SETTINGS, ContactSettings, Find};
use doorstep_page_api::view::{AnswerPause, AskedBy, FoundBy, MyContact, Outcome, Problem};
use doorstep_wire::{IdentifierUri, Refusal, UserUri};
use tls_codec::Serialize as _;

use crate::{
    connection::address,
    context::{Answer, Context},
    job::Job,
    record::{CONTACT, ContactRecord, TURNED_AWAY},
    step::Method,
};

/// The one row's key.
const KEY: &str = "";
/// Accounts that are blocked.
const BLOCKED_AT_MOST: usize = 500;

/// As it is kept, or as it is in the beginning.
pub(crate) fn contact(cx: &Context) -> ContactRecord {
    CONTACT.get(&cx.journal, KEY).unwrap_or_default()
}

pub(crate) fn keep(cx: &mut Context, contact: &ContactRecord) {
    CONTACT.put(&cx.journal, KEY, contact);
    cx.home_changed();
}

pub(crate) fn set(
    cx: &mut Context,
    found_by: FoundBy,
    asked_by: AskedBy,
    pause: AnswerPause,
) -> Result<Outcome, Problem> {
    if own_account(cx).is_none() {
        return Err(Problem::new(Refusal::NeedsAccount));
    }
    let before = contact(cx);
    let told = before.told && before.found_by == found_by && before.asked_by == asked_by;
    // What is on its way is not what is wanted any more, and neither is its answer.
    cx.forget_job(&Job::Contact);
    keep(cx, &ContactRecord { found_by, asked_by, pause, told, ..before });
    Ok(Outcome::Ok)
}

/// Lets nothing of an account reach me, or lets it again.
pub(crate) fn block(cx: &mut Context, user: &UserUri, blocked: bool) {
    let mut contact = contact(cx);
    match contact.blocked.binary_search(user) {
        Ok(at) if !blocked => drop(contact.blocked.remove(at)),
        Err(at) if blocked && contact.blocked.len() < BLOCKED_AT_MOST => contact.blocked.insert(at, user.clone()),
        _ => return,
    }
    contact.told = false;
    keep(cx, &contact);
    cx.forget_job(&Job::Contact);
}

/// The provider hears how it is. What it has in the beginning need not be told.
pub(crate) fn pump_settings(cx: &mut Context) {
    let contact = contact(cx);
    let untold = CONTACT.get(&cx.journal, KEY).is_some() && !contact.told && own_account(cx).is_some();
    if !untold || !cx.is_due(&Job::Contact) {
        return;
    }
    let wanted = ContactSettings {
        find: match contact.found_by {
            FoundBy::Nothing => Find::Nobody,
            FoundBy::Handle => Find::ByHandle,
            FoundBy::HandleOrName => Find::ByName,
        },
        ask: match contact.asked_by {
            AskedBy::Nobody => Ask::Nobody,
            AskedBy::Anybody => Ask::Anybody,
            AskedBy::PeopleIKnow => Ask::Acquainted,
        },
        blocked: contact.blocked.iter().cloned().map(IdentifierUri::from).collect(),
    };
    let Ok(body) = wanted.tls_serialize_detached() else { return };
    let bearer = cx.bearer();
    cx.request(Job::Contact, Method::Post, CONTACT_SETTINGS.to_owned(), body, bearer);
}

/// The provider has it, if it has not become another since.
pub(crate) fn settings_answered(cx: &mut Context, answer: &Answer<'_>) {
    if answer.status == 200 {
        let told = contact(cx);
        keep(cx, &ContactRecord { told: true, ..told });
    } else {
        cx.put_off_longer(Job::Contact);
    }
}

/// A page asks for it.
pub(crate) fn block_user(cx: &mut Context, user: &str, blocked: bool) -> Result<Outcome, Problem> {
    let user: UserUri = user.parse().map_err(|_| Problem::new(Refusal::NotAUser))?;
    block(cx, &user, blocked);
    Ok(Outcome::Ok)
}

/// My account, if I have one.
pub(crate) fn own_account(cx: &Context) -> Option<UserUri> {
    UserUri::account(&cx.config.domain, &cx.profile()?.handle?).ok()
}

/// For the view; none for a guest.
pub(crate) fn shown(cx: &Context) -> Option<MyContact> {
    let me = own_account(cx)?;
    let contact = contact(cx);
    Some(MyContact {
        address: address::shown(&me),
        found_by: contact.found_by,
        asked_by: contact.asked_by,
        pause: contact.pause,
        blocked: contact.blocked.iter().map(UserUri::to_string).collect(),
        on_its_way: !contact.told || (contact.asked_by != AskedBy::Nobody && !contact.can_be_added()),
        turned_away: TURNED_AWAY.all(&cx.journal).len() as u64,
    })
}
