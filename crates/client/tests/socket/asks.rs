//! An editor's requests as bytes, and their outcomes: with a response, a late one, or none.

use std::time::Duration;

use client::ClientLimits;
use contract::{Document, DocumentId, EntityTag, Snapshot};
use editor::{EditorRequest, Guard, PreconditionFailure, ResponseOutcome, Saved};
use tokio::net::TcpSocket;

use crate::script::{answer, play};
use crate::{alice, limited};

fn welcome() -> DocumentId {
    "welcome".parse().unwrap()
}

fn v5() -> EntityTag {
    "\"v5-d4f8c2a1\"".parse().unwrap()
}

fn text() -> Document {
    Document { title: "Draft".to_owned(), content: "a\r\nb".to_owned(), parent: None }
}

fn write(guard: Guard, want_current: bool) -> EditorRequest {
    EditorRequest::Write { guard, document: text().into(), want_current }
}

const READ: EditorRequest = EditorRequest::Read { unless: None };
const SAVED: &str = "200 OK\nETag: \"v6-a2c19f03\"";

fn saved() -> ResponseOutcome {
    let etag = "\"v6-a2c19f03\"".parse().unwrap();
    ResponseOutcome::Saved(Saved { etag, at: None, created: false, replayed: false, overwrote: None })
}

#[tokio::test]
async fn a_save_sends_exactly_these_bytes() {
    let server = play(|stage| stage.exchange(&answer(SAVED, "")));
    let outcome = alice(&server.url).execute(&welcome(), &write(Guard::IfMatch(v5()), true)).await;
    assert_eq!(outcome, saved());
    let host = server.host().to_owned();
    let expected = format!(
        "PUT /api/documents/welcome HTTP/1.1\r\n\
         Host: {host}\r\n\
         Ifmatch-Author: alice\r\n\
         Accept: application/json\r\n\
         Accept-Encoding: identity\r\n\
         If-Match: \"v5-d4f8c2a1\"\r\n\
         Prefer: return=representation\r\n\
         Content-Type: application/json\r\n\
         Content-Length: 36\r\n\r\n\
         {{\"title\":\"Draft\",\"content\":\"a\\r\\nb\"}}"
    );
    assert_eq!(server.end().await, expected);
}

#[tokio::test]
async fn each_request_has_its_method_and_condition() {
    for (ask, line, condition) in [
        (READ, "GET", None),
        (EditorRequest::Read { unless: Some(v5()) }, "GET", Some("If-None-Match: \"v5-d4f8c2a1\"")),
        (write(Guard::IfMatch(v5()), false), "PUT", Some("If-Match: \"v5-d4f8c2a1\"")),
        (write(Guard::IfNoneMatchAny, false), "PUT", Some("If-None-Match: *")),
        (write(Guard::Unconditional, false), "PUT", None),
        (EditorRequest::Delete { guard: Guard::IfMatch(v5()) }, "DELETE", Some("If-Match: \"v5-d4f8c2a1\"")),
    ] {
        let server = play(|stage| stage.exchange(&answer(SAVED, "")));
        alice(&server.url).execute(&welcome(), &ask).await;
        let request = server.end().await;
        assert!(request.starts_with(&format!("{line} /api/documents/welcome HTTP/1.1\r\n")), "{request}");
        let conditions: Vec<&str> = request.lines().filter(|line| line.starts_with("If-")).collect();
        assert_eq!(conditions, Vec::from_iter(condition), "{request}");
        let codings: Vec<&str> = request.lines().filter(|line| line.starts_with("Accept-Encoding")).collect();
        assert_eq!(codings, ["Accept-Encoding: identity"], "{request}");
        assert!(!request.contains("Prefer"), "{request}");
    }
}

#[tokio::test]
async fn a_non_ascii_author_is_sent_percent_encoded() {
    let server = play(|stage| stage.exchange(&answer(SAVED, "")));
    let zoe = client::Client::new(&server.url, "Zoë 1".parse().unwrap()).unwrap();
    zoe.execute(&welcome(), &READ).await;
    assert!(server.end().await.contains("\r\nIfmatch-Author: Zo%C3%AB%201\r\n"));
}

#[tokio::test]
async fn a_412_brings_the_current_document_in_one_exchange() {
    let server = play(|stage| {
        stage.exchange(&answer(
            "412 Precondition Failed\nContent-Type: application/json\nContent-Location: /api/documents/welcome
             ETag: \"v6-a2c19f03\"\nIfmatch-Author: bob",
            r#"{"title":"Draft","content":"a\r\nb"}"#,
        ))
    });
    let outcome = alice(&server.url).execute(&welcome(), &write(Guard::IfMatch(v5()), true)).await;
    let etag: EntityTag = "\"v6-a2c19f03\"".parse().unwrap();
    let current = Snapshot { etag: etag.clone(), author: Some("bob".parse().unwrap()), at: None, document: text() };
    let failed = PreconditionFailure { current: Some(current), etag: Some(etag), ..PreconditionFailure::default() };
    assert_eq!(outcome, ResponseOutcome::Failed(Box::new(failed)));
    server.end().await;
}

/// Returns the reason of an `Unanswered` outcome; panics on any other.
fn why(outcome: ResponseOutcome) -> String {
    match outcome {
        ResponseOutcome::Unanswered(why) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn lost_response_leaves_save_uncertain_and_is_not_retried() {
    let server = play(|stage| {
        // The request is read whole; then the connection ends.
        let lost = stage.accept().hear();
        (lost, stage.exchange(&answer(SAVED, "")))
    });
    let alice = alice(&server.url);
    let told = why(alice.execute(&welcome(), &write(Guard::IfMatch(v5()), false)).await);
    assert!(told.starts_with("the connection broke before the response was complete"), "{told}");
    alice.execute(&welcome(), &EditorRequest::Read { unless: Some(v5()) }).await;
    let (first, second) = server.end().await;
    assert!(first.starts_with("PUT "), "{first}");
    assert!(second.starts_with("GET "), "the PUT is not sent again: {second}");
}

#[tokio::test]
async fn half_a_response_is_cut_off() {
    for half in ["HTTP/1.1 200 OK\r\nETag: \"v6", "HTTP/1.1 200 OK\r\nETag: \"v6\"\r\nContent-Length: 9\r\n\r\nabc"] {
        let server = play(move |stage| stage.exchange(half));
        let told = why(alice(&server.url).execute(&welcome(), &write(Guard::IfMatch(v5()), false)).await);
        assert!(told.starts_with("the connection broke"), "{told}");
        server.end().await;
    }
}

#[tokio::test]
async fn bytes_that_are_not_http_are_not_called_cut_off() {
    let server = play(|stage| stage.exchange("\0\u{1}garbage\r\n\r\n"));
    let told = why(alice(&server.url).execute(&welcome(), &write(Guard::IfMatch(v5()), false)).await);
    assert!(told.starts_with("the response is not HTTP"), "{told}");
    server.end().await;
}

#[tokio::test]
async fn a_slow_response_times_out() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.wait_for_the_end();
    });
    let limits = ClientLimits { answer: Duration::from_millis(30), ..ClientLimits::default() };
    let told = why(limited(&server.url, limits).execute(&welcome(), &READ).await);
    assert_eq!(told, "no response within 30ms");
    server.end().await;
}

#[tokio::test]
async fn endlessly_trickling_body_times_out() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say("HTTP/1.1 200 OK\r\nETag: \"v6\"\r\nContent-Length: 9\r\n\r\nabc");
        peer.wait_for_the_end();
    });
    let limits = ClientLimits { answer: Duration::from_millis(30), ..ClientLimits::default() };
    let told = why(limited(&server.url, limits).execute(&welcome(), &READ).await);
    assert_eq!(told, "no response within 30ms");
    server.end().await;
}

#[tokio::test]
async fn request_to_a_closed_port_is_unsent() {
    // Bound, so that no other test gets the port, but never listening.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    let alice = alice(&url);
    let ResponseOutcome::Unsent(told) = alice.execute(&welcome(), &READ).await else {
        panic!("it cannot have arrived")
    };
    assert_eq!(told, format!("not sent, because {url} cannot be reached (connection refused)"));
    let error = alice.documents().await.unwrap_err().to_string();
    assert_eq!(error, format!("{told}; is the server running there?"));
}

#[tokio::test]
async fn an_endless_response_is_cut_at_the_limit() {
    let limits = ClientLimits { body: 10, ..ClientLimits::default() };
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say("HTTP/1.1 200 OK\r\nETag: \"v6\"\r\nContent-Length: 1000000000000\r\n\r\n01234567890");
        peer.wait_for_the_end();
    });
    let told = why(limited(&server.url, limits).execute(&welcome(), &READ).await);
    assert_eq!(told, "the response is longer than the 10 bytes that this client reads");
    server.end().await;

    let server = play(|stage| stage.exchange(&answer("200 OK\nETag: \"v6\"", "0123456789")));
    let ResponseOutcome::Refused(problem) = limited(&server.url, limits).execute(&welcome(), &READ).await else {
        panic!()
    };
    assert_eq!(problem.error, "not_a_document_server", "ten bytes are read, and are not a document");
    server.end().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = play(|stage| {
        let first = stage.exchange(&answer("302 Found\nLocation: /elsewhere", ""));
        (first, stage.exchange(&answer(SAVED, "")))
    });
    let alice = alice(&server.url);
    let ResponseOutcome::Refused(problem) = alice.execute(&welcome(), &write(Guard::IfMatch(v5()), false)).await else {
        panic!()
    };
    assert!(problem.detail.contains("/elsewhere"), "{}", problem.detail);
    assert_eq!(alice.execute(&welcome(), &write(Guard::IfMatch(v5()), false)).await, saved());
    assert!(server.end().await.1.starts_with("PUT /api/documents/welcome "));
}

#[tokio::test]
async fn a_compressed_response_is_not_silently_decoded() {
    let server = play(|stage| {
        stage.exchange(&answer(
            "200 OK\nContent-Type: application/json\nContent-Encoding: gzip\nETag: W/\"v5-d4f8c2a1\"",
            "not really",
        ))
    });
    let ResponseOutcome::Refused(problem) = alice(&server.url).execute(&welcome(), &READ).await else { panic!() };
    assert_eq!(problem.error, "weakened_etag");
    server.end().await;
}
