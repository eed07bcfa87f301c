//! `cargo run -p doorstep-peers --features development --example certificates -- FOLDER DOMAIN...`: certificates of an
//! authority that was made for it, for providers on a developer's machine.

use std::error::Error;
use std::path::PathBuf;

use doorstep_peers::development::certificates;
use doorstep_wire::ProviderDomain;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("FOLDER DOMAIN...")?);
    let domains: Vec<ProviderDomain> = arguments.map(|domain| domain.parse()).collect::<Result<_, _>>()?;
    certificates(&folder, &domains)?;
    Ok(())
}
