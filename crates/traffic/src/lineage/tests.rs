//! The base and the fate of a version, in each kind of history.

use proptest::prelude::*;

use super::*;
use crate::fixture::{Made, history_of, v};
use crate::{graph, labels};

/// Returns the version with this number.
fn entry_of(made: &[Made], number: u64) -> LineageEntry {
    let history = lineage_of(history_of(made));
    history.into_iter().find(|entry| entry.version.version == number).unwrap()
}

/// Returns the labels of the version with this number.
fn labels_of(made: &[Made], number: u64) -> String {
    let history = lineage_of(history_of(made));
    let at = history.iter().position(|entry| entry.version.version == number).unwrap();
    let fate = labels::fate(&history[at]).map(|(_, words)| format!(" / {words}"));
    labels::origin(&history, at) + &fate.unwrap_or_default()
}

#[test]
fn write_on_the_version_that_was_read_has_its_parent_as_base() {
    let history = [v("Alice"), v("Bob").on(1), v("Alice").on(2)];
    assert_eq!(labels_of(&history, 1), "created · no parent");
    assert_eq!(labels_of(&history, 2), "parent v1 · base v1");
    assert_eq!(entry_of(&history, 3).fate, WriteFate::Kept);
}

#[test]
fn version_that_the_next_writer_had_not_seen_is_lost() {
    let history = [v("Alice"), v("Alice").on(1), v("Bob").on(1)];
    assert_eq!(labels_of(&history, 3), "parent v2 · base v1: its writer had not seen v2");
    assert_eq!(labels_of(&history, 2), "parent v1 · base v1 / lost: overwritten by v3, whose writer had not seen it");
    assert_eq!(entry_of(&history, 1).fate, WriteFate::Kept);
}

#[test]
fn lost_version_names_the_first_version_that_overwrote_it() {
    let history = [v("Alice"), v("Alice").on(1), v("Alice").on(2), v("Bob").on(1), v("Carol").on(1)];
    assert_eq!(
        labels_of(&history, 4).split(" / ").next(),
        Some("parent v3 · base v1: its writer had not seen v2 and v3")
    );
    assert_eq!(labels_of(&history, 5), "parent v4 · base v1: its writer had not seen v2 to v4");
    let overwritten = |number, by| {
        assert_eq!(entry_of(&history, number).fate, WriteFate::Overwritten { by, back: None }, "v{number}");
    };
    overwritten(2, 4);
    overwritten(3, 4);
    overwritten(4, 5);
}

#[test]
fn overwritten_version_that_is_a_base_again_is_not_lost() {
    let history = [v("Alice"), v("Alice").on(1), v("Alice").on(2), v("Bob").on(1), v("Alice").on(3), v("Alice").on(5)];
    for number in [2, 3] {
        assert_eq!(entry_of(&history, number).fate, WriteFate::Overwritten { by: 4, back: Some(5) });
    }
    assert!(
        labels_of(&history, 3)
            .ends_with("overwritten by v4, whose writer had not seen it; not lost: v5 was made from it")
    );
    assert_eq!(entry_of(&history, 4).fate, WriteFate::Overwritten { by: 5, back: None });
}

#[test]
fn labels_name_a_delete_and_a_new_creation() {
    let history = [v("Alice"), v("Alice").on(1).delete(), v("Bob"), v("Bob").on(3)];
    assert_eq!(labels_of(&history, 2), "deleted · parent v1 · base v1");
    assert_eq!(labels_of(&history, 3), "created again · parent v2, the delete");
    assert_eq!(entry_of(&history, 3).base, WriteBase::Nothing);
    assert_eq!(entry_of(&history, 1).fate, WriteFate::Kept, "the author of the delete had seen it");
}

#[test]
fn delete_can_overwrite_and_be_overwritten() {
    let history = [v("Alice"), v("Alice").on(1), v("Bob").on(1).delete(), v("Alice").on(2)];
    assert!(labels_of(&history, 3).starts_with("deleted · parent v2 · base v1: its writer had not seen v2"));
    assert_eq!(entry_of(&history, 3).fate, WriteFate::Overwritten { by: 4, back: None });
    assert_eq!(labels_of(&history, 4), "created again · parent v3, the delete · base v2: its writer had not seen v3");
}

#[test]
fn unnamed_base_claims_no_lost_update() {
    let history = [v("Alice"), v("Alice").on(1), v("Bob")];
    let unknown = "base unknown: the write named no version, so it is unknown whether its writer had seen v2";
    assert_eq!(labels_of(&history, 3), format!("parent v2 · {unknown}"));
    assert_eq!(entry_of(&history, 2).fate, WriteFate::Kept);
}

#[test]
fn unknown_base_claims_no_lost_update() {
    let history = [v("Alice"), v("Alice").on(1), v("Bob").on_tag("\"x\"")];
    assert_eq!(labels_of(&history, 3), "parent v2 · base \"x\": a tag that no version here has");
    assert_eq!(entry_of(&history, 2).fate, WriteFate::Kept);
}

#[test]
fn reused_tag_names_two_possible_bases() {
    let history = [
        v("Alice").tagged("\"a\""),
        v("Bob").on_tag("\"a\"").tagged("\"b\""),
        v("Bob").on_tag("\"b\"").tagged("\"a\""),
        v("Alice").on_tag("\"a\""),
    ];
    assert_eq!(entry_of(&history, 4).base, WriteBase::Parent);
    assert_eq!(labels_of(&history, 4), "parent v3 · base v3, or v1, which has the same tag");
}

#[test]
fn partial_history_claims_only_what_it_knows() {
    let mut versions = history_of(&[v("Alice"), v("Alice").on(1), v("Bob").on(2), v("Bob").on(1)]);
    versions.truncate(2);
    let history = lineage_of(versions);
    assert_eq!((history[0].kind, history[1].kind), (WriteKind::Edited, WriteKind::Edited));
    assert_eq!(history[1].base, WriteBase::Parent);
    assert!(matches!(history[0].base, WriteBase::Strange(_)));
    assert_eq!(labels::origin(&history, 1), "parent v2 · base v2");
}

proptest! {
    /// The list comes from a server, which may send anything.
    #[test]
    fn arbitrary_list_has_labels_and_a_graph(numbers in prop::collection::vec((0..9u64, 0..9u64, 0..9u64, any::<bool>()), 0..20)) {
        let tag = |number: u64| format!("\"v{number}\"").parse::<EntityTag>().unwrap();
        let version = |&(number, parent, base, deleted): &(u64, u64, u64, bool)| Version {
            version: number,
            etag: tag(number % 4),
            author: "Alice".parse().unwrap(),
            at: contract::Timestamp::default(),
            parent_etag: (parent > 0).then(|| tag(parent)),
            based_on: (base > 0).then(|| tag(base)),
            deleted,
        };
        let history = lineage_of(numbers.iter().map(version).collect());
        for at in 0..history.len() {
            prop_assert!(!labels::origin(&history, at).is_empty());
        }
        let graph = graph::lay_out(&history, 40, |at, _| vec![at]);
        prop_assert_eq!(graph.rows.iter().filter(|row| row.label.is_some()).count(), history.len());
    }
}
