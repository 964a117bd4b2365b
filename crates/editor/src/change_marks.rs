//! The changed lines of an editor's text: those of the user, and those of a newer version.
//!
//! Off unless the caller asks for it ([`EditorInput::MarkChanges`](crate::EditorInput::MarkChanges)). Nothing here
//! changes my text, its base or the phase. How the newer version is read, in the background, is in `prefetch`.

use contract::EntityTag;
use merge::Hunk;
use text::Text;

use crate::changed_lines::{ChangedLines, LineComparison};
use crate::known_version::KnownVersion;
use crate::request::RequestId;
use crate::saves_since::has_gap;
use crate::text_changes::{TextChange, TextChanges};

/// The most earlier versions that are kept, to tell which one made a change.
const MAX_EARLIER_VERSIONS: usize = 8;

/// Which changed lines an editor keeps track of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MarkedChanges {
    /// None.
    #[default]
    None,
    /// Those of the user.
    Mine,
    /// Those of the user and, while the text is stale, those of the newer version.
    ///
    /// The newer version is read in the background.
    All,
}

/// A newer version than the base, and the lines in which it differs from the base.
#[derive(Debug, Clone)]
struct NewerText {
    known: KnownVersion,
    lines: ChangedLines,
}

/// A side of the comparison with the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ComparedSide {
    Mine,
    Theirs,
}

/// The changed lines.
#[derive(Debug, Clone)]
pub(crate) struct ChangeMarks {
    mine: ChangedLines,
    newer: Option<NewerText>,
    /// Versions that were the newer one before, the oldest first: the last [`MAX_EARLIER_VERSIONS`].
    earlier: Vec<NewerText>,
    /// Whether newer versions are read in the background.
    pub(crate) prefetches: bool,
    /// The read in the background that has no response yet.
    pub(crate) prefetching: Option<RequestId>,
    /// The version for which a read in the background was last sent.
    pub(crate) prefetched: Option<EntityTag>,
    /// The comparisons that are being carried out elsewhere: at most one for each side.
    comparing: Vec<(u64, ComparedSide, LineComparison)>,
    comparisons: u64,
}

impl ChangeMarks {
    /// Compares my text with its base.
    pub(crate) fn new(base: &Text, mine: &Text, prefetches: bool) -> Self {
        Self {
            mine: ChangedLines::new(base, mine),
            newer: None,
            earlier: Vec::new(),
            prefetches,
            prefetching: None,
            prefetched: None,
            comparing: Vec::new(),
            comparisons: 0,
        }
    }

    /// Follows an edit of my text.
    pub(crate) fn follow(&mut self, mine: &Text) {
        self.mine.follow(mine);
    }

    /// Compares both sides with another base.
    pub(crate) fn set_base(&mut self, base: &Text, tag: Option<&EntityTag>, mine: &Text) {
        self.mine = ChangedLines::new(base, mine);
        self.earlier.clear();
        self.newer.take_if(|newer| tag.is_none_or(|tag| newer.known.etag == *tag));
        if let Some(newer) = &mut self.newer {
            newer.lines = ChangedLines::new(base, newer.lines.side());
        }
    }

    /// Keeps the text of a version that is newer than the base, in place of an older one.
    pub(crate) fn set_newer(&mut self, version: KnownVersion) {
        let lines = ChangedLines::new(self.mine.base(), &version.document.content);
        if let Some(before) = self.newer.replace(NewerText { known: version, lines }) {
            if self.earlier.len() == MAX_EARLIER_VERSIONS {
                self.earlier.remove(0);
            }
            self.earlier.push(before);
        }
    }

    /// Forgets the newer version.
    pub(crate) fn forget_newer(&mut self) {
        self.newer = None;
        self.earlier.clear();
    }

    /// Returns the newer version, or `None` if its text is not here.
    pub(crate) fn newer(&self) -> Option<&KnownVersion> {
        self.newer.as_ref().map(|newer| &newer.known)
    }

    /// Returns the version that made a change of the newer version, or `None` if that is not known.
    ///
    /// It is the first version received that has the change. Between that one and the one received before it, there may
    /// be versions that were not received: then each of their authors can have made the change.
    pub(crate) fn introduced_by(&self, change: &TextChange, base: Option<&EntityTag>) -> Option<&KnownVersion> {
        let newer = self.newer.as_ref()?;
        let has_it = |version: &NewerText| version.lines.has_change_of(&newer.lines, &change.base, &change.theirs);
        let first = self.earlier.iter().position(has_it);
        let version = first.map_or(newer, |first| &self.earlier[first]);
        let before = self.earlier[..first.unwrap_or(self.earlier.len())].last();
        let before = before.map(|before| &before.known.etag).or(base);
        (!has_gap(before, &version.known.etag)).then_some(&version.known)
    }

    /// Returns the changes; `with_newer` says whether the newer version is still worth showing.
    pub(crate) fn changes(&self, with_newer: bool) -> TextChanges<'_> {
        let newer = self.newer.as_ref().filter(|_| with_newer);
        TextChanges::new(&self.mine, newer.map(|newer| &newer.lines))
    }

    /// Returns the comparisons that are due and are not being carried out yet, with their numbers.
    pub(crate) fn compare(&mut self) -> Vec<(u64, LineComparison)> {
        let theirs = self.newer.as_ref().and_then(|newer| newer.lines.due());
        let due = [(ComparedSide::Mine, self.mine.due()), (ComparedSide::Theirs, theirs)];
        let mut comparisons = Vec::new();
        for (side, texts) in due {
            let Some(texts) = texts.filter(|_| self.comparing.iter().all(|(_, other, _)| *other != side)) else {
                continue;
            };
            self.comparisons += 1;
            self.comparing.push((self.comparisons, side, texts.clone()));
            comparisons.push((self.comparisons, texts));
        }
        comparisons
    }

    /// Handles the result of a comparison that was carried out elsewhere.
    ///
    /// My text may have been edited meanwhile; the edit is then followed as any other.
    pub(crate) fn on_compared(&mut self, comparison: u64, hunks: Vec<Hunk>) {
        let Some(at) = self.comparing.iter().position(|(number, ..)| *number == comparison) else { return };
        let (_, side, texts) = self.comparing.swap_remove(at);
        let lines = match side {
            ComparedSide::Mine => Some(&mut self.mine),
            ComparedSide::Theirs => self.newer.as_mut().map(|newer| &mut newer.lines),
        };
        if let Some(lines) = lines {
            lines.accept(texts, hunks);
        }
    }
}
