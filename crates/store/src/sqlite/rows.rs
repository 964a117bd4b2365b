//! Rows of queries, and the values in them. Nothing in here knows what the rows are about.

use contract::DocumentId;
use rusqlite::{Connection, Row, ToSql};

use super::error::SqliteError;
use crate::revision::Page;

/// Reads all rows of a query.
pub(super) fn query_all<T>(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> Result<T, SqliteError>,
) -> Result<Vec<T>, SqliteError> {
    connection.prepare_cached(sql)?.query_and_then(values, read)?.collect()
}

/// Reads a page: at most `limit` rows, with at most so many `bytes` together, but at least one row.
///
/// A row that does not fit is read and dropped, and the rows after it are not read.
pub(super) fn query_page<T>(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    (limit, bytes): (usize, usize),
    read: impl FnMut(&Row<'_>) -> Result<T, SqliteError>,
    size: impl Fn(&T) -> usize,
) -> Result<Page<T>, SqliteError> {
    let mut statement = connection.prepare_cached(sql)?;
    Page::fill(statement.query_and_then(values, read)?, limit, bytes, size)
}

/// Reads the row of a query that has at most one.
pub(super) fn query_one<T>(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> Result<T, SqliteError>,
) -> Result<Option<T>, SqliteError> {
    connection.prepare_cached(sql)?.query_and_then(values, read)?.next().transpose()
}

/// Reads the id of the document in a row.
pub(super) fn id(row: &Row<'_>) -> rusqlite::Result<DocumentId> {
    parse_column(row, "document", |text| text.parse().ok())
}

/// Reads an id that may be NULL.
pub(super) fn parent(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<DocumentId>> {
    let parent: Option<String> = row.get(column)?;
    parent.map(|text| text.parse().map_err(|_| unreadable_column(column))).transpose()
}

/// Reads a text that has a meaning, or fails if `parse` finds none.
pub(super) fn parse_column<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| unreadable_column(column))
}

/// Returns the error for a column whose value this program never writes.
pub(super) fn unreadable_column(column: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(column.to_owned())
}

/// Reads a number that is not negative.
pub(super) fn unsigned(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| unreadable_column(column))
}

/// Returns a number as SQLite stores it.
///
/// SQLite's integers are `i64`. No document has more versions than `i64::MAX`.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns a limit as SQLite takes it.
pub(super) fn limit(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns one more than a page's limit, to find out whether there is more.
pub(super) fn limit_plus_one(number: usize) -> i64 {
    limit(number).saturating_add(1)
}
