//! How I can be found, and who may ask me.

use doorstep_page_api::view::{AnswerPause, AskedBy, FoundBy, MyContact, Outcome, Problem};
use doorstep_wire::{Refusal, UserUri};

use crate::{
    connection::address,
    context::Context,
    record::{CONTACT, ContactRecord, TURNED_AWAY},
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
    keep(cx, &contact);
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
        on_its_way: !contact.told,
        turned_away: TURNED_AWAY.all(&cx.journal).len() as u64,
    })
}
