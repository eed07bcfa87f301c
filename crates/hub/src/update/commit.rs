//! A commit: from whoever made it to the next epoch.

use std::collections::BTreeMap;

use doorstep_membership::{Granted, Judged, judge};
use doorstep_mls::{AddView, Author, CommitView, GroupInfoError, Mls, Observed, ObservedCommit, ObserverAcceptError};
use doorstep_policy::Leaf;
use doorstep_wire::{
    BareWelcome, ClientUri, LeafIndex, RawMlsMessage, Refusal, UserUri, numbers::CIPHER_SUITE, update::GroupInfoOption,
};
use sha2::{Digest, Sha256};

use super::{Occasion, Outgoing, Removal, check_header, pending_check, propose_removals, remember, removals};
use crate::{
    HubError, Room, fanout,
    room::{
        claim, distrusted,
        head::{self, Head},
        knocker::{self, Knocker},
        leaf_row::{self, LeafRow},
        link_uses,
        pending::{self, Pending},
        reservation::{self, Reservation},
        withdrawn,
    },
    stop::Stop,
};

/// Takes a commit in, and returns what everybody has to hear.
pub(super) fn take(
    room: &mut Room,
    occasion: Occasion<'_>,
    message: &RawMlsMessage,
    welcome: Option<&BareWelcome>,
    group_info: &GroupInfoOption,
) -> Result<Outgoing, Stop> {
    check_header(room, message)?;
    let GroupInfoOption::Full(group_info) = group_info else {
        return Err(Stop::Denied(Refusal::BadGroupInfo));
    };
    let (before, made_in) = (room.journal.mark(), room.epoch());
    let mls = Mls::new(&room.journal, occasion.seed);
    let Observed::Commit(observed) = room.observer.process(&mls, message.as_bytes())? else {
        return Err(Stop::Denied(Refusal::InvalidMls));
    };
    let author = author(room, occasion, &observed.view)?;
    let waiting = pending::all(&room.journal)?;
    pending_check::takes_what_it_must(room, &observed.view, &waiting, &author)?;
    let grant = author.reservation().map(Reservation::grant);
    // The credential of a reservation is the one of the leaf, or there is no author.
    let newcomer = grant.as_ref().zip(observed.view.path_leaf.as_ref());
    let granted = newcomer.map(|(grant, leaf)| Granted { grant, credential: &leaf.credential });
    let judged = judge(&room.state, &room.roster, &observed.view, granted, occasion.keys, occasion.now)?;
    check_withdrawn(room, occasion, &observed.view, &judged)?;
    check_link(room, occasion, &author)?;
    check_welcome(welcome, &observed.view.adds)?;

    let scene = Scene::before(room, &observed.view, &waiting)?;
    let view = observed.view.clone();
    enter_epoch(room, occasion, *observed, &judged, group_info.as_bytes())?;
    let step = Step { view: &view, author: &author, scene: &scene };
    let outcome = settle(room, occasion, step, judged)?;
    let outgoing = announce(room, occasion, step, message, welcome, outcome)?;
    remember::commit(room, occasion, message, &author, before, made_in)?;
    Ok(outgoing)
}

/// Who made the commit, as far as the hub knows them already.
pub(super) enum CommitAuthor {
    /// A member.
    Member {
        /// Its leaf.
        index: LeafIndex,
        /// Whose.
        leaf: Leaf,
    },
    /// Somebody who comes in.
    Newcomer {
        /// The leaf they get.
        index: LeafIndex,
        /// Its signature key.
        signature_key: Vec<u8>,
        /// What groupInfo granted.
        reservation: Reservation,
    },
}

impl CommitAuthor {
    pub(super) fn user(&self) -> &UserUri {
        match self {
            Self::Member { leaf, .. } => &leaf.user,
            Self::Newcomer { reservation, .. } => reservation.user(),
        }
    }

    pub(super) fn signature_key(&self) -> &[u8] {
        match self {
            Self::Member { leaf, .. } => &leaf.signature_key,
            Self::Newcomer { signature_key, .. } => signature_key,
        }
    }

    pub(super) fn index(&self) -> LeafIndex {
        match self {
            Self::Member { index, .. } | Self::Newcomer { index, .. } => *index,
        }
    }

    pub(super) fn reservation(&self) -> Option<&Reservation> {
        match self {
            Self::Member { .. } => None,
            Self::Newcomer { reservation, .. } => Some(reservation),
        }
    }
}

fn author(room: &Room, occasion: Occasion<'_>, view: &CommitView) -> Result<CommitAuthor, Stop> {
    let author = match view.author {
        Author::Member(index) => {
            let leaf = room.roster.get(index).ok_or(Stop::Denied(Refusal::NotAParticipant))?.clone();
            let gone = room.gone()?;
            if gone.leaves.contains(&index) || gone.users.contains(&leaf.user) {
                return Err(Stop::Denied(Refusal::Left));
            }
            CommitAuthor::Member { index, leaf }
        }
        Author::External(index) => {
            let leaf = view.path_leaf.as_ref().ok_or(Stop::Denied(Refusal::InvalidMls))?;
            let reservation = reservation::find(&room.journal, &leaf.signature_key, occasion.now.0)?
                .filter(|row| row.credential == <[u8; 32]>::from(Sha256::digest(&leaf.credential)))
                .ok_or(Stop::Denied(Refusal::NoReservation))?;
            CommitAuthor::Newcomer { index, signature_key: leaf.signature_key.clone(), reservation }
        }
    };
    if author.user().host() != occasion.caller.domain {
        return Err(Stop::Error(HubError::NotYours));
    }
    if distrusted::has(&room.journal, author.signature_key()) {
        return Err(Stop::Denied(Refusal::CommitRejected));
    }
    Ok(author)
}

/// Nobody is added with what a withdrawn knock brought.
fn check_withdrawn(room: &Room, occasion: Occasion<'_>, view: &CommitView, judged: &Judged) -> Result<(), Stop> {
    for add in &view.adds {
        let leaf = judged.roster.set.iter().find(|(index, _)| *index == add.index);
        if let Some((_, leaf)) = leaf
            && withdrawn::has(&room.journal, &leaf.user, occasion.now.0)?
        {
            return Err(Stop::Denied(Refusal::Withdrawn));
        }
    }
    Ok(())
}

/// A use of the link is left, or claimed for the newcomer: what groupInfo granted was only the way to the door.
fn check_link(room: &Room, occasion: Occasion<'_>, author: &CommitAuthor) -> Result<(), Stop> {
    let Some(link) = author.reservation().and_then(Reservation::link) else { return Ok(()) };
    let entry = room.state.join_link(link).ok_or(Stop::Denied(Refusal::LinkUnknown))?;
    if link_uses::is_left(&room.journal, entry, author.signature_key(), occasion.now.0)? {
        Ok(())
    } else {
        Err(Stop::Denied(Refusal::LinkUsedUp))
    }
}

/// A Welcome for exactly those who were added, which they can open: it is of the room's suite.
fn check_welcome(welcome: Option<&BareWelcome>, adds: &[AddView]) -> Result<(), Stop> {
    let bad = Stop::Denied(Refusal::BadWelcome);
    let Some(welcome) = welcome else {
        return if adds.is_empty() { Ok(()) } else { Err(bad) };
    };
    if welcome.cipher_suite().map_err(|_| bad.clone())? != CIPHER_SUITE {
        return Err(Stop::Denied(Refusal::CipherSuite));
    }
    let mut invited = welcome.new_members().map_err(|_| bad.clone())?;
    let mut added: Vec<Vec<u8>> = adds.iter().map(|add| add.key_package.reference.to_vec()).collect();
    invited.sort();
    added.sort();
    if !added.is_empty() && invited == added { Ok(()) } else { Err(bad) }
}

/// What is to be known of the epoch that ends.
pub(super) struct Scene {
    audience: fanout::Audience,
    recipients: BTreeMap<LeafIndex, Vec<u8>>,
    /// Leaves whose going was proposed and that stay for now.
    left_behind: Vec<LeafIndex>,
    /// Proposals that the commit takes and that those who only wait have not seen, and who has nevertheless.
    unheard: Vec<(RawMlsMessage, Option<ClientUri>)>,
}

impl Scene {
    fn before(room: &Room, view: &CommitView, waiting: &[Pending]) -> Result<Self, HubError> {
        let left_behind = removals::left_behind(room, view, waiting)?;
        let taken = |row: &&Pending| view.references.iter().any(|to| to.as_slice() == row.reference.as_slice());
        let mut unheard = Vec::new();
        if waiting.iter().filter(taken).any(|row| row.withheld != 0) {
            let stored = room.stored_proposals()?;
            for row in waiting.iter().filter(taken).filter(|row| row.withheld != 0) {
                let message = stored.get(row.reference.as_slice()).cloned();
                let message = message.ok_or_else(|| HubError::internal("a waiting proposal without bytes"))?;
                let handed_to = row.handed_to.and_then(|leaf| room.roster.get(LeafIndex(leaf)));
                unheard.push((message, handed_to.map(|leaf| leaf.client.clone())));
            }
        }
        Ok(Self { audience: room.audience(), recipients: room.recipients(), left_behind, unheard })
    }
}

/// What came in, and into what.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    view: &'a CommitView,
    author: &'a CommitAuthor,
    scene: &'a Scene,
}

/// The group goes into the next epoch, if the GroupInfo is the one of that epoch.
fn enter_epoch(
    room: &mut Room,
    occasion: Occasion<'_>,
    observed: ObservedCommit,
    judged: &Judged,
    group_info: &[u8],
) -> Result<(), Stop> {
    let mls = Mls::new(&room.journal, occasion.seed);
    room.observer.accept(&mls, observed, &judged.changes, group_info).map_err(|error| match error {
        ObserverAcceptError::GroupInfo(GroupInfoError::Suite) => Stop::Denied(Refusal::CipherSuite),
        ObserverAcceptError::GroupInfo(_) => Stop::Denied(Refusal::BadGroupInfo),
        ObserverAcceptError::Changes | ObserverAcceptError::Invalid(_) => Stop::Denied(Refusal::InvalidMls),
    })?;
    room.touched = true;
    let context = room.observer.group_context().map_err(HubError::internal)?;
    let tail = group_info.strip_prefix(context.as_slice()).ok_or(Stop::Denied(Refusal::BadGroupInfo))?;
    let recipients_since = head::get(&room.journal)?.recipients_since;
    let row = Head { group_info_tail: tail.into(), accepted_at: occasion.now.0, recipients_since, suspect: 0 };
    Ok(head::put(&room.journal, &row)?)
}

/// What the hub has to say in the new epoch.
pub(super) struct Outcome {
    /// Removals that it proposes anew.
    proposed: Vec<RawMlsMessage>,
}

/// Rows and warm parts follow the group.
fn settle(room: &mut Room, occasion: Occasion<'_>, step: Step<'_>, judged: Judged) -> Result<Outcome, HubError> {
    let Step { view, author, scene } = step;
    let removed = settle_leaves(room, occasion, step, &judged)?;
    room.roster.apply(judged.roster);
    let before = std::mem::replace(&mut room.state, judged.next);
    if let CommitAuthor::Newcomer { signature_key, reservation, .. } = author {
        reservation::delete(&room.journal, signature_key);
        if let Some(link) = reservation.link() {
            link_uses::count(&room.journal, &link, reservation.user(), occasion.now.0)?;
            claim::delete(&room.journal, &link, signature_key);
        }
    }
    for gone in before.settings().join_links.iter().filter(|entry| room.state.join_link(entry.link_id).is_none()) {
        link_uses::forget(&room.journal, &gone.link_id);
    }
    pending::clear(&room.journal);
    if room.recipients() != scene.recipients {
        let row = head::get(&room.journal)?;
        head::put(&room.journal, &Head { recipients_since: room.epoch().0, ..row })?;
    }
    let came_to_wait = author.reservation().is_some() && room.only_waits(author.user());
    let handed_to = came_to_wait.then_some(author.index());
    let leaves: Vec<LeafIndex> =
        scene.left_behind.iter().copied().filter(|leaf| !view.removed().contains(leaf)).collect();
    let removal = Removal { leaves: &leaves, handed_to };
    let proposed = propose_removals(room, occasion.hub, removal, occasion.now, occasion.seed)?;
    if room.knock_terms().is_some() {
        settle_knockers(room, occasion, author, &removed)?;
    }
    Ok(Outcome { proposed })
}

/// Rows of leaves. Returns those that are gone.
fn settle_leaves(room: &Room, occasion: Occasion<'_>, step: Step<'_>, judged: &Judged) -> Result<Vec<Leaf>, HubError> {
    let mut removed = Vec::new();
    for index in &judged.roster.removed {
        if let Some(leaf) = room.roster.get(*index) {
            distrusted::delete(&room.journal, &leaf.signature_key);
            removed.push(leaf.clone());
        }
        leaf_row::delete(&room.journal, *index);
    }
    for (index, leaf) in &judged.roster.set {
        let since = leaf_row::get(&room.journal, *index)?.map_or(room.epoch(), |row| row.since);
        leaf_row::put(&room.journal, *index, &LeafRow::new(since, leaf))?;
        if step.view.adds.iter().any(|add| add.index == *index) {
            leaf_row::expect(&room.journal, *index, occasion.now.0)?;
        }
    }
    leaf_row::show(&room.journal, step.author.index());
    Ok(removed)
}

/// Counts of those who wait in a knock room.
fn settle_knockers(
    room: &Room,
    occasion: Occasion<'_>,
    author: &CommitAuthor,
    removed: &[Leaf],
) -> Result<(), HubError> {
    let user = author.user();
    if room.only_waits(user) {
        let (messages, last_epoch) =
            knocker::get(&room.journal, user)?.map_or((0, 0), |row| (row.messages, row.last_epoch));
        let row = Knocker { messages, last_epoch, seen_at: occasion.now.0 };
        knocker::put(&room.journal, user, &row)?;
    }
    for leaf in removed {
        if room.roster.count_of(&leaf.user) == 0 {
            knocker::delete(&room.journal, &leaf.user);
        }
    }
    Ok(())
}

/// First the proposals that some have not heard yet, then the commit, then the Welcome.
fn announce(
    room: &mut Room,
    occasion: Occasion<'_>,
    step: Step<'_>,
    message: &RawMlsMessage,
    welcome: Option<&BareWelcome>,
    outcome: Outcome,
) -> Result<Outgoing, HubError> {
    let tree = if welcome.is_some() { Some(room.ratchet_tree()?) } else { None };
    let sender = fanout::Sender { room: room.uri(), at: occasion.now };
    let fanout::Audience { mut full, mut waiting } = step.scene.audience.clone();
    let mut outgoing = Vec::new();
    for (proposal, handed_to) in &step.scene.unheard {
        let to = waiting.iter().filter(|client| Some(*client) != handed_to.as_ref()).cloned().collect();
        outgoing.extend(sender.proposal(to, proposal, &[])?);
    }
    // A newcomer has to hear what they must commit, also where others only wait. They may have been here before.
    if let CommitAuthor::Newcomer { index, .. } = step.author
        && let Some(leaf) = room.roster.get(*index)
    {
        full.retain(|client| *client != leaf.client);
        waiting.retain(|client| *client != leaf.client);
        full.push(leaf.client.clone());
    }
    outgoing.extend(sender.commit(full, message, &outcome.proposed)?);
    outgoing.extend(sender.commit(waiting, message, &[])?);
    if let (Some(welcome), Some(tree)) = (welcome, tree) {
        let (mut to, mut packages) = (Vec::new(), Vec::new());
        for add in &step.view.adds {
            if let Some(leaf) = room.roster.get(add.index) {
                to.push(leaf.client.clone());
                packages.push(add.key_package.reference.to_vec());
            }
        }
        outgoing.extend(sender.welcome(to, packages, welcome, &tree)?);
    }
    Ok(outgoing)
}
