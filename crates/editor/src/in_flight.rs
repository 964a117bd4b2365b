//! What an editor waits for: the request in flight, a write whose outcome is in doubt, a server that was not found.
//!
//! What becomes of a response is decided in `answers`.

use std::time::Duration;

use contract::Document;

use crate::merging::OpenMerge;
use crate::phase::LastSeen;
use crate::request::{EditorRequest, RequestId};

/// How much of what the event stream tells is remembered while a request is in flight.
const MAX_HEARD_EVENTS: usize = 64;

/// The request in flight. There is never more than one, so responses cannot overtake each other.
#[derive(Debug, Clone)]
pub(crate) struct InFlight {
    pub(crate) request: RequestId,
    pub(crate) ask: EditorRequest,
    pub(crate) purpose: ReadIntent,
    /// The merge whose result is being sent. It comes back if the server refuses the result with a newer version.
    pub(crate) merging: Option<Box<OpenMerge>>,
    /// What the event stream told while the request was in flight, in its order: the last [`MAX_HEARD_EVENTS`].
    pub(crate) heard: Vec<LastSeen>,
    /// Whether the event stream broke off or came back while the request was in flight: it may have missed something.
    pub(crate) missed: bool,
}

impl InFlight {
    /// Takes note of what the event stream told. Of a flood, the oldest is forgotten: it may have been about the
    /// version that this request writes.
    pub(crate) fn note_event(&mut self, known: LastSeen) {
        if self.heard.len() == MAX_HEARD_EVENTS {
            self.heard.remove(0);
            self.missed = true;
        }
        self.heard.push(known);
    }
}

/// What a newer version means that a request brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadIntent {
    /// Somebody wants it: my text meets it, and is merged with it.
    Reconcile,
    /// As `Meet`, and a save was refused (412) without the document that was in its way.
    MeetAfterRefusal,
    /// The machine looked by itself: the text is stale, and stays until somebody wants more.
    Observe,
}

/// A write without a response. It may have been applied, or it may not even have been sent.
#[derive(Debug, Clone)]
pub(crate) struct UncertainWrite {
    /// The text that was sent.
    pub(crate) sent: Document,
    /// The very same write, to be sent again: if it was applied, the server says so instead of applying it twice.
    /// `None` if it named no version, because a second time could overwrite what came in between.
    pub(crate) retry: Option<EditorRequest>,
    /// The merge whose result was sent.
    pub(crate) merging: Option<Box<OpenMerge>>,
    /// Whether any try of it may have arrived.
    pub(crate) may_have_arrived: bool,
    /// Whether the user has asked for another save since.
    pub(crate) save_after: bool,
}

/// What is known of a delete that the user wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MyDelete {
    /// None was sent, or it was refused.
    #[default]
    No,
    /// It may have arrived, and its response was lost.
    InDoubt,
    /// It was applied: the user has deleted the version that their text started from, and needs no copy of it.
    Done,
}

/// No server was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offline {
    /// How many tries in a row failed.
    pub(crate) failures: u32,
}

impl Offline {
    /// How long to wait before the next try: twice as long each time, up to 8 seconds.
    pub(crate) fn retry_delay(self) -> Duration {
        Duration::from_millis(500 << self.failures.min(4))
    }
}
