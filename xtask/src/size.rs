//! What a visitor downloads: each module raw, gzipped and brotlied, what the real document asks for before anybody has
//! knocked, and the ceilings.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use doorstep_texts::Lang;

use crate::host;
use crate::node::Node;
use crate::place::Place;
use crate::provider::{Provider, free_port, fresh_data};
use crate::wasm::{self, Build, Manifest};

/// Bytes of brotli: what is wanted, and what a run fails at. They differ as long as what is wanted is not reached
/// (docs/adr/0002): meanwhile a run fails only when something grows by more than another compiler would explain.
struct Ceiling {
    wanted: u64,
    most: u64,
}

/// The page app, glue and one language included.
const PAGE: Ceiling = Ceiling { wanted: 260_000, most: 320_000 };
/// The worker, glue included.
const WORKER: Ceiling = Ceiling { wanted: 580_000, most: 640_000 };

/// Builds what is measured, measures it.
///
/// # Errors
/// Something cannot be built, or is larger than its limit.
pub(crate) fn run(place: &Place) -> Result<()> {
    Node::required(place)?;
    wasm::build(place, Build::Small)?;
    host::packages(place, &host::SERVED)?;
    measure(place)
}

/// Measures what is built.
///
/// # Errors
/// Something is larger than its limit.
pub(crate) fn measure(place: &Place) -> Result<()> {
    let dist = place.dist();
    let manifest = Manifest::read(&dist)?;
    println!("{:<40} {:>10} {:>10} {:>10}", "", "raw", "gzip", "brotli");
    let of = |what: &[&str]| what.iter().map(|what| manifest.name(what)).collect::<Result<Vec<_>>>();
    let mut app = of(&["app_wasm", "app_js"])?;
    app.push(largest_language(&dist, &manifest)?);
    let app = table(&dist, &app)?;
    let worker = table(&dist, &of(&["worker_wasm", "worker_js", "worker_boot_js"])?)?;
    let scanner = table(&dist, &of(&["scanner_wasm", "scanner_js", "scanner_boot_js", "eye.js"])?)?;
    let statics = table(&dist, &of(&["boot_js", "css"])?)?;

    let reading = before_reading(place)?;
    println!("\nto read a room's page: document, {}", list(&reading.needed));
    println!("                       {} bytes brotli and the document of {} bytes", reading.brotli, reading.document);
    println!("to write a knock:      and the page app with one language, {} bytes brotli", app.brotli);
    println!("to send it:            and the worker, {} bytes brotli", worker.brotli);
    println!("to scan a code:        and what sees and reads, {} bytes brotli", scanner.brotli);
    println!("styles and boot script: {} bytes brotli", statics.brotli);

    let mut over = Vec::new();
    ceiling("page app", app.brotli, &PAGE, &mut over);
    ceiling("worker", worker.brotli, &WORKER, &mut over);
    let wasm_first = reading.needed.iter().any(|file| file.ends_with(".wasm"));
    println!("goal  no wasm needed to read: {}", if wasm_first { "MISSED" } else { "kept" });
    if wasm_first {
        over.push("reading the page waits for wasm".to_owned());
    }
    if !reading.ahead_comes_last {
        over.push("what is fetched ahead stands before what the page is read with".to_owned());
    }
    if over.is_empty() { Ok(()) } else { bail!("too large: {}", over.join("; ")) }
}

/// The file of the language that needs the most.
fn largest_language<'a>(dist: &Path, manifest: &'a Manifest) -> Result<&'a str> {
    let mut sizes = Vec::new();
    for lang in Lang::ALL {
        let name = manifest.name(&format!("texts_{}", lang.tag()))?;
        sizes.push((Size::of(dist, name)?.brotli, name));
    }
    sizes.into_iter().max().map(|(_, name)| name).context("no language was built")
}

#[derive(Clone, Copy, Debug, Default)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Size {
    fn of(dist: &Path, name: &str) -> Result<Self> {
        let length = |name: &str| fs::metadata(dist.join(name)).map(|file| file.len()).with_context(|| name.to_owned());
        let raw = length(name)?;
        let compressed = |suffix: &str| length(&format!("{name}.{suffix}")).unwrap_or(raw);
        Ok(Self { raw, gzip: compressed("gz"), brotli: compressed("br") })
    }
}

fn table(dist: &Path, names: &[&str]) -> Result<Size> {
    let mut sum = Size::default();
    for name in names {
        let size = Size::of(dist, name)?;
        println!("{name:<40} {:>10} {:>10} {:>10}", size.raw, size.gzip, size.brotli);
        sum = Size { raw: sum.raw + size.raw, gzip: sum.gzip + size.gzip, brotli: sum.brotli + size.brotli };
    }
    Ok(sum)
}

fn ceiling(what: &str, bytes: u64, ceiling: &Ceiling, over: &mut Vec<String>) {
    let Ceiling { wanted, most } = ceiling;
    let kept = bytes <= *wanted;
    println!("goal  {what} ≤ {wanted} bytes brotli: {} ({bytes})", if kept { "kept" } else { "MISSED" });
    if bytes > *most {
        over.push(format!("{what} has {bytes} bytes brotli, more than {most}"));
    }
}

/// What a browser fetches by itself when it has a room's page.
struct Reading {
    document: usize,
    /// What it needs to show the page.
    needed: BTreeSet<String>,
    brotli: u64,
    /// What comes ahead of its use is asked for when the rest has been.
    ahead_comes_last: bool,
}

fn before_reading(place: &Place) -> Result<Reading> {
    let data = fresh_data(place, "size")?;
    let provider = Provider::start(place, free_port()?, &data)?;
    let document = provider.get("/")?;
    if document.status != 200 {
        bail!("the home page answers {}", document.status);
    }
    let files = wanted_by(&String::from_utf8_lossy(&document.body));
    let first_ahead = files.iter().position(|file| file.ahead).unwrap_or(files.len());
    let ahead_comes_last = files.iter().skip(first_ahead).all(|file| file.ahead);
    let needed: BTreeSet<String> = files.into_iter().filter(|file| !file.ahead).map(|file| file.name).collect();
    let mut brotli = 0;
    for file in &needed {
        brotli += Size::of(&place.dist(), file)?.brotli;
    }
    Ok(Reading { document: document.body.len(), needed, brotli, ahead_comes_last })
}

/// A file that a document makes the browser fetch.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    name: String,
    /// It is a preload: nothing on the page waits for it.
    ahead: bool,
}

/// Files a document makes the browser fetch by itself, in its order: scripts, styles, preloads and pictures, not what its
/// scripts fetch later.
fn wanted_by(document: &str) -> Vec<Wanted> {
    let tags = document.split('<').filter(|tag| ["script", "link", "img"].iter().any(|name| tag.starts_with(name)));
    tags.filter_map(|tag| {
        let attributes: Vec<&str> = tag.split('>').next()?.split([' ', '\n']).collect();
        let value_of =
            |name: &str| attributes.iter().find_map(|attribute| attribute.strip_prefix(name)?.strip_prefix('='));
        let address = value_of("src").or_else(|| value_of("href"))?.trim_matches(['"', '\'']);
        let rel = value_of("rel").unwrap_or_default().trim_matches(['"', '\'']);
        let ahead = ["preload", "modulepreload"].contains(&rel);
        Some(Wanted { name: address.strip_prefix("/assets/")?.to_owned(), ahead })
    })
    .collect()
}

fn list(files: &BTreeSet<String>) -> String {
    files.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Wanted, wanted_by};

    #[test]
    fn only_what_the_browser_fetches_by_itself_counts() {
        let document = r#"<link rel="stylesheet" href="/assets/a.css"><script type=module src="/assets/b.js"></script>
            <link rel="preload" href="/assets/c.wasm" as="fetch">
            <a href="/assets/not.js">x</a> <p>/assets/neither.wasm</p>"#;
        let wanted = |name: &str, ahead| Wanted { name: name.to_owned(), ahead };
        let expected = [wanted("a.css", false), wanted("b.js", false), wanted("c.wasm", true)];
        assert_eq!(wanted_by(document), expected);
    }
}
