//! Rules of reads: what was acknowledged comes back, in full and in pages.

use contract::{Document, Timestamp};
use precondition::policy::Etags;
use precondition::{Conditions, Verdict};

use super::database::{TestDatabase, open};
use super::requests::{changed, create, delete, document, id, own, put, put_new, request, revalidation};
use crate::etag_chain;
use crate::outcome::ReadPayload;
use crate::request::{DocumentChange, ListQuery, VersionQuery};
use crate::revision::DocumentState;

pub(super) async fn readers_see_what_was_acknowledged(database: &dyn TestDatabase) {
    let store = open(database).await;
    let mut seen = own(&create(&*store, "a", "0").await);
    for number in 1..20 {
        let stored = changed(put(&*store, "a", &seen, &number.to_string()).await);
        seen = own(&stored);
        assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(stored));
    }
}

/// A store need not answer from memory. But what it answers is what it would look up.
pub(super) async fn cached_judgement_is_never_older_than_a_write(database: &dyn TestDatabase) {
    let store = open(database).await;
    let mut seen = create(&*store, "a", "0").await;
    for number in 1..20 {
        let stored = changed(put(&*store, "a", &own(&seen), &number.to_string()).await);
        for (tag, verdict) in [(own(&stored), Verdict::NotModified), (own(&seen), Verdict::Proceed)] {
            let expected = match verdict {
                Verdict::NotModified => None,
                _ => Some(DocumentState::Exists(stored.clone())),
            };
            let question = revalidation("a", &tag);
            let judged = store.judge(question.clone()).await.unwrap();
            for judged in [Some(judged), store.judge_cached(&question)].into_iter().flatten() {
                assert_eq!(judged.judgement.verdict, verdict);
                match (judged.payload, &expected) {
                    (ReadPayload::Tag(current), None) => assert_eq!(current, tag),
                    (ReadPayload::Found(found), None) => assert_eq!(found, DocumentState::Exists(stored.clone())),
                    (payload, Some(expected)) => assert_eq!(payload, ReadPayload::Found(expected.clone())),
                }
            }
        }
        seen = stored;
    }
}

pub(super) async fn every_scalar_value_comes_back(database: &dyn TestDatabase) {
    let store = open(database).await;
    let content = "a\r\nb\0c\u{feff}\u{202e}\u{10ffff}\u{e000}\n\n";
    let stored = create(&*store, "a", content).await;
    assert_eq!(stored.document.as_ref().unwrap().content, content);
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(stored));
}

pub(super) async fn the_chain_can_be_recomputed_from_what_is_read(database: &dyn TestDatabase) {
    let store = open(database).await;
    let mut seen = own(&create(&*store, "a", "A").await);
    for text in ["B", "A"] {
        seen = own(&changed(put(&*store, "a", &seen, text).await));
    }
    delete(&*store, "a", &seen).await;
    create(&*store, "a", "A").await;

    let mut before = None;
    for number in 1..=5 {
        let stored = store.version(&id("a"), number).await.unwrap().unwrap();
        let tag = etag_chain::version_tag(&id("a"), number, before.as_ref(), stored.document.as_deref());
        assert_eq!(own(&stored), tag, "version {number}");
        assert_eq!(stored.document.is_none(), number == 4);
        before = Some(tag);
    }
}

pub(super) async fn versions_are_listed_newest_first_and_in_pages(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    delete(&*store, "a", &own(&second)).await;
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

pub(super) async fn documents_are_listed_by_id_in_pages_without_the_gone(database: &dyn TestDatabase) {
    let store = open(database).await;
    for name in ["c", "a", "b"] {
        create(&*store, name, name).await;
    }
    let gone = create(&*store, "d", "").await;
    delete(&*store, "d", &own(&gone)).await;
    let page = async |after: Option<&str>| {
        let page = store.list(ListQuery { after: after.map(id), limit: 2, bytes: usize::MAX }).await.unwrap();
        (page.items.iter().map(|item| item.id.to_string()).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(None).await, (vec!["a".to_owned(), "b".to_owned()], true));
    assert_eq!(page(Some("b")).await, (vec!["c".to_owned()], false));
}

/// Stored texts may be longer than the server accepts today, so a page ends at a number of bytes.
pub(super) async fn page_stops_before_it_has_too_many_bytes(database: &dyn TestDatabase) {
    let store = open(database).await;
    for name in ["a", "b", "c"] {
        let document = Document { title: "t".repeat(1000), content: "text".to_owned(), parent: None };
        put_new(&*store, name, document).await;
    }
    for (bytes, rows, more) in [(usize::MAX, 3, false), (2500, 2, true), (1500, 1, true), (0, 1, true)] {
        let page = store.list(ListQuery { after: None, limit: 9, bytes }).await.unwrap();
        assert_eq!((page.items.len(), page.more), (rows, more), "{bytes}");
    }
}

pub(super) async fn tags_of_all_kinds_are_known_once_issued(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "A").await;
    let second = changed(put(&*store, "a", &own(&first), "B").await);
    let known = async |name: &str, tag, kind| store.has_issued(&id(name), vec![tag], kind).await.unwrap();
    for kind in [Etags::Version, Etags::Content, Etags::Seconds] {
        for stored in [&first, &second] {
            assert!(known("a", stored.etag(kind), kind).await, "{kind:?}");
            assert!(!known("b", stored.etag(kind), kind).await, "{kind:?} of another document");
        }
    }
    assert!(!known("a", own(&first), Etags::Content).await, "a tag of one kind is none of another");
    let other = document("C");
    let never = etag_chain::version_tag(&id("a"), 2, Some(&own(&first)), Some(&other));
    assert!(!known("a", never, Etags::Version).await, "the number is known, and the hash is another");
    let both = vec!["\"unknown\"".parse().unwrap(), own(&first)];
    assert!(store.has_issued(&id("a"), both, Etags::Version).await.unwrap(), "one of them is enough");
}

pub(super) async fn a_store_that_is_open_is_well(database: &dyn TestDatabase) {
    let store = open(database).await;
    store.health().await.unwrap();
    let timeless = Document { title: String::new(), content: String::new(), parent: None };
    let mut asked = request("a", Conditions::if_none_match_any(), DocumentChange::put(timeless));
    asked.at = Timestamp::from_millis(u64::MAX);
    store.write(asked).await.unwrap();
    assert!(matches!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(_)));
}
