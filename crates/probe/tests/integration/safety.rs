//! A probe never writes without permission, loses the original, or exceeds its budget.

use std::sync::atomic::{AtomicUsize, Ordering};

use probe::{Mark, ProbeError, ProbePlan, Restoration, run_probe};

use crate::fake_server::{FakeServer, Fault, TARGET};
use crate::harness::{MemoryKeeper, faults, not_asked, plan, plan_with_scratch, run};

fn url() -> String {
    format!("http://notes.example{TARGET}")
}

#[tokio::test]
async fn without_permission_only_reads_are_sent() {
    let server = FakeServer::new(Fault::None);
    let report = run(&ProbePlan { writes: false, ..plan(&url()) }, &server).await;
    assert!(server.methods().iter().all(|method| matches!(*method, "GET" | "HEAD")), "{:?}", server.methods());
    assert_eq!(report.restoration, Restoration::NotWritten);
    assert_eq!(faults(&report), [""; 0]);
    assert!(not_asked(&report).contains(&"stale-tag: needs --write".to_owned()), "{:?}", not_asked(&report));
    assert!(report.verdict.sentence.contains("add --write"), "{:?}", report.verdict);
    // The last line of the report says how to learn more.
    let text = probe::text(&report, 78);
    let words: Vec<_> = text.split_whitespace().collect();
    assert!(words.join(" ").ends_with("; add --write to learn whether updates can be lost."), "{text}");
    assert!(text.contains("\n  – needs --write: race-2, race-8, race-50, slow-race-2"), "{text}");
    // Each check is named once.
    for check in probe::CHECKS {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        assert_eq!(words.filter(|word| *word == check.name).count(), 1, "{}: {text}", check.name);
    }
}

#[tokio::test]
async fn stopped_probe_restores_the_original() {
    let plan = plan_with_scratch(&url(), "http://notes.example/scratch-{{n}}");
    let mut stopped = 0;
    for stop_at in 1..300 {
        let server = FakeServer::new(Fault::None);
        let keeper = MemoryKeeper::default();
        let asked = AtomicUsize::new(0);
        let is_stopped = || asked.fetch_add(1, Ordering::Relaxed) >= stop_at;
        let report = run_probe(&plan, &server, &keeper, &|_| {}, &is_stopped).await.unwrap();
        assert_eq!(server.content().as_deref(), Some("original"), "stopped at {stop_at}");
        assert_eq!(server.targets(), [TARGET], "stopped at {stop_at}");
        assert_eq!(keeper.kept(), None, "stopped at {stop_at}");
        stopped += usize::from(report.is_stopped);
        assert!(!report.is_stopped || report.count(Mark::NotAsked) > 0, "stopped at {stop_at}");
    }
    assert!(stopped > 100, "the probe was stopped {stopped} times");
}

#[tokio::test]
async fn budget_is_never_exceeded() {
    for max_requests in (20..700).step_by(7) {
        let server = FakeServer::new(Fault::None);
        let plan = plan_with_scratch(&url(), "http://notes.example/scratch-{{n}}");
        let report = run(&ProbePlan { max_requests, ..plan }, &server).await;
        assert!(server.requests() <= max_requests, "{} of {max_requests}", server.requests());
        assert_eq!(report.requests, server.requests());
        assert_eq!(server.content().as_deref(), Some("original"), "{max_requests}");
        assert!(!matches!(report.restoration, Restoration::Failed { .. }), "{max_requests}: {:?}", report.restoration);
        assert_eq!(server.targets(), [TARGET], "{max_requests}");
    }
    let few = ProbePlan { max_requests: 19, ..plan(&url()) };
    let server = FakeServer::new(Fault::None);
    let refused = run_probe(&few, &server, &MemoryKeeper::default(), &|_| {}, &|| false).await;
    assert!(matches!(refused, Err(ProbeError::SmallBudget)));
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn server_that_dies_leaves_the_original_in_its_place() {
    let server = FakeServer::new(Fault::DiesAfter(60));
    let keeper = MemoryKeeper::default();
    let report = run_probe(&plan(&url()), &server, &keeper, &|_| {}, &|| false).await.unwrap();
    let Restoration::Failed { why, place } = &report.restoration else { panic!("{:?}", report.restoration) };
    assert!(why.contains("cannot be reached") && place == "memory", "{why} {place}");
    assert!(String::from_utf8(keeper.kept().unwrap()).unwrap().contains("original"));
    assert!(!report.is_passed());
}

#[tokio::test]
async fn refused_restore_is_said_in_every_report() {
    let server = FakeServer::new(Fault::RefusesWritesAfter(60));
    let keeper = MemoryKeeper::default();
    let report = run_probe(&plan(&url()), &server, &keeper, &|_| {}, &|| false).await.unwrap();
    let why = "the server answered 403 Forbidden".to_owned();
    assert_eq!(report.restoration, Restoration::Failed { why, place: "memory".to_owned() });
    assert!(!report.is_passed());
    assert_ne!(server.content().as_deref(), Some("original"));
    assert!(String::from_utf8(keeper.kept().unwrap()).unwrap().contains("original"));
    let sentence = "The original is NOT restored: the server answered 403 Forbidden. It is in memory.";
    let text = probe::text(&report, 100);
    // The first lines of a long report leave the screen, so the last one says it again.
    assert_eq!(text.matches("The original is NOT restored").count(), 2, "{text}");
    let words: Vec<_> = text.split_whitespace().collect();
    assert!(words.join(" ").ends_with(sentence), "{text}");
    assert!(probe::markdown(&report).contains(sentence), "{}", probe::markdown(&report));
    assert_eq!(probe::json(&report)["restoration"]["state"], "failed");
}

#[tokio::test]
async fn server_that_never_wrote_has_its_original() {
    let server = FakeServer::new(Fault::RefusesWritesAfter(0));
    let keeper = MemoryKeeper::default();
    let report = run_probe(&plan(&url()), &server, &keeper, &|_| {}, &|| false).await.unwrap();
    assert_eq!((report.restoration, keeper.kept()), (Restoration::Restored, None));
    assert_eq!(server.content().as_deref(), Some("original"));
}

#[tokio::test]
async fn version_of_another_client_is_not_overwritten() {
    // The last write of the probe is answered before the other client's; then only reads follow.
    let all = FakeServer::new(Fault::None);
    run(&plan(&url()), &all).await;
    // The reads and writes at the end restore: a read, a write and a read.
    let server = FakeServer::new(Fault::OtherClient(all.requests() - 2));
    let report = run(&plan(&url()), &server).await;
    let Restoration::Failed { why, .. } = &report.restoration else { panic!("{:?}", report.restoration) };
    assert!(why.contains("another client has written"), "{why}");
    assert_eq!(server.content().as_deref(), Some("written by another client"));
}

#[tokio::test]
async fn nothing_is_written_if_the_probe_cannot_begin() {
    let server = FakeServer::new(Fault::None);
    let gone = ProbePlan { url: "http://notes.example/gone".parse().unwrap(), ..plan(&url()) };
    let error = run_probe(&gone, &server, &MemoryKeeper::default(), &|_| {}, &|| false).await.unwrap_err();
    assert!(matches!(error, ProbeError::NotReadable { status: 404, .. }), "{error}");
    let elsewhere = plan_with_scratch(&url(), "http://other.example/scratch-{{n}}");
    let error = run_probe(&elsewhere, &server, &MemoryKeeper::default(), &|_| {}, &|| false).await.unwrap_err();
    assert!(error.to_string().contains("another server"), "{error}");
    assert!(server.methods().iter().all(|method| *method == "GET"));
}

#[tokio::test]
async fn reports_show_no_secret_and_steer_no_terminal() {
    let server = FakeServer::new(Fault::IgnoredIfMatch);
    let mut report = run(&plan(&url()), &server).await;
    report.user_fields = vec!["Authorization".to_owned()];
    for finding in &mut report.findings {
        finding.says.push_str("\u{1b}[2J");
        if let Some((_, Ok(response))) = &mut finding.exchange {
            response.fields.push(probe::FieldLine::new("Set-Cookie", "secret-cookie"));
            response.fields.push(probe::FieldLine::new("X-\u{1b}[2J", "\u{1b}]0;title\u{7}"));
        }
    }
    let json = serde_json::to_string(&probe::json(&report)).unwrap();
    for text in [probe::text(&report, 78), probe::markdown(&report), probe::junit(&report)] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'));
        assert!(!text.contains("secret-cookie"));
        assert!(text.contains("Authorization: $AUTHORIZATION"), "{text}");
    }
    assert!(!json.contains("secret-cookie") && !json.contains('\u{1b}'));
    let junit = probe::junit(&report);
    assert_eq!(junit.matches("<testcase ").count(), probe::CHECKS.len());
    assert_eq!(junit.matches("<failure ").count(), report.count(Mark::Wrong));
}
