//! Making rooms: one, or a room and its knock room, all or none.

use doorstep_credential::IssuerKeys;
use doorstep_membership::verify_all;
use doorstep_mls::{Journal, Mls, ObserveError, Observer};
use doorstep_policy::{Leaf, RoomState, initial, initial_connection, initial_knock_room};
use doorstep_wire::{
    Body, Epoch, GroupUri, LeafIndex, Refusal, RoomUri, UnixMillis, component, ext::policy::RoomPurpose,
    franking::FrankingAgent,
};

use crate::{
    Caller, Effects, Hub, HubError, LogEntry, LogKind, Room, Visibility,
    room::{
        About,
        head::{self, Head},
        leaf_row::{self, LeafRow},
        put_about,
    },
    stop::Stop,
};

/// A room to be made.
#[derive(Clone, Debug)]
pub struct RoomRequest<'a> {
    /// Its address.
    pub room: &'a RoomUri,
    /// Bare GroupInfo of epoch 0.
    pub group_info: &'a [u8],
    /// `optional<Node> ratchet_tree<V>`.
    pub ratchet_tree: &'a [u8],
    /// Who finds it.
    pub visibility: Visibility,
    /// Search engines are asked to stay out.
    pub noindex: bool,
    /// Guests may come in.
    pub guests: bool,
    /// No outcome is sent to declined knockers.
    pub silent_decline: bool,
}

/// A room that was made.
#[derive(Debug)]
pub struct Created {
    /// The room, warm.
    pub room: Room,
    /// What is to be written.
    pub effects: Effects,
}

/// What came of the request.
#[derive(Debug)]
pub enum RoomsOutcome {
    /// All were made.
    Created(Vec<Created>),
    /// None was.
    Refused(Refusal),
}

impl Hub {
    /// Judges the rooms of one request. That their addresses are free, and that the creator is the caller's, is for the
    /// caller. `created_from` is the SHA-256 of the request.
    ///
    /// # Errors
    /// [`HubError::Internal`] if a row cannot be written.
    pub fn create_rooms(
        &self,
        requests: &[RoomRequest<'_>],
        created_from: [u8; 32],
        caller: &Caller,
        keys: &dyn IssuerKeys,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<RoomsOutcome, HubError> {
        match self.make_rooms(requests, created_from, caller, keys, now, seed) {
            Ok(created) => Ok(RoomsOutcome::Created(created)),
            Err(Stop::Error(error)) => Err(error),
            Err(stop) => Ok(RoomsOutcome::Refused(stop.refusal())),
        }
    }

    fn make_rooms(
        &self,
        requests: &[RoomRequest<'_>],
        created_from: [u8; 32],
        caller: &Caller,
        keys: &dyn IssuerKeys,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<Vec<Created>, Stop> {
        if caller.guest && !self.config.guests_may_create {
            return Err(Stop::Denied(Refusal::GuestCannotCreate));
        }
        let mut made = Vec::with_capacity(requests.len());
        for request in requests {
            made.push(self.make(request, created_from, caller, keys, now, seed)?);
        }
        let states: Vec<&RoomState> = made.iter().map(|created: &Created| created.room.state()).collect();
        match states.as_slice() {
            [one] if one.knock_room().is_none() && !is_knock_room(one) => {}
            [target, knock] if !is_knock_room(target) && target.room_uri() != knock.room_uri() => {
                initial_knock_room(knock, target)?;
            }
            _ => return Err(Stop::Denied(Refusal::KnockClosed)),
        }
        Ok(made)
    }

    fn make(
        &self,
        request: &RoomRequest<'_>,
        created_from: [u8; 32],
        caller: &Caller,
        keys: &dyn IssuerKeys,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<Created, Stop> {
        if request.room.host() != self.domain {
            return Err(Stop::Denied(Refusal::BadRoomUri));
        }
        let journal = Journal::new();
        let observer =
            Observer::create(&Mls::new(&journal, seed), request.group_info, request.ratchet_tree).map_err(|error| {
                match error {
                    ObserveError::Suite => Stop::Denied(Refusal::CipherSuite),
                    _ => Stop::Denied(Refusal::BadGroupInfo),
                }
            })?;
        let (state, index, creator) = self.first_state(request, &observer, keys)?;
        if creator.user.host() != caller.domain {
            return Err(Stop::Error(HubError::NotYours));
        }
        initial(&state, &creator)?;
        initial_connection(&state, now)?;

        let context = observer.group_context().map_err(HubError::internal)?;
        let tail = request.group_info.strip_prefix(context.as_slice()).ok_or(Stop::Denied(Refusal::BadGroupInfo))?;
        // A knock room has no page of its own: it is found through the room behind it.
        let visibility = match request.visibility {
            Visibility::Listed if is_knock_room(&state) => Visibility::Unlisted,
            visibility => visibility,
        };
        let about = About {
            room: request.room.clone(),
            group_id: observer.group_id().into(),
            visibility,
            noindex: request.noindex.into(),
            guests: request.guests.into(),
            silent_decline: request.silent_decline.into(),
            created_at: now.0,
            created_from,
        };
        put_about(&journal, &about)?;
        let row = Head { group_info_tail: tail.into(), accepted_at: now.0, recipients_since: 0, suspect: 0 };
        head::put(&journal, &row)?;
        leaf_row::put(&journal, index, &LeafRow::new(Epoch(0), &creator))?;
        let room = Room::from_journal(journal)?;
        let log = vec![LogEntry { at: now, epoch: 0, kind: LogKind::Created, message: request.group_info.into() }];
        let effects = Effects { rows: room.journal.drain_writes(), log, fanout: Vec::new(), ended: None };
        Ok(Created { room, effects })
    }

    /// The state that the request gives the room, and its only leaf.
    fn first_state(
        &self,
        request: &RoomRequest<'_>,
        observer: &Observer,
        keys: &dyn IssuerKeys,
    ) -> Result<(RoomState, LeafIndex, Leaf), Stop> {
        let bad_state = Stop::Denied(Refusal::BadRoomState);
        let of_this_hub = GroupUri::from_group_id(observer.group_id()).is_ok_and(|group| group.host() == self.domain);
        if observer.epoch() != Epoch(0) || !of_this_hub {
            return Err(bad_state);
        }
        let senders = observer.external_senders();
        let sender_is_hub = matches!(senders.as_slice(), [sender]
            if sender.credential.hub().as_ref() == Some(&self.domain)
                && sender.signature_key.as_slice() == self.keys.sender_public());
        let agent = observer.component(component::FRANKING_AGENT).and_then(|bytes| FrankingAgent::decode(bytes).ok());
        let franks_here =
            agent.is_some_and(|agent| agent.franking_signature_key.as_slice() == self.keys.franking_public());
        if !sender_is_hub || !franks_here {
            return Err(Stop::Denied(Refusal::NotThisHub));
        }
        let state = RoomState::from_dictionary(&observer.dictionary()).map_err(|_| bad_state.clone())?;
        let listed = request.visibility == Visibility::Listed && !is_knock_room(&state);
        if state.room_uri() != request.room || state.settings().base.discoverable != listed {
            return Err(bad_state);
        }
        let roster = verify_all(observer.leaves(), &state, keys)?;
        let mut leaves = roster.iter();
        match (leaves.next(), leaves.next()) {
            (Some((index, leaf)), None) => Ok((state.clone(), index, leaf.clone())),
            _ => Err(Stop::Denied(Refusal::NotAlone)),
        }
    }
}

fn is_knock_room(state: &RoomState) -> bool {
    matches!(state.purpose(), RoomPurpose::Knock(_))
}
