//! The engines beside Chromium on which the main stories run: Firefox, and WebKit under a screen that nobody sees.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::debian;
use crate::program::which;

/// An engine that can be left out, if that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// Gecko.
    Firefox,
    /// What Safari and GNOME Web are made of.
    #[value(name = "webkit")]
    WebKit,
}

impl Engine {
    const ALL: [Self; 2] = [Self::Firefox, Self::WebKit];

    /// As in `tests/browser/engines.mjs`.
    const fn name(self) -> &'static str {
        match self {
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// What the tests call the program that drives it, and the program's names.
    const fn program(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Firefox => ("DOORSTEP_FIREFOX", &["firefox-esr", "firefox"]),
            Self::WebKit => ("DOORSTEP_WEBKIT_DRIVER", &["WebKitWebDriver"]),
        }
    }

    /// Debian's packages of it.
    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Firefox => &["firefox-esr"],
            Self::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }

    /// The program: the one that was given, or the first one found.
    fn find(self) -> Option<PathBuf> {
        let (variable, names) = self.program();
        if self == Self::WebKit && which("Xvfb").is_none() {
            return None;
        }
        env::var_os(variable).map(PathBuf::from).or_else(|| names.iter().find_map(|name| which(name)))
    }
}

/// The environment in which the stories find every engine but those `without` which they are to run. What is missing is
/// installed.
///
/// # Errors
/// An engine is missing and not ours to install.
pub(crate) fn settings(without: &[Engine]) -> Result<Vec<(&'static str, OsString)>> {
    let wanted: Vec<Engine> = Engine::ALL.into_iter().filter(|engine| !without.contains(engine)).collect();
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|engine| engine.find().is_none())
        .flat_map(|engine| engine.packages().iter().copied())
        .collect();
    if !missing.is_empty() {
        let names: Vec<String> = wanted.iter().map(|engine| format!("--without {}", engine.name())).collect();
        debian::install(&missing, "Testing in Firefox and WebKit")
            .with_context(|| format!("or leave an engine out by {}", names.join(" or ")))?;
    }
    let mut settings = Vec::new();
    for engine in wanted {
        let program = engine.find().with_context(|| format!("{} was installed and is not in PATH", engine.name()))?;
        settings.push((engine.program().0, program.into()));
    }
    let left_out: Vec<&str> =
        Engine::ALL.into_iter().filter(|engine| without.contains(engine)).map(Engine::name).collect();
    if !left_out.is_empty() {
        println!("      without {}, as was asked for", left_out.join(" and "));
        settings.push(("DOORSTEP_WITHOUT", left_out.join(",").into()));
    }
    Ok(settings)
}
