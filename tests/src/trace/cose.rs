//! A COSE_KeySet (RFC 9052 §7), as providers publish their keys (`docs/PROTOCOL.md` §4).

use super::reader::{Read, Reader};
use super::say::count;

/// An array of maps; one line for each head and each pair.
pub(super) fn key_set(r: &mut Reader<'_>) -> Read<()> {
    r.structure("COSE_KeySet", "", |r| {
        for _ in 0..head(r, 4, "array", "COSE_KeySet")? {
            r.structure("COSE_Key", "key", |r| {
                for _ in 0..head(r, 5, "map", "COSE_Key")? {
                    pair(r)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

/// The head of an array or a map of less than 24 entries, or of less than 256.
fn head(r: &mut Reader<'_>, major: u64, kind: &str, name: &str) -> Read<u64> {
    let first = r.ahead(0, 1).unwrap_or(0);
    let (width, entries) = match first & 0x1f {
        small @ 0..24 => (1, small),
        24 => (2, r.ahead(1, 1).unwrap_or(0)),
        _ => return Err(r.broken("a short CBOR head")),
    };
    if first >> 5 != major {
        return Err(r.broken(kind));
    }
    r.fixed(width, kind, name, |_| format!("of {entries}"))?;
    Ok(entries)
}

/// A label and its value, one line each.
fn pair(r: &mut Reader<'_>) -> Read<()> {
    let (name, width) = match (r.ahead(0, 1), r.ahead(0, 4)) {
        (Some(1), _) => ("kty", 1),
        (Some(2), _) => ("kid", 1),
        (Some(3), _) => ("alg", 1),
        (Some(0x20), _) => ("crv", 1),
        (Some(0x21), _) => ("x", 1),
        (_, Some(0x6375_7365)) => ("use", 4),
        _ => return Err(r.broken("a label of a key")),
    };
    let first = r.ahead(width, 1).unwrap_or(0xff);
    let argument = first & 0x1f;
    let (head, argument) = match argument {
        0..24 => (1, argument),
        24 => (2, r.ahead(width + 1, 1).unwrap_or(0)),
        _ => return Err(r.broken("a short CBOR item")),
    };
    match first >> 5 {
        0 => r.fixed(width + head, "int", name, |_| argument.to_string())?,
        1 => r.fixed(width + head, "int", name, |_| format!("-{}", argument + 1))?,
        2 => {
            let content = usize::try_from(argument).unwrap_or(usize::MAX);
            r.fixed(width + head + content, "bstr", name, |bytes| count(&bytes[width + head..]))?
        }
        _ => return Err(r.broken("a number or bytes")),
    };
    Ok(())
}
