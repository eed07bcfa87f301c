//! In a knock: tell the moderators who I am.

use std::rc::Rc;

use doorstep_client_api::door::{DisclosurePolicy, Door};
use doorstep_page_api::view::Claims;
use doorstep_public_page::text::{count, fill};
use yew::prelude::*;

use super::claim_boxes::ClaimBoxes;
use crate::hooks::{use_engine, use_look};
use crate::services::field;
use crate::text::own_account;

/// Properties of [`KnockDisclose`].
#[derive(PartialEq, Properties)]
pub(crate) struct KnockDiscloseProps {
    /// The room.
    pub(crate) door: Rc<Door>,
    /// What is to be told; none: nothing.
    pub(crate) claims: Option<Claims>,
    /// Gets what was chosen.
    pub(crate) on_change: Callback<Option<Claims>>,
}

/// The choice, for those who have an account; nothing for others, and where the room wants to hear no names.
#[component]
pub(crate) fn KnockDisclose(props: &KnockDiscloseProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let (texts, KnockDiscloseProps { door, claims, on_change }) = (look.texts(), props);
    let me = engine.home.as_ref().and_then(|home| home.me.clone());
    let (Some(account), Some(me)) = (own_account(me.as_ref()), me) else { return Html::default() };
    if door.disclosure == DisclosurePolicy::Forbidden {
        return Html::default();
    }
    let onchange = {
        let now = claims.unwrap_or_default();
        on_change.reform(move |event: Event| {
            let on = field::ticked(&event);
            match field::name(&event).as_str() {
                "tell" => on.then(Claims::default),
                "handle" => Some(Claims { handle: on, ..now }),
                _ => Some(Claims { display_name: on, ..now }),
            }
        })
    };
    html! {
        <div class="knock-tell" {onchange}>
            <div class="choice">
                <input type="checkbox" name="tell" id="knock-tell" data-testid="knock-tell" checked={claims.is_some()}
                    aria-describedby="knock-tell-hint" />
                <label for="knock-tell">{ fill(texts.knock_tell, &[&account]) }</label>
                <p class="hint" id="knock-tell-hint">
                    { count(look.lang(), texts.knock_tell_hint, door.moderators.len() as u64) }
                </p>
            </div>
            if let Some(claims) = *claims {
                <fieldset>
                    <legend class="unseen">{ texts.disclose_what }</legend>
                    <ClaimBoxes {me} {claims} />
                    <p class="note">{ fill(texts.knock_tell_forever, &[&door.name, &door.hub]) }</p>
                </fieldset>
            }
        </div>
    }
}
