//! The home page of a provider.

use doorstep_client_api::door::{House, ListedRoom};
use yew::prelude::*;

use crate::door_page::{way_icon, way_text};
use crate::icon::{Icon, icon};
use crate::lang::Lang;
use crate::link::Link;
use crate::text::{count, fill};
use crate::words::use_lang;

/// Properties of [`HousePage`].
#[derive(Clone, PartialEq, Properties)]
pub struct HousePageProps {
    /// The provider.
    pub house: House,
    /// She has an account here already: no invitation to make one.
    #[prop_or_default]
    pub known: bool,
}

/// What this provider is and which rooms let themselves be found.
#[component(HousePage)]
pub fn house_page(props: &HousePageProps) -> Html {
    let lang = use_lang();
    let words = lang.words();
    let HousePageProps { house, known } = props;
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ &house.name }</h1>
            <p class="lead">{ words.house_lead }</p>
            <section aria-labelledby="rooms">
                <h2 id="rooms">{ words.house_rooms }</h2>
                if house.rooms.is_empty() {
                    <p>{ words.house_no_rooms }</p>
                } else {
                    <ul class="cards">{ for house.rooms.iter().map(|room| listed(lang, room)) }</ul>
                }
            </section>
            <section aria-labelledby="points">
                <h2 id="points">{ words.house_points }</h2>
                <ul class="facts">
                    <li>{ icon(Icon::Door) }<span>{ words.house_point_read }</span></li>
                    <li>{ icon(Icon::Mask) }<span>{ words.house_point_name }</span></li>
                    <li>{ icon(Icon::Lock) }<span>{ fill(words.house_point_sealed, &[&house.domain]) }</span></li>
                </ul>
            </section>
            <div class="buttons">
                <Link to="/new" class="button">{ icon(Icon::Plus) }{ words.house_new_room }</Link>
                if house.sign_up && !known {
                    <Link to="/account" class="button quiet">{ icon(Icon::Person) }{ words.house_account }</Link>
                }
            </div>
            if !house.sign_up && !known {
                <p class="hint">{ words.house_closed }</p>
            }
        </div>
    }
}

fn listed(lang: Lang, room: &ListedRoom) -> Html {
    html! {
        <li class="card card-link">
            <h3 dir="auto"><Link to={format!("/r/{}", room.slug)}>{ &room.name }</Link></h3>
            if !room.summary.is_empty() {
                <p dir="auto">{ &room.summary }</p>
            }
            <p class="marks">
                <span class="mark">{ icon(way_icon(room.way_in)) }{ way_text(lang, room.way_in) }</span>
                <span class="mark">{ icon(Icon::People) }{ count(lang, lang.words().people, u64::from(room.people)) }</span>
            </p>
        </li>
    }
}
