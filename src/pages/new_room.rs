//! `/new`: making a room.

use doorstep_client_api::door::{DisclosurePolicy, Pseudonyms};
use doorstep_client_api::view::{Command, Preset, RoomDraft, Visibility};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::markup::classes;
use doorstep_public_page::text::fill;
use yew::prelude::*;

use crate::app::{App, Asked};
use crate::components::disclosure_policy::disclosure_policy;
use crate::components::loading::loading;
use crate::components::problem;
use crate::piece::{Here, State, piece};
use crate::route::Route;
use crate::services::field;

fn empty() -> RoomDraft {
    RoomDraft {
        name: String::new(),
        description: String::new(),
        slug: None,
        preset: Preset::AskToJoin,
        visibility: Visibility::Unlisted,
        noindex: true,
        guests: true,
        pseudonyms: Pseudonyms::Required,
        as_account: false,
        disclosure: DisclosurePolicy::Optional,
    }
}

/// What a slug may be made of.
fn is_slug(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Making a room.
pub(crate) fn new_room(app: &App) -> Html {
    let app = app.clone();
    piece("new", move |here| draw(here, &app))
}

fn draw(here: &Here, app: &App) -> Html {
    let draft = here.state("draft", empty);
    let asked = Asked::at(here, app);
    asked.follow(here, app);
    let texts = app.member_texts();
    if app.handle().is_none() {
        let coming = app.active && app.model.home.is_none();
        return html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.new_title }</h1>
                if coming {
                    { loading(texts) }
                } else {
                    <p>{ texts.new_needs_account }</p>
                    <div class="buttons"><a href={Route::Account.path()} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</a></div>
                }
            </div>
        };
    }
    let change = |apply: fn(&mut RoomDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |event: Event| {
            let mut next = (*draft).clone();
            apply(&mut next, field::text(&event));
            draft.set(next);
        })
    };
    let bad_slug = draft.slug.as_deref().is_some_and(|slug| !is_slug(slug));
    let ready = !draft.name.trim().is_empty() && !bad_slug && !asked.busy;
    let onsubmit = {
        let (app, asked, draft) = (app.clone(), asked.clone(), draft.clone());
        Callback::from(move |event: Event| {
            event.prevent_default();
            if ready {
                let mut room = (*draft).clone();
                room.name = room.name.trim().to_owned();
                room.description = room.description.trim().to_owned();
                asked.send(&app, Command::CreateRoom(room));
            }
        })
    };
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.new_title }</h1>
            <form {onsubmit} class="stack">
                <label for="name">{ texts.room_name }</label>
                <input id="name" data-testid="room-name" maxlength="100" required=true dir="auto" value={draft.name.clone()} oninput={change(|d, text| d.name = text)} />
                <label for="description">{ texts.room_description }</label>
                <textarea id="description" data-testid="room-description" rows="4" maxlength="2000" dir="auto" aria-describedby="description-hint" value={draft.description.clone()} oninput={change(|d, text| d.description = text)} />
                <p class="hint" id="description-hint">{ texts.room_description_hint }</p>
                <label for="slug">{ texts.room_slug }</label>
                <input id="slug" data-testid="room-slug" maxlength="64" dir="ltr" autocapitalize="none" spellcheck="false" aria-describedby="slug-hint" aria-invalid={bad_slug.to_string()}
                    value={draft.slug.clone().unwrap_or_default()} oninput={change(|d, text| d.slug = (!text.is_empty()).then_some(text))} />
                <p class={classes("hint", bad_slug, "failed")} id="slug-hint">
                    { fill(if bad_slug { texts.room_slug_bad } else { texts.room_slug_hint }, &[&app.house.domain, draft.slug.as_deref().unwrap_or("…")]) }
                </p>
                { choices(app, &draft) }
                if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
                <div class="buttons">
                    <button type="submit" data-testid="create-room" class="primary" disabled={!ready}>{ icon(Icon::Plus) }{ if asked.busy { texts.making } else { texts.make_room } }</button>
                </div>
                if asked.busy { <progress aria-label={texts.making} /> }
            </form>
        </div>
    }
}

fn choices(app: &App, draft: &State<RoomDraft>) -> Html {
    let texts = app.member_texts();
    let pick = |group: &'static str,
                id: &'static str,
                text: &'static str,
                hint: &'static str,
                picked: bool,
                apply: fn(&mut RoomDraft)| {
        let draft = draft.clone();
        let onchange = Callback::from(move |_: Event| {
            let mut next = (*draft).clone();
            apply(&mut next);
            draft.set(next);
        });
        html! {
            <div class="choice">
                <input type="radio" data-testid={[group, "-", id].concat()} name={group} {id} checked={picked} aria-describedby={[id, "-hint"].concat()} {onchange} />
                <label for={id}>{ text }</label>
                <p class="hint" id={[id, "-hint"].concat()}>{ hint }</p>
            </div>
        }
    };
    let tick = |id: &'static str, text: &'static str, on: bool, apply: fn(&mut RoomDraft, bool)| {
        let draft = draft.clone();
        let onchange = Callback::from(move |event: Event| {
            let mut next = (*draft).clone();
            apply(&mut next, field::ticked(&event));
            draft.set(next);
        });
        html! { <div class="choice"><input type="checkbox" {id} checked={on} {onchange} /><label for={id}>{ text }</label></div> }
    };
    let open = draft.preset == Preset::Open;
    let set_disclosure = {
        let draft = draft.clone();
        Callback::from(move |disclosure| draft.set(RoomDraft { disclosure, ..(*draft).clone() }))
    };
    html! {
        <>
            <fieldset>
                <legend>{ texts.how_in }</legend>
                { pick("preset", "ask", texts.preset_ask, texts.preset_ask_hint, !open, |d| {
                    d.preset = Preset::AskToJoin;
                    if d.pseudonyms == Pseudonyms::Forbidden { d.pseudonyms = Pseudonyms::Optional; }
                }) }
                { pick("preset", "open", texts.preset_open, texts.preset_open_hint, open, |d| d.preset = Preset::Open) }
                { tick("guests", texts.let_guests, draft.guests, |d, on| d.guests = on) }
            </fieldset>
            <fieldset>
                <legend>{ texts.names }</legend>
                { pick("names", "required", texts.names_required, texts.names_required_hint, draft.pseudonyms == Pseudonyms::Required, |d| {
                    d.pseudonyms = Pseudonyms::Required;
                    d.as_account = false;
                }) }
                { pick("names", "optional", texts.names_optional, texts.names_optional_hint, draft.pseudonyms == Pseudonyms::Optional, |d| d.pseudonyms = Pseudonyms::Optional) }
                if open {
                    { pick("names", "forbidden", texts.names_forbidden, texts.names_forbidden_hint, draft.pseudonyms == Pseudonyms::Forbidden, |d| {
                        d.pseudonyms = Pseudonyms::Forbidden;
                        d.as_account = true;
                        d.disclosure = DisclosurePolicy::Optional;
                    }) }
                }
                if draft.pseudonyms == Pseudonyms::Optional {
                    { tick("as-account", texts.as_account, draft.as_account, |d, on| d.as_account = on) }
                }
            </fieldset>
            if draft.pseudonyms != Pseudonyms::Forbidden { { disclosure_policy(texts, draft.disclosure, set_disclosure) } }
            <fieldset>
                <legend>{ texts.who_finds }</legend>
                { pick("visibility", "listed", texts.listed, texts.listed_hint, draft.visibility == Visibility::Listed, |d| d.visibility = Visibility::Listed) }
                { pick("visibility", "unlisted", texts.unlisted, texts.unlisted_hint, draft.visibility == Visibility::Unlisted, |d| d.visibility = Visibility::Unlisted) }
                { pick("visibility", "private", texts.private, texts.private_hint, draft.visibility == Visibility::Private, |d| d.visibility = Visibility::Private) }
                { tick("noindex", texts.noindex, draft.noindex, |d, on| d.noindex = on) }
            </fieldset>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_short_and_plain() {
        for good in ["ab", "club-house-2", &"a".repeat(64)] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "a", "Club", "club house", "päivä", "a/b", &"a".repeat(65)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }
}
