//! The record of what was told so far in plain mode.

use std::collections::{BTreeMap, HashMap};

use contract::Policy;
use editor::EditorNotice;

use crate::ids::{DocumentKey, EditorIndex};

/// All that was told, as it was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Announced {
    /// Whose editor has the word; `None` if the lesson has it.
    pub(crate) holder: Option<EditorIndex>,
    pub(crate) lesson: AnnouncedLesson,
    /// Which document was in view of the editor that has the word.
    pub(crate) in_view: Option<DocumentKey>,
    pub(crate) works: HashMap<DocumentKey, AnnouncedText>,
    pub(crate) exchanges: BTreeMap<u64, AnnouncedExchange>,
    pub(crate) note: Option<String>,
    pub(crate) merge_note: Option<String>,
    pub(crate) policy: Option<Policy>,
    /// Whether the stream of events was there, for each editor.
    pub(crate) connected: Vec<bool>,
    pub(crate) at_hand: Vec<String>,
    pub(crate) advice: Option<String>,
}

/// The part about an open document.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnnouncedText {
    pub(crate) lines: Vec<String>,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) notice: Option<EditorNotice>,
}

/// The part about an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnnouncedExchange {
    /// That it waits at the gate.
    Held,
    /// How it ended.
    Ended,
}

impl Announced {
    /// Nothing was told of a lesson or, if the user went a step back, all of it was.
    pub(crate) fn of_a_lesson(went_back: bool) -> Self {
        Self { lesson: AnnouncedLesson::new(went_back), ..Self::default() }
    }

    /// Who has the word at the beginning is nothing to talk about.
    pub(crate) fn begins(&mut self, holder: Option<EditorIndex>) {
        self.holder = holder;
    }

    /// Forgets the last note: a new line is answered with a note even if it is the same as before.
    pub(crate) fn forget_note(&mut self) {
        self.note = None;
        self.merge_note = None;
    }

    /// That was said already.
    pub(crate) fn set_pending(&mut self, lines: &[String]) {
        self.at_hand = lines.to_vec();
    }
}

/// The part about a lesson.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnnouncedLesson {
    /// How many lines of its run log; `None` before any was.
    pub(crate) lines: Option<usize>,
    /// Whether the user went a step back to come here, and has heard it all.
    pub(crate) went_back: bool,
    /// Its state if it does not just go on.
    pub(crate) stands: Vec<String>,
}

impl AnnouncedLesson {
    /// Nothing so far or, if the user went a step back, all that was before it.
    pub(crate) fn new(went_back: bool) -> Self {
        Self { went_back, ..Self::default() }
    }
}
