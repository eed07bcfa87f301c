//! The time, a few seconds old at most.

use gloo_timers::callback::Interval;
use yew::prelude::*;

use crate::services::clock;

/// How often the time moves on, milliseconds.
const EVERY: u32 = 15_000;

/// Milliseconds since the UNIX epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Now(u64);

/// Properties of [`NowProvider`].
#[derive(PartialEq, Properties)]
pub(crate) struct NowProviderProps {
    pub(crate) children: Html,
}

/// Gives the time to everything inside, again and again.
#[component]
pub(crate) fn NowProvider(props: &NowProviderProps) -> Html {
    let now = use_state(clock::now);
    {
        let now = now.clone();
        use_effect_with((), move |()| {
            let interval = Interval::new(EVERY, move || now.set(clock::now()));
            move || drop(interval)
        });
    }
    html! { <ContextProvider<Now> context={Now(*now)}>{ props.children.clone() }</ContextProvider<Now>> }
}

/// Milliseconds since the UNIX epoch. Whoever asks is drawn again as the time moves on.
#[hook]
pub(crate) fn use_now() -> u64 {
    use_context::<Now>().map_or_else(clock::now, |now| now.0)
}
