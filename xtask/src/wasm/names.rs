//! Short names between a module and its glue. wasm-bindgen calls what a module imports `__wbg_fetch_0123456789abcdef`,
//! twice, and hashes do not compress: for the page app that is four kilobytes.

use anyhow::{Context, Result, bail};

/// The module and its glue with every imported function renamed in both.
///
/// # Errors
/// It is not a module, or the glue does not give what the module imports.
pub(super) fn shorten(module: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut rest = module.strip_prefix(b"\0asm\x01\0\0\0").context("not a wasm module of version 1")?;
    let mut out = b"\0asm\x01\0\0\0".to_vec();
    let mut glue = glue.to_owned();
    while !rest.is_empty() {
        let id = byte(&mut rest)?;
        let length = number(&mut rest)?;
        let content = take(&mut rest, length)?;
        out.push(id);
        if id == IMPORTS {
            let content = imports(content, &mut glue)?;
            put_number(&mut out, content.len());
            out.extend(content);
        } else {
            put_number(&mut out, length);
            out.extend(content);
        }
    }
    Ok((out, glue))
}

/// Id of the import section (WebAssembly Core 2.0 §5.5.5).
const IMPORTS: u8 = 2;
/// Tag of an imported function.
const FUNCTION: u8 = 0;

fn imports(mut content: &[u8], glue: &mut String) -> Result<Vec<u8>> {
    let number_of = number(&mut content)?;
    let mut out = Vec::new();
    put_number(&mut out, number_of);
    for at in 0..number_of {
        let module = name(&mut content)?;
        let old = name(&mut content)?;
        if content.first() != Some(&FUNCTION) {
            bail!("{old} is imported and no function");
        }
        let (quoted, plain, method) = (format!("\"{old}\":"), format!("{old}:"), format!("{old}("));
        let new = format!("i{at}");
        let key = [&quoted, &plain, &method].into_iter().find(|key| glue.matches(key.as_str()).count() == 1);
        let key = key.with_context(|| format!("the glue does not give {old}, or gives it twice"))?;
        let end = key.chars().last().unwrap_or(':');
        *glue = glue.replace(key.as_str(), &format!("{new}{end}"));
        for text in [module, &new] {
            put_number(&mut out, text.len());
            out.extend(text.as_bytes());
        }
        out.push(byte(&mut content)?);
        let kind = number(&mut content)?;
        put_number(&mut out, kind);
    }
    if content.is_empty() { Ok(out) } else { bail!("the import section is longer than its imports") }
}

fn byte(rest: &mut &[u8]) -> Result<u8> {
    let (first, tail) = rest.split_first().context("the module ends early")?;
    *rest = tail;
    Ok(*first)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (taken, tail) = rest.split_at_checked(length).context("the module ends early")?;
    *rest = tail;
    Ok(taken)
}

fn name<'a>(rest: &mut &'a [u8]) -> Result<&'a str> {
    let length = number(rest)?;
    Ok(core::str::from_utf8(take(rest, length)?)?)
}

/// An unsigned LEB128 number of at most 32 bits.
fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = byte(rest)?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    bail!("a number of the module is too long")
}

fn put_number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(import "m" "__wbg_a_0f" (func (type 1))) (import "m" "__wbg_ab_0f" (func (type 200)))` and an empty section.
    fn module() -> Vec<u8> {
        let imports = b"\x02\x01m\x0a__wbg_a_0f\0\x01\x01m\x0b__wbg_ab_0f\0\xc8\x01";
        let mut module = b"\0asm\x01\0\0\0\x02".to_vec();
        module.push(imports.len() as u8);
        module.extend(imports);
        module.extend(b"\x0a\x01\0");
        module
    }

    #[test]
    fn both_sides_get_the_same_names() {
        let (module, glue) = shorten(&module(), "{__wbg_a_0f:x,__wbg_ab_0f:y}").expect("a module");
        assert_eq!(module, b"\0asm\x01\0\0\0\x02\x10\x02\x01m\x02i0\0\x01\x01m\x02i1\0\xc8\x01\x0a\x01\0");
        assert_eq!(glue, "{i0:x,i1:y}");
    }

    #[test]
    fn a_glue_that_lacks_a_function_is_refused() {
        assert!(shorten(&module(), "{__wbg_a_0f:x}").is_err());
        let module = module();
        for end in [3, 9, 15, 20] {
            assert!(shorten(&module[..end], "{__wbg_a_0f:x,__wbg_ab_0f:y}").is_err(), "{end}");
        }
    }
}
