//! Pseudonyms and account clients: made here, vouched for by the provider, some of them ahead of need.

use doorstep_client_api::{
    http::{AccountToken, ISSUE_ACCOUNT, ISSUE_PSEUDONYM, RENEW_ACCOUNT},
    view::{Outcome, Problem},
};
use doorstep_credential::{AccountClaims, Audience, IssueRequest, LeafKey, NO_TOKEN, accept_token};
use doorstep_mls::Identity;
use doorstep_wire::{ClientUri, RoomUri, UserUri};
use tls_codec::Deserialize;

use super::command::{room_uri, uuid};
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{IDENTITIES, IdentityRecord, KNOCKS, ROOMS, Use},
    step::Method,
};

/// Pseudonyms kept ready, so that a knock (which takes two) does not wait for them.
const POOL: usize = 2;
/// Those that pages have shown and that were not used are in it too, so many altogether.
const POOL_AT_MOST: usize = 4;
/// Identities that are minted at the same time.
const MINTS_AT_ONCE: usize = 2;

impl Engine {
    /// A pseudonym for one use: the one with this UUID, or one from the pool, or a new one.
    pub(crate) fn pseudonym(&mut self, id: Option<[u8; 16]>, used: Use) -> ClientUri {
        let pooled = IDENTITIES.all(&self.journal).into_iter().map(|(_, identity)| identity).find(|identity| {
            identity.used == Use::Pool
                && match id {
                    Some(id) => identity.user.pseudonym_id() == Some(id),
                    None => identity.token.is_some(),
                }
        });
        let mut identity = pooled.unwrap_or_else(|| self.new_pseudonym(id));
        identity.used = used;
        self.keep(&identity);
        identity.client
    }

    /// Somebody is about to knock at a room, or to look at it: this browser becomes known to its provider, the keys of the
    /// hub are fetched, and names are vouched for, among them the one that the page shows. They stay in the pool, so that
    /// whoever goes away again has used none up. The hub is not asked for the group: it would hear of somebody who may never
    /// come, and what it says grows old while she writes.
    pub(crate) fn prepare(&mut self, room: &str, pseudonym: Option<&str>) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let id = pseudonym.map(uuid).transpose()?;
        self.ensure_profile();
        self.need_hub(&room.host());
        let all = IDENTITIES.all(&self.journal);
        let pooled = all.iter().filter(|(_, identity)| identity.used == Use::Pool).count();
        let is_new = |id| all.iter().all(|(_, identity)| identity.user.pseudonym_id() != Some(id));
        if let Some(id) = id.filter(|id| pooled < POOL_AT_MOST && is_new(*id)) {
            let identity = self.new_pseudonym(Some(id));
            self.keep(&identity);
        }
        Ok(Outcome::Ok)
    }

    /// A new client of the own account, if there is one.
    pub(crate) fn account_client(&mut self, used: Use) -> Option<ClientUri> {
        let handle = self.profile()?.handle?;
        let user = UserUri::account(&self.config.domain, &handle).ok()?;
        let client = ClientUri::account(&self.config.domain, &handle, self.turn.entropy.uuid()).ok()?;
        let identity = IdentityRecord {
            user,
            client: client.clone(),
            pseudonym: false,
            seed: self.turn.entropy.bytes(),
            token: None,
            expires: 0,
            made: self.turn.now.0,
            renewed: 0,
            used,
            refused: None,
            disclosures: None,
        };
        self.keep(&identity);
        Some(client)
    }

    /// With whom she looks at a room and comes in by a link: for one room always the same, until somebody there has seen
    /// her. `id`: the pseudonym she chose.
    ///
    /// # Errors
    /// `needs-account`; `pseudonym-in-use`: she is known by it elsewhere.
    pub(crate) fn looking_client(
        &mut self,
        room: &RoomUri,
        id: Option<[u8; 16]>,
        as_account: bool,
    ) -> Result<ClientUri, Problem> {
        let own = IDENTITIES.all(&self.journal).into_iter().map(|(_, identity)| identity).find(|identity| match id {
            Some(id) => identity.pseudonym && identity.user.pseudonym_id() == Some(id) && !as_account,
            None => {
                identity.used == Use::Look(room.clone())
                    && identity.pseudonym != as_account
                    && identity.refused.is_none()
            }
        });
        let kept = Use::Look(room.clone());
        match own {
            Some(IdentityRecord { refused: Some(word), .. }) => Err(Problem::new(word)),
            Some(identity) if identity.used == Use::Pool => {
                self.use_for(&identity.client, kept);
                Ok(identity.client)
            }
            Some(identity) if identity.used == kept || identity.used == Use::Room(room.clone()) => Ok(identity.client),
            Some(_) => Err(Problem::new("pseudonym-in-use")),
            None if as_account => self.account_client(kept).ok_or_else(|| Problem::new("needs-account")),
            None => Ok(self.pseudonym(id, kept)),
        }
    }

    pub(crate) fn use_for(&mut self, client: &ClientUri, used: Use) {
        if let Some(mut identity) = self.identity_record(client) {
            identity.used = used;
            self.keep(&identity);
        }
    }

    /// She did not come in, and nobody has seen this identity: it is good for another try.
    pub(crate) fn keep_for_looking(&mut self, client: &ClientUri, room: &RoomUri) {
        let seen = ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.client == *client);
        let knocked = KNOCKS.all(&self.journal).iter().any(|(_, knock)| knock.client == *client);
        if !seen && !knocked {
            self.use_for(client, Use::Look(room.clone()));
        }
    }

    fn new_pseudonym(&mut self, id: Option<[u8; 16]>) -> IdentityRecord {
        let id = id.unwrap_or_else(|| self.turn.entropy.uuid());
        IdentityRecord {
            user: UserUri::pseudonym(&self.config.domain, id),
            client: ClientUri::pseudonym(&self.config.domain, id, self.turn.entropy.uuid()),
            pseudonym: true,
            seed: self.turn.entropy.bytes(),
            token: None,
            expires: 0,
            made: self.turn.now.0,
            renewed: 0,
            used: Use::Pool,
            refused: None,
            disclosures: None,
        }
    }

    pub(crate) fn keep(&mut self, identity: &IdentityRecord) {
        IDENTITIES.put(&self.journal, identity.client.as_str(), identity);
        self.home_changed();
    }

    pub(crate) fn identity_record(&self, client: &ClientUri) -> Option<IdentityRecord> {
        IDENTITIES.get(&self.journal, client.as_str())
    }

    /// The identity as MLS wants it: signer, and credential bound to `audience`. None while it is being minted.
    pub(crate) fn identity(&mut self, client: &ClientUri, audience: &Audience) -> Option<Identity> {
        let record = self.identity_record(client)?;
        let token = record.token?;
        let key = LeafKey::from_seed(&record.seed);
        let credential = doorstep_credential::bind(&token, audience, self.turn.entropy.bytes(), &key);
        Some(Identity::new(record.seed, credential))
    }

    pub(crate) fn pump_identities(&mut self) {
        self.pump_renewals();
        let all = IDENTITIES.all(&self.journal);
        let pooled =
            all.iter().filter(|(_, identity)| identity.used == Use::Pool && identity.refused.is_none()).count();
        for _ in pooled..POOL {
            let identity = self.new_pseudonym(None);
            self.keep(&identity);
        }
        let mut waiting: Vec<_> = IDENTITIES
            .all(&self.journal)
            .into_iter()
            .map(|(_, identity)| identity)
            .filter(|identity| {
                identity.token.is_none() && identity.refused.is_none() || self.is_to_be_renewed(identity)
            })
            .collect();
        // Those that somebody waits for come first.
        waiting.sort_by_cached_key(|identity| identity.made);
        waiting.sort_by_cached_key(|identity| u64::from(identity.used == Use::Pool || identity.token.is_some()));
        for identity in waiting.into_iter().take(MINTS_AT_ONCE) {
            self.mint(&identity);
        }
    }

    fn mint(&mut self, identity: &IdentityRecord) {
        let job = Job::Mint(identity.client.clone());
        // The answer is of use only with the keys that show whose word it is.
        if !self.is_due(&job) || self.issuer_key_set(&self.config.domain).is_none() {
            return;
        }
        let key = LeafKey::from_seed(&identity.seed);
        let request = IssueRequest::new(identity.client.clone(), &key, &NO_TOKEN, None);
        let path = match (identity.pseudonym, identity.token.is_some()) {
            (true, _) => ISSUE_PSEUDONYM,
            (false, false) => ISSUE_ACCOUNT,
            (false, true) => RENEW_ACCOUNT,
        };
        let bearer = self.bearer();
        self.request(job, Method::Post, path.to_owned(), request.encode(), bearer);
    }

    pub(crate) fn minted(&mut self, client: &ClientUri, answer: Answer<'_>) {
        let Some(mut identity) = self.identity_record(client) else { return };
        if answer.status != 200 && identity.token.is_some() {
            // The word there is still counts.
            self.put_off(Job::Mint(client.clone()), Some(600));
            return;
        }
        if answer.status != 200 {
            let problem = answer.problem("not-issued");
            identity.refused = Some(problem.code.clone());
            if identity.used == Use::Pool {
                IDENTITIES.delete(&self.journal, client.as_str());
                self.put_off(Job::Mint(client.clone()), Some(60));
            } else {
                self.keep(&identity);
                self.identity_refused(client, &problem);
            }
            return;
        }
        let token = if identity.pseudonym {
            Some(answer.body.to_vec())
        } else {
            AccountToken::tls_deserialize_exact(answer.body).ok().and_then(|account| {
                let (token, disclosures) = (account.token.as_slice(), account.disclosures.as_slice());
                AccountClaims::open(token, disclosures).ok()?;
                identity.disclosures = Some(serde_bytes::ByteBuf::from(disclosures.to_vec()));
                Some(token.to_vec())
            })
        };
        match token.and_then(|token| Some((self.end_of(&identity, &token)?, token))) {
            Some((end, token)) => {
                identity.expires = end;
                identity.made = self.turn.now.0;
                identity.token = Some(serde_bytes::ByteBuf::from(token));
                self.keep(&identity);
            }
            None => self.put_off(Job::Mint(client.clone()), Some(60)),
        }
    }

    /// The end of a token, if the provider vouched for what was asked, not for something else.
    pub(crate) fn end_of(&mut self, identity: &IdentityRecord, token: &[u8]) -> Option<u64> {
        let own = self.config.domain.clone();
        let keys = self.issuer_key_set(&own)?;
        let key = LeafKey::from_seed(&identity.seed).public();
        let accepted = match accept_token(token, &keys, &identity.client, &key, self.turn.now) {
            Ok(accepted) => accepted,
            Err(error) => {
                if self.wants_newer(&own, &error) {
                    self.need_issuer(&own);
                }
                return None;
            }
        };
        (accepted.kind == identity.kind()).then_some(accepted.expires.0)
    }

    /// Tells whoever waits for this identity that it will not come.
    fn identity_refused(&mut self, client: &ClientUri, problem: &Problem) {
        self.making_lost_identity(client, problem);
        self.join_lost_identity(client, problem);
        self.look_lost_identity(client, problem);
        self.knock_lost_identity(client, problem);
    }
}
