//! What a visitor downloads: each module raw, gzipped and brotlied, what the real document asks for before anybody has
//! knocked, and the goals.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::host;
use crate::node::Node;
use crate::place::Place;
use crate::provider::{Provider, free_port, fresh_data};
use crate::wasm::{self, Build, Manifest};

/// Bytes of brotli each module of the page app may have, glue and one language included.
const PAGE_GOAL: u64 = 120_000;
/// Bytes of brotli the worker may have, glue included.
const WORKER_GOAL: u64 = 450_000;

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
    let texts = largest(&dist, &manifest.visitor_texts)?;
    let visitor = table(&dist, &[&manifest.visitor_wasm, &manifest.visitor_js, texts])?;
    let texts = largest(&dist, &manifest.members_texts)?;
    let members = table(&dist, &[&manifest.members_wasm, &manifest.members_js, texts])?;
    let worker = table(&dist, &[&manifest.worker_wasm, &manifest.worker_js, &manifest.worker_boot_js])?;
    let eye = manifest.assets.get("eye.js").map(String::as_str).unwrap_or_default();
    let scanner = table(&dist, &[&manifest.scanner_wasm, &manifest.scanner_js, &manifest.scanner_boot_js, eye])?;
    let statics = table(&dist, &[&manifest.boot_js, &manifest.css])?;

    let reading = before_reading(place)?;
    println!("\nto read a room's page: document, {}", list(&reading.files));
    println!("                       {} bytes brotli and the document of {} bytes", reading.brotli, reading.document);
    println!("to write a knock:      and the page app for visitors, {} bytes brotli", visitor.brotli);
    println!("to send it:            and the worker, {} bytes brotli", worker.brotli);
    println!("to be in a room:       and the page app for members, {} bytes brotli", members.brotli);
    println!("to scan a code:        and what sees and reads, {} bytes brotli", scanner.brotli);
    println!("styles and boot script: {} bytes brotli", statics.brotli);

    let mut over = Vec::new();
    goal("page app for visitors", visitor.brotli, PAGE_GOAL, &mut over);
    goal("page app for members", members.brotli, PAGE_GOAL, &mut over);
    goal("worker", worker.brotli, WORKER_GOAL, &mut over);
    let wasm_first = reading.files.iter().any(|file| file.ends_with(".wasm"));
    println!("goal  no wasm needed to read: {}", if wasm_first { "MISSED" } else { "kept" });
    if wasm_first {
        over.push("reading the page waits for wasm".to_owned());
    }
    if over.is_empty() { Ok(()) } else { bail!("too large: {}", over.join("; ")) }
}

/// The file of the language that needs the most.
fn largest<'a>(dist: &Path, texts: &'a BTreeMap<String, String>) -> Result<&'a str> {
    let mut largest = None;
    for texts in texts.values() {
        let size = Size::of(dist, texts)?.brotli;
        if largest.is_none_or(|(other, _)| size > other) {
            largest = Some((size, texts.as_str()));
        }
    }
    Ok(largest.context("no language was built")?.1)
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
    for name in names.iter().filter(|name| !name.is_empty()) {
        let size = Size::of(dist, name)?;
        println!("{name:<40} {:>10} {:>10} {:>10}", size.raw, size.gzip, size.brotli);
        sum = Size { raw: sum.raw + size.raw, gzip: sum.gzip + size.gzip, brotli: sum.brotli + size.brotli };
    }
    Ok(sum)
}

fn goal(what: &str, bytes: u64, goal: u64, over: &mut Vec<String>) {
    let kept = bytes <= goal;
    println!("goal  {what} ≤ {goal} bytes brotli: {} ({bytes})", if kept { "kept" } else { "MISSED" });
    if !kept {
        over.push(format!("{what} has {bytes} bytes brotli, {goal} are the goal"));
    }
}

/// What a browser fetches before it can show a room's page.
struct Reading {
    document: usize,
    files: BTreeSet<String>,
    brotli: u64,
}

fn before_reading(place: &Place) -> Result<Reading> {
    let data = fresh_data(place, "size")?;
    let provider = Provider::start(place, free_port()?, &data)?;
    let document = provider.get("/")?;
    if document.status != 200 {
        bail!("the home page answers {}", document.status);
    }
    let files = wanted_by(&String::from_utf8_lossy(&document.body));
    let mut brotli = 0;
    for file in &files {
        brotli += Size::of(&place.dist(), file)?.brotli;
    }
    Ok(Reading { document: document.body.len(), files, brotli })
}

/// Files a document makes the browser fetch by itself: scripts, styles, preloads and pictures, not what its scripts
/// fetch later.
fn wanted_by(document: &str) -> BTreeSet<String> {
    let tags = document.split('<').filter(|tag| ["script", "link", "img"].iter().any(|name| tag.starts_with(name)));
    let attributes = tags.filter_map(|tag| tag.split('>').next()).flat_map(|tag| tag.split([' ', '\n']));
    attributes
        .filter_map(|attribute| attribute.strip_prefix("src=").or_else(|| attribute.strip_prefix("href=")))
        .filter_map(|value| value.trim_matches(['"', '\'']).strip_prefix("/assets/"))
        .map(str::to_owned)
        .collect()
}

fn list(files: &BTreeSet<String>) -> String {
    files.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::wanted_by;

    #[test]
    fn only_what_the_browser_fetches_by_itself_counts() {
        let document = r#"<link rel="stylesheet" href="/assets/a.css"><script type=module src="/assets/b.js"></script>
            <a href="/assets/not.js">x</a> <p>/assets/neither.wasm</p>"#;
        assert_eq!(wanted_by(document).into_iter().collect::<Vec<_>>(), ["a.css", "b.js"]);
    }
}
