//! Marks the lines and words that a side added to the base or removed from it.
//!
//! Only visible changes are compared, each once: the marks are kept until the merge is repeated. Within a change, lines
//! are compared first. If lines replace other lines, their words are compared across all of these lines together, so it
//! does not matter which new line corresponds to which old one.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use editor::{ChangeId, DocumentMerge};
use merge::Side;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::list_diff::{ListHunk, hunks};
use crate::text;

/// The longest time for computing marks before a frame.
const DIFF_BUDGET: Duration = Duration::from_millis(4);

/// The most lines, or words, that are compared without a deadline: this takes microseconds.
const SMALL_DIFF_ITEMS: usize = 500;

/// The most bytes on a side of a change that is compared even after the deadline.
///
/// Each line and each word takes at least one byte, so both sides together have at most [`SMALL_DIFF_ITEMS`].
const SMALL_CHANGE_BYTES: usize = SMALL_DIFF_ITEMS / 2;

/// The most bytes on a side of a change whose lines and words are compared.
///
/// In a larger change, all lines are marked.
const MAX_DIFF_BYTES: usize = 100_000;

/// The marks of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineDiff {
    /// On a side: the line is not in the base. In the base: a side no longer has the line.
    pub(crate) changed: bool,
    /// The changed words, as ranges of bytes in the line, in order.
    pub(crate) words: Vec<Range<usize>>,
}

/// The marks of the lines of one change.
#[derive(Debug, Clone, Default)]
struct RegionDiff {
    base: Vec<LineDiff>,
    mine: Vec<LineDiff>,
    theirs: Vec<LineDiff>,
}

/// The marks of the changes that have been visible.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordDiffs(HashMap<ChangeId, RegionDiff>);

impl WordDiffs {
    /// Removes all marks.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Computes the marks of visible changes until a deadline.
    ///
    /// Small changes are marked in any case, so that short texts look the same on a busy machine. The remaining changes
    /// follow with the next frame.
    pub(crate) fn update(&mut self, conflict: &DocumentMerge, places: impl IntoIterator<Item = ChangeId>) {
        self.update_until(conflict, places, Instant::now() + DIFF_BUDGET);
    }

    fn update_until(
        &mut self,
        conflict: &DocumentMerge,
        places: impl IntoIterator<Item = ChangeId>,
        deadline: Instant,
    ) {
        for place in places {
            if self.0.contains_key(&place) {
                continue;
            }
            if self.0.is_empty() || Instant::now() < deadline || is_small(conflict, place) {
                self.0.insert(place, region_diff(conflict, place, deadline));
            }
        }
    }

    /// Returns whether the marks of a change are computed.
    pub(crate) fn has(&self, place: ChangeId) -> bool {
        self.0.contains_key(&place)
    }

    /// Returns the marks of a line, by its number within a change; `None` if they are not computed.
    pub(crate) fn of(&self, place: ChangeId, side: Side, line: usize) -> Option<&LineDiff> {
        let marked = self.0.get(&place)?;
        match side {
            Side::Base => &marked.base,
            Side::Mine => &marked.mine,
            Side::Theirs => &marked.theirs,
        }
        .get(line)
    }
}

/// Returns whether each side of a change is so short that all of its comparisons are small.
fn is_small(conflict: &DocumentMerge, place: ChangeId) -> bool {
    let bytes = |side| {
        let lines = (0..).map_while(move |number| text::line(conflict, place, side, number));
        // The end of a line is a word too.
        lines.map(|line| line.len() + 1).take(SMALL_CHANGE_BYTES + 1).sum::<usize>()
    };
    text::ALL_SIDES.into_iter().all(|side| bytes(side) <= SMALL_CHANGE_BYTES)
}

fn region_diff(conflict: &DocumentMerge, place: ChangeId, deadline: Instant) -> RegionDiff {
    let parent = |id: &Option<contract::DocumentId>| id.as_ref().map(ToString::to_string).unwrap_or_default();
    let of = |base: &[&str], mine: &[&str], theirs: &[&str]| {
        let (mut gone, mine) = line_diffs(base, mine, deadline);
        let (gone_too, theirs) = line_diffs(base, theirs, deadline);
        for (mark, other) in gone.iter_mut().zip(gone_too) {
            mark.changed |= other.changed;
            mark.words = union(&mark.words, &other.words);
        }
        RegionDiff { base: gone, mine, theirs }
    };
    match place {
        ChangeId::Title => {
            let title = conflict.title();
            of(&[title.base()], &[title.mine()], &[title.theirs()])
        }
        ChangeId::Parent => {
            let [base, mine, theirs] =
                [conflict.parent().base(), conflict.parent().mine(), conflict.parent().theirs()].map(parent);
            of(&[&base], &[&mine], &[&theirs])
        }
        ChangeId::Region(region) => {
            let [base, mine, theirs] = [Side::Base, Side::Mine, Side::Theirs].map(|side| lines(conflict, region, side));
            of(&base, &mine, &theirs)
        }
    }
}

/// Returns the lines of a side in a region. Documents are UTF-8, and so are their lines.
fn lines(conflict: &DocumentMerge, region: usize, side: Side) -> Vec<&str> {
    let merge = conflict.content().merge();
    let lines = merge.text(side).lines(merge.regions()[region].range(side));
    lines.map(|line| std::str::from_utf8(line.content).unwrap_or_default()).collect()
}

/// Returns the changed words of old lines and of the new lines that replace them.
///
/// They are ranges of bytes in each line. A line without a range has no counterpart to compare it with, or is equal
/// to it. A glyph is never split. After the deadline, and in very long texts, fewer words are marked.
#[must_use]
pub fn changed_words(old: &[&str], new: &[&str], deadline: Instant) -> [Vec<Vec<Range<usize>>>; 2] {
    let (old, new) = line_diffs(old, new, deadline);
    [old, new].map(|lines| lines.into_iter().map(|line| line.words).collect())
}

/// Returns the marks of the old lines and of the new lines.
fn line_diffs(old: &[&str], new: &[&str], deadline: Instant) -> (Vec<LineDiff>, Vec<LineDiff>) {
    let mut marks = (vec![LineDiff::default(); old.len()], vec![LineDiff::default(); new.len()]);
    let bytes = |lines: &[&str]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
    if bytes(old).max(bytes(new)) > MAX_DIFF_BYTES {
        let changed = old != new;
        marks.0.iter_mut().chain(&mut marks.1).for_each(|mark| mark.changed = changed);
        return marks;
    }
    for ListHunk { old: gone, new: added } in timed_hunks(old, new, deadline) {
        marks.0[gone.clone()].iter_mut().chain(&mut marks.1[added.clone()]).for_each(|mark| mark.changed = true);
        if !gone.is_empty() && !added.is_empty() {
            mark_words(&mut marks.0[gone.clone()], &old[gone], &mut marks.1[added.clone()], &new[added], deadline);
        }
    }
    marks
}

/// Marks the words of lines that replace other lines.
fn mark_words(old_marks: &mut [LineDiff], old: &[&str], new_marks: &mut [LineDiff], new: &[&str], deadline: Instant) {
    let (old, new) = (words(old), words(new));
    let texts = |words: &[DiffWord<'_>]| words.iter().map(|word| word.text.to_owned()).collect::<Vec<_>>();
    for hunk in timed_hunks(&texts(&old), &texts(&new), deadline) {
        mark(old_marks, &old[hunk.old]);
        mark(new_marks, &new[hunk.new]);
    }
}

fn mark(marks: &mut [LineDiff], words: &[DiffWord<'_>]) {
    for word in words.iter().filter(|word| !word.text.is_empty()) {
        let end = word.start + word.text.len();
        let ranges = &mut marks[word.line].words;
        match ranges.last_mut() {
            Some(last) if last.end == word.start => last.end = end,
            _ => ranges.push(word.start..end),
        }
    }
}

/// Compares short lists completely, and long ones until the deadline.
fn timed_hunks<T: std::hash::Hash + Ord>(old: &[T], new: &[T], deadline: Instant) -> Vec<ListHunk> {
    hunks(old, new, (old.len() + new.len() > SMALL_DIFF_ITEMS).then_some(deadline))
}

/// A word and its position. The end of a line counts as an empty word.
struct DiffWord<'t> {
    text: &'t str,
    line: usize,
    start: usize,
}

/// The class of a glyph, which decides whether it forms a word with its neighbours.
#[derive(PartialEq, Eq)]
enum WordClass {
    Letter,
    Blank,
    Alone,
}

/// Returns the words of some lines: runs of letters and digits, runs of blanks, and single glyphs.
///
/// A glyph is never split, even if it consists of several characters.
fn words<'t>(lines: &[&'t str]) -> Vec<DiffWord<'t>> {
    let mut words = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut start = 0;
        let mut glyphs =
            line.grapheme_indices(true).map(|(at, glyph)| (at + glyph.len(), word_class(glyph))).peekable();
        while let Some((end, sort)) = glyphs.next() {
            let goes_on = sort != WordClass::Alone && glyphs.peek().is_some_and(|(_, next)| *next == sort);
            if !goes_on {
                words.push(DiffWord { text: &line[start..end], line: number, start });
                start = end;
            }
        }
        words.push(DiffWord { text: "", line: number, start: line.len() });
    }
    words
}

fn word_class(glyph: &str) -> WordClass {
    match glyph.chars().next() {
        Some(c) if c.is_whitespace() => WordClass::Blank,
        // Scripts without blanks between words: each glyph is a word.
        Some('\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}') => WordClass::Alone,
        Some(c) if c.is_alphanumeric() => WordClass::Letter,
        _ => WordClass::Alone,
    }
}

/// Returns the union of two sorted lists of ranges.
fn union(a: &[Range<usize>], b: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut all: Vec<_> = a.iter().chain(b).cloned().collect();
    all.sort_by_key(|range| range.start);
    let mut united: Vec<Range<usize>> = Vec::new();
    for range in all {
        match united.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::conflict;

    #[test]
    fn small_changes_are_marked_after_the_deadline() {
        let long = "word ".repeat(100);
        let [base, mine, theirs] = ["1", "2", "3"].map(|word| format!("{word}\n=\n{word}\n=\n{word} {long}\n"));
        let conflict = conflict(&base, &mine, &theirs);
        let changes = conflict.changes();
        let mut marks = WordDiffs::default();
        marks.update_until(&conflict, changes.to_vec(), Instant::now());
        let marked: Vec<_> = changes.iter().map(|&place| marks.has(place)).collect();
        assert_eq!(marked, [true, true, false]);
        marks.update(&conflict, changes.to_vec());
        assert!(changes.iter().all(|&place| marks.has(place)));
    }

    /// Returns the old and the new lines with the marked words in brackets.
    fn shown(old: &[&str], new: &[&str]) -> (String, String) {
        let (gone, added) = line_diffs(old, new, Instant::now() + Duration::from_secs(60));
        let bracket = |lines: &[&str], marks: &[LineDiff]| {
            let bracketed = lines.iter().zip(marks).map(|(line, mark)| {
                mark.words.iter().rev().fold((*line).to_owned(), |text, word| {
                    format!("{}[{}]{}", &text[..word.start], &text[word.clone()], &text[word.end..])
                })
            });
            bracketed.collect::<Vec<_>>().join("/")
        };
        (bracket(old, &gone), bracket(new, &added))
    }

    #[test]
    fn changed_words_are_marked_in_old_and_new_lines() {
        assert_eq!(
            shown(&["Knead for ten minutes."], &["Knead it for 12 minutes."]),
            ("Knead for [ten] minutes.".to_owned(), "Knead [it ]for [12] minutes.".to_owned())
        );
    }

    #[test]
    fn words_are_compared_across_lines() {
        let (_, new) = shown(&["Knead for ten minutes."], &["First salt.", "Knead for 12 minutes."]);
        assert!(new.ends_with("/Knead for [12] minutes."), "{new}");
    }

    #[test]
    fn added_line_is_changed_and_has_no_marked_words() {
        let deadline = Instant::now() + Duration::from_secs(60);
        let (gone, added) = line_diffs(&["a", "b"], &["a", "x", "b"], deadline);
        assert!(gone.iter().all(|mark| *mark == LineDiff::default()));
        assert_eq!(added.iter().map(|mark| mark.changed).collect::<Vec<_>>(), [false, true, false]);
        assert!(added.iter().all(|mark| mark.words.is_empty()));
    }

    #[test]
    fn marks_fall_between_glyphs() {
        let (_, new) = shown(&["e日本"], &["e\u{301}日書"]);
        assert_eq!(new, "[e\u{301}]日[書]");
    }

    /// Generates a line from glyphs of several characters, parts of such glyphs, and blanks.
    fn tricky_line() -> impl Strategy<Value = String> {
        const PARTS: &[&str] = &[
            "a",
            "be ",
            "e\u{301}",
            "\u{301}",
            "👩\u{200d}👩\u{200d}👧",
            "👩",
            "\u{200d}",
            "👍🏽",
            "👍",
            "🏽",
            "🇩🇪",
            "🇩",
            "1\u{fe0f}\u{20e3}",
            "日",
            "한",
            "\u{1100}",
            "\u{1161}",
            "नि",
            "\t",
            "\r",
        ];
        prop::collection::vec(prop::sample::select(PARTS), 0..8).prop_map(|parts| parts.concat())
    }

    fn tricky_lines() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(tricky_line(), 1..4)
    }

    /// Returns whether each mark begins and ends between two glyphs, after the mark before it.
    fn are_between_glyphs(line: &str, words: &[Range<usize>]) -> bool {
        let ends: Vec<usize> = line.grapheme_indices(true).map(|(at, _)| at).chain([line.len()]).collect();
        words.iter().all(|word| word.start < word.end && ends.contains(&word.start) && ends.contains(&word.end))
            && words.is_sorted_by(|one, next| one.end < next.start)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn marks_never_split_a_glyph(
            texts in [tricky_lines(), tricky_lines(), tricky_lines()],
            end in prop::sample::select(&["\n", "\r\n"][..]),
        ) {
            let [base, mine, theirs] = texts.map(|lines| lines.join(end) + end);
            prop_assume!(mine != base && theirs != mine && theirs != base);
            let conflict = conflict(&base, &mine, &theirs);
            let mut marks = WordDiffs::default();
            let places = conflict.changes().to_vec();
            marks.update_until(&conflict, places.clone(), Instant::now() + Duration::from_secs(60));
            for (place, side) in places.into_iter().flat_map(|place| text::ALL_SIDES.map(|side| (place, side))) {
                let lines = (0..).map_while(|number| text::line(&conflict, place, side, number));
                for (number, line) in lines.enumerate() {
                    let mark = marks.of(place, side, number).unwrap();
                    prop_assert!(are_between_glyphs(&line, &mark.words), "{line:?} {mark:?}");
                }
            }
        }

        #[test]
        fn texts_are_equal_outside_their_marks(old in tricky_lines(), new in tricky_lines()) {
            let [old, new] = [&old, &new].map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
            let mut marks = (vec![LineDiff::default(); old.len()], vec![LineDiff::default(); new.len()]);
            mark_words(&mut marks.0, &old, &mut marks.1, &new, Instant::now() + Duration::from_secs(60));
            let rest = |lines: &[&str], marks: &[LineDiff]| {
                let cut = |(line, mark): (&&str, &LineDiff)| {
                    let mut line = (*line).to_owned();
                    mark.words.iter().rev().for_each(|word| line.replace_range(word.clone(), ""));
                    line
                };
                lines.iter().zip(marks).map(cut).collect::<String>()
            };
            prop_assert_eq!(rest(&old, &marks.0), rest(&new, &marks.1));
        }
    }

    #[test]
    fn overlapping_ranges_are_merged() {
        assert_eq!(union(&[0..2, 8..9], &[1..4, 5..6]), [0..4, 5..6, 8..9]);
    }
}
