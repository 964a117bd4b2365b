//! One version, looked at whole or beside my text.
//!
//! A version never changes, so it is read once. My text may change while the two are compared, and the comparison
//! follows it.

use std::time::{Duration, Instant};

use contract::{Document, DocumentId, Snapshot};
use merge_view::list_diff::{ListHunk, hunks};

use crate::event::ReadFailure;
use crate::scroll::Scroll;

/// How long two texts may be compared; after that the stretches are coarser, and still true.
const DIFF_BUDGET: Duration = Duration::from_millis(100);

/// How many lines that are the same stand around those that differ.
const CONTEXT_LINES: usize = 3;

/// A version on the screen.
#[derive(Debug, Clone)]
pub(crate) struct VersionDetail {
    pub(crate) document: DocumentId,
    pub(crate) number: u64,
    pub(crate) text: VersionText,
    /// Whether it stands beside my text.
    pub(crate) beside: bool,
    /// The comparison, for as long as that is wanted.
    compared: Option<ComparedText>,
    pub(crate) scroll: Scroll,
}

/// The text of a version.
#[derive(Debug, Clone)]
pub(crate) enum VersionText {
    /// It was asked for.
    Coming,
    /// It is here.
    Here(Box<Snapshot>),
    /// The version is a delete.
    Deleted,
    /// The server has removed it to save space.
    Removed,
    /// It is not known, and this is why.
    Unknown(String),
}

/// My text as it was compared, and what came of it.
#[derive(Debug, Clone)]
struct ComparedText {
    mine: Document,
    lines: Vec<ComparedLine>,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ComparedLine {
    /// Both have it.
    Both(String),
    /// Only my text has it.
    Mine(String),
    /// Only the version has it.
    Theirs(String),
    /// So many lines that both have are left out.
    LeftOut(usize),
}

impl VersionDetail {
    /// That version, its text asked for where it has one.
    pub(crate) fn new(document: DocumentId, number: u64, deleted: bool, beside: bool) -> Self {
        let text = if deleted { VersionText::Deleted } else { VersionText::Coming };
        Self { document, number, text, beside, compared: None, scroll: Scroll::default() }
    }

    /// Takes the text in.
    pub(crate) fn on_read(&mut self, read: Result<Box<Snapshot>, ReadFailure>) {
        self.text = match read {
            Ok(snapshot) => VersionText::Here(snapshot),
            Err(ReadFailure::Removed) => VersionText::Removed,
            Err(ReadFailure::Failed(why)) => VersionText::Unknown(why),
        };
    }

    /// The version with its text, where that is here.
    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        if let VersionText::Here(snapshot) = &self.text { Some(snapshot) } else { None }
    }

    /// Shows the other one of the two: the version whole, or beside my text.
    pub(crate) fn toggle_comparison(&mut self) {
        self.beside = !self.beside;
        self.scroll = Scroll::default();
    }

    /// Compares the version with my text, unless that is done already.
    pub(crate) fn follow(&mut self, mine: &Document) {
        let Some(theirs) = self.snapshot().map(|snapshot| &snapshot.document) else { return };
        if self.beside && self.compared.as_ref().is_none_or(|compared| compared.mine != *mine) {
            let lines = compare(mine, theirs, Some(Instant::now() + DIFF_BUDGET));
            self.compared = Some(ComparedText { mine: mine.clone(), lines });
        }
    }

    /// The comparison; none where it is not made yet.
    pub(crate) fn compared(&self) -> Option<&[ComparedLine]> {
        self.compared.as_ref().map(|compared| compared.lines.as_slice())
    }
}

/// What bringing `theirs` back would change in `mine`; nothing where they are the same.
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

/// Lines that are the same: those next to what differs, and how many were left out.
fn between(same: &[&str], begins: bool, ends: bool, lines: &mut Vec<ComparedLine>) {
    let (before, after) = (if begins { 0 } else { CONTEXT_LINES }, if ends { 0 } else { CONTEXT_LINES });
    let left_out = same.len().saturating_sub(before + after);
    let shown = |line: &&str| ComparedLine::Both(line.trim_end_matches('\n').to_owned());
    // One line takes as much room as the remark that it was left out.
    if left_out < 2 {
        lines.extend(same.iter().map(shown));
        return;
    }
    lines.extend(same[..before].iter().map(shown));
    lines.push(ComparedLine::LeftOut(left_out));
    lines.extend(same[same.len() - after..].iter().map(shown));
}

/// A line that differs, as text; where it differs by its missing end alone, that is to be seen.
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
    fn what_would_go_stands_over_what_would_come() {
        let said = compared("one\ntwo\nthree\n", "one\nTWO\nthree\nfour\n");
        let text = |text: &str| text.to_owned();
        let expected =
            [Both(text("one")), Mine(text("two")), Theirs(text("TWO")), Both(text("three")), Theirs(text("four"))];
        assert_eq!(said, expected);
        assert_eq!(compared("same\n", "same\n"), []);
        assert_eq!(compared("end\n", "end"), [Mine(text("end")), Theirs(text("end (no line end)"))]);
    }

    #[test]
    fn long_stretches_that_are_the_same_are_left_out() {
        let lines = |from: usize, to: usize| (from..to).map(|line| line.to_string() + "\n").collect::<String>();
        let said = compared(&lines(0, 20), &format!("{}ten\n{}", lines(0, 10), lines(11, 20)));
        assert_eq!(said.first(), Some(&LeftOut(7)));
        assert_eq!(said.last(), Some(&LeftOut(6)));
        assert_eq!(said.len(), 1 + 3 + 2 + 3 + 1);
    }

    #[test]
    fn the_comparison_follows_my_text_while_it_is_wanted() {
        let mut one = VersionDetail::new("welcome".parse().unwrap(), 1, false, true);
        one.follow(&document("a", "mine"));
        assert_eq!(one.compared(), None, "its text is not here yet");
        let snapshot =
            Snapshot { etag: "\"v1\"".parse().unwrap(), author: None, at: None, document: document("a", "x") };
        one.on_read(Ok(Box::new(snapshot)));
        for mine in ["mine", "mine now"] {
            one.follow(&document("a", mine));
            let expected = [Mine(format!("{mine} (no line end)")), Theirs("x (no line end)".to_owned())];
            assert_eq!(one.compared(), Some(&expected[..]));
        }
        one.toggle_comparison();
        one.follow(&document("a", "x"));
        assert_ne!(one.compared(), Some(&[][..]), "nobody wants it");
    }

    #[test]
    fn the_title_is_compared_too() {
        let said = compare(&document("mine", "x"), &document("theirs", "x"), None);
        assert_eq!(said, [Mine("title: mine".to_owned()), Theirs("title: theirs".to_owned())]);
    }
}
