//! The gate: which requests it holds, in which order they proceed, and all the ways to leave it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, to_bytes};
use contract::{Exchange, GateSettings, Hold};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, timeout};

use crate::frames::{END_HEADERS, HEADERS, PUT, RST_STREAM, frame, http_2, literal, request};
use crate::service::{Reply, Service, text};
use crate::wire::{Connection, Running, head};

pub(crate) const GATE: &str = "/control/gate";
pub(crate) const PATH: &str = "/api/documents/a";
const LIVE: [(&str, &str); 1] = [("Accept", "text/event-stream")];

pub(crate) async fn hold(service: &Service, hold: &str) {
    let reply = service.send("PUT", GATE, &[], &json!({"hold": hold}).to_string()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

pub(crate) async fn gate(service: &Service) -> GateSettings {
    let reply = service.get(GATE).await;
    assert_eq!((reply.status.as_u16(), reply.field("cache-control")), (200, "no-store"));
    serde_json::from_slice(&reply.body).unwrap()
}

pub(crate) async fn release(service: &Service, which: &str) -> Reply {
    service.send("POST", &format!("{GATE}/{which}release"), &[], "").await
}

/// Returns a service with a gate that holds writes, a document's tag, and a watch on the exchanges.
pub(crate) async fn closed() -> (Arc<Service>, String, Watch) {
    let (service, etag) = Service::with_document().await;
    hold(&service, "writes").await;
    let watch = Watch::open(&service).await;
    (Arc::new(service), etag, watch)
}

/// The live exchanges.
pub(crate) struct Watch(BodyDataStream);

impl Watch {
    pub(crate) async fn open(service: &Service) -> Self {
        Self(service.open("GET", "/control/exchanges", &LIVE, "").await.into_body().into_data_stream())
    }

    pub(crate) async fn next(&mut self) -> Exchange {
        let block = String::from_utf8(self.0.next().await.unwrap().unwrap().to_vec()).unwrap();
        let data = block.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(data).unwrap()
    }

    /// Like [`held`](Self::held), but the end of another exchange comes first.
    async fn held_next(&mut self, service: &Arc<Service>, author: &str, etag: &str) -> (u64, JoinHandle<Reply>) {
        assert!(self.next().await.status.is_some());
        self.held(service, author, etag).await
    }

    /// Sends a write, and waits until it is held.
    pub(crate) async fn held(&mut self, service: &Arc<Service>, author: &str, etag: &str) -> (u64, JoinHandle<Reply>) {
        let headers = [("If-Match", etag.to_owned()), ("Ifmatch-Author", author.to_owned())];
        let (service, body) = (Arc::clone(service), text(author));
        let sent = tokio::spawn(async move {
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            service.send("PUT", PATH, &headers, &body).await
        });
        let arrived = self.next().await;
        assert_eq!((arrived.status, arrived.author.unwrap().as_str()), (None, author), "it is told at its arrival");
        (arrived.number, sent)
    }
}

#[tokio::test]
async fn the_order_of_release_decides() {
    let (service, etag, mut watch) = closed().await;
    let (first, alice) = watch.held(&service, "alice", &etag).await;
    let (second, bob) = watch.held(&service, "bob", &etag).await;
    let report = gate(&service).await;
    assert_eq!(report.hold, Hold::Writes);
    assert_eq!(report.held.iter().map(|held| held.exchange).collect::<Vec<_>>(), [first, second]);
    let held = &report.held[1];
    assert_eq!((&*held.method, &*held.path, held.if_match.as_deref()), ("PUT", PATH, Some(&*etag)));
    assert_eq!(held.author.as_ref().unwrap().as_str(), "bob");
    assert_eq!(held.since.to_string(), "2026-11-22T05:00:11.000Z");

    let left: GateSettings = serde_json::from_slice(&release(&service, &format!("{second}/")).await.body).unwrap();
    assert_eq!(left.held.len(), 1, "the answer says who still waits");
    let won = bob.await.unwrap();
    assert_eq!(won.status, 200, "{won:?}");
    release(&service, &format!("{first}/")).await;
    let lost = alice.await.unwrap();
    assert_eq!(lost.problem(412, "precondition_failed", Some("stale"))["currentAuthor"], "bob");
    for (number, status) in [(second, 200), (first, 412)] {
        let told = watch.next().await;
        assert_eq!((told.number, told.status), (number, Some(status)), "it is told again when it is answered");
    }
}

#[tokio::test]
async fn all_are_released_in_order_of_arrival_one_after_the_other() {
    let (service, etag, mut watch) = closed().await;
    // Alice has not sent her body yet. Bob has, so without the order of release he would overtake her.
    let (alices_body, body) = body_in_parts();
    let alice = tokio::spawn({
        let (service, etag) = (Arc::clone(&service), etag.clone());
        async move { service.open_with("PUT", PATH, &[("If-Match", &*etag)], body).await }
    });
    watch.next().await;
    let (_, bob) = watch.held(&service, "bob", &etag).await;
    let reply = release(&service, "").await;
    assert_eq!(reply.json(), json!({"hold": "writes", "held": []}));
    // Everything that can proceed has proceeded by now.
    for _ in 0..1000 {
        yield_now().await;
    }
    assert!(!bob.is_finished());
    alices_body.send(Ok(text("alice").into())).await.unwrap();
    drop(alices_body);
    assert_eq!(alice.await.unwrap().status(), 200);
    assert_eq!(bob.await.unwrap().status, 412);
}

#[tokio::test]
async fn client_without_its_body_does_not_keep_the_others() {
    let (service, etag, mut watch) = closed().await;
    let (alices_body, body) = body_in_parts();
    let alice = tokio::spawn({
        let (service, etag) = (Arc::clone(&service), etag.clone());
        async move { service.open_with("PUT", PATH, &[("If-Match", &*etag)], body).await.status() }
    });
    watch.next().await;
    let bob = tokio::spawn(elsewhere(Arc::clone(&service)));
    watch.next().await;
    tokio::time::pause();
    let begun = Instant::now();
    release(&service, "").await;
    assert_eq!(bob.await.unwrap().status, 404);
    assert_eq!(begun.elapsed().as_secs(), 10);
    drop(alices_body);
    assert_eq!(alice.await.unwrap(), 400);
}

#[tokio::test]
async fn no_request_is_held_for_more_than_ten_minutes() {
    let (service, _, mut watch) = closed().await;
    let sent = tokio::spawn(elsewhere(Arc::clone(&service)));
    watch.next().await;
    tokio::time::pause();
    let begun = Instant::now();
    assert_eq!(sent.await.unwrap().status, 404, "then it goes on");
    // The time between the hold and the pause of the clock was real time, so the clock lacks it; on a busy machine it
    // is long.
    let elapsed = begun.elapsed().as_secs();
    assert!((570..=600).contains(&elapsed), "{elapsed}");
    assert!(gate(&service).await.held.is_empty());
}

/// Sends a write that never reaches the store: the paused clock would not wait for its thread.
pub(crate) async fn elsewhere(service: Arc<Service>) -> Reply {
    service.send("PUT", "/api/nothing", &[], "").await
}

#[tokio::test]
async fn writes_are_held_or_all_but_never_the_way_to_release_them() {
    let (service, etag) = Service::with_document().await;
    let mut watch = Watch::open(&service).await;
    let calls = [
        ("PUT", PATH, true),
        ("PATCH", PATH, true),
        ("DELETE", PATH, true),
        ("POST", "/api/documents", true),
        ("POST", "/api/nothing", true),
        ("GET", PATH, false),
        ("HEAD", PATH, false),
        ("OPTIONS", PATH, false),
        ("GET", "/api/documents", false),
        ("GET", "/api/documents/events", false),
    ];
    for (word, all) in [("none", None), ("writes", Some(false)), ("all", Some(true))] {
        hold(&service, word).await;
        for (method, path, writes) in calls {
            let headers = [("If-Match", &*etag)];
            let mut call = Box::pin(service.open(method, path, &headers, ""));
            let answered = tokio::select! {
                biased;
                told = watch.next() => told.status.is_some(),
                response = &mut call => {
                    drop(response);
                    watch.next().await.status.is_some()
                }
            };
            assert_eq!(answered, !all.is_some_and(|all| all || writes), "{method} {path} while the gate holds {word}");
            drop(call);
            if !answered {
                assert!(watch.next().await.lost.is_some(), "{method} {path}: its client has gone");
            }
        }
        for path in ["/api/events", "/api/documents/a/events"] {
            assert_eq!(service.open("GET", path, &[], "").await.status(), 200, "{path}");
            watch.next().await;
        }
        assert_eq!(gate(&service).await.held, []);
        assert_eq!(service.get("/healthz").await.status, 200);
    }
}

#[tokio::test]
async fn opening_the_gate_releases_no_request() {
    let (service, etag, mut watch) = closed().await;
    let (_, alice) = watch.held(&service, "alice", &etag).await;
    let read = service.get(GATE).await;
    let opened = read.json().to_string().replace("writes", "none");
    let reply = service.send("PUT", GATE, &[], &opened).await;
    assert_eq!(reply.status, 200, "what was read can be sent back");
    assert_eq!((&reply.json()["hold"], reply.json()["held"].as_array().unwrap().len()), (&json!("none"), 1));
    assert_eq!(service.put("a", ("If-Match", &etag), &text("bob")).await.status, 200, "nobody new waits");
    assert!(!alice.is_finished());
    release(&service, "").await;
    assert_eq!(alice.await.unwrap().status, 412);
}

#[tokio::test]
async fn only_a_held_request_can_be_released_and_only_once() {
    let (service, etag, mut watch) = closed().await;
    let (number, sent) = watch.held(&service, "alice", &etag).await;
    let other = (number + 1).to_string();
    for wrong in [&*other, "0", "-1", "x", "99999999999999999999999", &format!("+{number}"), &format!("0{number}")] {
        release(&service, &format!("{wrong}/")).await.problem(404, "not_found", Some("not_held"));
    }
    release(&service, &format!("{number}/")).await;
    release(&service, &format!("{number}/")).await.problem(404, "not_found", Some("not_held"));
    assert_eq!(sent.await.unwrap().status, 200);
    assert_eq!(release(&service, "").await.status, 200, "to release all is no mistake where there is none");
}

/// As for all control requests: a client that sends a condition relies on its evaluation.
#[tokio::test]
async fn release_with_a_condition_is_refused() {
    let (service, etag, mut watch) = closed().await;
    let (number, sent) = watch.held(&service, "alice", &etag).await;
    for path in [format!("{GATE}/release"), format!("{GATE}/{number}/release")] {
        for condition in
            [("If-Match", &*etag), ("If-Match", "*"), ("If-None-Match", "*"), ("If-Unmodified-Since", "yesterday")]
        {
            let refused = service.send("POST", &path, &[condition], "").await;
            assert_eq!(refused.problem(400, "invalid_request", None)["field"], condition.0, "{path}");
        }
    }
    assert!(!sent.is_finished());
    assert_eq!(gate(&service).await.held.len(), 1, "nothing of that was done");
    release(&service, "").await;
    assert_eq!(sent.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_response_is_lost_with_its_release() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let mut alice = server.connect().await;
    let guard = format!("If-Match: {etag}\r\n");
    alice.write(&head("PUT", PATH, guard.as_bytes(), text("alice").len())).await;
    alice.write(text("alice").as_bytes()).await;
    watch.until("\"status\":null").await;
    // Another write is applied between the request for a lost response and the release; it keeps its response.
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"none"}"#).await.status, 200);
    let bob = server.send("POST", "/api/documents", b"", r#"{"id":"b","title":"","content":""}"#).await;
    assert_eq!(bob.status, 201);
    for wrong in ["loseResponse=yes", "loseResponse=", "loseResponse=true&loseResponse=true"] {
        let refused = server.send("POST", &format!("{GATE}/2/release?{wrong}"), b"", "").await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    let released = server.send("POST", &format!("{GATE}/2/release?loseResponse=true"), b"", "").await;
    assert_eq!((released.status, &*released.body), (200, r#"{"hold":"none","held":[]}"#));
    assert_eq!(alice.read_to_end().await, b"", "closed without a byte");
    assert!(server.send("GET", PATH, b"", "").await.body.contains("alice"), "and yet it was applied");
    let faults = server.send("GET", "/control/faults", b"", "").await.body;
    assert_eq!(faults, r#"{"latencyMs":0,"loseResponses":0}"#, "no other response is lost later");
    server.end().await;
}

#[tokio::test]
async fn a_refusal_is_not_lost_with_its_release() {
    let (service, etag, mut watch) = closed().await;
    let (number, sent) = watch.held(&service, "alice", "\"v9-00000000\"").await;
    let reply = service.send("POST", &format!("{GATE}/{number}/release?loseResponse=true"), &[], "").await;
    assert_eq!(reply.status, 200);
    assert_eq!(sent.await.unwrap().status, 412, "only a write that was applied can have its response lost");
    let (number, sent) = watch.held_next(&service, "bob", &etag).await;
    release(&service, &format!("{number}/")).await;
    assert_eq!(sent.await.unwrap().status, 200, "and nobody else loses one for it");
}

/// A client that may set the gate may also pass it, to look at what happens while all others are held.
#[tokio::test]
async fn a_client_that_leads_passes_the_gate() {
    let (service, _) = Service::with_document().await;
    hold(&service, "all").await;
    for path in [PATH, "/api/documents", "/api/documents/a/versions", "/api/documents/a/versions/1"] {
        let passed = service.at_once("GET", path, &[("Ifmatch-Gate", "pass")], "").await;
        assert_eq!(passed.status, 200, "{path}");
    }
    assert_eq!(gate(&service).await.held, []);
}

/// Opens a stream that holds the gate: sends the PUT, and reads its first event.
async fn hold_while(server: &Running, hold: &str) -> Connection {
    let mut leader = server.connect().await;
    let body = json!({"hold": hold}).to_string();
    leader.write(&head("PUT", GATE, b"Accept: text/event-stream\r\n", body.len())).await;
    leader.write(body.as_bytes()).await;
    let answer = leader.head().await;
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("text/event-stream")));
    leader.until(&format!("event: gate\ndata: {{\"hold\":\"{hold}\",\"held\":[")).await;
    leader.until("\n\n\r\n").await;
    leader
}

#[tokio::test]
async fn a_gate_opens_when_its_leader_is_gone() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let leader = hold_while(&server, "writes").await;
    let mut writers = Vec::new();
    for name in ["alice", "bob"] {
        let mut writer = server.connect().await;
        let fields = format!("If-Match: {etag}\r\nIfmatch-Author: {name}\r\n");
        writer.write(&head("PUT", PATH, fields.as_bytes(), text(name).len())).await;
        writer.write(text(name).as_bytes()).await;
        watch.until("\"status\":null").await;
        writers.push(writer);
    }
    drop(leader);
    assert_eq!(writers[0].answer("PUT").await.status, 200, "in order of their arrival");
    assert_eq!(writers[1].answer("PUT").await.status, 412);
    let left = server.send("GET", GATE, b"", "").await;
    assert_eq!(left.body, r#"{"hold":"none","held":[]}"#);
    server.end().await;
}

/// A plain PUT sets the gate until the next PUT, even if a stream held the gate before.
#[tokio::test]
async fn a_gate_that_was_set_anew_stays_shut() {
    let (server, _, _) = closed_on_a_socket().await;
    let mut leader = hold_while(&server, "all").await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"writes"}"#).await.status, 200);
    leader.until("0\r\n\r\n").await;
    drop(leader);
    let second = hold_while(&server, "all").await;
    let mut third = hold_while(&server, "writes").await;
    drop(second);
    // The third client's stream continues, so the gate still holds.
    assert_eq!(server.send("GET", GATE, b"", "").await.body, r#"{"hold":"writes","held":[]}"#);
    assert!(third.is_silent());
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"none"}"#).await.status, 200);
    third.until("0\r\n\r\n").await;
    server.end().await;
}

/// When the server stops, held requests get a response that says that nothing was done.
///
/// It does not matter which client held the gate.
#[tokio::test]
async fn held_gate_releases_nothing_when_the_server_stops() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let _leader = hold_while(&server, "writes").await;
    let mut alice = server.connect().await;
    alice.write(&head("PUT", PATH, format!("If-Match: {etag}\r\n").as_bytes(), text("alice").len())).await;
    alice.write(text("alice").as_bytes()).await;
    watch.until("\"status\":null").await;
    server.end().await;
    assert_eq!(alice.answer("PUT").await.status, 503);
}

#[tokio::test]
async fn the_gate_is_set_by_a_word_and_without_conditions() {
    let (service, etag, _) = closed().await;
    for (body, status, error) in [
        ("{", 400, "malformed_body"),
        ("{}", 422, "unprocessable_content"),
        (r#"["none"]"#, 422, "unprocessable_content"),
        (r#"{"hold":"some"}"#, 422, "unprocessable_content"),
        (r#"{"hold":"none","open":true}"#, 422, "unprocessable_content"),
    ] {
        service.send("PUT", GATE, &[], body).await.problem(status, error, None);
    }
    for condition in [("If-Match", &*etag), ("If-Match", "*"), ("If-None-Match", "*")] {
        let problem = service.send("PUT", GATE, &[condition], r#"{"hold":"none"}"#).await;
        assert_eq!(problem.problem(400, "invalid_request", None)["field"], condition.0);
    }
    assert_eq!(gate(&service).await.hold, Hold::Writes, "nothing of that was done");
    let wrong = service.send("POST", GATE, &[], "").await;
    wrong.problem(405, "method_not_allowed", None);
    assert_eq!(wrong.field("allow"), "GET, HEAD, PUT, OPTIONS");
    assert_eq!(service.get("/control/gate/release").await.field("allow"), "POST, OPTIONS");
    // Only a proxy has a request that it could send again.
    for query in ["release?loseResponse=true", "release?duplicate=true", "1/release?duplicate=true"] {
        let refused = service.send("POST", &format!("/control/gate/{query}"), &[], "").await;
        refused.problem(400, "invalid_request", None);
    }
}

/// A client may send the list of held requests back with another `hold`; the list does not change.
#[tokio::test]
async fn report_of_the_gate_can_be_sent_back() {
    let (service, etag, mut watch) = closed().await;
    let (number, _sent) = watch.held(&service, "alice", &etag).await;
    let mut read = service.get(GATE).await.json();
    assert_eq!(read["held"][0]["exchange"], number);
    read["hold"] = "all".into();
    let set = service.send("PUT", GATE, &[], &read.to_string()).await;
    assert_eq!((set.status.as_u16(), set.json()), (200, read));
}

#[tokio::test]
async fn held_request_is_judged_under_the_policy_of_its_release() {
    let (service, etag, mut watch) = closed().await;
    let (_, alice) = watch.held(&service, "alice", "\"v9-00000000\"").await;
    let lax = json!({"preconditions": "ignored", "etags": "version", "judging": "atomic", "dates": "proven"});
    let policy = service.get("/control/policy").await.field("etag").to_owned();
    service.send("PUT", "/control/policy", &[("If-Match", &policy)], &lax.to_string()).await;
    release(&service, "").await;
    let reply = alice.await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.field("ifmatch-overwrote")), (200, &*etag));
    assert_eq!(reply.field("ifmatch-unsafe"), "preconditions=ignored");
}

#[tokio::test]
async fn held_request_at_the_end_hears_that_nothing_was_done() {
    let (service, etag, mut watch) = closed().await;
    let (_, sent) = watch.held(&service, "alice", &etag).await;
    service.stop();
    let reply = timeout(Duration::from_secs(10), sent).await.expect("it still waits").unwrap();
    assert_eq!(reply.problem(503, "server_stopping", None)["instance"], PATH);
    assert!(reply.has("date"), "{reply:?}");
    assert_eq!(reply.field("retry-after"), "5", "{reply:?}");
    assert_eq!(service.get(PATH).await.field("etag"), etag);
    assert!(gate(&service).await.held.is_empty());
}

#[tokio::test]
async fn a_body_is_taken_in_while_it_is_held_and_comes_through_whole() {
    let (service, etag, mut watch) = closed().await;
    let long = text(&"x".repeat(900_000));
    let (parts, body) = body_in_parts();
    let sent = tokio::spawn({
        let (service, etag) = (Arc::clone(&service), etag.clone());
        async move { service.open_with("PUT", PATH, &[("If-Match", &*etag)], body).await }
    });
    let number = watch.next().await.number;
    let (taken, rest) = long.split_at(500_000);
    for part in taken.as_bytes().chunks(1000) {
        // The channel has room for one part, so this would wait for ever if the server did not read the parts.
        parts.send(Ok(Bytes::copy_from_slice(part))).await.unwrap();
    }
    release(&service, &format!("{number}/")).await;
    parts.send(Ok(Bytes::copy_from_slice(rest.as_bytes()))).await.unwrap();
    drop(parts);
    let response = sent.await.unwrap();
    assert_eq!(response.status(), 200);
    let answer = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap(), serde_json::from_str::<Value>(&long).unwrap());
    assert_eq!(watch.next().await.request.body.len(), 64 * 1024);
}

#[tokio::test]
async fn a_body_that_breaks_leaves_the_gate() {
    let (service, etag, mut watch) = closed().await;
    let broken = stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("the client has gone"))]);
    let response = service.open_with("PUT", PATH, &[("If-Match", &etag)], Body::from_stream(broken)).await;
    assert_eq!(response.status(), 400);
    assert_eq!(watch.next().await.status, None);
    assert!(gate(&service).await.held.is_empty());
}

/// Returns a body, and a sender for its parts.
pub(crate) fn body_in_parts() -> (mpsc::Sender<std::io::Result<Bytes>>, Body) {
    let (send, receive) = mpsc::channel(1);
    let parts = stream::unfold(receive, async |mut receive| Some((receive.recv().await?, receive)));
    (send, Body::from_stream(parts))
}

/// Returns a server on a socket, a document's tag, and a connection that watches the exchanges.
pub(crate) async fn closed_on_a_socket() -> (Running, String, Connection) {
    let server = Running::start().await;
    let created = server.send("PUT", PATH, b"If-None-Match: *\r\n", &text("one")).await;
    let etag = created.field("etag").unwrap().to_owned();
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"writes"}"#).await.status, 200);
    let mut watch = server.connect().await;
    watch.write(&head("GET", "/control/exchanges", b"Accept: text/event-stream\r\n", 0)).await;
    assert_eq!(watch.head().await.status, 200);
    (server, etag, watch)
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_the_gate() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    // More than all buffers in between hold, so the end of the connection arrives after all of it.
    let long = "x".repeat(900_000);
    let gone = "\"lost\":\"";
    for (method, body, missing, end) in [
        ("DELETE", "", 0, gone),
        ("PUT", &text("short"), 0, gone),
        ("PUT", &text(&long), 0, gone),
        // Once released, it is an incomplete body and nothing else.
        ("PUT", "{", 1, "\"status\":400"),
    ] {
        let mut client = server.connect().await;
        let fields = format!("If-Match: {etag}\r\n");
        client.write(&head(method, PATH, fields.as_bytes(), body.len() + missing)).await;
        client.write(body.as_bytes()).await;
        watch.until("\"status\":null").await;
        drop(client);
        watch.until(end).await;
        let left = server.send("GET", GATE, b"", "").await;
        assert_eq!(left.body, r#"{"hold":"writes","held":[]}"#);
    }
    server.end().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_before_its_sign_leaves_the_gate() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let mut client = server.connect().await;
    let fields = format!("Expect: 100-continue\r\nIf-Match: {etag}\r\n");
    client.write(&head("PUT", PATH, fields.as_bytes(), 10)).await;
    watch.until("\"status\":null").await;
    drop(client);
    watch.until("\"status\":400").await;
    let left = server.send("GET", GATE, b"", "").await;
    assert_eq!(left.body, r#"{"hold":"writes","held":[]}"#);
    // In HTTP/2, a client can reset a single request.
    let mut client = http_2(&server).await;
    let fields = [request(PUT, PATH), literal("expect", "100-continue"), literal("if-match", &etag)].concat();
    client.write(&frame(HEADERS, END_HEADERS, 1, &fields)).await;
    watch.until("\"status\":null").await;
    client.write(&frame(RST_STREAM, 0, 1, &[0, 0, 0, 8])).await;
    watch.until("\"lost\":\"").await;
    let left = server.send("GET", GATE, b"", "").await;
    assert_eq!(left.body, r#"{"hold":"writes","held":[]}"#);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_does_not_wait_for_its_sign_comes_through_whole() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let mut client = server.connect().await;
    let body = text(&"x".repeat(900_000));
    let fields = format!("Expect: 100-continue\r\nIf-Match: {etag}\r\n");
    client.write(&head("PUT", PATH, fields.as_bytes(), body.len())).await;
    watch.until("\"status\":null").await;
    client.write(body.as_bytes()).await;
    server.send("POST", "/control/gate/release", b"", "").await;
    assert_eq!(client.head().await.status, 100);
    assert_eq!(client.answer("PUT").await.status, 200);
    server.end().await;
}

#[tokio::test]
async fn expect_continue_gets_no_100_while_it_is_held() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let mut alice = server.connect().await;
    let fields = format!("Expect: 100-continue\r\nIf-Match: {etag}\r\n");
    alice.write(&head("PUT", PATH, fields.as_bytes(), 10)).await;
    watch.until("\"status\":null").await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"none"}"#).await.status, 200);
    let bobs = format!("If-Match: {etag}\r\nIfmatch-Author: bob\r\n");
    let bob = server.send("PUT", PATH, bobs.as_bytes(), &text("bob")).await;
    assert_eq!(bob.status, 200);
    server.send("POST", "/control/gate/release", b"", "").await;
    assert_eq!(alice.head().await.status, 412, "in place of a 100 that came too early");
    server.end().await;
}

#[tokio::test]
async fn stopping_server_answers_held_requests() {
    let (server, etag, mut watch) = closed_on_a_socket().await;
    let mut alice = server.connect().await;
    let body = text("alice");
    alice.write(&head("PUT", PATH, format!("If-Match: {etag}\r\n").as_bytes(), body.len())).await;
    alice.write(body.as_bytes()).await;
    watch.until("\"status\":null").await;
    server.end().await;
    let answer = alice.answer("PUT").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("server_stopping"), "{answer:?}");
}
