//! Removes the texts of old versions, if the store was opened to keep only some.
//!
//! Only the content is removed, which is NULL from then on. The rest of the row stays, with number, tag, author, time,
//! hash and title. So numbers are never used again, the tag is still known to be stale, and the tag of the version
//! after it still covers it.
//!
//! For each document the texts that are removed are those of its first versions, up to a number in the document's row.
//! So what is due is found without a search.
//!
//! The writer does this between its batches, in transactions of their own: a text that cannot be removed fails no
//! write. A step is bounded in texts and in bytes. After a start, and once an hour if texts are kept for a time, steps
//! go through all documents; otherwise only through those that were written.

use std::collections::{BTreeSet, VecDeque};
use std::num::NonZeroU64;
use std::time::{Duration, SystemTime};

use contract::{DocumentId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::{SqliteError, queries};

/// The newest versions of each document whose texts are never removed.
pub const MIN_KEPT_VERSIONS: u64 = 10;

/// The texts that one step removes at most, besides two for each write since the step before.
const MAX_STEP_TEXTS: usize = 16;
/// A step ends when it has removed this many bytes.
const MAX_STEP_BYTES: u64 = 2 * 1024 * 1024;
/// The documents that one step looks at when it goes through all of them.
const MAX_STEP_DOCUMENTS: usize = 256;
/// How often all documents are gone through, if texts are kept for a time.
const ROUND_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Which texts of old versions are kept. By default all are.
///
/// A text is removed when no limit that is set keeps it, and never if it is one of the last [`MIN_KEPT_VERSIONS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// How many of the newest versions of each document keep their texts.
    pub versions: Option<NonZeroU64>,
    /// How long a version keeps its text after it was replaced.
    pub time: Option<Duration>,
}

impl Retention {
    fn is_everything(self) -> bool {
        self.versions.is_none() && self.time.is_none()
    }
}

/// The removals that are due.
pub(super) struct TextRemoval {
    keep: Retention,
    /// The time of the newest write; before the first, that of the start.
    now: Timestamp,
    /// The documents that were written, in their order, each once.
    due: VecDeque<DocumentId>,
    queued: BTreeSet<DocumentId>,
    round: Round,
    round_ended: Timestamp,
    /// The writes since the last step.
    writes: usize,
}

impl TextRemoval {
    pub(super) fn new(keep: Retention) -> Self {
        let now = SystemTime::now().into();
        let round = if keep.is_everything() { Round::Ended } else { Round::Due };
        let (due, queued) = (VecDeque::new(), BTreeSet::new());
        Self { keep, now, due, queued, round, round_ended: now, writes: 0 }
    }

    /// Notes a document that is about to have a new version.
    pub(super) fn note_write(&mut self, id: &DocumentId, at: Timestamp) {
        if self.keep.is_everything() {
            return;
        }
        self.writes += 1;
        self.now = self.now.max(at);
        self.queue(id.clone());
        let since = self.now.as_millis().saturating_sub(self.round_ended.as_millis());
        if self.keep.time.is_some() && !self.is_in_round() && Duration::from_millis(since) >= ROUND_INTERVAL {
            self.round = Round::Due;
        }
    }

    /// Whether there is anything to be done.
    pub(super) fn has_work(&self) -> bool {
        !self.due.is_empty() || self.is_in_round()
    }

    /// Whether there is so much to be done that it does not wait until nothing is written.
    pub(super) fn is_behind(&self) -> bool {
        self.due.len() >= MAX_STEP_TEXTS || self.is_in_round()
    }

    fn is_in_round(&self) -> bool {
        !matches!(self.round, Round::Ended)
    }

    /// Does some of what is due. If it cannot be done, it is left for the next start: nothing depends on it.
    pub(super) fn step(&mut self, connection: &mut Connection) {
        if let Err(fault) = self.try_step(connection) {
            tracing::warn!(%fault, "texts of old versions were not removed");
            self.due.clear();
            self.queued.clear();
            self.end_round();
        }
    }

    fn try_step(&mut self, connection: &mut Connection) -> Result<(), SqliteError> {
        let mut room =
            StepBudget { texts: MAX_STEP_TEXTS + 2 * std::mem::take(&mut self.writes), bytes: MAX_STEP_BYTES };
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if self.due.is_empty() && self.is_in_round() {
            let after = if let Round::After(id) = &self.round { Some(id) } else { None };
            let page = document_ids(&transaction, after)?;
            match page.last() {
                Some(last) if page.len() == MAX_STEP_DOCUMENTS => self.round = Round::After(last.clone()),
                _ => self.end_round(),
            }
            for id in page {
                self.queue(id);
            }
        }
        while let Some(id) = self.due.front() {
            remove(&transaction, id, self.keep, self.now, &mut room)?;
            if room.is_used_up() {
                // Perhaps there is more to remove of this one.
                break;
            }
            self.queued.remove(id);
            self.due.pop_front();
        }
        transaction.commit()?;
        Ok(())
    }

    fn queue(&mut self, id: DocumentId) {
        if self.queued.insert(id.clone()) {
            self.due.push_back(id);
        }
    }

    fn end_round(&mut self) {
        self.round = Round::Ended;
        self.round_ended = self.now;
    }
}

/// How far a round through all documents is.
enum Round {
    /// None is under way.
    Ended,
    /// It begins with the next step.
    Due,
    /// Documents up to this one were looked at.
    After(DocumentId),
}

/// What a step may still do.
struct StepBudget {
    texts: usize,
    bytes: u64,
}

impl StepBudget {
    fn is_used_up(&self) -> bool {
        self.texts == 0 || self.bytes == 0
    }
}

/// Some documents, ordered by id.
fn document_ids(connection: &Connection, after: Option<&DocumentId>) -> Result<Vec<DocumentId>, SqliteError> {
    let sql = "SELECT id FROM document WHERE id > ?1 ORDER BY id LIMIT ?2";
    let values = params![after.map_or("", DocumentId::as_str), i64::try_from(MAX_STEP_DOCUMENTS).unwrap_or(i64::MAX)];
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map(values, |row| {
        let id: String = row.get(0)?;
        id.parse().map_err(|_| rusqlite::Error::InvalidColumnName("id".to_owned()))
    })?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Removes the texts of a document that are due, as far as there is room.
fn remove(
    connection: &Connection,
    id: &DocumentId,
    keep: Retention,
    now: Timestamp,
    room: &mut StepBudget,
) -> Result<(), SqliteError> {
    let sql = "SELECT d.removed, v.number FROM document d JOIN version v ON v.sequence = d.current WHERE d.id = ?1";
    let there = connection.prepare_cached(sql)?.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((removed, newest)) = there.optional()?.map(|(removed, newest): (i64, i64)| (removed, newest)) else {
        return Ok(());
    };
    let kept = keep.versions.map_or(MIN_KEPT_VERSIONS, |versions| versions.get().max(MIN_KEPT_VERSIONS));
    let last = newest.saturating_sub(i64::try_from(kept).unwrap_or(i64::MAX));
    let replaced_before = keep.time.map(|time| {
        let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        i64::try_from(now.as_millis()).unwrap_or(i64::MAX).saturating_sub(i64::try_from(time).unwrap_or(i64::MAX))
    });
    let mut done = removed;
    while done < last && !room.is_used_up() {
        let number = done + 1;
        if let Some(limit) = replaced_before
            && replaced_at(connection, id, number)?.is_none_or(|at| at > limit)
        {
            break;
        }
        remove_one(connection, id, number, room)?;
        done = number;
    }
    if done > removed {
        let sql = "UPDATE document SET removed = ?2 WHERE id = ?1";
        connection.prepare_cached(sql)?.execute(params![id.as_str(), done])?;
    }
    Ok(())
}

/// When a version was replaced: the time of the version after it.
fn replaced_at(connection: &Connection, id: &DocumentId, number: i64) -> Result<Option<i64>, SqliteError> {
    let sql = "SELECT at FROM version WHERE document = ?1 AND number = ?2 + 1";
    Ok(connection.prepare_cached(sql)?.query_row(params![id.as_str(), number], |row| row.get(0)).optional()?)
}

/// Removes one text. A damaged one stays as it is: it is a problem to be looked at, and would leave no trace.
fn remove_one(connection: &Connection, id: &DocumentId, number: i64, room: &mut StepBudget) -> Result<(), SqliteError> {
    let stored = match queries::version(connection, id, u64::try_from(number).unwrap_or(0)) {
        Ok(stored) => stored,
        Err(SqliteError::Damaged { .. } | SqliteError::Sqlite(rusqlite::Error::InvalidColumnName(_))) => {
            tracing::warn!(%id, number, "a damaged version keeps its text");
            return Ok(());
        }
        Err(fault) => return Err(fault),
    };
    let Some(document) = stored.and_then(|stored| stored.document) else { return Ok(()) };
    let sql = "UPDATE version SET content = NULL WHERE document = ?1 AND number = ?2";
    connection.prepare_cached(sql)?.execute(params![id.as_str(), number])?;
    room.texts = room.texts.saturating_sub(1);
    room.bytes = room.bytes.saturating_sub(u64::try_from(document.content.len()).unwrap_or(u64::MAX));
    Ok(())
}

#[cfg(test)]
mod tests;
