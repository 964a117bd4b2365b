//! Which words of a change are new, and which words of the base went.
//!
//! Only changes in sight are looked at, each once: the marks are kept until the texts are others. Inside a change the
//! lines are compared first. If lines replace other lines, their words are compared across all of
//! them together, so it does not matter which new line follows from which old one.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use editor::{ChangeId, DocumentMerge};
use merge::Side;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::list_diff::{ListHunk, hunks};

/// How long looking for marks may take before a frame.
const DIFF_BUDGET: Duration = Duration::from_millis(4);

/// Up to so many lines or words are compared whatever the clock says: it takes microseconds.
const SMALL_DIFF_LINES: usize = 500;

/// Beyond so many bytes on a side a change is too large for its words to help a reader.
const MAX_DIFF_LINES: usize = 100_000;

/// What is known about one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineDiff {
    /// On a side: the line is not in the base. In the base: a side has it no more.
    pub(crate) changed: bool,
    /// The words that make the difference, as bytes of the line, in order.
    pub(crate) words: Vec<Range<usize>>,
}

/// The lines of one change, from its first line on.
#[derive(Debug, Clone, Default)]
struct RegionDiff {
    base: Vec<LineDiff>,
    mine: Vec<LineDiff>,
    theirs: Vec<LineDiff>,
}

/// The marks of the changes that have been in sight.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordDiffs(HashMap<ChangeId, RegionDiff>);

impl WordDiffs {
    /// Forgets everything: the texts are others now.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Looks at changes that come in sight, as far as the time allows; what is left over comes with the next frame.
    pub(crate) fn update(&mut self, conflict: &DocumentMerge, places: impl IntoIterator<Item = ChangeId>) {
        let deadline = Instant::now() + DIFF_BUDGET;
        for place in places {
            if !self.0.contains_key(&place) && (self.0.is_empty() || Instant::now() < deadline) {
                self.0.insert(place, region_diff(conflict, place, deadline));
            }
        }
    }

    /// What is known about a line of a change, counted from the change's first line.
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

/// The lines of a side in a region. Documents are UTF-8, and so are their lines.
fn lines(conflict: &DocumentMerge, region: usize, side: Side) -> Vec<&str> {
    let merge = conflict.content().merge();
    let lines = merge.text(side).lines(merge.regions()[region].range(side));
    lines.map(|line| std::str::from_utf8(line.content).unwrap_or_default()).collect()
}

/// The marks of the old lines, and of the new ones.
fn line_diffs(old: &[&str], new: &[&str], deadline: Instant) -> (Vec<LineDiff>, Vec<LineDiff>) {
    let mut marks = (vec![LineDiff::default(); old.len()], vec![LineDiff::default(); new.len()]);
    let bytes = |lines: &[&str]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
    if bytes(old).max(bytes(new)) > MAX_DIFF_LINES {
        let changed = old != new;
        marks.0.iter_mut().chain(&mut marks.1).for_each(|mark| mark.changed = changed);
        return marks;
    }
    for ListHunk { old: went, new: came } in timed_hunks(old, new, deadline) {
        marks.0[went.clone()].iter_mut().chain(&mut marks.1[came.clone()]).for_each(|mark| mark.changed = true);
        if !went.is_empty() && !came.is_empty() {
            mark_words(&mut marks.0[went.clone()], &old[went], &mut marks.1[came.clone()], &new[came], deadline);
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

/// Compares short lists to the end, and long ones until the deadline.
fn timed_hunks<T: std::hash::Hash + Ord>(old: &[T], new: &[T], deadline: Instant) -> Vec<ListHunk> {
    hunks(old, new, (old.len() + new.len() > SMALL_DIFF_LINES).then_some(deadline))
}

/// A word, and its place. The end of a line is a word too, an empty one.
struct DiffWord<'t> {
    text: &'t str,
    line: usize,
    start: usize,
}

/// What a glyph is to the eye that reads words.
#[derive(PartialEq, Eq)]
enum WordClass {
    Letter,
    Blank,
    Alone,
}

/// The words of some lines: runs of letters and digits, runs of blanks, and each other glyph by itself. No glyph is
/// ever split, whatever it is made of.
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
        // Scripts without blanks between words: each glyph is compared by itself.
        Some('\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}') => WordClass::Alone,
        Some(c) if c.is_alphanumeric() => WordClass::Letter,
        _ => WordClass::Alone,
    }
}

/// The bytes that are in one list of ranges or in the other.
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
    use super::*;

    /// The marked words of the old and of the new lines, in brackets.
    fn shown(old: &[&str], new: &[&str]) -> (String, String) {
        let (gone, came) = line_diffs(old, new, Instant::now() + Duration::from_secs(60));
        let bracket = |lines: &[&str], marks: &[LineDiff]| {
            let bracketed = lines.iter().zip(marks).map(|(line, mark)| {
                mark.words.iter().rev().fold((*line).to_owned(), |text, word| {
                    format!("{}[{}]{}", &text[..word.start], &text[word.clone()], &text[word.end..])
                })
            });
            bracketed.collect::<Vec<_>>().join("/")
        };
        (bracket(old, &gone), bracket(new, &came))
    }

    #[test]
    fn the_changed_words_are_marked_on_both_sides() {
        assert_eq!(
            shown(&["Knead for ten minutes."], &["Knead it for 12 minutes."]),
            ("Knead for [ten] minutes.".to_owned(), "Knead [it ]for [12] minutes.".to_owned())
        );
    }

    #[test]
    fn a_word_is_found_again_on_whichever_line_it_stands() {
        let (_, new) = shown(&["Knead for ten minutes."], &["First salt.", "Knead for 12 minutes."]);
        assert!(new.ends_with("/Knead for [12] minutes."), "{new}");
    }

    #[test]
    fn lines_that_came_or_went_whole_are_changed_and_have_no_words() {
        let deadline = Instant::now() + Duration::from_secs(60);
        let (gone, came) = line_diffs(&["a", "b"], &["a", "x", "b"], deadline);
        assert!(gone.iter().all(|mark| *mark == LineDiff::default()));
        assert_eq!(came.iter().map(|mark| mark.changed).collect::<Vec<_>>(), [false, true, false]);
        assert!(came.iter().all(|mark| mark.words.is_empty()));
    }

    #[test]
    fn marks_fall_between_glyphs() {
        let (_, new) = shown(&["e日本"], &["e\u{301}日書"]);
        assert_eq!(new, "[e\u{301}]日[書]");
    }

    #[test]
    fn what_either_side_lost_is_marked_in_the_base() {
        assert_eq!(union(&[0..2, 8..9], &[1..4, 5..6]), [0..4, 5..6, 8..9]);
    }
}
