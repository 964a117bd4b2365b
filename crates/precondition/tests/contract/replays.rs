//! The lost response: a PUT that was already applied.

use precondition::{
    BodyState, Conditions, EntityTag, FailureReason, History, JudgedRequest, Judgement, Method, Policy, Target,
    Verdict, judge,
};

use crate::notation::{Chain, E, S, conditions, exists, judged_with, now, status, tag};

/// The tag of the parent of `{E}`.
const PARENT: &str = "\"v4-d\"";

/// Returns the usual history and a request that sends this state.
///
/// The current state is `e`, the one before `d`, etc.
fn sending(state: &'static str) -> Chain {
    Chain { sent: state, ..Chain::usual() }
}

fn put(lines: &str, state: &'static str) -> Judgement {
    judged_with(Method::Put, lines, &exists(), Policy::default(), &sending(state))
}

#[test]
fn parent_of_current_version_with_its_state_is_replayed() {
    let judgement = put("If-Match: \"v4-d\"", "e");
    assert_eq!(judgement.verdict, Verdict::AlreadyApplied);
    assert_eq!(judgement.based_on, Some(tag(PARENT)));
    assert!(!judgement.evaluation[0].holds, "the condition is still false");
}

#[test]
fn other_state_is_412() {
    assert_eq!(status(&put("If-Match: \"v4-d\"", "mine"), Method::Put, &exists()), "412 stale");
}

#[test]
fn current_state_on_another_parent_is_412() {
    for lines in ["If-Match: {S}", "If-Match: \"who\"", "If-Match: W/\"v4-d\"", "If-Match:"] {
        let judgement = put(lines, "e");
        assert!(matches!(judgement.verdict, Verdict::Failed(_)), "{lines}: {judgement:?}");
    }
}

#[test]
fn applied_version_that_was_replaced_is_superseded() {
    // "v2-b" is the parent of {S}, whose state is c; two more versions followed.
    let Verdict::Failed(failure) = put("If-Match: \"v2-b\"", "c").verdict else { panic!("a 412") };
    assert_eq!((failure.reason, failure.applied), (FailureReason::Superseded, Some(tag(S))));
    assert_eq!(failure.behind, Some(3));
}

#[test]
fn applied_version_that_was_deleted_is_named() {
    let gone =
        |lines, state| judged_with(Method::Put, lines, &Target::Deleted, Policy::default(), &sending(state)).verdict;
    for (lines, state, applied) in [
        ("If-Match: \"v4-d\"", "e", Some(tag(E))),
        ("If-Match: \"who\", \"v2-b\"", "c", Some(tag(S))),
        ("If-Match: \"v4-d\"", "mine", None),
        ("If-Match: W/\"v4-d\"", "e", None),
        ("If-Match: *", "e", None),
    ] {
        let Verdict::Failed(failure) = gone(lines, state) else { panic!("a 412: {lines}") };
        assert_eq!((failure.reason, failure.applied), (FailureReason::Deleted, applied), "{lines} {state}");
    }
}

#[test]
fn any_listed_tag_may_be_the_parent_current_one_first() {
    assert_eq!(put("If-Match: \"who\", \"v4-d\"", "e").verdict, Verdict::AlreadyApplied);
    // The same state was created twice: on version 1 and again on version 4.
    let versions = vec![("\"v1-a\"", "a"), ("\"v2-b\"", "same"), (S, "c"), (PARENT, "d"), (E, "same")];
    let past = Chain { versions, sent: "same", own: true };
    let lines = format!("If-Match: \"v1-a\", {PARENT}");
    let judgement = judged_with(Method::Put, &lines, &exists(), Policy::default(), &past);
    assert_eq!(judgement.verdict, Verdict::AlreadyApplied);
    assert_eq!(judgement.based_on, Some(tag(PARENT)));
}

#[test]
fn patch_delete_and_read_are_never_replays() {
    for method in [Method::Patch, Method::Delete, Method::Read] {
        for lines in ["If-Match: \"v4-d\"", "If-Match: \"v2-b\""] {
            for state in ["c", "e"] {
                let judgement = judged_with(method, lines, &exists(), Policy::default(), &sending(state));
                assert_eq!(status(&judgement, method, &exists()), "412 stale", "{method:?} {lines}");
            }
        }
    }
}

#[test]
fn replay_with_another_false_condition_is_412() {
    let judgement = put("If-Match: \"v4-d\"\nIf-None-Match: *", "e");
    assert_eq!(status(&judgement, Method::Put, &exists()), "412 stale");
    assert_eq!(judgement.evaluation.len(), 1);
    let judgement = put("If-Match: \"v4-d\"\nIf-None-Match: {E}", "e");
    assert_eq!(status(&judgement, Method::Put, &exists()), "412 stale");
    let judgement = put("If-Match: \"v4-d\"\nIf-None-Match: \"x\"", "e");
    assert_eq!(judgement.verdict, Verdict::AlreadyApplied);
    assert_eq!(judgement.evaluation.len(), 2, "both were judged");
}

#[test]
fn date_does_not_identify_a_replay() {
    let judgement = put("If-Unmodified-Since: Sun, 22 Nov 2026 05:00:10 GMT", "e");
    assert_eq!(status(&judgement, Method::Put, &exists()), "412 stale");
}

#[test]
fn possible_replay_with_unread_body_is_undecided() {
    let unread_by = |own, method, lines: &str, target: &Target| {
        let request = JudgedRequest { method, conditions: &conditions(lines), body: BodyState::Unread, now: now() };
        let judgement = judge(&request, target, &Policy::default(), &Chain { own, ..Chain::usual() });
        status(&judgement, method, target)
    };
    let unread = |method, lines: &str, target: &Target| unread_by(true, method, lines, target);
    let table = [
        (Method::Put, "If-Match: {S}", "undecided"),
        (Method::Put, "If-Match: \"v4-d\"", "undecided"),
        (Method::Put, "If-Match: \"who\", \"v1-a\"", "undecided"),
        (Method::Put, "If-Match: {S}\nIf-None-Match: \"x\"", "undecided"),
        (Method::Put, "If-Match: {S}\nIf-None-Match: *", "412 stale"),
        (Method::Put, "If-Match: {E}", "200"),
        (Method::Put, "If-Match: \"who\"", "412 unknown_tag"),
        (Method::Put, "If-Match: W/{E}", "412 weak_tag"),
        (Method::Put, "If-Match: W/\"v4-d\"", "412 weak_tag"),
        (Method::Put, "If-Match:", "412 unknown_tag"),
        (Method::Put, "If-None-Match: *", "412 already_exists"),
        (Method::Put, "", "428 no_condition"),
        (Method::Patch, "If-Match: {S}", "412 stale"),
        (Method::Delete, "If-Match: {S}", "412 stale"),
        (Method::Read, "If-Match: {S}", "412 stale"),
    ];
    for (method, lines, expected) in table {
        assert_eq!(unread(method, lines, &exists()), expected, "{method:?} {lines}");
    }
    assert_eq!(unread(Method::Put, "If-Match: {S}", &Target::Deleted), "undecided");
    assert_eq!(unread(Method::Put, "If-Match: \"who\"", &Target::Deleted), "412 deleted");
    // Another author wrote the next version, so this request cannot be the write that created it.
    for (lines, target, expected) in [
        ("If-Match: {S}", exists(), "412 stale"),
        ("If-Match: \"who\", \"v1-a\"", exists(), "412 stale"),
        ("If-Match: {S}", Target::Deleted, "412 deleted"),
        ("If-Match: {E}", exists(), "200"),
    ] {
        assert_eq!(unread_by(false, Method::Put, lines, &target), expected, "{lines}");
    }
}

/// A history that must not be asked.
struct UnaskedHistory;

impl History for UnaskedHistory {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        panic!("asked for the version of {tag}")
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        panic!("asked what was applied on {parent}")
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        panic!("asked who wrote after {parent}")
    }
}

#[test]
fn history_is_asked_only_if_if_match_is_false() {
    let lines = ["", "If-Match: {E}", "If-Match: *", "If-None-Match: *", "If-None-Match: \"x\"", "If-Match: oops"];
    for lines in lines {
        let request =
            JudgedRequest { method: Method::Put, conditions: &conditions(lines), body: BodyState::Read, now: now() };
        let _ = judge(&request, &exists(), &Policy::default(), &UnaskedHistory);
    }
    let stale = Conditions::if_match(tag(S));
    let request = JudgedRequest { method: Method::Put, conditions: &stale, body: BodyState::Read, now: now() };
    let _ = judge(&request, &Target::NeverExisted, &Policy::default(), &UnaskedHistory);
}
