//! The home page of a provider.

use std::rc::Rc;

use doorstep_client_api::door::{House, ListedRoom};
use yew::prelude::*;

use crate::door_page::{way_icon, way_text};
use crate::icon::{Icon, icon};
use crate::page_link::PageLink;
use crate::route::Route;
use crate::text::{count, fill};
use crate::{Lang, Texts};

/// Properties of [`HousePage`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct HousePageProps {
    /// Language.
    pub lang: Lang,
    /// The provider.
    pub house: Rc<House>,
    /// Whoever reads has an account here already, and needs no invitation to make one.
    #[prop_or_default]
    pub known: bool,
}

/// What this provider is and which rooms let themselves be found.
#[component]
pub fn HousePage(props: &HousePageProps) -> Html {
    let HousePageProps { lang, house, known } = props;
    let words = lang.words();
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ &house.name }</h1>
            <p class="lead">{ words.house_lead }</p>
            <section aria-labelledby="rooms">
                <h2 id="rooms">{ words.house_rooms }</h2>
                if house.rooms.is_empty() {
                    <p>{ words.house_no_rooms }</p>
                } else {
                    <ul class="cards">{ for house.rooms.iter().map(|room| listed(*lang, room)) }</ul>
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
                <PageLink to={Route::New} class="button">{ icon(Icon::Plus) }{ words.house_new_room }</PageLink>
                <PageLink to={Route::Scan} class="button quiet">{ icon(Icon::Camera) }{ words.house_scan }</PageLink>
                if house.sign_up && !known {
                    <PageLink to={Route::Account} class="button quiet">{ icon(Icon::Person) }{ words.house_account }</PageLink>
                }
            </div>
            if !house.sign_up && !known {
                <p class="hint">{ Texts::of(*lang).house_closed }</p>
            }
        </div>
    }
}

fn listed(lang: Lang, room: &ListedRoom) -> Html {
    html! {
        <li class="card card-link">
            <h3 dir="auto"><PageLink to={Route::Door { slug: room.slug.clone() }}>{ &room.name }</PageLink></h3>
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
