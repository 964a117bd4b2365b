//! The members of problem details.

use serde_json::{Value, json};

use crate::service::{NOW, Reply, Service, text};

#[tokio::test]
async fn a_stale_write_is_told_everything() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    let third = service.change("a", &second, "three").await;
    let reply = service.put("a", ("If-Match", &first), &text("mine")).await;
    let problem = reply.problem(412, "precondition_failed", Some("stale"));
    assert_eq!(reply.field("etag"), third);
    assert_eq!(reply.field("ifmatch-author"), "bob");
    assert_eq!(reply.field("last-modified"), "Sun, 22 Nov 2026 05:00:11 GMT");
    let clause = "RFC 9110 13.1.1";
    let expected = json!({
        "title": "Precondition Failed", "instance": "/api/documents/a", "field": "If-Match", "yourEtag": first,
        "currentEtag": third, "currentAuthor": "bob", "behind": 2,
        "evaluation": [{"field": "If-Match", "comparison": "strong", "sent": first, "current": third, "holds": false,
                        "clause": clause}],
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&problem[name], value, "{name}");
    }
    for absent in ["deleted", "children", "limit", "appliedEtag", "position"] {
        assert_eq!(problem[absent], Value::Null, "{absent}");
    }
}

#[tokio::test]
async fn next_step_after_a_stale_write_depends_on_the_method() {
    let (service, first) = Service::with_document().await;
    service.change("a", &first, "two").await;
    let put = service.put("a", ("If-Match", &first), &text("mine")).await;
    let delete = service.delete("a", &first).await;
    for (reply, step) in [(put, "merge your change with it"), (delete, "delete it with the new tag")] {
        let problem = reply.problem(412, "precondition_failed", Some("stale"));
        assert!(problem["detail"].as_str().unwrap().contains(step), "{problem}");
    }
}

#[tokio::test]
async fn a_superseded_write_is_told_which_version_it_made() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    service.change("a", &second, "three").await;
    let reply = service.put("a", ("If-Match", &first), &text("two")).await;
    let problem = reply.problem(412, "precondition_failed", Some("superseded"));
    assert_eq!(problem["appliedEtag"], second);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("your text was saved as {second}")), "{detail}");
}

/// Two people may make the same change. The response of the second was not lost.
#[tokio::test]
async fn change_by_another_author_is_theirs() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    let carol = [("If-Match", &*first), ("Ifmatch-Author", "carol")];
    let replayed = service.send("PUT", "/api/documents/a", &carol, &text("two")).await;
    assert_eq!((replayed.status.as_u16(), replayed.field("ifmatch-replayed")), (200, "?1"));
    assert_eq!((replayed.field("etag"), replayed.field("ifmatch-author")), (&*second, "bob"));

    let dan = [("If-Match", &*second), ("Ifmatch-Author", "dan")];
    service.send("PUT", "/api/documents/a", &dan, &text("three")).await;
    let refused = service.send("PUT", "/api/documents/a", &carol, &text("two")).await;
    let problem = refused.problem(412, "precondition_failed", Some("superseded"));
    assert_eq!((&problem["appliedEtag"], &problem["currentAuthor"]), (&json!(second), &json!("dan")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("bob had already made the same change, as {second}")), "{detail}");
    assert!(!detail.contains("your text was saved") && !detail.contains("response was lost"), "{detail}");
}

#[tokio::test]
async fn unconditional_write_is_428_without_a_tag_to_copy() {
    let (service, etag) = Service::with_document().await;
    for (condition, reason) in [
        (("X-None", ""), "no_condition"),
        (("If-Match", "*"), "wildcard_names_no_version"),
        (("If-None-Match", "\"x\""), "names_no_version"),
        (("If-Unmodified-Since", "yesterday"), "no_condition"),
        (("If-Unmodified-Since", "Sun, 22 Nov 2026 05:00:12 GMT"), "date_in_future"),
        (("If-Unmodified-Since", "Sun, 22 Nov 2099 05:00:11 GMT"), "date_in_future"),
    ] {
        let reply = service.put("a", condition, &text("mine")).await;
        let problem = reply.problem(428, "precondition_required", Some(reason));
        assert!(!reply.has("etag"), "{reason}");
        assert_eq!(problem["currentEtag"], etag);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("If-Match") && detail.contains("ETag") && detail.contains("lost update"), "{detail}");
    }
    let missing = service.put("b", ("X-None", ""), &text("mine")).await;
    let problem = missing.problem(428, "precondition_required", Some("no_condition"));
    assert!(problem["detail"].as_str().unwrap().contains("If-None-Match: *"), "{problem}");
    assert_eq!(problem["currentEtag"], Value::Null);
}

#[tokio::test]
async fn every_reason_for_a_412_has_its_word() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    let inner = second.trim_matches('"');
    let gone = service.create("gone", "x").await;
    service.delete("gone", &gone).await;
    for (id, condition, reason, tagged) in [
        ("a", ("If-Match", format!("W/{second}")), "weak_tag", true),
        ("a", ("If-Match", format!("W/{first}")), "weak_tag", true),
        ("a", ("If-Match", "W/\"v9-00000000\"".to_owned()), "unknown_tag", true),
        ("a", ("If-Match", format!("\"{inner}-gzip\"")), "transformed_tag", true),
        ("a", ("If-Match", format!("W/\"{inner};gzip\"")), "transformed_tag", true),
        ("a", ("If-Match", format!("{}-gzip\"", first.trim_end_matches('"'))), "unknown_tag", true),
        ("a", ("If-Match", "\"v9-00000000\"".to_owned()), "unknown_tag", true),
        ("a", ("If-Match", String::new()), "unknown_tag", true),
        ("a", ("If-None-Match", "*".to_owned()), "already_exists", true),
        ("a", ("If-None-Match", second.clone()), "already_exists", true),
        ("a", ("If-Unmodified-Since", "Sun, 22 Nov 2026 05:00:10 GMT".to_owned()), "stale", true),
        ("a", ("If-Unmodified-Since", "Sun, 22 Nov 2026 05:00:11 GMT".to_owned()), "date_too_coarse", true),
        ("gone", ("If-Match", gone.clone()), "deleted", false),
        ("never", ("If-Match", "*".to_owned()), "never_existed", false),
    ] {
        let reply = service.put(id, (condition.0, &condition.1), &text("mine")).await;
        let problem = reply.problem(412, "precondition_failed", Some(reason));
        assert_eq!(problem["field"], condition.0, "{reason}");
        assert_eq!(reply.has("etag"), tagged, "{reason}");
        assert_eq!(problem["deleted"] != Value::Null, reason == "deleted", "{problem}");
    }
}

/// No reason fits an old tag with a suffix: `transformed_tag` is for the current one.
///
/// The sentence has a hint.
#[tokio::test]
async fn old_tag_with_coding_suffix_is_unknown_with_a_hint() {
    let (service, first) = Service::with_document().await;
    service.change("a", &first, "two").await;
    let marked = format!("{}-gzip\"", first.trim_end_matches('"'));
    let detail = |reply: &Reply| reply.json()["detail"].as_str().unwrap().to_owned();
    let reply = service.put("a", ("If-Match", &marked), &text("mine")).await;
    reply.problem(412, "precondition_failed", Some("unknown_tag"));
    assert!(detail(&reply).contains("(gzip)") && detail(&reply).contains("Accept-Encoding: identity"), "{reply:?}");
    let plain = service.put("a", ("If-Match", "\"v9-00000000\""), &text("mine")).await;
    assert!(!detail(&plain).contains("Accept-Encoding"), "{plain:?}");
}

#[tokio::test]
async fn a_date_that_tells_is_enough() {
    let (service, first) = Service::with_document().await;
    service.set_clock(NOW + 2000);
    service.change("a", &first, "two").await;
    let reply = service.put("a", ("If-Unmodified-Since", "Sun, 22 Nov 2026 05:00:13 GMT"), &text("three")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn a_malformed_condition_is_shown_its_first_bad_byte() {
    let (service, etag) = Service::with_document().await;
    for (value, position) in [("v5", 0), ("\"v5", 3), ("\"a\" \"b\"", 4), ("w/\"a\"", 0)] {
        for field in ["If-Match", "If-None-Match"] {
            let problem =
                service.put("a", (field, value), &text("x")).await.problem(400, "malformed_precondition", None);
            assert_eq!(problem["field"], field);
            assert_eq!(problem["position"], position, "{value}: {problem}");
        }
    }
    assert_eq!(service.get("/api/documents/a").await.field("etag"), etag);
}

/// A name with an invisible character could be mistaken for another name.
#[tokio::test]
async fn name_that_cannot_be_seen_whole_is_400() {
    let (service, etag) = Service::with_document().await;
    for (name, says) in [
        ("%E3%85%A4", "character 1 of the name, U+3164, cannot be seen"),
        ("bob%E1%85%9F", "character 4 of the name, U+115F, cannot be seen"),
        ("bob%EF%BE%A0", "character 4 of the name, U+FFA0, cannot be seen"),
        ("bob%E2%80%8B", "U+200B, cannot be seen"),
        ("bob%E2%80%AE", "U+202E, cannot be seen"),
        ("bob%EF%B8%8F", "U+FE0F, cannot be seen"),
        ("bob%E2%A0%80", "U+2800, looks like a space"),
        ("bob%C2%A0bee", "U+00A0, looks like a space"),
        ("bob%EE%80%80", "U+E000, is for private use"),
        ("bob%CD%B8", "U+0378, is not assigned"),
        ("%CC%81bob", "U+0301, is a combining mark without"),
        ("bob%20%CC%81", "U+0301, is a combining mark without"),
        ("bob%0A", "U+000A, is a control character"),
        ("bob%20%20bee", "character 5 of the name is a space"),
        ("%20bob", "character 1 of the name is a space"),
        ("bob%20", "character 4 of the name is a space"),
        ("", "at least one character"),
        (&"b".repeat(65), "at most 64 characters"),
        ("%ED%A0%80", "percent-encoded UTF-8"),
        ("%zz", "percent-encoded UTF-8"),
    ] {
        let headers = [("If-Match", &*etag), ("Ifmatch-Author", name)];
        let reply = service.send("PUT", "/api/documents/a", &headers, &text("two")).await;
        let problem = reply.problem(400, "invalid_request", None);
        assert_eq!(problem["field"], "Ifmatch-Author", "{name}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{name}: {problem}");
    }
    let mut etag = etag;
    for name in ["Zo%C3%AB%20Q", "Zoe%CC%88", "%E5%B1%B1%E7%94%B0%20%E5%A4%AA%E9%83%8E", "%F0%9F%A6%80"] {
        let headers = [("If-Match", &*etag), ("Ifmatch-Author", name)];
        let reply = service.send("PUT", "/api/documents/a", &headers, &text(name)).await;
        assert_eq!((reply.status.as_u16(), reply.field("ifmatch-author")), (200, name), "{reply:?}");
        etag = reply.field("etag").to_owned();
    }
}

#[tokio::test]
async fn the_framework_refuses_in_the_same_form() {
    let service = Service::new();
    for path in [
        "//",
        "/api",
        "/api/nothing",
        "/api/documents/a/versions/x",
        "/api/documents/a/versions/01",
        "/favicon.ico",
        "/api/documents/No%20Id",
        "/api/documents/%ff",
    ] {
        let problem = service.get(path).await.problem(404, "not_found", None);
        assert_eq!(problem["instance"], path);
    }
    let head = service.send("HEAD", "/nothing", &[], "").await;
    assert_eq!((head.status.as_u16(), head.body.len()), (404, 0));
    assert_eq!(head.field("content-type"), "application/problem+json");
}

#[tokio::test]
async fn each_problem_is_explained_where_its_type_points() {
    let service = Service::new();
    let refused = service.put("a", ("If-Match", "\"x\""), &text("x")).await;
    let page = service.get(refused.json()["type"].as_str().unwrap()).await;
    assert_eq!((page.status.as_u16(), page.field("content-type")), (200, "text/plain; charset=utf-8"));
    assert_eq!(page.field("cache-control"), "no-cache, no-transform");
    assert!(page.body.starts_with(b"412 Precondition Failed\n"));
    service.get("/problems/nothing").await.problem(404, "not_found", None);
}

#[tokio::test]
async fn empty_condition_names_what_is_missing_and_what_to_send() {
    let (service, etag) = Service::with_document().await;
    let detail = |reply: Reply, reason| {
        let problem = reply.problem(412, "precondition_failed", Some(reason));
        problem["detail"].as_str().unwrap().to_owned()
    };
    let said = detail(service.put("a", ("If-Match", ""), &text("mine")).await, "unknown_tag");
    assert!(said.contains("If-Match is empty") && said.contains(&etag) && said.contains("Read it again"), "{said}");
    assert!(!said.contains("no version of this document has ever had"), "{said}");
    let said = detail(service.put("a", ("If-None-Match", ""), &text("mine")).await, "unknown_tag");
    assert!(said.contains("If-None-Match is empty") && said.contains(&etag), "{said}");
    assert!(said.contains("send its tag in If-Match") && !said.contains("no version of this"), "{said}");
    for (field, reason, id) in
        [("If-Match", "never_existed", "b"), ("If-None-Match", "never_existed", "b"), ("If-None-Match", "deleted", "a")]
    {
        if reason == "deleted" {
            service.delete("a", &etag).await;
        }
        let said = detail(service.put(id, (field, ""), &text("mine")).await, reason);
        assert!(said.contains(&format!("{field} is empty")), "{said}");
        assert!(said.contains("If-None-Match: *"), "{said}");
        assert!(!said.contains("instead of If-None-Match") && !said.contains("could match"), "{said}");
    }
}

#[tokio::test]
async fn tag_in_if_none_match_of_a_write_is_explained() {
    let (service, etag) = Service::with_document().await;
    let reply = service.put("a", ("If-None-Match", &etag), &text("mine")).await;
    let problem = reply.problem(412, "precondition_failed", Some("already_exists"));
    let said = problem["detail"].as_str().unwrap();
    assert!(said.contains(&format!("If-None-Match: {etag} means: only if that is not the current version")), "{said}");
    assert!(said.contains("is now") && said.contains("send its tag in If-Match"), "{said}");
    let reply = service.put("a", ("If-None-Match", "*"), &text("mine")).await;
    let problem = reply.problem(412, "precondition_failed", Some("already_exists"));
    let said = problem["detail"].as_str().unwrap();
    assert!(
        said.contains("If-None-Match: * means: only if there is no document here") && said.contains(&etag),
        "{said}"
    );
}

#[tokio::test]
async fn saved_and_then_deleted_is_told_as_both() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    service.delete("a", &second).await;
    let repeated = service.put("a", ("If-Match", &first), &text("two")).await;
    let problem = repeated.problem(412, "precondition_failed", Some("deleted"));
    assert_eq!((&problem["appliedEtag"], &problem["deleted"]["author"]), (&json!(second), &json!("carol")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("Before that, your text had been saved as {second}")), "{detail}");
    let other = service.put("a", ("If-Match", &first), &text("other")).await;
    let problem = other.problem(412, "precondition_failed", Some("deleted"));
    assert_eq!(problem["appliedEtag"], Value::Null);
    assert!(!problem["detail"].as_str().unwrap().contains("had been saved"), "{problem}");
}

#[tokio::test]
async fn a_long_tag_is_shown_whole_once_and_shortened_in_the_sentence() {
    let (service, _) = Service::with_document().await;
    let long = format!("\"{}\"", "x".repeat(20_000));
    let problem = service.put("a", ("If-Match", &long), &text("mine")).await;
    let problem = problem.problem(412, "precondition_failed", Some("unknown_tag"));
    assert_eq!(problem["yourEtag"], long);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.len() < 1000 && detail.contains("\"xxx") && detail.contains('…'), "{detail}");
}
