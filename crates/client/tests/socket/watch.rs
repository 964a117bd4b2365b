//! Event streams: cut anywhere, resumed without a gap, silent, refused, dropped.

use std::time::Duration;

use client::{Backoff, ClientLimits, EventStream, Scope, StreamEvent};
use contract::{EventKind, RoomSettings};

use crate::script::{Peer, answer, play};
use crate::{alice, limited};

/// Retries without a wait.
const AT_ONCE: Backoff = Backoff { first: Duration::ZERO, most: Duration::ZERO };

const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Returns an event about the document `a`.
fn event(kind: &str, number: u64) -> String {
    format!(
        "id: {number}\nevent: {kind}\ndata: {{\"id\":\"a\",\"etag\":\"\\\"v{number}-1\\\"\",\"author\":\"bob\",\
         \"at\":\"2026-11-22T05:00:11.123Z\"}}\n\n"
    )
}

/// Sends a chunk of a stream.
fn chunk(peer: &mut Peer, bytes: &str) {
    peer.say(&format!("{:x}\r\n{bytes}\r\n", bytes.len()));
}

async fn heard(watch: &mut EventStream) -> (EventKind, String) {
    match watch.next().await {
        StreamEvent::Heard { kind, event } => (kind, event.etag.to_string()),
        other => panic!("{other:?}"),
    }
}

async fn disconnected(watch: &mut EventStream) -> String {
    match watch.next().await {
        StreamEvent::Disconnected(why) => why,
        other => panic!("{other:?}"),
    }
}

fn of_a() -> Scope {
    Scope::Document("a".parse().unwrap())
}

#[tokio::test]
async fn stream_cut_within_an_event_resumes_after_last_whole_one() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        let first = peer.hear();
        peer.say(STREAM);
        chunk(&mut peer, ": hello\n\n");
        chunk(&mut peer, &event("created", 41));
        let cut = event("changed", 42);
        chunk(&mut peer, &cut[..cut.len() / 2]);
        drop(peer);
        let mut peer = stage.accept();
        let second = peer.hear();
        peer.say(STREAM);
        chunk(&mut peer, &(event("changed", 42) + &event("deleted", 43)));
        peer.wait_for_the_end();
        (first, second)
    });
    let mut watch = alice(&server.url).watch(of_a(), AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    assert_eq!(heard(&mut watch).await, (EventKind::Created, "\"v41-1\"".to_owned()));
    let why = disconnected(&mut watch).await;
    assert!(why.starts_with("the connection broke"), "{why}");
    assert_eq!(watch.next().await, StreamEvent::Connected);
    assert_eq!(heard(&mut watch).await, (EventKind::Changed, "\"v42-1\"".to_owned()));
    assert_eq!(heard(&mut watch).await, (EventKind::Deleted, "\"v43-1\"".to_owned()));
    drop(watch);

    let (first, second) = server.end().await;
    assert!(first.starts_with("GET /api/documents/a/events HTTP/1.1\r\n"), "{first}");
    assert!(first.contains("\r\nAccept: text/event-stream\r\n"), "{first}");
    assert!(!first.contains("Last-Event-ID"), "{first}");
    assert!(second.contains("\r\nLast-Event-Id: 41\r\n"), "{second}");
}

#[tokio::test]
async fn a_stream_that_the_server_ends_is_reopened() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        let all = peer.hear();
        peer.say(STREAM);
        peer.say("0\r\n\r\n");
        drop(peer);
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        peer.wait_for_the_end();
        all
    });
    let mut watch = alice(&server.url).watch(Scope::All, AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    assert_eq!(disconnected(&mut watch).await, "the server ended the event stream");
    assert_eq!(watch.next().await, StreamEvent::Connected);
    drop(watch);
    assert!(server.end().await.starts_with("GET /api/events HTTP/1.1\r\n"));
}

#[tokio::test]
async fn repeated_failures_are_reported_once() {
    let server = play(|stage| {
        stage.exchange(&answer("503 Service Unavailable", ""));
        drop(stage.accept().hear());
        stage.exchange(&answer("200 OK\nContent-Type: text/html", "<html>"));
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        peer.wait_for_the_end();
    });
    let mut watch = alice(&server.url).watch(of_a(), AT_ONCE);
    let why = disconnected(&mut watch).await;
    assert_eq!(why, "the server responded with 503 Service Unavailable instead of an event stream");
    assert_eq!(watch.next().await, StreamEvent::Connected);
    drop(watch);
    server.end().await;
}

#[tokio::test]
async fn a_stream_without_heartbeats_is_dead() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        peer.wait_for_the_end();
    });
    let limits = ClientLimits { silence: Duration::from_millis(100), ..ClientLimits::default() };
    let mut watch = limited(&server.url, limits).watch(of_a(), AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    assert_eq!(disconnected(&mut watch).await, "the event stream was silent for 100ms");
    server.end().await;
}

#[tokio::test]
async fn unknown_event_kind_is_skipped_unreadable_event_is_not() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        chunk(&mut peer, "id: 1\nevent: renamed\ndata: whatever\n\n");
        chunk(&mut peer, &(event("changed", 2) + "id: 3\nevent: changed\ndata: {}\n\n" + &event("changed", 4)));
        peer.wait_for_the_end();
        let mut peer = stage.accept();
        let resumed = peer.hear();
        peer.say(STREAM);
        peer.wait_for_the_end();
        resumed
    });
    let mut watch = alice(&server.url).watch(of_a(), AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    assert_eq!(heard(&mut watch).await.1, "\"v2-1\"");
    assert_eq!(heard(&mut watch).await.1, "\"v4-1\"");
    let why = disconnected(&mut watch).await;
    assert!(why.starts_with("an event is malformed"), "{why}");
    assert_eq!(watch.next().await, StreamEvent::Connected);
    drop(watch);
    assert!(server.end().await.contains("\r\nLast-Event-Id: 4\r\n"));
}

#[tokio::test]
async fn next_may_be_dropped_and_called_again() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        let whole = event("changed", 7);
        let (before, after) = whole.split_at(30);
        chunk(&mut peer, before);
        chunk(&mut peer, after);
        peer.wait_for_the_end();
    });
    let mut watch = alice(&server.url).watch(of_a(), AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    // Polled once and dropped, again and again, until the event is there.
    let told = loop {
        tokio::select! {
            biased;
            told = watch.next() => break told,
            () = tokio::task::yield_now() => {}
        }
    };
    assert!(matches!(told, StreamEvent::Heard { .. }), "{told:?}");
    drop(watch);
    server.end().await;
}

#[tokio::test]
async fn a_stream_is_not_resumed_with_an_overlong_id() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        chunk(&mut peer, &format!("id: {}\n{}", "x".repeat(1025), &event("created", 41)["id: 41\n".len()..]));
        drop(peer);
        let mut peer = stage.accept();
        let second = peer.hear();
        peer.say(STREAM);
        peer.wait_for_the_end();
        second
    });
    let mut watch = alice(&server.url).watch(of_a(), AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    assert_eq!(heard(&mut watch).await.0, EventKind::Created);
    disconnected(&mut watch).await;
    assert_eq!(watch.next().await, StreamEvent::Connected);
    drop(watch);
    assert!(!server.end().await.to_lowercase().contains("last-event-id"));
}

#[tokio::test]
async fn settings_of_the_room_are_heard_and_no_event_number_is_taken_from_them() {
    let server = play(|stage| {
        let mut peer = stage.accept();
        peer.hear();
        peer.say(STREAM);
        chunk(&mut peer, &event("created", 41));
        chunk(
            &mut peer,
            "event: room\ndata: {\"openForAll\":\"plan\"}\n\nevent: room\ndata: {\"openForAll\":null}\n\n",
        );
        drop(peer);
        let mut peer = stage.accept();
        let second = peer.hear();
        peer.say(STREAM);
        peer.wait_for_the_end();
        second
    });
    let mut watch = alice(&server.url).watch(Scope::All, AT_ONCE);
    assert_eq!(watch.next().await, StreamEvent::Connected);
    heard(&mut watch).await;
    let opened = RoomSettings { open_for_all: Some("plan".parse().unwrap()) };
    assert_eq!(watch.next().await, StreamEvent::Room(opened));
    assert_eq!(watch.next().await, StreamEvent::Room(RoomSettings::default()));
    disconnected(&mut watch).await;
    assert_eq!(watch.next().await, StreamEvent::Connected);
    drop(watch);
    assert!(server.end().await.contains("\r\nLast-Event-Id: 41\r\n"));
}
