//! Looking where a join link leads, before anything is decided. Nothing is kept of it but the pseudonym one would come
//! in with, so that looking again does not use up another.

use doorstep_client_api::http::{GROUP_INFO, path_with};
use doorstep_content::Invite;
use doorstep_mls::{GroupView, Identity, JoinPreview, Mls};
use doorstep_page_api::view::{DeadLink, Event, Link, LinkOffer, LinkPerson, LinkPreview, LinkText, Outcome, Problem};
use doorstep_policy::{RoomState, Roster};
use doorstep_wire::ext::door::Pseudonyms;
use doorstep_wire::{
    Body, ClientUri, IdentityKind, ProviderDomain, Refusal, RoomUri, UserUri,
    ext::policy::RoomPurpose,
    group_info::{GroupInfoCode, GroupInfoResponse},
    room::{Optionality, RoleIndex},
};

use crate::{
    context::{Answer, Context},
    few::Few,
    group::{
        self,
        group_info::{self, Asked, JoinError},
    },
    identity, issuers,
    job::Job,
    link::invite::{check_pins, read_invite},
    record::ROOMS,
    step::Method,
    text::hex,
};

/// Links looked at at the same time.
const MAX_LOOKS: usize = 16;
/// How long somebody looks at a page that says nothing, milliseconds.
const LONGEST: u64 = 60_000;
/// How long what was seen is good for coming in, milliseconds: half as long as the hub keeps its permission.
const GOOD_FOR: u64 = 300_000;
/// How often the keys of somebody in the room are asked for while whoever looks is waiting.
const KEY_TRIES: u32 = 4;

/// A link that is being looked at, by the command that asked.
struct Look {
    invite: Invite,
    client: ClientUri,
    /// The request, once the identity is there.
    asked: Option<Asked>,
    /// When whoever waits for it is told that nobody answers, milliseconds.
    until: u64,
}

/// What the hub answered to a look that showed a room: whoever comes in by the same link as the same need not ask again. If
/// the room has gone on since, the hub refuses the commit, and then they ask.
struct Looked {
    room: RoomUri,
    client: ClientUri,
    link: [u8; 16],
    asked: Asked,
    /// `GroupInfoResponse`.
    answer: Vec<u8>,
    at: u64,
}

/// What is being looked at, by command, and what was seen last.
pub(crate) struct Looks {
    looks: Few<String, Look>,
    looked: Option<Looked>,
}

impl Looks {
    pub(crate) const fn new() -> Self {
        Self { looks: Few::new(), looked: None }
    }

    /// When somebody who looks is told that nobody answers.
    pub(crate) fn next_due(&self) -> impl Iterator<Item = u64> {
        self.looks.values().map(|look| look.until)
    }

    pub(crate) fn look_at(&mut self, cx: &mut Context, command: String, text: &LinkText, as_account: bool) {
        if self.looks.contains(&command) {
            return;
        }
        let invite = match read_invite(text) {
            Ok(invite) => invite,
            Err(problem) => {
                show_look(cx, command, None, Err(problem));
                return;
            }
        };
        if cx.is_in(&invite.room) {
            let offer = offer_of_own_room(cx, &invite);
            show_look(cx, command, Some(&invite), offer);
            return;
        }
        if self.looks.len() >= MAX_LOOKS {
            show_look(cx, command, Some(&invite), Err(Problem::new(Refusal::TooBusy)));
            return;
        }
        cx.ensure_profile();
        match identity::looking_client(cx, &invite.room, None, as_account) {
            Ok(client) => {
                // Somebody waits for them.
                cx.hurry_those(|job| matches!(job, Job::IssuerKeys(_) | Job::HubKeys(_)));
                let until = cx.now.0.saturating_add(LONGEST);
                self.looks.insert(command, Look { invite, client, asked: None, until });
            }
            Err(problem) => show_look(cx, command, Some(&invite), Err(problem)),
        }
    }

    pub(crate) fn pump(&mut self, cx: &mut Context) {
        for command in self.looks.keys().cloned().collect::<Vec<_>>() {
            let Some(mut look) = self.looks.remove(&command) else { continue };
            if look.asked.is_none() {
                look.asked = group_info::ask_group_info(cx, &look.invite.room, &look.client, Some(&look.invite));
            }
            if let Some(asked) = &look.asked {
                let path = path_with(GROUP_INFO, look.invite.room.as_str());
                let (body, bearer) = (asked.request.clone(), cx.bearer());
                cx.request(Job::Look(command.clone()), Method::Post, path, body, bearer);
            }
            self.looks.insert(command, look);
        }
    }

    pub(crate) fn answered(&mut self, cx: &mut Context, command: &str, answer: Answer<'_>) {
        let Some(mut look) = self.looks.remove(&command.to_owned()) else { return };
        let Some(asked) = look.asked.take() else { return };
        let response = GroupInfoResponse::decode(answer.body).ok().filter(|_| answer.status == 200);
        let result = match response {
            Some(response) if response.status() == GroupInfoCode::Success => {
                let mark = cx.journal.mark();
                let seen = open_look(cx, &look, &asked, &response);
                // Seeing the room is not being in it.
                cx.journal.rollback(mark);
                seen
            }
            // A room that says nothing is as good as none.
            _ => Err(JoinError::Refused(answer.problem(Refusal::LinkUnknown))),
        };
        match result {
            Ok(offer) => {
                self.looked = Some(Looked {
                    room: look.invite.room.clone(),
                    client: look.client.clone(),
                    link: look.invite.link_id,
                    asked,
                    answer: answer.body.to_vec(),
                    at: cx.now.0,
                });
                show_look(cx, command.to_owned(), Some(&look.invite), Ok(offer));
            }
            Err(JoinError::NeedsIssuer(domain)) if !issuers::is_nobody(cx, &domain) && !asked_often(cx, &domain) => {
                issuers::need_issuer(cx, &domain);
                // At once when the keys come.
                cx.pause(Job::Look(command.to_owned()), 3_000);
                self.looks.insert(command.to_owned(), look);
            }
            Err(JoinError::NeedsIssuer(domain)) => {
                let word =
                    if issuers::is_nobody(cx, &domain) { Refusal::UnknownIssuer } else { Refusal::ProviderUnreachable };
                show_look(cx, command.to_owned(), Some(&look.invite), Err(Problem::new(word)));
            }
            Err(JoinError::Refused(problem)) => {
                show_look(cx, command.to_owned(), Some(&look.invite), Err(problem));
            }
        }
    }

    /// What was seen of a room by this link as this client, not long ago.
    pub(crate) fn was_seen(&mut self, cx: &Context, invite: &Invite, client: &ClientUri) -> Option<(Asked, Vec<u8>)> {
        let Looked { room, client: by, link, asked, answer, at } = self.looked.take()?;
        let is_it = (&room, &by, link) == (&invite.room, client, invite.link_id);
        (is_it && cx.now.0 <= at.saturating_add(GOOD_FOR)).then_some((asked, answer))
    }

    /// Nobody waits for this browser to be known any more.
    pub(crate) fn refuse_all(&mut self, cx: &mut Context, problem: &Problem) {
        self.end_looks(cx, &|_| true, problem);
    }

    /// Nobody has answered: the person can look again.
    pub(crate) fn expire(&mut self, cx: &mut Context) {
        if cx.link == Link::Online {
            let (own, now) = (cx.config.domain.clone(), cx.now.0);
            let is_over = |look: &Look| look.until <= now;
            self.end_looks(
                cx,
                &|look| is_over(look) && look.invite.room.host() == own,
                &Problem::new(Refusal::TryAgain),
            );
            self.end_looks(cx, &is_over, &Problem::new(Refusal::ProviderUnreachable));
        }
    }

    fn end_looks(&mut self, cx: &mut Context, which: &dyn Fn(&Look) -> bool, problem: &Problem) {
        for (command, look) in self.looks.take() {
            if which(&look) {
                show_look(cx, command, Some(&look.invite), Err(problem.clone()));
            } else {
                self.looks.insert(command, look);
            }
        }
    }

    /// An identity is not vouched for.
    pub(crate) fn lost_identity(&mut self, cx: &mut Context, client: &ClientUri, problem: &Problem) {
        self.end_looks(cx, &|look| look.client == *client, problem);
    }

    /// Ends looks at links to rooms of a hub that cannot be reached from here.
    pub(crate) fn refuse_links_to(&mut self, cx: &mut Context, hub: &ProviderDomain, problem: &Problem) {
        self.end_looks(cx, &|look| look.invite.room.host() == *hub, problem);
    }
}

/// Ends a look. That it was asked for is not remembered: a page that asks again wants to see again.
fn show_look(cx: &mut Context, command: String, invite: Option<&Invite>, result: Result<LinkOffer, Problem>) {
    cx.forget_job(&Job::Look(command.clone()));
    let preview = LinkPreview {
        command: command.clone(),
        room: invite.map(|invite| invite.room.to_string()).unwrap_or_default(),
        link: invite.map(|invite| hex(&invite.link_id)).unwrap_or_default(),
        hint: invite.and_then(|invite| invite.hint.clone()).unwrap_or_default(),
        result: result.map_err(|problem| DeadLink { problem }),
    };
    cx.emit(Event::Link(Box::new(preview)));
    cx.emit(Event::Done { id: command, result: Ok(Outcome::Ok) });
}

/// Checks everything about the room that a join would check, and tells what it is.
fn open_look(
    cx: &mut Context,
    look: &Look,
    asked: &Asked,
    response: &GroupInfoResponse,
) -> Result<LinkOffer, JoinError> {
    let refuse = |word: Refusal| JoinError::Refused(Problem::new(word));
    let content = group_info::unseal_group_info(cx, &look.invite.room, &asked.secret, response)?;
    let record = cx.identity_record(&look.client).ok_or_else(|| refuse(Refusal::Internal))?;
    let identity = Identity::new(record.seed, asked.credential.clone());
    let tree = content.ratchet_tree().ok_or_else(|| refuse(Refusal::HubForged))?;
    let seed = cx.entropy.bytes();
    let opening = Mls::new(&cx.journal, seed);
    let self_removes = content.self_removes();
    let preview = JoinPreview::open(&opening, &identity, content.group_info.as_bytes(), tree, &self_removes)
        .map_err(|_| refuse(Refusal::HubForged))?;
    let (state, roster) = group_info::verified_group(cx, &look.invite.room, preview.view())?;
    if *state.purpose() != RoomPurpose::Standard {
        return Err(refuse(Refusal::WrongPurpose));
    }
    let offer = offer(&look.invite, preview.view(), &state, &roster, &look.client.user())?;
    let pseudonym = record.user.pseudonym_id().map(|id| uuid::Uuid::from_bytes(id).to_string());
    Ok(LinkOffer { pseudonym: pseudonym.filter(|_| record.pseudonym), ..offer })
}

/// A link to a room I am in needs nobody to be asked.
fn offer_of_own_room(cx: &mut Context, invite: &Invite) -> Result<LinkOffer, Problem> {
    let record = ROOMS.get(&cx.journal, invite.room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    group::warm(cx, &invite.room, &record.group);
    let warm = cx.groups.get(&invite.room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    offer(invite, &warm.member.view(), &warm.state, &warm.roster, &record.client.user())
}

fn asked_often(cx: &Context, issuer: &ProviderDomain) -> bool {
    cx.tries_of(&Job::IssuerKeys(issuer.clone())) >= KEY_TRIES
}

/// What a verified room says of itself, and of the link.
fn offer(
    invite: &Invite,
    view: &GroupView,
    state: &RoomState,
    roster: &Roster,
    me: &UserUri,
) -> Result<LinkOffer, Problem> {
    let inviter_gone = check_pins(invite, view, state)?;
    let already_in = state.is_in(me);
    let entry = state.join_link(invite.link_id);
    if entry.is_none() && !already_in {
        return Err(Problem::new(Refusal::LinkUnknown));
    }
    let role = if already_in { Some(state.role_index(me)) } else { entry.map(|entry| entry.target_role) };
    let max_uses = entry.map_or(0, |entry| entry.max_uses);
    let people = state.participants().iter().filter(|listed| !state.is_banned_role(listed.role_index));
    Ok(LinkOffer {
        name: state.room_name().to_owned(),
        description: state.description().to_owned(),
        hub: invite.room.host().to_string(),
        role: state.role_name(role.unwrap_or(RoleIndex::OUTSIDER)).to_owned(),
        pseudonyms: match state.settings().pseudonyms.pseudonyms {
            Optionality::Optional => Pseudonyms::Optional,
            Optionality::Required => Pseudonyms::Required,
            Optionality::Forbidden => Pseudonyms::Forbidden,
        },
        people: people
            .map(|listed| LinkPerson {
                user: listed.user.to_string(),
                role: state.role_name(listed.role_index).to_owned(),
                pseudonym: match roster.leaves_of(&listed.user).next() {
                    Some((_, leaf)) => leaf.kind == IdentityKind::Pseudonym,
                    None => listed.user.is_pseudonym_path(),
                },
                provider: listed.user.host().to_string(),
            })
            .collect(),
        max_uses,
        // The group does not count. The hub allowed the look, so that one use is there.
        uses_left: (max_uses == 1 && !already_in).then_some(1),
        until: entry.map_or(0, |entry| entry.not_after.saturating_mul(1000)),
        inviter_gone,
        already_in,
        pseudonym: None,
    })
}
