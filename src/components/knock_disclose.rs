//! In a knock: tell the moderators who I am.

use doorstep_client_api::door::{DisclosurePolicy, Door};
use doorstep_client_api::view::{Claims, Me};
use doorstep_public_page::html;
use doorstep_public_page::text::{count, fill};
use yew::prelude::*;

use super::disclosed::{claim_boxes, own_account};
use crate::app::App;
use crate::piece::State;
use crate::services::field;

/// The choice, for those who have an account; nothing for others, and where the room wants to hear no names.
pub(crate) fn knock_disclose(app: &App, door: &Door, claims: &State<Option<Claims>>) -> Html {
    let texts = app.visitor_texts();
    let me: Option<Me> = app.model.home.as_ref().and_then(|home| home.me.clone());
    let (Some(account), Some(me)) = (own_account(me.as_ref()), me) else { return Html::default() };
    if door.disclosure == DisclosurePolicy::Forbidden {
        return Html::default();
    }
    let onchange = {
        let claims = claims.clone();
        Callback::from(move |event: Event| {
            let on = field::ticked(&event);
            let now = claims.unwrap_or_default();
            claims.set(match field::name(&event).as_str() {
                "tell" => on.then(Claims::default),
                "handle" => Some(Claims { handle: on, ..now }),
                _ => Some(Claims { display_name: on, ..now }),
            });
        })
    };
    html! {
        <div class="knock-tell" {onchange}>
            <div class="choice">
                <input type="checkbox" name="tell" id="knock-tell" data-testid="knock-tell" checked={claims.is_some()} aria-describedby="knock-tell-hint" />
                <label for="knock-tell">{ fill(texts.knock_tell, &[&account]) }</label>
                <p class="hint" id="knock-tell-hint">{ count(app.lang(), texts.knock_tell_hint, door.moderators.len() as u64) }</p>
            </div>
            if let Some(chosen) = **claims {
                <fieldset>
                    <legend class="unseen">{ texts.disclose_what }</legend>
                    { claim_boxes(texts, &me, chosen) }
                    <p class="note">{ fill(texts.knock_tell_forever, &[&door.name, &door.hub]) }</p>
                </fieldset>
            }
        </div>
    }
}
