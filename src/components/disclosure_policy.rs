//! In a new room: whether people say who they are.

use doorstep_client_api::door::DisclosurePolicy;
use yew::prelude::*;

use crate::hooks::use_look;
use crate::services::field;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
/// Time for it unless another one is chosen.
const GRACE: u32 = DAY;

/// Properties of [`DisclosurePolicyChoice`].
#[derive(PartialEq, Properties)]
pub(crate) struct DisclosurePolicyChoiceProps {
    /// What is chosen now.
    pub(crate) policy: DisclosurePolicy,
    /// Gets what was chosen.
    pub(crate) on_change: Callback<DisclosurePolicy>,
}

/// The choice.
#[component]
pub(crate) fn DisclosurePolicyChoice(props: &DisclosurePolicyChoiceProps) -> Html {
    let look = use_look();
    let (texts, policy) = (look.texts(), props.policy);
    let grace = match policy {
        DisclosurePolicy::Required { grace } => grace,
        DisclosurePolicy::Optional | DisclosurePolicy::Forbidden => GRACE,
    };
    let onchange = props.on_change.reform(move |event: Event| {
        let text = field::text(&event);
        match (field::name(&event).as_str(), text.as_str()) {
            ("grace", seconds) => DisclosurePolicy::Required { grace: seconds.parse().unwrap_or(GRACE) },
            (_, "required") => DisclosurePolicy::Required { grace },
            (_, "forbidden") => DisclosurePolicy::Forbidden,
            _ => DisclosurePolicy::Optional,
        }
    });
    let pick = |value: &'static str, text: &'static str, hint: &'static str, on: bool| {
        let id = ["disclosure-", value].concat();
        let hint_id = [&id, "-hint"].concat();
        html! {
            <div class="choice">
                <input type="radio" name="disclosure" {value} id={id.clone()} data-testid={id.clone()} checked={on}
                    aria-describedby={hint_id.clone()} />
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
    let times = times.into_iter().map(|(seconds, text)| {
        html! { <option value={seconds.to_string()} selected={seconds == grace}>{ text }</option> }
    });
    let (optional, forbidden) = (policy == DisclosurePolicy::Optional, policy == DisclosurePolicy::Forbidden);
    html! {
        <fieldset {onchange}>
            <legend>{ texts.policy_disclosure }</legend>
            { pick("optional", texts.policy_optional, texts.policy_optional_hint, optional) }
            { pick("required", texts.policy_required, texts.policy_required_hint, required) }
            if required {
                <label for="grace">{ texts.policy_grace }</label>
                <select id="grace" name="grace" data-testid="grace">{ for times }</select>
            }
            { pick("forbidden", texts.policy_forbidden, texts.policy_forbidden_hint, forbidden) }
        </fieldset>
    }
}
