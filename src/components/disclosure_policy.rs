//! In a new room: whether people say who they are.

use doorstep_client_api::door::DisclosurePolicy;
use doorstep_public_page::html;
use yew::prelude::*;

use crate::services::field;
use crate::text::MemberTexts;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
/// Time for it unless she chooses another.
const GRACE: u32 = DAY;

/// The choice; `on_change` gets what was chosen.
pub(crate) fn disclosure_policy(
    texts: &MemberTexts,
    policy: DisclosurePolicy,
    on_change: Callback<DisclosurePolicy>,
) -> Html {
    let grace = match policy {
        DisclosurePolicy::Required { grace } => grace,
        DisclosurePolicy::Optional | DisclosurePolicy::Forbidden => GRACE,
    };
    let onchange = Callback::from(move |event: Event| {
        let text = field::text(&event);
        on_change.emit(match (field::name(&event).as_str(), text.as_str()) {
            ("grace", seconds) => DisclosurePolicy::Required { grace: seconds.parse().unwrap_or(GRACE) },
            (_, "required") => DisclosurePolicy::Required { grace },
            (_, "forbidden") => DisclosurePolicy::Forbidden,
            _ => DisclosurePolicy::Optional,
        });
    });
    let pick = |value: &'static str, text: &'static str, hint: &'static str, on: bool| {
        let id = ["disclosure-", value].concat();
        let hint_id = [&id, "-hint"].concat();
        html! {
            <div class="choice">
                <input type="radio" name="disclosure" {value} id={id.clone()} data-testid={id.clone()} checked={on} aria-describedby={hint_id.clone()} />
                <label for={id}>{ text }</label>
                <p class="hint" id={hint_id}>{ hint }</p>
            </div>
        }
    };
    let required = matches!(policy, DisclosurePolicy::Required { .. });
    let times = [
        (HOUR, texts.grace_hour),
        (6 * HOUR, texts.grace_six_hours),
        (DAY, texts.grace_day),
        (3 * DAY, texts.grace_three_days),
        (7 * DAY, texts.grace_week),
    ];
    html! {
        <fieldset {onchange}>
            <legend>{ texts.policy_disclosure }</legend>
            { pick("optional", texts.policy_optional, texts.policy_optional_hint, policy == DisclosurePolicy::Optional) }
            { pick("required", texts.policy_required, texts.policy_required_hint, required) }
            if required {
                <label for="grace">{ texts.policy_grace }</label>
                <select id="grace" name="grace" data-testid="grace">
                    { for times.iter().map(|(seconds, text)| html! { <option value={seconds.to_string()} selected={*seconds == grace}>{ *text }</option> }) }
                </select>
            }
            { pick("forbidden", texts.policy_forbidden, texts.policy_forbidden_hint, policy == DisclosurePolicy::Forbidden) }
        </fieldset>
    }
}
