//! What the app says to visitors, besides the public pages ([`crate::public`]).

#[cfg(not(target_arch = "wasm32"))]
mod de;
#[cfg(not(target_arch = "wasm32"))]
mod en;
#[cfg(not(target_arch = "wasm32"))]
mod fr;

use crate::catalogue::catalogue;
use crate::{Lang, Texts};

catalogue! {
    /// What is said to visitors, in one language.
    VisitorTexts: Texts {
        unreachable_title, unreachable, you_are_in, you_are_in_text, account_first, join_left, join_role, join_button,
        join_anyway, joining, join_inviter_gone, join_who, join_more, look_again, look_as, dead_ask, dead_knock,
        dead_empty, dead_empty_text, dead_foreign, dead_foreign_text, dead_damaged, dead_damaged_text, dead_new,
        dead_new_text, dead_paused_text, dead_unknown_text, dead_hub, dead_hub_text, dead_room, dead_room_text,
        dead_banned, dead_banned_text, dead_names, dead_other, scan_lead, scan_other, scan_file, scan_file_hint,
        scan_text, scan_read, scan_reading, scan_empty, scan_unreadable, scan_blind, scan_found, scan_ours, scan_door,
        scan_web, scan_app, scan_plain, camera, camera_video, camera_start, camera_starting, camera_stop, camera_which,
        camera_number, camera_torch, camera_hint, camera_refused, camera_missing, camera_taken, camera_not_secure,
        knock_tell, knock_tell_hint, knock_tell_forever,
    }
}

impl VisitorTexts {
    /// This catalogue in a language.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &en::VISITOR,
            Lang::De => &de::VISITOR,
            Lang::Fr => &fr::VISITOR,
        }
    }

    /// This catalogue in a language, as it was loaded.
    #[cfg(target_arch = "wasm32")]
    pub fn of(lang: Lang) -> &'static Self {
        static NONE: VisitorTexts = VisitorTexts::empty();
        crate::loaded::kept(lang).visitor.unwrap_or(&NONE)
    }
}
