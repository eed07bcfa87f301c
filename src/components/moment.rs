//! A time: in words a person would use, the exact one on demand.

use doorstep_public_page::Lang;
use doorstep_public_page::html;
use yew::prelude::*;

use crate::services::time;

/// “three minutes ago”, with the exact time as its title.
pub(crate) fn moment(lang: Lang, now: u64, at: u64) -> Html {
    html! { <time datetime={time::iso(at)} title={time::exact(lang, at)}>{ time::relative(lang, now, at) }</time> }
}

/// A day, with the exact time as its title.
pub(crate) fn day(lang: Lang, at: u64) -> Html {
    html! { <time datetime={time::iso(at)} title={time::exact(lang, at)}>{ time::date(lang, at) }</time> }
}

/// Hours and minutes, with the exact time as its title.
pub(crate) fn clock(lang: Lang, at: u64) -> Html {
    html! { <time datetime={time::iso(at)} title={time::exact(lang, at)}>{ time::clock(lang, at) }</time> }
}

/// A day and the time of it.
pub(crate) fn exact(lang: Lang, at: u64) -> Html {
    html! { <time datetime={time::iso(at)}>{ time::exact(lang, at) }</time> }
}
