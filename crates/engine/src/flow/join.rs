//! Joining from outside: ask for the GroupInfo, check everything in it, commit, try again when another was faster.

use doorstep_client_api::{
    http::{GROUP_INFO, MailboxItem, UPDATE, path_with},
    view::{Happening, Outcome, Problem},
};
use doorstep_credential::{Audience, KeyUse, LeafKey};
use doorstep_membership as membership;
use doorstep_mls::{Identity, JoinPreview, Mls, hpke_keypair, hpke_open};
use doorstep_policy::RoomState;
use doorstep_wire::{
    Body, ClientUri, Credential, Dictionary, GroupUri, ProviderDomain, RoomUri,
    group_info::{GroupInfoCode, GroupInfoRatchetTree, GroupInfoRequest, GroupInfoRequestTbs, GroupInfoResponse},
    notify::FanoutMessage,
    numbers::Protocol,
    update::{HandshakeBundle, UpdateRoomResponse},
};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_bytes::ByteBuf;

use super::command::{room_uri, uuid};
use super::{keys::is_hub, mailbox::NotTaken};
use crate::{
    engine::{Answer, Engine},
    flow::WarmRoom,
    job::Job,
    record::{JOINS, JoinRecord, JoinState, Purpose, ROOMS, RoomRecord, Use},
    step::Method,
};

/// MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519.
const CIPHER_SUITE: u16 = 1;
/// How often somebody else may be faster before a join is given up.
const MAX_LOST: u32 = 200;

impl Engine {
    pub(crate) fn join_open(&mut self, command: String, room: &str, pseudonym: Option<&str>, as_account: bool) {
        match self.plan_join(&command, room, pseudonym, as_account) {
            Ok(true) => {}
            Ok(false) => self.done(&command, Ok(Outcome::Room { room: room.to_owned() })),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    /// False: I am in already.
    fn plan_join(
        &mut self,
        command: &str,
        room: &str,
        pseudonym: Option<&str>,
        as_account: bool,
    ) -> Result<bool, Problem> {
        let room = room_uri(room)?;
        if ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.ended.is_none()) {
            return Ok(false);
        }
        if JOINS.get(&self.journal, room.as_str()).is_some() {
            return Ok(true);
        }
        let id = pseudonym.map(uuid).transpose()?;
        self.ensure_profile();
        let used = Use::Room(room.clone());
        let client = if as_account {
            self.account_client(used).ok_or_else(|| Problem::new("needs-account"))?
        } else {
            self.pseudonym(id, used)
        };
        self.begin_join(room, client, Purpose::Stay { command: command.to_owned() });
        Ok(true)
    }

    pub(crate) fn begin_join(&mut self, room: RoomUri, client: ClientUri, purpose: Purpose) {
        let key = room.to_string();
        let join = JoinRecord { room, client, purpose, lost: 0, state: JoinState::Gathering };
        JOINS.put(&self.journal, &key, &join);
        self.home_changed();
    }

    pub(crate) fn pump_joins(&mut self) {
        for (_, mut join) in JOINS.all(&self.journal) {
            if join.state == JoinState::Gathering && !self.ask_for_group_info(&mut join) {
                continue;
            }
            let bearer = self.bearer();
            match &join.state {
                JoinState::Gathering => {}
                JoinState::Asking { request, .. } => {
                    let path = path_with(GROUP_INFO, join.room.as_str());
                    self.request(Job::Ask(join.room.clone()), Method::Post, path, request.to_vec(), bearer);
                }
                JoinState::Committing { request, .. } => {
                    let path = path_with(UPDATE, join.room.as_str());
                    self.request(Job::Join(join.room.clone()), Method::Post, path, request.to_vec(), bearer);
                }
            }
        }
    }

    /// Makes the request once identity and keys are there.
    fn ask_for_group_info(&mut self, join: &mut JoinRecord) -> bool {
        self.need_hub(&join.room.host());
        if self.hub_key_set(&join.room.host()).is_none() {
            return false;
        }
        let Some(identity) = self.identity(&join.client, &Audience::Room(join.room.clone())) else { return false };
        let Some(record) = self.identity_record(&join.client) else { return false };
        let Ok(answer) = hpke_keypair(&self.turn.entropy.bytes()) else { return false };
        let key = LeafKey::from_seed(&record.seed);
        let tbs = GroupInfoRequestTbs {
            protocol: Protocol::Mls10,
            cipher_suite: CIPHER_SUITE,
            requesting_signature_key: key.public().as_slice().into(),
            requesting_credential: Credential::sd_cwt(identity.credential().to_vec()),
            group_info_public_key: answer.public.as_slice().into(),
            joining_code: None,
        };
        let Ok(signature) = tbs.to_be_signed().map(|bytes| key.sign(&bytes)) else { return false };
        let request = GroupInfoRequest { tbs, signature: signature.as_slice().into() };
        let Ok(request) = request.encode() else { return false };
        join.state = JoinState::Asking {
            secret: answer.secret,
            credential: ByteBuf::from(identity.credential().to_vec()),
            request: ByteBuf::from(request),
        };
        JOINS.put(&self.journal, join.room.as_str(), join);
        true
    }

    pub(crate) fn group_info_came(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let Some(join) = JOINS.get(&self.journal, room.as_str()) else { return };
        let JoinState::Asking { secret, credential, .. } = &join.state else { return };
        let response = match GroupInfoResponse::decode(answer.body) {
            Ok(response) if answer.status == 200 => response,
            Ok(_) | Err(_) => {
                self.join_failed(&join, answer.problem("no-room"));
                return;
            }
        };
        match response.status() {
            GroupInfoCode::Success => {}
            GroupInfoCode::NotAuthorized => {
                self.join_failed(&join, answer.problem("not-authorized"));
                return;
            }
            GroupInfoCode::NoSuchRoom => {
                self.join_failed(&join, answer.problem("no-room"));
                return;
            }
        }
        let (secret, credential) = (*secret, credential.to_vec());
        let mark = self.journal.mark();
        match self.commit_to_join(&join, &secret, credential, &response) {
            Ok(()) => {}
            Err(JoinError::NeedsIssuer(domain)) => {
                self.journal.rollback(mark);
                self.need_issuer(&domain);
                self.ask_again(join, false);
            }
            Err(JoinError::Refused(problem)) => {
                self.journal.rollback(mark);
                self.join_failed(&join, problem);
            }
        }
    }

    /// Checks the room and makes the external commit.
    fn commit_to_join(
        &mut self,
        join: &JoinRecord,
        secret: &[u8; 32],
        credential: Vec<u8>,
        response: &GroupInfoResponse,
    ) -> Result<(), JoinError> {
        let refuse = |word: &str| JoinError::Refused(Problem::new(word));
        let host = join.room.host();
        let keys = self.hub_key_set(&host).ok_or_else(|| refuse("hub-keys"))?;
        let sealed = keys
            .of_use(KeyUse::ExternalSender)
            .find_map(|key| {
                let check = |signed: &[u8], signature: &[u8]| is_signed_by(key, signed, signature);
                response.verified(&join.room, CIPHER_SUITE, key, check).ok()
            })
            .ok_or_else(|| refuse("hub-forged"))?;
        let info = GroupInfoRatchetTree::hpke_info(&join.room);
        let (kem_output, ciphertext) = (sealed.kem_output.as_slice(), sealed.ciphertext.as_slice());
        let plain = hpke_open(secret, &info, &[], kem_output, ciphertext).map_err(|_| refuse("hub-forged"))?;
        let content = GroupInfoRatchetTree::decode(&plain).map_err(|_| refuse("hub-forged"))?;

        let seed = self.turn.entropy.bytes();
        let record = self.identity_record(&join.client).ok_or_else(|| refuse("internal"))?;
        let identity = Identity::new(record.seed, credential);
        let issuers = self.known_issuers();
        let self_removes = content.self_removes();
        let tree = content.ratchet_tree().ok_or_else(|| refuse("hub-forged"))?;
        let opening = Mls::new(&self.journal, seed);
        let preview = JoinPreview::open(&opening, &identity, content.group_info.as_bytes(), tree, &self_removes)
            .map_err(|_| refuse("hub-forged"))?;
        let view = preview.view();
        if !is_hub(&view.external_senders, &host, &keys) {
            return Err(refuse("hub-forged"));
        }
        let state = RoomState::from_dictionary(&view.dictionary).map_err(|_| refuse("room-invalid"))?;
        if state.room_uri() != &join.room {
            return Err(refuse("wrong-room"));
        }
        let roster = membership::verify_all(view.leaves.iter().cloned(), &state, &issuers)?;
        self.check_purpose(join, &state, &roster)?;
        let own = membership::own_leaf(&identity, &Dictionary::new())?;
        let update = membership::join_update(&state, &roster, &own, &preview.leavers())?;
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let mut judged = None;
        let now = self.turn.now;
        let (member, bundle) = preview
            .join(&mls, &identity, update, &Dictionary::new(), |view| {
                let verdict = membership::judge_own(&state, &roster, view, &own, &issuers, now)?;
                judged = Some((verdict.next, verdict.roster));
                Ok::<_, membership::Denied>(verdict.changes)
            })
            .map_err(|error| JoinError::Refused(Problem { code: "cannot-join".into(), detail: error.to_string() }))?;
        let Some((state, delta)) = judged else { return Err(refuse("internal")) };
        let mut roster = roster;
        roster.apply(delta);
        let group = GroupUri::from_group_id(member.group_id()).map_err(|_| refuse("room-invalid"))?;
        let request = HandshakeBundle::commit(&bundle.commit, None, &bundle.group_info)
            .ok()
            .and_then(|bundle| bundle.encode().ok())
            .ok_or_else(|| refuse("internal"))?;
        let mut next = join.clone();
        next.state = JoinState::Committing { group, request: ByteBuf::from(request) };
        JOINS.put(&self.journal, join.room.as_str(), &next);
        self.rooms.insert(join.room.clone(), WarmRoom::new(member, state, roster));
        Ok(())
    }

    pub(crate) fn join_answered(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let Some(join) = JOINS.get(&self.journal, room.as_str()) else { return };
        let JoinState::Committing { group, .. } = &join.state else { return };
        match UpdateRoomResponse::decode(answer.body) {
            Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
                let group = group.clone();
                self.joined(join, group, accepted_timestamp.0);
            }
            Ok(UpdateRoomResponse::WrongEpoch { .. }) => self.ask_again(join, true),
            _ => {
                self.drop_joined_group(&join);
                self.join_failed(&join, answer.problem("not-allowed"));
            }
        }
    }

    /// An external commit of ours came back by fan-out before its answer did: it stands.
    pub(crate) fn join_stands(&mut self, item: &MailboxItem, fanout: &FanoutMessage) {
        let Some(join) = JOINS.get(&self.journal, item.room.as_str()) else { return };
        let JoinState::Committing { group, request } = &join.state else { return };
        let ours =
            HandshakeBundle::decode(request).is_ok_and(|bundle| bundle.message_hash() == fanout.message.sha256());
        if ours && join.client == item.to {
            let group = group.clone();
            self.forget_job(&Job::Join(join.room.clone()));
            self.joined(join, group, fanout.timestamp.0);
        }
    }

    fn joined(&mut self, join: JoinRecord, group: GroupUri, at: u64) {
        JOINS.delete(&self.journal, join.room.as_str());
        let knock = match &join.purpose {
            Purpose::Stay { .. } => None,
            Purpose::Knock { knock } => Some(knock.clone()),
        };
        self.warm(&join.room, &group);
        self.ensure_epoch(&join.room);
        let name = self.rooms.get(&join.room).map(|warm| warm.state.room_name().to_owned()).unwrap_or_default();
        // A room that was left before keeps its messages.
        let before = ROOMS.get(&self.journal, join.room.as_str());
        let record = RoomRecord {
            knock: knock.clone(),
            messages: before.map_or(0, |before| before.messages),
            ..RoomRecord::entered(join.room.clone(), group, join.client.clone(), name, at)
        };
        ROOMS.put(&self.journal, join.room.as_str(), &record);
        match (join.purpose, knock) {
            (Purpose::Stay { command }, _) => {
                self.happened(&join.room, &join.client.user(), Happening::Joined(join.client.user().to_string()));
                self.done(&command, Ok(Outcome::Room { room: join.room.to_string() }));
                self.room_changed(&join.room);
            }
            (Purpose::Knock { knock }, _) => self.knock_room_joined(&knock),
        }
    }

    /// From the GroupInfo on again; after a lost race with a pause that grows.
    fn ask_again(&mut self, mut join: JoinRecord, lost: bool) {
        self.drop_joined_group(&join);
        if lost {
            join.lost += 1;
            if join.lost > MAX_LOST {
                self.join_failed(&join, Problem::new("too-busy"));
                return;
            }
            self.pause(Job::Ask(join.room.clone()), 100 * u64::from(join.lost.min(10)));
        } else {
            self.pause(Job::Ask(join.room.clone()), 200);
        }
        join.state = JoinState::Gathering;
        JOINS.put(&self.journal, join.room.as_str(), &join);
    }

    fn drop_joined_group(&mut self, join: &JoinRecord) {
        if let JoinState::Committing { group, .. } = &join.state {
            self.drop_group(&join.room, group);
        }
    }

    fn join_failed(&mut self, join: &JoinRecord, problem: Problem) {
        JOINS.delete(&self.journal, join.room.as_str());
        match &join.purpose {
            Purpose::Stay { command } => self.done(command, Err(problem)),
            Purpose::Knock { knock } => self.knock_refused(knock, problem),
        }
    }

    pub(crate) fn join_lost_identity(&mut self, client: &ClientUri, problem: &Problem) {
        for (_, join) in JOINS.all(&self.journal) {
            if join.client == *client {
                self.join_failed(&join, problem.clone());
            }
        }
    }
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

impl From<membership::Denied> for JoinError {
    fn from(denied: membership::Denied) -> Self {
        match denied {
            membership::Denied::UnknownIssuer(domain) => Self::NeedsIssuer(domain),
            denied => Self::Refused(Problem { code: denied.code().to_owned(), detail: denied.to_string() }),
        }
    }
}

impl From<membership::Denied> for NotTaken {
    fn from(denied: membership::Denied) -> Self {
        match denied {
            membership::Denied::UnknownIssuer(domain) => Self::NeedsIssuer(domain),
            _ => Self::Useless,
        }
    }
}
