//! GET and HEAD.

use precondition::Method::Read;

use crate::notation::rows;

#[test]
fn read_without_a_condition_is_200() {
    rows(Read, &[("", "200", "410", "404")]);
}

#[test]
fn deleted_document_is_410_under_any_condition() {
    rows(
        Read,
        &[
            ("If-Match: {E}", "200", "410", "404"),
            ("If-Match: *", "200", "410", "404"),
            ("If-None-Match: *", "304", "410", "404"),
            ("If-Unmodified-Since: {M}", "200", "410", "404"),
            ("If-Match: nonsense", "400 If-Match 0", "410", "404"),
        ],
    );
}

#[test]
fn if_none_match_with_the_current_tag_is_304() {
    rows(
        Read,
        &[
            ("If-None-Match: {E}", "304", "410", "404"),
            ("If-None-Match: W/{E}", "304", "410", "404"),
            ("If-None-Match: *", "304", "410", "404"),
            ("If-None-Match: {S}, {E}", "304", "410", "404"),
            ("If-None-Match: {S}\nIf-None-Match: W/{E}", "304", "410", "404"),
        ],
    );
}

#[test]
fn if_none_match_without_the_current_tag_is_200() {
    rows(
        Read,
        &[
            ("If-None-Match: {S}", "200", "410", "404"),
            ("If-None-Match: \"*\"", "200", "410", "404"),
            // An empty field does not prove that the client has a copy.
            ("If-None-Match:", "200", "410", "404"),
            ("If-None-Match: , ,", "200", "410", "404"),
            ("If-None-Match: \"v5 d4f8c2a1\"", "200", "410", "404"),
        ],
    );
}

#[test]
fn if_modified_since_at_or_after_last_modified_is_304() {
    rows(
        Read,
        &[
            ("If-Modified-Since: {M}", "304", "410", "404"),
            ("If-Modified-Since: Sun, 22 Nov 2026 05:00:12 GMT", "304", "410", "404"),
            ("If-Modified-Since: Sun, 22 Nov 2026 05:00:10 GMT", "200", "410", "404"),
        ],
    );
}

#[test]
fn if_modified_since_is_ignored_with_if_none_match() {
    rows(
        Read,
        &[
            ("If-None-Match: {S}\nIf-Modified-Since: {M}", "200", "410", "404"),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\nIf-None-Match: {E}", "304", "410", "404"),
        ],
    );
}

#[test]
fn if_match_with_an_old_tag_is_412() {
    rows(
        Read,
        &[
            ("If-Match: {S}", "412 stale", "410", "404"),
            ("If-Match: {E}", "200", "410", "404"),
            ("If-Match: *", "200", "410", "404"),
            ("If-Match:", "412 unknown_tag", "410", "404"),
        ],
    );
}

#[test]
fn if_unmodified_since_before_last_modified_is_412() {
    rows(
        Read,
        &[
            ("If-Unmodified-Since: Sun, 22 Nov 2026 05:00:10 GMT", "412 stale", "410", "404"),
            ("If-Unmodified-Since: {M}", "200", "410", "404"),
        ],
    );
}

#[test]
fn both_conditions_are_evaluated_in_order() {
    rows(
        Read,
        &[
            ("If-Match: {E}\nIf-None-Match: {E}", "304", "410", "404"),
            ("If-Match: {S}\nIf-None-Match: {E}", "412 stale", "410", "404"),
            ("If-Match: {E}\nIf-Modified-Since: {M}", "304", "410", "404"),
            ("If-Match: {E}\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "200", "410", "404"),
        ],
    );
}

#[test]
fn invalid_date_is_ignored() {
    rows(
        Read,
        &[
            ("If-Modified-Since: tomorrow", "200", "410", "404"),
            ("If-Modified-Since: {M}\nIf-Modified-Since: {M}", "200", "410", "404"),
            ("If-Modified-Since: {M}, {M}", "200", "410", "404"),
            ("If-Modified-Since:", "200", "410", "404"),
            ("If-Unmodified-Since: yesterday", "200", "410", "404"),
        ],
    );
}

#[test]
fn read_needs_no_guard() {
    rows(Read, &[("If-Match: *", "200", "410", "404"), ("If-None-Match: \"x\"", "200", "410", "404")]);
}
