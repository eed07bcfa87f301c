//! The same things done by everybody in turn, so that what else the machine does hits all of them.

use std::fs;
use std::path::Path;

use anyhow::Result;
use doorstep_bench::{Door, List, Room, enter, enter_listed};
use doorstep_wire::numbers::UnixMillis;

use crate::baseline::Baseline;
use crate::clock::Times;

/// Rounds, of which the middle counts.
const ROUNDS: usize = 9;
/// Rounds in rooms above [`MANY`].
const FEW_ROUNDS: usize = 3;
/// Members from which a round takes long.
const MANY: usize = 5_000;
/// Bytes of a credential that is a name and nothing else.
const NAME: usize = 16;

/// What one contestant needed, a value per round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Costs {
    /// The hub, per accepted commit.
    pub(crate) hub: Times,
    /// Joining.
    pub(crate) join: Times,
    /// Verifying everybody's credential.
    pub(crate) verify: Times,
    /// Bytes the hub wrote per accepted commit.
    pub(crate) written: Vec<f64>,
    /// Bytes a joiner downloads.
    pub(crate) download: Vec<f64>,
    /// Bytes of the joiner's commit.
    pub(crate) commit: Vec<f64>,
}

/// The contestants.
pub(crate) const NAMES: [&str; 4] =
    ["doorstep", "doorstep, MLS alone", "openmls, small names", "openmls, names as ours"];

/// Everybody's costs in rooms of `members`; what a joiner downloads is left in `folder`.
pub(crate) fn contest(members: usize, now: UnixMillis, folder: &Path) -> Result<[Costs; 4]> {
    let mut listed = Room::of(members, List::Full, now)?;
    let mut short = Room::of(members, List::Short, now)?;
    let ours = listed.credential_length();
    let mut names = [Baseline::of(members, NAME)?, Baseline::of(members, ours)?];

    for (room, name) in [(&listed, "listed"), (&short, "short")] {
        let (group_info, tree) = room.download()?;
        fs::write(folder.join(format!("{members}.{name}.group_info")), &group_info)?;
        fs::write(folder.join(format!("{members}.{name}.tree")), &tree)?;
    }

    let mut costs = [Costs::default(), Costs::default(), Costs::default(), Costs::default()];
    let [full, alone, rest @ ..] = &mut costs;
    for round in 0..if members > MANY { FEW_ROUNDS } else { ROUNDS } {
        let name = format!("joiner {round}");

        let (group_info, tree) = listed.download()?;
        full.download.push((group_info.len() + tree.len()) as f64);
        let door = Door::read(&group_info, &tree)?;
        let roster = full.verify.of(|| door.verify())?;
        let outgoing = full.join.of(|| enter_listed(&name, &group_info, &tree, &roster, now))?;
        let ticket = listed.grant(&name)?;
        full.commit.push(outgoing.commit.len() as f64);
        full.hub.of(|| listed.take(&outgoing, ticket.as_ref()))?;
        full.written.push(listed.written() as f64);

        let (group_info, tree) = short.download()?;
        alone.download.push((group_info.len() + tree.len()) as f64);
        let outgoing = alone.join.of(|| enter(&name, &group_info, &tree))?;
        alone.commit.push(outgoing.commit.len() as f64);
        alone.hub.of(|| short.take(&outgoing, None))?;
        alone.written.push(short.written() as f64);

        for (costs, group) in rest.iter_mut().zip(&mut names) {
            let (group_info, tree) = group.download()?;
            costs.download.push((group_info.len() + tree.len()) as f64);
            let joiner = group.joiner(&name)?;
            let outgoing = costs.join.of(|| joiner.enter(&group_info, &tree))?;
            costs.commit.push(outgoing.commit_length() as f64);
            costs.hub.of(|| group.take(&outgoing))?;
        }
    }
    Ok(costs)
}
