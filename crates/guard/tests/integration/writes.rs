//! Writes whose conditions hold: what the server gets, and what the writer gets.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures_util::stream;
use guard::GuardOptions;
use tokio::sync::oneshot;

use crate::fake_server::{Behaviour, Guarded, ServerTags};

#[tokio::test]
async fn current_tag_lets_a_write_through_and_the_response_has_the_new_one() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    let reply = guarded.put("/a", &tag, "B").await;
    assert_eq!((reply.status, guarded.server.content("/a").unwrap().as_str()), (204, "B"));
    let new = reply.tag().expect("the server stored what was sent");
    assert_eq!(guarded.tag("/a").await, new);
    assert_ne!(new, tag);
    // The writer goes on with the new tag; the old one is stale, even if the content comes back.
    assert_eq!(guarded.put("/a", &new, "A").await.status, 204);
    assert_eq!(guarded.put("/a", &tag, "C").await.status, 412);
}

#[tokio::test]
async fn server_gets_no_condition_that_it_cannot_evaluate() {
    let guarded = Guarded::new(Behaviour { tags: ServerTags::WeakContent, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    let fields = [("if-match", tag.as_str()), ("if-unmodified-since", "Sun, 06 Nov 1994 08:49:37 GMT")];
    assert_eq!(guarded.send("PUT", "/a", &fields, "B").await.status, 204);
    let arrived = &guarded.server.arrived(&Method::PUT)[0].headers;
    assert!(arrived.keys().all(|name| !name.as_str().starts_with("if-")), "{arrived:?}");
}

/// A strong tag of the server closes the gap between the guard's read and its write.
#[tokio::test]
async fn strong_tag_of_the_server_is_its_condition() {
    let guarded = Guarded::new(Behaviour { tags: ServerTags::Version, evaluates: true, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    let expected = format!("\"v{}\"", guarded.server.state().writes);
    assert_eq!(guarded.put("/a", &tag, "B").await.status, 204);
    assert_eq!(guarded.server.arrived(&Method::PUT)[0].headers["if-match"], expected.as_str());
}

#[tokio::test]
async fn server_that_refuses_its_own_tag_gets_the_write_without_it() {
    let guarded =
        Guarded::new(Behaviour { tags: ServerTags::Version, refuses_conditions: true, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    assert_eq!(guarded.put("/a", &tag, "B").await.status, 204);
    let sent: Vec<_> =
        guarded.server.arrived(&Method::PUT).iter().map(|put| put.headers.contains_key("if-match")).collect();
    assert_eq!(sent, [true, false]);
}

#[tokio::test]
async fn creation_needs_that_there_is_nothing() {
    let guarded = Guarded::new(Behaviour::default());
    let create = [("if-none-match", "*")];
    let reply = guarded.send("PUT", "/new", &create, "N").await;
    assert_eq!((reply.status, guarded.server.content("/new").unwrap().as_str()), (201, "N"));
    assert_eq!(reply.tag().unwrap(), guarded.tag("/new").await);
    assert_eq!(guarded.server.arrived(&Method::PUT)[0].headers["if-none-match"], "*");
    let again = guarded.send("PUT", "/new", &create, "M").await;
    assert_eq!((again.status, again.problem()["reason"].as_str()), (412, Some("already_exists")));
    assert_eq!(guarded.server.content("/new").unwrap(), "N");
}

#[tokio::test]
async fn delete_and_patch_are_judged_like_put() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    let patched = guarded.send("PATCH", "/a", &[("if-match", &tag)], "P").await;
    assert_eq!((patched.status, guarded.server.content("/a").unwrap().as_str()), (204, "P!"));
    let new = patched.tag().expect("the tag of a patched resource");
    assert_eq!(guarded.send("DELETE", "/a", &[("if-match", &tag)], "").await.status, 412);
    let deleted = guarded.send("DELETE", "/a", &[("if-match", &new)], "").await;
    assert_eq!((deleted.status, deleted.tag(), guarded.server.content("/a")), (204, None, None));
    // Created again, it is another version, whatever its content is.
    let created = guarded.send("PUT", "/a", &[("if-none-match", "*")], "P!").await;
    assert_eq!(created.status, 201);
    assert_eq!(guarded.put("/a", &new, "X").await.status, 412);
}

#[tokio::test]
async fn missing_resource_is_the_servers_404_for_delete_and_patch() {
    let guarded = Guarded::new(Behaviour::default());
    for method in ["DELETE", "PATCH"] {
        let reply = guarded.send(method, "/missing", &[("if-match", "\"x\"")], "").await;
        assert_eq!((reply.status, reply.body.as_str()), (404, "not here"), "{method}");
    }
    assert_eq!(guarded.server.arrived(&Method::DELETE).len() + guarded.server.arrived(&Method::PATCH).len(), 0);
}

/// A client takes the tag of a PUT's response for that of its own bytes (RFC 9110 section 9.3.4).
#[tokio::test]
async fn put_that_the_server_transforms_has_a_tag_only_with_the_result() {
    let behaviour = Behaviour { transforms: true, ..Behaviour::default() };
    let guarded = Guarded::new(behaviour.clone());
    let reply = guarded.put("/a", &guarded.tag("/a").await, "B").await;
    assert_eq!((reply.status, reply.tag()), (204, None));
    let guarded = Guarded::new(Behaviour { shows_result: true, ..behaviour });
    let reply = guarded.put("/a", &guarded.tag("/a").await, "B").await;
    assert_eq!((reply.status, reply.body.as_str(), reply.field("content-location")), (200, "B!", Some("/a")));
    assert_eq!(reply.tag().unwrap(), guarded.tag("/a").await);
    // A response that says which resource its body represents is taken at its word.
    for (location, has_tag) in [("/a", true), ("/log/1", false)] {
        guarded.server.state().behaviour.write_fields = vec![("content-location", location)];
        let reply = guarded.put("/a", &guarded.tag("/a").await, "B").await;
        assert_eq!((reply.tag().is_some(), reply.field("content-location")), (has_tag, Some(location)));
    }
}

#[tokio::test]
async fn refused_write_keeps_the_tag_and_a_failed_one_does_not() {
    for (status, stays) in [(422, true), (400, true), (500, false), (502, false)] {
        let guarded = Guarded::new(Behaviour { refuses: Some(status), ..Behaviour::default() });
        let tag = guarded.tag("/a").await;
        let reply = guarded.put("/a", &tag, "B").await;
        assert_eq!((reply.status, reply.body.as_str(), reply.tag()), (status, "refused", None));
        assert_eq!(guarded.tag("/a").await == tag, stays, "{status}");
    }
}

#[tokio::test]
async fn accepted_or_redirected_write_ends_the_tag_and_gives_none() {
    for status in [202, 303] {
        let guarded = Guarded::new(Behaviour { answers: Some(status), ..Behaviour::default() });
        let tag = guarded.tag("/a").await;
        let reply = guarded.put("/a", &tag, "A").await;
        assert_eq!((reply.status, reply.tag()), (status, None));
        assert_ne!(guarded.tag("/a").await, tag);
    }
}

#[tokio::test]
async fn post_passes_unjudged_and_ends_the_tag() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    assert_eq!(guarded.send("POST", "/a", &[], "x").await.status, 200);
    assert_eq!(guarded.put("/a", &tag, "B").await.status, 412);
    // With a condition it is judged.
    let reply = guarded.send("POST", "/a", &[("if-match", &tag)], "x").await;
    assert_eq!((reply.status, guarded.server.arrived(&Method::POST).len()), (412, 1));
    assert_eq!(guarded.send("POST", "/a", &[("if-match", &guarded.tag("/a").await)], "x").await.status, 200);
}

/// The representation that the client has read is compared.
///
/// For a write, the server might choose another one.
#[tokio::test]
async fn write_is_judged_by_the_representation_that_was_read() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.send("GET", "/a", &[("accept", "text/csv"), ("accept-language", "de")], "").await.tag().unwrap();
    let fields =
        [("if-match", tag.as_str()), ("accept", "application/json"), ("cookie", "c=1"), ("content-type", "x/y")];
    assert_eq!(guarded.send("PUT", "/a", &fields, "B").await.status, 204);
    let read = &guarded.server.arrived(&Method::GET)[1].headers;
    for (name, value) in [("accept", "text/csv"), ("accept-language", "de"), ("cookie", "c=1")] {
        assert_eq!(read[name], value);
    }
    assert!(!read.contains_key("content-type") && !read.contains_key("content-length"));
    assert_eq!(guarded.server.arrived(&Method::PUT)[0].headers["accept"], "application/json");
}

#[tokio::test]
async fn optional_guard_evaluates_only_conditions_that_are_sent() {
    let guarded = Guarded::optional(Behaviour::default());
    let tag = guarded.tag("/a").await;
    let reply = guarded.send("PUT", "/a", &[], "B").await;
    assert_eq!((reply.status, reply.tag().is_some()), (204, true));
    let stale = guarded.put("/a", &tag, "C").await;
    assert_eq!((stale.status, stale.problem()["reason"].as_str()), (412, Some("stale")));
    assert_eq!(guarded.put("/a", "*", "C").await.status, 204);
    assert_eq!(guarded.server.content("/a").unwrap(), "C");
}

/// A body that arrives slowly delays no other write, and is judged when it is there.
#[tokio::test]
async fn slow_body_holds_no_lock_and_is_judged_at_its_end() {
    let guarded = Arc::new(Guarded::new(Behaviour::default()));
    let tag = guarded.tag("/a").await;
    let (finish, rest) = oneshot::channel::<Bytes>();
    let body = Body::from_stream(stream::once(rest));
    let slow = tokio::spawn({
        let (guarded, tag) = (Arc::clone(&guarded), tag.clone());
        async move { guarded.send_body("PUT", "/a", &[("if-match", &tag)], body).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(guarded.put("/a", &tag, "quick").await.status, 204);
    finish.send(Bytes::from_static(b"slow")).unwrap();
    assert_eq!(slow.await.unwrap().status, 412);
    assert_eq!(guarded.server.content("/a").unwrap(), "quick");
}

/// If the lock were released, the next write would be judged by a version that is about to be replaced.
#[tokio::test]
async fn client_that_leaves_does_not_release_the_lock() {
    let guarded = Arc::new(Guarded::new(Behaviour { turns: 20, ..Behaviour::default() }));
    let tag = guarded.tag("/a").await;
    let leaving = tokio::spawn({
        let (guarded, tag) = (Arc::clone(&guarded), tag.clone());
        async move { guarded.put("/a", &tag, "left").await }
    });
    while guarded.server.arrived(&Method::PUT).is_empty() {
        tokio::task::yield_now().await;
    }
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    assert_eq!(guarded.put("/a", &tag, "second").await.status, 412);
    assert_eq!(guarded.server.content("/a").unwrap(), "left");
}

#[tokio::test(start_paused = true)]
async fn write_without_an_answer_is_a_504_and_ends_the_tag() {
    let guarded = Guarded::new(Behaviour { never_answers: true, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    let reply = guarded.put("/a", &tag, "B").await;
    assert_eq!((reply.status, reply.problem()["error"].as_str()), (504, Some("gateway_timeout")));
    assert!(reply.problem()["detail"].as_str().unwrap().contains("may or may not have been applied"));
    guarded.server.state().behaviour.never_answers = false;
    assert_eq!(guarded.put("/a", &tag, "C").await.status, 412);
}

#[tokio::test]
async fn forgotten_resource_never_gets_an_old_tag_again() {
    let options = GuardOptions { max_resources: 4, ..GuardOptions::default() };
    let guarded = Guarded::with(Behaviour::default(), options);
    let tag = guarded.tag("/a").await;
    for number in 0..20 {
        guarded.get(&format!("/{number}")).await;
    }
    assert_eq!(guarded.put("/a", &tag, "B").await.status, 412, "the guard cannot know what happened meanwhile");
    assert_ne!(guarded.tag("/a").await, tag);
    assert_eq!(guarded.put("/a", &guarded.tag("/a").await, "B").await.status, 204);
}
