//! What I said about who I am: where, to whom, when.

use doorstep_page_api::view::{Delivery, MyDisclosure};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::moment::Day;
use crate::hooks::{use_engine, use_look, use_served};
use crate::route::Route;
use crate::text::{Sentences, account, called_in, target};

/// Properties of [`MyDisclosures`].
#[derive(PartialEq, Properties)]
pub(crate) struct MyDisclosuresProps {
    /// Newest first.
    pub(crate) list: Vec<MyDisclosure>,
}

/// The list.
#[component]
pub(crate) fn MyDisclosures(props: &MyDisclosuresProps) -> Html {
    let look = use_look();
    if props.list.is_empty() {
        return html! { <p>{ look.texts().told_none }</p> };
    }
    let cards = props.list.iter().map(|told| html! { <Told key={told.id.clone()} told={told.clone()} /> });
    html! { <ul class="cards">{ for cards }</ul> }
}

#[derive(PartialEq, Properties)]
struct ToldProps {
    told: MyDisclosure,
}

/// One of them.
#[component]
fn Told(props: &ToldProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let (texts, told) = (look.texts(), &props.told);
    let whom = target(texts, &told.to);
    let who = account(&told.user);
    let name = called_in(&engine, &told.room, &told.room_name);
    let room = match engine.summary(&told.room) {
        Some(_) => html! { <PageLink to={Route::room(&told.room, &served.house.domain)}>{ name }</PageLink> },
        None => html! { <bdi>{ name }</bdi> },
    };
    let place = if told.in_knock { texts.told_in_knock } else { texts.told_in };
    let delivery = match &told.delivery {
        Delivery::Sent => Html::default(),
        Delivery::Pending => html! { <p class="signed">{ icon(Icon::Clock) }<span>{ texts.sending }</span></p> },
        Delivery::Failed(problem) => html! {
            <p class="signed failed">
                { icon(Icon::Warning) }<span>{ texts.not_sent }{ " " }{ texts.problem(problem) }</span>
            </p>
        },
    };
    html! {
        <li class="card" data-testid="told">
            <p>{ fill(texts.told_whom, &[&display_name(&told.pseudonym), &who, &whom]) }</p>
            if told.claims.display_name || told.claims.handle {
                <p class="hint">
                    { if told.claims.display_name { texts.told_display_name } else { texts.told_handle } }
                </p>
            }
            <p class="hint">
                { rich(place, &[room, html! { { &told.hub } }, html! { <Day at={told.at} /> }]) }
                { " " }{ count(look.lang(), texts.told_readers, u64::from(told.readers)) }
            </p>
            { delivery }
        </li>
    }
}
