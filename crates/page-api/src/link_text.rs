//! What people paste, scan and open when they mean a join link: finds the part that is one, and names what is not.

use doorstep_wire::Refusal;

/// Why a text is no join link of ours. Nothing of it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotALink {
    /// There is nothing in it, or nothing behind its `#`.
    Empty,
    /// Something else: another address, another scheme, some words.
    Foreign,
}

impl NotALink {
    /// As it stands in a [`crate::view::Problem`].
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::Empty => Refusal::LinkEmpty,
            Self::Foreign => Refusal::LinkForeign,
        }
    }
}

/// Fewest characters of a bare code: room, id, secret and pin take more than this. What is shorter is some word.
const SHORTEST: usize = 150;

/// The code in a text: what stands behind `#` in `https://…/j#…`, `web+mimi:j#…`, `#…`, or all of a bare code; `%23` is
/// `#` for whoever mangled it. White space around it and padding at its end are passed over. Whether the code is good
/// is not known yet.
///
/// # Errors
/// [`NotALink`]
pub fn link_code(text: &str) -> Result<&str, NotALink> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NotALink::Empty);
    }
    let (code, bare) = match split(text) {
        Some((before, code)) if leads_here(before) => (code, false),
        Some(_) => return Err(NotALink::Foreign),
        None if leads_here(text) => ("", false),
        None => (text, true),
    };
    let code = code.trim_end_matches('=');
    if code.is_empty() {
        return Err(NotALink::Empty);
    }
    let is_code = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    // Behind `/j#` everything claims to be a code; alone only what can be one.
    if is_code && (!bare || code.len() >= SHORTEST) { Ok(code) } else { Err(NotALink::Foreign) }
}

/// Before and behind the first `#` or `%23`.
fn split(text: &str) -> Option<(&str, &str)> {
    let plain = text.find('#').map(|at| (at, 1));
    let mangled = text.find("%23").map(|at| (at, 3));
    let (at, length) = plain.into_iter().chain(mangled).min()?;
    Some((text.get(..at)?, text.get(at + length..)?))
}

/// Nothing, a `web+mimi:` link's beginning, or a web address whose path is `/j`.
fn leads_here(before: &str) -> bool {
    let strip = |scheme: &str| {
        let head = before.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| before.get(scheme.len()..)).flatten()
    };
    if before.is_empty() {
        return true;
    }
    if let Some(path) = strip("web+mimi:") {
        return path.trim_matches('/') == "j";
    }
    let Some(rest) = strip("https://").or_else(|| strip("http://")) else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    // What others hang on to an address they pass on does not matter.
    let path = path.split('?').next().unwrap_or_default();
    !host.is_empty() && path.trim_end_matches('/') == "j"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_everything_that_people_pass_on() {
        let code = "pgABAXg3".repeat(26);
        let good = [
            code.clone(),
            format!("#{code}"),
            format!("%23{code}"),
            format!("  https://door.example/j#{code}\n"),
            format!("HTTPS://door.example:8443/j/#{code}"),
            format!("http://localhost:8080/j%23{code}"),
            format!("https://door.example/j?utm=mail#{code}"),
            format!("web+mimi:j#{code}"),
            format!("WEB+MIMI://j#{code}"),
            format!("web+mimi:j%23{code}=="),
        ];
        for text in good {
            assert_eq!(link_code(&text), Ok(code.as_str()), "{text}");
        }
        // Damaged, but ours: said so by whoever reads it.
        assert_eq!(link_code("https://door.example/j#pgAB"), Ok("pgAB"));
        assert_eq!(link_code("#pgAB"), Ok("pgAB"));
    }

    #[test]
    fn what_is_not_ours_is_named() {
        for text in ["", "  \n", "#", "%23", "https://door.example/j#", "web+mimi:j#", "https://door.example/j"] {
            assert_eq!(link_code(text), Err(NotALink::Empty), "{text}");
        }
        let foreign = [
            "hello",
            "pgAB",
            "https://evil.example/",
            "https://evil.example/x#pgAB",
            "https://door.example/j/k#pgAB",
            "https:///j#pgAB",
            "ftp://door.example/j#pgAB",
            "javascript:alert(1)//j#pgAB",
            "web+mimi:k#pgAB",
            "mailto:a@a.example",
            "WIFI:S:net;;",
            "#with spaces",
            "#päßworß",
            "\u{1F600}#",
        ];
        for text in foreign {
            assert_eq!(link_code(text), Err(NotALink::Foreign), "{text}");
        }
    }
}
