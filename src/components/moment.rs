//! A time: in words a person would use, the exact one on demand.

use yew::prelude::*;

use crate::hooks::{use_look, use_now};
use crate::services::time;

/// Properties of everything here.
#[derive(PartialEq, Properties)]
pub(crate) struct TimeProps {
    /// Milliseconds since the UNIX epoch.
    pub(crate) at: u64,
}

/// “three minutes ago”, with the exact time as its title.
#[component]
pub(crate) fn Moment(props: &TimeProps) -> Html {
    let (lang, now, at) = (use_look().lang(), use_now(), props.at);
    html! { <time datetime={time::iso(at)} title={time::exact(lang, at)}>{ time::relative(lang, now, at) }</time> }
}

/// A day, with the exact time as its title.
#[component]
pub(crate) fn Day(props: &TimeProps) -> Html {
    let (lang, at) = (use_look().lang(), props.at);
    html! { <time datetime={time::iso(at)} title={time::exact(lang, at)}>{ time::date(lang, at) }</time> }
}

/// Hours and minutes, with the exact time as its title.
#[component]
pub(crate) fn Clock(props: &TimeProps) -> Html {
    let (lang, at) = (use_look().lang(), props.at);
    html! { <time datetime={time::iso(at)} title={time::exact(lang, at)}>{ time::clock(lang, at) }</time> }
}

/// A day and the time of it.
#[component]
pub(crate) fn Exact(props: &TimeProps) -> Html {
    let (lang, at) = (use_look().lang(), props.at);
    html! { <time datetime={time::iso(at)}>{ time::exact(lang, at) }</time> }
}
