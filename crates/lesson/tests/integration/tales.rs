//! What is made of what happened: which updates were lost, and who had seen what.

use contract::{Document, Version};
use lesson::run_log::DocumentView;

fn version(number: u64, author: &str, based_on: Option<u64>) -> Version {
    let tag = |number: u64| format!("\"v{number}\"").parse().unwrap();
    Version {
        version: number,
        etag: tag(number),
        author: author.parse().unwrap(),
        at: contract::Timestamp::from_millis(number),
        parent_etag: number.checked_sub(1).filter(|before| *before > 0).map(tag),
        based_on: based_on.map(tag),
        deleted: false,
    }
}

fn buried(versions: Vec<Version>, shown: &[(&str, &str)]) -> Vec<(String, String)> {
    let seen = |who: &contract::Author, tag: &str| shown.contains(&(who.as_str(), tag));
    let view = DocumentView::new(Some(Document::default()), versions, seen);
    view.buried.into_iter().map(|buried| (buried.version, buried.by)).collect()
}

#[test]
fn a_version_is_buried_by_whoever_replaced_it_unseen() {
    let versions = || vec![version(1, "T", None), version(2, "Alice", Some(1)), version(3, "Bob", Some(1))];
    let one = [("\"v2\"".to_owned(), "\"v3\"".to_owned())];
    assert_eq!(buried(versions(), &[("Alice", "\"v1\""), ("Bob", "\"v1\"")]), one);
    assert_eq!(buried(versions(), &[("Alice", "\"v1\""), ("Bob", "\"v2\"")]), []);
}

#[test]
fn a_tag_that_was_named_and_not_read_protects_nobody() {
    let versions = vec![version(1, "T", None), version(2, "Alice", Some(1)), version(3, "Robo", Some(2))];
    let view = DocumentView::new(None, versions.clone(), |who, _| who.as_str() == "Alice");
    assert_eq!((view.buried.len(), view.gaps()), (1, 0), "the history alone shows no gap");
    let gap = vec![version(1, "T", None), version(2, "A", Some(1)), version(3, "B", Some(1))];
    assert_eq!(DocumentView::new(None, gap, |_, _| true).gaps(), 1);
}

#[test]
fn nobody_buries_their_own_work_and_a_delete_is_no_work() {
    let own = vec![version(1, "Alice", None), version(2, "Alice", None)];
    assert_eq!(buried(own, &[]), []);
    let gone = Version { deleted: true, ..version(1, "Alice", None) };
    assert_eq!(buried(vec![gone, version(2, "Bob", None)], &[]), []);
}
