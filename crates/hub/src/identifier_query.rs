//! `identifierQuery`: somebody is looked for by their handle, or, if they want to be found so, by their display name
//! (mimi-protocol-06 §5.8). Nobody is found by anything else, and nobody by a part of it.

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
    /// The account with this handle, or else the one that is found by this display name.
    Named {
        /// Handle, where the name can be one.
        handle: Option<String>,
        /// As [`name_key`] has it.
        key: String,
    },
    /// Nobody here can be what is asked for.
    Nobody,
    /// It is asked for by something that nobody is found by here.
    Unsupported,
}

/// A display name as it is compared: as a whole, without regard to capitals and the space around it. Empty: nobody's.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Reads a query for a user of the provider `own`. The handle is taken as a URI (`mimi://a.example/u/alice`,
/// `im:alice@a.example`), with the provider behind it or alone; a nickname is the handle alone, or a display name. All parts
/// of a query have to mean the same account, and where one of them is a handle, nicknames are handles too.
///
/// # Errors
/// [`HubError::Malformed`].
pub fn wanted(body: &[u8], own: &ProviderDomain) -> Result<Wanted, HubError> {
    let request = IdentifierRequest::decode(body).map_err(|_| HubError::Malformed("IdentifierRequest"))?;
    let mut handles = Vec::with_capacity(request.elements.len());
    let mut nicknames_alone = true;
    for element in &request.elements {
        handles.push(match element.field {
            SearchField::Handle => {
                nicknames_alone = false;
                whole(&element.value, own)
            }
            SearchField::Nick => Some(element.value.as_str()),
            SearchField::Email
            | SearchField::Phone
            | SearchField::PartialName
            | SearchField::WholeProfile
            | SearchField::OidcStdClaim(_)
            | SearchField::VcardField(_) => return Ok(Wanted::Unsupported),
        });
    }
    let first = handles.first().copied().flatten();
    let Some(name) = first.filter(|_| handles.iter().all(|handle| *handle == first)) else {
        return Ok(Wanted::Nobody);
    };
    // In its one spelling, or it is not exactly that of anybody.
    let account = UserUri::account(own, name).ok().filter(|user| user.handle() == Some(name) && !name.contains('@'));
    let handle = name.to_owned();
    Ok(match account {
        Some(_) if nicknames_alone => Wanted::Named { handle: Some(handle), key: name_key(name) },
        Some(user) => Wanted::Account { handle, user },
        None if nicknames_alone && !name_key(name).is_empty() => Wanted::Named { handle: None, key: name_key(name) },
        None => Wanted::Nobody,
    })
}

/// The answer. `found`: handles of the accounts that the store knows for it, the one with that handle or those with that
/// name; of nobody it need not be asked. Several with one name are `ambiguous`, and which they are is not told.
pub fn answer(wanted: &Wanted, own: &ProviderDomain, found: &[String]) -> IdentifierResponse {
    let nobody = IdentifierResponse::nobody(IdentifierQueryCode::NotFound);
    match (wanted, found) {
        (Wanted::Unsupported, _) => IdentifierResponse::nobody(IdentifierQueryCode::UnsupportedField),
        (Wanted::Nobody, _) | (_, []) => nobody,
        (Wanted::Account { .. } | Wanted::Named { .. }, [handle]) => {
            UserUri::account(own, handle).map_or(nobody, IdentifierResponse::found)
        }
        (Wanted::Account { .. } | Wanted::Named { .. }, _) => {
            IdentifierResponse::nobody(IdentifierQueryCode::Ambiguous)
        }
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
        assert_eq!(ask(&[(SearchField::Nick, "")]), Wanted::Nobody);
        assert_eq!(ask(&[(SearchField::Nick, "alice@a.example"), (SearchField::Handle, "alice")]), Wanted::Nobody);
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
    fn a_nickname_is_a_handle_or_a_display_name() {
        let named =
            |handle: Option<&str>, key: &str| Wanted::Named { handle: handle.map(str::to_owned), key: key.to_owned() };
        for (nick, wanted) in [
            ("alice", named(Some("alice"), "alice")),
            (" Álice Ö. ", named(None, "álice ö.")),
            ("Alice@a.example", named(None, "alice@a.example")),
            ("p", named(None, "p")),
        ] {
            assert_eq!(ask(&[(SearchField::Nick, nick)]), wanted, "{nick}");
            assert_eq!(ask(&[(SearchField::Nick, nick), (SearchField::Nick, nick)]), wanted, "{nick}");
        }
        assert_eq!(ask(&[(SearchField::Nick, "alice"), (SearchField::Nick, "bob")]), Wanted::Nobody);
    }

    #[test]
    fn whoever_hides_and_whoever_is_not_there_get_the_same_answer() {
        let nobody = IdentifierResponse::nobody(IdentifierQueryCode::NotFound);
        let answer = |wanted: &Wanted, found: &[&str]| {
            super::answer(wanted, &own(), &found.iter().map(|&handle| handle.to_owned()).collect::<Vec<_>>())
        };
        let named = Wanted::Named { handle: None, key: "al".to_owned() };
        assert_eq!(answer(&alice(), &[]), nobody);
        assert_eq!(answer(&named, &[]), nobody);
        assert_eq!(answer(&Wanted::Nobody, &[]), nobody);
        assert_eq!(answer(&Wanted::Nobody, &["alice"]), nobody);
        let unsupported = IdentifierResponse::nobody(IdentifierQueryCode::UnsupportedField);
        assert_eq!(answer(&Wanted::Unsupported, &["alice"]), unsupported);
        let found = IdentifierResponse::found(UserUri::account(&own(), "alice").unwrap());
        assert_eq!((answer(&alice(), &["alice"]), answer(&named, &["alice"])), (found.clone(), found));
        let ambiguous = IdentifierResponse::nobody(IdentifierQueryCode::Ambiguous);
        assert_eq!(answer(&named, &["alice", "albert"]), ambiguous);
    }
}
