//! The cache is never older than the database, and never larger than its capacity.

use contract::{Document, Timestamp};
use precondition::{BodyState, Conditions, Method, Policy};

use super::*;
use crate::revision::{StoredVersion, VersionStamp};
use crate::serialized_document::SerializedDocument;

fn id(name: &str) -> DocumentId {
    name.parse().unwrap()
}

/// Returns the head of a document after `before`, with a text of this many bytes.
fn head(name: &str, before: Option<&Head>, bytes: usize) -> Arc<Head> {
    let document =
        SerializedDocument::from(Document { title: String::new(), content: "x".repeat(bytes), parent: None });
    let stamp_before = before.map(|head| head.stored().revision.stamp.clone());
    let before_head = before;
    let before = stamp_before;
    let stamp = VersionStamp::next(before.as_ref(), &id(name), Some(&document), Timestamp::from_millis(0));
    let revision = Revision { stamp, before, author: "bob".parse().unwrap(), based_on: None };
    let stored = StoredVersion { revision: Arc::new(revision), document: Some(document) };
    Arc::new(Head::after(before_head, Arc::new(stored)))
}

fn number(cache: &HeadCache, name: &str) -> Option<u64> {
    cache.get(&id(name)).map(|found| found.newest().unwrap().revision.stamp.version)
}

#[test]
fn a_reader_that_was_overtaken_puts_nothing_in() {
    let cache = HeadCache::default();
    let first = head("a", None, 1);
    let second = head("a", Some(&first), 2);
    let before = cache.epoch();
    let committing = cache.begin([&id("a")].into_iter());
    cache.insert(&id("a"), &first, before);
    assert_eq!(number(&cache, "a"), None, "while the batch is being committed");
    committing.end([(&id("a"), Arc::clone(&second))].into_iter());
    assert_eq!(number(&cache, "a"), Some(2));
    cache.lock().remove(&id("a"));
    cache.insert(&id("a"), &first, before);
    assert_eq!(number(&cache, "a"), None, "the newer one was inserted, and evicted");
    cache.insert(&id("a"), &second, cache.epoch());
    assert_eq!(number(&cache, "a"), Some(2));
}

#[test]
fn what_is_on_its_way_to_the_disk_is_not_answered_from_memory() {
    let cache = HeadCache::default();
    cache.insert(&id("a"), &head("a", None, 1), cache.epoch());
    cache.insert(&id("b"), &head("b", None, 1), cache.epoch());
    let committing = cache.begin([&id("a")].into_iter());
    assert_eq!((number(&cache, "a"), number(&cache, "b")), (None, Some(1)));
    drop(committing);
    assert_eq!((number(&cache, "a"), number(&cache, "b")), (None, Some(1)), "it is unknown whether it was committed");
}

#[test]
fn room_is_counted_in_bytes_and_goes_to_what_is_asked_for() {
    let cache = HeadCache::with_capacity(20 * (ENTRY_OVERHEAD_BYTES + 2080));
    for number in 0..100 {
        let name = format!("d{number}");
        cache.insert(&id(&name), &head(&name, None, 1000), cache.epoch());
        assert_eq!(self::number(&cache, "d0"), Some(1), "asked for each time, so it stays");
        assert!(cache.lock().bytes <= cache.capacity);
    }
    let known = cache.lock().heads.len();
    assert!((18..=20).contains(&known), "{known}");
    assert_eq!(cache.lock().queue.len(), known);
}

/// Returns the verdict on a client that has this version and asks whether it is still current.
fn revalidated(cache: &HeadCache, name: &str, seen: &Head) -> Option<Verdict> {
    let tag = seen.stored().revision.stamp.tag.to_bytes();
    let conditions = Conditions::from_fields([("If-None-Match", &tag[..])]);
    let (method, incoming, policy) = (Method::Read, BodyState::Read, Policy::default());
    let now = Timestamp::from_millis(0).to_http_date();
    let judged =
        cache.judge(&JudgeRequest { id: id(name), conditions, method, body: incoming, author: None, now, policy })?;
    Some(judged.judgement.verdict)
}

#[test]
fn evicted_head_leaves_validators_that_are_never_older() {
    let cache = HeadCache::with_capacity(ENTRY_OVERHEAD_BYTES + 2080);
    let (first, other) = (head("a", None, 1000), head("b", None, 1000));
    cache.insert(&id("a"), &first, cache.epoch());
    cache.insert(&id("b"), &other, cache.epoch());
    assert_eq!((number(&cache, "a"), number(&cache, "b")), (None, Some(1)), "there is room for one");
    assert_eq!(revalidated(&cache, "a", &first), Some(Verdict::NotModified));

    let second = head("a", Some(&first), 1);
    assert_eq!(revalidated(&cache, "a", &second), None, "the response needs the text, which is on the disk");
    let committing = cache.begin([&id("a")].into_iter());
    assert_eq!(revalidated(&cache, "a", &first), None, "while another version is being committed");
    committing.end([(&id("a"), Arc::clone(&second))].into_iter());
    assert_eq!(revalidated(&cache, "a", &second), Some(Verdict::NotModified));
    assert_ne!(revalidated(&cache, "a", &first), Some(Verdict::NotModified));
    drop(cache.begin([&id("a")].into_iter()));
    assert_eq!(revalidated(&cache, "a", &second), None, "it is unknown whether it was committed");
}

#[test]
fn of_a_long_text_only_the_head_is_kept() {
    let cache = HeadCache::default();
    cache.insert(&id("a"), &head("a", None, MAX_CACHED_TEXT_BYTES + 1), cache.epoch());
    assert_eq!(number(&cache, "a"), None);
    assert!(cache.lock().bytes < MAX_CACHED_TEXT_BYTES && cache.lock().heads.len() == 1);
}
