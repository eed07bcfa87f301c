//! Who reads a knock.

use std::rc::Rc;

use doorstep_client_api::door::Door;
use yew::prelude::*;

use crate::Lang;
use crate::person::Person;
use crate::text::count;

/// Properties of [`Moderators`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ModeratorsProps {
    /// Language.
    pub lang: Lang,
    /// The room.
    pub door: Rc<Door>,
}

/// The moderators that can open a knock, by figure and name.
#[component]
pub fn Moderators(props: &ModeratorsProps) -> Html {
    let ModeratorsProps { lang, door } = props;
    let words = lang.words();
    let number = door.moderators.len() as u64;
    html! {
        <section aria-labelledby="readers">
            <h2 id="readers">{ words.readers }</h2>
            if number == 0 {
                <p>{ words.readers_none }</p>
            } else {
                <p>{ count(*lang, words.readers_lead, number) }</p>
                <ul class="people">
                    { for door.moderators.iter().map(|user| html! { <li><Person user={user.clone()} /></li> }) }
                </ul>
            }
        </section>
    }
}
