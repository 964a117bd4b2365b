//! Checksums of rows: a database does not notice a bit that has flipped on the disk.
//!
//! The hash of a state covers title, content and parent, but only reading a text verifies it. The seal of a version
//! covers the other values that are served: id, number, tag, hash, author, time, the tag that the writer named, the
//! title (and with it whether the version is a delete), and the tag, hash, time and kind of the version before. So
//! lists are verified without reading texts. The seal of a document covers which version is current, whether it exists,
//! and its parent.
//!
//! How a seal is computed is in [`crate::seal`].

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

use super::columns::{FROM_VERSION, SCHEMA_WITH_SEALS, select_version};
use crate::seal::{self, Seal, SealedValue};

/// The columns that the seal of a version covers.
///
/// `b` is the version before, whose values are NULL for the first version.
const VERSION_COLUMNS: [&str; 13] = [
    "document",
    "number",
    "etag",
    "hash",
    "author",
    "at",
    "based_on",
    "title",
    "b_number",
    "b_etag",
    "b_hash",
    "b_at",
    "b_deleted",
];

/// The columns that the seal of a document covers.
const DOCUMENT_COLUMNS: [&str; 4] = ["d_id", "d_current", "d_alive", "d_parent"];

/// Returns the seal of these values.
pub(super) fn seal_of<'a>(values: impl IntoIterator<Item = ValueRef<'a>>) -> Seal {
    seal::seal_of(values.into_iter().map(|value| match value {
        ValueRef::Null => SealedValue::Null,
        ValueRef::Integer(number) => SealedValue::Integer(number),
        ValueRef::Real(number) => SealedValue::Real(number),
        ValueRef::Text(text) => SealedValue::Text(text),
        ValueRef::Blob(bytes) => SealedValue::Blob(bytes),
    }))
}

/// Returns whether the version in this row is what was written.
pub(super) fn is_version_intact(row: &Row<'_>) -> rusqlite::Result<bool> {
    Ok(row.get_ref("seal")?.as_blob().is_ok_and(|seal| version_seal(row).is_ok_and(|expected| seal == expected)))
}

/// Returns whether the document in this row is what was written, and its current version belongs to it.
pub(super) fn is_document_intact(row: &Row<'_>) -> rusqlite::Result<bool> {
    let is_its_own = row.get_ref("d_id")? == row.get_ref("document")?;
    Ok(is_its_own
        && row.get_ref("d_seal")?.as_blob().is_ok_and(|seal| document_seal(row).is_ok_and(|expected| seal == expected)))
}

fn version_seal(row: &Row<'_>) -> rusqlite::Result<Seal> {
    seal_of_columns(row, &VERSION_COLUMNS)
}

fn document_seal(row: &Row<'_>) -> rusqlite::Result<Seal> {
    seal_of_columns(row, &DOCUMENT_COLUMNS)
}

fn seal_of_columns(row: &Row<'_>, columns: &[&str]) -> rusqlite::Result<Seal> {
    let values: Vec<ValueRef<'_>> = columns.iter().map(|column| row.get_ref(*column)).collect::<Result<_, _>>()?;
    Ok(seal_of(values))
}

/// The number of documents that are sealed at once when an older file is migrated.
const BATCH_DOCUMENTS: usize = 1000;

/// Seals all rows of a file whose schema had no seals.
///
/// The seals of versions go into a table of their own, as [`SCHEMA_WITH_SEALS`] has it.
pub(super) fn seal_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT OR REPLACE INTO seal (sequence, seal) VALUES (?1, ?2)")?;
    let (select, join) = select_version(SCHEMA_WITH_SEALS);
    let mut versions = connection.prepare(&format!("{select} {FROM_VERSION} {join}"))?;
    let mut rows = versions.query([])?;
    while let Some(row) = rows.next()? {
        insert.execute(params![row.get::<_, i64>("sequence")?, version_seal(row)?])?;
    }
    let mut update = connection.prepare("UPDATE document SET seal = ?2 WHERE id = ?1")?;
    let mut documents = connection.prepare(
        "SELECT id AS d_id, current AS d_current, alive AS d_alive, parent AS d_parent
         FROM document WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let mut last = String::new();
    loop {
        let limit = i64::try_from(BATCH_DOCUMENTS).unwrap_or(i64::MAX);
        let seals = documents.query_map(params![last, limit], |row| Ok((row.get("d_id")?, document_seal(row)?)))?;
        let seals: Vec<(String, Seal)> = seals.collect::<Result<_, _>>()?;
        let Some((newest, _)) = seals.last() else { return Ok(()) };
        last.clone_from(newest);
        for (id, seal) in seals {
            update.execute(params![id, seal])?;
        }
    }
}

/// Seals all versions again, for tests that change rows as an older program would have written them.
#[cfg(test)]
pub(super) fn seal_again(connection: &Connection) {
    let mut versions = connection.prepare(&format!("{} {FROM_VERSION}", super::columns::SELECT_VERSION)).unwrap();
    let seals = versions.query_map([], |row| Ok((row.get("sequence")?, version_seal(row)?))).unwrap();
    let seals: Vec<(i64, Seal)> = seals.map(Result::unwrap).collect();
    for seal in seals {
        connection.execute("UPDATE version SET seal = ?2 WHERE sequence = ?1", seal).unwrap();
    }
}
