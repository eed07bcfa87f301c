//! A Welcome, opened and looked at as a whole before anything of it is kept.

use doorstep_client_api::http::MailboxItem;
use doorstep_membership as membership;
use doorstep_mls::{Mls, WelcomePreview};
use doorstep_policy::RoomState;
use doorstep_wire::{GroupUri, UserUri, notify::FanoutMessage};

use crate::{
    context::Context,
    group::WarmRoom,
    issuers::{self, NotTaken, is_hub},
};

/// The group that somebody has added me to.
pub(crate) struct Welcomed {
    pub(crate) warm: WarmRoom,
    pub(crate) group: GroupUri,
    /// Who added me.
    pub(crate) by: Option<UserUri>,
}

/// Opens it, if it is of the hub of its room, everybody in it is vouched for, and it `fits`. An error means that the journal
/// is to be rolled back: then the KeyPackage is there for the right Welcome.
pub(crate) fn open(
    cx: &mut Context,
    item: &MailboxItem,
    fanout: &FanoutMessage,
    fits: impl FnOnce(&RoomState) -> bool,
) -> Result<Welcomed, NotTaken> {
    let host = item.room.host();
    let Some(keys) = issuers::hub_key_set(cx, &host) else {
        issuers::need_hub(cx, &host);
        return Err(NotTaken::NeedsIssuer(host));
    };
    let welcome = fanout.bare_welcome().ok_or(NotTaken::Useless)?;
    let tree = fanout.ratchet_tree().ok_or(NotTaken::Useless)?;
    let issuers = issuers::known_issuers(cx);
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let preview = WelcomePreview::open(&mls, welcome, tree).map_err(|_| NotTaken::Useless)?;
    let view = preview.view();
    let state = RoomState::from_dictionary(&view.dictionary).map_err(|_| NotTaken::Useless)?;
    let is_its = *state.room_uri() == item.room && is_hub(&view.external_senders, &host, &keys);
    if !is_its || !fits(&state) {
        return Err(NotTaken::Useless);
    }
    let roster = membership::verify_all(view.leaves, &state, &issuers)?;
    let by = roster.get(preview.sender()).map(|leaf| leaf.user.clone());
    let member = preview.accept();
    let group = GroupUri::from_group_id(member.group_id()).map_err(|_| NotTaken::Useless)?;
    Ok(Welcomed { warm: WarmRoom::new(member, state, roster), group, by })
}
