//! `identifierQuery`: somebody is looked for by their handle (mimi-protocol-06 §5.8). Nobody is found by anything else,
//! and nobody by a part of it.

use doorstep_wire::{
    Body, ProviderDomain, UserUri,
    identifier::{IdentifierQueryCode, IdentifierRequest, IdentifierResponse, SearchField},
};

use crate::HubError;

/// Whom a query can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The account with this handle, if there is one and it is to be found.
    Account {
        /// Handle.
        handle: String,
        /// Its URI.
        user: UserUri,
    },
    /// Nobody here can be what is asked for.
    Nobody,
    /// It is asked for by something that nobody is found by here.
    Unsupported,
}

/// Reads a query for a user of the provider `own`. The handle is taken as a URI (`mimi://a.example/u/alice`,
/// `im:alice@a.example`), with the provider behind it or alone; a nickname is the handle alone. All parts of a query have
/// to mean the same account.
///
/// # Errors
/// [`HubError::Malformed`].
pub fn wanted(body: &[u8], own: &ProviderDomain) -> Result<Wanted, HubError> {
    let request = IdentifierRequest::decode(body).map_err(|_| HubError::Malformed("IdentifierRequest"))?;
    let mut handles = Vec::with_capacity(request.elements.len());
    for element in &request.elements {
        handles.push(match element.field {
            SearchField::Handle => whole(&element.value, own),
            SearchField::Nick => Some(element.value.as_str()),
            SearchField::Email
            | SearchField::Phone
            | SearchField::PartialName
            | SearchField::WholeProfile
            | SearchField::OidcStdClaim(_)
            | SearchField::VcardField(_) => return Ok(Wanted::Unsupported),
        });
    }
    let first = handles.first().copied().flatten().filter(|handle| !handle.contains('@'));
    let Some(handle) = first.filter(|_| handles.iter().all(|handle| *handle == first)) else {
        return Ok(Wanted::Nobody);
    };
    // In its one spelling, or it is not exactly that of anybody.
    match UserUri::account(own, handle) {
        Ok(user) if user.handle() == Some(handle) => Ok(Wanted::Account { handle: handle.to_owned(), user }),
        _ => Ok(Wanted::Nobody),
    }
}

/// The answer. `found`: what the store says of the account; of nobody it need not be asked.
pub fn answer(wanted: Wanted, found: bool) -> IdentifierResponse {
    match wanted {
        Wanted::Account { user, .. } if found => IdentifierResponse::found(user),
        Wanted::Account { .. } | Wanted::Nobody => IdentifierResponse::nobody(IdentifierQueryCode::NotFound),
        Wanted::Unsupported => IdentifierResponse::nobody(IdentifierQueryCode::UnsupportedField),
    }
}

/// The handle in a spelling of a whole handle.
fn whole<'a>(text: &'a str, own: &ProviderDomain) -> Option<&'a str> {
    if let Some(rest) = text.strip_prefix("mimi://") {
        return rest.strip_prefix(own.as_str())?.strip_prefix("/u/");
    }
    match text.strip_prefix("im:").unwrap_or(text).rsplit_once('@') {
        Some((handle, domain)) => (domain == own.as_str()).then_some(handle),
        None => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use doorstep_wire::{Dictionary, identifier::QueryElement};

    use super::*;

    fn own() -> ProviderDomain {
        "a.example".parse().unwrap()
    }

    fn ask(elements: &[(SearchField, &str)]) -> Wanted {
        let elements = elements.iter();
        let elements =
            elements.map(|(field, value)| QueryElement { field: field.clone(), value: (*value).to_owned() }).collect();
        let request = IdentifierRequest { elements, extensions: Dictionary::new() };
        wanted(&request.encode().unwrap(), &own()).unwrap()
    }

    fn alice() -> Wanted {
        Wanted::Account { handle: "alice".to_owned(), user: UserUri::account(&own(), "alice").unwrap() }
    }

    #[test]
    fn a_handle_is_taken_in_every_whole_spelling() {
        for spelling in ["alice", "alice@a.example", "im:alice@a.example", "mimi://a.example/u/alice"] {
            assert_eq!(ask(&[(SearchField::Handle, spelling)]), alice(), "{spelling}");
        }
        assert_eq!(ask(&[(SearchField::Nick, "alice")]), alice());
        assert_eq!(ask(&[(SearchField::Nick, "alice"), (SearchField::Handle, "alice@a.example")]), alice());
    }

    #[test]
    fn nothing_else_is_anybody() {
        for spelling in [
            "",
            "Alice/x",
            "alice@b.example",
            "mimi://b.example/u/alice",
            "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427",
            "mimi://a.example/u/p",
            "al%69ce",
            "alice@A.example",
            "@a.example",
            "p",
        ] {
            assert_eq!(ask(&[(SearchField::Handle, spelling)]), Wanted::Nobody, "{spelling}");
        }
        assert_eq!(ask(&[(SearchField::Nick, "alice@a.example")]), Wanted::Nobody);
        assert_eq!(ask(&[(SearchField::Handle, "alice"), (SearchField::Handle, "bob")]), Wanted::Nobody);
    }

    #[test]
    fn nobody_is_found_by_anything_else() {
        for field in [
            SearchField::Email,
            SearchField::Phone,
            SearchField::PartialName,
            SearchField::WholeProfile,
            SearchField::OidcStdClaim("sub".to_owned()),
            SearchField::VcardField("fn".to_owned()),
        ] {
            assert_eq!(ask(&[(SearchField::Handle, "alice"), (field, "alice")]), Wanted::Unsupported);
        }
        assert_eq!(wanted(b"x", &own()), Err(HubError::Malformed("IdentifierRequest")));
    }

    #[test]
    fn whoever_hides_and_whoever_is_not_there_get_the_same_answer() {
        let nobody = IdentifierResponse::nobody(IdentifierQueryCode::NotFound);
        assert_eq!(answer(alice(), false), nobody);
        assert_eq!(answer(Wanted::Nobody, false), nobody);
        assert_eq!(answer(Wanted::Nobody, true), nobody);
        let unsupported = IdentifierResponse::nobody(IdentifierQueryCode::UnsupportedField);
        assert_eq!(answer(Wanted::Unsupported, true), unsupported);
        assert_eq!(answer(alice(), true), IdentifierResponse::found(UserUri::account(&own(), "alice").unwrap()));
    }
}
