//! What the app says, and what stands around every page; the public pages have [`crate::public`].

#[cfg(not(target_arch = "wasm32"))]
mod de;
#[cfg(not(target_arch = "wasm32"))]
mod en;
#[cfg(not(target_arch = "wasm32"))]
mod fr;

use crate::Lang;
use crate::catalogue::catalogue;

catalogue! {
    /// What the app says, in one language.
    Texts {
        skip, foot, foot_source, days, house_closed, nav, rooms, requests, settings, close, understood,
        load_again, try_now, loading, unread_count, waiting_count, offline, notice_knock, notice_accepted,
        notice_declined, notice_message, knock_sending, knock_sending_text, knock_no_network, knock_waiting,
        knock_waiting_since, knock_waiting_text, knock_until, knock_accepted, knock_accepted_text,
        knock_declined, knock_they_wrote, knock_no_words, knock_banned, knock_banned_text, knock_room_closed,
        knock_room_closed_text, knock_expired, knock_expired_text, knock_withdrawn, knock_withdrawn_text,
        knock_refused, knock_as, knock_your_note, go_in, ask_again, withdraw, dismiss, make_account, find_rooms,
        to_door, kind_pseudonym, kind_account, role_admin, role_member, role_knocker, role_banned, p_account,
        p_busy, p_closed, p_nobody, p_already, p_not_allowed, p_last, p_names, p_handle_taken, p_handle_invalid,
        p_slug_taken, p_slug_invalid, p_sign_up_closed, p_untrusted, p_already_in, p_answered, p_length,
        p_withdrawn, p_full, p_over, p_ended, p_lost, p_storage, p_stopped, p_another_engine, p_nothing_kept,
        p_not_secure, p_other_provider, p_newer_version, p_already_here, p_move_in_failed, p_other_version,
        p_general, join_once, join_times, join_any, join_until, dead_expired, dead_used_up, dead_paused, dead_unknown, p_inviter_gone,
        p_links, scan, disclose_what, claim_handle, claim_display_name, p_disclosure_forbidden, p_already_account,
        p_already_disclosed, p_not_a_member, p_nobody_to_read, p_identity_unproven, p_provider_unknown,
        p_provider_not_allowed, p_provider_away, p_provider_not_itself, p_commit_rejected, p_welcome_spoiled,
        p_banned, p_one_browser, p_issuer, p_unfit, p_internal, p_unsupported, p_cipher_suite, p_catching_up,
        p_already_leaving, p_not_issued, p_has_account, p_name_in_use, p_own_provider, p_session, p_too_slow,
        p_knock_over, p_knock_not_over, p_bad_answer_key, p_bad_key_package, p_room_refused, p_not_reported,
        unreachable_title, unreachable, you_are_in, you_are_in_text, account_first, join_left, join_role,
        join_button, join_anyway, joining, join_inviter_gone, join_who, join_more, look_again, look_as,
        dead_ask, dead_knock, dead_empty, dead_empty_text, dead_foreign, dead_foreign_text, dead_damaged,
        dead_damaged_text, dead_new, dead_new_text, dead_paused_text, dead_unknown_text, dead_hub,
        dead_hub_text, dead_room, dead_room_text, dead_banned, dead_banned_text, dead_names, dead_other,
        scan_lead, scan_other, scan_file, scan_file_hint, scan_text, scan_read, scan_reading, scan_empty,
        scan_unreadable, scan_blind, scan_found, scan_ours, scan_door, scan_web, scan_app, scan_plain, camera,
        camera_video, camera_start, camera_starting, camera_stop, camera_which, camera_number, camera_torch,
        camera_hint, camera_refused, camera_missing, camera_taken, camera_not_secure, knock_tell,
        knock_tell_hint, knock_tell_forever, account, cancel, nothing_yet, requests_waiting, requests_none,
        requests_lead, requests_done, requests_before, knocks_unread, my_knocks, all_at_once, accept_all, decline_all, accept_all_sure,
        decline_all_sure, request_at, request_open_note, request_no_note, request_provider, request_until,
        accept, decline, decline_and_ban, reason, reason_hint, ban_hint, answering, accepted_by, declined_by,
        accepted_by_me, declined_by_me, request_withdrawn, request_expired, rooms_none, end_left, end_removed,
        end_banned, end_broken, end_closed, people, you_here_pseudonym, you_here_account, log_label, show_older, said_before_me, only_read,
        answering_to, changing, not_in_title, not_in, you_as, message_deleted, message_unknown, message_actions,
        react_with, reply, reply_to, edit, delete, edited, sending, not_sent, send_again, drop_refused, change_not_made, delete_not_made, reaction_not_sent, reaction_not_back, write_label, write_hint, send,
        made, made_by_me, joined, joined_me, added, added_me, left, left_me, removed, removed_me, banned,
        banned_me, returned, returned_me, change_refused, disclosed, disclosed_by_me, exact_terms, term_hub,
        term_room, term_epoch, term_suite, term_kind, term_provider, term_fingerprint, term_address, leave,
        leave_sure, end_room, end_room_sure, forget_room, forget_room_sure, remove, remove_sure, ban, ban_sure, make_admin, make_member, new_title, new_needs_account,
        room_name, room_description, room_description_hint, room_slug, room_slug_hint, room_slug_bad, make_room,
        making, how_in, preset_ask, preset_ask_hint, preset_open, preset_open_hint, let_guests, names,
        names_required, names_required_hint, names_optional, names_optional_hint, names_forbidden,
        names_forbidden_hint, as_account, who_finds, listed, listed_hint, unlisted, unlisted_hint, private,
        private_hint, noindex, account_lead, account_guest, account_made, account_is, account_key,
        account_points, account_no_mail, account_apart, account_no_need, handle, handle_hint, display_name,
        display_name_hint, you_are_guest, you_are_nobody, pseudonyms, pseudonyms_lead, pseudonyms_none,
        pseudonym_in, looks, language, theme, theme_auto, theme_light, theme_dark, this_browser,
        this_browser_text, invite, links_lead, link_role, link_life, link_hours, link_uses, link_once,
        link_times, link_any, link_note, link_note_hint, link_make, links_list, links_none, link_until,
        link_over, link_used, link_used_any, link_unasked, link_joined, link_elsewhere, link_show, link_revoke,
        link_revoke_sure, links_pause, links_resume, links_paused, link_who_has, link_code, link_text, copy,
        copied, copy_failed, share, whole_screen, print, sheet_lead, request_link, web_links, web_links_text,
        web_links_button, back, first_words, first_send, disclose, disclose_one, disclose_in, disclose_lead,
        disclose_to, to_room, to_room_hint, to_admins, to_admins_hint, to_member, to_member_hint, claim_always,
        claim_account, disclose_forever, disclose_next, disclose_now, disclose_no_account, disclose_due,
        disclose_overdue, sum_room, you_here_told, to_all, to_moderators, proven, proven_by, proven_what,
        proven_told, proven_since, proven_how, told_room, told_admins, told_me, overdue, told_title, told_lead,
        told_none, told_whom, told_handle, told_display_name, told_in, told_in_knock, told_readers,
        policy_disclosure, policy_optional, policy_optional_hint, policy_required, policy_required_hint,
        policy_forbidden, policy_forbidden_hint, policy_grace, grace_hour, grace_six_hours, grace_day,
        grace_three_days, grace_week, report, report_title, report_what, report_proof, report_here, report_via,
        report_note, report_forever, report_now, report_done, unvouched, peer_waiting, peer_missed, peer_keys,
        leave_ignored,
        connect, connect_lead, connect_who, connect_who_hint, connect_who_is, connect_who_bad, connect_scan,
        connect_greeting, too_long, connect_learn, connect_providers, connect_one_provider, connect_long, pause, pause_none, pause_none_hint, pause_half_day, pause_half_day_hint, pause_days, pause_days_hint, contact_pausing, connect_timing, connect_timing_text,
        connect_button, connect_account, connect_back, asks_title, ask_sending, ask_sending_text, ask_held_up,
        ask_waiting, ask_waiting_text, ask_until, ask_connected, ask_connected_text, ask_not_reached,
        ask_not_reached_text, ask_withdrawn, ask_withdrawn_text, ask_refused, ask_provider_unknown, ask_provider_not_allowed, ask_provider_away, ask_provider_not_itself, ask_words, ask_take_back, contacts_title,
        contacts_lead, contacts_before, contact_read, contact_no_words, contact_proof, contact_known, contact_accept,
        contact_accept_hint, contact_not_now, contact_block, contact_block_sure, contact_answering, contact_packages,
        contact_connected, contact_aside, contact_blocked, notice_asked, notice_connected, waiting_all, found_title,
        found_address, found_address_text, found_code, found_code_label, found_by, found_handle, found_handle_hint,
        found_name, found_name_hint, found_nothing, found_nothing_hint, asked_by, asked_anybody, asked_anybody_hint,
        asked_known, asked_known_hint, asked_nobody, asked_nobody_hint, found_on_its_way, blocked_title, blocked_none,
        unblock, turned_away, turned_away_text, pair_here, bring, bring_lead, bring_which, bring_none, bring_done,
        invited_by_me, invite_title, invite_look, scan_contact, p_already_asked, p_already_connected, p_that_is_me,
        p_needs_packages, p_not_a_user,
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
        &crate::loaded::kept(lang).1
    }
}
