//! People who ask whether I want to talk.

use std::collections::BTreeSet;

use doorstep_page_api::view::{ContactRequest, ContactRequestState};
use yew::prelude::*;

use super::contact_card::ContactCard;
use crate::hooks::use_look;

/// Properties of [`Contacts`].
#[derive(PartialEq, Properties)]
pub(crate) struct ContactsProps {
    /// Oldest first.
    pub(crate) list: Vec<ContactRequest>,
}

/// The list. Who is answered while one looks at it stays in their place; who was answered before stands in a fold.
#[component]
pub(crate) fn Contacts(props: &ContactsProps) -> Html {
    let look = use_look();
    let seen = use_mut_ref(BTreeSet::<String>::new);
    let texts = look.texts();
    let (here, before): (Vec<_>, Vec<_>) = {
        let mut seen = seen.borrow_mut();
        let open = props.list.iter().filter(|request| is_open(request)).map(|request| request.id.clone());
        seen.extend(open);
        props.list.iter().partition(|request| seen.contains(&request.id))
    };
    let card = |request: &ContactRequest| {
        html! { <ContactCard key={request.id.clone()} request={request.clone()} /> }
    };
    html! {
        <section aria-labelledby="contacts" data-testid="contacts">
            <h2 id="contacts">{ texts.contacts_title }</h2>
            if !here.is_empty() {
                <p class="hint">{ texts.contacts_lead }</p>
                <ul class="cards">{ for here.into_iter().map(card) }</ul>
            }
            if !before.is_empty() {
                <details data-testid="contacts-before">
                    <summary>{ texts.contacts_before }</summary>
                    <ul class="cards">{ for before.into_iter().map(card) }</ul>
                </details>
            }
        </section>
    }
}

/// There is something to be answered, or under way.
fn is_open(request: &ContactRequest) -> bool {
    matches!(
        request.state,
        ContactRequestState::Open | ContactRequestState::Answering { .. } | ContactRequestState::Failed(_)
    )
}
