//! Prints what rooms cost natively, beside what OpenMLS alone costs in the same minute, and leaves what a joiner downloads
//! in a folder, for the same in wasm. Usage: `doorstep-bench FOLDER MEMBERS…`

mod baseline;
mod clock;
mod contest;
mod table;

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use doorstep_wire::numbers::UnixMillis;

use crate::contest::contest;
use crate::table::Table;

/// The provider's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("a folder is missing")?);
    fs::create_dir_all(&folder)?;
    let now = UnixMillis(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64);
    let mut table = Table::default();
    for members in arguments {
        let members = members.parse().context("members")?;
        eprintln!("doorstep-bench: rooms of {members} …");
        table.add(members, contest(members, now, &folder)?);
    }
    table.print(&mut std::io::stdout())?;
    Ok(())
}
