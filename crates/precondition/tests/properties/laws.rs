//! Laws of the judgement, checked on random requests.

use std::collections::BTreeSet;

use precondition::policy::{Dates, Preconditions};
use precondition::{BodyState, Conditions, EntityTag, FailureReason, Field, HttpDate, Method, TagList, Verdict};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::config;
use crate::reference_model;
use crate::strategies::{Given, NOW, Place, WRITTEN, date_value, given, line, tag_value};

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Proceed => "go on".into(),
        Verdict::AlreadyApplied => "200 applied".into(),
        Verdict::Undecided => "undecided".into(),
        Verdict::NotModified => "304".into(),
        Verdict::NotFound => "404".into(),
        Verdict::Gone => "410".into(),
        Verdict::Malformed { field, .. } => format!("400 {field}"),
        Verdict::Failed(failure) => format!("412 {}", failure.reason),
        Verdict::Required(reason) => format!("428 {reason}"),
    }
}

/// Returns the members of `If-Match`, by the crate's parser, which has its own properties in `parsers`.
fn if_match(given: &Given) -> Option<TagList> {
    given.conditions().value(Field::IfMatch).map(|value| TagList::parse(value).expect("the request went on"))
}

fn lists_current(given: &Given, list: &TagList) -> bool {
    let current: EntityTag = given.current_tag().parse().expect("a tag of our own");
    list.tags().any(|tag| !tag.is_weak() && tag.opaque() == current.opaque())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..config() })]

    #[test]
    fn verdict_is_that_of_the_reference_model(given in given()) {
        prop_assert_eq!(word(&given.judged().verdict), reference_model::status(&given));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn write_never_proceeds_if_if_match_is_false(given in given()) {
        let judged = given.policy.preconditions != Preconditions::Ignored;
        if judged && given.judged().verdict == Verdict::Proceed {
            match if_match(&given) {
                None => {}
                Some(TagList::Any) => prop_assert_eq!(given.place, Place::Exists),
                Some(list) => prop_assert!(given.place == Place::Exists && lists_current(&given, &list)),
            }
        }
    }

    #[test]
    fn required_policy_proceeds_only_with_the_current_version(given in given()) {
        let guarded = given.method.writes() && given.policy.preconditions == Preconditions::Required;
        let judgement = given.judged();
        if guarded && judgement.verdict == Verdict::Proceed {
            let conditions = given.conditions();
            if given.place == Place::Exists {
                let by_tag = if_match(&given).is_some_and(|list| lists_current(&given, &list));
                let date = conditions.value(Field::IfUnmodifiedSince).and_then(HttpDate::parse);
                let latest = if given.policy.dates == Dates::StrongOnly { NOW } else { i64::MAX };
                let by_date = !given.sends("if-match")
                    && date.is_some_and(|date| (WRITTEN..=latest).contains(&date.unix_seconds()));
                prop_assert!(by_tag || by_date);
                let named = by_tag.then(|| given.current_tag().to_owned());
                prop_assert_eq!(judgement.based_on.map(|tag| tag.to_string()), named);
            } else {
                prop_assert_eq!(conditions.value(Field::IfNoneMatch), Some(&b"*"[..]));
            }
        }
    }

    #[test]
    fn same_request_gets_the_same_judgement(given in given()) {
        prop_assert_eq!(given.judged(), given.clone().judged());
    }

    #[test]
    fn false_condition_is_evaluated_last_and_stops_the_write(given in given()) {
        let judgement = given.judged();
        let false_ones = judgement.evaluation.iter().filter(|condition| !condition.holds).count();
        match judgement.verdict {
            Verdict::Failed(_) | Verdict::NotModified => {
                prop_assert_eq!(false_ones, 1);
                prop_assert!(!judgement.evaluation.last().unwrap().holds);
            }
            Verdict::AlreadyApplied | Verdict::Undecided => prop_assert_eq!(false_ones, 1),
            _ => prop_assert_eq!(false_ones, 0),
        }
    }

    #[test]
    fn body_only_decides_what_was_undecided(given in given()) {
        let before = Given { incoming: BodyState::Unread, ..given.clone() }.judged();
        let after = Given { incoming: BodyState::Read, ..given.clone() }.judged();
        prop_assert_ne!(&after.verdict, &Verdict::Undecided);
        if before.verdict == Verdict::Undecided {
            prop_assert_eq!(given.method, Method::Put);
            prop_assert!(matches!(after.verdict, Verdict::AlreadyApplied | Verdict::Failed(_)));
        } else {
            // Without the body, a write of another author is not recognised as a replay.
            let repeated = matches!(after.verdict, Verdict::AlreadyApplied)
                || matches!(&after.verdict, Verdict::Failed(failure) if failure.applied.is_some());
            prop_assert!(before == after || (repeated && matches!(before.verdict, Verdict::Failed(_))));
        }
    }

    /// A replay that is recognised with the body is not refused without it.
    ///
    /// The exception: another author made the version.
    #[test]
    fn replay_by_its_author_is_not_refused_unread(given in given()) {
        let mut own = Given { incoming: BodyState::Unread, ..given.clone() };
        own.own.fill(true);
        let after = Given { incoming: BodyState::Read, ..given }.judged();
        let applied = matches!(&after.verdict, Verdict::Failed(failure) if failure.applied.is_some());
        if applied || after.verdict == Verdict::AlreadyApplied {
            prop_assert_eq!(own.judged().verdict, Verdict::Undecided);
        }
        own.own.fill(false);
        prop_assert_ne!(own.judged().verdict, Verdict::Undecided);
    }

    #[test]
    fn applied_version_has_the_state_that_was_sent(given in given()) {
        let judgement = given.judged();
        let state_of = |tag: &EntityTag| {
            given.versions.iter().find(|(issued, _)| *issued == tag.to_string()).map(|(_, state)| *state)
        };
        match judgement.verdict {
            Verdict::AlreadyApplied => {
                prop_assert_eq!(given.method, Method::Put);
                prop_assert_eq!(given.versions.last().unwrap().1, given.state);
                prop_assert!(given.conditions().sent_tags().any(|tag| Some(tag) == judgement.based_on.as_ref()));
            }
            Verdict::Failed(failure) => {
                match failure.reason {
                    FailureReason::Superseded => prop_assert!(failure.applied.is_some()),
                    FailureReason::Deleted => {}
                    _ => prop_assert!(failure.applied.is_none()),
                }
                if let Some(applied) = &failure.applied {
                    prop_assert_eq!(state_of(applied), Some(given.state));
                }
            }
            _ => {}
        }
    }

    #[test]
    fn write_is_blind_only_if_conditions_are_ignored(given in given()) {
        let judgement = given.judged();
        if judgement.blind {
            prop_assert_eq!(given.policy.preconditions, Preconditions::Ignored);
            prop_assert!(given.method.writes() && given.place == Place::Exists);
            prop_assert!(!if_match(&given).is_some_and(|list| lists_current(&given, &list)));
        }
    }

    #[test]
    fn if_modified_since_is_ignored_for_writes_and_if_none_match(given in given(), date in date_value()) {
        if given.method.writes() || given.sends("if-none-match") {
            prop_assert_eq!(given.with_line("If-Modified-Since", &date).judged(), given.judged());
        }
    }

    #[test]
    fn if_unmodified_since_changes_nothing_with_if_match(given in given(), date in date_value()) {
        if given.sends("if-match") {
            prop_assert_eq!(given.with_line("If-Unmodified-Since", &date).judged(), given.judged());
        }
    }

    #[test]
    fn field_with_two_dates_is_ignored(given in given(), one in date_value(), other in date_value()) {
        for field in ["If-Modified-Since", "If-Unmodified-Since"] {
            if !given.sends(field) {
                prop_assert_eq!(given.with_line(field, &one).with_line(field, &other).judged(), given.judged());
            }
        }
    }

    #[test]
    fn other_fields_change_nothing(given in given(), name in "[A-Za-z-]{1,12}", value in tag_value()) {
        let is_ours = Field::ALL.iter().any(|field| field.as_str().eq_ignore_ascii_case(&name));
        if !is_ours {
            prop_assert_eq!(given.with_line(&name, &value).judged(), given.judged());
        }
    }

    #[test]
    fn field_names_are_case_insensitive(given in given()) {
        let mut loud = given.clone();
        loud.lines.iter_mut().for_each(|(name, _)| *name = name.to_uppercase());
        prop_assert_eq!(loud.judged(), given.judged());
    }

    #[test]
    fn order_of_different_fields_does_not_matter(given in given(), last in line()) {
        let one = given.with_line(&last.0, &last.1);
        let mut other = one.clone();
        other.lines.sort_by_key(|(name, _)| name.to_lowercase());
        prop_assert_eq!(other.judged(), one.judged());
    }

    #[test]
    fn conditions_survive_a_round_trip(given in given()) {
        let conditions = given.conditions();
        let fields: Vec<_> = conditions.fields().map(|(field, value)| (field.as_str(), value)).collect();
        prop_assert_eq!(&Conditions::from_fields(fields), &conditions);
    }
}

/// A law about requests that are never drawn is empty: a fixed series of draws reaches every response.
#[test]
fn draws_reach_every_response() {
    let mut runner = TestRunner::deterministic();
    let draw = |_| word(&given().new_tree(&mut runner).expect("nothing is rejected").current().judged().verdict);
    let drawn: BTreeSet<String> = (0..8192).map(draw).collect();
    let answers = [
        "200 applied",
        "304",
        "400 If-Match",
        "400 If-None-Match",
        "404",
        "410",
        "412 already_exists",
        "412 date_too_coarse",
        "412 deleted",
        "412 never_existed",
        "412 stale",
        "412 superseded",
        "412 transformed_tag",
        "412 unknown_tag",
        "412 weak_tag",
        "428 date_in_future",
        "428 names_no_version",
        "428 no_condition",
        "428 wildcard_names_no_version",
        "go on",
        "undecided",
    ];
    assert_eq!(drawn, BTreeSet::from(answers.map(str::to_owned)));
}
