//! Participants: joining under a name, the leader's list of them, removal and readmission.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use contract::{ExchangeList, GateSettings};
use futures_util::StreamExt;
use serde_json::{Value, json};
use server::{Budgets, ServerOptions, TokenHolder, Tokens, budget};
use store::SqliteStore;

use crate::service::{Reply, Service, text};

pub(crate) const LEADER: &str = "leaders-own-token";
pub(crate) const CODE: &str = "kudop-lirat-bomak";
const DOCUMENT: &str = "/api/documents/a";

/// A room with a code, a leader without a name, and Ann, whose token has her name.
pub(crate) fn room() -> Service {
    room_with(Budgets::default())
}

fn room_with(budgets: Budgets) -> Service {
    let mut tokens = Tokens::default();
    tokens.add(&LEADER.parse().unwrap(), TokenHolder { name: None, admin: true });
    tokens.add(&CODE.parse().unwrap(), TokenHolder { name: None, admin: false });
    tokens.add(&"anns-own-token".parse().unwrap(), TokenHolder { name: Some("Ann".parse().unwrap()), admin: false });
    let options = ServerOptions { tokens: Some(tokens), budgets, ..ServerOptions::default() };
    Service::with(Arc::new(SqliteStore::memory().unwrap()), options)
}

/// Sends a request with a token, and a name unless it is empty.
pub(crate) async fn send(
    service: &Service,
    (token, name): (&str, &str),
    method: &str,
    path: &str,
    body: &str,
) -> Reply {
    let authorization = format!("Bearer {token}");
    let mut fields = vec![("Authorization", &*authorization)];
    if !name.is_empty() {
        fields.push(("Ifmatch-Author", name));
    }
    if path.starts_with("/api/documents/") && method == "PUT" {
        fields.push(("If-None-Match", "*"));
    }
    service.send(method, path, &fields, body).await
}

/// Joins with the room's code, and returns the token.
pub(crate) async fn join(service: &Service, name: &str) -> String {
    let reply = send(service, (CODE, ""), "POST", "/api/participants", &json!({"name": name}).to_string()).await;
    assert_eq!((reply.status.as_u16(), reply.field("cache-control")), (201, "no-store"), "{reply:?}");
    let joined = reply.json();
    assert_eq!(joined["name"], name);
    joined["token"].as_str().unwrap().to_owned()
}

async fn roster(service: &Service) -> Vec<Value> {
    let reply = send(service, (LEADER, ""), "GET", "/control/participants", "").await;
    assert_eq!((reply.status.as_u16(), reply.field("cache-control")), (200, "no-store"));
    reply.json()["participants"].as_array().unwrap().clone()
}

async fn lead(service: &Service, name: &str, action: &str) -> Reply {
    send(service, (LEADER, ""), "POST", &format!("/control/participants/{name}/{action}"), "").await
}

#[tokio::test]
async fn token_of_a_participant_writes_under_its_name_only() {
    let room = room();
    let sam = join(&room, "sam").await;
    let written = send(&room, (&sam, ""), "PUT", DOCUMENT, &text("one")).await;
    assert_eq!((written.status.as_u16(), written.field("ifmatch-author")), (201, "sam"));
    assert_eq!(send(&room, (&sam, "sam"), "GET", DOCUMENT, "").await.status, 200);
    send(&room, (&sam, "bob"), "GET", DOCUMENT, "").await.problem(403, "forbidden", Some("other_name"));
    send(&room, (&sam, ""), "GET", "/control/gate", "").await.problem(403, "forbidden", Some("insufficient_scope"));
    send(&room, ("0123456789abcdef0123456789abcdef", ""), "GET", DOCUMENT, "").await.problem(
        401,
        "unauthorized",
        Some("invalid_token"),
    );
}

#[tokio::test]
async fn bare_code_reads_and_writes_under_no_participants_name() {
    let room = room();
    join(&room, "sam").await;
    for name in ["sam", "SAM"] {
        let refused = send(&room, (CODE, name), "PUT", DOCUMENT, &text("one")).await;
        refused.problem(403, "forbidden", Some("name_taken"));
    }
    for name in ["", "bob"] {
        send(&room, (CODE, name), "PUT", DOCUMENT, &text("one")).await;
        assert_eq!(send(&room, (CODE, name), "GET", DOCUMENT, "").await.status, 200);
    }
}

#[tokio::test]
async fn taken_name_is_a_409_that_names_a_free_one() {
    let room = room();
    join(&room, "sam").await;
    for (by, name, free) in [("", "sam", "sam-2"), ("sam", "sam", "sam-2"), ("", "ann", "ann-2")] {
        let reply = send(&room, (CODE, by), "POST", "/api/participants", &json!({"name": name}).to_string()).await;
        let problem = reply.problem(409, "conflict", Some("name_taken"));
        assert_eq!(problem["free"], free);
    }
    join(&room, "sam-2").await;
    let reply = send(&room, (CODE, ""), "POST", "/api/participants", r#"{"name":"sam"}"#).await;
    assert_eq!(reply.json()["free"], "sam-3");
}

#[tokio::test]
async fn holder_of_a_named_token_joins_under_that_name_only() {
    let room = room();
    let join = async |token: &str, name: &str| {
        send(&room, (token, ""), "POST", "/api/participants", &json!({"name": name}).to_string()).await
    };
    join("anns-own-token", "bob").await.problem(403, "forbidden", Some("other_name"));
    let joined = join("anns-own-token", "Ann").await;
    assert_eq!(joined.status, 201);
    let token = joined.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(send(&room, (&token, "Ann"), "GET", "/api/documents", "").await.status, 200);
    assert_eq!(send(&room, ("anns-own-token", ""), "GET", "/api/documents", "").await.status, 200, "both are valid");
    let leading = join(LEADER, "lee").await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(send(&room, (&leading, ""), "GET", "/control/gate", "").await.status, 200, "a leader stays one");
}

#[tokio::test]
async fn malformed_join_is_refused() {
    let room = room();
    for (body, status, error) in [
        ("", 400, "malformed_body"),
        ("{", 400, "malformed_body"),
        ("{}", 422, "unprocessable_content"),
        (r#"["sam"]"#, 422, "unprocessable_content"),
        (r#"{"name":"sam","admin":true}"#, 422, "unprocessable_content"),
        (r#"{"name":""}"#, 422, "unprocessable_content"),
        (r#"{"name":"a\u200bb"}"#, 422, "unprocessable_content"),
        (&json!({"name": "x".repeat(65)}).to_string(), 422, "unprocessable_content"),
    ] {
        send(&room, (CODE, ""), "POST", "/api/participants", body).await.problem(status, error, None);
    }
    let no_code = room.send("POST", "/api/participants", &[], r#"{"name":"sam"}"#).await;
    no_code.problem(401, "unauthorized", Some("no_credentials"));
    let wrong = send(&room, ("kudop-lirat-bomal", ""), "POST", "/api/participants", r#"{"name":"sam"}"#).await;
    wrong.problem(401, "unauthorized", Some("invalid_token"));
    let guarded = [("Authorization", &*format!("Bearer {CODE}")), ("If-Match", "\"x\"")];
    room.send("POST", "/api/participants", &guarded, r#"{"name":"sam"}"#).await.problem(400, "invalid_request", None);
}

#[tokio::test]
async fn open_server_has_unique_names_too() {
    let open = Service::new();
    let joined = open.send("POST", "/api/participants", &[], r#"{"name":"sam"}"#).await;
    assert_eq!(joined.status, 201);
    let token = format!("Bearer {}", joined.json()["token"].as_str().unwrap());
    let written = open.send("PUT", DOCUMENT, &[("Authorization", &token), ("If-None-Match", "*")], &text("one")).await;
    assert_eq!((written.status.as_u16(), written.field("ifmatch-author")), (201, "sam"));
    let claimed = open.send("GET", DOCUMENT, &[("Ifmatch-Author", "sam")], "").await;
    claimed.problem(403, "forbidden", Some("name_taken"));
    for fields in [&[][..], &[("Ifmatch-Author", "bob")], &[("Authorization", "Bearer unknown")]] {
        assert_eq!(open.send("GET", DOCUMENT, fields, "").await.status, 200, "{fields:?}");
    }
    assert_eq!(open.send("GET", "/control/gate", &[("Authorization", &token)], "").await.status, 200);
}

#[tokio::test]
async fn list_has_everyone_in_order_of_arrival() {
    let room = room();
    let sam = join(&room, "sam").await;
    send(&room, (CODE, "curl"), "GET", "/api/documents", "").await;
    send(&room, (CODE, ""), "GET", "/api/documents", "").await;
    send(&room, (&sam, ""), "GET", "/api/documents", "").await;
    room.get("/api/documents").await.problem(401, "unauthorized", Some("no_credentials"));
    let rows = roster(&room).await;
    let seen: Vec<_> = rows.iter().map(|row| (row["name"].as_str().unwrap(), row["joined"] == true)).collect();
    // The request to join had the code and no name, and adds only the person who joins.
    assert_eq!(seen, [("sam", true), ("curl", false), ("anonymous", false)]);
    assert!(
        rows.iter().all(|row| row["removed"] == false && row["lastSeen"] == "2026-11-22T05:00:11.000Z"),
        "{rows:?}"
    );
    let refused = send(&room, (&sam, ""), "GET", "/control/participants", "").await;
    refused.problem(403, "forbidden", Some("insufficient_scope"));
}

/// Opens the event stream of all documents, and reads its first event.
async fn stream(service: &Service, token: &str) -> axum::body::BodyDataStream {
    let authorization = format!("Bearer {token}");
    let response: Response<Body> = service.open("GET", "/api/events", &[("Authorization", &authorization)], "").await;
    assert_eq!(response.status(), 200);
    let mut events = response.into_body().into_data_stream();
    events.next().await.unwrap().unwrap();
    events
}

#[tokio::test]
async fn removed_participant_is_refused_and_its_streams_end() {
    let room = room();
    let (sam, ann) = (join(&room, "sam").await, join(&room, "ann-2").await);
    let (mut events, mut others) = (stream(&room, &sam).await, stream(&room, &ann).await);
    assert_eq!(roster(&room).await[0]["streams"], 1);
    assert_eq!(lead(&room, "sam", "remove").await.status, 200);
    assert!(events.next().await.is_none(), "the stream ends");
    for (who, path) in [((&*sam, ""), "/api/documents"), ((CODE, "sam"), DOCUMENT), ((&sam, ""), "/api/events")] {
        send(&room, who, "GET", path, "").await.problem(403, "forbidden", Some("removed"));
    }
    assert_eq!(send(&room, (&ann, ""), "PUT", DOCUMENT, &text("one")).await.status, 201);
    assert!(others.next().await.is_some(), "other streams go on");
    let again = send(&room, (CODE, ""), "POST", "/api/participants", r#"{"name":"sam"}"#).await;
    again.problem(409, "conflict", Some("name_taken"));
    send(&room, (&sam, ""), "POST", "/api/participants", r#"{"name":"sam"}"#).await.problem(
        403,
        "forbidden",
        Some("removed"),
    );
    assert_eq!(roster(&room).await[0]["removed"], true);
    assert_eq!(lead(&room, "sam", "readmit").await.json()["participants"][0]["removed"], false);
    assert_eq!(send(&room, (&sam, ""), "GET", DOCUMENT, "").await.status, 200, "the token is valid again");
}

#[tokio::test]
async fn removal_needs_a_known_name_that_does_not_lead() {
    let room = room();
    for action in ["remove", "readmit"] {
        lead(&room, "bob", action).await.problem(404, "not_found", Some("no_participant"));
        lead(&room, "%20", action).await.problem(404, "not_found", None);
    }
    send(&room, (LEADER, "lee"), "GET", "/api/documents", "").await;
    lead(&room, "lee", "remove").await.problem(409, "conflict", Some("is_leader"));
    let sam = join(&room, "sam").await;
    for action in ["remove", "readmit"] {
        let path = format!("/control/participants/sam/{action}");
        let refused = send(&room, (&sam, ""), "POST", &path, "").await;
        refused.problem(403, "forbidden", Some("insufficient_scope"));
    }
    let name = join(&room, "Zo\u{eb} Q").await;
    assert_eq!(lead(&room, "Zo%C3%AB%20Q", "remove").await.status, 200);
    send(&room, (&name, ""), "GET", "/api/documents", "").await.problem(403, "forbidden", Some("removed"));
}

#[tokio::test]
async fn token_is_in_no_exchange() {
    let room = room();
    let sam = join(&room, "sam").await;
    let kept = send(&room, (LEADER, ""), "GET", "/control/exchanges", "").await;
    let text = String::from_utf8(kept.body.clone()).unwrap();
    assert!(!text.contains(&sam) && !text.contains(CODE), "{text}");
    let exchange = &serde_json::from_slice::<ExchangeList>(&kept.body).unwrap().exchanges[0];
    assert_eq!((&*exchange.target, &*exchange.request.body), ("/api/participants", r#"{"name":"sam"}"#));
    assert_eq!(exchange.response.as_ref().unwrap().body, r#"{"name":"sam","token":"[not shown]"}"#);
}

#[tokio::test]
async fn gate_and_faults_let_people_join() {
    let room = room();
    let shut = json!({"hold": "all"}).to_string();
    assert_eq!(send(&room, (LEADER, ""), "PUT", "/control/gate", &shut).await.status, 200);
    send(&room, (LEADER, ""), "PUT", "/control/faults", r#"{"loseResponses":1}"#).await;
    let sam = join(&room, "sam").await;
    lead(&room, "sam", "remove").await;
    send(&room, (&sam, ""), "GET", DOCUMENT, "").await.problem(403, "forbidden", Some("removed"));
    let gate: GateSettings =
        serde_json::from_slice(&send(&room, (LEADER, ""), "GET", "/control/gate", "").await.body).unwrap();
    assert!(gate.held.is_empty(), "a request that is refused is not held");
    let faults = send(&room, (LEADER, ""), "GET", "/control/faults", "").await;
    assert_eq!(faults.json()["loseResponses"], 1, "no response about the room is lost");
}

#[tokio::test]
async fn names_and_streams_have_budgets() {
    let budgets = Budgets::default().with(&budget::PARTICIPANTS, 1).with(&budget::PARTICIPANT_STREAMS, 2);
    let room = room_with(budgets);
    let sam = join(&room, "sam").await;
    let streams = [stream(&room, &sam).await, stream(&room, &sam).await];
    let third = send(&room, (&sam, ""), "GET", "/api/events", "").await;
    assert_eq!(third.problem(429, "too_many_requests", None)["budget"], "participant-streams");
    let full = send(&room, (CODE, ""), "POST", "/api/participants", r#"{"name":"bob"}"#).await;
    assert_eq!(full.problem(503, "budget_exhausted", None)["budget"], "participants");
    let metrics = String::from_utf8(room.get("/metrics").await.body).unwrap();
    for line in [
        "ifmatch_budget_used{budget=\"participants\"} 1",
        "ifmatch_budget_refused_total{budget=\"participants\"} 1",
        "ifmatch_budget_refused_total{budget=\"participant-streams\"} 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    drop(streams);
    drop(stream(&room, &sam).await);
}
