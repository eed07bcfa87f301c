//! Where things are in this checkout.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout this xtask was built from.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    root: PathBuf,
    programs: &'static str,
}

impl Place {
    /// # Errors
    /// This crate's own folder has no parent.
    pub(crate) fn find() -> Result<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = here.parent().context("xtask lies in no workspace")?.to_owned();
        Ok(Self { root, programs: "debug" })
    }

    /// The same place with the programs that were built to be fast.
    pub(crate) fn released(&self) -> Self {
        Self { programs: "release", ..self.clone() }
    }

    /// Whether its programs are those.
    pub(crate) fn is_released(&self) -> bool {
        self.programs == "release"
    }

    /// Where built programs are.
    pub(crate) fn programs(&self) -> PathBuf {
        self.target().join(self.programs)
    }

    /// Top of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the top.
    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// The host's target folder.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from)
    }

    /// The target folder of everything built for browsers: other flags, other lock, so host builds do not wait for it.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("target/web")
    }

    /// What a provider hands to browsers.
    pub(crate) fn dist(&self) -> PathBuf {
        self.web().join("dist")
    }
}
