//! Properties of the hunks that follow edits, and their places.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// Returns the hunks of two texts, as ranges of lines.
fn hunks(base: &str, side: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let lines = ChangedLines::new(&base.into(), &side.into());
    lines.hunks().iter().map(|hunk| (hunk.base.clone(), hunk.side.clone())).collect()
}

/// Returns the lines of a text as the hunks count them.
fn lines(text: &Text) -> Vec<String> {
    (0..line_count(text)).map(|line| String::from(text.line(line))).collect()
}

/// Checks that lines outside of hunks are equal, and those at the ends of a hunk are not.
fn check(changed: &ChangedLines) -> Result<(), TestCaseError> {
    let (base, side) = (lines(&changed.base), lines(&changed.side));
    let (mut old, mut new) = (0, 0);
    for (number, Hunk { base: removed, side: added }) in changed.hunks.iter().enumerate() {
        prop_assert!(number == 0 || removed.start > old, "an equal line is between two hunks");
        prop_assert_eq!(&base[old..removed.start], &side[new..added.start]);
        let (removed_lines, added_lines) = (&base[removed.clone()], &side[added.clone()]);
        prop_assert!(!(removed_lines.is_empty() && added_lines.is_empty()));
        if let (Some(one), Some(other)) = (removed_lines.first(), added_lines.first()) {
            prop_assert_ne!(one, other);
        }
        if let (Some(one), Some(other)) = (removed_lines.last(), added_lines.last()) {
            prop_assert_ne!(one, other);
        }
        (old, new) = (removed.end, added.end);
    }
    prop_assert_eq!(&base[old..], &side[new..]);
    Ok(())
}

/// An edit: its beginning and its end, and the text that replaces that part.
type RandomEdit = (Index, Index, String);

fn edits(text: &'static str) -> impl Strategy<Value = Vec<RandomEdit>> {
    vec((any::<Index>(), any::<Index>(), text), 1..12)
}

/// Replaces a part of at most `most` bytes.
fn apply(text: &mut Text, (from, to, new): &RandomEdit, most: usize) {
    let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
    let start = from.min(to);
    text.replace(start..from.max(to).min(start + most), new);
}

proptest! {
    /// Few letters, so that many lines are equal.
    #[test]
    fn hunks_are_correct_after_every_edit(base in "[ab\n]{0,30}", edits in edits("[ab\n]{0,6}")) {
        let (base, mut side) = (Text::from(base), Text::from("a\nb\n"));
        let mut changed = ChangedLines::new(&base, &side);
        check(&changed)?;
        for edit in edits {
            apply(&mut side, &edit, 8);
            changed.follow(&side);
            check(&changed)?;
            prop_assert_eq!(changed.side(), &side);
            prop_assert_eq!(changed.due(), None, "so few lines are always compared at once");
        }
        changed.follow(&base);
        prop_assert_eq!(changed.hunks(), &[][..], "the base has no changes");
    }

    /// If all lines are different, there is one shortest description of a change, and no line moves.
    #[test]
    fn hunks_of_distinct_lines_are_those_of_a_fresh_comparison(edits in vec((any::<Index>(), 0..3_u8), 1..30)) {
        let base: Vec<String> = (0..40).map(|line| format!("line {line}")).collect();
        let text = |lines: &[String]| Text::from(lines.concat());
        let ended = |line: String| line + "\n";
        let base: Vec<String> = base.into_iter().map(ended).collect();
        let mut side = base.clone();
        let mut changed = ChangedLines::new(&text(&base), &text(&side));
        for (number, (at, what)) in edits.into_iter().enumerate() {
            let new = format!("new {number}\n");
            match what {
                0 => side.insert(at.index(side.len() + 1), new),
                1 if !side.is_empty() => *at.get_mut(&mut side) = new,
                _ if !side.is_empty() => drop(side.remove(at.index(side.len()))),
                _ => {}
            }
            changed.follow(&text(&side));
            check(&changed)?;
            let fresh = LineComparison { base: text(&base), side: text(&side) }.hunks(None);
            prop_assert_eq!(changed.hunks(), &fresh);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Beyond the limits, hunks are coarser until the comparison is carried out.
    #[test]
    fn large_places_are_correct_and_become_exact(edits in edits("[ab\n]{0,9}"), large in any::<Index>()) {
        let block = |word: &str| (0..MAX_LINES).map(|line| format!("{word} {line}\n")).collect::<Vec<_>>().concat();
        let base = Text::from(block("one") + &block("two"));
        let mut side = base.clone();
        let mut changed = ChangedLines::new(&base, &side);
        side.replace(0..byte_range(&base, &(0..MAX_LINES)).len(), &block("three"));
        changed.follow(&side);
        prop_assert_eq!(changed.hunks(), &[][..], "nothing is shown before the lines are compared");
        let due = changed.due().expect("it is too large for a key");
        let at = large.index(edits.len());
        for (number, edit) in edits.iter().enumerate() {
            apply(&mut side, edit, 30);
            changed.follow(&side);
            check(&changed)?;
            if number == at {
                changed.accept(due.clone(), due.hunks(None));
                check(&changed)?;
            }
        }
        if let Some(due) = changed.due() {
            changed.accept(due.clone(), due.hunks(None));
            check(&changed)?;
        }
        prop_assert_eq!(changed.due(), None);
    }
}

#[test]
fn hunk_has_the_lines_of_both_texts() {
    assert_eq!(hunks("a\nb\nc\n", "a\nB\nc\n"), [(1..2, 1..2)]);
    assert_eq!(hunks("a\nb\nc\n", "a\nc\n"), [(1..2, 1..1)]);
    assert_eq!(hunks("a\nb\n", "a\nb\nc\n"), [(2..2, 2..3)]);
    assert_eq!(hunks("a\nb\n", "x\na\nb\n"), [(0..0, 0..1)]);
    assert_eq!(hunks("", "a\n"), [(0..0, 0..1)]);
    assert_eq!(hunks("a\nb\n", ""), [(0..2, 0..0)]);
}

#[test]
fn final_line_feed_is_no_changed_line() {
    assert_eq!(hunks("a\nb", "a\nb\n"), []);
    assert_eq!(hunks("a\n", "a\nb"), [(1..1, 1..2)]);
    assert_eq!(hunks("a", "a\nb"), [(1..1, 1..2)]);
    assert_eq!(hunks("a\n", "a\n\n"), [(1..1, 1..2)], "an empty line is a line");
    assert_eq!(hunks("a\nb\n", "a\r\nb\n"), [(0..1, 0..1)]);
}

#[test]
fn line_taken_back_among_equal_ones_leaves_no_hunk() {
    let base = Text::from("first\nsame\nsame\nsame\nlast\n");
    let mut side = base.clone();
    let mut changed = ChangedLines::new(&base, &side);
    side.insert(0, "new\n");
    changed.follow(&side);
    side.remove(10..15);
    changed.follow(&side);
    assert_eq!(changed.hunks().len(), 2, "{:?}", changed.hunks());
    side.insert(10, "same\n");
    changed.follow(&side);
    assert_eq!(changed.hunks(), [Hunk { base: 0..0, side: 0..1 }]);
}

#[test]
fn key_in_a_long_rewritten_part_keeps_it_one_hunk() {
    let block = |word: &str| (0..MAX_LINES).map(|line| format!("{word} {line}\n")).collect::<Vec<_>>().concat();
    let (base, mut side) = (Text::from(block("old")), Text::from(block("new")));
    let mut changed = ChangedLines::new(&base, &side);
    let due = changed.due().expect("it is too large to be compared at once");
    changed.accept(due.clone(), due.hunks(None));
    side.insert(side.line_start(500), "x");
    changed.follow(&side);
    assert_eq!(changed.hunks(), [Hunk { base: 0..MAX_LINES, side: 0..MAX_LINES }], "it stays in sight");
    assert!(changed.due().is_some(), "an equal line may be in it");
}
