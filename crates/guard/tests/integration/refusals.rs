//! Writes that the guard refuses, and what their problem details say.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures_util::stream;
use guard::{EvaluatedConditions, GuardError, GuardOptions};

use crate::fake_server::{Behaviour, FakeServer, Guarded, Reply};

fn assert_nothing_written(server: &FakeServer) {
    assert_eq!(server.content("/a").unwrap(), "A");
    assert!(server.arrived(&Method::PUT).is_empty());
}

#[tokio::test]
async fn write_that_names_no_version_is_428() {
    let future = ("if-unmodified-since", "Fri, 31 Dec 9999 23:59:59 GMT");
    let date = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    for (fields, reason) in [
        (&[][..], "no_condition"),
        (&[("if-match", "*")], "wildcard_names_no_version"),
        (&[("if-none-match", "\"x\"")], "names_no_version"),
        (&[future], "date_in_future"),
    ] {
        let guarded = Guarded::new(Behaviour { read_fields: vec![date], ..Behaviour::default() });
        let tag = guarded.tag("/a").await;
        let reply = guarded.send("PUT", "/a", fields, "B").await;
        let problem = reply.problem();
        assert_eq!((reply.status, problem["reason"].as_str()), (428, Some(reason)), "{fields:?}");
        assert_eq!(problem["currentEtag"].as_str(), Some(tag.as_str()));
        assert_eq!((reply.tag(), reply.field("cache-control")), (None, Some("no-store")));
        assert!(problem["detail"].as_str().unwrap().contains("the lost update again"), "{problem}");
        assert_nothing_written(&guarded.server);
    }
}

#[tokio::test]
async fn creation_without_a_condition_is_told_which_one() {
    let guarded = Guarded::new(Behaviour::default());
    let reply = guarded.send("PUT", "/new", &[], "N").await;
    assert_eq!((reply.status, guarded.server.content("/new")), (428, None));
    assert!(reply.problem()["detail"].as_str().unwrap().contains("If-None-Match: *"));
}

#[tokio::test]
async fn stale_tag_is_412_with_the_current_one() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    guarded.put("/a", &tag, "B").await;
    let current = guarded.put("/a", &guarded.tag("/a").await, "A").await.tag().unwrap();
    guarded.server.state().arrived.clear();
    let reply = guarded.put("/a", &tag, "C").await;
    let problem = reply.problem();
    assert_eq!((reply.status, reply.tag()), (412, Some(current.clone())));
    assert_eq!((problem["error"].as_str(), problem["reason"].as_str()), (Some("precondition_failed"), Some("stale")));
    assert_eq!(
        (problem["type"].as_str(), problem["status"].as_u64()),
        (Some("/problems/precondition-failed"), Some(412))
    );
    assert_eq!((problem["behind"].as_u64(), problem["field"].as_str()), (Some(2), Some("If-Match")));
    assert_eq!((problem["yourEtag"].as_str(), problem["currentEtag"].as_str()), (Some(&*tag), Some(&*current)));
    assert_eq!((problem["instance"].as_str(), problem["evaluation"][0]["holds"].as_bool()), (Some("/a"), Some(false)));
    assert_eq!(problem["detail"], problem["message"]);
    assert!(problem["detail"].as_str().unwrap().contains("2 versions later"), "{problem}");
    assert_nothing_written(&guarded.server);
}

#[tokio::test]
async fn tag_that_is_not_the_current_one_says_why() {
    let earlier = Guarded::new(Behaviour::default()).tag("/a").await;
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    let weak = format!("W/{tag}");
    let coded = format!("{}-gzip\"", tag.trim_end_matches('"'));
    for (sent, reason, says) in [
        (weak.as_str(), "weak_tag", "compares strongly"),
        (coded.as_str(), "transformed_tag", "compresses"),
        ("\"65a1b2c3-d\"", "unknown_tag", "The server's own tags do not count"),
        (earlier.as_str(), "unknown_tag", "before the proxy was started again"),
        ("", "unknown_tag", "an empty list of tags"),
    ] {
        let reply = guarded.put("/a", sent, "B").await;
        let problem = reply.problem();
        assert_eq!((reply.status, problem["reason"].as_str()), (412, Some(reason)), "{sent}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{problem}");
    }
    assert_nothing_written(&guarded.server);
}

/// The guard cannot know what happened within a second, so the current date proves nothing.
#[tokio::test]
async fn date_of_the_current_version_is_too_coarse() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let guarded = Guarded::optional(Behaviour { read_fields: vec![("last-modified", date)], ..Behaviour::default() });
    for (sent, reason) in [(date, "date_too_coarse"), ("Sun, 06 Nov 1994 08:49:36 GMT", "stale")] {
        let reply = guarded.send("PUT", "/a", &[("if-unmodified-since", sent)], "B").await;
        assert_eq!((reply.status, reply.problem()["reason"].as_str()), (412, Some(reason)));
    }
    assert_nothing_written(&guarded.server);
}

#[tokio::test]
async fn condition_on_a_missing_resource_is_412_without_a_tag() {
    let guarded = Guarded::new(Behaviour::default());
    let never = guarded.put("/new", "\"x\"", "N").await;
    assert_eq!((never.status, never.tag(), never.problem()["reason"].as_str()), (412, None, Some("never_existed")));
    let tag = guarded.tag("/a").await;
    guarded.send("DELETE", "/a", &[("if-match", &tag)], "").await;
    let deleted = guarded.put("/a", &tag, "B").await;
    assert_eq!((deleted.status, deleted.tag(), deleted.problem()["reason"].as_str()), (412, None, Some("deleted")));
    assert_eq!(guarded.server.content("/a"), None);
}

#[tokio::test]
async fn malformed_condition_is_400_and_names_the_byte() {
    let guarded = Guarded::new(Behaviour::default());
    let reply = guarded.put("/a", "\"x\" \"y\"", "B").await;
    let problem = reply.problem();
    assert_eq!((reply.status, problem["error"].as_str()), (400, Some("malformed_precondition")));
    assert_eq!((problem["field"].as_str(), problem["position"].as_u64()), (Some("If-Match"), Some(4)));
    assert_nothing_written(&guarded.server);
}

#[tokio::test]
async fn preferred_412_has_the_current_representation() {
    let fields = vec![("content-type", "text/x-poem"), ("set-cookie", "a=b")];
    let guarded = Guarded::new(Behaviour { read_fields: fields, ..Behaviour::default() });
    let tag = guarded.tag("/a").await;
    let fields = [("if-match", "\"x\""), ("prefer", "wait=1, return=representation")];
    let reply = guarded.send("PUT", "/a", &fields, "B").await;
    assert_eq!((reply.status, reply.body.as_str(), reply.tag()), (412, "A", Some(tag)));
    assert_eq!((reply.field("content-type"), reply.field("content-location")), (Some("text/x-poem"), Some("/a")));
    assert_eq!(reply.field("preference-applied"), Some("return=representation"));
    assert_eq!((reply.field("vary"), reply.field("set-cookie")), (Some("Prefer"), None));
    assert_eq!((reply.field("cache-control"), reply.field("content-length")), (Some("no-store"), Some("1")));
    // A 428 is about the request, so it stays a problem.
    assert_eq!(guarded.send("PUT", "/a", &fields[1..], "B").await.problem()["status"].as_u64(), Some(428));
}

#[tokio::test]
async fn long_body_is_413_whether_its_length_is_declared_or_not() {
    let guarded = Guarded::with(Behaviour::default(), GuardOptions { max_write_bytes: 3, ..GuardOptions::default() });
    let tag = guarded.tag("/a").await;
    let chunks = ["ab", "cd"].map(|chunk| Ok::<_, std::io::Error>(Bytes::from_static(chunk.as_bytes())));
    let streamed = guarded.send_body("PUT", "/a", &[("if-match", &tag)], Body::from_stream(stream::iter(chunks))).await;
    let declared = guarded.send("PUT", "/a", &[("if-match", &tag), ("content-length", "4")], "abcd").await;
    for reply in [streamed, declared] {
        let problem = reply.problem();
        assert_eq!((reply.status, problem["limit"].as_u64()), (413, Some(3)));
        assert_eq!(problem["budget"].as_str(), Some("guard-write-bytes"));
    }
    assert_eq!(guarded.put("/a", &tag, "abc").await.status, 204);
}

#[tokio::test]
async fn body_that_breaks_off_is_not_written() {
    let guarded = Guarded::new(Behaviour::default());
    let chunks = [Ok(Bytes::from_static(b"half")), Err(std::io::Error::other("gone"))];
    let request = axum::http::Request::put("/a").header("if-match", guarded.tag("/a").await);
    let request = request.body(Body::from_stream(stream::iter(chunks))).unwrap();
    assert!(matches!(guarded.guard.handle(request).await, Err(GuardError::BodyFailed)));
    assert_nothing_written(&guarded.server);
}

#[tokio::test]
async fn ambiguous_url_is_refused_for_writes() {
    let guarded = Guarded::new(Behaviour::default());
    for path in ["/b/../a", "/b/%2e%2e/a", "/a%00", "/a?x=%zz"] {
        let reply = guarded.put(path, "*", "B").await;
        let problem = reply.problem();
        assert_eq!((reply.status, problem["reason"].as_str()), (400, Some("ambiguous_url")), "{path}");
    }
    assert!(guarded.server.state().arrived.is_empty());
}

#[tokio::test]
async fn hidden_method_is_refused() {
    let guarded = Guarded::new(Behaviour::default());
    let reply = guarded.send("POST", "/a", &[("x-http-method-override", "PUT")], "B").await;
    assert_eq!((reply.status, reply.problem()["reason"].as_str()), (400, Some("method_override")));
    assert!(guarded.server.state().arrived.is_empty());
}

#[tokio::test]
async fn access_that_the_server_denies_is_its_own_response() {
    for status in [401, 403, 429, 503] {
        let guarded = Guarded::new(Behaviour { read_status: Some(status), ..Behaviour::default() });
        let reply = guarded.put("/a", "\"x\"", "B").await;
        assert_eq!((reply.status, reply.body.as_str()), (status, "no representation"));
        assert_nothing_written(&guarded.server);
    }
}

#[tokio::test]
async fn too_many_waiting_writes_are_503() {
    let options = GuardOptions { max_waiting_writes: 1, ..GuardOptions::default() };
    let guarded = Arc::new(Guarded::with(Behaviour { turns: 5, ..Behaviour::default() }, options));
    let tag = guarded.tag("/a").await;
    let writes: Vec<_> = (0..3)
        .map(|number| {
            let (guarded, tag) = (Arc::clone(&guarded), tag.clone());
            tokio::spawn(async move { guarded.put("/a", &tag, &number.to_string()).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for write in writes {
        let reply: Reply = write.await.unwrap();
        if reply.status == 503 {
            assert_eq!(reply.field("retry-after"), Some("1"));
            assert_eq!(reply.problem()["budget"].as_str(), Some("guard-waiting-writes"));
        }
        statuses.push(reply.status);
    }
    assert_eq!(statuses, [204, 503, 503]);
    assert_eq!(guarded.put("/a", &guarded.tag("/a").await, "B").await.status, 204);
}

#[tokio::test]
async fn evaluation_is_noted_for_the_record() {
    let guarded = Guarded::new(Behaviour::default());
    let tag = guarded.tag("/a").await;
    for (sent, holds) in [("\"x\"", false), (tag.as_str(), true)] {
        let request = axum::http::Request::put("/a").header("if-match", sent).body(Body::from("B")).unwrap();
        let response = guarded.guard.handle(request).await.unwrap();
        let EvaluatedConditions(evaluation) = response.extensions().get().unwrap();
        assert_eq!((evaluation.len(), evaluation[0].holds, evaluation[0].sent.as_str()), (1, holds, sent));
    }
}
