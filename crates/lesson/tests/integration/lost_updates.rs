//! The lost updates and the gaps that a [`DocumentView`] finds in a history.

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

fn lost_updates(versions: Vec<Version>, shown: &[(&str, &str)]) -> Vec<(String, String)> {
    let seen = |who: &contract::Author, tag: &str| shown.contains(&(who.as_str(), tag));
    let view = DocumentView::new(Some(Document::default()), versions, seen);
    view.lost_updates.into_iter().map(|lost| (lost.version, lost.by)).collect()
}

#[test]
fn replacing_an_unseen_version_is_a_lost_update() {
    let versions = || vec![version(1, "T", None), version(2, "Alice", Some(1)), version(3, "Bob", Some(1))];
    let one = [("\"v2\"".to_owned(), "\"v3\"".to_owned())];
    assert_eq!(lost_updates(versions(), &[("Alice", "\"v1\""), ("Bob", "\"v1\"")]), one);
    assert_eq!(lost_updates(versions(), &[("Alice", "\"v1\""), ("Bob", "\"v2\"")]), []);
}

#[test]
fn naming_a_tag_without_reading_it_is_a_lost_update() {
    let versions = vec![version(1, "T", None), version(2, "Alice", Some(1)), version(3, "Robo", Some(2))];
    let view = DocumentView::new(None, versions.clone(), |who, _| who.as_str() == "Alice");
    assert_eq!((view.lost_updates.len(), view.gaps()), (1, 0), "the history alone shows no gap");
    let gap = vec![version(1, "T", None), version(2, "A", Some(1)), version(3, "B", Some(1))];
    assert_eq!(DocumentView::new(None, gap, |_, _| true).gaps(), 1);
}

#[test]
fn replacing_own_version_or_delete_loses_nothing() {
    let own = vec![version(1, "Alice", None), version(2, "Alice", None)];
    assert_eq!(lost_updates(own, &[]), []);
    let gone = Version { deleted: true, ..version(1, "Alice", None) };
    assert_eq!(lost_updates(vec![gone, version(2, "Bob", None)], &[]), []);
}
