//! The gate and the faults in front of another server, as on the stage.

use serde_json::json;
use tokio::time::timeout;

use crate::backend::{Backend, Reply};
use crate::front::Front;

fn put(author: &str) -> String {
    format!(
        "PUT /a HTTP/1.1\r\nhost: a\r\nifmatch-author: {author}\r\nif-match: \"v1\"\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{author}",
        author.len()
    )
}

#[tokio::test]
async fn held_writes_go_in_the_order_of_their_release() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "writes"}"#).await;
    let mut ann = front.connect().await;
    ann.send(&put("Ann")).await;
    let first = front.held(1).await[0];
    let mut bob = front.connect().await;
    bob.send(&put("Bob")).await;
    let second = front.held(2).await[1];
    front.get("/read").await;
    assert_eq!(backend.only().line(), "GET /read HTTP/1.1", "only writes are held");
    let gate = front.control("GET", "/control/gate", "").await;
    let held = json!({"exchange": first, "author": "Ann", "method": "PUT", "path": "/a", "ifMatch": "\"v1\""});
    for (name, value) in held.as_object().unwrap() {
        assert_eq!(&gate["held"][0][name], value, "{gate}");
    }
    for number in [second, first] {
        front.control("POST", &format!("/control/gate/{number}/release"), "").await;
    }
    assert!(bob.rest().await.starts_with("HTTP/1.1 200 ") && ann.rest().await.starts_with("HTTP/1.1 200 "));
    let bodies: Vec<String> =
        backend.arrived()[1..].iter().map(|arrived| String::from_utf8(arrived.body.clone()).unwrap()).collect();
    assert_eq!(bodies, ["Bob", "Ann"]);
}

#[tokio::test]
async fn held_request_keeps_length_chunks_and_trailers() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "all"}"#).await;
    let mut plain = front.connect().await;
    plain.send(&put("Ann")).await;
    front.held(1).await;
    let mut chunked = front.connect().await;
    chunked
        .send(
            "POST /c HTTP/1.1\r\nhost: a\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
             2\r\nhi\r\n0\r\nx-sum: 1\r\n\r\n",
        )
        .await;
    front.held(2).await;
    front.control("POST", "/control/gate/release", "").await;
    plain.rest().await;
    chunked.rest().await;
    let arrived = backend.arrived();
    assert_eq!((arrived[0].field("content-length"), &*arrived[0].body), ("3", &b"Ann"[..]));
    let sent = String::from_utf8(arrived[1].body.clone()).unwrap();
    assert!(sent.contains("hi\r\n") && sent.ends_with("0\r\nx-sum: 1\r\n\r\n"), "{sent}");
}

#[tokio::test]
async fn client_cannot_pass_the_gate_by_a_field() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "all"}"#).await;
    let mut wire = front.connect().await;
    wire.send("GET / HTTP/1.1\r\nhost: a\r\nifmatch-gate: pass\r\nconnection: close\r\n\r\n").await;
    front.held(1).await;
    assert!(backend.arrived().is_empty());
}

#[tokio::test]
async fn response_is_lost_after_the_server_has_carried_out_the_write() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/faults", r#"{"latencyMs": 0, "loseResponses": 1}"#).await;
    front.get("/read").await;
    assert_eq!(front.exchange(&put("Ann")).await, "", "the connection ends without a response");
    assert!(front.exchange(&put("Ann")).await.starts_with("HTTP/1.1 200 "), "only one is lost");
    assert_eq!(backend.arrived().len(), 3);
    let recorded = front.recorded(3).await;
    assert!(recorded[1]["lost"].as_str().unwrap().contains("on purpose"), "{recorded:?}");
}

#[tokio::test]
async fn response_of_one_held_request_is_lost() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "writes"}"#).await;
    let mut wire = front.connect().await;
    wire.send(&put("Ann")).await;
    let number = front.held(1).await[0];
    front.control("POST", &format!("/control/gate/{number}/release?loseResponse=true"), "").await;
    assert_eq!(wire.rest().await, "");
    assert_eq!(backend.arrived().len(), 1);
}

#[tokio::test]
async fn held_request_is_sent_twice_and_answered_once() {
    let backend = Backend::start(|arrived| Reply::ok(&arrived.connection.to_string())).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "writes"}"#).await;
    let mut wire = front.connect().await;
    wire.send(&put("Ann")).await;
    let number = front.held(1).await[0];
    front.control("POST", &format!("/control/gate/{number}/release?duplicate=true"), "").await;
    let reply = wire.rest().await;
    assert_eq!(reply.matches("HTTP/1.1 200 ").count(), 1, "{reply}");
    let recorded = front.recorded(2).await;
    let arrived = backend.arrived();
    assert_eq!(arrived.len(), 2);
    assert_eq!((arrived[0].line(), &arrived[0].body), (arrived[1].line(), &arrived[1].body));
    assert!(arrived[1].fields("ifmatch-duplicate").is_empty(), "the mark is for the record only");
    assert_eq!((&recorded[1]["status"], &recorded[1]["request"]["body"]), (&json!(200), &json!("Ann")));
    let mark = json!(["ifmatch-duplicate", number.to_string()]);
    assert!(recorded[1]["request"]["fields"].as_array().unwrap().contains(&mark), "{recorded:?}");
}

#[tokio::test]
async fn client_that_leaves_takes_its_held_request_along() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.control("PUT", "/control/gate", r#"{"hold": "writes"}"#).await;
    let mut wire = front.connect().await;
    wire.send(&put("Ann")).await;
    front.held(1).await;
    // A reset, since the end of input alone may only mean that nothing more is sent.
    wire.stream.set_zero_linger().unwrap();
    drop(wire);
    front.held(0).await;
    let recorded = front.recorded(1).await;
    assert!(recorded[0]["lost"].as_str().unwrap().contains("disconnected"), "{recorded:?}");
    assert!(backend.arrived().is_empty());
}

#[tokio::test]
async fn removed_caller_is_refused() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    front.exchange(&put("Ann")).await;
    front.control("POST", "/control/participants/Ann/remove", "").await;
    let reply = front.exchange(&put("Ann")).await;
    assert!(reply.starts_with("HTTP/1.1 403 ") && reply.contains("\"removed\""), "{reply}");
    let others = timeout(std::time::Duration::from_secs(20), front.exchange(&put("Bob"))).await.unwrap();
    assert!(others.starts_with("HTTP/1.1 200 "), "{others}");
    assert_eq!(backend.arrived().len(), 2);
}
