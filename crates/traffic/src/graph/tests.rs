//! The typical shapes as drawings, and the edges of arbitrary histories.

use proptest::prelude::*;

use super::*;
use crate::fixture::{Made, history_of, v};
use crate::lineage::{self, WriteFate};

/// Returns a character for a cell.
const fn letter(mark: GraphCell) -> char {
    match mark {
        GraphCell::Blank => ' ',
        GraphCell::Node => 'o',
        GraphCell::Line | GraphCell::Down => '|',
        GraphCell::Dotted => ':',
        GraphCell::Leaves => '`',
        GraphCell::Across => '-',
        GraphCell::Turns => '.',
        GraphCell::Joins => '+',
        GraphCell::Returns => '\'',
        GraphCell::Arrives => '<',
    }
}

/// Returns the graph of a history as text.
///
/// A label has the version's number, and `lost` if the version is lost.
fn drawn(made: &[Made]) -> Vec<String> {
    let history = lineage::lineage_of(history_of(made));
    let label = |at: usize, _| {
        let entry = &history[at];
        let lost = matches!(entry.fate, WriteFate::Overwritten { back: None, .. });
        vec![format!("v{}{}", entry.version.version, if lost { " lost" } else { "" })]
    };
    let graph = lay_out(&history, 80, label);
    let line = |row: &GraphRow<String>| {
        let marks: String = row.marks.iter().copied().map(letter).collect();
        format!("{marks} {}", row.label.as_deref().unwrap_or_default()).trim_end().to_owned()
    };
    graph.rows.iter().map(line).collect()
}

#[test]
fn linear_history_is_one_line() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1), v("Bob").on(2)]);
    assert_eq!(drawn, ["o v3", "|", "o v2", "|", "o v1", ""]);
}

#[test]
fn edge_of_a_lost_update_goes_round_the_lost_version() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1), v("Bob").on(1), v("Bob").on(3)]);
    let expected = [
        "o   v4", //
        "|",
        "o   v3",
        "`-.",
        "o | v2 lost",
        "| |",
        "o<' v1",
        "",
    ];
    assert_eq!(drawn, expected);
}

#[test]
fn one_edge_goes_round_two_lost_versions() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1), v("Alice").on(2), v("Bob").on(1)]);
    assert_eq!(drawn, ["o   v4", "`-.", "o | v3 lost", "| |", "o | v2 lost", "| |", "o<' v1", ""]);
}

#[test]
fn stale_writers_with_one_base_share_a_lane() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1), v("Bob").on(1), v("Carol").on(1)]);
    assert_eq!(drawn, ["o   v4", "`-.", "o | v3 lost", "`-+", "o | v2 lost", "| |", "o<' v1", ""]);
}

#[test]
fn edges_to_other_bases_have_own_lanes_and_cross_behind() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1), v("Alice").on(2), v("Bob").on(1), v("Carol").on(2)]);
    let expected = [
        "o     v5", //
        "`-.",
        "o |   v4 lost",
        "`-|-.",
        "o | | v3 lost",
        "| | |",
        "o<' | v2",
        "|   |",
        "o<--' v1",
        "",
    ];
    assert_eq!(drawn, expected);
}

#[test]
fn version_has_an_arriving_and_a_leaving_edge() {
    let drawn = drawn(&[v("Alice"), v("Bob").on(1), v("Alice").on(1), v("Bob").on(2), v("Alice").on(3)]);
    let expected = [
        "o     v5", //
        "`-.",
        "o |   v4 lost",
        "`-|-.",
        "o<' | v3",
        "`-. |",
        "o<|-' v2",
        "| |",
        "o<'   v1",
        "",
    ];
    assert_eq!(drawn, expected, "v3 was overwritten by v4, and v5 was made from it");
}

#[test]
fn version_after_a_delete_has_a_dotted_line() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1).delete(), v("Bob")]);
    assert_eq!(drawn, ["o v3", ":", "o v2", "|", "o v1", ""]);
}

#[test]
fn unnamed_base_is_a_dotted_line() {
    let drawn = drawn(&[v("Alice"), v("Alice").on(1), v("Bob")]);
    assert_eq!(drawn, ["o v3", ":", "o v2", "|", "o v1", ""]);
}

/// Returns a strategy for histories of up to 39 versions with arbitrary bases and deletes.
fn histories() -> impl Strategy<Value = Vec<Made>> {
    let version = (0..40u64, 0..12u8, 0..4u8);
    prop::collection::vec(version, 1..40).prop_map(|versions| {
        let made = |(number, (base, kind, author)): (u64, (u64, u8, u8))| {
            let author = v(["Alice", "Bob", "Carol", "Zoë"][usize::from(author)]);
            match kind {
                0 => author,
                1 => author.on_tag("\"nobody\""),
                2 => author.on(number).delete(),
                // Mostly the parent or a version near it; sometimes a version of any age, or a later one.
                3..8 => author.on(number.saturating_sub(base % 5).max(1)),
                _ => author.on(base),
            }
        };
        (0..).zip(versions).map(made).collect()
    })
}

/// Follows an edge cell by cell, and returns the row at which it arrives.
///
/// Returns `None` if a cell on the way does not belong to the edge.
fn arrives(rows: &[GraphRow<()>], from: usize) -> Option<usize> {
    let mark = |row: usize, column: usize| rows.get(row).and_then(|row| row.marks.get(column)).copied();
    if mark(from, 0) != Some(GraphCell::Leaves) {
        return None;
    }
    let mut column = 1;
    // The edge passes behind lanes that go down.
    while matches!(mark(from, column)?, GraphCell::Across | GraphCell::Down) {
        column += 1;
    }
    if !matches!(mark(from, column)?, GraphCell::Turns | GraphCell::Joins) {
        return None;
    }
    let mut row = from + 1;
    while matches!(mark(row, column)?, GraphCell::Down | GraphCell::Joins) {
        row += 1;
    }
    if mark(row, column)? != GraphCell::Returns {
        return None;
    }
    let mut back = column - 1;
    while matches!(mark(row, back)?, GraphCell::Across | GraphCell::Down) {
        back -= 1;
    }
    (back == 1 && mark(row, 1)? == GraphCell::Arrives && mark(row, 0)? == GraphCell::Node).then_some(row)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_version_is_a_node_and_every_edge_meets_its_base(
        made in histories(), width in 0..200usize, lines in 0..5usize,
    ) {
        let history = lineage::lineage_of(history_of(&made));
        let graph = lay_out(&history, width, |_, room| {
            assert!(room <= width);
            vec![(); lines]
        });
        let nodes = || graph.rows.iter().enumerate().filter(|(_, row)| row.marks[0] == GraphCell::Node);
        prop_assert_eq!(nodes().map(|(_, row)| row.at).collect::<Vec<_>>(), (0..history.len()).collect::<Vec<_>>());
        let head: Vec<usize> = nodes().map(|(row, _)| row).collect();
        for (at, entry) in history.iter().enumerate() {
            prop_assert_eq!(graph.rows[head[at]].label.is_some(), lines > 0);
            let below = head.get(at + 1).copied().unwrap_or(graph.rows.len());
            let between = &graph.rows[head[at] + 1..below];
            prop_assert!(!between.is_empty());
            let all = |mark: GraphCell| between.iter().all(|row| row.marks[0] == mark);
            match entry.base {
                WriteBase::Older(base) => {
                    prop_assert_eq!(arrives(&graph.rows, head[at] + 1), Some(head[base]));
                    prop_assert!(between[1..].iter().all(|row| row.marks[0] == GraphCell::Blank), "the edge does not meet the parent");
                }
                _ if entry.version.parent_etag.is_none() => prop_assert!(all(GraphCell::Blank)),
                WriteBase::Parent => prop_assert!(all(GraphCell::Line)),
                _ => prop_assert!(all(GraphCell::Dotted)),
            }
        }
    }

    #[test]
    fn every_cell_belongs_to_an_edge(made in histories()) {
        let history = lineage::lineage_of(history_of(&made));
        let graph = lay_out(&history, 80, |_, _| vec![(); 2]);
        let count = |wanted: GraphCell| graph.rows.iter().flat_map(|row| &row.marks).filter(|mark| **mark == wanted).count();
        let older = history.iter().filter(|entry| matches!(entry.base, WriteBase::Older(_)));
        let mut bases: Vec<_> = older.map(|entry| &entry.base).collect();
        prop_assert_eq!(count(GraphCell::Leaves), bases.len());
        prop_assert_eq!(count(GraphCell::Turns) + count(GraphCell::Joins), bases.len());
        bases.sort_by_key(|base| if let WriteBase::Older(at) = base { *at } else { 0 });
        bases.dedup();
        prop_assert_eq!(count(GraphCell::Turns), bases.len(), "one lane for each base");
        prop_assert_eq!([count(GraphCell::Returns), count(GraphCell::Arrives)], [bases.len(); 2]);
        // Above and below a cell that goes down are cells of the same lane.
        for (number, row) in graph.rows.iter().enumerate() {
            for (column, _) in row.marks.iter().enumerate().filter(|(_, mark)| **mark == GraphCell::Down) {
                let [above, below] = [number - 1, number + 1].map(|row| graph.rows[row].marks[column]);
                prop_assert!(matches!(above, GraphCell::Down | GraphCell::Turns | GraphCell::Joins), "{above:?}");
                prop_assert!(matches!(below, GraphCell::Down | GraphCell::Joins | GraphCell::Returns), "{below:?}");
            }
        }
    }
}
