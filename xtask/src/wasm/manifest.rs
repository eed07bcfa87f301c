//! `manifest.json`: what the built files are called and what they must hash to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Names of the built files. The provider reads this to write its documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// What a file is → its name here: `app_js`, `app_wasm`, `texts_en` (and so on for each language), `worker_js`,
    /// `worker_wasm`, `worker_boot_js`, `scanner_js`, `scanner_wasm`, `scanner_boot_js`, `boot_js`, `css`, `icon`, and
    /// everything else by its path in `www/`. The same names stand in `[[…]]` of files that name others.
    #[serde(flatten)]
    pub(crate) names: BTreeMap<String, String>,
    /// The document and everything from `www/`: path there → name here.
    #[serde(default)]
    pub(crate) assets: BTreeMap<String, String>,
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

    /// What this file is called.
    ///
    /// # Errors
    /// It was not built.
    pub(crate) fn name(&self, what: &str) -> Result<&str> {
        self.names.get(what).map(String::as_str).with_context(|| format!("{what} was not built"))
    }

    pub(super) fn write(&self, dist: &Path) -> Result<()> {
        Ok(fs::write(dist.join("manifest.json"), serde_json::to_vec_pretty(self)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::Manifest;

    #[test]
    fn names_stand_beside_the_rest() {
        let text = r#"{"app_js":"app-1.js","eye.js":"eye-2.js","assets":{"a.css":"a-3.css"},"stamp":"4"}"#;
        let manifest: Manifest = serde_json::from_str(text).unwrap();
        assert_eq!((manifest.name("app_js").unwrap(), manifest.name("eye.js").unwrap()), ("app-1.js", "eye-2.js"));
        assert!(manifest.name("css").is_err() && manifest.name("stamp").is_err());
        let again = serde_json::to_value(&manifest).unwrap();
        assert_eq!(again["app_js"], "app-1.js");
        assert_eq!(again["assets"]["a.css"], "a-3.css");
    }
}
