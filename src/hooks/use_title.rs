//! The title of the document.

use yew::prelude::*;

use super::{use_engine, use_served};
use crate::services::document;

/// Names the page in front: `(what waits) page · provider`. An empty name is the provider's own page.
#[hook]
pub(crate) fn use_title(page: &str) {
    let (engine, served) = (use_engine(), use_served());
    let waiting = engine.waiting() + engine.unread() as usize;
    let mut title = if waiting > 0 { format!("({waiting}) ") } else { String::new() };
    if !page.is_empty() {
        title.push_str(page);
        title.push_str(" · ");
    }
    title.push_str(&served.house.name);
    use_effect_with(title, |title| document::set_title(title));
}
