//! KeyPackages of somebody who is asked: claimed at their provider, and looked at before anything is done with them.

use doorstep_client_api::http::{KEY_MATERIAL, path_with};
use doorstep_credential::{Audience, CREDENTIAL_TYPE, CredentialIn, LeafKey};
use doorstep_mls::{KeyPackageView, Plan};
use doorstep_page_api::view::Problem;
use doorstep_wire::{
    Body, Credential, IdentityKind, Refusal, RoomUri,
    ext::kp_usage::KpUsage,
    key_material::{
        KeyMaterial, KeyMaterialRequest, KeyMaterialRequestTbs, KeyMaterialResponse, KeyMaterialUserCode,
        RequiredCapabilities,
    },
    numbers::CIPHER_SUITE,
    room::UserRolePair,
};
use serde_bytes::ByteBuf;
use tls_codec::VLByteVec;

use crate::{
    connection::asking::{self, keep},
    context::{Answer, Context},
    identity, issuers,
    job::Job,
    record::{ASKS, AskEnd, AskRecord, AskState, Intent},
    room::queue,
    step::Method,
};

/// What a KeyPackage's owner must know beyond what RFC 9420 makes everybody know: the dictionary of components;
/// AppDataUpdate and SelfRemove; our credentials.
const EXTENSIONS: [u16; 1] = [6];
const PROPOSALS: [u16; 2] = [8, 10];
/// How often somebody is asked again whose packages are all used up, an hour apart.
const AGAIN: u32 = 3;
const HOUR: u64 = 3_600_000;

/// Asks for them, as who I am in the room.
pub(crate) fn fetch(cx: &mut Context, id: &str, ask: &AskRecord) {
    let job = Job::Material(id.to_owned());
    // What comes can be looked at only with the keys of who vouches for it.
    if !cx.is_due(&job) {
        return;
    }
    let host = ask.user.host();
    if issuers::issuer_key_set(cx, &host).is_none() {
        issuers::need_issuer(cx, &host);
        return;
    }
    let Some(body) = request(cx, ask) else { return };
    let path = path_with(KEY_MATERIAL, ask.user.as_str());
    let bearer = cx.bearer();
    cx.request(job, Method::Post, path, body, bearer);
}

fn request(cx: &mut Context, ask: &AskRecord) -> Option<Vec<u8>> {
    let identity = identity::identity(cx, &ask.first, &Audience::Room(ask.room.clone()))?;
    let key = LeafKey::from_seed(&cx.identity_record(&ask.first)?.seed);
    let tbs = KeyMaterialRequestTbs {
        requester: ask.first.user(),
        target: ask.user.clone(),
        room: Some(ask.room.clone()),
        cipher_suites: vec![CIPHER_SUITE],
        required: RequiredCapabilities {
            extensions: EXTENSIONS.to_vec(),
            proposals: PROPOSALS.to_vec(),
            credentials: vec![CREDENTIAL_TYPE],
        },
        signature_key: VLByteVec::from(key.public().as_slice()),
        credential: Credential::sd_cwt(identity.credential().to_vec()),
    };
    let signature = key.sign(&tbs.to_be_signed().ok()?);
    KeyMaterialRequest { tbs, signature: VLByteVec::from(signature.as_slice()) }.encode().ok()
}

pub(crate) fn came(cx: &mut Context, id: &str, answer: &Answer<'_>) {
    let Some(mut ask) = ASKS.get(&cx.journal, id) else { return };
    let AskState::Fetching { exhausted } = ask.state else { return };
    let job = Job::Material(id.to_owned());
    let response = KeyMaterialResponse::decode(answer.body).ok().filter(|_| answer.status == 200);
    let Some(response) = response else {
        match answer.is_no() {
            true => asking::end(cx, id, AskEnd::Refused(answer.problem(Refusal::NotAllowed))),
            false => cx.put_off_again(job, None),
        }
        return;
    };
    let none_left = response.clients.iter().any(|client| client.material == KeyMaterial::Exhausted);
    let packages = match response.status {
        KeyMaterialUserCode::Success | KeyMaterialUserCode::PartialSuccess => good_packages(cx, &ask, response),
        KeyMaterialUserCode::NoCompatibleMaterial if none_left && exhausted < AGAIN => {
            ask.state = AskState::Fetching { exhausted: exhausted + 1 };
            keep(cx, id, &ask);
            cx.pause(job, HOUR);
            return;
        }
        KeyMaterialUserCode::NoCompatibleMaterial | KeyMaterialUserCode::IncompatibleProtocol => {
            asking::end(cx, id, AskEnd::Refused(Problem::new(Refusal::NeedsPackages)));
            return;
        }
        // Which of them it is nobody is told.
        KeyMaterialUserCode::UserUnknown
        | KeyMaterialUserCode::NoConsent
        | KeyMaterialUserCode::NoConsentForThisRoom
        | KeyMaterialUserCode::UserDeleted => {
            asking::end(cx, id, AskEnd::NotReached);
            return;
        }
    };
    if packages.is_empty() {
        asking::end(cx, id, AskEnd::Refused(Problem::new(Refusal::BadKeyPackage)));
        return;
    }
    ask.state = AskState::Adding { packages };
    keep(cx, id, &ask);
    queue::enqueue(cx, &ask.room, Intent::AddAsked { ask: id.to_owned() });
}

/// Those that are for a first contact and nothing else, of the account that is asked, vouched for by its provider.
fn good_packages(cx: &Context, ask: &AskRecord, response: KeyMaterialResponse) -> Vec<ByteBuf> {
    let mut good = Vec::new();
    let Some(keys) = issuers::issuer_key_set(cx, &ask.user.host()) else { return good };
    for client in response.clients {
        let KeyMaterial::Success(package) = client.material else { continue };
        let bytes = package.as_bytes().to_vec();
        let Ok(view) = KeyPackageView::decode(&bytes) else { continue };
        let theirs = CredentialIn::decode(&view.credential)
            .and_then(|credential| credential.verify(&keys, &view.signature_key, cx.now))
            .is_ok_and(|who| who.user == ask.user && who.client == client.client && who.kind == IdentityKind::Account);
        if theirs && view.usage == KpUsage::ConnectionOnly {
            good.push(ByteBuf::from(bytes));
        }
    }
    good
}

/// The commit that adds them.
pub(crate) fn plan(cx: &Context, room: &RoomUri, id: &str) -> Result<Option<Plan>, Problem> {
    let Some(ask) = ASKS.get(&cx.journal, id) else { return Ok(None) };
    let AskState::Adding { packages } = ask.state else { return Ok(None) };
    let warm = cx.groups.get(room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if warm.state.role_of(&ask.user).is_some() {
        return Ok(None);
    }
    let role = warm.state.member_role().ok_or_else(|| Problem::new(Refusal::NotAllowed))?;
    let added = warm.state.add_update(vec![UserRolePair { user: ask.user, role_index: role }]);
    let update = doorstep_membership::list_update(&added).map_err(|_| Problem::new(Refusal::Internal))?;
    let adds = packages.into_iter().map(ByteBuf::into_vec).collect();
    Ok(Some(Plan { adds, updates: vec![update], ..Plan::default() }))
}
