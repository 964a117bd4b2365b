//! Budgets: a client that uses one up does not disturb the other clients.

use std::sync::Arc;

use futures_util::FutureExt;
use server::{Budgets, ServerOptions, budget};
use store::SqliteStore;

use crate::service::{Service, text};

/// Returns a server with these budgets.
fn with(budgets: Budgets) -> Service {
    Service::with(Arc::new(SqliteStore::memory().unwrap()), ServerOptions { budgets, ..ServerOptions::default() })
}

/// Returns the value of a budget's metric.
pub(crate) async fn metric(service: &Service, family: &str, budget: &str) -> u64 {
    let text = String::from_utf8(service.get("/metrics").await.body).unwrap();
    let begin = format!("ifmatch_budget_{family}{{budget=\"{budget}\"}} ");
    let value = text.lines().find_map(|line| line.strip_prefix(&begin));
    value.unwrap_or_else(|| panic!("no {begin}in {text}")).parse().unwrap()
}

/// The table in SECURITY.md is that of the code.
///
/// If this fails, replace the table in SECURITY.md by the one that the test prints.
#[test]
fn security_md_has_the_table_of_budgets() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../SECURITY.md");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(&budget::table()), "SECURITY.md should have this table:\n\n{}", budget::table());
}

#[tokio::test]
async fn exceeded_budget_is_named_and_counted() {
    let service = with(Budgets::default());
    let large = text(&"x".repeat(1024 * 1024));
    let reply = service.put("a", ("If-None-Match", "*"), &large).await;
    let problem = reply.problem(413, "content_too_large", None);
    assert_eq!((&problem["budget"], &problem["limit"]), (&"document-bytes".into(), &(1024 * 1024).into()));
    assert_eq!(metric(&service, "refused_total", "document-bytes").await, 1);
    assert_eq!(metric(&service, "limit", "document-bytes").await, 1024 * 1024);
}

#[tokio::test]
async fn record_stays_within_its_bytes() {
    let service = with(Budgets::default().with(&budget::RECORD_BYTES, 50_000));
    let mut etag = service.create("a", "one").await;
    for number in 0..20 {
        etag = service.change("a", &etag, &format!("{number}{}", "x".repeat(5_000))).await;
    }
    let used = metric(&service, "used", "record-bytes").await;
    assert!((30_000..=50_000).contains(&used), "{used}");
    let exchanges = service.get("/control/exchanges").await.json();
    let last = exchanges["exchanges"].as_array().unwrap().last().unwrap()["number"].clone();
    assert_eq!(last, 21, "the oldest go, not the newest");
    assert_eq!(metric(&service, "limit", "record-bytes").await, 50_000);
}

const PATCH: (&str, &str) = ("Content-Type", "application/merge-patch+json");

#[tokio::test]
async fn long_title_is_422_that_names_its_budget() {
    let (service, etag) = Service::with_document().await;
    let sent = |title: &str| serde_json::json!({"title": title, "content": "one"}).to_string();
    // Bytes are counted, not characters.
    let longest = "é".repeat(512);
    let long = format!("{longest}x");
    let post = |body: String| async { service.send("POST", "/api/documents", &[], &{ body }).await };
    let patch = |etag: String, title: String| {
        let body = serde_json::json!({ "title": title }).to_string();
        async { service.send("PATCH", "/api/documents/a", &[("If-Match", &*{ etag }), PATCH], &{ body }).await }
    };
    for reply in [
        service.put("a", ("If-Match", &etag), &sent(&long)).await,
        post(sent(&long)).await,
        patch(etag.clone(), long.clone()).await,
    ] {
        let problem = reply.problem(422, "unprocessable_content", None);
        assert_eq!((&problem["budget"], &problem["limit"]), (&"title-bytes".into(), &1024.into()));
        assert!(problem["detail"].as_str().unwrap().contains("1025 bytes"), "{problem}");
    }
    assert_eq!(metric(&service, "refused_total", "title-bytes").await, 3);
    // The condition takes precedence over the body.
    service.put("a", ("If-Match", "\"v9-0\""), &sent(&long)).await.problem(
        412,
        "precondition_failed",
        Some("unknown_tag"),
    );
    patch("\"v9-0\"".to_owned(), long).await.problem(412, "precondition_failed", Some("unknown_tag"));
    assert_eq!(post(sent(&longest)).await.status, 201);
    let patched = patch(etag, longest.clone()).await;
    assert_eq!((patched.status.as_u16(), &patched.json()["title"]), (200, &longest.into()));
}

/// Returns all pages of a list, each with its size.
///
/// `place` is the member with the rows, and `on` the parameter for the next page.
async fn pages(service: &Service, path: &str, place: &str, on: &str) -> Vec<(Vec<serde_json::Value>, usize)> {
    let (mut pages, mut next) = (Vec::new(), String::new());
    loop {
        let reply = service.get(&format!("{path}?limit=1000{next}")).await;
        let page = reply.json();
        pages.push((page[place].as_array().unwrap().clone(), reply.body.len()));
        next = match &page["next"] {
            serde_json::Value::Null => return pages,
            serde_json::Value::String(id) => format!("&{on}={id}"),
            number => format!("&{on}={number}"),
        };
    }
}

#[tokio::test]
async fn page_ends_at_its_bytes_and_next_leads_on() {
    let service = with(Budgets::default().with(&budget::PAGE_BYTES, 10_000));
    for number in 0..30 {
        // In JSON, each of these characters has six bytes.
        let body = serde_json::json!({"title": "\u{1}".repeat(500), "content": ""}).to_string();
        assert_eq!(service.put(&format!("d{number:02}"), ("If-None-Match", "*"), &body).await.status, 201);
    }
    let listed = pages(&service, "/api/documents", "documents", "after").await;
    assert_eq!(listed.len(), 10, "three rows of 3 kB fit into 10 kB");
    assert!(listed.iter().all(|(_, size)| *size < 10_100), "{listed:?}");
    let ids: Vec<_> = listed.iter().flat_map(|(rows, _)| rows).map(|row| row["id"].as_str().unwrap()).collect();
    let all: Vec<_> = (0..30).map(|number| format!("d{number:02}")).collect();
    assert_eq!(ids, all);
    assert_eq!(metric(&service, "refused_total", "page-bytes").await, 9);

    // The history keeps the tag that a writer names, and only the limit of the header section bounds that tag.
    let service = with(Budgets::default().with(&budget::PAGE_BYTES, 50_000));
    let first = service.create("a", "0").await;
    let tag = service.get("/control/policy").await.field("etag").to_owned();
    let policy =
        serde_json::json!({"preconditions": "ignored", "etags": "version", "judging": "atomic", "dates": "proven"});
    let set = service.send("PUT", "/control/policy", &[("If-Match", &tag)], &policy.to_string()).await;
    assert_eq!((set.status.as_u16(), first.is_empty()), (200, false));
    for number in 1..=8 {
        let long = format!("\"{}\"", "t".repeat(20_000));
        assert_eq!(service.put("a", ("If-Match", &long), &text(&number.to_string())).await.status, 200);
    }
    let listed = pages(&service, "/api/documents/a/versions", "versions", "before").await;
    assert!(
        listed.iter().all(|(_, size)| *size < 50_100),
        "{:?}",
        listed.iter().map(|page| page.1).collect::<Vec<_>>()
    );
    let numbers: Vec<_> =
        listed.iter().flat_map(|(rows, _)| rows).map(|row| row["version"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=9).rev().collect::<Vec<_>>());
}

/// While the only blocking thread is busy, small JSON is parsed on the worker, and large JSON waits.
#[test]
fn large_json_is_not_read_on_a_worker() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let service = with(Budgets::default());
        let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(100_000));
        for (method, path) in [("POST", "/api/documents"), ("PUT", "/control/faults"), ("PUT", "/control/gate")] {
            let (release, busy) = std::sync::mpsc::channel::<()>();
            let busy = tokio::task::spawn_blocking(move || busy.recv());
            let small = service.send(method, path, &[], "{\"x\":1}").now_or_never();
            assert_eq!(small.expect("it waits for nothing").status, 422, "{method} {path}");
            let mut answer = std::pin::pin!(service.send(method, path, &[], &large));
            assert!(answer.as_mut().now_or_never().is_none(), "{method} {path}");
            drop(release);
            assert_eq!(answer.await.status, 422, "{method} {path}");
            assert!(busy.await.unwrap().is_err(), "it was busy until then");
        }
    });
}

/// 600,000 unknown members are refused, with a short message, before they reach the store's writer.
#[tokio::test]
async fn unknown_members_of_a_patch_never_reach_the_writer() {
    let (service, etag) = Service::with_document().await;
    let members = |count: u32, value: &str| {
        (0..count).fold("{\"title\":\"U\"".to_owned(), |text, number| text + &format!(",\"{number:x}\":{value}")) + "}"
    };
    let many = members(600_000, "0");
    let named = format!(r#"{{"{}":1}}"#, "x".repeat(600_000));
    let nested = format!(r#"{{"content":[{}0]}}"#, "0,".repeat(600_000));
    for (body, says) in [(&many, "`0`"), (&named, "unknown field `xxx"), (&nested, "expected a string")] {
        for method in ["PATCH", "PUT"] {
            let media = if method == "PATCH" { PATCH } else { ("Content-Type", "application/json") };
            let reply = service.send(method, "/api/documents/a", &[("If-Match", &*etag), media], body).await;
            assert!(reply.body.len() < 2_000, "{}", reply.body.len());
            let problem = reply.problem(422, "unprocessable_content", None);
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(says) && detail.contains("at line 1 column"), "{detail}");
        }
    }
    // Nor do members that remove something that does not exist.
    let reply =
        service.send("PATCH", "/api/documents/a", &[("If-Match", &*etag), PATCH], &members(400_000, "null")).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["title"]), (200, &"U".into()));
}

/// A refusal quotes the client's own input, but only a limited part of it.
#[tokio::test]
async fn problem_is_short_whatever_was_sent() {
    let service = with(Budgets::default());
    let long = "x".repeat(20_000);
    for (method, path) in [
        ("GET", format!("/api/documents?after={long}")),
        ("GET", format!("/{long}")),
        ("POST", format!("/control/gate/{long}/release")),
        (&*format!("M{long}"), "/api/documents".to_owned()),
    ] {
        let problem = service.send(method, &path, &[], "").await.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.len() < 600, "{detail}");
    }
}

/// A page of large exchanges is not larger than other pages.
#[tokio::test]
async fn page_of_exchanges_ends_at_its_bytes() {
    let service = with(Budgets::default().with(&budget::PAGE_BYTES, 300_000));
    for number in 0..9 {
        // In JSON within JSON, a backslash takes four bytes.
        let body = text(&format!("{number}{}", "\\".repeat(30_000)));
        assert_eq!(service.put(&format!("a{number}"), ("If-None-Match", "*"), &body).await.status, 201);
    }
    let listed = pages(&service, "/control/exchanges", "exchanges", "after").await;
    let sizes: Vec<_> = listed.iter().map(|(_, size)| *size).collect();
    assert!(sizes.len() > 3 && sizes.iter().all(|size| *size < 310_000), "{sizes:?}");
    let numbers: Vec<_> = listed.iter().flat_map(|(rows, _)| rows).map(|row| row["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
}
