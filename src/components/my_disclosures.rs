//! What I said about who I am: where, to whom, when.

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{Delivery, MyDisclosure};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::disclosed::{account, target};
use super::moment::day;
use crate::app::App;
use crate::text::Sentences;

/// The list, newest first.
pub(crate) fn my_disclosures(app: &App, list: &[MyDisclosure]) -> Html {
    let texts = app.member_texts();
    if list.is_empty() {
        return html! { <p>{ texts.told_none }</p> };
    }
    html! { <ul class="cards">{ for list.iter().map(|told| one(app, told)) }</ul> }
}

fn one(app: &App, told: &MyDisclosure) -> Html {
    let texts = app.member_texts();
    let whom = target(texts, &told.to);
    let who = account(&told.user);
    let room = match app.model.summary(&told.room) {
        Some(_) => html! { <a href={app.room_path(&told.room)}>{ &told.room_name }</a> },
        None => html! { <bdi>{ &told.room_name }</bdi> },
    };
    let where_template = if told.in_knock { texts.told_in_knock } else { texts.told_in };
    let delivery = match &told.delivery {
        Delivery::Sent => Html::default(),
        Delivery::Pending => html! { <p class="signed">{ icon(Icon::Clock) }<span>{ texts.sending }</span></p> },
        Delivery::Failed(problem) => html! {
            <p class="signed failed">{ icon(Icon::Warning) }<span>{ texts.not_sent }{ " " }{ texts.problem(problem) }</span></p>
        },
    };
    html! {
        <li class="card" data-testid="told">
            <p>{ fill(texts.told_whom, &[&display_name(&told.pseudonym), &who, &whom]) }</p>
            if told.claims.display_name || told.claims.handle {
                <p class="hint">{ if told.claims.display_name { texts.told_display_name } else { texts.told_handle } }</p>
            }
            <p class="hint">
                { rich(where_template, &[room, html! { { &told.hub } }, day(app.lang(), told.at)]) }
                { " " }{ count(app.lang(), texts.told_readers, u64::from(told.readers)) }
            </p>
            { delivery }
        </li>
    }
}
