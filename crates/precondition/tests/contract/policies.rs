//! The policies `optional` and `ignored`, and the tag that a judgement records as named by the writer.

use precondition::Method::{Delete, Patch, Put, Read};
use precondition::policy::{Dates, Etags, Judging, Policy, Preconditions};
use precondition::{EntityTag, Target, Verdict};

use crate::notation::{E, S, exists, judged, rows_under, status, tag};

const OPTIONAL: Policy = Policy {
    preconditions: Preconditions::Optional,
    etags: Etags::Version,
    judging: Judging::Atomic,
    dates: Dates::StrongOnly,
};
const IGNORED: Policy = Policy { preconditions: Preconditions::Ignored, ..OPTIONAL };

#[test]
fn optional_policy_never_gives_428() {
    rows_under(
        OPTIONAL,
        Put,
        &[
            ("", "200", "201", "201"),
            ("If-Match: *", "200", "412 deleted", "412 never_existed"),
            ("If-None-Match: \"x\"", "200", "201", "201"),
            ("If-Unmodified-Since: soon", "200", "201", "201"),
        ],
    );
    rows_under(OPTIONAL, Delete, &[("", "204", "410", "404")]);
}

#[test]
fn optional_policy_evaluates_the_conditions_sent() {
    rows_under(
        OPTIONAL,
        Put,
        &[
            ("If-Match: {E}", "200", "412 deleted", "412 never_existed"),
            ("If-Match: {S}", "412 stale", "412 deleted", "412 never_existed"),
            ("If-Match:", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-None-Match:", "412 unknown_tag", "412 deleted", "412 never_existed"),
            ("If-None-Match: *", "412 already_exists", "201", "201"),
            ("If-Match: oops", "400 If-Match 0", "400 If-Match 0", "400 If-Match 0"),
            ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "412 stale", "412 deleted", "412 never_existed"),
        ],
    );
}

#[test]
fn ignored_policy_evaluates_no_condition_of_a_write() {
    let row = |lines| (lines, "200", "201", "201");
    rows_under(
        IGNORED,
        Put,
        &[row(""), row("If-Match: {S}"), row("If-Match:"), row("If-None-Match: *"), row("If-Match: *")],
    );
    rows_under(IGNORED, Patch, &[("If-Match: {S}", "200", "410", "404")]);
    rows_under(IGNORED, Delete, &[("If-Match: {S}", "204", "410", "404")]);
    assert_eq!(judged(Put, "If-Match: {S}", &exists(), IGNORED).evaluation, []);
}

#[test]
fn ignored_policy_evaluates_conditions_of_reads() {
    rows_under(
        IGNORED,
        Read,
        &[("If-None-Match: {E}", "304", "410", "404"), ("If-Match: {S}", "412 stale", "410", "404")],
    );
}

#[test]
fn syntax_error_is_400_under_every_policy() {
    for policy in [Policy::default(), OPTIONAL, IGNORED] {
        let judgement = judged(Put, "If-Match: v5", &exists(), policy);
        assert_eq!(status(&judgement, Put, &exists()), "400 If-Match 0", "{policy:?}");
    }
}

#[test]
fn ignored_policy_marks_a_write_blind_unless_it_names_current() {
    let table = [
        ("", true),
        ("If-Match: {S}", true),
        ("If-Match: W/{E}", true),
        ("If-Match: *", true),
        ("If-None-Match: *", true),
        ("If-Unmodified-Since: {M}", true),
        ("If-Match: {E}", false),
        ("If-Match: {S}, {E}", false),
    ];
    for (lines, blind) in table {
        for method in [Put, Patch, Delete] {
            assert_eq!(judged(method, lines, &exists(), IGNORED).blind, blind, "{method:?} {lines}");
        }
        for target in [Target::Deleted, Target::NeverExisted] {
            assert!(!judged(Put, lines, &target, IGNORED).blind, "there is no version to overwrite: {lines}");
        }
        for policy in [Policy::default(), OPTIONAL] {
            assert!(!judged(Put, lines, &exists(), policy).blind, "{lines} {policy:?}");
        }
    }
}

#[test]
fn based_on_is_the_tag_that_the_writer_named() {
    let (current, old) = (Some(tag(E)), Some(tag(S)));
    let table: [(&str, Policy, &Option<EntityTag>); 15] = [
        ("If-Match: {E}", Policy::default(), &current),
        ("If-Match: {S}, {E}", Policy::default(), &current),
        // A date names a version but not a tag, so it does not tell which tag the writer has seen.
        ("If-Unmodified-Since: {M}", Policy::default(), &None),
        ("If-Unmodified-Since: {M}\nIf-None-Match: \"x\"", Policy::default(), &None),
        ("If-Match: {S}", Policy::default(), &None),
        ("If-Match: {E}", OPTIONAL, &current),
        ("If-Unmodified-Since: {M}", OPTIONAL, &None),
        ("If-Match: *\nIf-Unmodified-Since: {M}", OPTIONAL, &None),
        ("If-None-Match: \"x\"", OPTIONAL, &None),
        ("", OPTIONAL, &None),
        ("", IGNORED, &None),
        ("If-Match: {S}", IGNORED, &old),
        ("If-Match: {S}, {E}", IGNORED, &current),
        ("If-Match: {S}, W/{E}, \"who\"", IGNORED, &old),
        ("If-Unmodified-Since: {M}", IGNORED, &None),
    ];
    for (lines, policy, based_on) in table {
        assert_eq!(judged(Put, lines, &exists(), policy).based_on, *based_on, "{lines} {policy:?}");
    }
    assert_eq!(judged(Put, "If-None-Match: *", &Target::Deleted, Policy::default()).based_on, None);
    assert_eq!(judged(Read, "If-Match: {E}", &exists(), Policy::default()).based_on, None);
}

#[test]
fn default_policy_requires_a_condition() {
    assert_eq!(Policy::default(), Policy { preconditions: Preconditions::Required, ..OPTIONAL });
    assert!(matches!(judged(Put, "", &exists(), Policy::default()).verdict, Verdict::Required(_)));
}

#[test]
fn mistakes_lists_every_member_off_its_default() {
    let worst = Policy {
        preconditions: Preconditions::Ignored,
        etags: Etags::Seconds,
        judging: Judging::CheckThenAct,
        dates: Dates::Trusted,
    };
    let named: Vec<_> = worst.mistakes().collect();
    let expected = [("preconditions", "ignored"), ("etags", "seconds"), ("judging", "apart"), ("dates", "plain")];
    assert_eq!(named, expected);
    assert_eq!(OPTIONAL.mistakes().collect::<Vec<_>>(), [("preconditions", "optional")]);
}
