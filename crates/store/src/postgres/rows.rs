//! Values in rows, and versions made of them. Each row is verified by its checksum.

use std::sync::Arc;

use contract::{Author, Document, DocumentId, Timestamp};
use precondition::EntityTag;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::error::PostgresError;
use crate::etag_chain::StateHash;
use crate::revision::{Revision, StoredVersion, VersionStamp};
use crate::seal::{Seal, SealedValue, seal_of};
use crate::serialized_document::SerializedDocument;

/// The columns of every query for versions. `b` is the version before.
pub(super) const SELECT_VERSION: &str = "
    SELECT v.document, v.number, v.sequence, v.at, v.etag, v.hash, v.author, v.based_on, v.seal, v.title,
           b.number AS b_number, b.at AS b_at, b.etag AS b_etag, b.hash AS b_hash, b.title IS NULL AS b_deleted";
/// The tables of every query for versions.
pub(super) const FROM_VERSION: &str =
    " FROM ifmatch.version v LEFT JOIN ifmatch.version b ON b.document = v.document AND b.number = v.number - 1";

/// The columns of every query for documents and their newest versions, after [`SELECT_VERSION`].
pub(super) const SELECT_DOCUMENT: &str =
    ", d.id AS d_id, d.number AS d_number, d.alive AS d_alive, d.parent AS d_parent, d.seal AS d_seal";
/// The tables of every query for documents and their newest versions.
pub(super) const FROM_DOCUMENT: &str = "
    FROM ifmatch.document d
    JOIN ifmatch.version v ON v.document = d.id AND v.number = d.number
    LEFT JOIN ifmatch.version b ON b.document = v.document AND b.number = v.number - 1";

/// Returns the value of a column.
pub(super) fn value<'a, T: FromSql<'a>>(row: &'a Row, column: &'static str) -> Result<T, PostgresError> {
    row.try_get(column).map_err(|_| PostgresError::Unreadable(column))
}

/// Returns a number that is not negative.
pub(super) fn unsigned(row: &Row, column: &'static str) -> Result<u64, PostgresError> {
    let number: i64 = value(row, column)?;
    u64::try_from(number).map_err(|_| PostgresError::Unreadable(column))
}

/// Returns a number as PostgreSQL stores it.
///
/// A BIGINT is an `i64`. No document has more versions than `i64::MAX`.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns a limit as PostgreSQL takes it.
pub(super) fn limit(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the checksum of the row of a version.
pub(super) fn seal(row: &Row, column: &'static str) -> Result<Seal, PostgresError> {
    value::<&[u8]>(row, column)?.try_into().map_err(|_| PostgresError::Unreadable(column))
}

/// Returns the id of a document.
pub(super) fn id(row: &Row, column: &'static str) -> Result<DocumentId, PostgresError> {
    value::<&str>(row, column)?.parse().map_err(|_| PostgresError::Unreadable(column))
}

/// Returns an id that may be NULL.
pub(super) fn parent(row: &Row, column: &'static str) -> Result<Option<DocumentId>, PostgresError> {
    let parent: Option<&str> = value(row, column)?;
    parent.map(|text| text.parse().map_err(|_| PostgresError::Unreadable(column))).transpose()
}

/// Returns a text that is stored as its bytes, or `None` for NULL.
pub(super) fn text(row: &Row, column: &'static str) -> Result<Option<String>, PostgresError> {
    let bytes: Option<Vec<u8>> = value(row, column)?;
    bytes.map(|bytes| String::from_utf8(bytes).map_err(|_| PostgresError::Unreadable(column))).transpose()
}

/// Returns a version without its text, verified by its checksum.
pub(super) fn revision(row: &Row) -> Result<Revision, PostgresError> {
    let before: Option<i64> = value(row, "b_number")?;
    let based_on: Option<&[u8]> = value(row, "based_on")?;
    let title: Option<&[u8]> = value(row, "title")?;
    let revision = Revision {
        stamp: VersionStamp {
            version: unsigned(row, "number")?,
            tag: tag(value(row, "etag")?, "etag")?,
            hash: hash(value(row, "hash")?, "hash")?,
            at: Timestamp::from_millis(unsigned(row, "at")?),
            deleted: title.is_none(),
        },
        before: match before {
            None => None,
            Some(_) => Some(VersionStamp {
                version: unsigned(row, "b_number")?,
                tag: tag(value(row, "b_etag")?, "b_etag")?,
                hash: hash(value(row, "b_hash")?, "b_hash")?,
                at: Timestamp::from_millis(unsigned(row, "b_at")?),
                deleted: value(row, "b_deleted")?,
            }),
        },
        author: Author::from_repaired(value(row, "author")?),
        based_on: based_on
            .map(|tag| EntityTag::parse(tag).map_err(|_| PostgresError::Unreadable("based_on")))
            .transpose()?,
    };
    let id = id(row, "document")?;
    let seal = version_seal(&id, &revision, value(row, "author")?, title);
    if value::<&[u8]>(row, "seal")? == seal {
        Ok(revision)
    } else {
        Err(PostgresError::Damaged { id, number: revision.stamp.version })
    }
}

fn tag(text: &str, column: &'static str) -> Result<EntityTag, PostgresError> {
    EntityTag::parse(text.as_bytes()).map_err(|_| PostgresError::Unreadable(column))
}

fn hash(text: &str, column: &'static str) -> Result<StateHash, PostgresError> {
    text.parse().map_err(|_| PostgresError::Unreadable(column))
}

/// Returns a version with its text, which is verified by the hash.
///
/// The row has the columns `content` and `parent` besides.
pub(super) fn stored(row: &Row) -> Result<StoredVersion, PostgresError> {
    let revision = Arc::new(revision(row)?);
    let document = match (text(row, "title")?, text(row, "content")?) {
        (Some(title), Some(content)) => Some(Document { title, content, parent: parent(row, "parent")? }.into()),
        // A title without a content means that the text was removed, see `removal`.
        _ => None,
    };
    let stored = StoredVersion { revision, document };
    let stamp = &stored.revision.stamp;
    let hash = stored.document.as_ref().map_or_else(|| StateHash::of(None), SerializedDocument::hash);
    if !stored.is_text_removed() && hash != stamp.hash {
        return Err(PostgresError::Damaged { id: id(row, "document")?, number: stamp.version });
    }
    Ok(stored)
}

/// Verifies the columns of [`SELECT_DOCUMENT`] by their checksum.
pub(super) fn verify_document(row: &Row) -> Result<(), PostgresError> {
    let parent: Option<&str> = value(row, "d_parent")?;
    let seal = document_seal(value(row, "d_id")?, value(row, "d_number")?, value(row, "d_alive")?, parent);
    if value::<&[u8]>(row, "d_seal")? == seal {
        return Ok(());
    }
    Err(PostgresError::Damaged { id: id(row, "document")?, number: unsigned(row, "number")? })
}

/// Returns the checksum of a version's row and of the row before it.
///
/// `author` is the name as it is stored.
pub(super) fn version_seal(id: &DocumentId, revision: &Revision, author: &str, title: Option<&[u8]>) -> Seal {
    let Revision { stamp, before, based_on, .. } = revision;
    let (tag, hash) = (stamp.tag.to_string(), stamp.hash.to_string());
    let before_tag = before.as_ref().map(|before| before.tag.to_string());
    let before_hash = before.as_ref().map(|before| before.hash.to_string());
    let based_on = based_on.as_ref().map(EntityTag::to_bytes);
    let number = |number: Option<u64>| number.map_or(SealedValue::Null, |number| SealedValue::Integer(signed(number)));
    seal_of([
        SealedValue::Text(id.as_str().as_bytes()),
        SealedValue::Integer(signed(stamp.version)),
        SealedValue::Text(tag.as_bytes()),
        SealedValue::Text(hash.as_bytes()),
        SealedValue::Text(author.as_bytes()),
        SealedValue::Integer(signed(stamp.at.as_millis())),
        based_on.as_deref().map_or(SealedValue::Null, SealedValue::Blob),
        title.map_or(SealedValue::Null, SealedValue::Text),
        number(before.as_ref().map(|before| before.version)),
        sealed_text(before_tag.as_deref()),
        sealed_text(before_hash.as_deref()),
        number(before.as_ref().map(|before| before.at.as_millis())),
        number(before.as_ref().map(|before| before.deleted.into())),
    ])
}

/// Returns the checksum of a document's row.
pub(super) fn document_seal(id: &str, number: i64, alive: bool, parent: Option<&str>) -> Seal {
    seal_of([
        SealedValue::Text(id.as_bytes()),
        SealedValue::Integer(number),
        SealedValue::Integer(alive.into()),
        sealed_text(parent),
    ])
}

fn sealed_text(text: Option<&str>) -> SealedValue<'_> {
    text.map_or(SealedValue::Null, |text| SealedValue::Text(text.as_bytes()))
}
