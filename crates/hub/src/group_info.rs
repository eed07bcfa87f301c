//! `groupInfo`: what somebody outside needs to come in (mimi-protocol-06 §5.6), sealed to the asker, for a while.

use doorstep_credential::IssuerKeys;
use doorstep_membership::requester;
use doorstep_mls::Mls;
use doorstep_policy::{Denied, JoinGrant, Leaf, permit_group_info, permit_join_link};
use doorstep_wire::{
    Body, RawMlsMessage, Refusal, UnixMillis,
    ext::{
        join_code::{JoiningCode, proof_message},
        policy::{JoinLinkEntry, KnockTerms},
    },
    group_info::{GroupInfoRatchetTree, GroupInfoRequest, GroupInfoResponse, GroupInfoSuccess, PendingProposal},
    hpke::HpkeCiphertext,
    mls_message::BareGroupInfo,
    numbers::CIPHER_SUITE,
    tree::{RatchetTree, RatchetTreeOption},
};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::{
    Answer, Caller, Effects, Hub, HubError, Room, TargetFacts,
    room::{
        distrusted, head, knocker, link_uses,
        pending::{self, PendingKind},
        reservation::{self, Reservation},
    },
    stop::Stop,
};

/// Seconds after which a room whose last commit from outside was rejected may have a new GroupInfo.
const SUSPECT_RETRY: u32 = 30;

impl Hub {
    /// Answers a `GroupInfoRequest`. `target`: of the room behind a knock room, if there is one.
    ///
    /// # Errors
    /// [`HubError`] if there is no answer in the draft's terms.
    #[expect(clippy::too_many_arguments, reason = "the request, who asks, and all that an answer depends on")]
    pub fn group_info(
        &self,
        room: &mut Room,
        body: &[u8],
        caller: &Caller,
        target: Option<&TargetFacts>,
        keys: &dyn IssuerKeys,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<Answer, HubError> {
        let request = GroupInfoRequest::decode(body).map_err(|_| HubError::Malformed("GroupInfoRequest"))?;
        let mut knows_room = false;
        let outcome = room.attempt(|room| {
            let leaf = asker(room, &request, caller, keys, now)?;
            let link = link(room, &request)?;
            knows_room = link.is_some();
            let grant = self.grant(room, &request, &leaf, link.as_ref(), caller, target, now)?;
            self.hand_out(room, &request, &grant, now, seed)
        });
        match outcome {
            Ok(body) => {
                let effects = Effects { rows: room.journal.drain_writes(), ..Effects::default() };
                Ok(Answer { body, reason: None, effects, knows_room: true })
            }
            Err(Stop::Error(error)) => Err(error),
            Err(stop) => {
                let response = GroupInfoResponse::NotAuthorized { room: room.uri().clone() };
                let body = response.encode().map_err(HubError::internal)?;
                Ok(Answer { knows_room, ..Answer::refused(body, Some(stop.refusal())) })
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all that a grant depends on")]
    fn grant(
        &self,
        room: &Room,
        request: &GroupInfoRequest,
        leaf: &Leaf,
        link: Option<&JoinLinkEntry>,
        caller: &Caller,
        target: Option<&TargetFacts>,
        now: UnixMillis,
    ) -> Result<JoinGrant, Stop> {
        if distrusted::has(&room.journal, &leaf.signature_key) {
            return Err(Stop::Denied(Refusal::CommitRejected));
        }
        let inside = room.state.is_in(&leaf.user);
        if let Some(terms) = room.knock_terms().filter(|_| !inside) {
            knockable(room, terms, target, leaf)?;
        }
        let guests = target.map_or(room.about.guests != 0, |target| target.guests);
        if caller.guest && !guests && !inside {
            return Err(Stop::Denied(Refusal::NoGuests));
        }
        match link {
            None => permit_group_info(&room.state, &room.roster, leaf).map_err(|denied| match denied {
                Denied::RoleFull if room.knock_terms().is_some() => Stop::Denied(Refusal::KnockRoomFull),
                denied => denied.into(),
            }),
            Some(entry) => linked(room, request, entry, leaf, now),
        }
    }

    fn hand_out(
        &self,
        room: &mut Room,
        request: &GroupInfoRequest,
        grant: &JoinGrant,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<Vec<u8>, Stop> {
        // Said to those alone who would come in: to others this room may be none.
        if head::get(&room.journal)?.suspect != 0 {
            return Err(Stop::Error(HubError::Retry { after_seconds: SUSPECT_RETRY }));
        }
        let waiting = pending::all(&room.journal)?;
        let stored = room.stored_proposals()?;
        let self_removes: Vec<_> =
            waiting.iter().filter(|row| row.kind == PendingKind::SelfRemove).map(|row| row.reference.clone()).collect();
        let key = request.tbs.requesting_signature_key.as_slice();
        let credential = Sha256::digest(request.tbs.requesting_credential.content.as_slice()).into();
        let until = now.0.saturating_add(self.config.reservation_lifetime);
        let row = Reservation::new(grant, credential, room.epoch(), self_removes, until);
        if !reservation::put(&room.journal, key, &row, now.0, self.config.max_reservations)? {
            return Err(Stop::Error(HubError::Retry { after_seconds: 5 }));
        }
        let proposals = waiting
            .iter()
            .filter_map(|row| {
                let proposal: RawMlsMessage = stored.get(row.reference.as_slice())?.clone();
                Some(PendingProposal { proposal, hub_accepted_time: UnixMillis(row.accepted_at) })
            })
            .collect();
        let tree = RatchetTree::from_extension_body(room.ratchet_tree()?.to_vec()).map_err(HubError::internal)?;
        let content = GroupInfoRatchetTree {
            group_info: BareGroupInfo::decode(&room.group_info()?).map_err(HubError::internal)?,
            ratchet_tree: RatchetTreeOption::Full(tree),
            pending_proposals: proposals,
        };
        let plain = content.encode().map_err(HubError::internal)?;
        let info = GroupInfoRatchetTree::hpke_info(room.uri());
        let mls = Mls::new(&room.journal, seed);
        let (kem_output, ciphertext) = mls
            .hpke_seal(request.tbs.group_info_public_key.as_slice(), &info, &[], &plain)
            .map_err(|_| HubError::Malformed("groupInfoPublicKey"))?;
        let hub_sender = room.observer.external_senders().into_iter().next();
        let mut success = GroupInfoSuccess {
            room: room.uri().clone(),
            cipher_suite: CIPHER_SUITE,
            hub_sender: hub_sender.ok_or_else(|| HubError::internal("room without hub"))?,
            encrypted_group_info_and_tree: HpkeCiphertext {
                kem_output: kem_output.into(),
                ciphertext: ciphertext.into(),
            },
            signature: Vec::new().into(),
        };
        let signed = success.to_be_signed().map_err(HubError::internal)?;
        success.signature = self.keys.sign_bytes(&signed).as_slice().into();
        Ok(GroupInfoResponse::Success(Box::new(success)).encode().map_err(HubError::internal)?)
    }
}

/// Who asks: the signature, the credential, and that they ask through their own provider.
fn asker(
    room: &Room,
    request: &GroupInfoRequest,
    caller: &Caller,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Leaf, Stop> {
    let tbs = &request.tbs;
    if tbs.cipher_suite != CIPHER_SUITE {
        return Err(Stop::Denied(Refusal::CipherSuite));
    }
    let key = tbs.requesting_signature_key.as_slice();
    let signed = tbs.to_be_signed().map_err(HubError::internal)?;
    if !is_signed(key, &signed, request.signature.as_slice()) {
        return Err(Stop::Denied(Refusal::BadSignature));
    }
    let leaf = requester(&tbs.requesting_credential, key, room.uri(), keys, now)?;
    if leaf.user.host() == caller.domain { Ok(leaf) } else { Err(Stop::Error(HubError::NotYours)) }
}

/// A knock room that can be knocked in: the room behind it names it and takes knocks, somebody reads them, and this
/// knocker has not knocked yet.
fn knockable(room: &Room, terms: &KnockTerms, target: Option<&TargetFacts>, leaf: &Leaf) -> Result<(), Stop> {
    let open = target.is_some_and(|target| {
        target.room == terms.target_room && target.knock_room.as_ref() == Some(room.uri()) && target.takes_knocks
    });
    if !open {
        return Err(Stop::Denied(Refusal::KnockClosed));
    }
    if room.recipients().is_empty() {
        return Err(Stop::Denied(Refusal::KnockUnreadable));
    }
    match knocker::get(&room.journal, &leaf.user)? {
        Some(row) if row.messages >= terms.max_messages_per_knocker => Err(Stop::Denied(Refusal::KnockLimit)),
        _ => Ok(()),
    }
}

/// The link of a request with a joining code: it is there, and its code signed this very request. Only whoever can show
/// that hears more about the link.
fn link(room: &Room, request: &GroupInfoRequest) -> Result<Option<JoinLinkEntry>, Stop> {
    let Some(code) = &request.tbs.joining_code else { return Ok(None) };
    let unknown = Stop::Denied(Refusal::LinkUnknown);
    let code = JoiningCode::decode(code.as_slice()).map_err(|_| unknown.clone())?;
    let entry = room.state.join_link(code.link_id).ok_or_else(|| unknown.clone())?;
    let key = request.tbs.requesting_signature_key.as_slice();
    let group_info_key = request.tbs.group_info_public_key.as_slice();
    let proof = proof_message(room.uri(), request.tbs.cipher_suite, key, group_info_key);
    if is_signed(&entry.code_public_key, &proof, &code.proof) { Ok(Some(entry.clone())) } else { Err(unknown) }
}

/// Somebody with a join link. That it has a use left now promises nothing: the use is spent by the commit.
fn linked(
    room: &Room,
    request: &GroupInfoRequest,
    entry: &JoinLinkEntry,
    leaf: &Leaf,
    now: UnixMillis,
) -> Result<JoinGrant, Stop> {
    let grant = permit_join_link(&room.state, &room.roster, leaf, entry.link_id, now)?;
    let key = request.tbs.requesting_signature_key.as_slice();
    if grant.adds_participant() && !link_uses::is_left(&room.journal, entry, key, now.0)? {
        return Err(Stop::Denied(Refusal::LinkUsedUp));
    }
    Ok(grant)
}

fn is_signed(key: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    match (VerifyingKey::try_from(key), Signature::from_slice(signature)) {
        (Ok(key), Ok(signature)) => key.verify_strict(bytes, &signature).is_ok(),
        _ => false,
    }
}
