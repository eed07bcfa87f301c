//! Being known to the own provider: register and get a session, or open one, and keep the event stream open.

use doorstep_client_api::{
    http::{
        self, CHALLENGE, Entered, OpenSession, REGISTER, REGISTER_LABEL, Register, Registered, SESSION, SESSION_LABEL,
        Session, own_challenge,
    },
    view::{Link, Outcome, Problem},
};
use doorstep_credential::LeafKey;
use doorstep_wire::sign::sign_content;
use tls_codec::{Deserialize, Serialize, VLByteVec};

use crate::{
    engine::{Answer, Engine, Stream},
    job::Job,
    record::{PROFILE, PROFILE_KEY, Profile, Token},
    step::{Bearer, Effect, Method},
};

impl Engine {
    /// Makes the profile of this browser if there is none yet.
    pub(crate) fn ensure_profile(&mut self) {
        if self.profile().is_none() {
            let profile = Profile {
                client_id: self.turn.entropy.uuid(),
                key: self.turn.entropy.bytes(),
                registered: false,
                handle: None,
                display_name: None,
                sign_up: None,
                token: None,
                cursor: 0,
            };
            PROFILE.put(&self.journal, PROFILE_KEY, &profile);
            self.home_changed();
        }
    }

    /// The session token, if there is one that still holds.
    pub(crate) fn bearer(&self) -> Option<Bearer> {
        let token = self.profile()?.token?;
        (token.expires > self.turn.now.0).then_some(Bearer(token.secret))
    }

    pub(crate) fn forget_token(&mut self) {
        self.change_profile(|profile| profile.token = None);
        self.stream = Stream::Closed;
    }

    /// True once there is a session.
    pub(crate) fn pump_link(&mut self) -> bool {
        let Some(profile) = self.profile() else { return false };
        if !profile.registered || profile.sign_up.is_some() {
            self.register(&profile);
            return profile.registered && self.bearer().is_some();
        }
        let Some(bearer) = self.bearer() else {
            self.open_session(&profile);
            return false;
        };
        if self.stream == Stream::Closed && self.is_due(&Job::Stream) {
            self.stream = Stream::Opening;
            self.effect(Effect::OpenStream { bearer });
        }
        true
    }

    fn ask_for_challenge(&mut self) {
        self.request(Job::Challenge, Method::Get, CHALLENGE.to_owned(), Vec::new(), None);
    }

    fn register(&mut self, profile: &Profile) {
        let Some(challenge) = self.take_challenge_for(&Job::Register) else { return };
        let (handle, display_name) = match &profile.sign_up {
            Some(wanted) => (wanted.handle.clone(), wanted.display_name.clone().unwrap_or_default()),
            None => (profile.handle.clone().unwrap_or_default(), profile.display_name.clone().unwrap_or_default()),
        };
        let key = LeafKey::from_seed(&profile.key);
        let mut body = Register {
            client_id: profile.client_id,
            key: key.public(),
            handle: VLByteVec::new(handle.into_bytes()),
            display_name: VLByteVec::new(display_name.into_bytes()),
            challenge,
            signature: [0; 64],
        };
        let Some(signature) = sign_without_tail(&body, REGISTER_LABEL, &key) else { return };
        body.signature = signature;
        let Ok(bytes) = body.tls_serialize_detached() else { return };
        self.request(Job::Register, Method::Post, REGISTER.to_owned(), bytes, None);
    }

    fn open_session(&mut self, profile: &Profile) {
        let Some(challenge) = self.take_challenge_for(&Job::Session) else { return };
        let key = LeafKey::from_seed(&profile.key);
        let mut body = OpenSession { client_id: profile.client_id, challenge, signature: [0; 64] };
        let Some(signature) = sign_without_tail(&body, SESSION_LABEL, &key) else { return };
        body.signature = signature;
        let Ok(bytes) = body.tls_serialize_detached() else { return };
        self.request(Job::Session, Method::Post, SESSION.to_owned(), bytes, None);
    }

    /// A challenge to be used for `job`, if `job` is due: one of its own, unless the provider did not take such a one. Then
    /// it is asked for one.
    fn take_challenge_for(&mut self, job: &Job) -> Option<[u8; 32]> {
        if !self.is_due(job) {
            return None;
        }
        if !self.own_challenge_refused {
            return Some(own_challenge(&self.config.domain, self.turn.now.0, self.turn.entropy.bytes()));
        }
        if self.challenge.is_none() {
            self.ask_for_challenge();
        }
        self.challenge.take()
    }

    pub(crate) fn challenge_came(&mut self, answer: Answer<'_>) {
        match <[u8; http::CHALLENGE_LEN]>::try_from(answer.body) {
            Ok(challenge) if answer.status == 200 => self.challenge = Some(challenge),
            _ => self.put_off(Job::Challenge, None),
        }
    }

    /// The provider did not take who this browser says it is. With a challenge of the provider's there is another try at
    /// once: the clock may be wrong. False if it had one.
    fn ask_for_challenges(&mut self) -> bool {
        !core::mem::replace(&mut self.own_challenge_refused, true)
    }

    pub(crate) fn registered(&mut self, answer: Answer<'_>) {
        let Entered { outcome: verdict, session } = match Entered::tls_deserialize_exact(answer.body) {
            Ok(entered) if answer.status == 200 => entered,
            _ => {
                if answer.status != 401 || !self.ask_for_challenges() {
                    self.put_off(Job::Register, None);
                }
                return;
            }
        };
        let Some(mut profile) = self.profile() else { return };
        let wanted = profile.sign_up.take();
        if let Some(session) = session.filter(|_| self.bearer().is_none()) {
            profile.token = Some(Token { secret: session.token, expires: session.expires });
            self.mailbox_wanted = true;
        }
        if verdict == Registered::Ok {
            profile.registered = true;
            if let Some(wanted) = &wanted {
                profile.handle = Some(wanted.handle.clone());
                profile.display_name.clone_from(&wanted.display_name);
            }
        }
        PROFILE.put(&self.journal, PROFILE_KEY, &profile);
        let refused = match verdict {
            Registered::Ok => None,
            Registered::HandleTaken => Some("handle-taken"),
            Registered::HandleInvalid => Some("handle-invalid"),
            Registered::SignUpClosed => Some("sign-up-closed"),
            Registered::NoGuests => Some("no-guests"),
            Registered::ClientTaken => Some("client-taken"),
        };
        match (wanted, refused) {
            (Some(wanted), None) => self.done(&wanted.command, Ok(Outcome::Ok)),
            (Some(wanted), Some(word)) => self.done(&wanted.command, Err(Problem::new(word))),
            (None, Some(word)) => self.not_let_in(word),
            (None, None) => {}
        }
        self.home_changed();
    }

    /// The provider does not take this browser as a guest: whatever waits for it is told.
    fn not_let_in(&mut self, word: &str) {
        self.refuse_all_waiting(word);
        PROFILE.delete(&self.journal, PROFILE_KEY);
    }

    pub(crate) fn session_came(&mut self, answer: Answer<'_>) {
        match Session::tls_deserialize_exact(answer.body) {
            Ok(session) if answer.status == 200 => {
                self.change_profile(|profile| {
                    profile.token = Some(Token { secret: session.token, expires: session.expires });
                });
                self.set_link(Link::Online);
                self.mailbox_wanted = true;
            }
            // The provider does not know this browser (any more), or its clock is wrong: say who it is again.
            _ => {
                self.change_profile(|profile| profile.registered = false);
                if !self.ask_for_challenges() {
                    self.put_off(Job::Register, None);
                }
            }
        }
    }
}

/// Ed25519 over all but the last 64 bytes of the struct.
fn sign_without_tail(body: &impl Serialize, label: &str, key: &LeafKey) -> Option<[u8; 64]> {
    let mut bytes = body.tls_serialize_detached().ok()?;
    bytes.truncate(bytes.len().checked_sub(64)?);
    Some(key.sign(&sign_content(label, &bytes)))
}
