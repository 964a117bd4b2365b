//! That what is in memory is never older than what is on the disk, and never more than there is room for.

use contract::Timestamp;
use precondition::{BodyState, Conditions, Method, Policy};

use super::*;
use crate::revision::{Mark, Revision};

fn id(name: &str) -> DocumentId {
    name.parse().unwrap()
}

/// A version of a document, with a text of that many bytes.
fn version(name: &str, before: Option<&Stored>, bytes: usize) -> Stored {
    let document = Document { title: String::new(), content: "x".repeat(bytes), parent: None };
    let before = before.map(|stored| stored.revision.mark.clone());
    let mark = Mark::following(before.as_ref(), &id(name), Some(&document), Timestamp::from_millis(0));
    let revision = Revision { mark, before, author: "bob".parse().unwrap(), based_on: None };
    Stored { revision, document: Some(document) }
}

fn number(heads: &Heads, name: &str) -> Option<u64> {
    heads.found(&id(name)).map(|found| found.newest().unwrap().revision.mark.version)
}

#[test]
fn a_reader_that_was_overtaken_puts_nothing_in() {
    let heads = Heads::default();
    let first = version("a", None, 1);
    let second = version("a", Some(&first), 2);
    let before = heads.now();
    heads.begin([&id("a")].into_iter());
    heads.keep(&id("a"), &Found::Here(first.clone()), before);
    assert_eq!(number(&heads, "a"), None, "while it is on its way to the disk");
    heads.end([(&id("a"), &second)].into_iter());
    assert_eq!(number(&heads, "a"), Some(2));
    heads.lock().remove(&id("a"));
    heads.keep(&id("a"), &Found::Here(first), before);
    assert_eq!(number(&heads, "a"), None, "the newer one was put in, and thrown out");
    heads.keep(&id("a"), &Found::Here(second), heads.now());
    assert_eq!(number(&heads, "a"), Some(2));
}

#[test]
fn what_is_on_its_way_to_the_disk_is_not_answered_from_memory() {
    let heads = Heads::default();
    heads.keep(&id("a"), &Found::Here(version("a", None, 1)), heads.now());
    heads.keep(&id("b"), &Found::Here(version("b", None, 1)), heads.now());
    heads.begin([&id("a")].into_iter());
    assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)));
    heads.abandon();
    assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)), "nobody knows what became of it");
}

#[test]
fn room_is_counted_in_bytes_and_goes_to_what_is_asked_for() {
    let heads = Heads::with_room(20 * (FIXED + 1020));
    for number in 0..100 {
        let name = format!("d{number}");
        heads.keep(&id(&name), &Found::Here(version(&name, None, 1000)), heads.now());
        assert_eq!(self::number(&heads, "d0"), Some(1), "asked for each time, so it stays");
        assert!(heads.lock().bytes <= heads.room);
    }
    let known = heads.lock().known.len();
    assert!((18..=20).contains(&known), "{known}");
    assert_eq!(heads.lock().queue.len(), known);
}

/// What is said to whoever has that version and asks whether it is still current.
fn revalidated(heads: &Heads, name: &str, seen: &Stored) -> Option<Verdict> {
    let tag = seen.revision.mark.tag.to_bytes();
    let conditions = Conditions::from_fields([("If-None-Match", &tag[..])]);
    let (method, incoming, policy) = (Method::Read, BodyState::Read, Policy::default());
    let now = Timestamp::from_millis(0).to_http_date();
    let judged = heads.judge(&Question { id: id(name), conditions, method, incoming, author: None, now, policy })?;
    Some(judged.judgement.verdict)
}

#[test]
fn a_head_that_was_pushed_out_leaves_its_outline_and_that_is_never_older() {
    let heads = Heads::with_room(FIXED + 1020);
    let (first, other) = (version("a", None, 1000), version("b", None, 1000));
    heads.keep(&id("a"), &Found::Here(first.clone()), heads.now());
    heads.keep(&id("b"), &Found::Here(other), heads.now());
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
    let heads = Heads::default();
    heads.keep(&id("a"), &Found::Here(version("a", None, SMALL + 1)), heads.now());
    assert_eq!(number(&heads, "a"), None);
    assert!(heads.lock().bytes < SMALL && heads.lock().known.len() == 1);
}
