//! A middleman with one fault each: exactly this fault is found.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::Method;
use doctor::{CHECKS, DoctorPlan, Evidence, ExamStep, ExaminationError, IdleStream, PathMark, ProxyKind, ScratchState};

use crate::harness::{TestServer, examine, faults, found, is_gone, plan, scratch};
use crate::middleman::{Fault, Middleman};

/// Examines the path through a middleman with this fault.
async fn examine_with(fault: Fault) -> (doctor::PathReport, TestServer) {
    let server = TestServer::start().await;
    let middleman = Middleman::start(&server.url, fault).await;
    // An idle stream is watched only if it ends at once.
    let plan = DoctorPlan { slow: fault == Fault::EndsStreams, ..plan() };
    let report = examine(&middleman.url, plan).await.unwrap();
    (report, server)
}

/// Returns each fault, and what is found.
fn cases() -> Vec<(Fault, Vec<&'static str>)> {
    const WRITES: &[Method] = &[Method::PUT, Method::PATCH, Method::DELETE];
    const READS: &[Method] = &[Method::GET];
    vec![
        (Fault::Named("a proxy"), vec![]),
        (Fault::WeakTags, vec!["✗tag", "!compression"]),
        (Fault::SuffixedTags, vec!["✗tag", "!compression"]),
        (Fault::WeakTagsForGzip, vec!["!compression"]),
        (Fault::CodedForGzip, vec!["!compression"]),
        (Fault::CodedForAll, vec!["✗tag", "!compression"]),
        (Fault::WithField("content-encoding", "gzip"), vec!["✗tag", "!compression"]),
        (Fault::OwnTags, vec!["✗tag", "✗freshness"]),
        (Fault::WithoutField("etag"), vec!["✗tag", "!compression"]),
        (Fault::WithoutField("cache-control"), vec!["!fields"]),
        (Fault::WithoutField("ifmatch-author"), vec!["!fields"]),
        (Fault::WithoutField("last-modified"), vec!["!fields"]),
        (Fault::WithField("cache-control", "no-cache"), vec!["!fields"]),
        (Fault::WithField("cache-control", "no-transform"), vec!["!fields"]),
        (Fault::WithoutField("date"), vec!["!clock"]),
        (Fault::WithoutCondition("if-match", WRITES), vec!["✗if-match"]),
        (Fault::WithoutCondition("if-match", READS), vec!["!if-match-reads"]),
        (Fault::WithoutCondition("if-none-match", READS), vec!["!if-none-match"]),
        (Fault::WithoutCondition("prefer", WRITES), vec!["!current-document"]),
        (Fault::ErrorPages, vec!["!if-match-reads", "!refusals", "!current-document"]),
        (Fault::OtherStatus, vec!["!if-match-reads", "✗if-match", "✗refusals", "!length"]),
        (Fault::Refuses(&[Method::PATCH]), vec!["✗methods"]),
        (Fault::Refuses(&[Method::PUT]), vec!["✗methods"]),
        (Fault::Refuses(&[Method::POST]), vec!["✗methods"]),
        (Fault::ServesDeleted, vec!["✗freshness"]),
        (Fault::LimitsBodies(1_000_000), vec!["!length"]),
        (Fault::RewritesText, vec!["✗text"]),
        (Fault::HoldsEvents, vec!["✗events"]),
        (Fault::HoldsStreams, vec!["✗events"]),
        // Three other requests are answered before the event, as on a busy machine; not all of those that are sent.
        (Fault::LateEvents(5), vec![]),
        (Fault::LateEvents(20), vec!["✗events"]),
        (Fault::EndsStreams, vec!["!idle-stream"]),
        (Fault::WithField("age", "7"), vec!["!freshness"]),
        (Fault::OldHttp, vec!["!proxies"]),
        (Fault::OldDate, vec!["!clock"]),
        (Fault::Redirects, vec!["!address"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_found_and_no_other() {
    // Each takes a second or more, since some responses are late; all at once would make others late, too.
    for case in cases().chunks(4) {
        let examined = case.iter().cloned().map(|(fault, expected)| {
            tokio::spawn(async move {
                let (report, server) = examine_with(fault).await;
                let is_gone = is_gone(&server, &scratch()).await;
                (fault, expected, report, is_gone)
            })
        });
        for examined in examined.collect::<Vec<_>>() {
            let (fault, expected, report, is_gone) = examined.await.unwrap();
            assert_eq!(faults(&report), expected, "{fault:?}: {report:#?}");
            assert_eq!(report.is_well(), expected.is_empty(), "{fault:?}");
            assert!(is_gone, "{fault:?}: the scratch document is deleted");
        }
    }
}

#[test]
fn each_check_has_a_fault_that_it_finds() {
    // Without encryption, and with a late refusal, nothing is broken: these two find facts.
    const FACTS: [&str; 2] = ["encryption", "expect"];
    let found: BTreeSet<_> = cases().into_iter().flat_map(|(_, expected)| expected).collect();
    let found: BTreeSet<_> = found.into_iter().map(|name| name.trim_start_matches(['✗', '!'])).chain(FACTS).collect();
    let missing: Vec<_> = CHECKS.iter().map(|check| check.name).filter(|name| !found.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn proxy_that_reads_bodies_first_is_a_fact() {
    let (report, _server) = examine_with(Fault::Named("a proxy")).await;
    let says = "a proxy asks for the body of a save before the server has judged it";
    assert_eq!(found(&report, "expect"), (PathMark::Note, says));
}

#[test]
fn unencrypted_path_is_a_fact_unless_it_is_inside_this_machine() {
    let encryption = CHECKS.iter().find(|check| check.name == "encryption").unwrap();
    for (is_encrypted, is_loopback, mark) in [
        (true, false, PathMark::Fine),
        (true, true, PathMark::Fine),
        (false, true, PathMark::Fine),
        (false, false, PathMark::Note),
    ] {
        let mut evidence = Evidence::new("class.example".to_owned(), is_encrypted, is_loopback);
        assert_eq!(encryption.judge(&evidence).mark, PathMark::NotAsked);
        evidence.exchanges.insert(ExamStep::List, Ok(client::RawResponse::default()));
        assert_eq!(encryption.judge(&evidence).mark, mark, "{is_encrypted} {is_loopback}");
    }
}

#[test]
fn idle_stream_has_to_stay_open_with_its_heartbeats() {
    let idle = CHECKS.iter().find(|check| check.name == "idle-stream").unwrap();
    let seconds = Duration::from_secs;
    let judge = |stream| idle.judge(&Evidence { idle: stream, ..Evidence::new(String::new(), false, true) });
    let stream = |end: Option<&str>, longest_silence| {
        Some(IdleStream { watched: seconds(75), end: end.map(str::to_owned), longest_silence })
    };
    assert_eq!(judge(None).mark, PathMark::NotAsked);
    assert_eq!(judge(stream(None, seconds(16))).mark, PathMark::Fine);
    assert_eq!(judge(stream(None, seconds(31))).mark, PathMark::Weak);
    assert_eq!(judge(stream(Some("the other end closed it"), seconds(16))).mark, PathMark::Weak);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_creation_is_not_called_a_deletion() {
    const METHODS: [&[Method]; 2] = [&[Method::PUT], &[Method::PUT, Method::DELETE]];
    for methods in METHODS {
        let (report, _server) = examine_with(Fault::Refuses(methods)).await;
        assert_eq!(faults(&report), ["✗methods"]);
        assert_eq!(report.scratch, ScratchState::NotCreated, "{methods:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cache_that_asks_no_one_is_found() {
    let (report, server) = examine_with(Fault::Caches).await;
    let (mark, says) = found(&report, "freshness");
    assert_eq!(mark, PathMark::Broken);
    assert!(says.contains("still answered with 404"), "{says}");
    assert!(is_gone(&server, &scratch()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn document_that_cannot_be_deleted_is_named() {
    let (report, server) = examine_with(Fault::Refuses(&[Method::DELETE])).await;
    assert_eq!(faults(&report), ["✗methods"]);
    assert_eq!(report.scratch, ScratchState::Left(scratch()));
    assert!(!report.is_well());
    assert!(!is_gone(&server, &scratch()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn redirect_is_followed_and_reported() {
    let (report, server) = examine_with(Fault::Redirects).await;
    assert_eq!(faults(&report), ["!address"]);
    assert_eq!(report.server, server.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn host_that_the_server_does_not_know_ends_the_examination() {
    let (report, _server) = examine_with(Fault::ForeignHost).await;
    assert_eq!(faults(&report), ["✗address"]);
    assert!(found(&report, "address").1.contains("421"), "{:?}", found(&report, "address"));
    assert_eq!(found(&report, "tag"), (PathMark::NotAsked, "the server does not know the host name"));
    assert_eq!(report.scratch, ScratchState::NotCreated);
}

#[tokio::test(flavor = "multi_thread")]
async fn gateway_without_a_server_is_an_error_that_says_so() {
    let middleman = Middleman::start("http://127.0.0.1:1", Fault::BadGateway).await;
    let error = examine(&middleman.url, plan()).await.unwrap_err();
    assert!(matches!(error, ExaminationError::BadGateway { status: 502, .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn proxy_that_names_itself_is_recognized() {
    for (name, kind) in
        [("nginx/1.22.1", ProxyKind::Nginx), ("Apache/2.4.62 (Debian)", ProxyKind::Httpd), ("Caddy", ProxyKind::Caddy)]
    {
        let (report, _server) = examine_with(Fault::Named(name)).await;
        assert_eq!(report.proxies, [kind]);
        assert_eq!(found(&report, "proxies").0, PathMark::Note);
        assert!(report.is_well());
    }
}
