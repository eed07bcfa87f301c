//! `doorstep-authority FOLDER DOMAIN…`: an authority for development and a certificate for each provider on this machine.
//! The authority's key is written nowhere.

use std::path::Path;

use anyhow::{Context, Result};
use doorstep_peers::development::certificates;
use doorstep_wire::ProviderDomain;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().context("doorstep-authority FOLDER DOMAIN…")?;
    let domains: Result<Vec<ProviderDomain>, _> =
        words.map(|word| word.parse().with_context(|| format!("{word:?} is not a domain"))).collect();
    certificates(Path::new(&folder), &domains?).with_context(|| folder.clone())?;
    Ok(())
}
