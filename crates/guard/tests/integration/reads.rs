//! GET and HEAD through the guard.

use axum::http::Method;
use guard::GuardOptions;

use crate::fake_server::{Behaviour, Guarded, ServerTags};

#[tokio::test]
async fn unchanged_resource_keeps_its_strong_tag() {
    let guarded = Guarded::new(Behaviour { tags: ServerTags::WeakContent, ..Behaviour::default() });
    let (first, again) = (guarded.get("/a").await, guarded.get("/a").await);
    assert_eq!((first.status, first.body.as_str()), (200, "A"));
    let tag = first.tag().unwrap();
    assert!(tag.starts_with('"'), "{tag} is not the server's weak one");
    assert_eq!(again.tag(), Some(tag));
}

#[tokio::test]
async fn head_has_the_tag_of_get_and_no_body() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    let head = guarded.send("HEAD", "/a", &[], "").await;
    assert_eq!((head.status, head.tag(), head.body.as_str()), (200, Some(tag), ""));
    assert_eq!(head.field("content-length"), Some("1"));
    assert_eq!(guarded.send("HEAD", "/missing", &[], "").await.body, "");
}

#[tokio::test]
async fn conditions_of_reads_are_evaluated_by_the_guard() {
    let guarded = Guarded::new(Behaviour { read_fields: vec![("vary", "accept")], ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    for list in [&tag, &format!("W/{tag}"), "*", &format!("\"x\", {tag}")] {
        let reply = guarded.send("GET", "/a", &[("if-none-match", list)], "").await;
        assert_eq!((reply.status, reply.body.as_str(), reply.tag()), (304, "", Some(tag.clone())), "{list}");
        assert_eq!((reply.field("vary"), reply.field("content-length")), (Some("accept"), None));
    }
    assert_eq!(guarded.send("GET", "/a", &[("if-none-match", "\"x\"")], "").await.status, 200);
    let failed = guarded.send("GET", "/a", &[("if-match", "\"x\"")], "").await;
    assert_eq!((failed.status, failed.tag()), (412, Some(tag)));
    assert!(!failed.problem()["detail"].as_str().unwrap().contains("Nothing was written"));
    assert_eq!(guarded.send("GET", "/a", &[("if-match", "x")], "").await.status, 400);
    for arrived in guarded.server.arrived(&Method::GET) {
        let names: Vec<_> = arrived.headers.keys().map(axum::http::HeaderName::as_str).collect();
        assert!(!names.iter().any(|name| name.starts_with("if-")), "{names:?}");
    }
}

#[tokio::test]
async fn date_of_the_server_gives_a_304() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let guarded = Guarded::new(Behaviour { read_fields: vec![("last-modified", date)], ..Behaviour::default() });
    assert_eq!(guarded.send("GET", "/a", &[("if-modified-since", date)], "").await.status, 304);
    let earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
    assert_eq!(guarded.send("GET", "/a", &[("if-modified-since", earlier)], "").await.status, 200);
}

#[tokio::test]
async fn whole_representation_is_requested_without_a_coding() {
    let guarded = Guarded::new(Behaviour::default());
    let fields = [("range", "bytes=0-0"), ("if-range", "\"x\""), ("accept-encoding", "gzip, br")];
    let reply = guarded.send("GET", "/a", &fields, "").await;
    assert_eq!((reply.status, reply.field("accept-ranges")), (200, Some("none")));
    let arrived = &guarded.server.arrived(&Method::GET)[0].headers;
    assert_eq!(arrived["accept-encoding"], "identity");
    assert!(!arrived.contains_key("range") && !arrived.contains_key("if-range"));
}

#[tokio::test]
async fn response_without_a_representation_has_no_tag() {
    let fields = vec![("etag", "\"the-server's\"")];
    let guarded = Guarded::new(Behaviour { read_fields: fields, ..Behaviour::default() });
    assert_eq!((guarded.get("/missing").await.status, guarded.get("/missing").await.tag()), (404, None));
    // A read of an ambiguous URL passes, but its tag could be another resource's.
    guarded.server.store("/b/../a", "A");
    let ambiguous = guarded.get("/b/../a").await;
    assert_eq!((ambiguous.status, ambiguous.body.as_str(), ambiguous.tag()), (200, "A", None));
    guarded.server.state().behaviour.read_status = Some(302);
    assert_eq!((guarded.get("/a").await.status, guarded.get("/a").await.tag()), (302, None));
}

#[tokio::test]
async fn stream_of_events_passes_without_a_tag() {
    let fields = vec![("content-type", "text/event-stream; charset=utf-8"), ("etag", "\"x\"")];
    let guarded = Guarded::new(Behaviour { read_fields: fields, ..Behaviour::default() });
    let reply = guarded.get("/a").await;
    assert_eq!((reply.body.as_str(), reply.tag()), ("A", None));
}

#[tokio::test]
async fn long_representation_is_identified_by_a_strong_tag_or_not_at_all() {
    let options = GuardOptions { max_hashed_bytes: 3, ..GuardOptions::default() };
    for (tags, has_tag) in [(ServerTags::None, false), (ServerTags::WeakContent, false), (ServerTags::Version, true)] {
        let guarded = Guarded::with(Behaviour { tags, ..Behaviour::default() }, options.clone());
        guarded.server.store("/a", "long text");
        let reply = guarded.get("/a").await;
        assert_eq!((reply.body.as_str(), reply.tag().is_some()), ("long text", has_tag), "{tags:?}");
        assert_eq!(guarded.get("/a").await.tag(), reply.tag());
        guarded.server.store("/a", "other text");
        assert_eq!(guarded.get("/a").await.tag() != reply.tag(), has_tag, "{tags:?}");
    }
}

/// Two clients that see different representations of one resource do not disturb each other.
#[tokio::test]
async fn each_selection_has_its_own_representation() {
    let guarded = Guarded::new(Behaviour::default());
    let ann = [("authorization", "Bearer ann")];
    let tag = guarded.send("GET", "/a", &ann, "").await.tag();
    guarded.server.store("/a", "B");
    let bobs = guarded.send("GET", "/a", &[("authorization", "Bearer bob")], "").await.tag();
    guarded.server.store("/a", "A");
    assert_eq!(guarded.send("GET", "/a", &ann, "").await.tag(), tag, "Ann never saw B");
    assert_ne!(bobs, tag);
}

#[tokio::test]
async fn change_around_the_guard_gives_a_new_tag() {
    let guarded = Guarded::new(Behaviour::default());
    let first = guarded.tag("/a").await;
    guarded.server.store("/a", "B");
    let second = guarded.tag("/a").await;
    guarded.server.store("/a", "A");
    let third = guarded.tag("/a").await;
    assert!(first != second && second != third && first != third, "{first} {second} {third}");
}
