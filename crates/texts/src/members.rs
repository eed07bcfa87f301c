//! What the app says behind the doors.

#[cfg(not(target_arch = "wasm32"))]
mod de;
#[cfg(not(target_arch = "wasm32"))]
mod en;
#[cfg(not(target_arch = "wasm32"))]
mod fr;

use crate::catalogue::catalogue;
use crate::{Lang, Texts};

catalogue! {
    /// What is said to members, in one language.
    MemberTexts: Texts {
        account, cancel, nothing_yet, requests_waiting, requests_none, requests_lead, requests_done, my_knocks,
        all_at_once, accept_all, decline_all, accept_all_sure, decline_all_sure, request_at, request_open_note,
        request_no_note, request_provider, request_until, accept, decline, decline_and_ban, reason, reason_hint,
        ban_hint, answering, accepted_by, declined_by, accepted_by_me, declined_by_me, request_withdrawn,
        request_expired, rooms_none, end_left, end_removed, end_banned, end_broken, people, you_here_pseudonym,
        you_here_account, log_label, only_read, answering_to, changing, not_in_title, not_in, you_as, message_deleted,
        message_unknown, message_actions, react_with, reply, reply_to, edit, delete, edited, sending, not_sent,
        write_label, write_hint, send, made, made_by_me, joined, joined_me, added, added_me, left, left_me, removed,
        removed_me, banned, banned_me, returned, returned_me, change_refused, disclosed, disclosed_by_me, exact_terms,
        term_hub, term_room, term_epoch, term_suite, term_kind, term_provider, term_fingerprint, term_address, leave,
        leave_sure, remove, remove_sure, ban, ban_sure, make_admin, make_member, new_title, new_needs_account,
        room_name, room_description, room_description_hint, room_slug, room_slug_hint, room_slug_bad, make_room, making,
        how_in, preset_ask, preset_ask_hint, preset_open, preset_open_hint, let_guests, names, names_required,
        names_required_hint, names_optional, names_optional_hint, names_forbidden, names_forbidden_hint, as_account,
        who_finds, listed, listed_hint, unlisted, unlisted_hint, private, private_hint, noindex, account_lead,
        account_guest, account_made, account_is, account_key, account_points, account_no_mail, account_apart,
        account_no_need, handle, handle_hint, display_name, display_name_hint, you_are_guest, you_are_nobody,
        pseudonyms, pseudonyms_lead, pseudonyms_none, pseudonym_in, looks, language, theme, theme_auto, theme_light,
        theme_dark, this_browser, this_browser_text, invite, links_lead, link_role, link_life, link_hours, link_uses,
        link_once, link_times, link_any, link_note, link_note_hint, link_make, links_list, links_none, link_until,
        link_over, link_used, link_used_any, link_unasked, link_joined, link_elsewhere, link_show, link_revoke,
        link_revoke_sure, links_pause, links_resume, links_paused, link_who_has, link_code, link_text, copy, copied,
        copy_failed, share, whole_screen, print, sheet_lead, request_link, web_links, web_links_text, web_links_button,
        back, first_words, first_send, disclose, disclose_one, disclose_in, disclose_lead, disclose_to, to_room,
        to_room_hint, to_admins, to_admins_hint, to_member, to_member_hint, claim_always, claim_account,
        disclose_forever, disclose_next, disclose_now, disclose_no_account, disclose_due, disclose_overdue, sum_room,
        you_here_told, to_all, to_moderators, proven, proven_by, proven_what, proven_told, proven_since, proven_how,
        told_room, told_admins, told_me, overdue, told_title, told_lead, told_none, told_whom, told_handle,
        told_display_name, told_in, told_in_knock, told_readers, policy_disclosure, policy_optional,
        policy_optional_hint, policy_required, policy_required_hint, policy_forbidden, policy_forbidden_hint,
        policy_grace, grace_hour, grace_six_hours, grace_day, grace_three_days, grace_week,
        report, report_title, report_what, report_proof, report_here, report_via, report_note, report_forever, report_now, report_done, unvouched,
        peer_waiting, peer_missed, peer_keys, leave_ignored,
    }
}

impl MemberTexts {
    /// This catalogue in a language.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &en::MEMBERS,
            Lang::De => &de::MEMBERS,
            Lang::Fr => &fr::MEMBERS,
        }
    }

    /// This catalogue in a language, as it was loaded.
    #[cfg(target_arch = "wasm32")]
    pub fn of(lang: Lang) -> &'static Self {
        static NONE: MemberTexts = MemberTexts::empty();
        crate::loaded::kept(lang).members.unwrap_or(&NONE)
    }
}
