//! The record of what was sent and received: true to the byte, reported at departure and at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use client::{Client, Recorder};
use contract::exchange::MAX_RECORDED_BODY;
use contract::{Document, DocumentId, Exchange, Timestamp, Token};
use editor::{EditorRequest, Guard};
use traffic::{curl, explain};

use crate::alice;
use crate::script::{answer, play};

fn welcome() -> DocumentId {
    "welcome".parse().unwrap()
}

fn careless(content: &str) -> EditorRequest {
    let document = Document { content: content.to_owned(), ..Document::default() };
    EditorRequest::Write { guard: Guard::Unconditional, document: document.into(), want_current: false }
}

/// Returns a request as it would be on the wire, rebuilt from its record.
fn written(exchange: &Exchange) -> String {
    let mut lines = vec![format!("{} {} HTTP/1.1", exchange.method, exchange.target)];
    lines.extend(exchange.request.fields.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend([String::new(), exchange.request.body.clone()]);
    lines.join("\r\n")
}

#[tokio::test]
async fn exchange_is_reported_when_sent_and_when_answered() {
    let (go_on, held) = mpsc::channel();
    let server = play(move |stage| {
        let mut peer = stage.accept();
        let request = peer.hear();
        held.recv().unwrap();
        peer.say(&answer(
            "428 Precondition Required\nContent-Type: application/problem+json\nIfmatch-Author: bob",
            r#"{"reason":"no_condition","evaluation":[]}"#,
        ));
        request
    });
    let ticks = AtomicU64::new(0);
    let clock = Arc::new(move || Timestamp::from_millis(ticks.fetch_add(1, Ordering::Relaxed)));
    let (wire, mut seen) = Recorder::with_clock(clock);
    let alice = alice(&server.url).recorded_by(wire);
    let save = tokio::spawn(async move { alice.execute(&welcome(), &careless("text")).await });

    let departed = seen.recv().await.unwrap();
    assert_eq!((departed.number, departed.received.as_millis(), departed.answered), (1, 0, None));
    assert_eq!((departed.status, departed.response.is_none(), departed.lost.is_none()), (None, true, true));
    assert_eq!(departed.author.as_ref().unwrap().as_str(), "alice");
    assert_eq!(explain(&departed), "on its way: no response yet");
    go_on.send(()).unwrap();

    let answered = seen.recv().await.unwrap();
    assert_eq!((answered.number, answered.status), (1, Some(428)));
    assert_eq!(answered.answered.unwrap().as_millis(), 1);
    let response = answered.response.as_ref().unwrap();
    let names: Vec<&str> = response.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Content-Type", "Ifmatch-Author", "Content-Length", "Connection"]);
    assert_eq!(response.body, r#"{"reason":"no_condition","evaluation":[]}"#);
    assert_eq!(answered.request, departed.request);

    save.await.unwrap();
    assert_eq!(server.end().await, written(&answered), "the record equals the bytes that were sent");
}

#[tokio::test]
async fn a_lost_response_is_reported_under_the_same_number() {
    let server = play(|stage| drop(stage.accept().hear()));
    let (wire, mut seen) = Recorder::new();
    alice(&server.url).recorded_by(wire).execute(&welcome(), &careless("text")).await;
    assert_eq!(seen.recv().await.unwrap().lost, None);
    let lost = seen.recv().await.unwrap();
    assert_eq!((lost.number, lost.status, lost.answered), (1, None, None));
    assert!(explain(&lost).contains("the save may or may not have been applied"), "{lost:?}");
    server.end().await;
}

#[tokio::test]
async fn cancelled_request_hangs_up_and_is_recorded_as_lost() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.wait_for_the_end();
    });
    let (wire, mut seen) = Recorder::new();
    let alice = alice(&server.url).recorded_by(wire);
    let save = tokio::spawn(async move { alice.execute(&welcome(), &careless("text")).await });
    seen.recv().await.unwrap();
    save.abort();
    assert_eq!(seen.recv().await.unwrap().lost.unwrap(), "the program stopped waiting for the response");
    assert!(seen.recv().await.is_none());
}

#[tokio::test]
async fn a_token_is_sent_and_never_recorded() {
    let server = play(|stage| stage.exchange(&answer("404 Not Found", "")));
    let (wire, mut seen) = Recorder::new();
    let alice = alice(&server.url).recorded_by(wire).with_token(&"s3cret".parse::<Token>().unwrap());
    assert!(!format!("{alice:?}").contains("s3cret"));
    alice.execute(&welcome(), &careless("text")).await;
    let exchange = seen.recv().await.unwrap();
    assert!(!format!("{exchange:?}").contains("s3cret"));
    assert_eq!(exchange.request.field("Authorization"), Some("[not shown]"));
    let command = curl(&exchange, &server.url);
    assert!(!command.contains("s3cret") && command.contains("Bearer $IFMATCH_TOKEN"), "{command}");
    assert!(server.end().await.contains("\r\nAuthorization: Bearer s3cret\r\n"));
}

#[tokio::test]
async fn long_bodies_are_cut_in_the_record_and_nowhere_else() {
    let long = "x".repeat(MAX_RECORDED_BODY);
    let body = long.clone();
    let server = play(move |stage| stage.exchange(&answer("200 OK\nETag: \"v6\"", &body)));
    let (wire, mut seen) = Recorder::new();
    alice(&server.url).recorded_by(wire).execute(&welcome(), &careless(&long)).await;
    let departed = seen.recv().await.unwrap();
    assert_eq!((departed.request.body.len(), departed.request.cut), (MAX_RECORDED_BODY, true));
    let answered = seen.recv().await.unwrap().response.unwrap();
    assert_eq!((answered.body.len(), answered.cut), (MAX_RECORDED_BODY, false));
    assert!(server.end().await.ends_with(&format!("{long}\"}}")));
}

#[tokio::test]
async fn two_clients_on_one_wire_share_one_count() {
    let server = play(|stage| {
        stage.exchange(&answer("404 Not Found", ""));
        stage.exchange(&answer("404 Not Found", ""));
    });
    let (wire, mut seen) = Recorder::new();
    let alice = alice(&server.url).recorded_by(wire.clone());
    let bob = Client::new(&server.url, "bob".parse().unwrap()).unwrap().recorded_by(wire);
    alice.execute(&welcome(), &EditorRequest::Read { unless: None }).await;
    bob.execute(&welcome(), &EditorRequest::Read { unless: None }).await;
    bob.clone().without_recording().execute(&welcome(), &EditorRequest::Read { unless: None }).await;
    drop((alice, bob));
    let mut told = Vec::new();
    while let Some(exchange) = seen.recv().await {
        told.push((exchange.number, exchange.author.unwrap().to_string()));
    }
    let expected = [(1, "alice"), (1, "alice"), (2, "bob"), (2, "bob")];
    assert_eq!(told, expected.map(|(number, author)| (number, author.to_owned())));
    server.end().await;
}
