//! The hub's word that a message went through it, and when (mimi-protocol-06 §5.4, franking). Whoever carries mail can take it
//! away or alter it; the message is its sender's all the same, and whoever reads it is told.

use doorstep_content::Unpacked;
use doorstep_mls::{IncomingApplication, verify_with_label};
use doorstep_page_api::view::Happening;
use doorstep_wire::{
    Body, RoomUri, UserUri, component,
    franking::{FRANKING_LABEL, FrankingAgent, FrankingIntegrityTbs, ServerFrankingContext},
    notify::FanoutMessage,
    numbers::CIPHER_SUITE,
};

use crate::{chat, context::Context, few::Few};

/// When it was told last that a room's messages come without the hub's word.
pub(crate) struct Unvouched {
    told: Few<RoomUri, u64>,
}

impl Unvouched {
    pub(crate) const fn new() -> Self {
        Self { told: Few::new() }
    }
}

/// Whether the frank beside a message is the hub's, for this sender, room and time. True in a room without an agent.
pub(crate) fn is_vouched(
    cx: &Context,
    room: &RoomUri,
    sender: &UserUri,
    message: &IncomingApplication,
    said: &Unpacked,
    fanout: &FanoutMessage,
) -> bool {
    let Some(dictionary) = cx.groups.get(room).map(|warm| warm.member.dictionary()) else { return false };
    let Some(agent) = dictionary.get(&component::FRANKING_AGENT) else { return true };
    let (Ok(agent), Some(frank)) = (FrankingAgent::decode(agent), fanout.frank()) else { return false };
    let context =
        ServerFrankingContext { sender: sender.clone(), room: room.clone(), accepted_timestamp: fanout.timestamp };
    let signed = FrankingIntegrityTbs { server_frank: frank.server_frank, cipher_suite: CIPHER_SUITE, context };
    frank.cipher_suite == CIPHER_SUITE
        && message.frank.as_deref() == Some(said.franking_tag.as_slice())
        && agent.credential.hub() == Some(room.host())
        && signed.encode().is_ok_and(|signed| {
            let (key, signature) = (agent.franking_signature_key.as_slice(), frank.signature.as_slice());
            verify_with_label(key, FRANKING_LABEL, &signed, signature)
        })
}

/// A message without the hub's word was taken. Told once until the browser is opened again, and again after a while.
pub(crate) fn unvouched(cx: &mut Context, room: &RoomUri, from: &UserUri) {
    /// Milliseconds.
    const A_WHILE: u64 = 24 * 60 * 60 * 1_000;
    let now = cx.now.0;
    if cx.unvouched.told.get(room).is_none_or(|told| told.saturating_add(A_WHILE) <= now) {
        cx.unvouched.told.insert(room.clone(), now);
        chat::happened(cx, room, from, Happening::Unvouched);
    }
}
