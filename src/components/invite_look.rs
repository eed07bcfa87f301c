//! An invitation from a chat, looked at before anything happens. Its code is in no address.

use doorstep_page_api::view::LinkText;
use doorstep_public_page::icon::{Icon, icon};
use yew::prelude::*;

use super::invitation::Invitation;
use crate::hooks::{use_go, use_look, use_served};
use crate::route::Route;
use crate::services::share;

/// Id of the dialog.
const DIALOG: &str = "invitation";

/// Properties of [`InviteLook`].
#[derive(PartialEq, Properties)]
pub(crate) struct InviteLookProps {
    /// The code; a secret.
    pub(crate) link: LinkText,
}

/// The dialog. It opens when it is first drawn: whoever opens it again draws another one.
#[component]
pub(crate) fn InviteLook(props: &InviteLookProps) -> Html {
    let (look, served, go) = (use_look(), use_served(), use_go());
    use_effect_with((), |()| share::open_dialog(DIALOG));
    let texts = look.texts();
    let on_joined = {
        let domain = served.house.domain.clone();
        Callback::from(move |room: String| {
            share::close_dialog(DIALOG);
            go.emit(Route::room(&room, &domain));
        })
    };
    html! {
        <dialog id={DIALOG} class="dialog" aria-label={texts.invite_title} data-testid="invitation">
            <Invitation link={props.link.clone()} heading="#invitation h1" {on_joined} />
            <div class="buttons">
                <button type="button" class="quiet" data-testid="invitation-close"
                    onclick={|_: MouseEvent| share::close_dialog(DIALOG)}>
                    { icon(Icon::Cross) }{ texts.close }
                </button>
            </div>
        </dialog>
    }
}
