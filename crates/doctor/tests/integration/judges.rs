//! Findings of single checks for evidence that no path of the other tests has.

use client::RawResponse;
use contract::{Policy, fields};
use doctor::{CHECKS, Evidence, ExamStep, PathMark, WritingState};
use precondition::policy::Preconditions;

fn evidence() -> Evidence {
    let writing = WritingState::Written;
    Evidence { writing, ..Evidence::new("http://127.0.0.1:1".to_owned(), false, true) }
}

fn status(status: u16) -> RawResponse {
    RawResponse { status, ..RawResponse::default() }
}

/// Returns a refusal with the problem details of a server of ifmatch.
fn refusal(status: u16, tag: &str) -> RawResponse {
    let problem =
        format!(r#"{{"type":"/problems/x","title":"","status":{status},"error":"x","detail":"","message":""}}"#);
    let fields = [("content-type", fields::PROBLEM_JSON), ("etag", tag)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    RawResponse { status, fields, body: problem.into_bytes(), ..RawResponse::default() }
}

fn mark(evidence: &Evidence, name: &str) -> PathMark {
    CHECKS.iter().find(|check| check.name == name).unwrap().judge(evidence).mark
}

/// Any other pair of responses means that `If-Match` does not work, or that it is not known.
#[test]
fn if_match_works_if_the_current_save_succeeds_and_the_stale_one_fails() {
    for update in [200, 204, 412, 428, 502] {
        for stale in [200, 204, 412, 428, 502] {
            let mut evidence = evidence();
            evidence.policy = Some(Policy { preconditions: Preconditions::Optional, ..Policy::default() });
            evidence.tags.insert(ExamStep::Update, "\"v1-0\"".parse().unwrap());
            evidence.tags.insert(ExamStep::StaleWrite, "\"v2-0\"".parse().unwrap());
            evidence.exchanges.insert(ExamStep::Update, Ok(status(update)));
            evidence.exchanges.insert(ExamStep::StaleWrite, Ok(status(stale)));
            let expected = match (update, stale) {
                (200 | 204, 412) => PathMark::Fine,
                (502, _) => PathMark::NotAsked,
                _ => PathMark::Broken,
            };
            assert_eq!(mark(&evidence, "if-match"), expected, "{update} and {stale}");
        }
    }
}

#[test]
fn method_that_gets_no_response_is_refused_on_the_way() {
    const STEPS: [ExamStep; 4] = [ExamStep::Create, ExamStep::Patch, ExamStep::Post, ExamStep::Delete];
    let mut evidence = evidence();
    evidence.exchanges.extend(STEPS.map(|step| (step, Ok(status(200)))));
    assert_eq!(mark(&evidence, "methods"), PathMark::Fine);
    for step in STEPS {
        let mut evidence = evidence.clone();
        evidence.exchanges.insert(step, Err("the connection broke".to_owned()));
        assert_eq!(mark(&evidence, "methods"), PathMark::Broken, "{step:?}");
    }
}

#[test]
fn long_save_that_gets_no_response_is_weak() {
    let mut evidence = evidence();
    evidence.exchanges.insert(ExamStep::LongWrite, Err("the connection broke".to_owned()));
    assert_eq!(mark(&evidence, "length"), PathMark::Weak);
}

/// The tag in a 412 is the one that the next save needs.
#[test]
fn refusal_has_to_arrive_with_the_current_tag() {
    let (first, current) = ("\"v1-0\"", "\"v2-0\"");
    for (tag, expected) in [(current, PathMark::Fine), (first, PathMark::Weak), ("W/\"v2-0\"", PathMark::Weak)] {
        let mut evidence = evidence();
        evidence.tags.insert(ExamStep::Update, first.parse().unwrap());
        evidence.tags.insert(ExamStep::StaleWrite, current.parse().unwrap());
        let read = RawResponse { fields: vec![("etag".to_owned(), first.to_owned())], ..RawResponse::default() };
        evidence.exchanges.insert(ExamStep::Read, Ok(read));
        evidence.exchanges.insert(ExamStep::StaleWrite, Ok(refusal(412, tag)));
        evidence.exchanges.insert(ExamStep::UnguardedWrite, Ok(refusal(428, current)));
        assert_eq!(mark(&evidence, "refusals"), expected, "{tag}");
    }
}

#[test]
fn clock_is_ahead_or_behind() {
    let clock = CHECKS.iter().find(|check| check.name == "clock").unwrap();
    for (seconds, expected, says) in [
        (None, PathMark::Weak, "no Date"),
        (Some(0), PathMark::Fine, "agree"),
        (Some(5), PathMark::Fine, "agree"),
        (Some(6), PathMark::Weak, "6 s ahead"),
        (Some(-6), PathMark::Weak, "6 s behind"),
    ] {
        let mut evidence = Evidence { clock_ahead_seconds: seconds, ..evidence() };
        evidence.exchanges.insert(ExamStep::List, Ok(status(200)));
        let judgement = clock.judge(&evidence);
        assert_eq!(judgement.mark, expected, "{seconds:?}");
        assert!(judgement.found.contains(says), "{}", judgement.found);
    }
}
