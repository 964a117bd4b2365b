//! The leader's controls: the gate, the faults, the live record, and raw requests.

use client::{ClientError, RawRequest, RawRequestError, Recorder, TransportError};
use contract::{FaultSettings, Hold, Reason};

use crate::alice;
use crate::script::{answer, play};

const JSON: &str = "200 OK\nContent-Type: application/json";

/// A gate that holds one request of Bob's.
const HELD: &str = r#"{"hold":"writes","held":[{"exchange":7,"author":"bob","method":"PUT","path":"/api/documents/a",
    "ifMatch":null,"since":"2026-11-22T05:00:11.123Z"}]}"#;

#[tokio::test]
async fn the_gate_is_set_read_and_releases_one_request() {
    let server = play(|stage| [HELD, HELD, HELD].map(|gate| stage.exchange(&answer(JSON, gate))));
    let client = alice(&server.url);
    assert_eq!(client.hold(Hold::Writes).await.unwrap().hold, Hold::Writes);
    assert_eq!(client.gate().await.unwrap().held[0].exchange, 7);
    client.release(7).await.unwrap();
    let asked = server.end().await;
    assert!(asked[0].starts_with("PUT /control/gate HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[0].ends_with("\r\n\r\n{\"hold\":\"writes\",\"held\":[]}"), "{}", asked[0]);
    assert!(asked[1].starts_with("GET /control/gate HTTP/1.1\r\n"), "{}", asked[1]);
    assert!(asked[2].starts_with("POST /control/gate/7/release HTTP/1.1\r\n"), "{}", asked[2]);
}

#[tokio::test]
async fn all_requests_are_released_and_responses_lost() {
    let server = play(|stage| [HELD, "{}"].map(|body| stage.exchange(&answer(JSON, body))));
    let client = alice(&server.url);
    client.release_all().await.unwrap();
    client.set_faults(FaultSettings { lose_responses: 2, ..FaultSettings::default() }).await.unwrap();
    let asked = server.end().await;
    assert!(asked[0].starts_with("POST /control/gate/release HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[1].starts_with("PUT /control/faults HTTP/1.1\r\n"), "{}", asked[1]);
    assert!(asked[1].ends_with("{\"latencyMs\":0,\"loseResponses\":2}"), "{}", asked[1]);
}

#[tokio::test]
async fn a_request_that_is_not_held_cannot_be_released() {
    let problem = r#"{"status":404,"error":"not_found","reason":"not_held"}"#;
    let refused = answer("404 Not Found\nContent-Type: application/problem+json", problem);
    let server = play(move |stage| stage.exchange(&refused));
    let error = alice(&server.url).release(9).await.unwrap_err();
    assert!(matches!(&error, ClientError::Refused(problem) if problem.reason == Some(Reason::NotHeld)));
    server.end().await;
}

#[tokio::test]
async fn one_response_is_lost_by_the_release_itself() {
    let server = play(|stage| stage.exchange(&answer(JSON, HELD)));
    alice(&server.url).release_losing_response(7).await.unwrap();
    let asked = server.end().await;
    assert!(asked.starts_with("POST /control/gate/7/release?loseResponse=true HTTP/1.1\r\n"), "{asked}");
}

/// The head of a response that goes on until the connection ends.
const EVENTS: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn gate_is_held_while_the_stream_is_kept() {
    let server = play(|stage| {
        let mut first = stage.accept();
        let asked = first.hear();
        first.say(&format!("{EVENTS}:\n\nevent: gate\ndata: {}\n\n:\n\n", HELD.replace('\n', "")));
        first.wait_for_the_end();
        let mut second = stage.accept();
        second.hear();
        second.say(&format!("{EVENTS}event: gate\ndata: {}\n\n", HELD.replace('\n', "")));
        asked
    });
    let client = alice(&server.url);
    let (gate, holding) = client.hold_while(Hold::Writes).await.unwrap();
    assert_eq!((gate.hold, gate.held[0].exchange), (Hold::Writes, 7));
    drop(holding);
    let (_, holding) = client.hold_while(Hold::Writes).await.unwrap();
    holding.until_ended().await;
    let asked = server.end().await;
    assert!(asked.starts_with("PUT /control/gate HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("\r\nAccept: text/event-stream\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\n{\"hold\":\"writes\",\"held\":[]}"), "{asked}");
}

#[tokio::test]
async fn a_hold_without_the_scope_is_refused() {
    let problem = r#"{"status":403,"error":"forbidden","reason":"insufficient_scope"}"#;
    let refused = answer("403 Forbidden\nContent-Type: application/problem+json", problem);
    let server = play(move |stage| stage.exchange(&refused));
    let error = alice(&server.url).hold_while(Hold::All).await.unwrap_err();
    assert!(matches!(&error, ClientError::Refused(problem) if problem.status == 403), "{error}");
    server.end().await;
}

#[tokio::test]
async fn only_a_bypassing_client_asks_to_pass_the_gate() {
    let list = r#"{"documents":[],"next":null}"#;
    let server = play(move |stage| [list, list].map(|list| stage.exchange(&answer(JSON, list))));
    let client = alice(&server.url);
    client.documents().await.unwrap();
    client.bypassing_gate().documents().await.unwrap();
    let asked = server.end().await;
    let passes: Vec<_> = asked.iter().map(|asked| asked.contains("\r\nIfmatch-Gate: pass\r\n")).collect();
    assert_eq!(passes, [false, true]);
}

/// Returns the event of an exchange; without a status, only its arrival.
fn told(number: u64, status: &str) -> String {
    let exchange = format!(
        r#"{{"number":{number},"author":"bob","received":"2026-11-22T05:00:11.123Z","answered":null,"method":"PUT",
        "target":"/api/documents/a","request":{{"fields":[],"body":"","cut":false}},"status":{status},"response":null}}"#
    );
    format!("id: {number}\nevent: exchange\ndata: {}\n\n", exchange.replace('\n', ""))
}

#[tokio::test]
async fn exchanges_are_reported_when_held_and_when_ended() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        let asked = peer.hear();
        peer.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
        let (held, over) = (told(7, "null"), told(7, "412"));
        let (begin, end) = over.split_at(25);
        // An unknown event, a heartbeat, and an event in two pieces.
        peer.say(&format!(": heartbeat\n\nevent: other\ndata: {{}}\n\n{held}{begin}"));
        peer.say(end);
        asked
    });
    let mut exchanges = alice(&server.url).exchanges().await.unwrap();
    let (held, over) = (exchanges.next().await.unwrap(), exchanges.next().await.unwrap());
    assert_eq!((held.number, held.status, over.number, over.status), (7, None, 7, Some(412)));
    let ended = exchanges.next().await.unwrap_err();
    assert!(matches!(ended, ClientError::Lost(TransportError::CutOff { .. })), "the stream is not resumed: {ended}");
    let asked = server.end().await;
    assert!(asked.starts_with("GET /control/exchanges HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("\r\nAccept: text/event-stream\r\n"), "{asked}");
}

#[tokio::test]
async fn response_without_a_stream_is_not_a_document_server() {
    let server = play(|stage| stage.exchange(&answer(JSON, "{}")));
    let error = alice(&server.url).exchanges().await.unwrap_err();
    assert!(matches!(error, ClientError::NotIfmatch { .. }), "{error}");
    server.end().await;
}

#[tokio::test]
async fn raw_request_is_sent_unchanged_and_recorded() {
    let refused = answer("412 Precondition Failed\nContent-Type: application/problem+json", "{}");
    let server = play(move |stage| stage.exchange(&refused));
    let (wire, mut seen) = Recorder::new();
    let client = alice(&server.url).recorded_by(wire);
    let fields = [("If-Match", "W/\"v1\""), ("Content-Type", "application/merge-patch+json")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let plain = RawRequest::new("PATCH", "/api/documents/a?x=1", &fields, Some("{\"title\":null}".to_owned())).unwrap();
    assert_eq!(client.send_raw(plain).await, Ok(412));
    let asked = server.end().await;
    assert!(asked.starts_with("PATCH /api/documents/a?x=1 HTTP/1.1\r\n"), "{asked}");
    for line in ["If-Match: W/\"v1\"", "Content-Type: application/merge-patch+json", "Ifmatch-Author: alice"] {
        assert_eq!(asked.matches(&format!("\r\n{line}\r\n")).count(), 1, "{asked}");
    }
    assert!(asked.ends_with("\r\n\r\n{\"title\":null}"), "{asked}");
    seen.recv().await.unwrap();
    assert_eq!(seen.recv().await.unwrap().status, Some(412));
}

#[tokio::test]
async fn faults_are_read() {
    let server = play(|stage| stage.exchange(&answer(JSON, r#"{"latencyMs":7,"loseResponses":1}"#)));
    let faults = alice(&server.url).faults().await.unwrap();
    assert_eq!(faults, FaultSettings { latency_ms: 7, lose_responses: 1 });
    assert!(server.end().await.starts_with("GET /control/faults HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_recorded_request_is_replayed_byte_by_byte() {
    let refused = answer("412 Precondition Failed\nContent-Type: application/problem+json", "{}");
    let server = play(move |stage| [stage.exchange(&refused), stage.exchange(&refused)]);
    let (wire, mut seen) = Recorder::new();
    let client = alice(&server.url).recorded_by(wire);
    let fields = [("If-Match", "\"v1\""), ("Prefer", "return=representation")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let plain = RawRequest::new("PUT", "/api/documents/a", &fields, Some("{\"title\":\"T\"}".to_owned())).unwrap();
    client.send_raw(plain).await.unwrap();
    seen.recv().await.unwrap();
    let first = seen.recv().await.unwrap();
    client.send_raw(RawRequest::replay_of(&first).unwrap()).await.unwrap();
    let asked = server.end().await;
    assert_eq!(asked[0], asked[1]);
    let mut cut = first;
    cut.request.cut = true;
    assert_eq!(RawRequest::replay_of(&cut).unwrap_err(), RawRequestError::BodyTruncated);
}
