//! Responses about documents: their statuses and header fields.

use crate::service::{NOW, Service, text};

#[tokio::test]
async fn read_has_the_document_and_its_version_fields() {
    let (service, etag) = Service::with_document().await;
    service.set_clock(NOW + 5000);
    let reply = service.get("/api/documents/a").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, br#"{"title":"T","content":"one"}"#);
    for (name, value) in [
        ("content-type", "application/json"),
        ("content-length", "29"),
        ("etag", &etag),
        ("last-modified", "Sun, 22 Nov 2026 05:00:11 GMT"),
        ("date", "Sun, 22 Nov 2026 05:00:16 GMT"),
        ("ifmatch-author", "bob"),
        ("cache-control", "no-cache, no-transform"),
        ("accept-ranges", "none"),
    ] {
        assert_eq!(reply.field(name), value, "{name}");
    }
    for absent in ["content-encoding", "ifmatch-unsafe", "vary", "ifmatch-replayed", "ifmatch-overwrote"] {
        assert!(!reply.has(absent), "{absent}");
    }
    let head = service.send("HEAD", "/api/documents/a", &[], "").await;
    assert_eq!((head.status, head.headers), (reply.status, reply.headers));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn last_modified_stays_when_the_clock_is_set_back() {
    let (service, etag) = Service::with_document().await;
    let shown = service.get("/api/documents/a").await.field("last-modified").to_owned();
    assert_eq!(shown, "Sun, 22 Nov 2026 05:00:11 GMT");
    service.set_clock(NOW - 60_000);
    for path in ["/api/documents/a", "/api/documents/a/versions/1"] {
        let reply = service.get(path).await;
        // `Last-Modified` is never later than `Date` (RFC 9110 section 8.8.2.1), so `Date` is as late.
        assert_eq!((reply.field("last-modified"), reply.field("date")), (&*shown, &*shown), "{path}");
    }
    let refused = service.put("a", ("If-Match", "\"v1-00000000\""), &text("two")).await;
    assert_eq!((refused.status.as_u16(), refused.field("last-modified")), (412, &*shown));
    // The date in the response can be sent as a condition, and does not count as a date in the future.
    let unread = service.send("GET", "/api/documents/a", &[("If-Modified-Since", &shown)], "").await;
    assert_eq!(unread.status, 304);
    let written = service.put("a", ("If-Unmodified-Since", &shown), &text("two")).await;
    assert_eq!((written.status.as_u16(), written.field("last-modified")), (200, &*shown));
    assert_ne!(written.field("etag"), etag);
    // Now two versions have that second, and a later date is still in the future.
    service.put("a", ("If-Unmodified-Since", &shown), &text("three")).await.problem(
        412,
        "precondition_failed",
        Some("date_too_coarse"),
    );
    let later = ("If-Unmodified-Since", "Sun, 22 Nov 2026 05:00:12 GMT");
    service.put("a", later, &text("three")).await.problem(428, "precondition_required", Some("date_in_future"));
}

#[tokio::test]
async fn not_modified_says_the_tag_and_no_more() {
    let (service, etag) = Service::with_document().await;
    for condition in [("If-None-Match", &*etag), ("If-Modified-Since", "Sun, 22 Nov 2026 05:00:11 GMT")] {
        let reply = service.send("GET", "/api/documents/a", &[condition], "").await;
        assert_eq!(reply.status, 304, "{condition:?}");
        assert_eq!(reply.field("etag"), etag);
        assert_eq!(reply.field("cache-control"), "no-cache, no-transform");
        assert!(reply.has("date"));
        for absent in ["last-modified", "content-type"] {
            assert!(!reply.has(absent), "{absent}");
        }
        assert!(reply.body.is_empty());
    }
}

#[tokio::test]
async fn a_creation_says_where_and_a_change_has_a_new_tag() {
    let service = Service::new();
    let created = service.put("a", ("If-None-Match", "*"), &text("one")).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.field("location"), "/api/documents/a");
    assert_eq!(created.field("content-location"), "/api/documents/a");
    assert_eq!(created.body, br#"{"title":"T","content":"one"}"#);
    assert!(created.field("etag").starts_with("\"v1-"), "{created:?}");
    assert_eq!(created.field("cache-control"), "no-store");

    let changed = service.put("a", ("If-Match", created.field("etag")), &text("two")).await;
    assert_eq!(changed.status, 200);
    assert!(changed.field("etag").starts_with("\"v2-"), "{changed:?}");
    assert!(!changed.has("location"));
    assert_eq!(service.get("/api/documents/a").await.field("etag"), changed.field("etag"));
}

#[tokio::test]
async fn document_comes_back_byte_for_byte() {
    let service = Service::new();
    let content = "a\r\nb\\u{0}\u{feff}\u{10ffff}\u{7f}\n\n";
    service.create("a", content).await;
    assert_eq!(service.get("/api/documents/a").await.json()["content"], content);
}

#[tokio::test]
async fn a_lost_answer_is_marked_and_an_unchanged_text_is_not() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    let replayed = service.put("a", ("If-Match", &first), &text("two")).await;
    assert_eq!((replayed.status.as_u16(), replayed.field("etag")), (200, &*second));
    assert_eq!(replayed.field("ifmatch-replayed"), "?1");
    let unchanged = service.put("a", ("If-Match", &second), &text("two")).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.field("etag")), (200, &*second));
    assert!(!unchanged.has("ifmatch-replayed"));
}

#[tokio::test]
async fn patch_changes_the_members_that_it_names() {
    let (service, etag) = Service::with_document().await;
    let headers = [("If-Match", &*etag), ("Content-Type", "application/merge-patch+json")];
    let reply = service.send("PATCH", "/api/documents/a", &headers, r#"{"title":"U"}"#).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.body, br#"{"title":"U","content":"one"}"#);
    assert!(reply.field("etag").starts_with("\"v2-"));
    assert_eq!(reply.field("ifmatch-author"), "anonymous");
}

#[tokio::test]
async fn a_delete_leaves_nothing_but_its_trace() {
    let (service, etag) = Service::with_document().await;
    let reply = service.delete("a", &etag).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (204, 0));
    assert!(!reply.has("etag"));
    for headers in [&[][..], &[("If-Match", &*etag)], &[("If-None-Match", "*")], &[("If-Match", "broken")]] {
        for method in ["GET", "DELETE"] {
            let gone = service.send(method, "/api/documents/a", headers, "").await;
            let problem = gone.problem(410, "gone", None);
            assert_eq!(problem["deleted"]["author"], "carol");
            assert!(problem["deleted"]["etag"].as_str().unwrap().starts_with("\"v2-"), "{problem}");
            assert_eq!(problem["deleted"]["at"], "2026-11-22T05:00:11.000Z");
        }
    }
    let again = service.put("a", ("If-None-Match", "*"), &text("one")).await;
    assert!(again.field("etag").starts_with("\"v3-"), "{again:?}");
}

#[tokio::test]
async fn post_creates_under_an_id_of_either_choice() {
    let service = Service::new();
    let path = "/api/documents";
    let named = service.send("POST", path, &[], r#"{"id":"x","title":"T","content":"c"}"#).await;
    assert_eq!((named.status.as_u16(), named.field("location")), (201, "/api/documents/x"), "{named:?}");
    assert!(named.field("etag").starts_with("\"v1-"));
    assert_eq!(named.body, br#"{"title":"T","content":"c"}"#);
    let free = service.send("POST", path, &[], r#"{"title":"T","content":"c"}"#).await;
    assert_eq!(free.status, 201);
    assert_eq!(service.get(free.field("location")).await.body, free.body);

    let taken = service.send("POST", path, &[], r#"{"id":"x","title":"T","content":"d"}"#).await;
    let problem = taken.problem(409, "conflict", Some("already_exists"));
    assert_eq!(problem["currentEtag"], named.field("etag"));
    let conditional = service.send("POST", path, &[("If-Match", "\"x\"")], r#"{"title":"T","content":"c"}"#).await;
    assert_eq!(conditional.problem(400, "invalid_request", None)["field"], "If-Match");
}

#[tokio::test]
async fn options_and_405_list_the_methods() {
    let (service, _) = Service::with_document().await;
    let document = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
    for (path, allow, patch) in [
        ("/api/documents/a", document, "application/merge-patch+json"),
        ("/api/documents/missing", document, "application/merge-patch+json"),
        ("/api/documents", "GET, HEAD, POST, OPTIONS", ""),
        ("/api/documents/a/versions", "GET, HEAD, OPTIONS", ""),
        ("/control/policy", "GET, HEAD, PUT, OPTIONS", ""),
    ] {
        let options = service.send("OPTIONS", path, &[("If-Match", "broken")], "").await;
        assert_eq!((options.status.as_u16(), options.body.len()), (204, 0), "{path}");
        let refused = service.send("BREW", path, &[], "").await;
        refused.problem(405, "method_not_allowed", None);
        for reply in [options, refused] {
            assert_eq!(reply.field("allow"), allow, "{path}");
            assert_eq!(reply.field("accept-patch"), patch, "{path}");
        }
    }
}

#[tokio::test]
async fn documents_that_hang_together_stay_together() {
    let (service, etag) = Service::with_document().await;
    let child = r#"{"title":"T","content":"c","parent":"a"}"#;
    assert_eq!(service.put("b", ("If-None-Match", "*"), child).await.status, 201);
    let problem = service.delete("a", &etag).await.problem(409, "conflict", Some("has_children"));
    assert_eq!(problem["children"], serde_json::json!(["b"]));
    assert_eq!(problem["childCount"], 1);
    let circle = r#"{"title":"T","content":"c","parent":"b"}"#;
    service.put("a", ("If-Match", &etag), circle).await.problem(409, "conflict", Some("circle"));
    let orphan = r#"{"title":"T","content":"c","parent":"nobody"}"#;
    service.put("a", ("If-Match", &etag), orphan).await.problem(409, "conflict", Some("parent_not_found"));
}

#[tokio::test]
async fn delete_with_many_children_lists_a_hundred() {
    let (service, etag) = Service::with_document().await;
    for number in 0..103 {
        let child = r#"{"title":"T","content":"c","parent":"a"}"#;
        assert_eq!(service.put(&format!("c{number:03}"), ("If-None-Match", "*"), child).await.status, 201);
    }
    let problem = service.delete("a", &etag).await.problem(409, "conflict", Some("has_children"));
    let listed = problem["children"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[99]), (100, &serde_json::json!("c099")));
    assert_eq!(problem["childCount"], 103);
    assert!(problem["detail"].as_str().unwrap().contains("c099, and 3 more. Move"), "{problem}");
}

#[tokio::test]
async fn parent_too_deep_is_409() {
    let (service, _) = Service::with_document().await;
    let mut parent = "a".to_owned();
    for depth in 1..=101 {
        let child = format!(r#"{{"title":"T","content":"c","parent":"{parent}"}}"#);
        let reply = service.put(&format!("d{depth}"), ("If-None-Match", "*"), &child).await;
        if depth <= 100 {
            assert_eq!(reply.status, 201, "{depth}");
        } else {
            let problem = reply.problem(409, "conflict", Some("too_deep"));
            assert!(problem["detail"].as_str().unwrap().contains("more than 100 levels"), "{problem}");
        }
        parent = format!("d{depth}");
    }
}
