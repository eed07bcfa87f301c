//! What a hub does by itself, now and then: it proposes the removal of those who only fill a knock room, and of clients
//! that were added and never came. A room whose time is over ends.

use doorstep_wire::{EndReason, LeafIndex, UnixMillis};

use crate::{
    Answer, Effects, Hub, HubError, LogEntry, LogKind, Room,
    fanout::Sender,
    room::{knocker, leaf_row, reservation, waiting, withdrawn},
    stop::Stop,
    update::{Removal, propose_removals},
};

impl Hub {
    /// Looks after a room.
    ///
    /// # Errors
    /// [`HubError::Internal`] if a row cannot be read or written.
    pub fn tick(&self, room: &mut Room, now: UnixMillis, seed: [u8; 32]) -> Result<Answer, HubError> {
        if Self::is_expired(room, now) {
            return Ok(Answer { effects: self.close(room, EndReason::Expired, [0; 32], now)?, ..Answer::default() });
        }
        let epoch = room.epoch().0;
        let outcome = room.attempt(|room| {
            reservation::prune(&room.journal, now.0)?;
            withdrawn::prune(&room.journal, now.0)?;
            waiting::prune(&room.journal, now.0)?;
            let mut leaves = self.idle_knockers(room, now)?;
            for (leaf, since) in leaf_row::silent(&room.journal)? {
                if now.0.saturating_sub(since) > self.config.dead_leaf {
                    leaves.push(leaf);
                }
            }
            leaves.sort_unstable();
            leaves.dedup();
            let removal = Removal { leaves: &leaves, handed_to: None };
            let proposed = propose_removals(room, self, removal, now, seed)?;
            let sender = Sender { room: room.uri(), at: now };
            let mut fanout = Vec::new();
            // In a knock room those who only wait hear of it when it is committed.
            for proposal in &proposed {
                fanout.extend(sender.proposal(room.audience().full, proposal, &[])?);
            }
            Ok((proposed, fanout))
        });
        let (proposed, fanout) = match outcome {
            Ok(done) => done,
            Err(Stop::Error(error)) => return Err(error),
            Err(stop) => return Err(HubError::internal(stop.refusal())),
        };
        let log = proposed
            .iter()
            .map(|message| LogEntry { at: now, epoch, kind: LogKind::Proposal, message: message.as_bytes().into() })
            .collect();
        let effects = Effects { rows: room.journal.drain_writes(), log, fanout, ended: None };
        Ok(Answer { effects, ..Answer::default() })
    }

    /// Knockers who did nothing for long; those who have knocked and stayed, too, once the room is half full.
    fn idle_knockers(&self, room: &Room, now: UnixMillis) -> Result<Vec<LeafIndex>, HubError> {
        let Some(terms) = room.knock_terms() else { return Ok(Vec::new()) };
        // Who was let read knocks has knocked no more, and stays as long as they like.
        let mut rows = knocker::all(&room.journal)?;
        rows.retain(|(user, _)| room.only_waits(user));
        let places = room.state.role(terms.knocker_role).and_then(|role| role.maximum_active_participants);
        let crowded = places.is_some_and(|places| rows.len() >= usize::try_from(places / 2).unwrap_or(usize::MAX));
        let mut leaves = Vec::new();
        for (user, row) in &rows {
            let idle = now.0.saturating_sub(row.seen_at) > self.config.knocker_idle;
            if idle || (crowded && row.messages >= terms.max_messages_per_knocker) {
                leaves.extend(room.roster.leaves_of(user).map(|(index, _)| index));
            }
        }
        Ok(leaves)
    }
}
