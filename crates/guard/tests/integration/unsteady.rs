//! Resources that cannot be guarded, and writes around the guard.

use axum::http::Method;
use guard::GuardOptions;

use crate::fake_server::{Behaviour, Guarded, ServerTags};

#[tokio::test]
async fn representation_that_differs_with_every_read_is_not_guardable() {
    let guarded = Guarded::new(Behaviour { is_unsteady: true, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    guarded.server.state().arrived.clear();
    let reply = guarded.put("/a", &tag, "B").await;
    let problem = reply.problem();
    assert_eq!((reply.status, problem["error"].as_str()), (501, Some("not_guardable")));
    assert_eq!(problem["reason"].as_str(), Some("differs_with_every_read"));
    assert_eq!(guarded.server.arrived(&Method::GET).len(), 2, "two reads tell, and no loop follows");
    assert!(guarded.server.arrived(&Method::PUT).is_empty());
}

/// A clock in the body ticks between requests, but not between two reads in a row.
#[tokio::test]
async fn representation_that_differs_from_time_to_time_is_noticed_too() {
    let guarded = Guarded::new(Behaviour::default());
    let mut tag = String::new();
    for second in 0..6 {
        guarded.server.store("/a", &format!("the time is {second}"));
        tag = guarded.tag("/a").await;
    }
    guarded.server.store("/a", "the time is 6");
    let reply = guarded.put("/a", &tag, "B").await;
    assert_eq!((reply.status, reply.problem()["reason"].as_str()), (501, Some("differs_with_every_read")));
    // As soon as two reads are equal, the resource is guarded again.
    let tag = guarded.tag("/a").await;
    assert_eq!(guarded.put("/a", &tag, "B").await.status, 204);
}

#[tokio::test]
async fn resource_that_cannot_be_read_is_not_guardable() {
    for status in [204, 302, 405] {
        let guarded = Guarded::new(Behaviour { read_status: Some(status), ..Behaviour::default() });
        let reply = guarded.put("/a", "\"x\"", "B").await;
        assert_eq!((reply.status, reply.problem()["reason"].as_str()), (501, Some("not_readable")), "{status}");
        assert!(guarded.server.arrived(&Method::PUT).is_empty());
    }
}

#[tokio::test]
async fn long_representation_without_a_strong_tag_is_not_guardable() {
    let options = GuardOptions { max_hashed_bytes: 3, ..GuardOptions::default() };
    let guarded = Guarded::with(Behaviour::default(), options.clone());
    guarded.server.store("/a", "long text");
    let reply = guarded.put("/a", "\"x\"", "B").await;
    assert_eq!((reply.status, reply.problem()["reason"].as_str()), (501, Some("too_long")));
    let guarded = Guarded::with(Behaviour { tags: ServerTags::Version, ..Behaviour::default() }, options);
    guarded.server.store("/a", "long text");
    assert_eq!(guarded.put("/a", &guarded.tag("/a").await, "B").await.status, 204);
}

#[tokio::test]
async fn stream_of_events_is_not_guardable() {
    let fields = vec![("content-type", "text/event-stream")];
    let guarded = Guarded::new(Behaviour { read_fields: fields, ..Behaviour::default() });
    let reply = guarded.put("/a", "\"x\"", "B").await;
    assert_eq!((reply.status, reply.problem()["reason"].as_str()), (501, Some("endless")));
}

#[tokio::test]
async fn write_around_the_guard_makes_the_tag_stale() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    guarded.server.store("/a", "B");
    let reply = guarded.put("/a", &tag, "C").await;
    assert_eq!((reply.status, guarded.server.content("/a").unwrap().as_str()), (412, "B"));
    assert_eq!(guarded.put("/a", &reply.tag().unwrap(), "C").await.status, 204);
}

/// nginx makes its tags of time and length, so two versions of one second may have the same one.
#[tokio::test]
async fn write_around_the_guard_is_seen_even_if_the_server_keeps_its_tag() {
    let guarded = Guarded::new(Behaviour { tags: ServerTags::Length, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    guarded.server.store("/a", "B");
    assert_eq!(guarded.put("/a", &tag, "C").await.status, 412);
    assert_eq!(guarded.server.content("/a").unwrap(), "B");
}

/// The documented gap: the write arrives after the guard has read.
///
/// A server with strong tags closes it.
#[tokio::test]
async fn write_around_the_guard_in_the_last_moment_is_lost_unless_the_server_evaluates() {
    for (tags, evaluates, expected) in
        [(ServerTags::None, false, (204, "mine")), (ServerTags::Version, true, (412, "theirs"))]
    {
        let guarded = Guarded::new(Behaviour { tags, evaluates, turns: 10, ..Behaviour::default() });
        let tag = guarded.tag("/a").await;
        let write = guarded.put("/a", &tag, "mine");
        let around = async {
            while guarded.server.arrived(&Method::PUT).is_empty() {
                tokio::task::yield_now().await;
            }
            guarded.server.store("/a", "theirs");
        };
        let (reply, ()) = tokio::join!(write, around);
        assert_eq!((reply.status, guarded.server.content("/a").unwrap().as_str()), expected, "{tags:?}");
    }
}
