//! What both modules of the app say, and what stands around every page.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod de;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod en;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod fr;

use crate::Lang;
use crate::catalogue::catalogue;

catalogue! {
    /// What is said to visitors and to members, in one language.
    Texts {
        skip, foot, foot_source, days, house_closed, nav, rooms, requests, settings, close, understood, load_again,
        try_now, loading, unread_count, waiting_count, offline, notice_knock, notice_accepted, notice_declined,
        notice_message, knock_sending, knock_sending_text, knock_no_network, knock_waiting, knock_waiting_since,
        knock_waiting_text, knock_until, knock_accepted, knock_accepted_text, knock_declined, knock_they_wrote,
        knock_no_words, knock_banned, knock_banned_text, knock_room_closed, knock_room_closed_text, knock_expired,
        knock_expired_text, knock_withdrawn, knock_withdrawn_text, knock_refused, knock_as, knock_your_note, go_in,
        ask_again, withdraw, dismiss, make_account, find_rooms, to_door, kind_pseudonym, kind_account, role_admin,
        role_member, role_knocker, role_banned, p_account, p_busy, p_closed, p_nobody, p_already, p_not_allowed, p_last,
        p_names, p_handle_taken, p_handle_invalid, p_slug_taken, p_slug_invalid, p_sign_up_closed, p_untrusted,
        p_already_in, p_answered, p_length, p_withdrawn, p_full, p_over, p_ended, p_lost, p_storage, p_stopped,
        p_nothing_kept, p_not_secure, p_other_provider, p_already_here, p_move_in_failed, p_other_version, p_general,
        join_once, join_times, join_any, join_until, dead_expired, dead_used_up, dead_paused, dead_unknown,
        p_inviter_gone, p_links, scan, disclose_what, claim_handle, claim_display_name, p_disclosure_forbidden,
        p_already_account, p_already_disclosed, p_not_a_member, p_nobody_to_read, p_identity_unproven,
        p_provider_unknown, p_provider_not_allowed, p_provider_away, p_provider_not_itself, p_commit_rejected,
        p_welcome_spoiled,
    }
}

impl Texts {
    /// This catalogue in a language.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &en::TEXTS,
            Lang::De => &de::TEXTS,
            Lang::Fr => &fr::TEXTS,
        }
    }

    /// This catalogue in a language, as it was loaded.
    #[cfg(target_arch = "wasm32")]
    pub fn of(lang: Lang) -> &'static Self {
        static NONE: Texts = Texts::empty();
        crate::loaded::kept(lang).texts.unwrap_or(&NONE)
    }
}
