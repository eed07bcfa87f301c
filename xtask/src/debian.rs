//! Debian packages: installed where that is ours to do, asked for where it is not.

use std::process::Command;

use anyhow::{Result, bail};

use crate::program::{output, run, which};

/// Installs `packages`, needed for `what`.
///
/// # Errors
/// We are not root on a Debian-like machine (the message then says what to type), or apt fails.
pub(crate) fn install(packages: &[&str], what: &str) -> Result<()> {
    let line = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if which("apt-get").is_none() {
        bail!("{what} needs these (names as in Debian): {}", packages.join(" "));
    }
    if !is_root() {
        bail!("{what} needs more packages. Type:\n    sudo {line}");
    }
    println!("      {line}");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments);
        output(&mut command).map(|_| ())
    };
    // An old package list is the usual reason for a failure; a second try after the update tells.
    let mut wanted = vec!["install", "-y", "--no-install-recommends"];
    wanted.extend(packages);
    if apt(&wanted).is_ok() {
        return Ok(());
    }
    run(Command::new("apt-get").args(["-qq", "update"]))?;
    apt(&wanted)
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim_ascii() == b"0")
}
