//! Why a condition is false: the reasons of a 412, their precedence, and the details with them.

use precondition::{
    BodyState, Failure, FailureReason, Field, JudgedRequest, Method, NoHistory, Policy, RequiredReason, Target,
    Verdict, judge,
};

use crate::notation::{E, S, conditions, exists, judged, now};

fn failure(lines: &str, target: &Target) -> Failure {
    match judged(Method::Put, lines, target, Policy::default()).verdict {
        Verdict::Failed(failure) => failure,
        other => panic!("{lines}: {other:?}"),
    }
}

#[test]
fn stale_counts_versions_after_the_newest_known_tag() {
    let table = [
        ("If-Match: {S}", 2),
        ("If-Match: \"v1-a\"", 4),
        ("If-Match: \"v1-a\", \"v4-d\", {S}", 1),
        ("If-Match: \"who\", \"v2-b\"", 3),
    ];
    for (lines, behind) in table {
        let failure = failure(lines, &exists());
        assert_eq!((failure.reason, failure.behind), (FailureReason::Stale, Some(behind)), "{lines}");
    }
}

#[test]
fn reasons_rank_stale_then_weak_then_transformed_then_unknown() {
    let gzipped = format!("\"{}-gzip\"", E.trim_matches('"'));
    let table = [
        (format!("If-Match: \"who\", {gzipped}, W/{E}, {S}"), FailureReason::Stale),
        (format!("If-Match: \"who\", {gzipped}, W/{E}"), FailureReason::WeakTag),
        (format!("If-Match: \"who\", {gzipped}"), FailureReason::TransformedTag),
        ("If-Match: \"who\"".to_owned(), FailureReason::UnknownTag),
    ];
    for (lines, reason) in table {
        assert_eq!(failure(&lines, &exists()).reason, reason, "{lines}");
    }
}

#[test]
fn suffix_of_a_proxy_is_recognised() {
    let opaque = E.trim_matches('"');
    for suffix in ["-gzip", "--gzip", ";gzip", ":gzip", "+gzip", "-br", "-deflate", "-zstd", "-df"] {
        for mark in ["", "W/"] {
            let failure = failure(&format!("If-Match: {mark}\"{opaque}{suffix}\""), &exists());
            assert_eq!(failure.reason, FailureReason::TransformedTag, "{mark}{suffix}");
        }
    }
    for other in ["gzip", "-", "-gzipped", "-x", "---gzip"] {
        let failure = failure(&format!("If-Match: \"{opaque}{other}\""), &exists());
        assert_eq!(failure.reason, FailureReason::UnknownTag, "{other}");
    }
}

/// The tag was issued, so it is not unknown.
///
/// It would not match even if it were current, so it is not merely stale.
#[test]
fn old_tag_marked_weak_is_weak_tag_and_not_counted() {
    for lines in [format!("If-Match: W/{S}"), format!("If-Match: \"who\", W/{S}")] {
        let failure = failure(&lines, &exists());
        assert_eq!((failure.reason, failure.behind), (FailureReason::WeakTag, None), "{lines}");
    }
    let never = failure("If-Match: W/\"who\"", &exists());
    assert_eq!(never.reason, FailureReason::UnknownTag);
}

#[test]
fn old_tag_without_a_history_is_unknown() {
    let conditions = conditions("If-Match: {S}");
    let request = JudgedRequest { method: Method::Put, conditions: &conditions, body: BodyState::Read, now: now() };
    let judgement = judge(&request, &exists(), &Policy::default(), &NoHistory);
    let Verdict::Failed(failure) = judgement.verdict else { panic!("{judgement:?}") };
    assert_eq!(failure.reason, FailureReason::UnknownTag);
}

#[test]
fn missing_document_precedes_what_is_known_of_the_tag() {
    assert_eq!(failure("If-Match: {S}", &Target::Deleted).reason, FailureReason::Deleted);
    assert_eq!(failure("If-Match: {S}", &Target::NeverExisted).reason, FailureReason::NeverExisted);
    assert_eq!(failure("If-Match: {S}", &Target::Deleted).behind, None);
}

#[test]
fn failure_has_the_field_and_its_value() {
    let table = [
        ("If-Match: {S},\nIf-Match: \"x\"", Field::IfMatch, format!("{S},, \"x\"")),
        ("If-None-Match:  * ", Field::IfNoneMatch, "*".to_owned()),
        (
            "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            Field::IfUnmodifiedSince,
            "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
        ),
    ];
    for (lines, field, sent) in table {
        let failure = failure(lines, &exists());
        assert_eq!((failure.field, failure.sent), (field, sent), "{lines}");
        assert_eq!(failure.applied, None);
    }
}

/// The words are part of the HTTP contract.
#[test]
fn words_of_the_reasons_are_those_of_the_http_contract() {
    let words = [
        (FailureReason::Stale, "stale"),
        (FailureReason::Deleted, "deleted"),
        (FailureReason::NeverExisted, "never_existed"),
        (FailureReason::AlreadyExists, "already_exists"),
        (FailureReason::WeakTag, "weak_tag"),
        (FailureReason::TransformedTag, "transformed_tag"),
        (FailureReason::UnknownTag, "unknown_tag"),
        (FailureReason::DateTooCoarse, "date_too_coarse"),
        (FailureReason::Superseded, "superseded"),
    ];
    for (reason, word) in words {
        assert_eq!((reason.as_str(), reason.to_string().as_str()), (word, word));
    }
    let words = [
        (RequiredReason::NoCondition, "no_condition"),
        (RequiredReason::WildcardNamesNoVersion, "wildcard_names_no_version"),
        (RequiredReason::NamesNoVersion, "names_no_version"),
        (RequiredReason::DateInFuture, "date_in_future"),
    ];
    for (reason, word) in words {
        assert_eq!((reason.as_str(), reason.to_string().as_str()), (word, word));
    }
}
