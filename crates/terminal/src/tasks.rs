//! Starts tasks whose panics are reported as events.
//!
//! A task that panics would otherwise end silently, and the program would wait for it for ever. With the event, the
//! program can end in order. All tasks are started with [`Tasks::spawn`].

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::task::JoinSet;

use crate::event::{EventSink, TerminalEvent};

/// The tasks of a program, which are aborted when the value is dropped.
pub struct Tasks<S> {
    running: JoinSet<()>,
    events: S,
}

impl<S: EventSink> Tasks<S> {
    /// Returns an empty set of tasks. Panics are sent to `events`.
    #[must_use]
    pub fn new(events: S) -> Self {
        Self { running: JoinSet::new(), events }
    }

    /// Starts a task.
    pub fn spawn(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        while self.running.try_join_next().is_some() {}
        let events = self.events.clone();
        // Nothing reads the state of a task after its panic, so it may be in any state.
        let caught = AssertUnwindSafe(task).catch_unwind();
        self.running.spawn(async move {
            if let Err(panic) = caught.await {
                // An error means that the program is ending already.
                let _ = events.send(TerminalEvent::TaskDied { name: name.into(), why: words(panic.as_ref()) });
            }
        });
    }

    /// Aborts every task, and waits until all of them have ended.
    pub async fn stopped(mut self) {
        self.running.shutdown().await;
    }

    /// Waits until all tasks have ended by themselves.
    pub async fn finished(mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

/// Returns the message of a panic, or a placeholder if the message is not a string.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panic_in_a_task_is_an_event() {
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let mut tasks = Tasks::new(sender);
        tasks.spawn("good", async {});
        tasks.spawn("bad", async { panic!("seven {}", 7) });
        let Some(TerminalEvent::TaskDied { name, why }) = events.recv().await else { panic!() };
        assert_eq!((name.as_ref(), why.as_str()), ("bad", "seven 7"));
        tasks.finished().await;
    }
}
