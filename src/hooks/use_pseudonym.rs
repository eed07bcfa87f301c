//! A name to be used once.

use yew::prelude::*;

use super::use_engine;
use crate::services::entropy;

/// Id of a name to be used once, one that is ready or a new one; and the way to another one.
#[hook]
pub(crate) fn use_pseudonym() -> (String, Callback<MouseEvent>) {
    let engine = use_engine();
    let chosen = use_state(entropy::uuid);
    let turn = use_state(|| 0_usize);
    let ready = engine.home.as_ref().and_then(|home| home.ready_pseudonyms.get(*turn));
    let current = ready.unwrap_or(&chosen).clone();
    let other = Callback::from(move |_: MouseEvent| {
        chosen.set(entropy::uuid());
        turn.set(*turn + 1);
    });
    (current, other)
}
