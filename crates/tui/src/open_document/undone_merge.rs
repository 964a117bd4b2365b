//! Lines of others that the user has taken back with a merge.
//!
//! The text lacks them, and its base has them.
//!
//! After a merge is saved, Ctrl-Z still leads back to the text before it. The next save would then remove the lines of
//! others for all, as if the user had deleted them. So a sign stays until the text has them again or is saved.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use contract::{Author, EntityTag};
use editor::Editor;
use merge_view::list_diff::hunks;
use text::Text;

/// The time limit for finding the lines that were taken back; after it there are a few too many.
const DIFF_BUDGET: Duration = Duration::from_millis(50);

/// The longest text that is searched for the lines after each edit.
///
/// In a longer one, the sign stays until the text is saved, or until the step is made again.
const MAX_SEARCHED_BYTES: usize = 1 << 18;

/// The merges that others have a part in, and what the user has taken back of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct UndoneMerge {
    /// The author of the version that was merged, or `None` if there were several or it is not known.
    merged: Option<Author>,
    /// Whether a version has been merged into the text.
    has_merged: bool,
    lacking: Option<LackingLines>,
}

/// Lines that the base has and the text lacks.
#[derive(Debug, Clone)]
struct LackingLines {
    lines: Vec<String>,
    /// The base when they were taken back.
    base: Option<EntityTag>,
}

impl LackingLines {
    /// Returns whether a text has all of these lines.
    fn is_all_in(&self, text: Option<&Text>) -> bool {
        let text = text.map(ToString::to_string).unwrap_or_default();
        let present: HashSet<&str> = text.lines().collect();
        self.lines.iter().all(|line| present.contains(line.as_str()))
    }
}

impl UndoneMerge {
    /// Notes that a version has replaced the user's text, or was merged into it.
    pub(crate) fn on_replaced(&mut self, author: Option<Author>) {
        self.merged = author.filter(|author| !self.has_merged || self.merged.as_ref() == Some(author));
        self.has_merged = true;
    }

    /// Notes that the user took such a step back. `before` is the text with it.
    pub(crate) fn on_taken_back(&mut self, before: &Text, editor: &Editor) {
        if !self.has_merged {
            return;
        }
        let [before, after] = [before, &editor.mine().content].map(ToString::to_string);
        let in_base = editor.base().map(|base| base.document.content.to_string()).unwrap_or_default();
        let in_base: HashSet<&str> = in_base.lines().collect();
        let [before, after] = [&before, &after].map(|text| text.lines().collect::<Vec<_>>());
        let found = hunks(&after, &before, Some(Instant::now() + DIFF_BUDGET));
        let lines = found.into_iter().flat_map(|hunk| before[hunk.new].to_vec());
        let lines: Vec<String> =
            lines.filter(|line| !line.trim().is_empty() && in_base.contains(line)).map(ToOwned::to_owned).collect();
        let base = editor.base().map(|base| base.etag.clone());
        self.lacking = Some(LackingLines { lines, base }).filter(|lacking| !lacking.lines.is_empty());
        self.follow(editor);
    }

    /// Follows an edit or a response: the lines may be there again, or the text may be saved.
    pub(crate) fn follow(&mut self, editor: &Editor) {
        let content = &editor.mine().content;
        self.lacking.take_if(|lacking| {
            let base = editor.base().map(|base| &base.etag);
            let is_rebased = lacking.base.as_ref() != base;
            lacking.base = base.cloned();
            let is_saved = is_rebased && !lacking.is_all_in(editor.base().map(|base| &base.document.content));
            is_saved
                || !editor.has_unsaved()
                || (content.len() <= MAX_SEARCHED_BYTES && lacking.is_all_in(Some(content)))
        });
    }

    /// Returns whether a version of others has replaced the text, or was merged into it.
    pub(crate) const fn has_merged(&self) -> bool {
        self.has_merged
    }

    /// Returns whether the text lacks lines of others that its base has.
    pub(crate) const fn is_lacking(&self) -> bool {
        self.lacking.is_some()
    }

    /// Returns the author of the merged version, or `None` if there are several or none is known.
    pub(crate) const fn author(&self) -> Option<&Author> {
        self.merged.as_ref()
    }
}
