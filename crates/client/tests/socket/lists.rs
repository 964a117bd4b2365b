//! Lists in pages, old versions, and the policy under its own guard.

use client::ClientError;
use contract::{Policy, Reason};
use precondition::policy::Preconditions;

use crate::alice;
use crate::script::{Stage, answer, play};

const JSON: &str = "200 OK\nContent-Type: application/json";

/// Returns a page of the list of documents.
fn page(ids: &[&str], next: &str) -> String {
    let entry = |id: &&str| {
        format!(r#"{{"id":"{id}","title":"","etag":"\"v1-1\"","author":"bob","updatedAt":"2026-11-22T05:00:11.123Z"}}"#)
    };
    let entries: Vec<String> = ids.iter().map(entry).collect();
    answer(JSON, &format!(r#"{{"documents":[{}],"next":{next}}}"#, entries.join(",")))
}

/// Returns a page of the list of versions.
fn versions(numbers: &[u64], next: &str) -> String {
    let entry = |number: &u64| {
        format!(
            r#"{{"version":{number},"etag":"\"v{number}-1\"","author":"bob","at":"2026-11-22T05:00:11.123Z",
            "parentEtag":null,"basedOn":null,"deleted":false}}"#
        )
    };
    let entries: Vec<String> = numbers.iter().map(entry).collect();
    answer(JSON, &format!(r#"{{"versions":[{}],"next":{next}}}"#, entries.join(",")))
}

/// Responds to one request after the other; returns their request lines.
fn in_turn(stage: &Stage, answers: &[String]) -> Vec<String> {
    answers.iter().map(|answer| stage.exchange(answer).lines().next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn documents_are_read_page_by_page() {
    let server = play(|stage| in_turn(stage, &[page(&["a", "b"], "\"b\""), page(&["c"], "null")]));
    let documents = alice(&server.url).documents().await.unwrap();
    let ids: Vec<&str> = documents.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let asked = ["GET /api/documents?limit=1000 HTTP/1.1", "GET /api/documents?limit=1000&after=b HTTP/1.1"];
    assert_eq!(server.end().await, asked);
}

#[tokio::test]
async fn a_circular_list_is_refused() {
    let server = play(|stage| in_turn(stage, &[page(&["a"], "\"b\""), page(&["a"], "\"b\"")]));
    let error = alice(&server.url).documents().await.unwrap_err();
    assert!(matches!(error, ClientError::NotIfmatch { .. }), "{error}");
    server.end().await;
    let server = play(|stage| in_turn(stage, &[versions(&[9], "9"), versions(&[9], "9")]));
    let error = alice(&server.url).versions(&"a".parse().unwrap(), 10).await.unwrap_err();
    assert!(matches!(error, ClientError::NotIfmatch { .. }), "{error}");
    server.end().await;
}

#[tokio::test]
async fn versions_are_read_until_there_are_enough() {
    let server = play(|stage| in_turn(stage, &[versions(&[9, 8], "8"), versions(&[7, 6], "6")]));
    let list = alice(&server.url).versions(&"a".parse().unwrap(), 3).await.unwrap();
    assert_eq!(list.iter().map(|version| version.version).collect::<Vec<_>>(), [9, 8, 7]);
    let asked =
        ["GET /api/documents/a/versions?limit=3 HTTP/1.1", "GET /api/documents/a/versions?limit=1&before=8 HTTP/1.1"];
    assert_eq!(server.end().await, asked);
}

#[tokio::test]
async fn one_version_has_its_own_tag() {
    let head = "200 OK\nContent-Type: application/json\nETag: \"v3-1\"\nIfmatch-Author: bob";
    let server = play(move |stage| stage.exchange(&answer(head, r#"{"title":"T","content":"old"}"#)));
    let version = alice(&server.url).version(&"a".parse().unwrap(), 3).await.unwrap();
    assert_eq!((version.etag.to_string().as_str(), version.document.content.as_str()), ("\"v3-1\"", "old"));
    assert!(server.end().await.starts_with("GET /api/documents/a/versions/3 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn the_policy_is_replaced_under_its_own_tag_and_never_by_itself() {
    let policy = r#"{"preconditions":"required","etags":"version","judging":"atomic","dates":"proven"}"#;
    let ignored = policy.replace("required", "ignored");
    let answers = [
        answer(&format!("{JSON}\nETag: \"p1\""), policy),
        answer(&format!("{JSON}\nETag: \"p2\""), &ignored),
        answer(
            "412 Precondition Failed\nContent-Type: application/problem+json\nETag: \"p2\"",
            r#"{"reason":"stale"}"#,
        ),
    ];
    let server = play(move |stage| answers.map(|answer| stage.exchange(&answer)));
    let leader = alice(&server.url);
    let before = leader.policy().await.unwrap();
    assert_eq!((before.etag.to_string().as_str(), before.value), ("\"p1\"", Policy::default()));
    let wanted = Policy { preconditions: Preconditions::Ignored, ..Policy::default() };
    let after = leader.set_policy(wanted, &before.etag).await.unwrap();
    assert_eq!((after.etag.to_string().as_str(), after.value), ("\"p2\"", wanted));
    let Err(ClientError::Refused(problem)) = leader.set_policy(wanted, &before.etag).await else { panic!() };
    assert_eq!((problem.status, problem.reason), (412, Some(Reason::Stale)));

    let [read, switched, refused] = server.end().await;
    assert!(read.starts_with("GET /control/policy HTTP/1.1\r\n"), "{read}");
    for switch in [switched, refused] {
        assert!(switch.starts_with("PUT /control/policy HTTP/1.1\r\n"), "{switch}");
        assert!(switch.contains("\r\nIf-Match: \"p1\"\r\n") && switch.ends_with(&ignored), "{switch}");
    }
}

#[tokio::test]
async fn what_a_proxy_has_changed_is_said_with_its_name() {
    let policy = serde_json::to_string(&Policy::default()).unwrap();
    let marked = "Content-Type: application/json\nServer: Apache";
    for (fields, word) in [
        (format!("{marked}\nETag: W/\"p1\""), "weakened_etag"),
        (format!("{marked}\nETag: \"p1-gzip\""), "transformed_etag"),
        (format!("{marked}\nETag: \"p1\"\nContent-Encoding: gzip"), "coded_body"),
    ] {
        let changed = answer(&format!("200 OK\n{fields}"), &policy);
        let server = play(move |stage| stage.exchange(&changed));
        let Err(ClientError::Refused(problem)) = alice(&server.url).policy().await else { panic!("{word}") };
        assert_eq!(problem.error, word);
        assert!(problem.detail.contains("its Server says \u{2018}Apache\u{2019}"), "{}", problem.detail);
        server.end().await;
    }
    let coded = answer(&format!("200 OK\n{marked}\nContent-Encoding: gzip"), "x");
    let server = play(move |stage| stage.exchange(&coded));
    let Err(ClientError::Refused(problem)) = alice(&server.url).documents().await else { panic!("a list") };
    assert_eq!(problem.error, "coded_body");
    server.end().await;
}

#[tokio::test]
async fn foreign_server_is_reported_as_not_ifmatch() {
    for foreign in [
        answer("200 OK\nContent-Type: text/html", "<html>"),
        answer("200 OK\nContent-Type: application/json", "[]"),
        answer("404 Not Found\nContent-Type: text/html", "<html>"),
    ] {
        let server = play(move |stage| stage.exchange(&foreign));
        let error = alice(&server.url).documents().await.unwrap_err();
        assert!(matches!(error, ClientError::NotIfmatch { .. }), "{error}");
        assert!(error.to_string().contains("check the address and the port"), "{error}");
        server.end().await;
    }
}

#[tokio::test]
async fn a_refusal_is_told_with_its_reason() {
    let head = "403 Forbidden\nContent-Type: application/problem+json";
    let body = r#"{"title":"Forbidden","error":"forbidden","detail":"Show a token."}"#;
    let server = play(move |stage| stage.exchange(&answer(head, body)));
    let error = alice(&server.url).documents().await.unwrap_err();
    assert_eq!(error.to_string(), "403 Forbidden: Show a token.");
    server.end().await;
}

#[tokio::test]
async fn list_that_goes_on_without_entries_is_not_read_on() {
    let server = play(|stage| in_turn(stage, &[page(&["a"], "\"a\""), page(&[], "\"b\"")]));
    let error = alice(&server.url).documents().await.unwrap_err();
    assert!(error.to_string().contains("its list of documents has an empty page"), "{error}");
    server.end().await;
    let server = play(|stage| in_turn(stage, &[versions(&[9], "9"), versions(&[], "8")]));
    let error = alice(&server.url).versions(&"a".parse().unwrap(), 10).await.unwrap_err();
    assert!(error.to_string().contains("its list of versions has an empty page"), "{error}");
    server.end().await;
}
