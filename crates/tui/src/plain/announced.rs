//! The state that plain mode has printed so far.

use std::collections::{BTreeMap, HashMap};

use contract::{Policy, QuestionState};
use editor::EditorNotice;
use text::Text;

use crate::ids::{DocumentKey, EditorIndex};
use crate::open_document::Properties;

/// The state as it was printed last: a part that differs from it is printed again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Announced {
    /// The editor that the lines go to; `None` if they go to the lesson.
    pub(crate) holder: Option<EditorIndex>,
    pub(crate) lesson: AnnouncedLesson,
    /// The document in view of that editor.
    pub(crate) in_view: Option<DocumentKey>,
    pub(crate) works: HashMap<DocumentKey, AnnouncedText>,
    pub(crate) exchanges: BTreeMap<u64, AnnouncedExchange>,
    pub(crate) note: Option<String>,
    pub(crate) merge_note: Option<String>,
    pub(crate) policy: Option<Policy>,
    pub(crate) question: AnnouncedQuestion,
    /// Whether the event stream was open, for each editor.
    pub(crate) connected: Vec<bool>,
    pub(crate) at_hand: Vec<String>,
    pub(crate) advice: Option<String>,
}

/// The question as it was printed last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AnnouncedQuestion {
    /// Its id, its round and its state; `None` if there was no question.
    pub(crate) state: Option<(String, u32, QuestionState)>,
    /// The outcome of my answer.
    pub(crate) status: Option<String>,
}

/// An open document as it was printed last.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnnouncedText {
    // A snapshot, which shares what has not changed: the text can be long, and there is one for each event.
    pub(crate) text: Text,
    pub(crate) properties: Option<Properties>,
    pub(crate) status: String,
    pub(crate) notice: Option<EditorNotice>,
}

/// The last line that was printed about an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnnouncedExchange {
    /// It waits at the gate.
    Held,
    /// It ended.
    Ended,
}

impl Announced {
    /// Returns the state before anything of a lesson was printed.
    ///
    /// If the user went a step back, all earlier steps count as printed.
    pub(crate) fn of_a_lesson(went_back: bool) -> Self {
        Self { lesson: AnnouncedLesson::new(went_back), ..Self::default() }
    }

    /// Sets the holder at the beginning, which is not printed.
    pub(crate) fn begins(&mut self, holder: Option<EditorIndex>) {
        self.holder = holder;
    }

    /// Forgets the last note, so that the same note is printed again for a new line.
    pub(crate) fn forget_note(&mut self) {
        self.note = None;
        self.merge_note = None;
    }

    /// Marks these lines about a question, a conflict or a list as printed.
    pub(crate) fn set_pending(&mut self, lines: &[String]) {
        self.at_hand = lines.to_vec();
    }
}

/// A lesson as it was printed last.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnnouncedLesson {
    /// The number of lines of its run log that were printed; `None` before the first.
    pub(crate) lines: Option<usize>,
    /// Whether the user went a step back, so that all lines up to here were printed before.
    pub(crate) went_back: bool,
    /// The lines of the run log, by number, that are not printed until a question is answered.
    pub(crate) withheld: Vec<usize>,
    /// The lines about a lesson that was taken over, that cannot go on, or that is over.
    pub(crate) status: Vec<String>,
}

impl AnnouncedLesson {
    /// Returns the state before anything of a lesson was printed.
    ///
    /// If the user went a step back, all earlier steps count as printed.
    pub(crate) fn new(went_back: bool) -> Self {
        Self { went_back, ..Self::default() }
    }
}
