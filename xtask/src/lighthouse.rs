//! `cargo xtask lighthouse`: what Lighthouse thinks of a room's public page.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::node::{Node, chromium};
use crate::place::Place;
use crate::provider::{Provider, free_port, fresh_data};
use crate::wasm::{self, Build};
use crate::{demo, host, program};

const FLAGS: &str = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
                     --disable-background-networking --disable-component-update --disable-sync";

/// # Errors
/// Something cannot be built, or Lighthouse cannot measure.
pub(crate) fn run(place: &Place) -> Result<()> {
    let node = Node::required(place)?;
    let chromium = chromium()?;
    wasm::build(place, Build::Small)?;
    host::packages(place, &host::SERVED)?;
    let data = fresh_data(place, "lighthouse")?;
    let provider = Provider::start(place, free_port()?, &data)?;
    demo::make_clubhouse(place, &provider, &data.join("parcel"))?;

    let report = data.join("report.json");
    program::run(
        node.tool("lighthouse")
            .arg(format!("{}/r/clubhouse", provider.origin()))
            .args(["--quiet", "--output=json", &format!("--chrome-flags={FLAGS}")])
            .arg(format!("--output-path={}", report.display()))
            .env("CHROME_PATH", chromium),
    )?;
    let report: Value = serde_json::from_slice(&fs::read(report)?)?;
    let categories = report.get("categories").and_then(Value::as_object).context("a report without categories")?;
    for (name, category) in categories {
        match category.get("score").and_then(Value::as_f64) {
            Some(score) => println!("{name:<16} {:>3}", (score * 100.0).round()),
            None => bail!("Lighthouse has no score for {name}"),
        }
    }
    for audit in
        ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"]
    {
        let value = report.pointer(&format!("/audits/{audit}/displayValue")).and_then(Value::as_str);
        println!("{audit:<26} {}", value.unwrap_or("–"));
    }
    Ok(())
}
