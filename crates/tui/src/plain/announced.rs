//! What was told so far in plain mode, as it was told.

use std::collections::{BTreeMap, HashMap};

use contract::Policy;
use editor::EditorNotice;

use crate::ids::{DocumentKey, EditorIndex};

/// What was told, as it was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Announced {
    /// Whose editor has the word; none where the lesson has it.
    pub(crate) holder: Option<EditorIndex>,
    pub(crate) lesson: AnnouncedLesson,
    /// Which document was in view of whoever has the editor.
    pub(crate) in_view: Option<DocumentKey>,
    pub(crate) works: HashMap<DocumentKey, AnnouncedText>,
    pub(crate) exchanges: BTreeMap<u64, AnnouncedExchange>,
    pub(crate) note: Option<String>,
    pub(crate) merge_note: Option<String>,
    pub(crate) policy: Option<Policy>,
    /// Whose stream of events was there.
    pub(crate) connected: Vec<bool>,
    pub(crate) at_hand: Vec<String>,
    pub(crate) advice: Option<String>,
}

/// What was told of a document that somebody has open.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnnouncedText {
    pub(crate) lines: Vec<String>,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) notice: Option<EditorNotice>,
}

/// What was told of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnnouncedExchange {
    /// That it waits at the gate.
    Held,
    /// How it ended.
    Ended,
}

impl Announced {
    /// Nothing was told of a lesson, or, where somebody went a step back, all of it was.
    pub(crate) fn of_a_lesson(went_back: bool) -> Self {
        Self { lesson: AnnouncedLesson::new(went_back), ..Self::default() }
    }

    /// Who has the word at the beginning is nothing to talk about.
    pub(crate) fn begins(&mut self, holder: Option<EditorIndex>) {
        self.holder = holder;
    }

    /// Whoever says something hears a note about it, though it is the same as before.
    pub(crate) fn forget_note(&mut self) {
        self.note = None;
        self.merge_note = None;
    }

    /// That was said already.
    pub(crate) fn set_pending(&mut self, lines: &[String]) {
        self.at_hand = lines.to_vec();
    }
}

/// What was told of a lesson.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnnouncedLesson {
    /// How many lines of its tale; none before any was.
    pub(crate) lines: Option<usize>,
    /// Whether somebody went a step back to come here, and has heard it all.
    pub(crate) went_back: bool,
    /// How it stands where it does not just go on.
    pub(crate) stands: Vec<String>,
}

impl AnnouncedLesson {
    /// Nothing so far, or, where somebody went a step back, all that was before it.
    pub(crate) fn new(went_back: bool) -> Self {
        Self { went_back, ..Self::default() }
    }
}
