//! Who somebody in a room has proven to be.

use doorstep_page_api::view::{Disclosed, DisclosedTo};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::moment::Day;
use crate::hooks::use_look;
use crate::text::account;

/// Properties of everything here.
#[derive(PartialEq, Properties)]
pub(crate) struct ProofProps {
    /// What was proven.
    pub(crate) disclosed: Disclosed,
}

/// The mark next to the name of somebody who has proven who they are.
#[component]
pub(crate) fn ProvenMark(props: &ProofProps) -> Html {
    let look = use_look();
    let (texts, disclosed) = (look.texts(), &props.disclosed);
    let name = account(&disclosed.user);
    html! {
        <span class="proven" data-testid="proven" title={fill(texts.proven_by, &[&name, &disclosed.issuer])}>
            { icon(Icon::Seal) }<span class="unseen">{ texts.proven }</span><bdi>{ name }</bdi>
        </span>
    }
}

/// What exactly was proven, who vouches, who else knows, and since when.
#[component]
pub(crate) fn Proof(props: &ProofProps) -> Html {
    let look = use_look();
    let (texts, disclosed) = (look.texts(), &props.disclosed);
    let told = match disclosed.to {
        DisclosedTo::Room => texts.told_room,
        DisclosedTo::Admins => texts.told_admins,
        DisclosedTo::Me => texts.told_me,
    };
    let name = account(&disclosed.user);
    let proven = disclosed.proven.iter().map(|claim| {
        let (text, value) = match claim.as_str() {
            "account" => (texts.claim_account, name.as_str()),
            "handle" => (texts.claim_handle, disclosed.handle.as_deref().unwrap_or_default()),
            "display-name" => (texts.claim_display_name, disclosed.display_name.as_deref().unwrap_or_default()),
            other => ("{0}", other),
        };
        html! { <li><bdi>{ fill(text, &[value]) }</bdi></li> }
    });
    html! {
        <div class="proof" data-testid="proof">
            <p class="signed">{ icon(Icon::Seal) }<span>{ fill(texts.proven_by, &[&name, &disclosed.issuer]) }</span></p>
            <dl>
                <dt>{ texts.proven_what }</dt><dd><ul>{ for proven }</ul></dd>
                <dt>{ texts.proven_told }</dt><dd>{ told }</dd>
                <dt>{ texts.proven_since }</dt><dd><Day at={disclosed.at} /></dd>
                <dt>{ texts.term_address }</dt><dd><code>{ &disclosed.user }</code></dd>
            </dl>
            <p class="hint">{ texts.proven_how }</p>
        </div>
    }
}
