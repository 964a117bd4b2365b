//! Floods of events, without a terminal or a network.

use contract::DocumentEvent as News;
use futures_util::FutureExt as _;
use proptest::prelude::*;
use terminal::event::{StopReason, TerminalEvent};
use terminal::key::Key;

use super::*;

fn heard(id: &str, version: usize) -> Event {
    heard_as(EventKind::Changed, id, version)
}

fn heard_as(kind: EventKind, id: &str, version: usize) -> Event {
    let etag = format!("\"v{version}\"").parse().unwrap();
    let event =
        News { id: id.parse().unwrap(), etag, author: "bob".parse().unwrap(), at: contract::Timestamp::default() };
    Event::Heard { seat: 0, kind, event }
}

/// Returns the document and the tag of an event, and whether the document is new.
fn about(event: &Event) -> (String, String, bool) {
    let Event::Heard { kind, event, .. } = event else { panic!("{event:?}") };
    (event.id.to_string(), event.etag.to_string(), *kind == EventKind::Created)
}

fn all(events: &mut EventReceiver) -> Vec<Event> {
    std::iter::from_fn(|| events.try_recv()).collect()
}

/// Asserts that an event is sent without waiting for capacity.
fn now(sent: impl Future<Output = Result<(), EventLoopEnded>>) {
    assert_eq!(sent.now_or_never(), Some(Ok(())), "the lane is full");
}

#[test]
fn events_come_in_the_order_of_their_arrival() {
    let (sender, mut events) = inbox();
    now(sender.deliver(heard("a", 1)));
    sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
    now(sender.deliver(heard("b", 2)));
    let kinds: Vec<bool> =
        all(&mut events).iter().map(|event| matches!(event, Event::Terminal(TerminalEvent::Key(_)))).collect();
    assert_eq!(kinds, [false, true, false]);
}

#[test]
fn key_behind_a_flood_waits_for_16_events() {
    let (sender, mut events) = inbox();
    (0..500).for_each(|version| now(sender.deliver(heard("a", version))));
    sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
    sender.send(Event::Terminal(TerminalEvent::Key(Key::char('y')))).unwrap();
    let all = all(&mut events);
    assert_eq!(all.len(), 502, "nothing is lost");
    let keys: Vec<usize> = (0..502).filter(|at| matches!(all[*at], Event::Terminal(TerminalEvent::Key(_)))).collect();
    assert_eq!(keys, [16, 33]);
}

#[test]
fn full_world_lane_does_not_block_the_user() {
    let (sender, mut events) = inbox();
    (0..1024).for_each(|version| now(sender.deliver(heard("a", version))));
    let mut waits = Box::pin(sender.deliver(heard("a", 1024)));
    assert!((&mut waits).now_or_never().is_none(), "the world's lane is full");
    now(sender.deliver(Event::Terminal(TerminalEvent::Key(Key::char('x')))));
    sender.send(Event::Terminal(TerminalEvent::Stopped(StopReason::Terminate))).unwrap();
    assert!(events.try_recv().is_some());
    now(waits);
    assert_eq!(all(&mut events).len(), 1024 + 2);
    // The capacity is free again.
    (0..1024).for_each(|version| now(sender.deliver(heard("a", version))));
}

#[test]
fn large_events_take_more_capacity() {
    let (sender, mut events) = inbox();
    let paste = || Event::Terminal(TerminalEvent::Pasted("x".repeat(4 * 1024 * 1024)));
    (0..4).for_each(|_| now(sender.deliver(paste())));
    assert!(sender.deliver(paste()).now_or_never().is_none(), "16 MiB are waiting already");
    assert!(
        sender.deliver(Event::Terminal(TerminalEvent::Key(Key::char('x')))).now_or_never().is_none(),
        "a key does not overtake a paste"
    );
    assert_eq!(all(&mut events).len(), 4);
    now(sender.deliver(Event::Terminal(TerminalEvent::Pasted("x".repeat(64 * 1024 * 1024)))));
}

#[test]
fn few_events_of_one_document_all_arrive() {
    let (sender, mut events) = inbox();
    (0..COALESCE_FROM).for_each(|version| now(sender.deliver_newest(heard("a", version))));
    assert_eq!(all(&mut events).len(), COALESCE_FROM);
}

#[test]
fn many_events_of_one_document_are_coalesced() {
    let (sender, mut events) = inbox();
    (0..100_000).for_each(|version| now(sender.deliver_newest(heard("a", version))));
    let all = all(&mut events);
    assert_eq!(all.len(), COALESCE_FROM);
    assert_eq!(about(all.last().unwrap()).1, "\"v99999\"");
}

#[test]
fn created_document_that_changes_is_still_new() {
    let (sender, mut events) = inbox();
    (1..COALESCE_FROM).for_each(|version| now(sender.deliver_newest(heard("other", version))));
    now(sender.deliver_newest(heard_as(EventKind::Created, "a", 1)));
    now(sender.deliver_newest(heard("a", 2)));
    assert_eq!(about(all(&mut events).last().unwrap()), ("a".to_owned(), "\"v2\"".to_owned(), true));
}

/// An editor must hear of its own version: any version that it heard of before is older.
#[test]
fn replacement_does_not_overtake_other_events() {
    for between in [heard("a", 2), Event::Disconnected { seat: 0 }, Event::Connected { seat: 0 }] {
        let (sender, mut events) = inbox();
        (0..COALESCE_FROM).for_each(|version| now(sender.deliver_newest(heard("other", version))));
        now(sender.deliver_newest(heard("a", 1)));
        now(sender.deliver(between.clone()));
        now(sender.deliver_newest(heard("a", 3)));
        now(sender.deliver_newest(heard("a", 4)));
        let all = all(&mut events);
        let [first, second, last] = &all[COALESCE_FROM..] else { panic!("{all:?}") };
        assert_eq!((about(first).1.as_str(), about(last).1.as_str()), ("\"v1\"", "\"v4\""));
        assert_eq!(format!("{second:?}"), format!("{between:?}"));
    }
}

#[test]
fn signals_of_one_kind_do_not_pile_up() {
    let (sender, mut events) = inbox();
    for _ in 0..1000 {
        sender.send(Event::Terminal(TerminalEvent::Suspended)).unwrap();
        sender.send(Event::Terminal(TerminalEvent::Continued)).unwrap();
    }
    (0..1000).for_each(|_| sender.send(Event::Terminal(TerminalEvent::Stopped(StopReason::HangUp))).unwrap());
    assert_eq!(all(&mut events).len(), 3);
}

#[tokio::test]
async fn receiver_wakes_and_ends_with_the_last_sender() {
    let (sender, mut events) = inbox();
    let other = sender.clone();
    let received = tokio::spawn(async move { (events.recv().await.is_some(), events.recv().await.is_none()) });
    tokio::task::yield_now().await;
    drop(other);
    sender.send(Event::Terminal(TerminalEvent::Suspended)).unwrap();
    tokio::task::yield_now().await;
    drop(sender);
    assert_eq!(received.await.unwrap(), (true, true));
}

#[tokio::test]
async fn senders_learn_that_the_loop_has_ended() {
    let (sender, events) = inbox();
    now(sender.deliver(Event::Terminal(TerminalEvent::Pasted("x".repeat(16 * 1024 * 1024)))));
    let waiting = sender.clone();
    let waits = tokio::spawn(async move { waiting.deliver(Event::Terminal(TerminalEvent::Key(Key::char('x')))).await });
    tokio::task::yield_now().await;
    drop(events);
    assert_eq!(waits.await.unwrap(), Err(EventLoopEnded));
    assert_eq!(sender.send(Event::Terminal(TerminalEvent::Suspended)), Err(EventLoopEnded));
    assert!(sender.is_closed());
}

#[derive(Debug, Clone)]
enum QueueStep {
    Hear(u8),
    Key,
    Take(u8),
}

fn queue_steps() -> impl Strategy<Value = Vec<QueueStep>> {
    let step = prop_oneof![
        8 => (0_u8..4).prop_map(QueueStep::Hear),
        1 => Just(QueueStep::Key),
        1 => (1_u8..20).prop_map(QueueStep::Take),
    ];
    proptest::collection::vec(step, 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each document's versions are taken in ascending order, and the newest is among them.
    ///
    /// No key is lost, and none waits for more than `MAX_BEFORE_USER` events of the world.
    #[test]
    fn newest_version_of_each_document_is_heard(steps in queue_steps()) {
        let (sender, mut events) = inbox();
        let (mut sent, mut taken) = ([0_usize; 4], [0_usize; 4]);
        let (mut keys, mut version, mut waited) = (0_usize, 0_usize, 0_u32);
        let end = [QueueStep::Take(u8::MAX), QueueStep::Take(u8::MAX)];
        for step in steps.into_iter().chain(end) {
            match step {
                QueueStep::Hear(document) => {
                    version += 1;
                    sent[usize::from(document)] = version;
                    now(sender.deliver_newest(heard(&format!("d{document}"), version)));
                }
                QueueStep::Key => {
                    keys += 1;
                    sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
                }
                QueueStep::Take(count) => for _ in 0..count {
                    match events.try_recv() {
                        Some(Event::Terminal(TerminalEvent::Key(_))) => (keys, waited) = (keys - 1, 0),
                        Some(event) => {
                            let (document, tag, _) = about(&event);
                            let document: usize = document[1..].parse().unwrap();
                            let version: usize = tag[2..tag.len() - 1].parse().unwrap();
                            prop_assert!(version > taken[document], "{version} after {}", taken[document]);
                            taken[document] = version;
                            waited = if keys > 0 { waited + 1 } else { 0 };
                            prop_assert!(waited <= MAX_BEFORE_USER, "a key waits for {waited} events");
                        }
                        None => break,
                    }
                },
            }
        }
        prop_assert!(events.is_empty());
        prop_assert_eq!((taken, keys), (sent, 0));
    }
}
