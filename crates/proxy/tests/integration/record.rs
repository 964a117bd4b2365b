//! The record of exchanges, the names in it, and the view of an observer.

use std::sync::{Arc, Mutex};

use contract::Anomaly;
use proxy::{CallerSource, ExchangeObserver, ForwardedExchange, ProxyOptions, UpstreamOptions};
use serde_json::{Value, json};

use crate::backend::{Backend, Reply};
use crate::front::Front;

fn fields<'a>(message: &'a Value, name: &str) -> Vec<&'a str> {
    let fields = message["fields"].as_array().unwrap();
    fields.iter().filter(|field| field[0] == name).map(|field| field[1].as_str().unwrap()).collect()
}

const SECRETS: &str = "PUT /a?access_token=s3cret HTTP/1.1\r\nhost: a\r\nauthorization: Bearer s3cret\r\n\
                       cookie: sid=s3cret\r\nx-api-key: s3cret\r\nif-match: \"v1\"\r\ncontent-length: 3\r\n\
                       connection: close\r\n\r\nnew";

async fn with_cookie() -> Backend {
    Backend::start(|_| Reply::text("HTTP/1.1 200 OK\r\nset-cookie: sid=s3cret\r\ncontent-length: 4\r\n\r\ndone")).await
}

#[tokio::test]
async fn exchange_is_recorded_without_its_secrets() {
    let backend = with_cookie().await;
    let front = Front::of(&backend).await;
    let reply = front.exchange(SECRETS).await;
    assert!(reply.contains("sid=s3cret"), "the client gets them: {reply}");
    assert_eq!(backend.only().field("authorization"), "Bearer s3cret");
    let recorded = front.recorded(1).await;
    assert!(!recorded[0].to_string().contains("s3cret"), "{recorded:#?}");
    let exchange = &recorded[0];
    assert_eq!((&exchange["method"], &exchange["status"]), (&json!("PUT"), &json!(200)));
    assert_eq!((&exchange["request"]["body"], &exchange["response"]["body"]), (&json!("new"), &json!("done")));
    assert_eq!(fields(&exchange["request"], "if-match"), ["\"v1\""]);
}

#[tokio::test]
async fn cookies_are_recorded_if_asked_and_nothing_else() {
    let backend = with_cookie().await;
    let options = ProxyOptions { shows_cookies: true, ..ProxyOptions::default() };
    let front = Front::with(&format!("http://{}", backend.address), options, UpstreamOptions::default()).await;
    front.exchange(SECRETS).await;
    let exchange = &front.recorded(1).await[0];
    assert_eq!(fields(&exchange["request"], "cookie"), ["sid=s3cret"]);
    assert_eq!(fields(&exchange["response"], "set-cookie"), ["sid=s3cret"]);
    for name in ["authorization", "x-api-key"] {
        assert_eq!(fields(&exchange["request"], name), ["[not shown]"]);
    }
    assert!(!exchange["target"].to_string().contains("s3cret"));
}

#[tokio::test]
async fn callers_have_the_names_that_they_are_identified_by() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let callers = ["header:x-user", "address"].map(|source| source.parse::<CallerSource>().unwrap()).to_vec();
    let options = ProxyOptions { callers, ..ProxyOptions::default() };
    let front = Front::with(&format!("http://{}", backend.address), options, UpstreamOptions::default()).await;
    front.exchange("GET / HTTP/1.1\r\nhost: a\r\nx-user: Ann\r\nconnection: close\r\n\r\n").await;
    front.get("/").await;
    let recorded = front.recorded(2).await;
    assert_eq!((&recorded[0]["author"], &recorded[1]["author"]), (&json!("Ann"), &json!("127.0.0.1")));
    let people = front.control("GET", "/control/participants", "").await;
    let names: Vec<&str> =
        people["participants"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ann", "127.0.0.1"], "and no row for the control interface itself");
}

#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl ExchangeObserver for Seen {
    fn completed(&self, exchange: &ForwardedExchange<'_>) -> Vec<Anomaly> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let secret = exchange.request.fields.get("authorization").map(|value| text(value.as_bytes()));
        let response = exchange.response.as_ref().map(|response| {
            let etag = response.message.fields.get("etag").map(|value| text(value.as_bytes()));
            (response.status.as_u16(), etag, text(response.message.body), response.is_delivered)
        });
        let caller = exchange.caller.map(ToString::to_string);
        self.0.lock().unwrap().push(format!(
            "{} {} {} {caller:?} {secret:?} {} {response:?}",
            exchange.number,
            exchange.method,
            exchange.target,
            text(exchange.request.body),
        ));
        Vec::new()
    }
}

#[tokio::test]
async fn observer_sees_each_complete_exchange_once() {
    let backend = Backend::start(|_| Reply::ok("text")).await;
    let seen = Arc::new(Seen::default());
    let observer: Arc<dyn ExchangeObserver> = Arc::<Seen>::clone(&seen);
    let options = ProxyOptions { observer: Some(observer), ..ProxyOptions::default() };
    let front = Front::with(&format!("http://{}", backend.address), options, UpstreamOptions::default()).await;
    front
        .exchange(
            "PUT /a?token=1 HTTP/1.1\r\nhost: a\r\nifmatch-author: Bob\r\nauthorization: Basic x\r\n\
             content-length: 3\r\nconnection: close\r\n\r\nnew",
        )
        .await;
    front.recorded(1).await;
    let expected =
        "1 PUT /a?token=1 Some(\"Bob\") Some(\"Basic x\") new Some((200, Some(\"\\\"v1\\\"\"), \"text\", true))";
    assert_eq!(*seen.0.lock().unwrap(), [expected]);
    front.control("PUT", "/control/faults", r#"{"latencyMs": 0, "loseResponses": 1}"#).await;
    front.exchange("DELETE /b HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    front.recorded(2).await;
    let expected = "2 DELETE /b Some(\"127.0.0.1\") None  Some((200, Some(\"\\\"v1\\\"\"), \"\", false))";
    assert_eq!(seen.0.lock().unwrap()[1..], [expected]);
}
