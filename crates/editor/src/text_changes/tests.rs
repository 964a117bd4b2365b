//! Changes of two sides: their places, their marks, and what the merge makes of them.

use merge::{Merge, RegionKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::LineMark::{Added, Both, Changed, Conflict, DeletedAbove, DeletedBelow, Theirs};
use super::*;

fn compared(base: &str, side: &str) -> ChangedLines {
    ChangedLines::new(&base.into(), &side.into())
}

/// Returns the marks beside all lines, as `line:mark`.
fn marks(base: &str, mine: &str, theirs: &str) -> Vec<(usize, LineMark)> {
    let (mine, theirs) = (compared(base, mine), compared(base, theirs));
    let all = 0..line_count(mine.side()).max(1);
    TextChanges::new(&mine, Some(&theirs)).marks(all)
}

const BASE: &str = "one\ntwo\nthree\nfour\nfive\nsix\n";

#[test]
fn my_changes_are_marked() {
    let mine = |mine: &str| marks(BASE, mine, BASE);
    assert_eq!(mine("one\nTWO\nthree\nfour\nfive\nsix\n"), [(1, Changed)]);
    assert_eq!(mine("one\nTWO\nand\nthree\nfour\nfive\nsix\n"), [(1, Changed), (2, Added)]);
    assert_eq!(mine("one\nfour\nfive\nsix\n"), [(0, DeletedBelow)]);
    assert_eq!(mine("three\nfour\nfive\nsix\n"), [(0, DeletedAbove)]);
    assert_eq!(mine(""), [(0, DeletedAbove)]);
    assert_eq!(mine(BASE), []);
}

#[test]
fn their_changes_are_marked_where_they_fall_in_my_text() {
    let theirs = "one\ntwo\nthree\nfour\nFIVE\nsix\n";
    assert_eq!(marks(BASE, BASE, theirs), [(4, Theirs)]);
    assert_eq!(marks(BASE, &format!("new\n{BASE}"), theirs), [(0, Added), (5, Theirs)]);
    assert_eq!(marks(BASE, BASE, "one\ntwo\nnew\nthree\nfour\nfive\nsix\n"), [(1, Theirs)], "below the line");
    assert_eq!(marks(BASE, BASE, &format!("new\n{BASE}")), [(0, Theirs)]);
}

#[test]
fn touching_changes_will_be_a_conflict_unless_they_are_the_same() {
    let mine = "one\nTWO\nthree\nfour\nfive\nsix\n";
    assert_eq!(marks(BASE, mine, "one\n2\nthree\nfour\nfive\nsix\n"), [(1, Conflict)]);
    assert_eq!(marks(BASE, mine, "one\ntwo\n3\nfour\nfive\nsix\n"), [(1, Conflict), (2, Conflict)]);
    assert_eq!(marks(BASE, mine, "one\ntwo\nthree\n4\nfive\nsix\n"), [(1, Changed), (3, Theirs)]);
    assert_eq!(marks(BASE, mine, mine), [(1, Both)]);
    assert_eq!(marks(BASE, "one\nthree\nfour\nfive\nsix\n", "one\n2\nthree\nfour\nfive\nsix\n"), [(0, Conflict)]);
}

#[test]
fn neighbours_of_a_line_are_found() {
    let (mine, theirs) =
        (compared(BASE, "ONE\ntwo\nthree\nfour\nfive\nsix\n"), compared(BASE, "one\ntwo\nthree\nfour\nfive\n6\n"));
    let changes = TextChanges::new(&mine, Some(&theirs));
    let first = |change: Option<TextChange>| change.map(|change| change.lines().start);
    assert_eq!([0, 3].map(|line| first(changes.below(line))), [Some(5), Some(5)]);
    assert_eq!([5, 3].map(|line| first(changes.above(line))), [Some(0), Some(0)]);
    assert_eq!((first(changes.below(5)), first(changes.above(0))), (None, None));
    assert_eq!([0, 1, 5].map(|line| first(changes.at(line))), [Some(0), None, Some(5)]);
    assert_eq!(changes.conflicts(9), 0);
}

/// An edit of a list of lines: where, and whether a line is added, changed or deleted.
fn line_edits() -> impl Strategy<Value = Vec<(Index, u8)>> {
    vec((any::<Index>(), 0..3_u8), 0..12)
}

/// Applies edits to distinct lines. No two new lines are equal, unless both sides have the same `word`.
fn edited(base: &[String], edits: &[(Index, u8)], word: &str) -> String {
    let mut lines = base.to_vec();
    for (number, (at, what)) in edits.iter().enumerate() {
        let new = format!("{word} {number}\n");
        match what {
            0 => lines.insert(at.index(lines.len() + 1), new),
            1 if !lines.is_empty() => *at.get_mut(&mut lines) = new,
            _ if !lines.is_empty() => drop(lines.remove(at.index(lines.len()))),
            _ => {}
        }
    }
    lines.concat()
}

proptest! {
    /// The prediction is what the merge then does.
    #[test]
    fn changes_are_the_regions_of_the_merge(mine in line_edits(), theirs in line_edits(), is_same in any::<bool>()) {
        let base: Vec<String> = (0..30).map(|line| format!("line {line}\n")).collect();
        let theirs = edited(&base, if is_same { &mine } else { &theirs }, if is_same { "mine" } else { "theirs" });
        let (base, mine) = (base.concat(), edited(&base, &mine, "mine"));
        let merge = Merge::new(base.as_bytes(), mine.as_bytes(), theirs.as_bytes(), None);
        let regions = merge.regions().iter().filter(|region| region.kind != RegionKind::Stable);
        let expected: Vec<_> = regions.map(|region| {
            let by = match region.kind {
                RegionKind::Mine => ChangedBy::Mine,
                RegionKind::Theirs => ChangedBy::Theirs,
                RegionKind::Agreed => ChangedBy::Both,
                RegionKind::Stable | RegionKind::Conflict(_) => ChangedBy::Conflict,
            };
            TextChange { by, base: region.base.clone(), mine: region.mine.clone(), theirs: region.theirs.clone() }
        }).collect();
        let (mine, theirs) = (compared(&base, &mine), compared(&base, &theirs));
        let changes = TextChanges::new(&mine, Some(&theirs));
        prop_assert_eq!(changes.from_line(0).collect::<Vec<_>>(), expected);
    }

    /// The changes of some lines are a part of the changes of all lines.
    #[test]
    fn marks_of_a_part_are_those_of_the_whole(
        [base, mine, theirs] in [0; 3].map(|_| "[ab\n]{0,20}"),
        start in 0..12_usize,
        count in 1..4_usize,
    ) {
        let (mine, theirs) = (compared(&base, &mine), compared(&base, &theirs));
        let changes = TextChanges::new(&mine, Some(&theirs));
        let all = changes.marks(0..99);
        let part = all.iter().copied().filter(|(line, _)| (start..start + count).contains(line)).collect::<Vec<_>>();
        prop_assert_eq!(changes.marks(start..start + count), part);
        prop_assert!(all.is_sorted_by(|one, next| one.0 < next.0), "a line has one mark");
        let at = changes.at(start);
        prop_assert_eq!(at.is_some(), all.iter().any(|(line, _)| *line == start));
    }

    /// To take all changes back gives the base's lines.
///
/// It also gives the base's final line feed if the last lines were changed.
    #[test]
    fn reversal_takes_a_change_back(base in "[ab\n]{0,20}", mine in "[ab\n]{0,20}") {
        let base = Text::from(base);
        let mut mine = ChangedLines::new(&base, &mine.into());
        loop {
            let first = TextChanges::new(&mine, None).from_line(0).next();
            let Some(change) = first else { break };
            let before = mine.hunks().len();
            let (bytes, old) = TextChanges::new(&mine, None).reversal(&change).expect("it is mine");
            let mut text = mine.side().clone();
            let was_last = change.mine.end == line_count(&text);
            text.replace(bytes, &old);
            mine.follow(&text);
            prop_assert!(mine.hunks().len() < before);
            if was_last {
                prop_assert_eq!(text.ends_with_line_feed(), base.ends_with_line_feed());
            }
        }
        prop_assert_eq!(line_count(mine.side()), line_count(&base));
    }
}
