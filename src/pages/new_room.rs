//! `/new`: making a room.

use doorstep_client_api::door::{DisclosurePolicy, Pseudonyms};
use doorstep_page_api::view::{Command, Outcome, Preset, RoomDraft, Visibility};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::fill;
use yew::prelude::*;

use crate::components::disclosure_policy::DisclosurePolicyChoice;
use crate::components::loading::Loading;
use crate::components::problem_note::ProblemNote;
use crate::hooks::{FormHandle, use_command, use_engine, use_form, use_go, use_look, use_served, use_title};
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
#[component]
pub(crate) fn NewRoom() -> Html {
    let (engine, look) = (use_engine(), use_look());
    let texts = look.texts();
    use_title(texts.new_title);
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.new_title }</h1>
            if engine.handle().is_some() {
                <Form />
            } else if engine.is_active() && engine.home.is_none() {
                <Loading />
            } else {
                <p>{ texts.new_needs_account }</p>
                <div class="buttons">
                    <PageLink to={Route::Account} class="button primary">
                        { icon(Icon::Person) }{ texts.make_account }
                    </PageLink>
                </div>
            }
        </div>
    }
}

/// The form of a room.
#[component]
fn Form() -> Html {
    let (look, served) = (use_look(), use_served());
    let draft = use_form(AttrValue::Static("new-room"), empty);
    let asked = use_command();
    let go = use_go();
    let texts = look.texts();
    {
        let (outcome, domain) = (asked.outcome.clone(), served.house.domain.clone());
        use_effect_with(outcome, move |outcome| {
            if let Some(Outcome::Room { room }) = outcome {
                go.emit(Route::room(room, &domain));
            }
        });
    }
    let change = |apply: fn(&mut RoomDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let mut next = (*draft).clone();
            apply(&mut next, field::text(&event));
            draft.set(next);
        })
    };
    let bad_slug = draft.slug.as_deref().is_some_and(|slug| !is_slug(slug));
    let ready = !draft.name.trim().is_empty() && !bad_slug && !asked.busy;
    let onsubmit = {
        let (asked, draft) = (asked.clone(), draft.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if ready {
                let mut room = (*draft).clone();
                room.name = room.name.trim().to_owned();
                room.description = room.description.trim().to_owned();
                asked.send(Command::CreateRoom(room));
                draft.forget();
            }
        })
    };
    let slug_hint = if bad_slug { texts.room_slug_bad } else { texts.room_slug_hint };
    let slug_hint = fill(slug_hint, &[&served.house.domain, draft.slug.as_deref().unwrap_or("…")]);
    html! {
        <form {onsubmit} class="stack">
            <label for="name">{ texts.room_name }</label>
            <input id="name" data-testid="room-name" maxlength="100" required=true dir="auto"
                value={draft.name.clone()} oninput={change(|d, text| d.name = text)} />
            <label for="description">{ texts.room_description }</label>
            <textarea id="description" data-testid="room-description" rows="4" maxlength="2000" dir="auto"
                aria-describedby="description-hint" value={draft.description.clone()}
                oninput={change(|d, text| d.description = text)} />
            <p class="hint" id="description-hint">{ texts.room_description_hint }</p>
            <label for="slug">{ texts.room_slug }</label>
            <input id="slug" data-testid="room-slug" maxlength="64" dir="ltr" autocapitalize="none" spellcheck="false"
                aria-describedby="slug-hint" aria-invalid={bad_slug.to_string()}
                value={draft.slug.clone().unwrap_or_default()}
                oninput={change(|d, text| d.slug = (!text.is_empty()).then_some(text))} />
            <p class={classes!("hint", bad_slug.then_some("failed"))} id="slug-hint">{ slug_hint }</p>
            <Choices {draft} />
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            <div class="buttons">
                <button type="submit" data-testid="create-room" class="primary" disabled={!ready}>
                    { icon(Icon::Plus) }{ if asked.busy { texts.making } else { texts.make_room } }
                </button>
            </div>
            if asked.busy { <progress aria-label={texts.making} /> }
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct ChoicesProps {
    draft: FormHandle<RoomDraft>,
}

/// How one gets in, under which names, who finds it.
#[component]
fn Choices(props: &ChoicesProps) -> Html {
    let look = use_look();
    let (texts, draft) = (look.texts(), &props.draft);
    let open = draft.preset == Preset::Open;
    let on_disclosure = {
        let draft = draft.clone();
        Callback::from(move |disclosure| draft.set(RoomDraft { disclosure, ..(*draft).clone() }))
    };
    let (names, visibility) = (draft.pseudonyms, draft.visibility);
    let preset = [
        Choice::new("ask", texts.preset_ask, texts.preset_ask_hint, !open, |d| {
            d.preset = Preset::AskToJoin;
            if d.pseudonyms == Pseudonyms::Forbidden {
                d.pseudonyms = Pseudonyms::Optional;
            }
        }),
        Choice::new("open", texts.preset_open, texts.preset_open_hint, open, |d| d.preset = Preset::Open),
    ];
    let mut under = vec![
        Choice::new("required", texts.names_required, texts.names_required_hint, names == Pseudonyms::Required, |d| {
            d.pseudonyms = Pseudonyms::Required;
            d.as_account = false;
        }),
        Choice::new("optional", texts.names_optional, texts.names_optional_hint, names == Pseudonyms::Optional, |d| {
            d.pseudonyms = Pseudonyms::Optional;
        }),
    ];
    if open {
        let (text, hint, picked) = (texts.names_forbidden, texts.names_forbidden_hint, names == Pseudonyms::Forbidden);
        under.push(Choice::new("forbidden", text, hint, picked, |d| {
            d.pseudonyms = Pseudonyms::Forbidden;
            d.as_account = true;
            d.disclosure = DisclosurePolicy::Optional;
        }));
    }
    let finds = [
        Choice::new("listed", texts.listed, texts.listed_hint, visibility == Visibility::Listed, |d| {
            d.visibility = Visibility::Listed;
        }),
        Choice::new("unlisted", texts.unlisted, texts.unlisted_hint, visibility == Visibility::Unlisted, |d| {
            d.visibility = Visibility::Unlisted;
        }),
        Choice::new("private", texts.private, texts.private_hint, visibility == Visibility::Private, |d| {
            d.visibility = Visibility::Private;
        }),
    ];
    html! {
        <>
            <fieldset>
                <legend>{ texts.how_in }</legend>
                { for preset.iter().map(|choice| choice.draw("preset", draft)) }
                { tick("guests", texts.let_guests, draft.guests, draft, |d, on| d.guests = on) }
            </fieldset>
            <fieldset>
                <legend>{ texts.names }</legend>
                { for under.iter().map(|choice| choice.draw("names", draft)) }
                if names == Pseudonyms::Optional {
                    { tick("as-account", texts.as_account, draft.as_account, draft, |d, on| d.as_account = on) }
                }
            </fieldset>
            if names != Pseudonyms::Forbidden {
                <DisclosurePolicyChoice policy={draft.disclosure} on_change={on_disclosure} />
            }
            <fieldset>
                <legend>{ texts.who_finds }</legend>
                { for finds.iter().map(|choice| choice.draw("visibility", draft)) }
                { tick("noindex", texts.noindex, draft.noindex, draft, |d, on| d.noindex = on) }
            </fieldset>
        </>
    }
}

/// One of several.
struct Choice {
    id: &'static str,
    text: &'static str,
    hint: &'static str,
    picked: bool,
    apply: fn(&mut RoomDraft),
}

impl Choice {
    fn new(id: &'static str, text: &'static str, hint: &'static str, picked: bool, apply: fn(&mut RoomDraft)) -> Self {
        Self { id, text, hint, picked, apply }
    }

    fn draw(&self, group: &'static str, draft: &FormHandle<RoomDraft>) -> Html {
        let Self { id, text, hint, picked, apply } = *self;
        let draft = draft.clone();
        let onchange = Callback::from(move |_: Event| {
            let mut next = (*draft).clone();
            apply(&mut next);
            draft.set(next);
        });
        let hint_id = [id, "-hint"].concat();
        html! {
            <div class="choice" key={id}>
                <input type="radio" data-testid={[group, "-", id].concat()} name={group} {id} checked={picked}
                    aria-describedby={hint_id.clone()} {onchange} />
                <label for={id}>{ text }</label>
                <p class="hint" id={hint_id}>{ hint }</p>
            </div>
        }
    }
}

/// A box to be ticked.
fn tick(
    id: &'static str,
    text: &'static str,
    on: bool,
    draft: &FormHandle<RoomDraft>,
    apply: fn(&mut RoomDraft, bool),
) -> Html {
    let draft = draft.clone();
    let onchange = Callback::from(move |event: Event| {
        let mut next = (*draft).clone();
        apply(&mut next, field::ticked(&event));
        draft.set(next);
    });
    html! {
        <div class="choice">
            <input type="checkbox" {id} checked={on} {onchange} /><label for={id}>{ text }</label>
        </div>
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
