//! The leader's settings of the room: the document that opens for all.

use std::sync::Arc;

use futures_util::StreamExt;
use serde_json::{Value, json};
use server::ServerOptions;
use store::SqliteStore;

use crate::participants::{CODE, LEADER, join, room, send};
use crate::service::{Reply, Service};

const ROOM: &str = "/control/room";

/// Opens a document for all, as a leader with a condition.
async fn put(service: &Service, condition: (&str, &str), document: &Value) -> Reply {
    let authorization = format!("Bearer {LEADER}");
    let fields = [("Authorization", &*authorization), condition];
    service.send("PUT", ROOM, &fields, &json!({"openForAll": document}).to_string()).await
}

async fn etag(service: &Service) -> String {
    send(service, (CODE, ""), "GET", ROOM, "").await.field("etag").to_owned()
}

#[tokio::test]
async fn everyone_reads_the_settings_and_a_leader_sets_them() {
    let room = room();
    let sam = join(&room, "sam").await;
    for token in [CODE, &sam, LEADER] {
        let read = send(&room, (token, ""), "GET", ROOM, "").await;
        assert_eq!((read.status.as_u16(), read.json()), (200, json!({"openForAll": null})), "{token}");
    }
    let first = etag(&room).await;
    let set = put(&room, ("If-Match", &first), &json!("plan")).await;
    assert_eq!((set.status.as_u16(), set.json()), (200, json!({"openForAll": "plan"})), "{set:?}");
    assert_ne!(set.field("etag"), first);
    assert_eq!(send(&room, (&sam, ""), "GET", ROOM, "").await.json()["openForAll"], "plan");
    for (token, status, error, reason) in [
        (&*sam, 403, "forbidden", Some("insufficient_scope")),
        (CODE, 403, "forbidden", Some("insufficient_scope")),
        ("wrong", 401, "unauthorized", Some("invalid_token")),
    ] {
        let authorization = format!("Bearer {token}");
        let fields = [("Authorization", &*authorization), ("If-Match", set.field("etag"))];
        let reply = room.send("PUT", ROOM, &fields, r#"{"openForAll":null}"#).await;
        reply.problem(status, error, reason);
    }
    room.send("GET", ROOM, &[], "").await.problem(401, "unauthorized", Some("no_credentials"));
    assert_eq!(send(&room, (CODE, ""), "GET", ROOM, "").await.json()["openForAll"], "plan");
}

#[tokio::test]
async fn second_of_two_leaders_gets_a_412() {
    let room = room();
    let seen_by_both = etag(&room).await;
    let first = put(&room, ("If-Match", &seen_by_both), &json!("plan")).await;
    assert_eq!(first.status, 200);
    let second = put(&room, ("If-Match", &seen_by_both), &json!("notes")).await;
    assert_eq!(second.field("etag"), first.field("etag"));
    assert_eq!(second.problem(412, "precondition_failed", Some("stale"))["behind"], 1);
    assert_eq!(send(&room, (CODE, ""), "GET", ROOM, "").await.json()["openForAll"], "plan");
    // The body of a stale write is not judged first.
    put(&room, ("If-Match", &seen_by_both), &json!(7)).await.problem(412, "precondition_failed", Some("stale"));
}

#[tokio::test]
async fn write_without_the_replaced_settings_is_a_428() {
    let room = room();
    for (condition, reason) in [
        (("Ifmatch-Author", "Lee"), "no_condition"),
        (("If-Match", "*"), "wildcard_names_no_version"),
        (("If-None-Match", "\"r9\""), "names_no_version"),
        (("If-Unmodified-Since", "Sun, 22 Nov 2099 05:00:11 GMT"), "no_condition"),
    ] {
        put(&room, condition, &json!("plan")).await.problem(428, "precondition_required", Some(reason));
    }
    assert_eq!(send(&room, (CODE, ""), "GET", ROOM, "").await.json()["openForAll"], Value::Null);
}

#[tokio::test]
async fn body_that_is_not_the_settings_is_refused() {
    let room = room();
    let tag = etag(&room).await;
    let authorization = format!("Bearer {LEADER}");
    let fields = [("Authorization", &*authorization), ("If-Match", &*tag)];
    for (body, status, error) in [
        ("{", 400, "malformed_body"),
        ("{}", 422, "unprocessable_content"),
        (r#"["plan"]"#, 422, "unprocessable_content"),
        (r#"{"openForAll":"Not An Id"}"#, 422, "unprocessable_content"),
        (r#"{"openForAll":"plan","openForAll":"notes"}"#, 422, "unprocessable_content"),
        (r#"{"openForAll":"plan","hold":"none"}"#, 422, "unprocessable_content"),
    ] {
        room.send("PUT", ROOM, &fields, body).await.problem(status, error, None);
    }
    let long = format!(r#"{{"openForAll":"{}"}}"#, "x".repeat(16 * 1024 * 1024));
    room.send("PUT", ROOM, &fields, &long).await.problem(413, "content_too_large", None);
    assert_eq!(etag(&room).await, tag);
}

#[tokio::test]
async fn settings_have_a_conditional_get() {
    let room = room();
    let tag = etag(&room).await;
    let authorization = format!("Bearer {CODE}");
    let fields = [("Authorization", &*authorization), ("If-None-Match", &*tag)];
    assert_eq!(room.send("GET", ROOM, &fields, "").await.status, 304);
    let set = put(&room, ("If-Match", &tag), &json!("a.b_c-1")).await;
    assert_eq!(room.send("GET", ROOM, &fields, "").await.status, 200);
    let same = put(&room, ("If-Match", set.field("etag")), &json!("a.b_c-1")).await;
    assert_eq!((same.status.as_u16(), same.field("etag")), (200, set.field("etag")), "nothing has changed");
}

/// Returns a reader of the events `room` of a new stream of all documents.
async fn settings_events(service: &Service) -> impl AsyncFnMut() -> Value {
    let authorization = format!("Bearer {CODE}");
    let response = service.open("GET", "/api/events", &[("Authorization", &authorization)], "").await;
    let mut events = response.into_body().into_data_stream();
    async move || loop {
        let block = String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
        if block.contains("event: room") {
            assert!(!block.contains("id:"), "Last-Event-ID stays: {block}");
            let data = block.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
            return serde_json::from_str::<Value>(data).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn event_stream_tells_each_change_and_the_present_document() {
    let room = room();
    let mut early = settings_events(&room).await;
    let set = put(&room, ("If-Match", &etag(&room).await), &json!("plan")).await;
    assert_eq!(early().await, json!({"openForAll": "plan"}), "a stream without a document begins with no such event");
    assert_eq!((settings_events(&room).await)().await, json!({"openForAll": "plan"}));
    put(&room, ("If-Match", set.field("etag")), &Value::Null).await;
    assert_eq!(early().await, json!({"openForAll": null}));
    assert_eq!(
        (settings_events(&room).await)().await,
        json!({"openForAll": null}),
        "a client that was away may still have the document from before"
    );
}

#[tokio::test]
async fn server_may_start_with_a_document_and_the_page_names_it() {
    let mut options = ServerOptions::default();
    options.room.open_for_all = Some("plan".parse().unwrap());
    let service = Service::with(Arc::new(SqliteStore::memory().unwrap()), options);
    assert_eq!(service.get(ROOM).await.json(), json!({"openForAll": "plan"}));
    for accept in ["text/html", "text/plain"] {
        let page = service.send("GET", "/", &[("Accept", accept)], "").await;
        let page = String::from_utf8(page.body).unwrap();
        assert!(page.contains("The leader opened plan for all"), "{page}");
    }
}

#[tokio::test]
async fn page_names_the_document_only_to_those_who_may_read() {
    let room = room();
    put(&room, ("If-Match", &etag(&room).await), &json!("secret-plan")).await;
    let shown = async |fields: &[(&str, &str)]| {
        String::from_utf8(room.send("GET", "/", fields, "").await.body).unwrap().contains("secret-plan")
    };
    assert!(!shown(&[]).await);
    assert!(shown(&[("Authorization", &format!("Bearer {CODE}"))]).await);
}
