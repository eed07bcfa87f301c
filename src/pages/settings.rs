//! `/settings`: where I am known as whom, language, colours.

use doorstep_client_api::view::PseudonymUse;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::person::person;
use doorstep_public_page::text::rich;
use doorstep_public_page::{Lang, Look, Theme};
use yew::prelude::*;

use crate::app::App;
use crate::components::loading::loading;
use crate::components::moment::day;
use crate::components::my_disclosures::my_disclosures;
use crate::route::Route;
use crate::services::{field, share};

/// Settings.
pub(crate) fn settings(app: &App) -> Html {
    let texts = app.member_texts();
    let home = app.model.home.as_ref();
    let choose_lang = {
        let app = app.clone();
        Callback::from(move |event: Event| {
            if let Some(lang) = Lang::from_tag(&field::text(&event)) {
                app.set_look(Look { lang, ..*app.look });
            }
        })
    };
    let choose_theme = {
        let app = app.clone();
        Callback::from(move |event: Event| {
            if let Some(theme) = Theme::from_tag(&field::text(&event)) {
                app.set_look(Look { theme, ..*app.look });
            }
        })
    };
    let themes = [(Theme::Auto, texts.theme_auto), (Theme::Light, texts.theme_light), (Theme::Dark, texts.theme_dark)];
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.settings }</h1>
            if app.active && home.is_none() {
                { loading(texts) }
            } else {
                <section aria-labelledby="me">
                    <h2 id="me">{ texts.account }</h2>
                    if let Some(handle) = app.handle() {
                        <p>{ rich(texts.account_is, &[html! { <strong>{ handle }</strong> }, html! { { &app.house.domain } }]) }</p>
                    } else {
                        <p>{ if home.is_some_and(|home| home.me.is_some()) { texts.you_are_guest } else { texts.you_are_nobody } }</p>
                        <div class="buttons"><a href={Route::Account.path()} class="button">{ icon(Icon::Person) }{ texts.make_account }</a></div>
                    }
                </section>
                <section aria-labelledby="pseudonyms">
                    <h2 id="pseudonyms">{ texts.pseudonyms }</h2>
                    <p class="hint">{ texts.pseudonyms_lead }</p>
                    { pseudonyms(app, home.map(|home| home.pseudonyms.as_slice()).unwrap_or_default()) }
                </section>
                <section aria-labelledby="told">
                    <h2 id="told">{ texts.told_title }</h2>
                    <p class="hint">{ texts.told_lead }</p>
                    { my_disclosures(app, home.map(|home| home.disclosures.as_slice()).unwrap_or_default()) }
                </section>
            }
            <section aria-labelledby="looks">
                <h2 id="looks">{ texts.looks }</h2>
                <div class="stack">
                    <label for="lang">{ texts.language }</label>
                    <select id="lang" onchange={choose_lang}>
                        { for Lang::ALL.into_iter().map(|lang| html! { <option value={lang.tag()} lang={lang.tag()} selected={lang == app.look.lang}>{ lang.own_name() }</option> }) }
                    </select>
                    <label for="theme">{ texts.theme }</label>
                    <select id="theme" onchange={choose_theme}>
                        { for themes.into_iter().map(|(theme, name)| html! { <option value={theme.tag()} selected={theme == app.look.theme}>{ name }</option> }) }
                    </select>
                </div>
            </section>
            if share::can_take_links() {
                <section aria-labelledby="web-links">
                    <h2 id="web-links">{ texts.web_links }</h2>
                    <p>{ texts.web_links_text }</p>
                    <div class="buttons"><button data-testid="take-links" onclick={Callback::from(|_: Event| share::take_links())}>{ icon(Icon::Link) }{ texts.web_links_button }</button></div>
                </section>
            }
            <section aria-labelledby="browser">
                <h2 id="browser">{ texts.this_browser }</h2>
                <p>{ texts.this_browser_text }</p>
            </section>
        </div>
    }
}

fn pseudonyms(app: &App, list: &[PseudonymUse]) -> Html {
    let texts = app.member_texts();
    if list.is_empty() {
        return html! { <p>{ texts.pseudonyms_none }</p> };
    }
    let lines = list.iter().map(|used| {
        html! {
            <li class="card">
                { person(&used.user) }
                <p class="hint">
                    { rich(texts.pseudonym_in, &[html! { <a href={app.room_path(&used.room)}>{ &used.room_name }</a> }, day(app.lang(), used.since)]) }
                </p>
            </li>
        }
    });
    html! { <ul class="cards">{ for lines }</ul> }
}
