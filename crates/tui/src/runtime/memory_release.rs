//! Returns memory to the system after a response about a long text.
//!
//! A response passes through several forms before its text is on the screen: the body, its parsed string, the pieces of
//! the text, and the sides of a merge. Each is freed soon after, but the allocator keeps much of that memory for later.
//! An editor gets a response only now and then, and its keys need no such memory.

use tokio::task::spawn_blocking;

use crate::event::Event;
use crate::state::State;

/// The shortest text after whose responses memory is returned, in bytes.
const MIN_TEXT_BYTES: usize = 256 * 1024;

/// Whether memory is to be returned after the next frame, and how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MemoryRelease {
    /// The function that returns free memory to the system, if there is one.
    release: Option<fn()>,
    is_due: bool,
}

impl MemoryRelease {
    pub(super) const fn new(release: Option<fn()>) -> Self {
        Self { release, is_due: false }
    }

    /// Notes an event that is about to be handled.
    pub(super) const fn note(&mut self, event: &Event) {
        // After a pause in typing, an open merge is repeated.
        self.is_due |= matches!(
            event,
            Event::Answered { .. }
                | Event::Opened { .. }
                | Event::Paused { .. }
                | Event::VersionRead { .. }
                | Event::VersionRestored { .. }
        );
    }

    /// Returns memory to the system, on another thread, if it is due and a text is long.
    pub(super) fn after_frame(&mut self, state: &State) {
        if !std::mem::take(&mut self.is_due) {
            return;
        }
        if let Some(release) = self.release
            && state.documents().any(|work| work.editor.mine().content.len() >= MIN_TEXT_BYTES)
        {
            spawn_blocking(release);
        }
    }
}
