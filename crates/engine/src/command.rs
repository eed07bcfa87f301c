//! What pages ask for.

use doorstep_page_api::view::{Command, Envelope, Event, Outcome, Problem};
use doorstep_wire::Refusal;

use crate::{
    chat::{self, report},
    connection::{answering, asking, settings},
    disclosure::saying,
    engine::Engine,
    identity, issuers,
    knock::{keepers, knocker, moderator},
    link::{handing, making as links},
    record::{COMMANDS, PROFILE, PROFILE_KEY, PendingSignUp, ROOMS},
    room::{ending, forgetting, joining, leaving, making},
    text::room_uri,
};

/// Characters of a display name.
const MAX_NAME: usize = 64;

impl Engine {
    pub(crate) fn command(&mut self, envelope: Envelope) {
        let Envelope { id, command } = envelope;
        if COMMANDS.get(&self.cx.journal, &id).is_some() {
            self.cx.emit(Event::Done { id, result: Ok(Outcome::Ok) });
            return;
        }
        let cx = &mut self.cx;
        let result = match command {
            Command::Hello { room } => self.hello(room),
            Command::SignUp { handle, display_name } => {
                self.sign_up(id, handle, display_name);
                return;
            }
            Command::CreateRoom(draft) => {
                making::create_room(cx, id, draft);
                return;
            }
            Command::JoinOpen { room, pseudonym, as_account } => {
                joining::join_open(cx, id, &room, pseudonym.as_deref(), as_account);
                return;
            }
            Command::Prepare { room, pseudonym } => identity::prepare(cx, &room, pseudonym.as_deref()),
            Command::Knock(draft) => knocker::knock(cx, draft),
            Command::Withdraw { knock } => knocker::withdraw(cx, &knock),
            Command::DismissKnock { knock } => knocker::dismiss_knock(cx, &knock),
            Command::Answer { request, answer } => moderator::answer(cx, &request, answer),
            Command::Send { room, text, reply_to } => chat::say(cx, &room, &text, reply_to.as_deref()),
            Command::React { room, message, reaction } => chat::react(cx, &room, &message, &reaction),
            Command::Edit { room, message, text } => chat::edit(cx, &room, &message, &text),
            Command::MarkRead { room } => self.mark_read(&room),
            Command::SendAgain { room, message } => chat::send_again(cx, &room, &message),
            Command::DropRefused { room, message } => chat::drop_refused(cx, &room, &message),
            Command::ShowOlder { room, from } => self.views.show_older(cx, &room, from.as_deref()),
            Command::ForgetRoom { room } => forgetting::forget(cx, &room),
            Command::Leave { room } => match leaving::leave(cx, &id, &room) {
                Ok(()) => return,
                Err(problem) => Err(problem),
            },
            Command::EndRoom { room } => match ending::end(cx, &id, &room) {
                Ok(()) => return,
                Err(problem) => Err(problem),
            },
            Command::Remove { room, user, ban } => match leaving::put_out(cx, &id, &room, &user, ban) {
                Ok(()) => return,
                Err(problem) => Err(problem),
            },
            Command::SetRole { room, user, role } => match keepers::set_role(cx, &id, &room, &user, &role) {
                Ok(()) => return,
                Err(problem) => Err(problem),
            },
            Command::LookAtLink { invite, as_account } => {
                self.looks.look_at(cx, id, &invite, as_account);
                return;
            }
            Command::JoinByLink { invite, as_account, pseudonym, inviter_gone } => {
                joining::join_by_link(cx, &mut self.looks, id, &invite, as_account, pseudonym.as_deref(), inviter_gone);
                return;
            }
            Command::MakeLink { room, role, seconds, max_uses, note } => {
                links::make_link(cx, id, &room, &role, (seconds, max_uses), note);
                return;
            }
            Command::RevokeLink { room, link } => {
                links::revoke_link(cx, id, &room, &link);
                return;
            }
            Command::PauseLinks { room, paused } => {
                links::pause_links(cx, id, &room, paused);
                return;
            }
            Command::Report { room, message, note } => {
                report::report(cx, id, &room, &message, &note);
                return;
            }
            Command::Disclose { room, to, claims } => saying::disclose(cx, &room, to, claims),
            Command::InviteInto { to, room } => {
                handing::invite_into(cx, id, &to, &room);
                return;
            }
            Command::Ask(draft) => asking::ask(cx, draft),
            Command::DropAsk { ask } => asking::drop_ask(cx, &ask),
            Command::AnswerContact { request, answer } => answering::answer(cx, &request, answer),
            Command::SetContact { found_by, asked_by, pause } => settings::set(cx, found_by, asked_by, pause),
            Command::Block { user, blocked } => settings::block_user(cx, &user, blocked),
            Command::KeysRead { provider } => {
                issuers::keys_read(cx, &provider);
                Ok(Outcome::Ok)
            }
            Command::Retry => {
                self.cx.hurry();
                Ok(Outcome::Ok)
            }
        };
        match result {
            Ok(outcome) => self.cx.done(&id, Ok(outcome)),
            Err(problem) => self.cx.emit(Event::Done { id, result: Err(problem) }),
        }
    }

    fn hello(&mut self, room: Option<String>) -> Result<Outcome, Problem> {
        self.cx.home_changed();
        if let Some(room) = room {
            let room = room_uri(&room)?;
            if ROOMS.get(&self.cx.journal, room.as_str()).is_none() {
                return Err(Problem::new(Refusal::NoRoom));
            }
            self.cx.followed.insert(room.clone(), ());
            self.views.begin_at_the_end(&room);
            self.link_uses.want(&self.cx, &room);
            self.unreached.want(&self.cx, &room, 0);
            self.cx.room_changed(&room);
        }
        Ok(Outcome::Ok)
    }

    fn sign_up(&mut self, command: String, handle: String, display_name: Option<String>) {
        self.cx.ensure_profile();
        let Some(mut profile) = self.cx.profile() else { return };
        if profile.handle.as_deref() == Some(handle.as_str()) {
            self.cx.done(&command, Ok(Outcome::Ok));
            return;
        }
        if profile.handle.is_some() {
            self.cx.done(&command, Err(Problem::new(Refusal::HasAccount)));
            return;
        }
        if display_name.as_ref().is_some_and(|name| name.chars().count() > MAX_NAME) {
            self.cx.done(&command, Err(Problem::new(Refusal::NameLength)));
            return;
        }
        // Another tab asks for one too, and was first.
        if profile.sign_up.as_ref().is_some_and(|pending| pending.command != command) {
            self.cx.done(&command, Err(Problem::new(Refusal::HasAccount)));
            return;
        }
        profile.sign_up = Some(PendingSignUp { command, handle, display_name });
        PROFILE.put(&self.cx.journal, PROFILE_KEY, &profile);
    }

    fn mark_read(&mut self, room: &str) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let mut changed = false;
        ROOMS.change(&self.cx.journal, room.as_str(), |record| {
            changed = record.unread != 0;
            record.unread = 0;
        });
        if changed {
            self.cx.home_changed();
        }
        Ok(Outcome::Ok)
    }
}
