//! Rules of events: each version is one, in the order of the writes.

use std::collections::HashMap;
use std::sync::Arc;

use contract::EventKind::{Changed, Created, Deleted};
use tokio::sync::broadcast::error::TryRecvError;

use super::database::{TestDatabase, open};
use super::requests::{changed, create, delete, id, own, put};
use crate::request::EventQuery;

fn everything() -> EventQuery {
    EventQuery { after: 0, id: None, limit: 1000 }
}

pub(super) async fn each_version_is_an_event(database: &dyn TestDatabase) {
    let store = open(database).await;
    let mut live = store.subscribe(None);
    let first = create(&*store, "a", "one").await;
    create(&*store, "b", "other").await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    put(&*store, "a", &own(&first), "refused").await;
    put(&*store, "a", &own(&second), "two").await;
    delete(&*store, "a", &own(&second)).await;
    create(&*store, "a", "three").await;

    let events = store.events(everything()).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| (event.id.as_str(), event.kind())).collect();
    assert_eq!(kinds, [("a", Created), ("b", Created), ("a", Changed), ("a", Deleted), ("a", Created)]);
    assert!(events.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    for event in &events {
        assert_eq!(&live.recv().await.unwrap(), event, "subscribers get what can be read later");
    }
    let about_b = store.events(EventQuery { id: Some(id("b")), ..everything() }).await.unwrap();
    assert_eq!(about_b, events[1..2]);
    let later = store.events(EventQuery { after: events[2].sequence, limit: 1, ..everything() }).await.unwrap();
    assert_eq!(later, events[3..4]);
}

pub(super) async fn many_writes_to_many_documents_all_arrive(database: &dyn TestDatabase) {
    let store = open(database).await;
    let writers: Vec<_> = (0..100)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { create(&*store, &format!("doc-{number}"), "text").await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(store.events(everything()).await.unwrap().len(), 100);
}

/// A number must not become visible before a smaller one, or a follower misses the smaller one.
pub(super) async fn follower_of_events_misses_none(database: &dyn TestDatabase) {
    const WRITERS: usize = 40;
    let store = open(database).await;
    let mut live = store.subscribe(None);
    for number in 0..WRITERS {
        let store = store.clone();
        tokio::spawn(async move { create(&*store, &format!("doc-{number}"), "text").await });
    }
    let mut followed = Vec::new();
    while followed.len() < WRITERS {
        let after = followed.last().map_or(0, |(sequence, _)| *sequence);
        let events = store.events(EventQuery { after, id: None, limit: 3 }).await.unwrap();
        if events.is_empty() {
            let event = live.recv().await.unwrap();
            let found = store.events(EventQuery { after: event.sequence - 1, id: None, limit: 1 }).await.unwrap();
            assert_eq!(found, [event], "an event can be read as soon as subscribers have it");
        }
        followed.extend(events.into_iter().map(|event| (event.sequence, event.id)));
        tokio::task::yield_now().await;
    }
    let all = store.events(everything()).await.unwrap().into_iter().map(|event| (event.sequence, event.id));
    assert_eq!(followed, all.collect::<Vec<_>>());
    assert_eq!(store.latest_sequence().await.unwrap(), followed.last().unwrap().0);
}

pub(super) async fn events_of_one_document_begin_after_any_place(database: &dyn TestDatabase) {
    let store = open(database).await;
    let mut seen = HashMap::new();
    for (number, name) in "abbacbbbaabc".chars().map(String::from).enumerate() {
        let stored = match seen.get(&name) {
            Some(before) => changed(put(&*store, &name, &own(before), &number.to_string()).await),
            None => create(&*store, &name, &number.to_string()).await,
        };
        seen.insert(name, stored);
    }
    let events = async |id, after, limit| store.events(EventQuery { after, id, limit }).await.unwrap();
    let places: Vec<u64> = events(None, 0, 99).await.iter().map(|event| event.sequence).collect();
    assert_eq!(places.len(), 12);
    for name in ["a", "b", "c", "d"] {
        for after in places.iter().copied().chain([0, places[11] + 1]) {
            let all = events(None, after, 99).await.into_iter().filter(|event| event.id.as_str() == name);
            let expected: Vec<_> = all.take(3).collect();
            assert_eq!(events(Some(id(name)), after, 3).await, expected, "{name} after {after}");
        }
    }
}

pub(super) async fn subscriber_of_one_document_hears_of_no_other(database: &dyn TestDatabase) {
    let store = open(database).await;
    let mut live = store.subscribe(Some(&id("a")));
    create(&*store, "b", "other").await;
    let first = create(&*store, "a", "one").await;
    create(&*store, "c", "other").await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    for stored in [first, second] {
        let event = live.recv().await.unwrap();
        assert_eq!((event.id, event.revision), (id("a"), Arc::clone(&stored.revision)));
    }
    assert_eq!(live.try_recv().unwrap_err(), TryRecvError::Empty);
}
