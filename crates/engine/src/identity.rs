//! Pseudonyms and account clients: made here, vouched for by the provider, some of them ahead of need.

use doorstep_client_api::http::{AccountToken, ISSUE_ACCOUNT, ISSUE_PSEUDONYM, RENEW_ACCOUNT};
use doorstep_credential::{AccountClaims, Audience, IssueRequest, LeafKey, NO_TOKEN, accept_token};
use doorstep_mls::Identity;
use doorstep_page_api::view::{Outcome, Problem};
use doorstep_wire::{ClientUri, Refusal, RoomUri, UserUri};
use tls_codec::{Deserialize, VLByteVec};

use crate::{
    context::{Answer, Context},
    event::DomainEvent,
    issuers,
    job::Job,
    record::{
        IDENTITIES, IdentityRecord, KNOCKS, ROOMS, Use,
        labels::{ACCOUNT, CLIENT, CONTACT, ID, LOOK, POOL, WAITS},
    },
    step::Method,
    text::{hex, room_uri, uuid},
};

pub(crate) mod account;
pub(crate) mod renewal;

/// Milliseconds before the end of an account's token at which the provider is asked for a new one: whoever is away for a
/// month has one still.
const ACCOUNT_RENEWED_BEFORE: u64 = 60 * 86_400_000;
/// And not sooner than this after the last one, however short the provider's word is.
const ACCOUNT_RENEWED_AFTER: u64 = 86_400_000;
/// Pseudonyms kept ready, so that a knock (which takes two) does not wait for them.
const POOL_WANTED: usize = 2;
/// Those that pages have shown and that were not used are in it too, so many altogether.
const POOL_AT_MOST: usize = 4;
/// Identities that are minted at the same time.
const MINTS_AT_ONCE: usize = 2;

/// A pseudonym for one use: the one with this UUID, or one from the pool, or a new one.
pub(crate) fn pseudonym(cx: &mut Context, id: Option<[u8; 16]>, used: Use) -> ClientUri {
    let mut pool = IDENTITIES.having(&cx.journal, POOL).into_iter().map(|(_, identity)| identity);
    let pooled = pool.find(|identity| match id {
        Some(id) => identity.user.pseudonym_id() == Some(id),
        None => identity.token.is_some(),
    });
    let mut identity = pooled.unwrap_or_else(|| new_pseudonym(cx, id));
    identity.used = used;
    keep(cx, &identity);
    identity.client
}

/// Somebody is about to knock at a room, or to look at it: this browser becomes known to its provider, the keys of the
/// hub are fetched, and names are vouched for, among them the one that the page shows. They stay in the pool, so that
/// whoever goes away again has used none up. The hub is not asked for the group: it would hear of somebody who may never
/// come, and what it says grows old while they write.
pub(crate) fn prepare(cx: &mut Context, room: &str, pseudonym: Option<&str>) -> Result<Outcome, Problem> {
    let room = room_uri(room)?;
    let id = pseudonym.map(uuid).transpose()?;
    cx.ensure_profile();
    issuers::need_hub(cx, &room.host());
    let pooled = IDENTITIES.having(&cx.journal, POOL).len();
    let is_new = |id: &[u8; 16]| IDENTITIES.having(&cx.journal, &format!("{ID}{}", hex(id))).is_empty();
    if let Some(id) = id.filter(|id| pooled < POOL_AT_MOST && is_new(id)) {
        let identity = new_pseudonym(cx, Some(id));
        keep(cx, &identity);
    }
    Ok(Outcome::Ok)
}

/// A new client of the own account, if there is one.
pub(crate) fn account_client(cx: &mut Context, used: Use) -> Option<ClientUri> {
    let handle = cx.profile()?.handle?;
    let user = UserUri::account(&cx.config.domain, &handle).ok()?;
    let client = ClientUri::account(&cx.config.domain, &handle, cx.entropy.uuid()).ok()?;
    let identity = IdentityRecord {
        user,
        client: client.clone(),
        pseudonym: false,
        seed: cx.entropy.bytes(),
        token: None,
        expires: 0,
        made: cx.now.0,
        renewed: 0,
        used,
        refused: None,
        disclosures: None,
    };
    keep(cx, &identity);
    Some(client)
}

/// As whom the person looks at a room and comes in by a link: for one room always the same, until somebody there has
/// seen them. `id`: the pseudonym they chose.
///
/// # Errors
/// `needs-account`; `pseudonym-in-use`: they are known by it elsewhere.
pub(crate) fn looking_client(
    cx: &mut Context,
    room: &RoomUri,
    id: Option<[u8; 16]>,
    as_account: bool,
) -> Result<ClientUri, Problem> {
    let label = match &id {
        Some(id) => format!("{ID}{}", hex(id)),
        None => format!("{LOOK}{room}"),
    };
    let mut known = IDENTITIES.having(&cx.journal, &label).into_iter().map(|(_, identity)| identity);
    let own = known.find(|identity| match id {
        Some(_) => identity.pseudonym && !as_account,
        None => identity.pseudonym != as_account && identity.refused.is_none(),
    });
    let kept = Use::Look(room.clone());
    match own {
        Some(IdentityRecord { refused: Some(word), .. }) => Err(Problem::new(word)),
        Some(identity) if identity.used == Use::Pool => {
            use_for(cx, &identity.client, kept);
            Ok(identity.client)
        }
        Some(identity) if identity.used == kept || identity.used == Use::Room(room.clone()) => Ok(identity.client),
        Some(_) => Err(Problem::new(Refusal::PseudonymInUse)),
        None if as_account => account_client(cx, kept).ok_or_else(|| Problem::new(Refusal::NeedsAccount)),
        None => Ok(pseudonym(cx, id, kept)),
    }
}

pub(crate) fn use_for(cx: &mut Context, client: &ClientUri, used: Use) {
    if let Some(mut identity) = cx.identity_record(client) {
        identity.used = used;
        keep(cx, &identity);
    }
}

/// The person did not come in, and nobody has seen this identity: it is good for another try.
pub(crate) fn keep_for_looking(cx: &mut Context, client: &ClientUri, room: &RoomUri) {
    let seen = ROOMS.get(&cx.journal, room.as_str()).is_some_and(|record| record.client == *client);
    let knocked = !KNOCKS.having(&cx.journal, &format!("{CLIENT}{client}")).is_empty();
    if !seen && !knocked {
        use_for(cx, client, Use::Look(room.clone()));
    }
}

fn new_pseudonym(cx: &mut Context, id: Option<[u8; 16]>) -> IdentityRecord {
    let id = id.unwrap_or_else(|| cx.entropy.uuid());
    IdentityRecord {
        user: UserUri::pseudonym(&cx.config.domain, id),
        client: ClientUri::pseudonym(&cx.config.domain, id, cx.entropy.uuid()),
        pseudonym: true,
        seed: cx.entropy.bytes(),
        token: None,
        expires: 0,
        made: cx.now.0,
        renewed: 0,
        used: Use::Pool,
        refused: None,
        disclosures: None,
    }
}

pub(crate) fn keep(cx: &mut Context, identity: &IdentityRecord) {
    IDENTITIES.put(&cx.journal, identity.client.as_str(), identity);
    cx.home_changed();
}

/// The identity as MLS wants it: signer, and credential bound to `audience`. None while it is being minted.
pub(crate) fn identity(cx: &mut Context, client: &ClientUri, audience: &Audience) -> Option<Identity> {
    let record = cx.identity_record(client)?;
    let token = record.token?;
    let key = LeafKey::from_seed(&record.seed);
    let credential = doorstep_credential::bind(&token, audience, cx.entropy.bytes(), &key);
    Some(Identity::new(record.seed, credential))
}

pub(crate) fn pump_identities(cx: &mut Context) {
    for identity in wanted(cx) {
        mint(cx, &identity);
    }
}

/// The pool is filled, and who is to be vouched for next is told.
fn wanted(cx: &mut Context) -> Vec<IdentityRecord> {
    let pool = IDENTITIES.having(&cx.journal, POOL);
    let pooled = pool.iter().filter(|(_, identity)| identity.refused.is_none()).count();
    // None is made in the place of one that was refused before there is a reason to think that it would be better off.
    if cx.is_due(&Job::Pool) {
        for _ in pooled..POOL_WANTED {
            let identity = new_pseudonym(cx, None);
            keep(cx, &identity);
        }
    }
    let unnamed = IDENTITIES.having(&cx.journal, WAITS).into_iter().map(|(_, identity)| identity);
    let accounts = [ACCOUNT, CONTACT].into_iter().flat_map(|label| IDENTITIES.having(&cx.journal, label));
    let accounts: Vec<_> = accounts.map(|(_, identity)| identity).collect();
    let mut waiting: Vec<_> =
        unnamed.chain(accounts.into_iter().filter(|identity| is_to_be_renewed(cx, identity))).collect();
    // Those that somebody waits for come first.
    waiting.sort_by_cached_key(|identity| identity.made);
    waiting.sort_by_cached_key(|identity| u64::from(identity.used == Use::Pool || identity.token.is_some()));
    waiting.truncate(MINTS_AT_ONCE);
    waiting
}

/// The pseudonyms that are asked for with the registration, each with its request.
pub(crate) fn first_names(cx: &mut Context) -> Vec<(ClientUri, VLByteVec)> {
    let pseudonyms = wanted(cx).into_iter().filter(|identity| identity.pseudonym && identity.token.is_none());
    pseudonyms.map(|identity| (identity.client.clone(), VLByteVec::new(issue_request(&identity).encode()))).collect()
}

/// A token that came with the registration. Nothing, or nothing that can be verified yet: it is asked for by itself.
pub(crate) fn came_along(cx: &mut Context, client: &ClientUri, token: &[u8]) {
    if !token.is_empty() && issuers::issuer_key_set(cx, &cx.config.domain).is_some() {
        minted(cx, client, Answer { status: 200, reason: None, body: token });
    }
}

fn issue_request(identity: &IdentityRecord) -> IssueRequest {
    IssueRequest::new(identity.client.clone(), &LeafKey::from_seed(&identity.seed), &NO_TOKEN, None)
}

/// Whether the provider's word for an account that is shown has to be renewed.
pub(crate) fn is_to_be_renewed(cx: &Context, identity: &IdentityRecord) -> bool {
    matches!(identity.used, Use::Account | Use::Contact)
        && identity.refused.is_none()
        && identity.token.is_some()
        && identity.made.saturating_add(ACCOUNT_RENEWED_AFTER) <= cx.now.0
        && identity.expires <= cx.now.0.saturating_add(ACCOUNT_RENEWED_BEFORE)
}

fn mint(cx: &mut Context, identity: &IdentityRecord) {
    let job = Job::Mint(identity.client.clone());
    // The answer is of use only with the keys that show whose word it is.
    if !cx.is_due(&job) || issuers::issuer_key_set(cx, &cx.config.domain).is_none() {
        return;
    }
    let path = match (identity.pseudonym, identity.token.is_some()) {
        (true, _) => ISSUE_PSEUDONYM,
        (false, false) => ISSUE_ACCOUNT,
        (false, true) => RENEW_ACCOUNT,
    };
    let bearer = cx.bearer();
    cx.request(job, Method::Post, path.to_owned(), issue_request(identity).encode(), bearer);
}

pub(crate) fn minted(cx: &mut Context, client: &ClientUri, answer: Answer<'_>) {
    let Some(mut identity) = cx.identity_record(client) else { return };
    if answer.status != 200 && identity.token.is_some() {
        // The word there is still counts.
        cx.put_off(Job::Mint(client.clone()), Some(600));
        return;
    }
    if answer.status != 200 {
        let problem = answer.problem(Refusal::NotIssued);
        identity.refused = Some(problem.code.clone());
        if identity.used == Use::Pool {
            IDENTITIES.delete(&cx.journal, client.as_str());
            cx.put_off(Job::Pool, Some(60));
        } else {
            keep(cx, &identity);
            cx.tell(DomainEvent::IdentityRefused { client: client.clone(), problem });
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
    match token.and_then(|token| Some((end_of(cx, &identity, &token)?, token))) {
        Some((end, token)) => {
            identity.expires = end;
            identity.made = cx.now.0;
            identity.token = Some(serde_bytes::ByteBuf::from(token));
            keep(cx, &identity);
            cx.scheduler.succeeded(&Job::Pool);
        }
        None => cx.put_off(Job::Mint(client.clone()), Some(60)),
    }
}

/// The end of a token, if the provider vouched for what was asked, not for something else.
pub(crate) fn end_of(cx: &mut Context, identity: &IdentityRecord, token: &[u8]) -> Option<u64> {
    let own = cx.config.domain.clone();
    let keys = issuers::issuer_key_set(cx, &own)?;
    let key = LeafKey::from_seed(&identity.seed).public();
    let accepted = match accept_token(token, &keys, &identity.client, &key, cx.now) {
        Ok(accepted) => accepted,
        Err(error) => {
            if issuers::wants_newer(cx, &own, &error) {
                issuers::need_issuer(cx, &own);
            }
            return None;
        }
    };
    (accepted.kind == identity.kind()).then_some(accepted.expires.0)
}
