//! Server-sent events: live, resumed, ended.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use serde_json::{Value, json};
use server::ServerOptions;

use crate::service::Service;

/// An event stream, read block by block.
struct Stream {
    body: BodyDataStream,
    read: String,
}

impl Stream {
    async fn open(service: &Service, path: &str, last: Option<&str>) -> Self {
        let headers: Vec<_> = last.into_iter().map(|last| ("Last-Event-ID", last)).collect();
        let response = service.open("GET", path, &headers, "").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), read: String::new() }
    }

    /// Returns the next block; `None` at the end of the stream.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(block);
            }
            self.read += std::str::from_utf8(&self.body.next().await?.unwrap()).unwrap();
        }
    }

    /// Returns the next event: its number, its kind and its data.
    async fn event(&mut self) -> (u64, String, Value) {
        let block = self.block().await.unwrap();
        let line = |name: &str| {
            let found = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            found.unwrap_or_else(|| panic!("no {name} in {block:?}")).to_owned()
        };
        (line("id").parse().unwrap(), line("event"), serde_json::from_str(&line("data")).unwrap())
    }
}

#[tokio::test]
async fn events_come_as_they_happen() {
    let (service, first) = Service::with_document().await;
    let mut all = Stream::open(&service, "/api/events", None).await;
    let mut of_b = Stream::open(&service, "/api/documents/b/events", None).await;
    assert_eq!(all.block().await.unwrap(), "id: 1", "where the reader is, before anything happens");
    of_b.block().await;

    let second = service.change("a", &first, "two").await;
    let b = service.create("b", "x").await;
    service.delete("a", &second).await;
    let told = |etag: &str, id: &str, author: &str| json!({"id": id, "etag": etag, "author": author, "at": "2026-11-22T05:00:11.000Z"});
    assert_eq!(all.event().await, (2, "changed".into(), told(&second, "a", "bob")));
    assert_eq!(all.event().await, (3, "created".into(), told(&b, "b", "bob")));
    let (number, kind, data) = all.event().await;
    assert_eq!((number, &*kind, &data["author"]), (4, "deleted", &json!("carol")));
    assert_eq!(of_b.event().await.0, 3);
}

#[tokio::test]
async fn a_stream_is_resumed_where_it_broke() {
    let (service, mut etag) = Service::with_document().await;
    for text in ["two", "three"] {
        etag = service.change("a", &etag, text).await;
    }
    let mut stream = Stream::open(&service, "/api/events", Some("1")).await;
    assert_eq!(stream.block().await.unwrap(), "id: 1");
    service.change("a", &etag, "four").await;
    for number in 2..=4 {
        assert_eq!(stream.event().await.0, number);
    }
}

#[tokio::test]
async fn reader_from_another_store_starts_anew() {
    let (service, _) = Service::with_document().await;
    for last in ["77", "nonsense", "-1", "+1", "1 ", "1, 1", "18446744073709551616"] {
        let mut stream = Stream::open(&service, "/api/events", Some(last)).await;
        assert_eq!(stream.block().await.unwrap(), "id: 0");
        assert_eq!(stream.event().await.0, 1, "{last}");
    }
}

#[tokio::test]
async fn more_events_than_are_kept_live_come_without_a_gap() {
    let (service, mut etag) = Service::with_document().await;
    let mut stream = Stream::open(&service, "/api/events", None).await;
    stream.block().await;
    for number in 0..1500 {
        etag = service.change("a", &etag, &number.to_string()).await;
    }
    for number in 2..=1501 {
        assert_eq!(stream.event().await.0, number);
    }
}

#[tokio::test]
async fn silent_stream_sends_heartbeats_and_ends_with_the_server() {
    let options = ServerOptions { heartbeat: Duration::from_millis(1), ..ServerOptions::default() };
    let service = Service::with(std::sync::Arc::new(store::SqliteStore::memory().unwrap()), options);
    let mut stream = Stream::open(&service, "/api/events", None).await;
    assert_eq!(stream.block().await.unwrap(), "id: 0");
    assert_eq!(stream.block().await.unwrap(), ":");
    service.stop();
    let rest = async {
        while let Some(block) = stream.block().await {
            assert_eq!(block, ":");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), rest).await.expect("the stream goes on without its server");
}
