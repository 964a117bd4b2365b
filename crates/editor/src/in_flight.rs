//! Pending requests: the one in flight, a write of uncertain outcome, an unreachable server.
//!
//! Responses are handled in `responses`.

use std::time::Duration;

use crate::merging::OpenMerge;
use crate::phase::LastSeen;
use crate::request::{EditorRequest, RequestId};
use crate::working_copy::WorkingCopy;

/// How many events of the stream are remembered while a request is in flight.
const MAX_HEARD_EVENTS: usize = 64;

/// The request in flight. There is at most one, so responses cannot overtake each other.
#[derive(Debug, Clone)]
pub(crate) struct InFlight {
    pub(crate) request: RequestId,
    pub(crate) ask: EditorRequest,
    pub(crate) purpose: ReadIntent,
    /// The merge whose result is being sent.
    ///
    /// It is restored if the server refuses the result with a newer version.
    pub(crate) merging: Option<Box<OpenMerge>>,
    /// The events that arrived while the request was in flight, in order: the last [`MAX_HEARD_EVENTS`].
    pub(crate) heard: Vec<LastSeen>,
    /// Whether events may be missing.
    ///
    /// They may be if the event stream broke or reconnected while the request was in flight.
    pub(crate) missed: bool,
}

impl InFlight {
    /// Records an event.
    ///
    /// If there are too many, the oldest is dropped, which may be that of this request's own version.
    pub(crate) fn note_event(&mut self, known: LastSeen) {
        if self.heard.len() == MAX_HEARD_EVENTS {
            self.heard.remove(0);
            self.missed = true;
        }
        self.heard.push(known);
    }
}

/// The intent of a read: how to handle a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadIntent {
    /// The user wants the newer version: my text is merged with it.
    Reconcile,
    /// As `Reconcile`; a save was refused (412) without the document that caused the refusal.
    MeetAfterRefusal,
    /// The editor follows: unedited text is replaced, and edited text becomes stale.
    Follow,
    /// The machine reads on its own, and unedited text becomes stale.
    ///
    /// It stays until the user wants the newer version.
    Observe,
}

/// A write without a response. It may have been applied, or it may never have been sent.
#[derive(Debug, Clone)]
pub(crate) struct UncertainWrite {
    /// The document that was sent.
    pub(crate) sent: WorkingCopy,
    /// A copy of the write, to be sent again.
    ///
    /// If it was applied, the server says so instead of applying it twice.
    ///
    /// `None` if it was refused since, or if it named no version: repeating it could overwrite a newer version.
    pub(crate) retry: Option<EditorRequest>,
    /// The merge whose result was sent.
    pub(crate) merging: Option<Box<OpenMerge>>,
    /// Whether any attempt may have arrived.
    pub(crate) may_have_arrived: bool,
    /// Whether the user has since asked for another save.
    pub(crate) save_after: bool,
}

/// The state of a delete by the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MyDelete {
    /// No delete was sent, or it was refused.
    #[default]
    No,
    /// The delete may have arrived; its response was lost.
    InDoubt,
    /// The delete was applied.
    ///
    /// The user has deleted the version that their text started from, and needs no copy of it.
    Done,
}

/// The server is unreachable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offline {
    /// The number of consecutive failed attempts.
    pub(crate) failures: u32,
}

impl Offline {
    /// Returns the delay before the next attempt: doubled each time, up to 8 seconds.
    pub(crate) fn retry_delay(self) -> Duration {
        Duration::from_millis(500 << self.failures.min(4))
    }
}
