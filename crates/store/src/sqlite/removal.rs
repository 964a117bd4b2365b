//! Removes the texts of old versions, if the store was opened to keep only some.
//!
//! Only the content is removed, which is NULL from then on. The rest of the row stays, with number, tag, author, time,
//! hash and title. So numbers are never used again, the tag is still known to be stale, and the tag of the next version
//! still covers it.
//!
//! The removed texts of a document are those of its first versions, up to a number in the document's row. So the next
//! one to remove is found without a search.
//!
//! The writer does this between its batches, in transactions of their own: a text that cannot be removed fails no
//! write. A step is bounded in texts and in bytes. After a start, and once an hour if texts are kept for a time, steps
//! visit all documents; otherwise only those that were written.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, SystemTime};

use contract::{DocumentId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::error::SqliteError;
use super::queries;
use crate::options::Retention;

/// The number of texts that one step removes, besides two for each write since the step before.
const MAX_STEP_TEXTS: usize = 16;
/// The number of bytes after which a step ends.
const MAX_STEP_BYTES: u64 = 2 * 1024 * 1024;
/// The number of documents that one step of a round visits.
const MAX_STEP_DOCUMENTS: usize = 256;
/// The time between two rounds through all documents, if texts are kept for a time.
const ROUND_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// The removals that are due.
pub(super) struct TextRemoval {
    retention: Retention,
    /// The time of the newest write, or that of the start if there was none.
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
    pub(super) fn new(retention: Retention) -> Self {
        let now = SystemTime::now().into();
        let round = if retention.is_everything() { Round::Ended } else { Round::Due };
        let (due, queued) = (VecDeque::new(), BTreeSet::new());
        Self { retention, now, due, queued, round, round_ended: now, writes: 0 }
    }

    /// Notes a document that is about to have a new version.
    pub(super) fn note_write(&mut self, id: &DocumentId, at: Timestamp) {
        if self.retention.is_everything() {
            return;
        }
        self.writes += 1;
        self.now = self.now.max(at);
        self.queue(id.clone());
        let since = self.now.as_millis().saturating_sub(self.round_ended.as_millis());
        if self.retention.time.is_some() && !self.is_in_round() && Duration::from_millis(since) >= ROUND_INTERVAL {
            self.round = Round::Due;
        }
    }

    /// Returns whether a removal is due.
    pub(super) fn has_work(&self) -> bool {
        !self.due.is_empty() || self.is_in_round()
    }

    /// Returns whether so many removals are due that they do not wait until the store is idle.
    pub(super) fn is_behind(&self) -> bool {
        self.due.len() >= MAX_STEP_TEXTS || self.is_in_round()
    }

    fn is_in_round(&self) -> bool {
        !matches!(self.round, Round::Ended)
    }

    /// Removes some of the texts that are due. After an error, the rest is left for the next start.
    pub(super) fn step(&mut self, connection: &mut Connection) {
        if let Err(error) = self.try_step(connection) {
            tracing::warn!(%error, "texts of old versions were not removed");
            self.due.clear();
            self.queued.clear();
            self.end_round();
        }
    }

    fn try_step(&mut self, connection: &mut Connection) -> Result<(), SqliteError> {
        let mut budget =
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
            remove(&transaction, id, self.retention, self.now, &mut budget)?;
            if budget.is_used_up() {
                // This document may have more texts to remove.
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

/// The progress of a round through all documents.
enum Round {
    /// No round is in progress.
    Ended,
    /// A round begins with the next step.
    Due,
    /// Documents up to this one were visited.
    After(DocumentId),
}

/// The texts and bytes that a step may still remove.
struct StepBudget {
    texts: usize,
    bytes: u64,
}

impl StepBudget {
    fn is_used_up(&self) -> bool {
        self.texts == 0 || self.bytes == 0
    }
}

/// Returns the ids of some documents, in order.
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

/// Removes the texts of a document that are due, as far as the budget allows.
fn remove(
    connection: &Connection,
    id: &DocumentId,
    retention: Retention,
    now: Timestamp,
    budget: &mut StepBudget,
) -> Result<(), SqliteError> {
    let sql = "SELECT d.removed, v.number FROM document d JOIN version v ON v.sequence = d.current WHERE d.id = ?1";
    let there = connection.prepare_cached(sql)?.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((removed, newest)) = there.optional()?.map(|(removed, newest): (i64, i64)| (removed, newest)) else {
        return Ok(());
    };
    let last = newest.saturating_sub(i64::try_from(retention.kept_versions()).unwrap_or(i64::MAX));
    let replaced_before = retention.time.map(|time| {
        let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        i64::try_from(now.as_millis()).unwrap_or(i64::MAX).saturating_sub(i64::try_from(time).unwrap_or(i64::MAX))
    });
    let mut done = removed;
    while done < last && !budget.is_used_up() {
        let number = done + 1;
        if let Some(limit) = replaced_before
            && replaced_at(connection, id, number)?.is_none_or(|at| at > limit)
        {
            break;
        }
        remove_one(connection, id, number, budget)?;
        done = number;
    }
    if done > removed {
        let sql = "UPDATE document SET removed = ?2 WHERE id = ?1";
        connection.prepare_cached(sql)?.execute(params![id.as_str(), done])?;
    }
    Ok(())
}

/// Returns when a version was replaced: the time of the version after it.
fn replaced_at(connection: &Connection, id: &DocumentId, number: i64) -> Result<Option<i64>, SqliteError> {
    let sql = "SELECT at FROM version WHERE document = ?1 AND number = ?2 + 1";
    Ok(connection.prepare_cached(sql)?.query_row(params![id.as_str(), number], |row| row.get(0)).optional()?)
}

/// Removes one text.
///
/// A damaged text stays, since it is a problem to be examined, and would leave no trace.
fn remove_one(
    connection: &Connection,
    id: &DocumentId,
    number: i64,
    budget: &mut StepBudget,
) -> Result<(), SqliteError> {
    let stored = match queries::version(connection, id, u64::try_from(number).unwrap_or(0)) {
        Ok(stored) => stored,
        Err(SqliteError::Damaged { .. } | SqliteError::Sqlite(rusqlite::Error::InvalidColumnName(_))) => {
            tracing::warn!(%id, number, "a damaged version keeps its text");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let Some(document) = stored.and_then(|stored| stored.document) else { return Ok(()) };
    let sql = "UPDATE version SET content = NULL WHERE document = ?1 AND number = ?2";
    connection.prepare_cached(sql)?.execute(params![id.as_str(), number])?;
    budget.texts = budget.texts.saturating_sub(1);
    budget.bytes = budget.bytes.saturating_sub(u64::try_from(document.content.len()).unwrap_or(u64::MAX));
    Ok(())
}

#[cfg(test)]
mod tests;
