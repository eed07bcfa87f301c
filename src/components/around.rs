//! What stands around every page of the app: navigation, notes about the engine and the network, the title.

use doorstep_client_api::view::{Link as Connection, Notice};
use doorstep_public_page::frame::{Framed, frame};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, fill};
use yew::prelude::*;

use crate::app::App;
use crate::piece::Here;
use crate::route::Route;
use crate::services::document;
use crate::state::Action;
use crate::text::Sentences;

/// Navigation and notes around the page in front.
pub(crate) fn around(here: &Here, app: &App) -> Html {
    let title = title(app);
    here.when_changed("title", title.clone(), move || document::set_title(&title));
    let whole_height = matches!(*app.route, Route::Room(_));
    let framed = Framed {
        house: &app.house.name,
        nav: nav(app),
        notes: notes(app),
        whole_height,
        content: (app.pages.page)(app),
    };
    frame(app.lang(), framed)
}

fn nav(app: &App) -> Html {
    if !app.active {
        return Html::default();
    }
    let texts = app.texts();
    let waiting = app.model.open_requests().count() as u64;
    let unread = u64::from(app.model.unread());
    let link = |to: Route, sign: Icon, text: &'static str, badge: u64, badge_text: &str| {
        let current = *app.route == to;
        html! {
            <li><a href={to.path()} class="nav-link" aria-current={current.then_some("page")}>
                { icon(sign) }<span>{ text }</span>
                if badge > 0 {
                    <span class="badge" aria-hidden="true">{ badge }</span>
                    <span class="unseen">{ count(app.lang(), badge_text, badge) }</span>
                }
            </a></li>
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
        let app = app.clone();
        Callback::from(move |_: Event| app.tell(action.clone()))
    };
    let retry = app.sends(doorstep_client_api::view::Command::Retry);
    html! {
        <div class="notes">
            if let Some(trouble) = &model.trouble {
                <div class="bar bar-problem" role="alert" data-trouble={trouble.code.clone()}>
                    { icon(Icon::Warning) }<p>{ texts.problem(trouble) }</p>
                    if trouble.code == "nothing-kept" {
                        <button class="quiet" onclick={dismiss(Action::TroubleRead)}>{ texts.understood }</button>
                    } else {
                        <button onclick={Callback::from(|_: Event| document::reload())}>{ texts.load_again }</button>
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
                        <p><a href={to.path()}>{ text }</a></p>
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
    let shown = *app.route == to
        || matches!((&*app.route, notice), (Route::Door(_), Notice::Accepted { .. } | Notice::Declined { .. }));
    (!shown).then_some((text, to))
}

fn title(app: &App) -> String {
    let waiting = app.model.open_requests().count() + app.model.unread() as usize;
    let mut out = if waiting > 0 { ["(", &waiting.to_string(), ") "].concat() } else { String::new() };
    if let Some(page) = (app.pages.title)(app) {
        out.push_str(&page);
        out.push_str(" · ");
    }
    out + &app.house.name
}
