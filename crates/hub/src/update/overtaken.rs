//! A newcomer's commit that is not taken: they may know of the room, and what they came by may be kept for them.

use doorstep_mls::peek_newcomer;
use doorstep_wire::RawMlsMessage;
use sha2::{Digest, Sha256};

use super::Occasion;
use crate::{
    Answer, HubError, Room,
    room::{claim, link_uses, reservation},
    stop::Stop,
};

/// Completes the answer to a commit that was refused. If it came from somebody whom groupInfo granted something, they
/// hear why; if they came by a link and another commit was faster, a use of the link is claimed for them, as long as
/// there is one.
///
/// The commit's own signature cannot be verified in another epoch. Key and credential of the leaf have to be those of the
/// reservation, which only the requester and their provider have seen, and who has them has shown a code of the link.
pub(super) fn answer(
    room: &mut Room,
    occasion: Occasion<'_>,
    commit: &RawMlsMessage,
    stop: &Stop,
    answer: &mut Answer,
) -> Result<(), HubError> {
    let now = occasion.now.0;
    let Some((key, credential)) = peek_newcomer(commit.as_bytes()) else { return Ok(()) };
    let credential: [u8; 32] = Sha256::digest(&credential).into();
    let granted = reservation::find(&room.journal, &key, now)?
        .filter(|row| row.credential == credential && row.user().host() == occasion.caller.domain);
    let Some(granted) = granted else { return Ok(()) };
    answer.knows_room = true;
    if let (Stop::WrongEpoch, Some(link)) = (stop, granted.link())
        && let Some(entry) = room.state.join_link(link)
        && entry.max_uses != 0
        && link_uses::is_left(&room.journal, entry, &key, now)?
    {
        let until = now.saturating_add(occasion.hub.config.reservation_lifetime);
        claim::make(&room.journal, &link, &key, now, until)?;
        answer.effects.rows = room.journal.drain_writes();
    }
    Ok(())
}
