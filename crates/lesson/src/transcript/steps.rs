//! The steps of a run log, for the formats.

use crate::run_log::{LogEntry, RunLog};

/// Returns the steps of a run log, each with the entries that follow it.
pub(super) fn steps(log: &RunLog) -> impl Iterator<Item = (&LogEntry, &[LogEntry])> {
    let starts = |moment: &LogEntry| matches!(moment, LogEntry::Step { .. });
    let mut rest = log.entries.as_slice();
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        let end = after.iter().position(starts).unwrap_or(after.len());
        let (inside, next) = after.split_at(end);
        rest = next;
        Some((first, inside))
    })
}
