//! The catalogue of the public pages. Templates as in [`crate::text`]; what stands around them is in [`crate::app`].

#[cfg(not(target_arch = "wasm32"))]
mod de;
#[cfg(not(target_arch = "wasm32"))]
mod en;
#[cfg(not(target_arch = "wasm32"))]
mod fr;

use crate::Lang;
use crate::catalogue::catalogue;

catalogue! {
    /// What the public pages say, in one language.
    Words {
        house_lead, house_points, house_point_read, house_point_name, house_point_sealed, house_rooms, house_no_rooms,
        house_new_room, house_account, people, way_open, way_knock, way_link, way_closed, room_on, about, subject,
        good_to_know, fact_names_optional, fact_names_required, fact_names_forbidden, fact_guests, fact_no_guests,
        fact_sealed, fact_history, fact_hub, fact_people, readers, readers_none, readers_lead, knock_title, knock_lead,
        knock_name, knock_name_soon, knock_other_name, knock_note, knock_note_hint, knock_button, knock_after,
        knock_silent, knock_needs_js, knock_nobody, knock_accounts_only, characters_left, open_title, open_lead,
        open_name, open_button, open_as_account, open_needs_js, open_accounts_only, link_title, link_lead, closed_title,
        closed_lead, none_title, none_lead, none_home, app_needs_js, loading, boot_failed, fallen, fallen_again, describe_knock,
        describe_open, describe_house, join_title, join_looking, join_needs_js, fact_disclose_optional,
        fact_disclose_required, fact_disclose_forbidden, hours, house_scan, elsewhere_title,
        elsewhere_lead, elsewhere_label, elsewhere_go, elsewhere_wrong, elsewhere_by_hand,
    }
}

impl Lang {
    /// The public catalogue in this language.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &en::WORDS,
            Self::De => &de::WORDS,
            Self::Fr => &fr::WORDS,
        }
    }

    /// The public catalogue in this language, as it was loaded.
    #[cfg(target_arch = "wasm32")]
    pub fn words(self) -> &'static Words {
        &crate::loaded::kept(self).0
    }
}
