//! One version on the screen: in full, or compared with another version or with the user's text.
//!
//! A version never changes, so it is read once. The user's text may change meanwhile, and the comparison follows.

use std::ops::Range;
use std::time::{Duration, Instant};

use contract::{Document, DocumentId, Snapshot};
use editor::{Guard, WorkingCopy};
use merge_view::changed_words;
use merge_view::list_diff::{ListHunk, hunks};

use crate::event::ReadFailure;
use crate::scroll::Scroll;

/// The time limit for comparing two texts; after it the hunks are coarser, and still correct.
const DIFF_BUDGET: Duration = Duration::from_millis(100);

/// The number of equal lines that are shown on either side of a difference.
const CONTEXT_LINES: usize = 3;

/// A version on the screen.
#[derive(Debug, Clone)]
pub(crate) struct VersionDetail {
    pub(crate) document: DocumentId,
    pub(crate) number: u64,
    pub(crate) text: VersionText,
    /// The text that the version can be compared with, or `None` if there is nothing.
    pub(crate) counterpart: Option<Counterpart>,
    /// Whether the comparison is shown, and not the full text.
    pub(crate) beside: bool,
    /// The condition under which the version replaces the newest one that the user has seen.
    ///
    /// `None` if no version is known to be the newest.
    pub(crate) guard: Option<Guard>,
    pub(crate) restore: RestoreProgress,
    /// The comparison, if one was made.
    compared: Option<ComparedTexts>,
    /// The index of the change that the user has moved to.
    pub(crate) change: Option<usize>,
    pub(crate) scroll: Scroll,
}

/// The text of a version.
#[derive(Debug, Clone)]
pub(crate) enum VersionText {
    /// It was requested.
    Coming,
    /// It has arrived.
    Here(Box<Snapshot>),
    /// The version is a delete.
    Deleted,
    /// The server has removed it to save space.
    Removed,
    /// It could not be read, for this reason.
    Unknown(String),
}

impl VersionText {
    /// Returns the text of a version that was requested, or why it could not be read.
    fn of(read: Result<Box<Snapshot>, ReadFailure>) -> Self {
        match read {
            Ok(snapshot) => Self::Here(snapshot),
            Err(ReadFailure::Removed) => Self::Removed,
            Err(ReadFailure::Failed(why)) => Self::Unknown(why),
        }
    }

    /// Returns the version with its text, or `None` if the text is not here.
    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        if let Self::Here(snapshot) = self { Some(snapshot) } else { None }
    }
}

/// The text that a version is compared with.
#[derive(Debug, Clone)]
pub(crate) enum Counterpart {
    /// The user's text. The comparison says what the version would change in it.
    MyText,
    /// Another version. The comparison leads from the older to the newer one.
    Version {
        /// Its number.
        number: u64,
        /// Its text.
        text: VersionText,
    },
}

/// How far restoring the version has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestoreProgress {
    /// The user has not asked for it.
    No,
    /// The request is sent as soon as the text has been read.
    WhenRead,
    /// The request was sent.
    Sent,
}

/// A comparison, and the user's text if it is about that.
#[derive(Debug, Clone)]
struct ComparedTexts {
    mine: Option<WorkingCopy>,
    comparison: VersionComparison,
}

/// Two texts, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct VersionComparison {
    pub(crate) lines: Vec<ComparedLine>,
    /// The index of the first line of each change.
    pub(crate) changes: Vec<usize>,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ComparedLine {
    /// A line of both texts.
    Both(String),
    /// A line of the old text only: of the user's text, or of the older version.
    Old(MarkedLine),
    /// A line of the new text only: of the version, or of the newer version.
    New(MarkedLine),
    /// The number of equal lines that are left out here.
    LeftOut(usize),
}

/// A line, and the words in it that differ from the other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkedLine {
    pub(crate) text: String,
    /// The changed words, as ranges of bytes, in order. No range splits a glyph.
    pub(crate) words: Vec<Range<usize>>,
}

impl VersionDetail {
    /// Returns a version whose text has been requested, unless the version is a delete.
    pub(crate) fn new(document: DocumentId, number: u64, deleted: bool) -> Self {
        Self {
            document,
            number,
            text: if deleted { VersionText::Deleted } else { VersionText::Coming },
            counterpart: None,
            beside: false,
            guard: None,
            restore: RestoreProgress::No,
            compared: None,
            change: None,
            scroll: Scroll::default(),
        }
    }

    /// Handles the text of a version, or why it could not be read: of this one, or of the counterpart.
    pub(crate) fn on_read(&mut self, number: u64, read: Result<Box<Snapshot>, ReadFailure>) {
        match &mut self.counterpart {
            Some(Counterpart::Version { number: other, text }) if *other == number => *text = VersionText::of(read),
            _ if self.number == number => self.text = VersionText::of(read),
            _ => {}
        }
    }

    /// Returns the version with its text, or `None` if the text is not here.
    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        self.text.snapshot()
    }

    /// Switches between the full text and the comparison.
    pub(crate) fn toggle_comparison(&mut self) {
        self.beside = !self.beside;
        self.change = None;
        self.scroll = Scroll::default();
    }

    /// Compares the version with its counterpart, unless that is done already.
    ///
    /// `mine` is the user's text of the document, if it is open.
    pub(crate) fn follow(&mut self, mine: Option<&WorkingCopy>) {
        let Some(version) = self.snapshot().map(|snapshot| &snapshot.document).filter(|_| self.beside) else { return };
        let deadline = || Instant::now() + DIFF_BUDGET;
        let compared = match (&self.counterpart, mine) {
            (Some(Counterpart::MyText), Some(mine)) => {
                if self.compared.as_ref().is_some_and(|compared| compared.mine.as_ref() == Some(mine)) {
                    return;
                }
                let comparison = compare(&mine.to_document(), version, deadline());
                ComparedTexts { mine: Some(mine.clone()), comparison }
            }
            (Some(Counterpart::Version { number, text: VersionText::Here(other) }), _) if self.compared.is_none() => {
                let other = &other.document;
                let (old, new) = if *number < self.number { (other, version) } else { (version, other) };
                ComparedTexts { mine: None, comparison: compare(old, new, deadline()) }
            }
            _ => return,
        };
        self.compared = Some(compared);
        self.change = None;
    }

    /// Returns the comparison, or `None` if it is not shown, or was not made yet.
    pub(crate) fn comparison(&self) -> Option<&VersionComparison> {
        self.compared.as_ref().map(|compared| &compared.comparison).filter(|_| self.beside)
    }

    /// Moves to the next or the previous change; after the last one, to the first. Returns its index.
    ///
    /// Returns `None` if there is no change.
    pub(crate) fn step(&mut self, is_down: bool) -> Option<usize> {
        let count = self.comparison()?.changes.len();
        let to = match self.change {
            None if is_down => 0,
            None => count.checked_sub(1)?,
            Some(at) if is_down => (at + 1) % count.max(1),
            Some(at) => at.checked_sub(1).unwrap_or(count.saturating_sub(1)),
        };
        self.change = (to < count).then_some(to);
        self.change
    }
}

/// Returns what changes from the old text to the new one; it has no lines if they are equal.
fn compare(old: &Document, new: &Document, deadline: Instant) -> VersionComparison {
    let parent = |document: &Document| document.parent.as_ref().map_or("none", |id| id.as_str()).to_owned();
    let values = [("title", old.title.clone(), new.title.clone()), ("parent", parent(old), parent(new))];
    let mut all = VersionComparison::default();
    for (name, old, new) in values.into_iter().filter(|(_, old, new)| old != new) {
        let [old, new] = [old, new].map(|value| format!("{name}: {value}\n"));
        all.add_change(&[&old], &[&new], deadline);
    }
    let old: Vec<&str> = old.content.split_inclusive('\n').collect();
    let new: Vec<&str> = new.content.split_inclusive('\n').collect();
    let hunks = hunks(&old, &new, Some(deadline));
    if hunks.is_empty() {
        return all;
    }
    let mut done = 0;
    for hunk in &hunks {
        between(&old[done..hunk.old.start], done == 0, false, &mut all.lines);
        let ListHunk { old: gone, new: added } = hunk;
        all.add_change(&old[gone.clone()], &new[added.clone()], deadline);
        done = gone.end;
    }
    between(&old[done..], false, true, &mut all.lines);
    all
}

impl VersionComparison {
    /// Adds lines that replace others, with their line ends.
    fn add_change(&mut self, old: &[&str], new: &[&str], deadline: Instant) {
        self.changes.push(self.lines.len());
        let [old_bare, new_bare] =
            [old, new].map(|lines| lines.iter().map(|line| line.trim_end_matches('\n')).collect::<Vec<_>>());
        let [old_words, new_words] = changed_words(&old_bare, &new_bare, deadline);
        let marked = |(line, words): (&&str, _)| MarkedLine { text: ended(line), words };
        self.lines.extend(old.iter().zip(old_words).map(marked).map(ComparedLine::Old));
        self.lines.extend(new.iter().zip(new_words).map(marked).map(ComparedLine::New));
    }
}

/// Adds equal lines between two differences: those next to the differences, and how many are left out.
fn between(same: &[&str], begins: bool, ends: bool, lines: &mut Vec<ComparedLine>) {
    let (before, after) = (if begins { 0 } else { CONTEXT_LINES }, if ends { 0 } else { CONTEXT_LINES });
    let left_out = same.len().saturating_sub(before + after);
    let shown = |line: &&str| ComparedLine::Both(line.trim_end_matches('\n').to_owned());
    // A single line takes no more room than the remark that it is left out.
    if left_out < 2 {
        lines.extend(same.iter().map(shown));
        return;
    }
    lines.extend(same[..before].iter().map(shown));
    lines.push(ComparedLine::LeftOut(left_out));
    lines.extend(same[same.len() - after..].iter().map(shown));
}

/// Returns a line without its line end, or with a remark if it has none.
fn ended(line: &str) -> String {
    line.strip_suffix('\n').map_or_else(|| format!("{line} (no line end)"), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::ComparedLine::{Both, LeftOut, New, Old};
    use super::*;

    fn document(title: &str, content: &str) -> Document {
        Document { title: title.to_owned(), content: content.to_owned(), parent: None }
    }

    fn far() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    fn compared(old: &str, new: &str) -> Vec<ComparedLine> {
        compare(&document("a", old), &document("a", new), far()).lines
    }

    fn marked(text: &str, words: &[(usize, usize)]) -> MarkedLine {
        MarkedLine { text: text.to_owned(), words: words.iter().map(|(start, end)| *start..*end).collect() }
    }

    fn text_of(content: &str) -> Box<Snapshot> {
        let etag = "\"v1\"".parse().unwrap();
        Box::new(Snapshot { etag, author: None, at: None, document: document("a", content) })
    }

    #[test]
    fn removed_lines_come_before_added_ones() {
        let said = compared("one\ntwo\nthree\n", "one\nTWO\nthree\nfour\n");
        let text = |text: &str| text.to_owned();
        let expected = [
            Both(text("one")),
            Old(marked("two", &[(0, 3)])),
            New(marked("TWO", &[(0, 3)])),
            Both(text("three")),
            New(marked("four", &[])),
        ];
        assert_eq!(said, expected);
        assert_eq!(compared("same\n", "same\n"), []);
        assert_eq!(compared("end\n", "end"), [Old(marked("end", &[])), New(marked("end (no line end)", &[]))]);
    }

    #[test]
    fn only_changed_words_of_a_line_are_marked() {
        let said = compared("Knead for ten minutes.\n", "Knead it for 12 minutes.\n");
        let expected = [
            Old(marked("Knead for ten minutes.", &[(10, 13)])),
            New(marked("Knead it for 12 minutes.", &[(6, 9), (13, 15)])),
        ];
        assert_eq!(said, expected);
        assert_eq!(
            compared("e\u{301}x\n", "ex\n"),
            [Old(marked("e\u{301}x", &[(0, 4)])), New(marked("ex", &[(0, 2)]))]
        );
    }

    #[test]
    fn long_runs_of_equal_lines_are_left_out() {
        let lines = |from: usize, to: usize| (from..to).map(|line| line.to_string() + "\n").collect::<String>();
        let said = compared(&lines(0, 20), &format!("{}ten\n{}", lines(0, 10), lines(11, 20)));
        assert_eq!(said.first(), Some(&LeftOut(7)));
        assert_eq!(said.last(), Some(&LeftOut(6)));
        assert_eq!(said.len(), 1 + 3 + 2 + 3 + 1);
    }

    #[test]
    fn comparison_follows_the_users_text_while_it_is_shown() {
        let mut one = VersionDetail::new("welcome".parse().unwrap(), 1, false);
        (one.counterpart, one.beside) = (Some(Counterpart::MyText), true);
        one.follow(Some(&document("a", "mine").into()));
        assert_eq!(one.comparison(), None, "its text is not here yet");
        one.on_read(1, Ok(text_of("x")));
        for mine in ["mine", "yours"] {
            one.follow(Some(&document("a", mine).into()));
            let [old, new] = [format!("{mine} (no line end)"), "x (no line end)".to_owned()];
            let expected = [Old(marked(&old, &[(0, mine.len())])), New(marked(&new, &[(0, 1)]))];
            assert_eq!(one.comparison().map(|compared| &compared.lines[..]), Some(&expected[..]));
        }
        one.toggle_comparison();
        one.follow(Some(&document("a", "x").into()));
        one.toggle_comparison();
        assert_ne!(one.comparison(), Some(&VersionComparison::default()), "it was not shown, so it was not made");
    }

    #[test]
    fn older_version_is_the_old_text_whichever_is_selected() {
        for (number, other) in [(1, 2), (2, 1)] {
            let mut one = VersionDetail::new("welcome".parse().unwrap(), number, false);
            one.counterpart = Some(Counterpart::Version { number: other, text: VersionText::Coming });
            one.beside = true;
            one.on_read(1, Ok(text_of("older\n")));
            one.follow(None);
            assert_eq!(one.comparison(), None, "one text is missing");
            one.on_read(2, Ok(text_of("newer\n")));
            one.follow(None);
            let expected = [Old(marked("older", &[(0, 5)])), New(marked("newer", &[(0, 5)]))];
            assert_eq!(one.comparison().map(|compared| &compared.lines[..]), Some(&expected[..]));
        }
    }

    #[test]
    fn steps_go_through_the_changes_and_round() {
        let mut one = VersionDetail::new("welcome".parse().unwrap(), 1, false);
        assert_eq!(one.step(true), None, "nothing is compared");
        (one.counterpart, one.beside) = (Some(Counterpart::MyText), true);
        one.on_read(1, Ok(text_of("1\n=\n2\n=\n3\n")));
        one.follow(Some(&document("a", "a\n=\nb\n=\nc\n").into()));
        assert_eq!(one.comparison().unwrap().changes, [0, 3, 6]);
        assert_eq!([true; 4].map(|down| one.step(down)), [Some(0), Some(1), Some(2), Some(0)]);
        assert_eq!(one.step(false), Some(2));
        one.follow(Some(&document("a", "1\n=\n2\n=\n3\n").into()));
        assert_eq!((one.change, one.step(true), one.step(false)), (None, None, None), "there is no change any more");
    }

    #[test]
    fn titles_are_compared_too() {
        let said = compare(&document("mine", "x"), &document("theirs", "x"), far());
        assert_eq!(said.lines, [Old(marked("title: mine", &[(7, 11)])), New(marked("title: theirs", &[(7, 13)]))]);
        assert_eq!(said.changes, [0]);
    }
}
