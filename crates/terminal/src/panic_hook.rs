//! The panic hook of a program that draws.
//!
//! If the event loop that draws panics, the terminal is restored first, so that the message can be read. If a task or
//! another thread panics, the program is still drawing: the message goes to the log, and [`crate::tasks`] reports the
//! end of the task.

use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::thread;

use crate::guard::TerminalModes;

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// Our panic hook. Dropping the value restores the previous hook.
pub struct PanicHook {
    before: Arc<Hook>,
}

impl PanicHook {
    /// Sets our hook, which calls the previous one after restoring the terminal.
    ///
    /// Call this on the thread that draws.
    #[must_use]
    pub fn set(modes: TerminalModes) -> Self {
        let before: Arc<Hook> = panic::take_hook().into();
        let drawing = thread::current().id();
        let next = Arc::clone(&before);
        panic::set_hook(Box::new(move |info| {
            // A spawned task may run on this thread too, but `Tasks` catches its panic.
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
