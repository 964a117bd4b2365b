//! Lists, versions, pages.

use serde_json::{Value, json};

use crate::service::{Service, text};

#[tokio::test]
async fn the_list_has_a_tag_of_its_own() {
    let (service, etag) = Service::with_document().await;
    let list = service.get("/api/documents").await;
    let entry =
        json!({"id": "a", "title": "T", "etag": etag, "author": "bob", "updatedAt": "2026-11-22T05:00:11.000Z"});
    assert_eq!(list.json(), json!({"documents": [entry], "next": null}));
    assert_eq!(list.field("cache-control"), "no-cache, no-transform");
    let tag = list.field("etag");
    let same = service.send("GET", "/api/documents", &[("If-None-Match", tag)], "").await;
    assert_eq!((same.status.as_u16(), same.field("etag"), same.body.len()), (304, tag, 0));
    let dated =
        service.send("GET", "/api/documents", &[("If-Modified-Since", "Sun, 22 Nov 2026 05:00:11 GMT")], "").await;
    assert_eq!(dated.status, 200, "a list has no date");

    service.change("a", &etag, "two").await;
    let changed = service.send("GET", "/api/documents", &[("If-None-Match", tag)], "").await;
    assert_eq!(changed.status, 200);
    let refused = service.send("GET", "/api/documents", &[("If-Match", tag)], "").await;
    refused.problem(412, "precondition_failed", Some("unknown_tag"));
    assert_eq!(refused.field("etag"), changed.field("etag"));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let service = Service::new();
    for id in ["c", "a", "b"] {
        service.create(id, "x").await;
    }
    let ids = |page: &Value| {
        page["documents"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = service.get("/api/documents?limit=2").await.json();
    assert_eq!((ids(&first), &first["next"]), (vec!["a".to_owned(), "b".to_owned()], &json!("b")));
    let second = service.get("/api/documents?limit=2&after=b").await.json();
    assert_eq!((ids(&second), &second["next"]), (vec!["c".to_owned()], &Value::Null));
    for bad in ["limit=0", "limit=1001", "limit=x", "after=No%20Id"] {
        service.get(&format!("/api/documents?{bad}")).await.problem(400, "invalid_request", None);
    }
}

#[tokio::test]
async fn the_history_goes_on_over_a_delete() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    service.delete("a", &second).await;
    let list = service.get("/api/documents/a/versions").await.json();
    let versions = list["versions"].as_array().unwrap();
    let numbers: Vec<_> = versions.iter().map(|version| version["version"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(
        versions[1],
        json!({"version": 2, "etag": second, "author": "bob", "at": "2026-11-22T05:00:11.000Z", "parentEtag": first,
               "basedOn": first, "deleted": false})
    );
    assert_eq!((&versions[0]["deleted"], &versions[0]["author"]), (&json!(true), &json!("carol")));
    assert_eq!((&versions[2]["parentEtag"], &versions[2]["basedOn"]), (&Value::Null, &Value::Null));

    let page = service.get("/api/documents/a/versions?limit=1&before=3").await.json();
    assert_eq!((&page["versions"][0]["version"], &page["next"]), (&json!(2), &json!(2)));
    let oldest = service.get("/api/documents/a/versions?before=2").await.json();
    assert_eq!(oldest["next"], Value::Null);
    service.get("/api/documents/b/versions").await.problem(404, "not_found", None);
    service.get("/api/documents/a/versions?before=x").await.problem(400, "invalid_request", None);
    assert_eq!(service.get("/api/documents/a/versions?before=1").await.json(), json!({"versions": [], "next": null}));
}

#[tokio::test]
async fn an_old_version_is_kept_for_ever() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    service.delete("a", &second).await;
    let old = service.get("/api/documents/a/versions/1").await;
    assert_eq!((old.status.as_u16(), old.field("etag")), (200, &*first));
    assert_eq!(old.body, br#"{"title":"T","content":"one"}"#);
    assert_eq!(old.field("cache-control"), "max-age=31536000, immutable");
    assert_eq!(old.field("ifmatch-author"), "bob");
    let same = service.send("GET", "/api/documents/a/versions/1", &[("If-None-Match", &first)], "").await;
    assert_eq!((same.status.as_u16(), same.field("cache-control")), (304, "max-age=31536000, immutable"));
    let other = service.send("GET", "/api/documents/a/versions/1", &[("If-Match", &second)], "").await;
    assert_eq!((other.status.as_u16(), other.field("etag")), (412, &*first));

    let delete = service.get("/api/documents/a/versions/3").await.problem(410, "gone", None);
    assert_eq!(delete["deleted"]["author"], "carol");
    for path in ["/api/documents/a/versions/4", "/api/documents/a/versions/0", "/api/documents/b/versions/1"] {
        service.get(path).await.problem(404, "not_found", None);
    }
}

#[tokio::test]
async fn a_version_is_not_another_one() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    let third = service.change("a", &second, "three").await;
    let ask = async |number: u64, condition: (&str, &str)| {
        service.send("GET", &format!("/api/documents/a/versions/{number}"), &[condition], "").await
    };
    for (number, own, other) in [(1, &first, &third), (3, &third, &first), (2, &second, &third)] {
        for sent in [other.clone(), format!("\"x\", {other}")] {
            let refused = ask(number, ("If-Match", &sent)).await;
            let problem = refused.problem(412, "precondition_failed", Some("stale"));
            assert_eq!((refused.field("etag"), &problem["currentEtag"]), (&**own, &json!(own)));
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("Version {number}")) && detail.contains("another version"), "{detail}");
            assert!(!detail.contains("ever had"), "{detail}");
        }
    }
    let weakened = format!("W/{third}");
    for (sent, reason) in [("\"v9-00000000\"", "unknown_tag"), ("", "unknown_tag"), (&*weakened, "unknown_tag")] {
        let problem = ask(1, ("If-Match", sent)).await.problem(412, "precondition_failed", Some(reason));
        let detail = problem["detail"].as_str().unwrap();
        assert!(!detail.contains("is now"), "a version does not change: {detail}");
    }
    let early = ask(2, ("If-Unmodified-Since", "Sun, 22 Nov 2026 05:00:10 GMT")).await;
    let problem = early.problem(412, "precondition_failed", Some("stale"));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("Version 2 was written after"), "{detail}");
    for right in [format!("\"x\", {first}"), "*".to_owned()] {
        assert_eq!(ask(1, ("If-Match", &right)).await.status, 200);
    }
}

/// A date names no tag. A tag that is second in a list is named as well.
#[tokio::test]
async fn version_is_based_on_the_tag_that_its_writer_named() {
    let (service, first) = Service::with_document().await;
    let at = service.get("/api/documents/a").await.field("last-modified").to_owned();
    let second = service.put("a", ("If-Unmodified-Since", &at), &text("two")).await;
    assert_eq!(second.status, 200, "{second:?}");
    let second = second.field("etag").to_owned();
    let policy = service.get("/control/policy").await;
    let ignored = policy.json().to_string().replace("required", "ignored");
    service.send("PUT", "/control/policy", &[("If-Match", policy.field("etag"))], &ignored).await;
    let both = service.put("a", ("If-Match", &format!("{first}, {second}")), &text("three")).await;
    assert_eq!((both.status.as_u16(), both.has("ifmatch-overwrote")), (200, false), "{both:?}");
    let versions = service.get("/api/documents/a/versions").await.json()["versions"].clone();
    assert_eq!((&versions[0]["basedOn"], &versions[0]["parentEtag"]), (&json!(second), &json!(second)));
    assert_eq!((&versions[1]["basedOn"], &versions[1]["parentEtag"]), (&Value::Null, &json!(first)));
}
