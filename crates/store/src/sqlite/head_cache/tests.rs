//! That what is in memory is never older than what is on the disk, and never more than there is room for.

use contract::Timestamp;
use precondition::{BodyState, Conditions, Method, Policy};

use super::*;
use crate::revision::{Revision, VersionStamp};

fn id(name: &str) -> DocumentId {
    name.parse().unwrap()
}

/// A version of a document, with a text of that many bytes.
fn version(name: &str, before: Option<&StoredVersion>, bytes: usize) -> StoredVersion {
    let document = Document { title: String::new(), content: "x".repeat(bytes), parent: None };
    let before = before.map(|stored| stored.revision.stamp.clone());
    let mark = VersionStamp::next(before.as_ref(), &id(name), Some(&document), Timestamp::from_millis(0));
    let revision = Revision { stamp: mark, before, author: "bob".parse().unwrap(), based_on: None };
    StoredVersion { revision, document: Some(document) }
}

fn number(heads: &HeadCache, name: &str) -> Option<u64> {
    heads.get(&id(name)).map(|found| found.newest().unwrap().revision.stamp.version)
}

#[test]
fn a_reader_that_was_overtaken_puts_nothing_in() {
    let heads = HeadCache::default();
    let first = version("a", None, 1);
    let second = version("a", Some(&first), 2);
    let before = heads.epoch();
    heads.begin([&id("a")].into_iter());
    heads.insert(&id("a"), &DocumentState::Exists(first.clone()), before);
    assert_eq!(number(&heads, "a"), None, "while it is on its way to the disk");
    heads.end([(&id("a"), &second)].into_iter());
    assert_eq!(number(&heads, "a"), Some(2));
    heads.lock().remove(&id("a"));
    heads.insert(&id("a"), &DocumentState::Exists(first), before);
    assert_eq!(number(&heads, "a"), None, "the newer one was put in, and thrown out");
    heads.insert(&id("a"), &DocumentState::Exists(second), heads.epoch());
    assert_eq!(number(&heads, "a"), Some(2));
}

#[test]
fn what_is_on_its_way_to_the_disk_is_not_answered_from_memory() {
    let heads = HeadCache::default();
    heads.insert(&id("a"), &DocumentState::Exists(version("a", None, 1)), heads.epoch());
    heads.insert(&id("b"), &DocumentState::Exists(version("b", None, 1)), heads.epoch());
    heads.begin([&id("a")].into_iter());
    assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)));
    heads.abandon();
    assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)), "nobody knows what became of it");
}

#[test]
fn room_is_counted_in_bytes_and_goes_to_what_is_asked_for() {
    let heads = HeadCache::with_capacity(20 * (ENTRY_OVERHEAD_BYTES + 1020));
    for number in 0..100 {
        let name = format!("d{number}");
        heads.insert(&id(&name), &DocumentState::Exists(version(&name, None, 1000)), heads.epoch());
        assert_eq!(self::number(&heads, "d0"), Some(1), "asked for each time, so it stays");
        assert!(heads.lock().bytes <= heads.capacity);
    }
    let known = heads.lock().known.len();
    assert!((18..=20).contains(&known), "{known}");
    assert_eq!(heads.lock().queue.len(), known);
}

/// What is said to whoever has that version and asks whether it is still current.
fn revalidated(heads: &HeadCache, name: &str, seen: &StoredVersion) -> Option<Verdict> {
    let tag = seen.revision.stamp.tag.to_bytes();
    let conditions = Conditions::from_fields([("If-None-Match", &tag[..])]);
    let (method, incoming, policy) = (Method::Read, BodyState::Read, Policy::default());
    let now = Timestamp::from_millis(0).to_http_date();
    let judged =
        heads.judge(&JudgeRequest { id: id(name), conditions, method, body: incoming, author: None, now, policy })?;
    Some(judged.judgement.verdict)
}

#[test]
fn evicted_head_leaves_validators_that_are_never_older() {
    let heads = HeadCache::with_capacity(ENTRY_OVERHEAD_BYTES + 1020);
    let (first, other) = (version("a", None, 1000), version("b", None, 1000));
    heads.insert(&id("a"), &DocumentState::Exists(first.clone()), heads.epoch());
    heads.insert(&id("b"), &DocumentState::Exists(other), heads.epoch());
    assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)), "there is room for one");
    assert_eq!(revalidated(&heads, "a", &first), Some(Verdict::NotModified));

    let second = version("a", Some(&first), 1);
    assert_eq!(revalidated(&heads, "a", &second), None, "the text is to be shown, and it is on the disk");
    heads.begin([&id("a")].into_iter());
    assert_eq!(revalidated(&heads, "a", &first), None, "while another is on its way to the disk");
    heads.end([(&id("a"), &second)].into_iter());
    assert_eq!(revalidated(&heads, "a", &second), Some(Verdict::NotModified));
    assert_ne!(revalidated(&heads, "a", &first), Some(Verdict::NotModified));
    heads.begin([&id("a")].into_iter());
    heads.abandon();
    assert_eq!(revalidated(&heads, "a", &second), None, "nobody knows what became of it");
}

#[test]
fn of_a_long_text_only_the_head_is_kept() {
    let heads = HeadCache::default();
    heads.insert(&id("a"), &DocumentState::Exists(version("a", None, MAX_CACHED_TEXT_BYTES + 1)), heads.epoch());
    assert_eq!(number(&heads, "a"), None);
    assert!(heads.lock().bytes < MAX_CACHED_TEXT_BYTES && heads.lock().known.len() == 1);
}
