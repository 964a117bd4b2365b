//! The order of evaluation: existence, syntax, false conditions, the guard.
//!
//! Each request here has two reasons for a refusal, and the earlier step must win.

use precondition::{Comparison, Field, Method, Policy, Target};

use crate::notation::{E, M, exists, judged, rows, status, twice_in_a_second};

#[test]
fn existence_precedes_syntax() {
    for method in [Method::Read, Method::Patch, Method::Delete] {
        rows(method, &[("If-Match: oops\nIf-None-Match: oops", "400 If-Match 0", "410", "404")]);
    }
}

#[test]
fn existence_is_not_checked_for_put() {
    rows(Method::Put, &[("If-Match: oops", "400 If-Match 0", "400 If-Match 0", "400 If-Match 0")]);
}

#[test]
fn existence_precedes_conditions_and_guard() {
    for method in [Method::Patch, Method::Delete] {
        rows(method, &[("", "428 no_condition", "410", "404"), ("If-Match: {S}", "412 stale", "410", "404")]);
    }
}

#[test]
fn syntax_precedes_conditions() {
    let all = |status| ("If-None-Match: oops\nIf-Match: {S}", status, status, status);
    rows(Method::Put, &[all("400 If-None-Match 0")]);
    let all = |status| ("If-None-Match: *\nIf-Match: \"v5", status, status, status);
    rows(Method::Put, &[all("400 If-Match 3")]);
}

#[test]
fn syntax_of_if_match_precedes_that_of_if_none_match() {
    let all = |status| ("If-None-Match: oops\nIf-Match: \"oops", status, status, status);
    rows(Method::Put, &[all("400 If-Match 5")]);
}

#[test]
fn syntax_precedes_the_guard() {
    let all = |status| ("If-None-Match: oops", status, status, status);
    rows(Method::Put, &[all("400 If-None-Match 0")]);
}

#[test]
fn false_condition_precedes_the_guard() {
    rows(
        Method::Put,
        &[
            ("If-None-Match: *", "412 already_exists", "201", "201"),
            ("If-None-Match: {E}", "412 already_exists", "428 names_no_version", "428 names_no_version"),
            ("If-Match: *", "428 wildcard_names_no_version", "412 deleted", "412 never_existed"),
        ],
    );
}

#[test]
fn if_match_precedes_if_none_match() {
    let judgement = judged(Method::Put, "If-None-Match: *\nIf-Match: {S}", &exists(), Policy::default());
    assert_eq!(status(&judgement, Method::Put, &exists()), "412 stale");
    let fields: Vec<_> = judgement.evaluation.iter().map(|condition| condition.field).collect();
    assert_eq!(fields, [Field::IfMatch], "nothing is judged after the condition that decides");
}

#[test]
fn if_none_match_is_evaluated_after_a_true_if_match() {
    let judgement = judged(Method::Put, "If-None-Match: *\nIf-Match: {E}", &exists(), Policy::default());
    let seen: Vec<_> = judgement.evaluation.iter().map(|condition| (condition.field, condition.holds)).collect();
    assert_eq!(seen, [(Field::IfMatch, true), (Field::IfNoneMatch, false)]);
}

#[test]
fn evaluation_has_comparison_result_and_clause() {
    let table = [
        ("If-Match: \"x\", {E}", Field::IfMatch, Comparison::Strong, E, true, "RFC 9110 13.1.1"),
        ("If-Match: *", Field::IfMatch, Comparison::Exists, E, true, "RFC 9110 13.1.1"),
        ("If-None-Match: W/{E}", Field::IfNoneMatch, Comparison::Weak, E, false, "RFC 9110 13.1.2"),
        ("If-None-Match: *", Field::IfNoneMatch, Comparison::Exists, E, false, "RFC 9110 13.1.2"),
        ("If-Modified-Since: {M}", Field::IfModifiedSince, Comparison::Date, M, false, "RFC 9110 13.1.3"),
        ("If-Unmodified-Since: {M}", Field::IfUnmodifiedSince, Comparison::Date, M, true, "RFC 9110 13.1.4"),
    ];
    for (lines, field, comparison, current, holds, clause) in table {
        let judgement = judged(Method::Read, lines, &exists(), Policy::default());
        let [condition] = judgement.evaluation.as_slice() else { panic!("one condition for {lines}") };
        assert_eq!((condition.field, condition.comparison, condition.holds), (field, comparison, holds), "{lines}");
        assert_eq!((condition.current.as_deref(), condition.clause.as_ref()), (Some(current), clause), "{lines}");
        let value = lines.split_once(": ").unwrap().1.replace("{E}", E).replace("{M}", M);
        assert_eq!(condition.sent, value);
    }
    let judgement = judged(Method::Put, "If-Unmodified-Since: {M}", &Target::NeverExisted, Policy::default());
    assert_eq!(judgement.evaluation[0].current, None, "there is nothing to compare with");
}

/// By 13.1.4, the first date is true, and the second is ignored.
#[test]
fn date_that_is_false_by_policy_does_not_cite_the_standard_alone() {
    for (target, clause) in [
        (twice_in_a_second(), "server policy; RFC 9110 13.1.4 and 8.8.2.2"),
        (Target::NeverExisted, "server policy; RFC 9110 13.1.4"),
    ] {
        let judgement = judged(Method::Put, "If-Unmodified-Since: {M}", &target, Policy::default());
        assert_eq!((judgement.evaluation[0].holds, judgement.evaluation[0].clause.as_ref()), (false, clause));
    }
    let judgement = judged(Method::Read, "If-Unmodified-Since: {M}", &twice_in_a_second(), Policy::default());
    assert_eq!((judgement.evaluation[0].holds, judgement.evaluation[0].clause.as_ref()), (true, "RFC 9110 13.1.4"));
}

#[test]
fn ignored_field_is_not_in_the_evaluation() {
    for lines in [
        "If-Modified-Since: {M}",
        "If-Unmodified-Since: soon",
        "If-Unmodified-Since: {M}\nIf-Unmodified-Since: {M}",
        "",
    ] {
        assert_eq!(judged(Method::Put, lines, &exists(), Policy::default()).evaluation, [], "{lines}");
    }
    let both = judged(Method::Put, "If-Match: {E}\nIf-Unmodified-Since: {M}", &exists(), Policy::default());
    assert_eq!(both.evaluation.len(), 1);
}
