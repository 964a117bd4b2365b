//! Rules of the judges, for any evidence.

use client::RawResponse;
use contract::Policy;
use doctor::{CHECKS, Evidence, ExamStep, PathJudgement, PathMark, WatchedStream, WritingState};
use precondition::policy::Preconditions;
use proptest::prelude::*;
use proptest::{collection, option, sample};

const STEPS: [ExamStep; 20] = [
    ExamStep::List,
    ExamStep::Policy,
    ExamStep::ReadMissing,
    ExamStep::Create,
    ExamStep::Read,
    ExamStep::ReadCoded,
    ExamStep::Revalidate,
    ExamStep::ReadIfMatch,
    ExamStep::Update,
    ExamStep::ReadUpdated,
    ExamStep::StaleWrite,
    ExamStep::StaleWritePreferring,
    ExamStep::StaleWriteExpecting,
    ExamStep::LongWrite,
    ExamStep::UnguardedWrite,
    ExamStep::Patch,
    ExamStep::Post,
    ExamStep::AnnouncedWrite,
    ExamStep::Delete,
    ExamStep::ReadDeleted,
];

fn any_response() -> impl Strategy<Value = RawResponse> {
    let name = sample::select(vec![
        "etag",
        "content-encoding",
        "content-type",
        "cache-control",
        "age",
        "date",
        "server",
        "via",
        "x-varnish",
        "location",
    ]);
    let value = prop_oneof![
        sample::select(vec!["\"v1-00000000\"", "W/\"v1-0\"", "gzip", "application/json", "text/event-stream", "7", ""])
            .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    let fields = collection::vec((name.prop_map(str::to_owned), value), 0..6);
    let status = sample::select(vec![200_u16, 201, 204, 301, 304, 400, 404, 405, 412, 413, 428, 502]);
    let body = prop_oneof![
        Just(Vec::new()),
        Just(br#"{"title":"","content":""}"#.to_vec()),
        Just(br#"{"type":"/problems/x","status":412}"#.to_vec()),
        collection::vec(any::<u8>(), 0..40),
    ];
    (status, fields, body).prop_map(|(status, fields, body)| RawResponse {
        version: "HTTP/1.1".to_owned(),
        status,
        fields,
        body,
    })
}

prop_compose! {
    fn any_evidence()(
        exchanges in collection::btree_map(
            sample::select(STEPS.to_vec()),
            prop_oneof![9 => any_response().prop_map(Ok), 1 => Just(Err("the connection broke".to_owned()))],
            0..20,
        ),
        is_written in any::<bool>(),
        is_document in any::<bool>(),
        head in option::of(any_response()),
        is_event_due in any::<bool>(),
        tags in collection::btree_map(
            sample::select(STEPS.to_vec()),
            sample::select(vec!["\"v1-0\"", "\"v2-0\""]).prop_map(|tag| tag.parse().unwrap()),
            0..4,
        ),
    ) -> Evidence {
        let left_out = WritingState::NotWritten("--read-only".to_owned());
        let writing = if is_written { WritingState::Written } else { left_out };
        let stream = Some(WatchedStream { head, is_event_due, ..WatchedStream::default() });
        let new = Evidence::new("http://127.0.0.1:1".to_owned(), false, true);
        Evidence { exchanges, writing, is_document, stream, tags, ..new }
    }
}

fn judged(evidence: &Evidence, name: &str) -> PathJudgement {
    CHECKS.iter().find(|check| check.name == name).unwrap().judge(evidence)
}

proptest! {
    #[test]
    fn every_judgement_is_a_clause(evidence in any_evidence()) {
        for check in CHECKS {
            let judgement = check.judge(&evidence);
            prop_assert!(!judgement.found.is_empty(), "{}", check.name);
        }
    }

    /// Without this rule, a proxy that removes `If-Match` could be called fine.
    #[test]
    fn if_match_is_fine_only_if_a_stale_write_was_refused(evidence in any_evidence()) {
        let strict = Policy { preconditions: Preconditions::Required, ..Policy::default() };
        let evidence = Evidence { policy: Some(strict), ..evidence };
        let status = |step| evidence.exchanges.get(&step).and_then(|answer| answer.as_ref().ok()).map(|it| it.status);
        if judged(&evidence, "if-match").mark == PathMark::Fine {
            prop_assert_eq!(status(ExamStep::StaleWrite), Some(412));
            prop_assert!(matches!(status(ExamStep::Update), Some(200 | 204)));
        }
        if status(ExamStep::StaleWrite) == Some(200) && status(ExamStep::Update) == Some(200) {
            prop_assert_ne!(judged(&evidence, "if-match").mark, PathMark::Fine);
        }
    }

    #[test]
    fn changed_tag_is_never_fine(
        hash in "[0-9a-f]{8}",
        weak in any::<bool>(),
        suffix in option::of("(-|;|:|\\+)(gzip|br|zstd|deflate)"),
        step in sample::select(vec![("tag", ExamStep::Read), ("compression", ExamStep::ReadCoded)]),
    ) {
        let is_changed = weak || suffix.is_some();
        let tag = format!("{}\"v1-{hash}{}\"", if weak { "W/" } else { "" }, suffix.unwrap_or_default());
        let fields = vec![("etag".to_owned(), tag)];
        let response = RawResponse { status: 200, fields, ..RawResponse::default() };
        let mut evidence = Evidence::new("http://127.0.0.1:1".to_owned(), false, true);
        evidence.exchanges.insert(step.1, Ok(response));
        prop_assert_eq!(judged(&evidence, step.0).mark == PathMark::Fine, !is_changed);
    }
}
