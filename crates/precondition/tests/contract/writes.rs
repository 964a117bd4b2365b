//! PUT, PATCH and DELETE under the policy `required`.

use precondition::Method::{self, Delete, Patch, Put};
use precondition::policy::{Dates, Policy, Preconditions};
use precondition::{BodyState, Conditions, Current, EntityTag, JudgedRequest, NoHistory, Target, Verdict, judge};

use crate::notation::{Row, current, exists, judged, now, rows, status, twice_in_a_second};

#[test]
fn put_without_a_condition_is_428() {
    rows(Put, &[("", "428 no_condition", "428 no_condition", "428 no_condition")]);
}

#[test]
fn put_with_the_current_tag_or_a_list_with_it_is_200() {
    rows(
        Put,
        &[
            ("If-Match: {E}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: {S}, {E}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: {S}\nIf-Match: {E}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: , ,{E},", "200", "412 deleted", "412 never_existed"),
            ("If-Match: \"a,b\", {E}", "200", "412 deleted", "412 never_existed"),
            ("if-match: {E}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: \"a b\", {E}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: W/{E}, {E}", "200", "412 deleted", "412 never_existed"),
        ],
    );
}

#[test]
fn put_with_old_weak_foreign_or_empty_if_match_fails() {
    rows(
        Put,
        &[
            ("If-Match: {S}", "412 stale", "412 deleted", "412 never_existed"),
            ("If-Match: W/{E}", "412 weak_tag", "412 deleted", "412 never_existed"),
            ("If-Match: \"x\", {S}", "412 stale", "412 deleted", "412 never_existed"),
            ("If-Match:", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-Match: ,", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-Match: \"*\"", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-Match: \"v5 d4f8c2a1\"", "412 unknown_tag", "412 deleted", "412 never_existed"),
        ],
    );
}

#[test]
fn put_with_if_match_star_is_428_or_412() {
    rows(Put, &[("If-Match: *", "428 wildcard_names_no_version", "412 deleted", "412 never_existed")]);
}

#[test]
fn put_with_if_none_match_star_creates_only() {
    rows(Put, &[("If-None-Match: *", "412 already_exists", "201", "201")]);
}

#[test]
fn put_with_only_a_false_if_none_match_is_412() {
    let row = |lines| -> Row { (lines, "412 already_exists", "428 names_no_version", "428 names_no_version") };
    rows(Put, &[row("If-None-Match: {E}"), row("If-None-Match: W/{E}"), row("If-None-Match: {S}, W/{E}")]);
}

#[test]
fn put_with_only_a_true_if_none_match_is_428() {
    let row = |lines| -> Row { (lines, "428 names_no_version", "428 names_no_version", "428 names_no_version") };
    rows(Put, &[row("If-None-Match: {S}"), row("If-None-Match: \"*\""), row("If-None-Match: \"v5 d4f8c2a1\"")]);
}

#[test]
fn field_without_a_member_is_a_false_condition() {
    rows(
        Put,
        &[
            ("If-Match: ", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-None-Match:", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-Match: {E}\nIf-None-Match: ,", "412 unknown_tag", "412 deleted", "412 never_existed"),
        ],
    );
}

/// If the document exists, PATCH and DELETE get the same status as PUT.
#[test]
fn patch_and_delete_are_as_put_and_410_if_deleted() {
    for (method, done) in [(Patch, "200"), (Delete, "204")] {
        rows(
            method,
            &[
                ("", "428 no_condition", "410", "404"),
                ("If-Match: {E}", done, "410", "404"),
                ("If-Match: {S}, {E}", done, "410", "404"),
                ("If-Match: {S}", "412 stale", "410", "404"),
                ("If-Match: W/{E}", "412 weak_tag", "410", "404"),
                ("If-Match:", "412 unknown_tag", "410", "404"),
                ("If-Match: *", "428 wildcard_names_no_version", "410", "404"),
                ("If-None-Match: *", "412 already_exists", "410", "404"),
                ("If-None-Match: {E}", "412 already_exists", "410", "404"),
                ("If-None-Match: {S}", "428 names_no_version", "410", "404"),
                ("If-Unmodified-Since: {M}", done, "410", "404"),
                ("If-Match: v5", "400 If-Match 0", "410", "404"),
            ],
        );
    }
}

#[test]
fn if_unmodified_since_holds_at_or_after_last_modified() {
    rows(
        Put,
        &[
            ("If-Unmodified-Since: {M}", "200", "412 deleted", "412 never_existed"),
            ("If-Unmodified-Since: Sun, 22 Nov 2026 05:00:12 GMT", "200", "412 deleted", "412 never_existed"),
            ("If-Unmodified-Since: Sun, 22 Nov 2026 05:00:10 GMT", "412 stale", "412 deleted", "412 never_existed"),
            // The same moment in the other two forms.
            ("If-Unmodified-Since: Sunday, 22-Nov-26 05:00:11 GMT", "200", "412 deleted", "412 never_existed"),
            ("If-Unmodified-Since: Sun Nov 22 05:00:11 2026", "200", "412 deleted", "412 never_existed"),
        ],
    );
}

/// The time of the judgement is 06:00:11.
#[test]
fn date_in_the_future_names_no_version() {
    let row = |lines| -> Row { (lines, "428 date_in_future", "412 deleted", "412 never_existed") };
    let now: Row = ("If-Unmodified-Since: Sun, 22 Nov 2026 06:00:11 GMT", "200", "412 deleted", "412 never_existed");
    let mut table = vec![
        now,
        row("If-Unmodified-Since: Sun, 22 Nov 2026 06:00:12 GMT"),
        row("If-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT"),
        row("If-Unmodified-Since: Fri, 31 Dec 9999 23:59:60 GMT"),
        row("If-Unmodified-Since: Sunday, 22-Nov-69 05:00:11 GMT"),
        row("If-Unmodified-Since: Sun Nov 22 06:00:12 2026"),
        row("If-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT\nIf-None-Match: {S}"),
    ];
    rows(Put, &table);
    // A false condition precedes the guard, and if there is a tag, it alone decides.
    table = vec![
        (
            "If-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT\nIf-None-Match: {E}",
            "412 already_exists",
            "412 deleted",
            "412 never_existed",
        ),
        (
            "If-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT\nIf-Match: {E}",
            "200",
            "412 deleted",
            "412 never_existed",
        ),
    ];
    rows(Put, &table);
    let ahead = "If-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT";
    let plain = Policy { dates: Dates::Trusted, ..Policy::default() };
    let optional = Policy { preconditions: Preconditions::Optional, ..Policy::default() };
    for (method, policy, expected) in [
        (Patch, Policy::default(), "428 date_in_future"),
        (Delete, Policy::default(), "428 date_in_future"),
        // If dates are trusted, a future date is as good as any. If no version has to be named, it is a true condition.
        (Put, plain, "200"),
        (Put, optional, "200"),
        (Method::Read, Policy::default(), "200"),
    ] {
        assert_eq!(status(&judged(method, ahead, &exists(), policy), method, &exists()), expected, "{method:?}");
    }
}

#[test]
fn date_cannot_tell_two_versions_of_its_second_apart() {
    let same = "If-Unmodified-Since: {M}";
    let later = "If-Unmodified-Since: Sun, 22 Nov 2026 05:00:12 GMT";
    let earlier = "If-Unmodified-Since: Sun, 22 Nov 2026 05:00:10 GMT";
    let plain = Policy { dates: Dates::Trusted, ..Policy::default() };
    let table = [
        (Put, same, Policy::default(), "412 date_too_coarse"),
        (Patch, same, Policy::default(), "412 date_too_coarse"),
        (Delete, same, Policy::default(), "412 date_too_coarse"),
        (Put, later, Policy::default(), "200"),
        (Put, earlier, Policy::default(), "412 stale"),
        (Put, same, plain, "200"),
        (Put, earlier, plain, "412 stale"),
        // A read cannot lose an update.
        (Method::Read, same, Policy::default(), "200"),
    ];
    for (method, lines, policy, expected) in table {
        let judgement = judged(method, lines, &twice_in_a_second(), policy);
        assert_eq!(status(&judgement, method, &twice_in_a_second()), expected, "{method:?} {lines} {policy:?}");
    }
}

#[test]
fn if_match_overrides_if_unmodified_since() {
    rows(
        Put,
        &[
            (
                "If-Match: {E}\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                "200",
                "412 deleted",
                "412 never_existed",
            ),
            (
                "If-Unmodified-Since: Sun, 06 Nov 2044 08:49:37 GMT\nIf-Match: {S}",
                "412 stale",
                "412 deleted",
                "412 never_existed",
            ),
            // The date is ignored, so it does not name a version here either.
            (
                "If-Match: *\nIf-Unmodified-Since: {M}",
                "428 wildcard_names_no_version",
                "412 deleted",
                "412 never_existed",
            ),
        ],
    );
}

#[test]
fn if_match_and_if_none_match_must_both_hold() {
    rows(
        Put,
        &[
            ("If-Match: {E}\nIf-None-Match: {S}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: {E}\nIf-None-Match: *", "412 already_exists", "412 deleted", "412 never_existed"),
            ("If-Match: {E}\nIf-None-Match: W/{E}", "412 already_exists", "412 deleted", "412 never_existed"),
            ("If-Match: {S}\nIf-None-Match: *", "412 stale", "412 deleted", "412 never_existed"),
            ("If-Match: *\nIf-None-Match: {S}", "428 wildcard_names_no_version", "412 deleted", "412 never_existed"),
            ("If-Unmodified-Since: {M}\nIf-None-Match: {S}", "200", "412 deleted", "412 never_existed"),
            ("If-Unmodified-Since: {M}\nIf-None-Match: {E}", "412 already_exists", "412 deleted", "412 never_existed"),
        ],
    );
}

#[test]
fn write_with_only_ignored_fields_is_428() {
    let row = |lines| -> Row { (lines, "428 no_condition", "428 no_condition", "428 no_condition") };
    rows(
        Put,
        &[
            row("If-Unmodified-Since: soon"),
            row("If-Unmodified-Since:"),
            row("If-Unmodified-Since: {M}, {M}"),
            row("If-Unmodified-Since: {M}\nIf-Unmodified-Since: {M}"),
            row("If-Unmodified-Since: 2026-11-22T05:00:11Z"),
            row("If-Modified-Since: {M}"),
            row("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"),
            row("If-Range: {E}"),
        ],
    );
}

#[test]
fn tag_with_obs_text_matches() {
    let latin = EntityTag::strong(b"caf\xE9").unwrap();
    let target = Target::Exists(Current { etag: latin, ..current() });
    let conditions = Conditions::from_fields([("If-Match", &b"\"nope\", \"caf\xE9\""[..])]);
    let request = JudgedRequest { method: Put, conditions: &conditions, body: BodyState::Read, now: now() };
    assert_eq!(judge(&request, &target, &Policy::default(), &NoHistory).verdict, Verdict::Proceed);
}
