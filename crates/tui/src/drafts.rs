//! Drafts as an editor shows them: those that are offered when a document is opened, and what became of the one that is
//! being kept.
//!
//! What is shown of a draft is what happened to it. So nothing in here says that a draft is on the disk before that was
//! told, and what is said of the drafts that are offered is read from them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::{DraftId, DraftMatch, FoundDraft};
use contract::{Document, DocumentId};
use editor::{Draft, MergeDraft};

use crate::ids::EditorIndex;
use crate::scroll::Scroll;

/// How many characters of a draft's first words are shown.
const MAX_FIRST_WORDS_COLUMNS: usize = 60;

/// How far the draft of an open document has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct DraftProgress {
    /// Counts what was wanted so far: each text to be kept, and each time that nothing was to be kept any more.
    wanted: u64,
    /// Whether a text is to be kept.
    keeps: bool,
    /// The last that is on the disk.
    done: u64,
    /// Why the last that was tried is not on the disk.
    failed: Option<String>,
    /// Where the text was put instead, and which text that was.
    elsewhere: Option<(u64, KeptElsewhere)>,
}

/// Where a text is that no draft keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeptElsewhere {
    /// In that file.
    File(PathBuf),
    /// It was sent to the terminal for its clipboard. Whether the terminal took it, the terminal does not tell.
    Terminal,
}

/// What became of the draft of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DraftFate<'a> {
    /// It is on the disk.
    Written,
    /// It is on its way there.
    Pending,
    /// It could not be written, for this reason.
    Failed(&'a str),
}

impl DraftProgress {
    /// Counts something that is wanted of the draft: that it keeps a text, or that it goes. Returns its generation.
    pub(crate) fn want(&mut self, keeps: bool) -> u64 {
        self.wanted += 1;
        self.keeps = keeps;
        self.wanted
    }

    /// Goes on counting where another has ended: the same file is written, and a wish is told from one of before by its
    /// number.
    pub(crate) fn go_on_from(&mut self, earlier: &Self) {
        if earlier.wanted > self.wanted {
            *self = earlier.clone();
        }
    }

    /// The generation of the text that is here now.
    pub(crate) const fn generation(&self) -> u64 {
        self.wanted
    }

    /// That generation is on the disk.
    pub(crate) fn written(&mut self, generation: u64) {
        self.done = self.done.max(generation);
        self.failed = None;
    }

    /// That generation could not be brought to the disk.
    pub(crate) fn failed(&mut self, generation: u64, why: String) {
        if generation > self.done {
            self.failed = Some(why);
        }
    }

    /// The text of that generation was put there.
    pub(crate) fn put(&mut self, generation: u64, elsewhere: KeptElsewhere) {
        self.elsewhere = Some((generation, elsewhere));
    }

    /// What became of the text that is here now.
    pub(crate) fn fate(&self) -> DraftFate<'_> {
        match &self.failed {
            _ if self.done >= self.wanted => DraftFate::Written,
            Some(why) => DraftFate::Failed(why),
            None => DraftFate::Pending,
        }
    }

    /// Where the text that is here now was put, beside the draft.
    pub(crate) fn elsewhere(&self) -> Option<&KeptElsewhere> {
        self.elsewhere.as_ref().filter(|(generation, _)| *generation == self.wanted).map(|(_, elsewhere)| elsewhere)
    }

    /// What is wrong with the draft, in words for the line of state; `None` if nothing is.
    pub(crate) fn trouble(&self) -> Option<String> {
        let why = self.failed.as_ref()?;
        Some(format!("draft not {}: {why}", if self.keeps { "written" } else { "removed" }))
    }
}

/// The drafts that may be gone on with, in front of a document that is being opened.
#[derive(Debug, Clone)]
pub(crate) struct DraftChooser {
    pub(crate) seat: EditorIndex,
    pub(crate) document: DocumentId,
    /// The drafts; `None` while they are looked for, and while a choice is carried out.
    offered: Option<Vec<FoundDraft>>,
    /// Whether the user has been asked to choose.
    was_offered: bool,
    /// Whether the user has begun to choose: until then, letters are text that goes on.
    is_in_use: bool,
    /// Which of them is selected. It is one of them, never a place in the list: a key that was meant for a draft that
    /// has gone must not meet its neighbour.
    selected: Option<DraftId>,
}

impl DraftChooser {
    /// Drafts of that document are looked for.
    pub(crate) const fn new(seat: EditorIndex, document: DocumentId) -> Self {
        Self { seat, document, offered: None, was_offered: false, is_in_use: false, selected: None }
    }

    /// Whether it is about that document of that editor.
    pub(crate) fn is_about(&self, seat: EditorIndex, document: &DocumentId) -> bool {
        self.seat == seat && self.document == *document
    }

    /// These are what was found.
    pub(crate) fn offer(&mut self, offered: Vec<FoundDraft>) {
        self.selected.take_if(|selected| !offered.iter().any(|found| found.id == *selected));
        self.offered = Some(offered);
        self.was_offered = true;
    }

    /// Whether the user has been asked to choose.
    pub(crate) const fn was_offered(&self) -> bool {
        self.was_offered
    }

    /// Whether the user has begun to choose.
    pub(crate) const fn is_in_use(&self) -> bool {
        self.is_in_use
    }

    /// A choice is on its way: until something comes of it, there is nothing to choose from.
    pub(crate) fn chosen(&mut self) {
        self.offered = None;
    }

    /// The drafts, the newest first; none while they are looked for.
    pub(crate) fn offered(&self) -> Option<&[FoundDraft]> {
        self.offered.as_deref()
    }

    /// The draft that is selected.
    pub(crate) fn selected(&self) -> Option<&FoundDraft> {
        let selected = self.selected.as_ref()?;
        self.offered()?.iter().find(|found| found.id == *selected)
    }

    /// Moves the selection, down if positive. The first step selects the first one.
    pub(crate) fn select(&mut self, by: isize) {
        let Some(offered) = &self.offered else { return };
        self.is_in_use = true;
        let at = self.selected.as_ref().and_then(|id| offered.iter().position(|found| found.id == *id));
        let last = offered.len().saturating_sub(1);
        let next = at.map_or(if by == isize::MAX { last } else { 0 }, |at| at.saturating_add_signed(by).min(last));
        self.selected = offered.get(next).map(|found| found.id.clone());
    }

    /// Selects the draft of that number, counted from 1; false if there is none.
    pub(crate) fn select_number(&mut self, number: usize) -> bool {
        let found = self.offered.iter().flatten().nth(number.wrapping_sub(1));
        self.selected = found.map(|found| found.id.clone());
        self.selected.is_some()
    }
}

/// A draft that is looked at, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct DraftView {
    pub(crate) found: FoundDraft,
    pub(crate) scroll: Scroll,
}

/// How long ago that is: 'just now', '3 minutes ago', '2 days ago'.
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

/// Returns the first words of a draft that are not in its base, nor in `my_file`, which is my side of a merge of files;
/// those of its text, if it only left something out. What is in no text yet comes before what is in both.
pub(crate) fn first_words(draft: &Draft, my_file: Option<&Document>) -> String {
    let known = draft.base.iter().map(|base| &base.document).chain(my_file);
    let base: HashSet<&str> = known.flat_map(|document| document.content.lines()).collect();
    let has_words = |line: &&str| !line.trim().is_empty();
    let new = draft.mine.content.lines().filter(has_words).find(|line| !base.contains(line));
    let by_hand = draft.text_by_hand();
    let unplaced = by_hand.iter().flat_map(|text| text.lines()).find(has_words);
    let aside = draft.aside.iter().flat_map(|text| text.lines()).find(has_words);
    let unread = draft.unread.iter().flat_map(|text| text.lines()).find(has_words);
    let line = new.or(unplaced).or(unread).or(aside);
    let line = line.or_else(|| draft.mine.content.lines().find(has_words)).unwrap_or_default();
    shortened(line.trim())
}

/// The first line of a text that is not blank, shortened.
pub(crate) fn first_line(text: &str) -> String {
    shortened(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(MAX_FIRST_WORDS_COLUMNS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// What else there is to know about a draft: what it is based on, the merge that it is in, and what is written
/// otherwise than here.
pub(crate) fn details(found: &FoundDraft, of_files: bool) -> Vec<String> {
    let draft = &found.draft;
    let base = draft.base.as_ref();
    if of_files {
        // The tags of files are for programs.
        let decisions = draft.merge.as_ref().map(|merge| counted_decisions(merge)).filter(|words| !words.is_empty());
        let others = (found.matches == DraftMatch::OtherTexts).then(|| "the files had other texts".to_owned());
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

/// '1 decision', '2 decisions', or nothing.
fn counted_decisions(merge: &MergeDraft) -> String {
    match merge.decisions.iter().filter(|record| record.is_last()).count() {
        0 => String::new(),
        1 => "1 decision".to_owned(),
        count => format!("{count} decisions"),
    }
}

/// A draft whole: the lines of its text, and what was typed and is in no text yet, was never read, or was taken out.
pub(crate) fn full_text_lines(draft: &Draft) -> Vec<String> {
    let text = draft.mine.content.lines().map(str::to_owned);
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

/// The file that a text is kept in if nothing else is said.
pub(crate) fn file_for(folder: &Path, document: &DocumentId) -> PathBuf {
    folder.join(format!("{document}-mine.txt"))
}

#[cfg(test)]
mod tests {
    use contract::Snapshot;

    use super::*;

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
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
    fn first_words_are_those_that_the_base_has_not() {
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
        assert_eq!(first_words(&draft, Some(&document("mine\n"))), "typed", "the file has the other line");
    }

    #[test]
    fn a_fate_is_what_was_told_of_the_last_text() {
        let mut draft = DraftProgress::default();
        assert_eq!(draft.fate(), DraftFate::Written, "nothing was typed since it was read");
        let first = draft.want(true);
        assert_eq!(draft.fate(), DraftFate::Pending);
        draft.failed(first, "no space left".to_owned());
        assert_eq!(draft.fate(), DraftFate::Failed("no space left"));
        assert_eq!(draft.trouble().as_deref(), Some("draft not written: no space left"));
        draft.put(first, KeptElsewhere::Terminal);
        assert_eq!(draft.elsewhere(), Some(&KeptElsewhere::Terminal));
        let second = draft.want(true);
        assert_eq!(draft.elsewhere(), None, "that was another text");
        assert_eq!(draft.fate(), DraftFate::Failed("no space left"), "until it is written");
        draft.written(first);
        assert_eq!((draft.fate(), draft.trouble()), (DraftFate::Pending, None));
        draft.written(second);
        assert_eq!(draft.fate(), DraftFate::Written);
        draft.failed(first, "late".to_owned());
        assert_eq!(draft.fate(), DraftFate::Written, "a newer one is there");
        let third = draft.want(false);
        draft.failed(third, "no permission".to_owned());
        assert_eq!(draft.trouble().as_deref(), Some("draft not removed: no permission"));
    }
}
