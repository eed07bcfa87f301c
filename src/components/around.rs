//! What stands around every page of the app: navigation, notes about the engine and the network, the title.

use doorstep_client_api::view::{Link as Connection, Notice};
use doorstep_public_page::frame::Frame;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::link::Link;
use doorstep_public_page::text::{count, fill};
use yew::prelude::*;

use crate::app::{App, use_app};
use crate::route::Route;
use crate::services::document;
use crate::state::Action;

/// Properties of [`Around`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AroundProps {
    /// The page.
    pub(crate) children: Html,
}

/// Navigation and notes around a page.
#[component(Around)]
pub(crate) fn around(props: &AroundProps) -> Html {
    let Some(app) = use_app() else { return Html::default() };
    let title = title(&app);
    use_effect_with(title, |title| document::set_title(title));
    html! {
        <Frame house={app.house.name.clone()} nav={nav(&app)} notes={notes(&app)} whole_height={matches!(app.route, Route::Room(_))}>
            { props.children.clone() }
        </Frame>
    }
}

fn nav(app: &App) -> Html {
    if !app.active {
        return Html::default();
    }
    let texts = app.texts();
    let waiting = app.model.open_requests().count() as u64;
    let unread = u64::from(app.model.unread());
    let link = |to: Route, sign: Icon, text: &'static str, badge: u64, badge_text: &str| {
        let current = app.route == to;
        html! {
            <li><Link to={to.path()} {current} class="nav-link">
                { icon(sign) }<span>{ text }</span>
                if badge > 0 {
                    <span class="badge" aria-hidden="true">{ badge }</span>
                    <span class="unseen">{ count(app.lang(), badge_text, badge) }</span>
                }
            </Link></li>
        }
    };
    html! {
        <nav aria-label={texts.nav}><ul>
            { link(Route::Rooms, Icon::Bubble, texts.rooms, unread, texts.unread_count) }
            { link(Route::Requests, Icon::Knock, texts.requests, waiting, texts.waiting_count) }
            { link(Route::Settings, Icon::Dial, texts.settings, 0, "") }
        </ul></nav>
    }
}

fn notes(app: &App) -> Html {
    let texts = app.texts();
    let model = &app.model;
    let offline = model.home.as_ref().is_some_and(|home| home.link == Connection::Offline);
    let dismiss = |action: Action| {
        let model = model.clone();
        Callback::from(move |_: MouseEvent| model.dispatch(action.clone()))
    };
    let retry = {
        let app = app.clone();
        Callback::from(move |_: MouseEvent| {
            app.port.send(doorstep_client_api::view::Command::Retry);
        })
    };
    html! {
        <div class="notes">
            if let Some(trouble) = &model.trouble {
                <div class="bar bar-problem" role="alert" data-trouble={trouble.code.clone()}>
                    { icon(Icon::Warning) }<p>{ texts.problem(trouble) }</p>
                    if trouble.code == "nothing-kept" {
                        <button class="quiet" onclick={dismiss(Action::TroubleRead)}>{ texts.understood }</button>
                    } else {
                        <button onclick={|_| document::reload()}>{ texts.load_again }</button>
                    }
                </div>
            }
            <div role="status">
                if offline {
                    <div class="bar">
                        { icon(Icon::Clock) }<p>{ fill(texts.offline, &[&app.house.domain]) }</p>
                        <button class="quiet" onclick={retry}>{ texts.try_now }</button>
                    </div>
                }
                if let Some((text, to)) = model.notice.as_ref().and_then(|notice| notice_text(app, notice)) {
                    <div class="bar bar-good">
                        { icon(Icon::Bubble) }
                        <p><Link to={to.path()}>{ text }</Link></p>
                        <button class="quiet" aria-label={texts.close} onclick={dismiss(Action::NoticeRead)}>{ icon(Icon::Cross) }</button>
                    </div>
                }
            </div>
        </div>
    }
}

/// A notice and where it leads; none when that page is in front already.
fn notice_text(app: &App, notice: &Notice) -> Option<(String, Route)> {
    let texts = app.texts();
    let (text, to) = match notice {
        Notice::Knock { room_name } => (fill(texts.notice_knock, &[room_name]), Route::Requests),
        Notice::Accepted { room, room_name } => {
            (fill(texts.notice_accepted, &[room_name]), Route::room(room, &app.house.domain))
        }
        Notice::Declined { room_name } => (fill(texts.notice_declined, &[room_name]), Route::Requests),
        Notice::Message { room, room_name } => {
            (fill(texts.notice_message, &[room_name]), Route::room(room, &app.house.domain))
        }
    };
    let shown = app.route == to
        || matches!((&app.route, notice), (Route::Door(_), Notice::Accepted { .. } | Notice::Declined { .. }));
    (!shown).then_some((text, to))
}

fn title(app: &App) -> String {
    let texts = app.texts();
    let page = match &app.route {
        Route::Home | Route::Unknown => None,
        Route::New => Some(texts.new_title.to_owned()),
        Route::Door(slug) => app.door.as_ref().filter(|door| door.slug == *slug).map(|door| door.name.clone()),
        Route::Requests => Some(texts.requests.to_owned()),
        Route::Rooms => Some(texts.rooms.to_owned()),
        Route::Room(_) => {
            let uri = app.route.room_uri(&app.house.domain).unwrap_or_default();
            app.model.rooms.get(&uri).map(|room| room.name.clone())
        }
        Route::Settings => Some(texts.settings.to_owned()),
        Route::Account => Some(texts.account.to_owned()),
    };
    let waiting = app.model.open_requests().count() + app.model.unread() as usize;
    let badge = if waiting > 0 { format!("({waiting}) ") } else { String::new() };
    match page {
        Some(page) => format!("{badge}{page} · {}", app.house.name),
        None => format!("{badge}{}", app.house.name),
    }
}
