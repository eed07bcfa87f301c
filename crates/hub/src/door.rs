//! The public face of a room, made from its own state.

use doorstep_policy::KEY_PACKAGE_MARGIN;
use doorstep_wire::ext::door::{DisclosurePolicy, Door, Pseudonyms, WayIn};
use doorstep_wire::{Capability, room::Optionality};

use crate::{Hub, KnockFacts, Room, Visibility};

/// Seconds a KeyPackage lives (RFC 9420 §7.2 leaves it to us; OpenMLS accepts no more).
const KEY_PACKAGE_LIFE: u64 = 84 * 86_400;

impl Hub {
    /// What strangers see of a room; `None`: nothing. `knock`: of its knock room, if that is here.
    pub fn door(&self, room: &Room, knock: Option<&KnockFacts>) -> Option<Door> {
        if room.visibility() == Visibility::Private || room.knock_terms().is_some() {
            return None;
        }
        let state = room.state();
        let knock = knock
            .filter(|facts| state.knock_room() == Some(&facts.room) && facts.target.as_ref() == Some(state.room_uri()));
        let way_in = if state.outsiders_have(Capability::CAN_OPEN_JOIN) {
            WayIn::Open
        } else if state.outsiders_have(Capability::CAN_KNOCK) && knock.is_some() {
            WayIn::Knock
        } else if state.outsiders_have(Capability::CAN_USE_JOIN_CODE) {
            WayIn::LinkOnly
        } else {
            WayIn::Closed
        };
        let knocked = way_in == WayIn::Knock;
        Some(Door {
            room: state.room_uri().to_string(),
            slug: state.room_uri().slug().to_owned(),
            hub: self.domain.to_string(),
            name: state.room_name().to_owned(),
            description: state.description().to_owned(),
            subject: state.metadata().room_subject.clone(),
            way_in,
            knock_room: knock.filter(|_| knocked).map(|facts| facts.room.to_string()),
            pseudonyms: match state.settings().pseudonyms.pseudonyms {
                Optionality::Optional => Pseudonyms::Optional,
                Optionality::Required => Pseudonyms::Required,
                Optionality::Forbidden => Pseudonyms::Forbidden,
            },
            disclosure: match state.settings().pseudonyms.disclosure {
                Optionality::Optional => DisclosurePolicy::Optional,
                Optionality::Required => {
                    DisclosurePolicy::Required { grace: state.settings().pseudonyms.disclosure_grace }
                }
                Optionality::Forbidden => DisclosurePolicy::Forbidden,
            },
            people: state.people(),
            moderators: knock.filter(|_| knocked).map(|facts| facts.moderators.clone()).unwrap_or_default(),
            guests: room.about.guests != 0,
            noindex: room.about.noindex != 0,
            tells_outcome: room.about.silent_decline == 0,
            knock_lifetime: KEY_PACKAGE_LIFE - KEY_PACKAGE_MARGIN,
        })
    }
}
