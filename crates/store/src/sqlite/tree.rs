//! The queries of the tree: which document is under which.
//!
//! A document may be nested at most [`MAX_DEPTH`] levels deep. Each row has the number of its children and of the
//! levels below it. So one row is enough to judge the move of a document with all its descendants, and every other
//! question reads at most a hundred rows. Levels are counted up to [`MAX_DEPTH`]: an older store may have deeper trees,
//! and their documents can be read and written in their places.

use contract::DocumentId;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::SqliteError;
use super::rows::{self, limit, query_all, unsigned};
use crate::facts::{Descendants, MAX_CHILDREN_LISTED, MAX_DEPTH};

/// The first children of a document by id.
pub(super) const CHILDREN_SQL: &str = "SELECT id AS document FROM document WHERE parent = ?1 ORDER BY id LIMIT ?2";

/// The levels below the child that has most of them.
pub(super) const HEIGHT_SQL: &str = "SELECT height FROM document WHERE parent = ?1 ORDER BY height DESC LIMIT 1";

/// A document that exists, and its ancestors.
///
/// UNION, not UNION ALL, so that the query ends even in a cycle.
pub(super) const ANCESTORS_SQL: &str = "
    WITH RECURSIVE above (id, parent) AS (
        SELECT id, parent FROM document WHERE id = ?1 AND alive
        UNION SELECT d.id, d.parent FROM document d JOIN above ON d.id = above.parent LIMIT ?2)
    SELECT id AS document FROM above";

/// Returns the first children of a document by id, their number, and the levels below it.
pub(super) fn descendants(connection: &Connection, id: &DocumentId) -> Result<Descendants, SqliteError> {
    let sql = "SELECT children, height FROM document WHERE id = ?1";
    let counted = |row: &rusqlite::Row<'_>| Ok((unsigned(row, "children")?, unsigned(row, "height")?));
    let Some((count, height)) = connection.prepare_cached(sql)?.query_row([id.as_str()], counted).optional()? else {
        return Ok(Descendants::default());
    };
    let children = query_all(connection, CHILDREN_SQL, params![id.as_str(), limit(MAX_CHILDREN_LISTED)], |row| {
        Ok(rows::id(row)?)
    })?;
    Ok(Descendants { count, children, height: usize::try_from(height).unwrap_or(MAX_DEPTH) })
}

/// Returns a document and its ancestors, nearest first; nothing if the document does not exist.
///
/// At most one more than [`MAX_DEPTH`] are returned.
pub(super) fn ancestors(connection: &Connection, id: &DocumentId) -> Result<Vec<DocumentId>, SqliteError> {
    query_all(connection, ANCESTORS_SQL, params![id.as_str(), limit(MAX_DEPTH + 1)], |row| Ok(rows::id(row)?))
}

/// Notes that a document has moved from one parent to another. Either may be `None`.
pub(super) fn update_heights(connection: &Connection, from: Option<&str>, to: Option<&str>) -> rusqlite::Result<()> {
    if from == to {
        return Ok(());
    }
    let count = "UPDATE document SET children = children + ?2 WHERE id = ?1";
    for (parent, change) in [(from, -1), (to, 1)] {
        let Some(parent) = parent else { continue };
        connection.prepare_cached(count)?.execute(params![parent, change])?;
        raise_heights(connection, parent)?;
    }
    Ok(())
}

/// Counts the levels below a document again, and those below its ancestors until one stays the same.
///
/// This takes at most [`MAX_DEPTH`] steps, since higher levels are not counted. The bound is for a cycle.
fn raise_heights(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    let update = "UPDATE document SET height = ?2 WHERE id = ?1 AND height <> ?2 RETURNING parent";
    let mut next = Some(id.to_owned());
    for _ in 0..=MAX_DEPTH {
        let Some(id) = next else { break };
        let below: Option<i64> =
            connection.prepare_cached(HEIGHT_SQL)?.query_row([&id], |row| row.get(0)).optional()?;
        let height = below.map_or(0, |below| (below + 1).min(limit(MAX_DEPTH)));
        let parent: Option<Option<String>> =
            connection.prepare_cached(update)?.query_row(params![id, height], |row| row.get(0)).optional()?;
        next = parent.flatten();
    }
    Ok(())
}
