//! The queries of the tree: which document is under which.
//!
//! Nothing is counted beforehand: a row with the number of children would be locked by every change below it. So the
//! move of a document reads the ids of all documents below it.
//!
//! A write that changes the tree holds the lock of [`LOCK_TREE`] while it asks and until it commits. Otherwise one
//! server could delete a document while another adds a child to it, and two moves could make a cycle: each changes only
//! rows that the other one reads (write skew).

use contract::DocumentId;

use super::error::PostgresError;
use super::rows::{id, limit, unsigned, value};
use super::session::Session;
use crate::facts::{Descendants, MAX_CHILDREN_LISTED, MAX_DEPTH};

/// Locks the tree until the end of the transaction. It comes before all other locks of a transaction.
pub(super) const LOCK_TREE: &str = "SELECT FROM ifmatch.tree_lock FOR UPDATE";

/// A document that exists, and its ancestors, nearest first.
///
/// The depth is bounded, so the query ends even in a cycle.
const ANCESTORS: &str = "
    WITH RECURSIVE above (id, parent, depth) AS (
        SELECT id, parent, 1 FROM ifmatch.document WHERE id = $1 AND alive
        UNION ALL
        SELECT d.id, d.parent, depth + 1 FROM ifmatch.document d JOIN above ON d.id = above.parent WHERE depth < $2)
    SELECT id FROM above ORDER BY depth";

/// The number of levels below a document, at most as many as are asked for.
const HEIGHT: &str = "
    WITH RECURSIVE below (id, depth) AS (
        SELECT $1::TEXT COLLATE \"C\", 0::BIGINT
        UNION
        SELECT d.id, depth + 1 FROM ifmatch.document d JOIN below ON d.parent = below.id WHERE depth < $2)
    SELECT max(depth) AS height FROM below";

/// Returns the first children of a document by id, their number, and the levels below it.
pub(super) async fn descendants(session: Session<'_>, top: &DocumentId) -> Result<Descendants, PostgresError> {
    let sql = "SELECT count(*) AS children FROM ifmatch.document WHERE parent = $1";
    let count = session.query(sql, &[&top.as_str()]).await?;
    let count = unsigned(count.first().ok_or(PostgresError::Unreadable("parent"))?, "children")?;
    if count == 0 {
        return Ok(Descendants::default());
    }
    let sql = "SELECT id FROM ifmatch.document WHERE parent = $1 ORDER BY id LIMIT $2";
    let children = session.query(sql, &[&top.as_str(), &limit(MAX_CHILDREN_LISTED)]).await?;
    let children = children.iter().map(|row| id(row, "id")).collect::<Result<_, _>>()?;
    let height = session.query(HEIGHT, &[&top.as_str(), &limit(MAX_DEPTH)]).await?;
    let height: i64 = value(height.first().ok_or(PostgresError::Unreadable("parent"))?, "height")?;
    Ok(Descendants { children, count, height: usize::try_from(height).unwrap_or(MAX_DEPTH) })
}

/// Returns a document and its ancestors, nearest first; nothing if the document does not exist.
///
/// At most one more than [`MAX_DEPTH`] are returned.
pub(super) async fn ancestors(session: Session<'_>, first: &DocumentId) -> Result<Vec<DocumentId>, PostgresError> {
    let depth = i32::try_from(MAX_DEPTH + 1).unwrap_or(i32::MAX);
    let rows = session.query(ANCESTORS, &[&first.as_str(), &depth]).await?;
    rows.iter().map(|row| id(row, "id")).collect()
}
