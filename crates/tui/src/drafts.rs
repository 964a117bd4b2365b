//! Drafts on the screen: the choice among earlier drafts, and the progress of the present one.
//!
//! The screen shows only facts. A draft counts as written once the disk has confirmed it, and the details of an offered
//! draft are read from that draft.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::{DraftId, DraftMatch, FoundDraft};
use contract::{Document, DocumentId};
use editor::{Draft, MergeDraft};

use crate::ids::EditorIndex;
use crate::scroll::Scroll;

/// The most characters that are shown of a draft's first words.
const MAX_FIRST_WORDS_COLUMNS: usize = 60;

/// How far the draft of a document has come on its way to the disk.
///
/// Each text to keep, and each removal of the draft, has a generation.
#[derive(Debug, Clone, Default)]
pub(crate) struct DraftProgress {
    /// The newest generation.
    wanted: u64,
    /// Whether the newest generation keeps a text; otherwise, it removes the draft.
    keeps: bool,
    /// The newest generation that is on the disk.
    done: u64,
    /// Why the last attempt failed; `None` if it succeeded.
    failed: Option<String>,
    /// The generation of a text that the user put elsewhere, and the place.
    elsewhere: Option<(u64, KeptElsewhere)>,
}

/// The place, other than its draft, at which a text is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeptElsewhere {
    /// This file.
    File(PathBuf),
    /// The terminal's clipboard. The terminal does not report whether it accepted the text.
    Terminal,
}

/// The state of the draft of the present text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DraftFate<'a> {
    /// It is on the disk.
    Written,
    /// It is on its way to the disk.
    Pending,
    /// It could not be written, for this reason.
    Failed(&'a str),
}

impl DraftProgress {
    /// Begins a generation that keeps a text or removes the draft. Returns its number.
    pub(crate) fn want(&mut self, keeps: bool) -> u64 {
        self.wanted += 1;
        self.keeps = keeps;
        self.wanted
    }

    /// Continues from the progress of what was typed early, if that has counted further.
    ///
    /// Both have the same writer, which tells their generations apart by number.
    pub(crate) fn go_on_from(&mut self, earlier: &Self) {
        if earlier.wanted > self.wanted {
            *self = earlier.clone();
        }
    }

    /// Returns the generation of the present text.
    pub(crate) const fn generation(&self) -> u64 {
        self.wanted
    }

    /// Records that a generation is on the disk.
    pub(crate) fn written(&mut self, generation: u64) {
        self.done = self.done.max(generation);
        self.failed = None;
    }

    /// Records that a generation could not be written, unless a newer one is on the disk.
    pub(crate) fn failed(&mut self, generation: u64, why: String) {
        if generation > self.done {
            self.failed = Some(why);
        }
    }

    /// Records the place at which the text of a generation was put.
    pub(crate) fn put(&mut self, generation: u64, elsewhere: KeptElsewhere) {
        self.elsewhere = Some((generation, elsewhere));
    }

    /// Returns the state of the draft of the present text.
    pub(crate) fn fate(&self) -> DraftFate<'_> {
        match &self.failed {
            _ if self.done >= self.wanted => DraftFate::Written,
            Some(why) => DraftFate::Failed(why),
            None => DraftFate::Pending,
        }
    }

    /// Returns the place at which the present text was put, or `None` if it is at most in the draft.
    pub(crate) fn elsewhere(&self) -> Option<&KeptElsewhere> {
        self.elsewhere.as_ref().filter(|(generation, _)| *generation == self.wanted).map(|(_, elsewhere)| elsewhere)
    }

    /// Returns the failure of the last attempt, in words for the status line, or `None` if it succeeded.
    pub(crate) fn trouble(&self) -> Option<String> {
        let why = self.failed.as_ref()?;
        Some(format!("draft not {}: {why}", if self.keeps { "written" } else { "removed" }))
    }
}

/// The list of drafts to choose from, shown while a document is being opened.
#[derive(Debug, Clone)]
pub(crate) struct DraftChooser {
    pub(crate) seat: EditorIndex,
    pub(crate) document: DocumentId,
    /// The drafts; `None` during a search, and while a choice is applied.
    offered: Option<Vec<FoundDraft>>,
    /// Whether the user has been asked to choose.
    was_offered: bool,
    /// The selected draft: at first the newest.
    ///
    /// It is an id, not a position: a key that was meant for a draft that is gone must not hit its neighbour.
    selected: Option<DraftId>,
}

impl DraftChooser {
    /// Returns an empty list for a document whose drafts are being searched for.
    pub(crate) const fn new(seat: EditorIndex, document: DocumentId) -> Self {
        Self { seat, document, offered: None, was_offered: false, selected: None }
    }

    /// Returns whether the list is for this document in this editor.
    pub(crate) fn is_about(&self, seat: EditorIndex, document: &DocumentId) -> bool {
        self.seat == seat && self.document == *document
    }

    /// Offers the drafts that were found; the first time, the newest one is selected.
    ///
    /// A selected draft stays selected if it is among them.
    pub(crate) fn offer(&mut self, offered: Vec<FoundDraft>) {
        self.selected.take_if(|selected| !offered.iter().any(|found| found.id == *selected));
        if !self.was_offered {
            self.selected = offered.first().map(|found| found.id.clone());
        }
        self.offered = Some(offered);
        self.was_offered = true;
    }

    /// Returns whether the user has been asked to choose.
    pub(crate) const fn was_offered(&self) -> bool {
        self.was_offered
    }

    /// Empties the list while a choice is applied.
    pub(crate) fn chosen(&mut self) {
        self.offered = None;
    }

    /// Returns the drafts, newest first, or `None` during a search and while a choice is applied.
    pub(crate) fn offered(&self) -> Option<&[FoundDraft]> {
        self.offered.as_deref()
    }

    /// Returns the selected draft, or `None` if none is selected.
    pub(crate) fn selected(&self) -> Option<&FoundDraft> {
        let selected = self.selected.as_ref()?;
        self.offered()?.iter().find(|found| found.id == *selected)
    }

    /// Moves the selection, down if `by` is positive.
    ///
    /// If no draft is selected, selects the first one, or the last one if `by` is [`isize::MAX`].
    pub(crate) fn select(&mut self, by: isize) {
        let Some(offered) = &self.offered else { return };
        let at = self.selected.as_ref().and_then(|id| offered.iter().position(|found| found.id == *id));
        let last = offered.len().saturating_sub(1);
        let next = at.map_or(if by == isize::MAX { last } else { 0 }, |at| at.saturating_add_signed(by).min(last));
        self.selected = offered.get(next).map(|found| found.id.clone());
    }

    /// Selects the draft with this number, counted from 1. Returns whether there is one.
    pub(crate) fn select_number(&mut self, number: usize) -> bool {
        let found = self.offered.iter().flatten().nth(number.wrapping_sub(1));
        self.selected = found.map(|found| found.id.clone());
        self.selected.is_some()
    }
}

/// A draft that the user reads, and how far it is scrolled.
#[derive(Debug, Clone)]
pub(crate) struct DraftView {
    pub(crate) found: FoundDraft,
    pub(crate) scroll: Scroll,
}

/// Returns an age in words: 'just now', '3 minutes ago', '2 days ago'.
pub(crate) fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    let (count, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// Returns the first line of a draft that is new: neither in its base nor in `my_file`.
///
/// `my_file` is the user's side of a merge of files. If all lines of the text are known, the function returns the first
/// line that was written by hand, never read, or taken out, in this order, and otherwise the first line of the text.
pub(crate) fn first_words(draft: &Draft, my_file: Option<&Document>) -> String {
    let base = draft.base.as_ref().map_or_else(String::new, |base| base.document.content.to_string());
    let known = [base.as_str()].into_iter().chain(my_file.map(|mine| mine.content.as_str()));
    let base: HashSet<&str> = known.flat_map(str::lines).collect();
    let has_words = |line: &&str| !line.trim().is_empty();
    let mine = draft.mine.content.to_string();
    let new = mine.lines().filter(has_words).find(|line| !base.contains(line));
    let by_hand = draft.text_by_hand();
    let unplaced = by_hand.iter().flat_map(|text| text.lines()).find(has_words);
    let aside = draft.aside.iter().flat_map(|text| text.lines()).find(has_words);
    let unread = draft.unread.iter().flat_map(|text| text.lines()).find(has_words);
    let line = new.or(unplaced).or(unread).or(aside);
    let line = line.or_else(|| mine.lines().find(has_words)).unwrap_or_default();
    shortened(line.trim())
}

/// Returns the first line of a text that is not blank, shortened.
pub(crate) fn first_line(text: &str) -> String {
    shortened(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(MAX_FIRST_WORDS_COLUMNS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// Returns the details of a draft: its base, its merge, and its author and server if they differ.
pub(crate) fn details(found: &FoundDraft, of_files: bool) -> Vec<String> {
    let draft = &found.draft;
    let base = draft.base.as_ref();
    if of_files {
        // The tags of files mean nothing to users.
        let decisions = draft.merge.as_ref().map(|merge| counted_decisions(merge)).filter(|words| !words.is_empty());
        let others = (found.matches == DraftMatch::OtherTexts).then(|| "the files have changed since".to_owned());
        return decisions.into_iter().chain(others).collect();
    }
    let mut details =
        vec![base.map_or_else(|| "of a new document".to_owned(), |base| format!("based on {}", base.etag))];
    if let Some(merge) = &draft.merge {
        let decisions = counted_decisions(merge);
        let comma = if decisions.is_empty() { "" } else { ", " };
        details.push(format!("in a merge with {}{comma}{decisions}", merge.theirs.etag));
    }
    details.extend(found.other_author.as_ref().map(|author| format!("written as '{author}'")));
    details.extend(found.other_server.as_ref().map(|server| format!("at {server}")));
    details
}

/// Returns '1 decision', '2 decisions' and so on, or an empty text if there is none.
fn counted_decisions(merge: &MergeDraft) -> String {
    match merge.decisions.iter().filter(|record| record.is_last()).count() {
        0 => String::new(),
        1 => "1 decision".to_owned(),
        count => format!("{count} decisions"),
    }
}

/// Returns all lines of a draft: first its text, then text that is not part of it.
pub(crate) fn full_text_lines(draft: &Draft) -> Vec<String> {
    let mine = draft.mine.content.to_string();
    let text = mine.lines().map(str::to_owned);
    let by_hand = draft.text_by_hand();
    let by_hand = by_hand.iter().flat_map(|text| {
        std::iter::once("typed, and in no text yet:".to_owned()).chain(text.lines().map(str::to_owned))
    });
    let unread = draft
        .unread
        .iter()
        .flat_map(|text| std::iter::once("typed, and not read yet:".to_owned()).chain(text.lines().map(str::to_owned)));
    let aside = draft.aside.iter().flat_map(|text| {
        std::iter::once("cut, or replaced by an old version:".to_owned()).chain(text.lines().map(str::to_owned))
    });
    text.chain(by_hand).chain(unread).chain(aside).collect()
}

/// Returns the file in which a text is kept if the user names no other.
pub(crate) fn file_for(folder: &Path, document: &DocumentId) -> PathBuf {
    folder.join(format!("{document}-mine.txt"))
}

#[cfg(test)]
mod tests {
    use contract::Snapshot;

    use super::*;

    #[test]
    fn age_is_in_its_largest_unit() {
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7199, "1 hour ago"),
            (7200, "2 hours ago"),
            (86_400 * 3, "3 days ago"),
        ] {
            assert_eq!(age(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn first_words_are_not_in_the_base() {
        let document = |content: &str| Document { content: content.to_owned(), ..Document::default() };
        let of = |base: &str, mine: &str| {
            let base = Snapshot { etag: "\"v1\"".parse().unwrap(), author: None, at: None, document: document(base) };
            first_words(&Draft::new(Some(base), document(mine)), None)
        };
        assert_eq!(of("# Bread\nflour\n", "# Bread\n\n  rye flour\n"), "rye flour");
        assert_eq!(of("# Bread\nflour\n", "# Bread\n"), "# Bread", "a line was deleted");
        assert_eq!(of("", ""), "");
        assert_eq!(of("", &"é ".repeat(100)), format!("{}…", "é ".repeat(30).trim_end()));
        assert_eq!(first_words(&Draft::new(None, document("\n\nnew\n")), None), "new");
        let draft = Draft::new(None, document("mine\ntyped\n"));
        assert_eq!(first_words(&draft, Some(&document("mine\n"))), "typed", "the other line is in the file");
    }

    #[test]
    fn fate_is_that_of_the_newest_generation() {
        let mut draft = DraftProgress::default();
        assert_eq!(draft.fate(), DraftFate::Written, "nothing has been typed");
        let first = draft.want(true);
        assert_eq!(draft.fate(), DraftFate::Pending);
        draft.failed(first, "no space left".to_owned());
        assert_eq!(draft.fate(), DraftFate::Failed("no space left"));
        assert_eq!(draft.trouble().as_deref(), Some("draft not written: no space left"));
        draft.put(first, KeptElsewhere::Terminal);
        assert_eq!(draft.elsewhere(), Some(&KeptElsewhere::Terminal));
        let second = draft.want(true);
        assert_eq!(draft.elsewhere(), None, "another text was sent to the terminal");
        assert_eq!(draft.fate(), DraftFate::Failed("no space left"), "no later attempt has succeeded");
        draft.written(first);
        assert_eq!((draft.fate(), draft.trouble()), (DraftFate::Pending, None));
        draft.written(second);
        assert_eq!(draft.fate(), DraftFate::Written);
        draft.failed(first, "late".to_owned());
        assert_eq!(draft.fate(), DraftFate::Written, "a newer generation is on the disk");
        let third = draft.want(false);
        draft.failed(third, "no permission".to_owned());
        assert_eq!(draft.trouble().as_deref(), Some("draft not removed: no permission"));
    }
}
