//! Prints what rooms cost natively and leaves what a joiner downloads in a folder, for the same in wasm.
//! Usage: `doorstep-bench FOLDER MEMBERS…`

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs};

use anyhow::{Context, Result};
use doorstep_bench::{Room, join};
use doorstep_wire::numbers::UnixMillis;

/// Joins measured per room; the middle one is printed.
const ROUNDS: usize = 7;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("a folder is missing")?);
    fs::create_dir_all(&folder)?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{:>8} {:>12} {:>14} {:>13} {:>13}",
        "members", "hub, ms", "hub writes, B", "download, B", "join, ms"
    )?;
    let now = UnixMillis(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64);
    for members in arguments {
        let mut room = Room::of(members.parse().context("members")?, now)?;
        let (group_info, tree) = room.download()?;
        fs::write(folder.join(format!("{members}.group_info")), &group_info)?;
        fs::write(folder.join(format!("{members}.tree")), &tree)?;
        let (mut joins, mut hubs, mut written) = (Vec::new(), Vec::new(), 0);
        for round in 0..ROUNDS {
            let (group_info, tree) = room.download()?;
            let start = Instant::now();
            let outgoing = join(&format!("joiner {round}"), &group_info, &tree)?;
            joins.push(start.elapsed());
            let start = Instant::now();
            room.take(&outgoing)?;
            hubs.push(start.elapsed());
            written = room.written();
        }
        let (hub, join, download) = (middle(hubs), middle(joins), group_info.len() + tree.len());
        writeln!(out, "{members:>8} {hub:>12.2} {written:>14} {download:>13} {join:>13.2}")?;
    }
    Ok(())
}

/// Milliseconds.
fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64) * 1000.0
}
