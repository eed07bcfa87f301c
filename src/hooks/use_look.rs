//! Language and colours.

use doorstep_public_page::{Lang, Look, Theme};
use doorstep_texts::{Texts, Words};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::services::{document, time};

/// Milliseconds after which the page is drawn.
const SOON: u32 = 200;

/// Language and colours of the page, and how they are changed.
#[derive(Clone, PartialEq)]
pub(crate) struct LookHandle {
    look: Look,
    setter: UseStateSetter<Look>,
}

impl LookHandle {
    fn of(state: &UseStateHandle<Look>) -> Self {
        Self { look: **state, setter: state.setter() }
    }

    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.look.lang
    }

    /// The colours.
    pub(crate) fn theme(&self) -> Theme {
        self.look.theme
    }

    /// What the app says in this language.
    pub(crate) fn texts(&self) -> &'static Texts {
        Texts::of(self.look.lang)
    }

    /// What the public pages say in this language.
    pub(crate) fn words(&self) -> &'static Words {
        self.look.lang.words()
    }

    /// Changes the language. One that cannot be fetched changes nothing.
    pub(crate) fn set_lang(&self, lang: Lang) {
        self.set(Look { lang, ..self.look });
    }

    /// Changes the colours.
    pub(crate) fn set_theme(&self, theme: Theme) {
        self.set(Look { theme, ..self.look });
    }

    fn set(&self, new: Look) {
        let (look, setter) = (self.look, self.setter.clone());
        spawn_local(async move {
            if new.lang == look.lang || document::load_language(new.lang).await {
                document::set_look(&new);
                setter.set(new);
            }
        });
    }
}

/// Properties of [`LookProvider`].
#[derive(PartialEq, Properties)]
pub(crate) struct LookProviderProps {
    pub(crate) children: Html,
}

/// Gives language and colours to everything inside.
#[component]
pub(crate) fn LookProvider(props: &LookProviderProps) -> Html {
    let look = use_state(document::look);
    // When the page is there, and the browser waits for the line.
    use_effect_with(look.lang, |lang| {
        let lang = *lang;
        let soon = Timeout::new(SOON, move || time::make_ready(lang));
        move || drop(soon)
    });
    let context = LookHandle::of(&look);
    html! { <ContextProvider<LookHandle> {context}>{ props.children.clone() }</ContextProvider<LookHandle>> }
}

/// Language and colours.
#[hook]
pub(crate) fn use_look() -> LookHandle {
    let outside = use_state(document::look);
    use_context::<LookHandle>().unwrap_or_else(|| LookHandle::of(&outside))
}
