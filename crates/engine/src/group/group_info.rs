//! The GroupInfo of a room of others: asked for, opened, and the group in it verified. Joining and looking begin so.

use doorstep_content::Invite;
use doorstep_credential::{Audience, KeyUse, LeafKey};
use doorstep_membership as membership;
use doorstep_mls::{GroupView, hpke_keypair, hpke_open};
use doorstep_page_api::view::Problem;
use doorstep_policy::{RoomState, Roster};
use doorstep_wire::{
    Body, ClientUri, Credential, ProviderDomain, Refusal, RoomUri,
    group_info::{GroupInfoRatchetTree, GroupInfoRequest, GroupInfoRequestTbs, GroupInfoResponse},
    numbers::{CIPHER_SUITE, Protocol},
};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{
    context::Context,
    identity,
    issuers::{self, is_hub},
    link::invite::joining_code,
};

/// A request for the GroupInfo, and what opens and uses its answer.
pub(crate) struct Asked {
    /// Private HPKE key the answer is sealed to.
    pub(crate) secret: [u8; 32],
    /// Content of the credential in the request: the commit has to carry the same.
    pub(crate) credential: Vec<u8>,
    /// `GroupInfoRequest`.
    pub(crate) request: Vec<u8>,
}

/// A request for the GroupInfo, with the code of a link if there is one.
pub(crate) fn ask_group_info(
    cx: &mut Context,
    room: &RoomUri,
    client: &ClientUri,
    invite: Option<&Invite>,
) -> Option<Asked> {
    issuers::need_hub(cx, &room.host());
    issuers::hub_key_set(cx, &room.host())?;
    let identity = identity::identity(cx, client, &Audience::Room(room.clone()))?;
    let key = LeafKey::from_seed(&cx.identity_record(client)?.seed);
    let answer = hpke_keypair(&cx.entropy.bytes()).ok()?;
    let code = match invite {
        Some(invite) => Some(joining_code(invite, CIPHER_SUITE, &key.public(), &answer.public)?),
        None => None,
    };
    let tbs = GroupInfoRequestTbs {
        protocol: Protocol::Mls10,
        cipher_suite: CIPHER_SUITE,
        requesting_signature_key: key.public().as_slice().into(),
        requesting_credential: Credential::sd_cwt(identity.credential().to_vec()),
        group_info_public_key: answer.public.as_slice().into(),
        joining_code: code.map(Into::into),
    };
    let signature = key.sign(&tbs.to_be_signed().ok()?);
    let request = GroupInfoRequest { tbs, signature: signature.as_slice().into() }.encode().ok()?;
    Some(Asked { secret: answer.secret, credential: identity.credential().to_vec(), request })
}

/// Opens what the hub sealed for this request, if the hub signed it for this room.
pub(crate) fn unseal_group_info(
    cx: &Context,
    room: &RoomUri,
    secret: &[u8; 32],
    response: &GroupInfoResponse,
) -> Result<GroupInfoRatchetTree, JoinError> {
    let refuse = |word: Refusal| JoinError::Refused(Problem::new(word));
    let keys = issuers::hub_key_set(cx, &room.host()).ok_or_else(|| refuse(Refusal::HubKeys))?;
    let sealed = keys
        .of_use(KeyUse::ExternalSender)
        .find_map(|key| {
            let check = |signed: &[u8], signature: &[u8]| is_signed_by(key, signed, signature);
            response.verified(room, CIPHER_SUITE, key, check).ok()
        })
        .ok_or_else(|| refuse(Refusal::HubForged))?;
    let info = GroupInfoRatchetTree::hpke_info(room);
    let (kem_output, ciphertext) = (sealed.kem_output.as_slice(), sealed.ciphertext.as_slice());
    let plain = hpke_open(secret, &info, &[], kem_output, ciphertext).map_err(|_| refuse(Refusal::HubForged))?;
    GroupInfoRatchetTree::decode(&plain).map_err(|_| refuse(Refusal::HubForged))
}

/// A group whose hub is the one of this room, whose state makes sense and is this room's, and whose leaves somebody
/// vouches for.
pub(crate) fn verified_group(cx: &Context, room: &RoomUri, view: &GroupView) -> Result<(RoomState, Roster), JoinError> {
    let refuse = |word: Refusal| JoinError::Refused(Problem::new(word));
    let keys = issuers::hub_key_set(cx, &room.host()).ok_or_else(|| refuse(Refusal::HubKeys))?;
    if !is_hub(&view.external_senders, &room.host(), &keys) {
        return Err(refuse(Refusal::HubForged));
    }
    let state = RoomState::from_dictionary(&view.dictionary).map_err(|_| refuse(Refusal::RoomInvalid))?;
    if state.room_uri() != room {
        return Err(refuse(Refusal::WrongRoom));
    }
    let roster = membership::verify_all(view.leaves.iter().cloned(), &state, &issuers::known_issuers(cx))?;
    Ok((state, roster))
}

fn is_signed_by(key: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    match (VerifyingKey::from_bytes(key), Signature::from_slice(signature)) {
        (Ok(key), Ok(signature)) => key.verify_strict(bytes, &signature).is_ok(),
        _ => false,
    }
}

/// Why a join did not get to its commit.
pub(crate) enum JoinError {
    NeedsIssuer(ProviderDomain),
    Refused(Problem),
}

impl From<Problem> for JoinError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<membership::Denied> for JoinError {
    fn from(denied: membership::Denied) -> Self {
        match denied {
            membership::Denied::UnknownIssuer(domain) => Self::NeedsIssuer(domain),
            denied => Self::Refused(Problem { code: denied.refusal(), detail: denied.to_string() }),
        }
    }
}
