//! The panic hook of a program that draws.
//!
//! In the loop that draws, the terminal is given back first, so that the message can be read. On any other
//! thread the screen must be left alone, because the program is still drawing on it: the message goes to the log, and
//! [`crate::tasks`] reports the end of the task.

use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::thread;

use crate::guard::TerminalModes;

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// Our hook, until this is dropped.
pub struct PanicHook {
    before: Arc<Hook>,
}

impl PanicHook {
    /// Puts our hook in front of the present one. Call it on the thread that draws.
    #[must_use]
    pub fn set(modes: TerminalModes) -> Self {
        let before: Arc<Hook> = panic::take_hook().into();
        let drawing = thread::current().id();
        let next = Arc::clone(&before);
        panic::set_hook(Box::new(move |info| {
            // A spawned task may run on this very thread, and its panic is caught: it is not ours.
            let ours = thread::current().id() == drawing && tokio::task::try_id().is_none();
            if ours {
                modes.restore();
                next(info);
            } else {
                tracing::error!(panic = %info, "a task panicked");
            }
        }));
        Self { before }
    }
}

impl Drop for PanicHook {
    fn drop(&mut self) {
        // While a panic unwinds, hooks cannot be changed, and the process is ending anyway.
        if !thread::panicking() {
            let before = Arc::clone(&self.before);
            panic::set_hook(Box::new(move |info| before(info)));
        }
    }
}
