//! The columns and tables of the queries, also for older schemas.

/// The schema that introduced checksums of rows (`seal`).
pub(super) const SCHEMA_WITH_SEALS: i64 = 3;

/// The schema in which the checksum of a version is in its row, and no longer in a table of its own.
pub(super) const SEALED_IN_ROW: i64 = 5;

/// The columns of every query for versions. `b` is the version before.
///
/// The text comes last in a row, so a query that does not select it reads only the beginning of the row.
pub(super) const SELECT_VERSION: &str = "
    SELECT v.document, v.sequence, v.author, v.based_on, v.seal, v.title, v.number, v.etag, v.hash, v.at,
           v.title IS NULL AS deleted, b.number AS b_number, b.etag AS b_etag, b.hash AS b_hash, b.at AS b_at,
           CASE WHEN b.sequence IS NOT NULL THEN b.title IS NULL END AS b_deleted";
/// The tables of every query for versions.
pub(super) const FROM_VERSION: &str =
    " FROM version v LEFT JOIN version b ON b.document = v.document AND b.number = v.number - 1";

/// The columns of every query for documents and their current versions, after [`SELECT_VERSION`].
pub(super) const SELECT_DOCUMENT: &str =
    ", d.id AS d_id, d.current AS d_current, d.alive AS d_alive, d.parent AS d_parent, d.seal AS d_seal";
/// The tables of every query for documents and their current versions.
pub(super) const FROM_DOCUMENT: &str = "
    FROM document d JOIN version v ON v.sequence = d.current
                    LEFT JOIN version b ON b.document = v.document AND b.number = v.number - 1";

/// Returns [`SELECT_VERSION`] for a file of this schema, and the join that a query needs for it.
pub(super) fn select_version(schema: i64) -> (String, &'static str) {
    if schema >= SEALED_IN_ROW {
        (SELECT_VERSION.to_owned(), "")
    } else {
        (SELECT_VERSION.replace("v.seal", "s.seal"), "LEFT JOIN seal s ON s.sequence = v.sequence")
    }
}
