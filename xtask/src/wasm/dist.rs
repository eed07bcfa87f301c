//! The folder a provider serves: minified, named by content, compressed beside each file.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use doorstep_texts::Lang;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256, Sha384};

use super::{Build, Manifest, PROGRAMS};
use crate::node::Node;
use crate::place::Place;
use crate::program::run;

/// Files that must keep their name: others look for them under it.
const FIXED_NAMES: [&str; 4] = ["robots.txt", "favicon.ico", "sw.js", "index.html"];
/// Extensions of files worth compressing.
const COMPRESSED: [&str; 9] = ["js", "css", "html", "svg", "wasm", "json", "txt", "webmanifest", "ico"];
/// Extensions of files that may name others, as `[[name]]`.
const TEXT: [&str; 4] = ["js", "css", "html", "webmanifest"];
/// Short names for `[[name]]`; every other file of `www/` goes by its path there.
const SHORT_NAMES: [(&str, &str); 5] = [
    ("doorstep.css", "css"),
    ("icon.svg", "icon"),
    ("boot.js", "boot_js"),
    ("worker.js", "worker_boot_js"),
    ("scanner.js", "scanner_boot_js"),
];
/// Where a provider serves the folder.
const URL: &str = "/assets/";

/// Replaces `target/web/dist` by what was just built.
///
/// # Errors
/// A file cannot be read or written, or a tool fails.
pub(super) fn lay_out(place: &Place, node: Option<&Node>, build: Build, work: &Path, stamp: String) -> Result<()> {
    let fresh = place.web().join("dist.new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    let mut out = Output {
        folder: fresh.clone(),
        build,
        integrity: BTreeMap::new(),
        names: BTreeMap::new(),
        assets: BTreeMap::new(),
    };
    for (_, name) in PROGRAMS {
        out.program(node, work, name)?;
    }
    if node.is_none() {
        out.snippets(work)?;
    }
    out.languages()?;
    out.statics(node, work, place)?;
    Manifest { names: out.names, assets: out.assets, integrity: out.integrity, stamp }.write(&fresh)?;
    let dist = place.dist();
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::rename(fresh, dist)?;
    Ok(())
}

struct Output {
    folder: PathBuf,
    build: Build,
    integrity: BTreeMap<String, String>,
    /// What `[[…]]` may say → name in the folder.
    names: BTreeMap<String, String>,
    /// Path in `www/` → name in the folder.
    assets: BTreeMap<String, String>,
}

impl Output {
    fn program(&mut self, node: Option<&Node>, work: &Path, name: &str) -> Result<()> {
        let wasm_source = format!("{name}_bg.wasm");
        let wasm = fs::read(work.join(&wasm_source))?;
        let wasm_name = format!("{name}-{}_bg.wasm", short_hash(&wasm));
        self.put(&wasm_name, &wasm)?;
        let glue = work.join(format!("{name}.js"));
        let text = match node {
            Some(node) => minified(node, &glue, work)?,
            None => fs::read_to_string(&glue)?,
        };
        let text = text.replace(&wasm_source, &wasm_name);
        let js_name = format!("{name}-{}.js", short_hash(text.as_bytes()));
        self.put(&js_name, text.as_bytes())?;
        self.names.insert(format!("{name}_js"), js_name);
        self.names.insert(format!("{name}_wasm"), wasm_name);
        Ok(())
    }

    /// What glue imports; esbuild puts it into the glue itself.
    fn snippets(&mut self, work: &Path) -> Result<()> {
        let mut files = Vec::new();
        collect(&work.join("snippets"), &mut files)?;
        for file in files {
            let name = file.strip_prefix(work)?.to_string_lossy().replace('\\', "/");
            self.put(&name, &fs::read(&file)?)?;
        }
        Ok(())
    }

    /// One file per language.
    fn languages(&mut self) -> Result<()> {
        for lang in Lang::ALL {
            let texts = doorstep_texts::file(lang);
            let name = format!("texts-{}-{}.txt", lang.tag(), short_hash(texts.as_bytes()));
            self.put(&name, texts.as_bytes())?;
            self.names.insert(format!("texts_{}", lang.tag()), name);
        }
        Ok(())
    }

    /// The document and the files of `www/`; one that names others waits until those have their names.
    fn statics(&mut self, node: Option<&Node>, work: &Path, place: &Place) -> Result<()> {
        let www = place.join("www");
        let mut waiting = vec![place.join("index.html")];
        collect(&www, &mut waiting)?;
        waiting.sort();
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for source in waiting {
                if !self.asset(node, work, &www, &source)? {
                    later.push(source);
                }
            }
            if later.len() == before {
                bail!("these name a file that is not there, or each other: {later:?}");
            }
            waiting = later;
        }
        Ok(())
    }

    /// False: it names a file that has no name yet.
    fn asset(&mut self, node: Option<&Node>, work: &Path, www: &Path, source: &Path) -> Result<bool> {
        // The document lies above that folder.
        let folder = if source.starts_with(www) { Some(www) } else { source.parent() };
        let path = source.strip_prefix(folder.context("a file in no folder")?)?.to_string_lossy().replace('\\', "/");
        let bytes = if TEXT.contains(&extension(source)) {
            let text = match (node, extension(source)) {
                (Some(node), "js" | "css") => minified(node, source, work)?,
                _ => fs::read_to_string(source)?,
            };
            match self.with_names(&text) {
                Some(text) => text.into_bytes(),
                None => return Ok(false),
            }
        } else {
            fs::read(source)?
        };
        let name = if FIXED_NAMES.contains(&path.as_str()) { path.clone() } else { hashed_name(&path, &bytes) };
        self.put(&name, &bytes)?;
        let short = SHORT_NAMES.iter().find(|(long, _)| *long == path).map_or(path.as_str(), |(_, short)| short);
        self.names.insert(short.to_owned(), name.clone());
        self.assets.insert(path, name);
        Ok(true)
    }

    /// Puts an address for every `[[name]]`; none as long as one is unknown.
    fn with_names(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[[") {
            out.push_str(before);
            match after.split_once("]]") {
                Some((name, tail)) if is_name(name) => {
                    out.push_str(URL);
                    out.push_str(self.names.get(name)?);
                    rest = tail;
                }
                _ => {
                    out.push_str("[[");
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        Some(out)
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let file = self.folder.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, bytes).with_context(|| file.display().to_string())?;
        if self.build == Build::Small && COMPRESSED.contains(&extension(&file)) {
            compress(&file, bytes)?;
        }
        self.integrity.insert(name.to_owned(), format!("sha384-{}", BASE64.encode(Sha384::digest(bytes))));
        Ok(())
    }
}

fn compress(file: &Path, bytes: &[u8]) -> Result<()> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &parameters)?;
    fs::write(beside(file, "br"), brotli)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    fs::write(beside(file, "gz"), gzip.finish()?)?;
    Ok(())
}

/// What may stand in `[[…]]`: JavaScript has double brackets of its own.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_./-".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn minified(node: &Node, source: &Path, work: &Path) -> Result<String> {
    let file = work.join("minified");
    let mut esbuild = node.tool("esbuild");
    esbuild.arg(source).arg("--minify").arg("--log-level=warning").arg(format!("--outfile={}", file.display()));
    if extension(source) == "js" {
        esbuild.args(["--format=esm", "--target=es2022"]);
        if work.join("snippets").exists() && source.starts_with(work) {
            esbuild.arg("--bundle");
        }
    } else {
        esbuild.arg("--target=chrome111,firefox113,safari16.4");
    }
    run(&mut esbuild)?;
    Ok(fs::read_to_string(file)?)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn hashed_name(path: &str, bytes: &[u8]) -> String {
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{}.{extension}", short_hash(bytes)),
        None => format!("{path}-{}", short_hash(bytes)),
    }
}

/// 64 bits are enough: a name has to differ from the few former versions of the same file.
fn short_hash(bytes: &[u8]) -> String {
    let mut text = hex::encode(Sha256::digest(bytes));
    text.truncate(16);
    text
}
