//! What pages ask for.

use doorstep_client_api::view::{Command, Envelope, Event, Outcome, Problem};
use doorstep_wire::RoomUri;

use crate::{
    engine::Engine,
    record::{COMMANDS, PROFILE, PROFILE_KEY, PendingSignUp, ROOMS},
};

impl Engine {
    pub(crate) fn command(&mut self, envelope: Envelope) {
        let Envelope { id, command } = envelope;
        if COMMANDS.get(&self.journal, &id).is_some() {
            self.emit(Event::Done { id, result: Ok(Outcome::Ok) });
            return;
        }
        let result = match command {
            Command::Hello { room } => self.hello(room),
            Command::SignUp { handle, display_name } => {
                self.sign_up(id, handle, display_name);
                return;
            }
            Command::CreateRoom(draft) => {
                self.create_room(id, draft);
                return;
            }
            Command::JoinOpen { room, pseudonym, as_account } => {
                self.join_open(id, &room, pseudonym.as_deref(), as_account);
                return;
            }
            Command::Prepare { room, pseudonym } => self.prepare(&room, pseudonym.as_deref()),
            Command::Knock(draft) => self.knock(draft),
            Command::Withdraw { knock } => self.withdraw(&knock),
            Command::DismissKnock { knock } => self.dismiss_knock(&knock),
            Command::Answer { request, answer } => self.answer(&request, answer),
            Command::Send { room, text, reply_to } => self.say(&room, &text, reply_to.as_deref()),
            Command::React { room, message, reaction } => self.react(&room, &message, &reaction),
            Command::Edit { room, message, text } => self.edit(&room, &message, &text),
            Command::MarkRead { room } => self.mark_read(&room),
            Command::Leave { room } => self.leave(&room),
            Command::Remove { room, user, ban } => self.remove(&room, &user, ban),
            Command::SetRole { room, user, role } => self.set_role(&room, &user, &role),
            Command::LookAtLink { invite, as_account } => {
                self.look_at_link(id, &invite, as_account);
                return;
            }
            Command::JoinByLink { invite, as_account, pseudonym, inviter_gone } => {
                self.join_by_link(id, &invite, as_account, pseudonym.as_deref(), inviter_gone);
                return;
            }
            Command::MakeLink { room, role, seconds, max_uses, note } => {
                self.make_link(id, &room, &role, (seconds, max_uses), note);
                return;
            }
            Command::RevokeLink { room, link } => {
                self.revoke_link(id, &room, &link);
                return;
            }
            Command::PauseLinks { room, paused } => {
                self.pause_links(id, &room, paused);
                return;
            }
            Command::Report { room, message, note } => {
                self.report(id, &room, &message, &note);
                return;
            }
            Command::Disclose { room, to, claims } => self.disclose(&room, to, claims),
            Command::KeysRead { provider } => {
                self.keys_read(&provider);
                Ok(Outcome::Ok)
            }
            Command::Retry => {
                self.hurry();
                Ok(Outcome::Ok)
            }
        };
        match result {
            Ok(outcome) => self.done(&id, Ok(outcome)),
            Err(problem) => self.emit(Event::Done { id, result: Err(problem) }),
        }
    }

    fn hello(&mut self, room: Option<String>) -> Result<Outcome, Problem> {
        self.home_changed();
        if let Some(room) = room {
            let room = room_uri(&room)?;
            if ROOMS.get(&self.journal, room.as_str()).is_none() {
                return Err(Problem::new("no-room"));
            }
            self.followed.insert(room.clone(), ());
            self.want_link_uses(&room);
            self.want_unreached(&room, 0);
            self.room_changed(&room);
        }
        Ok(Outcome::Ok)
    }

    fn sign_up(&mut self, command: String, handle: String, display_name: Option<String>) {
        self.ensure_profile();
        let Some(mut profile) = self.profile() else { return };
        if profile.handle.as_deref() == Some(handle.as_str()) {
            self.done(&command, Ok(Outcome::Ok));
            return;
        }
        if profile.handle.is_some() {
            self.done(&command, Err(Problem::new("has-account")));
            return;
        }
        profile.sign_up = Some(PendingSignUp { command, handle, display_name });
        PROFILE.put(&self.journal, PROFILE_KEY, &profile);
    }

    fn mark_read(&mut self, room: &str) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let mut changed = false;
        ROOMS.change(&self.journal, room.as_str(), |record| {
            changed = record.unread != 0;
            record.unread = 0;
        });
        if changed {
            self.home_changed();
        }
        Ok(Outcome::Ok)
    }
}

/// Reads a room URI that came from a page.
pub(crate) fn room_uri(text: &str) -> Result<RoomUri, Problem> {
    text.parse().map_err(|_| Problem::new("not-a-room"))
}

/// Reads a UUID that came from a page.
pub(crate) fn uuid(text: &str) -> Result<[u8; 16], Problem> {
    match uuid::Uuid::parse_str(text) {
        Ok(id) if id.get_version_num() == 4 => Ok(*id.as_bytes()),
        _ => Err(Problem::new("not-a-pseudonym")),
    }
}

/// Reads hex digits of a fixed length that came from a page.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
