//! When an observer is told of the parts of an exchange: before the client can know of them.

use std::sync::{Arc, Mutex};

use contract::{Anomaly, Author};
use proxy::{ExchangeObserver, ForwardedExchange, ProxyOptions, UpstreamOptions};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::backend::{Backend, Reply};
use crate::front::Front;

/// The calls of an observer, in order.
#[derive(Default)]
struct Calls(Mutex<Vec<String>>);

impl Calls {
    fn add(&self, call: String) {
        self.0.lock().unwrap().push(call);
    }

    fn so_far(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl ExchangeObserver for Calls {
    fn responding(&self, number: u64, _caller: Option<&Author>, moment: u64) {
        assert!(moment > 0, "the head has arrived");
        self.add(format!("responding {number}"));
    }

    fn completed(&self, exchange: &ForwardedExchange<'_>) -> Vec<Anomaly> {
        let is_delivered = exchange.response.as_ref().is_some_and(|response| response.is_delivered);
        self.add(format!("completed {} {is_delivered}", exchange.number));
        Vec::new()
    }
}

async fn observed(backend: &Backend) -> (Front, Arc<Calls>) {
    let calls = Arc::new(Calls::default());
    let observer: Arc<dyn ExchangeObserver> = Arc::<Calls>::clone(&calls);
    let options = ProxyOptions { observer: Some(observer), ..ProxyOptions::default() };
    let front = Front::with(&format!("http://{}", backend.address), options, UpstreamOptions::default()).await;
    (front, calls)
}

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/// A client may act on a response as soon as it has it.
///
/// The next exchange is judged by what it was shown.
#[tokio::test]
async fn exchange_is_complete_before_the_client_has_the_response() {
    let backend = Backend::start(|_| Reply::ok("whole")).await;
    let (front, calls) = observed(&backend).await;
    let mut wire = front.connect().await;
    for number in 1..=50 {
        wire.send(GET).await;
        wire.until("whole").await;
        assert_eq!(calls.so_far().last().unwrap(), &format!("completed {number} true"));
    }
    assert_eq!(calls.so_far().len(), 50, "a body that is complete at once is not announced before");
}

#[tokio::test]
async fn response_without_its_body_is_announced_before_the_client_has_it() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let (front, calls) = observed(&backend).await;
    let mut wire = front.connect().await;
    wire.send(GET).await;
    let mut server = handed.recv().await.unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n").await.unwrap();
    wire.until("\r\n\r\n").await;
    assert_eq!(calls.so_far(), ["responding 1"]);
    server.write_all(b"text").await.unwrap();
    wire.until("text").await;
    assert_eq!(calls.so_far(), ["responding 1", "completed 1 true"]);
}

#[tokio::test]
async fn first_part_of_a_body_is_announced_before_the_client_has_it() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let (front, calls) = observed(&backend).await;
    let mut wire = front.connect().await;
    wire.send(GET).await;
    let mut server = handed.recv().await.unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\npart").await.unwrap();
    wire.until("part").await;
    assert_eq!(calls.so_far(), ["responding 1"]);
    // The server breaks off, so the client never gets the whole.
    drop(server);
    wire.rest().await;
    front.recorded(1).await;
    assert_eq!(calls.so_far(), ["responding 1", "completed 1 false"]);
}

/// No client gets the second response.
#[tokio::test]
async fn response_to_a_duplicate_is_delivered_to_no_client() {
    let backend = Backend::start(|_| Reply::ok("done")).await;
    let (front, calls) = observed(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "writes"}"#).await;
    let mut wire = front.connect().await;
    wire.send("PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx").await;
    let number = front.held(1).await[0];
    front.control("POST", &format!("/control/gate/{number}/release?duplicate=true"), "").await;
    wire.until("done").await;
    front.recorded(2).await;
    assert_eq!(calls.so_far(), ["completed 1 true", "completed 2 false"]);
}
