//! What is kept: every version, over a restart too; and what can be read back.

use crate::ways::*;
use contract::EventKind::{Changed, Created, Deleted};
use contract::{Document, Timestamp};
use precondition::Conditions;
use store::{
    DocumentChange, DocumentState, EventQuery, ListQuery, SqliteStore, Store, StoreError, VersionQuery, etag_chain,
};

fn everything() -> EventQuery {
    EventQuery { after: 0, id: None, limit: 100 }
}

#[tokio::test]
async fn a_file_holds_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    let first = create(&store, "a", "one").await;
    let second = changed(put(&store, "a", &own(&first), "two").await);
    drop(store);

    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(second.clone()));
    assert_eq!(store.version(&id("a"), 1).await.unwrap(), Some(first));
    let third = changed(put(&store, "a", &own(&second), "three").await);
    assert_eq!(third.revision.stamp.version, 3);
    assert_eq!(store.latest_sequence().await.unwrap(), 3);
}

#[tokio::test]
async fn readers_of_a_file_see_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("documents.db")).unwrap();
    let mut seen = own(&create(&store, "a", "0").await);
    for number in 1..20 {
        let stored = changed(put(&store, "a", &seen, &number.to_string()).await);
        seen = own(&stored);
        assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(stored));
    }
}

#[tokio::test]
async fn every_scalar_value_comes_back() {
    let store = SqliteStore::memory().unwrap();
    let content = "a\r\nb\0c\u{feff}\u{202e}\u{10ffff}\u{e000}\n\n";
    let stored = create(&store, "a", content).await;
    assert_eq!(stored.document.as_ref().unwrap().content, content);
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(stored));
}

#[tokio::test]
async fn the_chain_can_be_recomputed_from_what_is_read() {
    let store = SqliteStore::memory().unwrap();
    let mut seen = own(&create(&store, "a", "A").await);
    for text in ["B", "A"] {
        seen = own(&changed(put(&store, "a", &seen, text).await));
    }
    write(&store, "a", Conditions::if_match(seen), DocumentChange::Delete).await;
    create(&store, "a", "A").await;

    let mut before = None;
    for number in 1..=5 {
        let stored = store.version(&id("a"), number).await.unwrap().unwrap();
        let tag = etag_chain::version_tag(&id("a"), number, before.as_ref(), stored.document.as_ref());
        assert_eq!(own(&stored), tag, "version {number}");
        assert_eq!(stored.document.is_none(), number == 4);
        before = Some(tag);
    }
}

#[tokio::test]
async fn versions_are_listed_newest_first_and_in_pages() {
    let store = SqliteStore::memory().unwrap();
    let first = create(&store, "a", "one").await;
    let second = changed(put(&store, "a", &own(&first), "two").await);
    write(&store, "a", Conditions::if_match(own(&second)), DocumentChange::Delete).await;
    let page = async |before, limit| {
        let page = store.versions(VersionQuery { id: id("a"), before, limit, bytes: usize::MAX }).await.unwrap();
        (page.items.iter().map(|item| item.stamp.version).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(None, 2).await, (vec![3, 2], true));
    assert_eq!(page(Some(2), 2).await, (vec![1], false));
    assert_eq!(page(None, 3).await, (vec![3, 2, 1], false));
    let never = store.versions(VersionQuery { id: id("b"), before: None, limit: 2, bytes: usize::MAX }).await.unwrap();
    assert!(never.items.is_empty());
    assert_eq!(store.version(&id("a"), 4).await.unwrap(), None);
}

#[tokio::test]
async fn documents_are_listed_by_id_in_pages_without_the_gone() {
    let store = SqliteStore::memory().unwrap();
    for name in ["c", "a", "b"] {
        create(&store, name, name).await;
    }
    let gone = create(&store, "d", "").await;
    write(&store, "d", Conditions::if_match(own(&gone)), DocumentChange::Delete).await;
    let page = async |after: Option<&str>| {
        let page = store.list(ListQuery { after: after.map(id), limit: 2, bytes: usize::MAX }).await.unwrap();
        (page.items.iter().map(|item| item.id.to_string()).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(None).await, (vec!["a".to_owned(), "b".to_owned()], true));
    assert_eq!(page(Some("b")).await, (vec!["c".to_owned()], false));
}

#[tokio::test]
async fn each_version_is_an_event() {
    let store = SqliteStore::memory().unwrap();
    let mut live = store.subscribe(None);
    let first = create(&store, "a", "one").await;
    create(&store, "b", "other").await;
    let second = changed(put(&store, "a", &own(&first), "two").await);
    put(&store, "a", &own(&first), "refused").await;
    put(&store, "a", &own(&second), "two").await;
    write(&store, "a", Conditions::if_match(own(&second)), DocumentChange::Delete).await;
    create(&store, "a", "three").await;

    let events = store.events(everything()).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| (event.id.as_str(), event.kind())).collect();
    assert_eq!(kinds, [("a", Created), ("b", Created), ("a", Changed), ("a", Deleted), ("a", Created)]);
    assert!(events.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    for event in &events {
        assert_eq!(&live.recv().await.unwrap(), event, "live and kept are the same");
    }
    let about_b = store.events(EventQuery { id: Some(id("b")), ..everything() }).await.unwrap();
    assert_eq!(about_b, events[1..2]);
    let later = store.events(EventQuery { after: events[2].sequence, limit: 1, ..everything() }).await.unwrap();
    assert_eq!(later, events[3..4]);
}

#[tokio::test]
async fn many_writes_to_many_documents_all_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(SqliteStore::open(&folder.path().join("documents.db")).unwrap());
    let writers: Vec<_> = (0..100)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { create(&*store, &format!("doc-{number}"), "text").await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(store.events(EventQuery { limit: 1000, ..everything() }).await.unwrap().len(), 100);
}

#[tokio::test]
async fn damage_on_the_disk_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    create(&store, "a", "one").await;
    drop(store);
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute("UPDATE version SET content = 'onf'", []).unwrap();
    drop(by_hand);
    let store = SqliteStore::open(&path).unwrap();
    let error = store.read(&id("a")).await.unwrap_err();
    assert_eq!(error, StoreError::Damaged { id: id("a"), number: 1 });
}

#[tokio::test]
async fn a_store_that_is_open_is_well() {
    let store = store::open("memory:").await.unwrap();
    store.health().await.unwrap();
    let timeless = Document { title: String::new(), content: String::new(), parent: None };
    let mut asked = request("a", Conditions::if_none_match_any(), DocumentChange::Put(timeless));
    asked.at = Timestamp::from_millis(u64::MAX);
    store.write(asked).await.unwrap();
    assert!(matches!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(_)));
}

/// It would else be taken for a path, and a missing folder would be named that nobody has heard of.
#[tokio::test]
async fn a_store_across_a_network_is_not_taken_for_a_file() {
    for place in ["postgres://localhost/ifmatch", "postgresql://u:secret@db:5432/x", "sqlite://a.db", "https://h/x"] {
        let error = store::open(place).await.err().expect(place).to_string();
        assert!(error.contains("SQLite only") && error.contains("the path of a file"), "{error}");
        assert_eq!(error.contains("PostgreSQL"), place.starts_with("postgres"), "{error}");
        assert!(!error.contains("secret") && !error.contains("folder"), "{error}");
    }
}

/// What is kept may be larger than what is taken today, so a page of it stops at a number of bytes.
#[tokio::test]
async fn page_stops_before_it_has_too_many_bytes() {
    let store = SqliteStore::memory().unwrap();
    for name in ["a", "b", "c"] {
        let document = Document { title: "t".repeat(1000), content: "text".to_owned(), parent: None };
        write(&store, name, Conditions::if_none_match_any(), DocumentChange::Put(document)).await;
    }
    for (bytes, rows, more) in [(usize::MAX, 3, false), (2500, 2, true), (1500, 1, true), (0, 1, true)] {
        let page = store.list(ListQuery { after: None, limit: 9, bytes }).await.unwrap();
        assert_eq!((page.items.len(), page.more), (rows, more), "{bytes}");
    }
}
