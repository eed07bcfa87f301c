//! `/settings`: where I am known as whom, language, colours.

use doorstep_page_api::view::PseudonymUse;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::person::Person;
use doorstep_public_page::text::rich;
use doorstep_public_page::{Lang, Theme};
use yew::prelude::*;

use crate::components::findable::Findable;
use crate::components::loading::Loading;
use crate::components::moment::Day;
use crate::components::my_disclosures::MyDisclosures;
use crate::hooks::{use_engine, use_look, use_served, use_title};
use crate::route::Route;
use crate::services::{field, share};
use crate::text::called_in;

/// Settings.
#[component]
pub(crate) fn Settings() -> Html {
    let (engine, look) = (use_engine(), use_look());
    let texts = look.texts();
    use_title(texts.settings);
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.settings }</h1>
            if engine.is_active() && engine.home.is_none() { <Loading /> } else { <KnownAs /> }
            <Looks />
            if share::can_take_links() {
                <section aria-labelledby="web-links">
                    <h2 id="web-links">{ texts.web_links }</h2>
                    <p>{ texts.web_links_text }</p>
                    <div class="buttons">
                        <button data-testid="take-links" onclick={|_: MouseEvent| share::take_links()}>
                            { icon(Icon::Link) }{ texts.web_links_button }
                        </button>
                    </div>
                </section>
            }
            <section aria-labelledby="browser">
                <h2 id="browser">{ texts.this_browser }</h2>
                <p>{ texts.this_browser_text }</p>
            </section>
        </div>
    }
}

/// Account, pseudonyms, and what was said about who I am.
#[component]
fn KnownAs() -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let texts = look.texts();
    let home = engine.home.as_deref();
    let me = match engine.handle() {
        Some(handle) => {
            let (handle, domain) = (html! { <strong>{ handle }</strong> }, html! { { served.house.domain.as_str() } });
            html! { <p>{ rich(texts.account_is, &[handle, domain]) }</p> }
        }
        None => {
            let guest = home.is_some_and(|home| home.me.is_some());
            html! {
                <>
                    <p>{ if guest { texts.you_are_guest } else { texts.you_are_nobody } }</p>
                    <div class="buttons">
                        <PageLink to={Route::Account} class="button">{ icon(Icon::Person) }{ texts.make_account }</PageLink>
                    </div>
                </>
            }
        }
    };
    html! {
        <>
            <section aria-labelledby="me">
                <h2 id="me">{ texts.account }</h2>
                { me }
            </section>
            if let Some(contact) = home.and_then(|home| home.contact.clone()) { <Findable {contact} /> }
            <section aria-labelledby="pseudonyms">
                <h2 id="pseudonyms">{ texts.pseudonyms }</h2>
                <p class="hint">{ texts.pseudonyms_lead }</p>
                <Pseudonyms list={home.map(|home| home.pseudonyms.clone()).unwrap_or_default()} />
            </section>
            <section aria-labelledby="told">
                <h2 id="told">{ texts.told_title }</h2>
                <p class="hint">{ texts.told_lead }</p>
                <MyDisclosures list={home.map(|home| home.disclosures.clone()).unwrap_or_default()} />
            </section>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct PseudonymsProps {
    list: Vec<PseudonymUse>,
}

/// Under which name I am in which room.
#[component]
fn Pseudonyms(props: &PseudonymsProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let texts = look.texts();
    if props.list.is_empty() {
        return html! { <p>{ texts.pseudonyms_none }</p> };
    }
    let lines = props.list.iter().map(|used| {
        let to = Route::room(&used.room, &served.house.domain);
        let room = html! { <PageLink {to}>{ called_in(&engine, &used.room, &used.room_name) }</PageLink> };
        html! {
            <li class="card">
                <Person user={used.user.clone()} />
                <p class="hint">{ rich(texts.pseudonym_in, &[room, html! { <Day at={used.since} /> }]) }</p>
            </li>
        }
    });
    html! { <ul class="cards">{ for lines }</ul> }
}

/// Language and colours.
#[component]
fn Looks() -> Html {
    let look = use_look();
    let texts = look.texts();
    let choose_lang = {
        let look = look.clone();
        Callback::from(move |event: Event| {
            if let Some(lang) = Lang::from_tag(&field::text(&event)) {
                look.set_lang(lang);
            }
        })
    };
    let choose_theme = {
        let look = look.clone();
        Callback::from(move |event: Event| {
            if let Some(theme) = Theme::from_tag(&field::text(&event)) {
                look.set_theme(theme);
            }
        })
    };
    let langs = Lang::ALL.into_iter().map(|lang| {
        let selected = lang == look.lang();
        html! { <option value={lang.tag()} lang={lang.tag()} {selected}>{ lang.own_name() }</option> }
    });
    let themes = [(Theme::Auto, texts.theme_auto), (Theme::Light, texts.theme_light), (Theme::Dark, texts.theme_dark)];
    let themes = themes.into_iter().map(|(theme, name)| {
        html! { <option value={theme.tag()} selected={theme == look.theme()}>{ name }</option> }
    });
    html! {
        <section aria-labelledby="looks">
            <h2 id="looks">{ texts.looks }</h2>
            <div class="stack">
                <label for="lang">{ texts.language }</label>
                <select id="lang" onchange={choose_lang}>{ for langs }</select>
                <label for="theme">{ texts.theme }</label>
                <select id="theme" onchange={choose_theme}>{ for themes }</select>
            </div>
        </section>
    }
}
