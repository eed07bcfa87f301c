//! `/scan`: the code of a room, from the camera, a picture, or as text. What is not ours is named, and not opened.

use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::hooks::{LookHandle, use_look, use_title};
use crate::invite;
use crate::route::{Route, connect_path};
use crate::services::eye::Eye;
use crate::services::{address, document, field, share};
use crate::state::code::{Code, code};
use crate::state::sight::{Camera, Picture, Saw, Sight};

/// Characters of a text that is not ours that are shown.
const SHOWN: usize = 1000;
/// Id of the element the eye is opened on.
const PLACE: &str = "scan";

/// Scanning.
#[component]
pub(crate) fn Scan() -> Html {
    let look = use_look();
    let sight = use_reducer(Sight::default);
    let eye = use_memo((), |()| Eye::default());
    // What is written here may be the code of a link, a secret: it is kept nowhere.
    let written = use_state(String::new);
    let texts = look.texts();
    use_title(texts.scan);
    {
        let (eye, sight) = (eye.clone(), sight.dispatcher());
        use_effect_with((), move |()| eye.open(PLACE, move |saw| sight.dispatch(saw)));
    }
    {
        use_effect_with(sight.text.clone(), move |text| match text.as_ref().map(|text| code(text, &share::origin())) {
            Some(Code::Invite(link)) => address::go(&invite::address(&link)),
            Some(Code::Contact(contact)) => address::go(&connect_path(&contact)),
            _ => {}
        });
    }
    let read_written = {
        let (written, sight, eye) = (written.clone(), sight.dispatcher(), eye.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            eye.rest();
            if !written.trim().is_empty() {
                sight.dispatch(Saw::Text((*written).clone()));
            }
        })
    };
    let oninput = {
        let written = written.clone();
        Callback::from(move |event: InputEvent| written.set(field::text(&event)))
    };
    html! {
        <div class="letter" id={PLACE}>
            <h1 tabindex="-1">{ texts.scan }</h1>
            <p>{ texts.scan_lead }</p>
            <CameraCard sight={(*sight).clone()} eye={(*eye).clone()} />
            <div role="status" aria-live="polite" class="found" data-testid="found">{ found(&look, &sight) }</div>
            <section aria-labelledby="scan-other" class="stack">
                <h2 id="scan-other">{ texts.scan_other }</h2>
                <label for="scan-file">{ texts.scan_file }</label>
                <input id="scan-file" data-testid="scan-file" type="file" accept="image/*" disabled={!sight.ready}
                    aria-describedby="scan-file-hint" />
                <p class="hint" id="scan-file-hint">{ texts.scan_file_hint }</p>
                <form class="stack" onsubmit={read_written}>
                    <label for="scan-text">{ texts.scan_text }</label>
                    <textarea id="scan-text" data-testid="scan-text" rows="2" dir="ltr" autocapitalize="none"
                        spellcheck="false" value={(*written).clone()} {oninput} />
                    <div class="buttons">
                        <button type="submit" data-testid="scan-read" disabled={written.trim().is_empty()}>
                            { texts.scan_read }
                        </button>
                    </div>
                </form>
            </section>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct CameraCardProps {
    sight: Sight,
    eye: Eye,
}

/// The camera, and what there is to choose about it.
#[component]
fn CameraCard(props: &CameraCardProps) -> Html {
    let look = use_look();
    let (texts, CameraCardProps { sight, eye }) = (look.texts(), props);
    let shown = matches!(sight.camera, Camera::On | Camera::Starting);
    let start = {
        let (eye, chosen) = (eye.clone(), sight.chosen.clone());
        Callback::from(move |_: MouseEvent| eye.look(&chosen))
    };
    let choose = {
        let eye = eye.clone();
        Callback::from(move |event: Event| eye.look(&field::text(&event)))
    };
    let rest = {
        let eye = eye.clone();
        Callback::from(move |_: MouseEvent| eye.rest())
    };
    let torch = |on: bool| {
        let eye = eye.clone();
        Callback::from(move |_: MouseEvent| eye.torch(on))
    };
    let trouble = match sight.camera {
        _ if sight.blind => Some(texts.scan_blind),
        Camera::Refused => Some(texts.camera_refused),
        Camera::Missing => Some(texts.camera_missing),
        Camera::Taken => Some(texts.camera_taken),
        Camera::NotSecure => Some(texts.camera_not_secure),
        Camera::Off | Camera::Starting | Camera::On => None,
    };
    let name = |at: usize, label: &str| match label {
        "" => fill(texts.camera_number, &[&(at + 1).to_string()]),
        label => label.to_owned(),
    };
    let cameras = sight.cameras.iter().enumerate().map(|(at, (id, label))| {
        html! { <option value={id.clone()} selected={*id == sight.chosen}>{ name(at, label) }</option> }
    });
    html! {
        <section class="card scan" aria-labelledby="scan-camera" data-testid="camera" data-camera={if shown { "on" } else { "off" }}>
            <h2 id="scan-camera">{ texts.camera }</h2>
            <video class="scan-video" hidden={!shown} aria-label={texts.camera_video} playsinline=true muted=true />
            if let Some(trouble) = trouble {
                <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ trouble }</span></p>
            }
            if sight.camera == Camera::Starting { <p class="hint" role="status">{ texts.camera_starting }</p> }
            if sight.camera == Camera::On && sight.cameras.len() > 1 {
                <label for="scan-which">{ texts.camera_which }</label>
                <select id="scan-which" data-testid="scan-which" onchange={choose}>{ for cameras }</select>
            }
            <div class="buttons">
                if shown {
                    if let Some(on) = sight.torch {
                        <button aria-pressed={on.to_string()} onclick={torch(!on)}>{ icon(Icon::Torch) }{ texts.camera_torch }</button>
                    }
                    <button class="quiet" data-testid="camera-stop" onclick={rest}>{ icon(Icon::Cross) }{ texts.camera_stop }</button>
                } else if sight.blind {
                    <button onclick={|_: MouseEvent| document::reload()}>{ icon(Icon::Again) }{ texts.load_again }</button>
                } else {
                    <button class="primary" data-testid="camera-start" disabled={!sight.ready} onclick={start}>
                        { icon(Icon::Camera) }{ texts.camera_start }
                    </button>
                }
            </div>
            <p class="hint">{ texts.camera_hint }</p>
        </section>
    }
}

/// What was found, in words.
fn found(look: &LookHandle, sight: &Sight) -> Html {
    let texts = look.texts();
    let line = |sign: Icon, text: String| html! { <p class="signed">{ icon(sign) }<span>{ text }</span></p> };
    match sight.picture {
        Some(Picture::Reading) => return line(Icon::Clock, texts.scan_reading.to_owned()),
        Some(Picture::Empty) => return line(Icon::Info, texts.scan_empty.to_owned()),
        Some(Picture::Unreadable) => return line(Icon::Warning, texts.scan_unreadable.to_owned()),
        None => {}
    }
    let Some(text) = &sight.text else { return Html::default() };
    let mark = |kind: &'static str, name: Html| {
        html! {
            <section class="card" data-kind={kind} aria-label={texts.scan_found}>
                <p class="signed">{ icon(Icon::Info) }<span>{ name }</span></p>
                <pre class="scan-found" dir="auto">{ text.chars().take(SHOWN).collect::<String>() }</pre>
            </section>
        }
    };
    let named = |name: String| html! { <strong><bdi dir="ltr">{ name }</bdi></strong> };
    match code(text, &share::origin()) {
        Code::Invite(_) => line(Icon::Check, texts.scan_ours.to_owned()),
        Code::Contact(_) => line(Icon::Check, texts.scan_contact.to_owned()),
        Code::Door(path) => html! {
            <section class="card" data-kind="door">
                <p class="signed">{ icon(Icon::Check) }<span>{ texts.scan_door }</span></p>
                <div class="buttons">
                    <PageLink to={Route::recognize(&path).unwrap_or_default()} class="button primary">
                        { icon(Icon::Door) }{ texts.to_door }
                    </PageLink>
                </div>
            </section>
        },
        Code::Web(host) => mark("web", rich(texts.scan_web, &[named(host)])),
        Code::App(scheme) => mark("app", rich(texts.scan_app, &[named(scheme)])),
        Code::Plain => mark("plain", html! { { texts.scan_plain } }),
    }
}
