//! Released requests: the order in which they proceed, and how long one may delay the others.

use std::sync::Arc;

use futures_util::StreamExt;
use server::{Budgets, ServerOptions, budget};
use store::SqliteStore;
use tokio::task::yield_now;
use tokio::time::Instant;

use crate::budgets::metric;
use crate::frames::{END_HEADERS, END_STREAM, GET, HEADERS, frame, http_2, request};
use crate::gate::{GATE, PATH, Watch, body_in_parts, closed, elsewhere, gate, hold, release};
use crate::service::{Service, text};
use crate::wire::{Running, head};

/// The writes of one release share commits, but are applied in their order.
#[tokio::test]
async fn released_writes_are_applied_in_order_of_release() {
    const WRITES: usize = 100;
    let (service, _, mut watch) = closed().await;
    let mut sent = Vec::new();
    for number in 0..WRITES {
        let service = Arc::clone(&service);
        sent.push(tokio::spawn(async move {
            service.put(&format!("d{number}"), ("If-None-Match", "*"), &text("new")).await.status
        }));
        watch.next().await;
    }
    release(&service, "").await;
    for status in sent {
        assert_eq!(status.await.unwrap(), 201);
    }
    let events = service.open("GET", "/api/events", &[("Last-Event-ID", "1")], "").await;
    let mut events = events.into_body().into_data_stream();
    let mut told = String::new();
    while told.matches("event: created").count() < WRITES {
        told += str::from_utf8(&events.next().await.unwrap().unwrap()).unwrap();
    }
    let ids = told.split("\"id\":\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    assert!(ids.eq((0..WRITES).map(|number| format!("d{number}"))), "{told}");
}

/// A refusal from memory would show the version before that of the released write.
///
/// The released write is large, so that its commit takes longer than such a refusal would.
#[tokio::test]
async fn held_writes_that_must_fail_are_judged_in_their_turn() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    hold(&service, "writes").await;
    let service = Arc::new(service);
    let mut watch = Watch::open(&service).await;
    let mut sent = Vec::new();
    for (condition, content) in [
        (("If-Match", second), "large ".repeat(100_000)),
        (("If-Match", first), "stale".to_owned()),
        (("X-None", String::new()), "unconditional".to_owned()),
    ] {
        let service = Arc::clone(&service);
        let (name, value) = condition;
        sent.push(tokio::spawn(async move { service.put("a", (name, &value), &text(&content)).await }));
        watch.next().await;
    }
    release(&service, "").await;
    let mut replies = Vec::new();
    for sent in sent {
        replies.push(sent.await.unwrap());
    }
    let third = replies[0].field("etag");
    let stale = replies[1].problem(412, "precondition_failed", Some("stale"));
    let unconditional = replies[2].problem(428, "precondition_required", Some("no_condition"));
    assert_eq!((stale["currentEtag"].as_str(), unconditional["currentEtag"].as_str()), (Some(third), Some(third)));
}

/// One client may delay the others by ten seconds, but not with each of its requests.
#[tokio::test]
async fn missing_bodies_delay_a_release_only_once() {
    let (service, etag, mut watch) = closed().await;
    let mut silent = Vec::new();
    // A request that waits for a 100 (Continue) gets it only when its turn begins.
    for expects in [&[("Expect", "100-continue")][..], &[], &[("Expect", "100-continue")]] {
        let (parts, body) = body_in_parts();
        let (service, etag) = (Arc::clone(&service), etag.clone());
        let sent = tokio::spawn(async move {
            let fields = [expects, &[("If-Match", &*etag)]].concat();
            service.open_with("PUT", PATH, &fields, body).await.status()
        });
        silent.push((parts, sent));
        watch.next().await;
    }
    let bob = tokio::spawn(elsewhere(Arc::clone(&service)));
    watch.next().await;
    tokio::time::pause();
    let begun = Instant::now();
    release(&service, "").await;
    assert_eq!(bob.await.unwrap().status, 404);
    assert_eq!(begun.elapsed().as_secs(), 10);
    tokio::time::resume();
    assert_eq!(metric(&service, "refused_total", "turn-time").await, 1);
    for ((parts, sent), status) in silent.into_iter().zip([200, 412, 412]) {
        parts.send(Ok(text("late").replace("late", &status.to_string()).into())).await.unwrap();
        drop(parts);
        assert_eq!(sent.await.unwrap(), status, "it is done when its body has come");
    }
}

#[tokio::test]
async fn full_gate_refuses_a_request_and_others_go_on() {
    let options =
        ServerOptions { budgets: Budgets::default().with(&budget::GATE_REQUESTS, 2), ..ServerOptions::default() };
    let service = Arc::new(Service::with(Arc::new(SqliteStore::memory().unwrap()), options));
    service.create("a", "one").await;
    hold(&service, "writes").await;
    let held = |id: &'static str| {
        let service = Arc::clone(&service);
        tokio::spawn(async move { service.put(id, ("If-None-Match", "*"), &text("new")).await.status })
    };
    let waiting = [held("b"), held("c")];
    while gate(&service).await.held.len() < 2 {
        yield_now().await;
    }
    let refused = service.at_once("PUT", "/api/documents/d", &[("If-None-Match", "*")], &text("new")).await;
    let problem = refused.problem(503, "budget_exhausted", None);
    assert_eq!((&problem["budget"], &problem["limit"]), (&"gate-requests".into(), &2.into()));
    assert_eq!(service.at_once("GET", PATH, &[], "").await.status, 200, "reads are not held");
    assert_eq!(metric(&service, "used", "gate-requests").await, 2);
    assert_eq!(metric(&service, "refused_total", "gate-requests").await, 1);
    release(&service, "").await;
    for sent in waiting {
        assert_eq!(sent.await.unwrap(), 201);
    }
    assert_eq!(metric(&service, "used", "gate-requests").await, 0);
    let again = held("d");
    while gate(&service).await.held.is_empty() {
        yield_now().await;
    }
    release(&service, "").await;
    assert_eq!(again.await.unwrap(), 201);
}

#[tokio::test]
async fn connection_cannot_fill_the_gate_alone() {
    let options =
        ServerOptions { budgets: Budgets::default().with(&budget::GATE_REQUESTS, 10), ..ServerOptions::default() };
    let server = Running::with(options).await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"all"}"#).await.status, 200);
    let mut greedy = http_2(&server).await;
    for stream in 0..10 {
        greedy.write(&frame(HEADERS, END_HEADERS | END_STREAM, 2 * stream + 1, &request(GET, PATH))).await;
    }
    let held = async || {
        let gate: serde_json::Value = serde_json::from_str(&server.send("GET", GATE, b"", "").await.body).unwrap();
        gate["held"].as_array().unwrap().len()
    };
    let refused = "ifmatch_budget_refused_total{budget=\"gate-requests\"} 5\n";
    while !server.send("GET", "/metrics", b"", "").await.body.contains(refused) {}
    assert_eq!(held().await, 5);
    let mut other = server.connect().await;
    other.write(&head("PUT", PATH, b"If-None-Match: *\r\n", text("one").len())).await;
    other.write(text("one").as_bytes()).await;
    while held().await < 6 {}
    assert_eq!(server.send("POST", "/control/gate/release", b"", "").await.status, 200);
    assert_eq!(other.answer("PUT").await.status, 201);
    server.end().await;
}

/// A held request keeps its header section, so a large header section counts.
#[tokio::test]
async fn large_heads_of_held_requests_are_bounded() {
    let options =
        ServerOptions { budgets: Budgets::default().with(&budget::RECEIVE_BYTES, 25_000), ..ServerOptions::default() };
    let server = Running::with(options).await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"all"}"#).await.status, 200);
    let large = format!("A: {}\r\n", "x".repeat(15_000));
    let mut first = server.connect().await;
    first.write(&head("GET", PATH, large.as_bytes(), 0)).await;
    while !server.send("GET", GATE, b"", "").await.body.contains("exchange") {}
    let second = server.send("GET", PATH, large.as_bytes(), "").await;
    assert_eq!(second.status, 503, "{second:?}");
    assert!(second.body.contains(r#""budget":"receive-bytes""#), "{second:?}");
    assert_eq!(server.send("GET", "/healthz", b"", "").await.status, 200);
    assert_eq!(server.send("POST", "/control/gate/release", b"", "").await.status, 200);
    assert_eq!(first.answer("GET").await.status, 404);
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"none"}"#).await.status, 200);
    assert_eq!(server.send("GET", PATH, large.as_bytes(), "").await.status, 404, "there is room again");
    server.end().await;
}

#[tokio::test]
async fn report_of_the_gate_is_short_whatever_is_held() {
    let (service, _, mut watch) = closed().await;
    let (tags, path) = (vec!["\"v1\""; 64].join(","), format!("/api/documents/{}", "é".repeat(5_000)));
    let sent = tokio::spawn({
        let service = Arc::clone(&service);
        async move { service.send("PUT", &path.replace('é', "%C3%A9"), &[("If-Match", &*tags)], "").await.status }
    });
    watch.next().await;
    let held = gate(&service).await.held.remove(0);
    assert_eq!(held.path.chars().count(), 257, "{held:?}");
    let if_match = held.if_match.unwrap();
    assert!(held.path.ends_with('…') && if_match.ends_with('…') && if_match.chars().count() == 257, "{if_match}");
    release(&service, "").await;
    assert_eq!(sent.await.unwrap(), 404);
}
