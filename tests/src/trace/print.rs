//! The dump as text.

use std::io::{Result, Write};

use crate::Crossing;

use super::story::Chapter;
use super::{Line, Taken, answer, bodies, request};

/// How bytes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hex {
    /// Long fields without their middle.
    Short,
    /// All of them.
    Whole,
}

/// Bytes of a field that are printed in short.
const SHOWN: usize = 12;
/// Of these so many are its last.
const LAST: usize = 4;
/// Columns of the short bytes.
const WIDTH: usize = 2 * SHOWN + 3;

/// Writes the whole of it.
///
/// # Errors
/// It cannot be written.
pub fn write(out: &mut impl Write, chapters: &[Chapter], hex: Hex) -> Result<()> {
    writeln!(
        out,
        "What crosses between hub a.example and follower c.example, in order. A line is one field: where it begins in"
    )?;
    writeln!(
        out,
        "the body, its bytes (| behind the length in front of a vector), type and name as the draft has them, and what it"
    )?;
    writeln!(
        out,
        "says. Structures without bytes of their own begin with their name. HTTP over TLS 1.3, both with certificates."
    )?;
    let mut number = 0;
    for chapter in chapters {
        writeln!(out, "\n==== {} ====", chapter.title)?;
        for crossing in &chapter.crossings {
            number += 1;
            one(out, number, crossing, hex)?;
        }
    }
    Ok(())
}

fn one(out: &mut impl Write, number: usize, crossing: &Crossing, hex: Hex) -> Result<()> {
    let Crossing { from, to, endpoint, path, .. } = crossing;
    let method = if endpoint.is_read() { "GET" } else { "POST" };
    writeln!(out, "\n-- {number}. {from} -> {to}  {method} {path}")?;
    writeln!(out, "   {} ({})", endpoint.name(), bodies::source(*endpoint))?;
    if let Some(recipients) = &crossing.recipients {
        writeln!(out, "   {}: {recipients}", doorstep_peers::RECIPIENTS_HEADER)?;
    }
    body(out, &crossing.body, &request(crossing), hex)?;
    writeln!(out, "-- {number}. {to} -> {from}  {}", crossing.status)?;
    if let Some(reason) = &crossing.reason {
        writeln!(out, "   {}: {reason}", doorstep_peers::REASON_HEADER)?;
    }
    body(out, &crossing.answer, &answer(crossing), hex)
}

fn body(out: &mut impl Write, bytes: &[u8], taken: &Taken, hex: Hex) -> Result<()> {
    writeln!(out, "   {}", if bytes.is_empty() { "no body".to_owned() } else { format!("{} bytes", bytes.len()) })?;
    for line in &taken.lines {
        field(out, line, hex)?;
    }
    if let Some(broken) = &taken.broken {
        writeln!(out, "   MALFORMED at {}: {} was to be there", broken.at, broken.wanted)?;
    }
    Ok(())
}

fn field(out: &mut impl Write, line: &Line, hex: Hex) -> Result<()> {
    let Line { depth, at, kind, name, value, .. } = line;
    let indent = "  ".repeat(*depth);
    let declared = format!("{kind} {name}");
    let declared = declared.trim_end();
    if line.bytes.is_empty() {
        return writeln!(out, "   {:>6}  {:WIDTH$}  {indent}{declared}", "", "");
    }
    writeln!(out, "   {at:>6}  {:WIDTH$}  {indent}{declared} = {value}", digits(line, hex))
}

fn digits(line: &Line, hex: Hex) -> String {
    let text = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (length, content) = line.bytes.split_at(line.length);
    let bar = if line.length > 0 && !content.is_empty() { "|" } else { "" };
    let room = SHOWN - line.length;
    if hex == Hex::Whole || content.len() <= room {
        return format!("{}{bar}{}", text(length), text(content));
    }
    let (first, last) = (&content[..room - LAST], &content[content.len() - LAST..]);
    format!("{}{bar}{}..{}", text(length), text(first), text(last))
}
