//! Being known to the own provider: register and get a session, or open one, and keep the event stream open.

use doorstep_client_api::http::{
    self, CHALLENGE, Entered, OpenSession, REGISTER, REGISTER_LABEL, Register, Registered, SESSION, SESSION_LABEL,
    Session as OpenedSession, own_challenge,
};
use doorstep_credential::LeafKey;
use doorstep_page_api::view::{Link, Outcome, Problem};
use doorstep_wire::{ClientUri, Refusal, sign::sign_content};
use tls_codec::{Deserialize, Serialize, VLByteVec};

use crate::{
    context::{Answer, Context},
    event::DomainEvent,
    identity,
    job::Job,
    record::{PROFILE, PROFILE_KEY, Profile, Token},
    step::{Effect, Method},
};

/// The event stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Closed,
    Opening,
    Open,
}

/// How this browser stands with its provider.
pub(crate) struct Session {
    /// The names that were asked for with the registration that is under way.
    names: Vec<ClientUri>,
    challenge: Option<[u8; 32]>,
    /// The provider did not take a challenge that was made here.
    own_challenge_refused: bool,
    stream: Stream,
}

impl Session {
    pub(crate) const fn new() -> Self {
        Self { names: Vec::new(), challenge: None, own_challenge_refused: false, stream: Stream::Closed }
    }

    /// The event stream is open.
    pub(crate) fn stream_up(&mut self, cx: &mut Context) {
        self.stream = Stream::Open;
        cx.scheduler.succeeded(&Job::Stream);
        cx.mailbox_wanted = true;
        cx.set_link(Link::Online);
    }

    /// The event stream broke, or could not be opened.
    pub(crate) fn stream_down(&mut self, cx: &mut Context, unauthorized: bool) {
        self.stream = Stream::Closed;
        if unauthorized {
            self.forget_token(cx);
        } else {
            cx.set_link(Link::Offline);
            cx.put_off(Job::Stream, None);
        }
    }

    /// The provider does not take the token any more.
    pub(crate) fn forget_token(&mut self, cx: &mut Context) {
        cx.change_profile(|profile| profile.token = None);
        self.stream = Stream::Closed;
    }

    /// True once there is a session.
    pub(crate) fn pump(&mut self, cx: &mut Context) -> bool {
        let Some(profile) = cx.profile() else { return false };
        if !profile.registered || profile.sign_up.is_some() {
            self.register(cx, &profile);
            return profile.registered && cx.bearer().is_some();
        }
        let Some(bearer) = cx.bearer() else {
            self.open_session(cx, &profile);
            return false;
        };
        if self.stream == Stream::Closed && cx.is_due(&Job::Stream) {
            self.stream = Stream::Opening;
            cx.effect(Effect::OpenStream { bearer });
        }
        true
    }

    fn register(&mut self, cx: &mut Context, profile: &Profile) {
        let Some(challenge) = self.take_challenge_for(cx, &Job::Register) else { return };
        let (handle, display_name) = match &profile.sign_up {
            Some(wanted) => (wanted.handle.clone(), wanted.display_name.clone().unwrap_or_default()),
            None => (profile.handle.clone().unwrap_or_default(), profile.display_name.clone().unwrap_or_default()),
        };
        let key = LeafKey::from_seed(&profile.key);
        // Whoever is not known yet gets the first names along with it.
        let names = if profile.registered { Vec::new() } else { identity::first_names(cx) };
        let (clients, names) = names.into_iter().unzip();
        self.names = clients;
        let mut body = Register {
            client_id: profile.client_id,
            key: key.public(),
            handle: VLByteVec::new(handle.into_bytes()),
            display_name: VLByteVec::new(display_name.into_bytes()),
            names,
            challenge,
            signature: [0; 64],
        };
        let Some(signature) = sign_without_tail(&body, REGISTER_LABEL, &key) else { return };
        body.signature = signature;
        let Ok(bytes) = body.tls_serialize_detached() else { return };
        cx.request(Job::Register, Method::Post, REGISTER.to_owned(), bytes, None);
    }

    fn open_session(&mut self, cx: &mut Context, profile: &Profile) {
        let Some(challenge) = self.take_challenge_for(cx, &Job::Session) else { return };
        let key = LeafKey::from_seed(&profile.key);
        let mut body = OpenSession { client_id: profile.client_id, challenge, signature: [0; 64] };
        let Some(signature) = sign_without_tail(&body, SESSION_LABEL, &key) else { return };
        body.signature = signature;
        let Ok(bytes) = body.tls_serialize_detached() else { return };
        cx.request(Job::Session, Method::Post, SESSION.to_owned(), bytes, None);
    }

    /// A challenge to be used for `job`, if `job` is due: one of its own, unless the provider did not take such a one. Then
    /// it is asked for one.
    fn take_challenge_for(&mut self, cx: &mut Context, job: &Job) -> Option<[u8; 32]> {
        if !cx.is_due(job) {
            return None;
        }
        if !self.own_challenge_refused {
            return Some(own_challenge(&cx.config.domain, cx.now.0, cx.entropy.bytes()));
        }
        if self.challenge.is_none() {
            ask_for_challenge(cx);
        }
        self.challenge.take()
    }

    pub(crate) fn challenge_came(&mut self, cx: &mut Context, answer: Answer<'_>) {
        match <[u8; http::CHALLENGE_LEN]>::try_from(answer.body) {
            Ok(challenge) if answer.status == 200 => self.challenge = Some(challenge),
            _ => cx.put_off(Job::Challenge, None),
        }
    }

    /// The provider did not take who this browser says it is. With a challenge of the provider's there is another try at
    /// once: the clock may be wrong. False if it had one.
    fn ask_for_challenges(&mut self) -> bool {
        !core::mem::replace(&mut self.own_challenge_refused, true)
    }

    pub(crate) fn registered(&mut self, cx: &mut Context, answer: Answer<'_>) {
        let Entered { outcome: verdict, session, tokens } = match Entered::tls_deserialize_exact(answer.body) {
            Ok(entered) if answer.status == 200 => entered,
            _ => {
                if answer.status == 401 && self.ask_for_challenges() {
                    return;
                }
                // Whoever asked for an account is told; a guest goes on trying.
                let wanted = cx.profile().and_then(|profile| profile.sign_up);
                match wanted.filter(|_| answer.is_no()) {
                    Some(wanted) => {
                        cx.change_profile(|profile| profile.sign_up = None);
                        cx.done(&wanted.command, Err(answer.problem(Refusal::NotIssued)));
                        cx.home_changed();
                    }
                    None => cx.put_off(Job::Register, None),
                }
                return;
            }
        };
        let Some(mut profile) = cx.profile() else { return };
        let wanted = profile.sign_up.take();
        if let Some(session) = session.filter(|_| cx.bearer().is_none()) {
            profile.token = Some(Token { secret: session.token, expires: session.expires });
            cx.mailbox_wanted = true;
        }
        if verdict == Registered::Ok {
            profile.registered = true;
            if let Some(wanted) = &wanted {
                profile.handle = Some(wanted.handle.clone());
                profile.display_name.clone_from(&wanted.display_name);
            }
        }
        PROFILE.put(&cx.journal, PROFILE_KEY, &profile);
        for (client, token) in core::mem::take(&mut self.names).iter().zip(tokens) {
            identity::came_along(cx, client, token.as_slice());
        }
        let refused = match verdict {
            Registered::Ok => None,
            Registered::HandleTaken => Some(Refusal::HandleTaken),
            Registered::HandleInvalid => Some(Refusal::HandleInvalid),
            Registered::SignUpClosed => Some(Refusal::SignUpClosed),
            Registered::NoGuests => Some(Refusal::NoGuests),
            Registered::ClientTaken => Some(Refusal::ClientTaken),
        };
        match (wanted, refused) {
            (Some(wanted), None) => cx.done(&wanted.command, Ok(Outcome::Ok)),
            (Some(wanted), Some(word)) => cx.done(&wanted.command, Err(Problem::new(word))),
            (None, Some(word)) => not_let_in(cx, word),
            (None, None) => {}
        }
        cx.home_changed();
    }

    pub(crate) fn session_came(&mut self, cx: &mut Context, answer: Answer<'_>) {
        match OpenedSession::tls_deserialize_exact(answer.body) {
            Ok(session) if answer.status == 200 => {
                cx.change_profile(|profile| {
                    profile.token = Some(Token { secret: session.token, expires: session.expires });
                });
                cx.set_link(Link::Online);
                cx.mailbox_wanted = true;
            }
            // The provider does not know this browser (any more), or its clock is wrong: say who it is again.
            _ => {
                cx.change_profile(|profile| profile.registered = false);
                if !self.ask_for_challenges() {
                    cx.put_off(Job::Register, None);
                }
            }
        }
    }
}

fn ask_for_challenge(cx: &mut Context) {
    cx.request(Job::Challenge, Method::Get, CHALLENGE.to_owned(), Vec::new(), None);
}

/// The provider does not take this browser as a guest: whatever waits for it is told.
fn not_let_in(cx: &mut Context, word: Refusal) {
    cx.tell(DomainEvent::GuestRefused { word });
    PROFILE.delete(&cx.journal, PROFILE_KEY);
}

/// Ed25519 over all but the last 64 bytes of the struct.
fn sign_without_tail(body: &impl Serialize, label: &str, key: &LeafKey) -> Option<[u8; 64]> {
    let mut bytes = body.tls_serialize_detached().ok()?;
    bytes.truncate(bytes.len().checked_sub(64)?);
    Some(key.sign(&sign_content(label, &bytes)))
}
