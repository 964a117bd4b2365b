//! One version on the screen: in full, or compared with the user's text.
//!
//! A version never changes, so it is read once. The user's text may change meanwhile, and the comparison follows.

use std::time::{Duration, Instant};

use contract::{Document, DocumentId, Snapshot};
use editor::WorkingCopy;
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
    /// Whether the version is compared with the user's text.
    pub(crate) beside: bool,
    /// The comparison with the user's text, if one was made.
    compared: Option<ComparedText>,
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

/// A comparison, and the user's text that it is about.
#[derive(Debug, Clone)]
struct ComparedText {
    mine: WorkingCopy,
    lines: Vec<ComparedLine>,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ComparedLine {
    /// A line of both texts.
    Both(String),
    /// A line of the user's text only.
    Mine(String),
    /// A line of the version only.
    Theirs(String),
    /// The number of equal lines that are left out here.
    LeftOut(usize),
}

impl VersionDetail {
    /// Returns a version whose text has been requested, unless the version is a delete.
    pub(crate) fn new(document: DocumentId, number: u64, deleted: bool, beside: bool) -> Self {
        let text = if deleted { VersionText::Deleted } else { VersionText::Coming };
        Self { document, number, text, beside, compared: None, scroll: Scroll::default() }
    }

    /// Handles the text of the version, or why it could not be read.
    pub(crate) fn on_read(&mut self, read: Result<Box<Snapshot>, ReadFailure>) {
        self.text = match read {
            Ok(snapshot) => VersionText::Here(snapshot),
            Err(ReadFailure::Removed) => VersionText::Removed,
            Err(ReadFailure::Failed(why)) => VersionText::Unknown(why),
        };
    }

    /// Returns the version with its text, or `None` if the text is not here.
    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        if let VersionText::Here(snapshot) = &self.text { Some(snapshot) } else { None }
    }

    /// Switches between the full text and the comparison.
    pub(crate) fn toggle_comparison(&mut self) {
        self.beside = !self.beside;
        self.scroll = Scroll::default();
    }

    /// Compares the version with the user's text, unless that is done already.
    pub(crate) fn follow(&mut self, mine: &WorkingCopy) {
        let Some(theirs) = self.snapshot().map(|snapshot| &snapshot.document) else { return };
        if self.beside && self.compared.as_ref().is_none_or(|compared| compared.mine != *mine) {
            let lines = compare(&mine.to_document(), theirs, Some(Instant::now() + DIFF_BUDGET));
            self.compared = Some(ComparedText { mine: mine.clone(), lines });
        }
    }

    /// Returns the comparison, or `None` if it was not made yet.
    pub(crate) fn compared(&self) -> Option<&[ComparedLine]> {
        self.compared.as_ref().map(|compared| compared.lines.as_slice())
    }
}

/// Returns what bringing `theirs` back would change in `mine`; empty if they are equal.
fn compare(mine: &Document, theirs: &Document, deadline: Option<Instant>) -> Vec<ComparedLine> {
    let parent = |document: &Document| document.parent.as_ref().map_or("none", |id| id.as_str()).to_owned();
    let values = [("title", mine.title.clone(), theirs.title.clone()), ("parent", parent(mine), parent(theirs))];
    let mut lines = Vec::new();
    for (name, mine, theirs) in values.into_iter().filter(|(_, mine, theirs)| mine != theirs) {
        lines
            .extend([ComparedLine::Mine(format!("{name}: {mine}")), ComparedLine::Theirs(format!("{name}: {theirs}"))]);
    }
    let mine: Vec<&str> = mine.content.split_inclusive('\n').collect();
    let theirs: Vec<&str> = theirs.content.split_inclusive('\n').collect();
    let hunks = hunks(&mine, &theirs, deadline);
    if hunks.is_empty() {
        return lines;
    }
    let mut done = 0;
    for ListHunk { old, new } in &hunks {
        between(&mine[done..old.start], done == 0, false, &mut lines);
        lines.extend(mine[old.clone()].iter().map(|line| ComparedLine::Mine(ended(line))));
        lines.extend(theirs[new.clone()].iter().map(|line| ComparedLine::Theirs(ended(line))));
        done = old.end;
    }
    between(&mine[done..], false, true, &mut lines);
    lines
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
    use super::ComparedLine::{Both, LeftOut, Mine, Theirs};
    use super::*;

    fn document(title: &str, content: &str) -> Document {
        Document { title: title.to_owned(), content: content.to_owned(), parent: None }
    }

    fn compared(mine: &str, theirs: &str) -> Vec<ComparedLine> {
        compare(&document("a", mine), &document("a", theirs), None)
    }

    #[test]
    fn removed_lines_come_before_added_ones() {
        let said = compared("one\ntwo\nthree\n", "one\nTWO\nthree\nfour\n");
        let text = |text: &str| text.to_owned();
        let expected =
            [Both(text("one")), Mine(text("two")), Theirs(text("TWO")), Both(text("three")), Theirs(text("four"))];
        assert_eq!(said, expected);
        assert_eq!(compared("same\n", "same\n"), []);
        assert_eq!(compared("end\n", "end"), [Mine(text("end")), Theirs(text("end (no line end)"))]);
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
        let mut one = VersionDetail::new("welcome".parse().unwrap(), 1, false, true);
        one.follow(&document("a", "mine").into());
        assert_eq!(one.compared(), None, "its text is not here yet");
        let snapshot =
            Snapshot { etag: "\"v1\"".parse().unwrap(), author: None, at: None, document: document("a", "x") };
        one.on_read(Ok(Box::new(snapshot)));
        for mine in ["mine", "mine now"] {
            one.follow(&document("a", mine).into());
            let expected = [Mine(format!("{mine} (no line end)")), Theirs("x (no line end)".to_owned())];
            assert_eq!(one.compared(), Some(&expected[..]));
        }
        one.toggle_comparison();
        one.follow(&document("a", "x").into());
        assert_ne!(one.compared(), Some(&[][..]), "it is not shown");
    }

    #[test]
    fn titles_are_compared_too() {
        let said = compare(&document("mine", "x"), &document("theirs", "x"), None);
        assert_eq!(said, [Mine("title: mine".to_owned()), Theirs("title: theirs".to_owned())]);
    }
}
