//! `manifest.json`: what the built files are called and what they must hash to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Names of the built files. The provider reads this to write its documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Glue of the page app for visitors, an ES module whose default export starts it.
    pub(crate) visitor_js: String,
    /// The page app for visitors.
    pub(crate) visitor_wasm: String,
    /// Glue of the page app for members.
    pub(crate) members_js: String,
    /// The page app for members.
    pub(crate) members_wasm: String,
    /// Glue of the worker.
    pub(crate) worker_js: String,
    /// The worker's wasm.
    pub(crate) worker_wasm: String,
    /// Glue of the reader of QR codes.
    #[serde(default)]
    pub(crate) scanner_js: String,
    /// Its wasm.
    #[serde(default)]
    pub(crate) scanner_wasm: String,
    /// `www/doorstep.css`.
    #[serde(default)]
    pub(crate) css: String,
    /// `www/boot.js`, which starts the page app.
    #[serde(default)]
    pub(crate) boot_js: String,
    /// `www/worker.js`, the module worker, which starts the worker's wasm.
    #[serde(default)]
    pub(crate) worker_boot_js: String,
    /// `www/scanner.js`, the module worker that starts the reader of QR codes.
    #[serde(default)]
    pub(crate) scanner_boot_js: String,
    /// Everything from `www/`: path there → name here.
    #[serde(default)]
    pub(crate) assets: BTreeMap<String, String>,
    /// What the pages say to visitors: language → name here.
    #[serde(default)]
    pub(crate) visitor_texts: BTreeMap<String, String>,
    /// The same for members.
    #[serde(default)]
    pub(crate) members_texts: BTreeMap<String, String>,
    /// Name here → `sha384-…` for subresource integrity.
    #[serde(default)]
    pub(crate) integrity: BTreeMap<String, String>,
    /// Hash of what this was built from.
    #[serde(default)]
    pub(crate) stamp: String,
}

impl Manifest {
    /// # Errors
    /// Nothing was built, or it cannot be read.
    pub(crate) fn read(dist: &Path) -> Result<Self> {
        let bytes = fs::read(dist.join("manifest.json")).context("target/web/dist/manifest.json")?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    pub(super) fn write(&self, dist: &Path) -> Result<()> {
        Ok(fs::write(dist.join("manifest.json"), serde_json::to_vec_pretty(self)?)?)
    }
}
