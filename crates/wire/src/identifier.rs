//! `identifierQuery`: the URI of somebody of whom one knows something else (mimi-protocol-06 §5.8).

mod request;
mod response;

pub use request::{IdentifierRequest, MAX_QUERY_ELEMENTS, QueryElement, SearchField};
pub use response::{FieldSource, IdentifierQueryCode, IdentifierResponse, MAX_PROFILES, ProfileField, UserProfile};

#[cfg(test)]
mod tests;
