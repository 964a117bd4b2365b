//! Budgets: what clients together or one request can use up, and that the other clients notice nothing of it.

use std::sync::Arc;

use server::{Budgets, Options, budget};
use store::Sqlite;

use crate::service::{Service, text};

/// A server with other budgets than the usual ones.
fn with(budgets: Budgets) -> Service {
    Service::with(Arc::new(Sqlite::memory().unwrap()), Options { budgets, ..Options::default() })
}

/// The value of a metric of a budget.
async fn metric(service: &Service, family: &str, budget: &str) -> u64 {
    let text = String::from_utf8(service.get("/metrics").await.body).unwrap();
    let begin = format!("ifmatch_budget_{family}{{budget=\"{budget}\"}} ");
    let value = text.lines().find_map(|line| line.strip_prefix(&begin));
    value.unwrap_or_else(|| panic!("no {begin}in {text}")).parse().unwrap()
}

/// The table in SECURITY.md is the one in the code. If this fails, put what it prints in place of the old table.
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
