//! Without anything on the path, nothing is found.
//!
//! Refusals of the server itself are not blamed on the path.

use contract::Policy;
use doctor::{DoctorPlan, Evidence, Examination, ExaminationError, PathMark, ScratchState};
use precondition::policy::{Etags, Judging, Preconditions};
use server::ServerOptions;

use crate::harness::{TestServer, client, examine, faults, found, is_gone, plan, scratch};

#[tokio::test(flavor = "multi_thread")]
async fn direct_path_has_no_fault_and_leaves_nothing() {
    let server = TestServer::start().await;
    let report = examine(&server.url, plan()).await.unwrap();
    let marks: Vec<_> = report.findings.iter().map(|finding| (finding.check.name, finding.judgement.mark)).collect();
    for (name, mark) in &marks {
        let expected = if *name == "idle-stream" { PathMark::NotAsked } else { PathMark::Fine };
        assert_eq!(*mark, expected, "{name}: {}", found(&report, name).1);
    }
    assert!(report.is_well());
    assert_eq!(report.verdict(), "Nothing on this path needs a change");
    assert_eq!(report.scratch, ScratchState::Deleted(scratch()));
    assert!(is_gone(&server, &scratch()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn read_only_examination_writes_nothing() {
    let server = TestServer::start().await;
    let read_only = || DoctorPlan { read_only: true, ..plan() };
    let report = examine(&server.url, read_only()).await.unwrap();
    assert_eq!(faults(&report), [""; 0]);
    assert_eq!(report.scratch, ScratchState::NotCreated);
    assert_eq!(found(&report, "if-match"), (PathMark::NotAsked, "left out by --read-only"));
    assert_eq!(found(&report, "events"), (PathMark::Fine, "an event stream begins at once"));
    // With a document, more can be asked.
    assert_eq!(found(&report, "if-match-reads").0, PathMark::NotAsked);
    let id = "welcome".parse().unwrap();
    let ask = editor::EditorRequest::Write {
        guard: editor::Guard::IfNoneMatchAny,
        document: contract::Document::default().into(),
        want_current: false,
    };
    client(&server.url).unwrap().execute(&id, &ask).await;
    let report = examine(&server.url, read_only()).await.unwrap();
    assert_eq!(faults(&report), [""; 0]);
    for name in ["tag", "compression", "fields", "if-none-match", "if-match-reads"] {
        assert_eq!(found(&report, name).0, PathMark::Fine, "{name}");
    }
    let versions = client(&server.url).unwrap().versions(&id, 10).await.unwrap();
    assert_eq!(versions.len(), 1, "only this test wrote");
}

#[tokio::test(flavor = "multi_thread")]
async fn policy_of_the_server_is_not_a_fault_of_the_path() {
    let right = Policy::default();
    for policy in [
        Policy { preconditions: Preconditions::Optional, ..right },
        Policy { preconditions: Preconditions::Ignored, ..right },
        Policy { etags: Etags::Content, ..right },
        Policy { etags: Etags::Seconds, ..right },
        Policy { judging: Judging::CheckThenAct, ..right },
    ] {
        let server = TestServer::with_policy(policy).await;
        let report = examine(&server.url, plan()).await.unwrap();
        assert_eq!(faults(&report), [""; 0], "{policy:?}: {report:#?}");
        assert!(is_gone(&server, &scratch()).await, "{policy:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limit_of_the_server_is_not_a_fault_of_the_path() {
    let server = TestServer::start_with(ServerOptions { max_document: 20_000, ..ServerOptions::default() }).await;
    let report = examine(&server.url, plan()).await.unwrap();
    assert_eq!(faults(&report), [""; 0]);
    assert!(found(&report, "length").1.contains("the server's own limit"), "{:?}", found(&report, "length"));
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_examination_can_still_delete_its_document() {
    let server = TestServer::start().await;
    let mut examination = Examination::new(client(&server.url).unwrap(), &client, plan());
    let watcher = client(&server.url).unwrap();
    tokio::select! {
        _ = examination.examine() => panic!("the document was there for a moment only"),
        () = async { while watcher.documents().await.unwrap().is_empty() {} } => {}
    }
    // Until it is deleted, no report says that there is nothing to delete.
    assert_eq!(examination.report().scratch, ScratchState::Left(scratch()));
    examination.clean_up().await;
    assert_eq!(examination.report().scratch, ScratchState::Deleted(scratch()));
    assert!(is_gone(&server, &scratch()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_server_is_not_examined() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().fallback(|method: axum::http::Method| async move {
        assert_eq!(method, axum::http::Method::GET, "nothing is written to a foreign server");
        "hello"
    });
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = hyper_util::service::TowerToHyperService::new(app.clone());
            let builder = hyper::server::conn::http1::Builder::new();
            tokio::spawn(builder.serve_connection(hyper_util::rt::TokioIo::new(stream), service));
        }
    });
    let error = examine(&url, plan()).await.unwrap_err();
    assert!(matches!(error, ExaminationError::NotIfmatch { .. }), "{error}");
    assert!(error.to_string().contains("`ifmatch probe URL`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unreachable_server_is_an_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = examine(&url, plan()).await.unwrap_err();
    assert!(matches!(error, ExaminationError::Client(client::ClientError::Lost(_))), "{error}");
}

/// A report about nothing says why nothing was asked.
#[test]
fn evidence_of_nothing_has_no_fault() {
    let evidence = Evidence::new("http://127.0.0.1:1".to_owned(), false, true);
    for check in doctor::CHECKS {
        assert_eq!(check.judge(&evidence).mark, PathMark::NotAsked, "{}", check.name);
    }
}
