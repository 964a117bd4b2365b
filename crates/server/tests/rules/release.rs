//! Requests that were released: in which order they are done, and how long one keeps the others waiting.

use std::sync::Arc;

use futures_util::StreamExt;

use crate::gate::{closed, release};
use crate::service::text;

/// Writes of one release share commits, and are applied in its order nevertheless.
#[tokio::test]
async fn released_writes_are_applied_in_order_of_release() {
    const WRITES: usize = 100;
    let (service, _, mut watch) = closed().await;
    let mut sent = Vec::new();
    for number in 0..WRITES {
        let service = Arc::clone(&service);
        sent.push(tokio::spawn(async move {
            service.put(&format!("d{number}"), ("If-None-Match", "*"), &text("new")).await.status
        }));
        watch.next().await;
    }
    release(&service, "").await;
    for status in sent {
        assert_eq!(status.await.unwrap(), 201);
    }
    let events = service.open("GET", "/api/events", &[("Last-Event-ID", "1")], "").await;
    let mut events = events.into_body().into_data_stream();
    let mut told = String::new();
    while told.matches("event: created").count() < WRITES {
        told += str::from_utf8(&events.next().await.unwrap().unwrap()).unwrap();
    }
    let ids = told.split("\"id\":\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    assert!(ids.eq((0..WRITES).map(|number| format!("d{number}"))), "{told}");
}
