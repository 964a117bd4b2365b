//! Injected faults: delayed responses and lost responses.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::service::{Service, text};
use crate::wire::{Running, head};

const FAULTS: &str = "/control/faults";
const PATH: &str = "/api/documents/a";

#[tokio::test]
async fn faults_are_off_until_they_are_set_and_latency_is_bounded() {
    let service = Service::new();
    let read = service.get(FAULTS).await;
    assert_eq!((read.json(), read.field("cache-control")), (json!({"latencyMs": 0, "loseResponses": 0}), "no-store"));
    let set = service.send("PUT", FAULTS, &[], r#"{"latencyMs":60000,"loseResponses":3}"#).await;
    assert_eq!((set.status.as_u16(), set.json()), (200, json!({"latencyMs": 60000, "loseResponses": 3})));
    for wrong in [
        r#"{"latencyMs":60001}"#,
        r#"{"latencyMs":-1}"#,
        r#"{"latencyMs":1.5}"#,
        r#"{"loseResponses":99999999999}"#,
        r#"{"loseAnswers":1}"#,
        "[0,0]",
    ] {
        service.send("PUT", FAULTS, &[], wrong).await.problem(422, "unprocessable_content", None);
    }
    let guarded = service.send("PUT", FAULTS, &[("If-Match", "*")], "{}").await;
    guarded.problem(400, "invalid_request", None);
    assert_eq!(service.get(FAULTS).await.json()["latencyMs"], 60000, "nothing of that was done");
    let off = service.send("PUT", FAULTS, &[], "{}").await;
    assert_eq!(off.json(), json!({"latencyMs": 0, "loseResponses": 0}), "what is not named is off");
}

/// The requests do not reach the store, since the paused clock would not wait for its thread.
#[tokio::test(start_paused = true)]
async fn every_answer_under_api_is_late() {
    let service = Service::new();
    service.send("PUT", FAULTS, &[], r#"{"latencyMs":1500}"#).await;
    for (method, path, late) in
        [("GET", "/api/nothing", 1500), ("PUT", "/api/nothing", 1500), ("PATCH", PATH, 1500), ("GET", FAULTS, 0)]
    {
        let begun = Instant::now();
        service.send(method, path, &[], "").await;
        assert_eq!(begun.elapsed(), Duration::from_millis(late), "{method} {path}");
    }
    let begun = Instant::now();
    service.stop();
    service.get("/api/nothing").await;
    assert_eq!(begun.elapsed(), Duration::ZERO, "the end of the server does not wait");
}

#[tokio::test]
async fn the_next_writes_are_applied_and_not_answered() {
    let server = Running::start().await;
    let created = server.send("PUT", PATH, b"If-None-Match: *\r\n", &text("one")).await;
    let etag = created.field("etag").unwrap();
    let guard = format!("If-Match: {etag}\r\n");
    server.send("PUT", FAULTS, b"", r#"{"loseResponses":2}"#).await;
    // None of these requests applies a write, so no response is lost.
    assert_eq!(server.send("GET", PATH, b"", "").await.status, 200);
    assert_eq!(server.send("PUT", PATH, b"If-Match: \"v9-00000000\"\r\n", &text("two")).await.status, 412);

    for left in [1, 0] {
        let mut connection = server.connect().await;
        let body = text("two");
        connection.write(&head("PUT", PATH, guard.as_bytes(), body.len())).await;
        connection.write(body.as_bytes()).await;
        assert_eq!(connection.read_to_end().await, b"", "closed without a byte");
        let faults = server.send("GET", FAULTS, b"", "").await;
        assert_eq!(faults.body, json!({"latencyMs": 0, "loseResponses": left}).to_string());
        assert!(server.send("GET", PATH, b"", "").await.body.contains("two"), "and yet it was applied");
    }
    let again = server.send("PUT", PATH, guard.as_bytes(), &text("two")).await;
    assert_eq!((again.status, again.field("ifmatch-replayed")), (200, Some("?1")));

    let kept: serde_json::Value =
        serde_json::from_str(&server.send("GET", "/control/exchanges", b"", "").await.body).unwrap();
    let lost: Vec<_> = kept["exchanges"].as_array().unwrap().iter().filter(|kept| kept["lost"].is_string()).collect();
    assert_eq!(lost.len(), 2);
    assert!(
        lost.iter().all(|lost| lost["status"].is_null() && lost["evaluation"][0]["holds"].is_boolean()),
        "{lost:?}"
    );
    server.end().await;
}
