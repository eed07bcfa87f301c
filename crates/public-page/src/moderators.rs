//! Who reads a knock.

use doorstep_client_api::door::Door;
use yew::prelude::*;

use crate::Lang;
use crate::html;
use crate::person::person;
use crate::text::count;

/// The moderators that can open a knock, by figure and name.
pub fn moderators(lang: Lang, door: &Door) -> Html {
    let words = lang.words();
    let number = door.moderators.len() as u64;
    html! {
        <section aria-labelledby="readers">
            <h2 id="readers">{ words.readers }</h2>
            if number == 0 {
                <p>{ words.readers_none }</p>
            } else {
                <p>{ count(lang, words.readers_lead, number) }</p>
                <ul class="people">
                    { for door.moderators.iter().map(|user| html! { <li>{ person(user) }</li> }) }
                </ul>
            }
        </section>
    }
}
