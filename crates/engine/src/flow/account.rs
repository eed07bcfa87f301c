//! The own account as something that can be shown: a key that is no leaf anywhere, the provider's word for it, and the
//! claims that open it. Made when it is first wanted, and renewed long before it ends.

use doorstep_client_api::view::Claims;
use doorstep_content::Presentation;
use doorstep_credential::{DisclosureBinding, LeafKey, ShownClaims, present};

use crate::{
    engine::Engine,
    record::{IDENTITIES, IdentityRecord, Use},
};

/// Milliseconds before its end at which the provider is asked for a new word: whoever is away for a month has one still.
const RENEW_BEFORE: u64 = 60 * 86_400_000;
/// And not sooner than this after the last one, however short the provider's word is.
const RENEW_AFTER: u64 = 86_400_000;

impl Engine {
    /// The identity that stands for the own account, made if there is none; none for a guest.
    pub(crate) fn account_identity(&mut self) -> Option<IdentityRecord> {
        match self.known_account() {
            Some(known) => Some(known),
            None => {
                let refused = IDENTITIES.all(&self.journal).into_iter().map(|(_, identity)| identity);
                for old in refused.filter(|identity| identity.used == Use::Account) {
                    IDENTITIES.delete(&self.journal, old.client.as_str());
                }
                let client = self.account_client(Use::Account)?;
                self.identity_record(&client)
            }
        }
    }

    fn known_account(&self) -> Option<IdentityRecord> {
        let mut all = IDENTITIES.all(&self.journal).into_iter().map(|(_, identity)| identity);
        all.find(|identity| identity.used == Use::Account && identity.refused.is_none())
    }

    /// The own account, if it can be shown at once.
    pub(crate) fn account_is_ready(&self) -> bool {
        self.known_account().is_some_and(|account| self.is_showable(&account))
    }

    /// Why the account cannot be shown and will not be: the provider does not vouch for it.
    pub(crate) fn account_refused(&self) -> Option<String> {
        if self.known_account().is_some() {
            return None;
        }
        let mut all = IDENTITIES.all(&self.journal).into_iter().map(|(_, identity)| identity);
        let refused = all.find(|identity| identity.used == Use::Account).and_then(|account| account.refused);
        Some(refused.unwrap_or_else(|| "not-issued".to_owned()))
    }

    fn is_showable(&self, account: &IdentityRecord) -> bool {
        account.token.is_some() && account.disclosures.is_some() && account.expires > self.turn.now.0
    }

    /// Whether the provider's word for an account that is shown has to be renewed.
    pub(crate) fn is_to_be_renewed(&self, identity: &IdentityRecord) -> bool {
        identity.used == Use::Account
            && identity.refused.is_none()
            && identity.token.is_some()
            && identity.made.saturating_add(RENEW_AFTER) <= self.turn.now.0
            && identity.expires <= self.turn.now.0.saturating_add(RENEW_BEFORE)
    }

    /// The account with these claims, for the one place that `context` describes. None while it cannot be shown.
    pub(crate) fn presentation(&self, claims: Claims, base: &[u8; 32], context: &[u8]) -> Option<Presentation> {
        let account = self.known_account().filter(|account| self.is_showable(account))?;
        let Claims { handle, display_name } = claims;
        let binding = DisclosureBinding::new(base, context);
        let key = LeafKey::from_seed(&account.seed);
        let shown = ShownClaims { handle, display_name };
        let token = present(&account.token?, &account.disclosures?, shown, &binding, &key).ok()?;
        Some(Presentation::of_token(&token))
    }
}
