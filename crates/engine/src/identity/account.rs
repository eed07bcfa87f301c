//! The own account as something that can be shown: a key that is no leaf anywhere, the provider's word for it, and the
//! claims that open it. Made when it is first wanted, and renewed long before it ends.

use doorstep_content::Presentation;
use doorstep_credential::{DisclosureBinding, LeafKey, ShownClaims, present};
use doorstep_page_api::view::Claims;
use doorstep_wire::Refusal;

use crate::{
    context::Context,
    identity,
    record::{IDENTITIES, IdentityRecord, Use, labels::ACCOUNT},
};

/// The identity that stands for the own account, made if there is none; none for a guest.
pub(crate) fn account_identity(cx: &mut Context) -> Option<IdentityRecord> {
    match known_account(cx) {
        Some(known) => Some(known),
        None => {
            for (refused, _) in IDENTITIES.having(&cx.journal, ACCOUNT) {
                IDENTITIES.delete(&cx.journal, &refused);
            }
            let client = identity::account_client(cx, Use::Account)?;
            cx.identity_record(&client)
        }
    }
}

fn known_account(cx: &Context) -> Option<IdentityRecord> {
    let mut accounts = IDENTITIES.having(&cx.journal, ACCOUNT).into_iter().map(|(_, identity)| identity);
    accounts.find(|identity| identity.refused.is_none())
}

/// The own account, if it can be shown at once.
pub(crate) fn account_is_ready(cx: &Context) -> bool {
    known_account(cx).is_some_and(|account| is_showable(cx, &account))
}

/// Why the account cannot be shown and will not be: the provider does not vouch for it.
pub(crate) fn account_refused(cx: &Context) -> Option<Refusal> {
    if known_account(cx).is_some() {
        return None;
    }
    let first = IDENTITIES.having(&cx.journal, ACCOUNT).into_iter().next();
    let refused = first.and_then(|(_, account)| account.refused);
    Some(refused.unwrap_or(Refusal::NotIssued))
}

fn is_showable(cx: &Context, account: &IdentityRecord) -> bool {
    account.token.is_some() && account.disclosures.is_some() && account.expires > cx.now.0
}

/// The account with these claims, for the one place that `context` describes. None while it cannot be shown.
pub(crate) fn presentation(cx: &Context, claims: Claims, base: &[u8; 32], context: &[u8]) -> Option<Presentation> {
    let account = known_account(cx).filter(|account| is_showable(cx, account))?;
    let Claims { handle, display_name } = claims;
    let binding = DisclosureBinding::new(base, context);
    let key = LeafKey::from_seed(&account.seed);
    let shown = ShownClaims { handle, display_name };
    let token = present(&account.token?, &account.disclosures?, shown, &binding, &key).ok()?;
    Some(Presentation::of_token(&token))
}
