//! Edits of a long text, which are appended to the file of its draft.
//!
//! A draft is written at almost every key. To write all of a long text each time would keep a processor busy for as
//! long as the user types, and the screen would wait for it: with 100,000 lines, a key took 9 ms instead of 2. So the
//! file of a long text has the whole draft once, as JSON. Each later state is a line after it:
//!
//! ```text
//! {"at":1048,"removed":0,"inserted":"x","length":5000001}
//! ```
//!
//! Positions and lengths count bytes of the text; `length` is that of the whole text after the edit, as a check. Once
//! the edits take more than half as much as the draft that they follow, the whole draft is written anew. A state that
//! differs in something else than one text, such as a decision in a merge, is always written as a whole.
//!
//! In a merge, an edit can also be one of a text that is being written by hand. It has the number of that text, from 0:
//!
//! ```text
//! {"hand":0,"at":12,"removed":0,"inserted":"x","length":40}
//! ```
//!
//! Each line is synced before the next one is written, so a crash can only damage the last line: it is ignored when the
//! file is read, and what the state before it has is the draft. A damaged line before others is reported.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use editor::{Draft, MergeDraft, WorkingCopy};
use serde::{Deserialize, Serialize};
use text::Text;

/// The fewest bytes of texts in a draft whose states are appended as edits.
///
/// A shorter draft is quickly written as a whole.
const MIN_TEXT_BYTES: usize = 64 * 1024;

/// An edit, as a line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TextEdit {
    /// The number of the text written by hand; `None` if it is an edit of the document's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hand: Option<usize>,
    at: usize,
    removed: usize,
    inserted: String,
    length: usize,
}

/// The texts of a draft that edits change.
#[derive(Debug)]
pub(super) struct EditedTexts {
    /// The text of the document.
    pub(super) mine: Text,
    /// The texts that are being written by hand in the merge.
    pub(super) hands: Vec<Text>,
}

impl TextEdit {
    /// Returns the edit that turns one text into another, or `None` if they are equal.
    pub(super) fn between(before: &Text, after: &Text) -> Option<Self> {
        let change = after.change_since(before)?;
        let (at, removed) = (change.before.start, change.before.len());
        Some(Self { hand: None, at, removed, inserted: after.slice(change.after).into(), length: after.len() })
    }

    /// Returns whether the edit has less than half of a text.
    pub(super) fn is_shorter_than(&self, text: &Text) -> bool {
        self.inserted.len() < text.len() / 2
    }

    /// Returns the line of the file.
    pub(super) fn to_line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Applies a line of the file to its text. Returns `None` if the line is damaged.
    fn apply_line(texts: &mut EditedTexts, line: &[u8]) -> Option<()> {
        let Self { hand, at, removed, inserted, length } = serde_json::from_slice(line).ok()?;
        let text = match hand {
            None => &mut texts.mine,
            Some(number) => texts.hands.get_mut(number)?,
        };
        let end = at.checked_add(removed).filter(|end| *end <= text.len())?;
        let is_whole = text.is_char_boundary(at) && text.is_char_boundary(end);
        if !is_whole || text.len() - removed + inserted.len() != length {
            return None;
        }
        text.replace(at..end, &inserted);
        Some(())
    }
}

/// Applies the lines after the JSON value of a file to its texts.
///
/// # Errors
///
/// Names the first damaged line, unless it is the last one: that was being written in a crash.
pub(super) fn apply(texts: &mut EditedTexts, lines: &[u8]) -> Result<(), String> {
    let mut lines = lines.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut number = 1;
    while let Some(line) = lines.next() {
        if TextEdit::apply_line(texts, line).is_none() && lines.next().is_some() {
            return Err(format!("edit {number} in it is damaged"));
        }
        number += 1;
    }
    Ok(())
}

/// Returns whether two documents are equal, their texts aside.
pub(super) fn is_equal_besides(one: &WorkingCopy, other: &WorkingCopy) -> bool {
    one.title == other.title && one.parent == other.parent
}

/// Returns whether two merges are equal, the texts that are being written by hand aside.
///
/// The texts are written for the same places, in the same order.
fn are_equal_besides(one: &MergeDraft, other: &MergeDraft) -> bool {
    let MergeDraft { base, base_tag, mine, sent, theirs, over, title, parent, format, full_override, decisions, hands } =
        one;
    (base, base_tag, mine, sent) == (&other.base, &other.base_tag, &other.mine, &other.sent)
        && (theirs, over, title, parent) == (&other.theirs, &other.over, &other.title, &other.parent)
        && (format, full_override, decisions) == (&other.format, &other.full_override, &other.decisions)
        && hands.iter().map(|hand| &hand.about).eq(other.hands.iter().map(|hand| &hand.about))
}

/// Returns the edit of the one text written by hand that differs in two equal merges.
///
/// Returns `Some(None)` if none differs, and `None` if several do.
#[expect(clippy::option_option, reason = "no edit is needed, or more than one")]
fn edit_by_hand(before: &Draft, after: &Draft) -> Option<Option<TextEdit>> {
    let (before, after) = (texts_by_hand(before), texts_by_hand(after));
    let mut edits = before.iter().zip(&after).enumerate().filter(|(_, (before, after))| before != after);
    let Some((number, (before, after))) = edits.next() else { return Some(None) };
    let edit = TextEdit::between(&Text::from(*before), &Text::from(*after));
    edits.next().is_none().then(|| edit.map(|edit| TextEdit { hand: Some(number), ..edit }))
}

/// Returns the texts that are being written by hand in the merge of a draft.
fn texts_by_hand(draft: &Draft) -> Vec<&str> {
    draft.merge.iter().flat_map(|merge| &merge.hands).map(|hand| hand.text.as_str()).collect()
}

/// The content of a draft's file to which edits can be appended.
#[derive(Debug)]
pub(super) struct WrittenDraft {
    /// The state in the file.
    draft: Draft,
    /// The size of the file without the edits that were appended, in bytes.
    begun_bytes: u64,
    /// The size of the file, in bytes.
    bytes: u64,
}

impl WrittenDraft {
    /// Returns whether later states of a draft can be appended as edits.
    pub(super) fn can_have_edits(draft: &Draft) -> bool {
        let in_merge = draft.merge.as_ref().map_or(0, |merge| {
            let whole = merge.full_override.as_ref().map_or(0, String::len);
            merge.base.content.len() + merge.theirs.document.content.len() + whole
        });
        draft.mine.content.len() + in_merge >= MIN_TEXT_BYTES
    }

    /// Describes a file of so many bytes that contains the draft.
    pub(super) const fn new(draft: Draft, bytes: u64) -> Self {
        Self { draft, begun_bytes: bytes, bytes }
    }

    /// Returns the edit that leads to a later state; `Some(None)` if nothing has changed.
    ///
    /// Returns `None` if the later state is to be written as a whole.
    #[expect(clippy::option_option, reason = "no edit is needed, or none is possible")]
    pub(super) fn edit_to(&self, later: &Draft) -> Option<Option<TextEdit>> {
        let Draft { base, mine, manual_edit, aside, unread, merge } = later;
        let written = &self.draft;
        let is_same_merge = match (merge, &written.merge) {
            (None, None) => true,
            (Some(later), Some(written)) => Arc::ptr_eq(later, written) || are_equal_besides(later, written),
            _ => false,
        };
        let is_equal = is_same_merge
            && *base == written.base
            && is_equal_besides(mine, &written.mine)
            && (manual_edit, aside, unread) == (&written.manual_edit, &written.aside, &written.unread);
        if !is_equal || !Self::can_have_edits(later) {
            return None;
        }
        let edits = (TextEdit::between(&written.mine.content, &mine.content), edit_by_hand(written, later)?);
        // A crash between two lines would leave a state that never was.
        let ((edit, None) | (None, edit)) = edits else { return None };
        let appended = self.bytes - self.begun_bytes;
        let added = edit.as_ref().map_or(0, |edit| u64::try_from(edit.inserted.len()).unwrap_or(u64::MAX));
        (appended.saturating_add(added) <= self.begun_bytes / 2).then_some(edit)
    }

    /// Appends an edit to the file, and syncs it.
    ///
    /// Returns false if the file is not the one that was written.
    ///
    /// # Errors
    ///
    /// If the edit cannot be written. The file is as before, as far as the disk allows.
    pub(super) fn append(&mut self, path: &Path, later: &Draft, edit: Option<&TextEdit>) -> io::Result<bool> {
        // A file that cannot be opened may still be replaced.
        let Ok(mut file) = OpenOptions::new().append(true).open(path) else { return Ok(false) };
        if file.metadata()?.len() != self.bytes {
            return Ok(false);
        }
        if let Some(edit) = edit {
            let line = edit.to_line()?;
            if let Err(error) = file.write_all(&line).and_then(|()| file.sync_data()) {
                // Otherwise the next attempt finds another size, and writes the whole draft.
                let _ = file.set_len(self.bytes);
                return Err(error);
            }
            self.bytes += u64::try_from(line.len()).unwrap_or(u64::MAX);
        }
        self.draft = later.clone();
        Ok(true)
    }
}
