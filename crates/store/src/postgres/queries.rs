//! The queries of the store: versions into rows, and rows into versions. Nothing is decided in here.

use std::sync::Arc;

use contract::DocumentId;
use precondition::EntityTag;
use precondition::policy::Etags;
use tokio_postgres::Row;

use super::error::PostgresError;
use super::rows::{
    FROM_DOCUMENT, FROM_VERSION, SELECT_DOCUMENT, SELECT_VERSION, id, limit, parent, revision, seal, signed, stored,
    text, unsigned, value, verify_document,
};
use super::session::Session;
use super::settings::SETTINGS_REVISION;
use crate::facts::{IssuedTag, MAX_VERSIONS_PER_TAG};
use crate::request::{EventQuery, ListQuery, VersionQuery};
use crate::revision::{DocumentSummary, Page, Revision, StoreEvent, StoredVersion, TagLookup, VersionStamp};
use crate::seal::Seal;

/// Returns the row of a document's newest version, with its text; `None` if it never existed.
pub(super) async fn head_row(session: Session<'_>, id: &DocumentId) -> Result<Option<Row>, PostgresError> {
    let sql = format!("{SELECT_VERSION}{SELECT_DOCUMENT}, v.content, v.parent {FROM_DOCUMENT} WHERE d.id = $1");
    Ok(session.query(&sql, &[&id.as_str()]).await?.pop())
}

/// Returns the version in a row of [`head_row`].
///
/// To verify a long text takes as long as to read it, so no connection should wait for that.
pub(super) fn head_in(row: &Row) -> Result<StoredVersion, PostgresError> {
    verify_document(row)?;
    stored(row)
}

/// Returns the newest version of a document, with its text, or `None` if the document never existed.
pub(super) async fn head(session: Session<'_>, id: &DocumentId) -> Result<Option<StoredVersion>, PostgresError> {
    head_row(session, id).await?.as_ref().map(head_in).transpose()
}

/// The newest version of a document, for a client that may have its text already.
pub(super) struct NewestVersion {
    /// The version.
    pub(super) stored: StoredVersion,
    /// Whether the text was left out: the client names the tag of the version, or it is long.
    pub(super) is_text_omitted: bool,
    /// The checksum of the version's row.
    pub(super) seal: Seal,
    /// The revision of the settings that all servers share, in the same state of the database.
    pub(super) settings: Option<u64>,
}

/// Returns the row of the newest version of a document, or `None` if the document never existed.
///
/// The text is left out if the version's tag is in `known`, the value of a field, and if it has more bytes than
/// `longest`. Whether the field matches is judged later.
pub(super) async fn newest_row(
    session: Session<'_>,
    id: &DocumentId,
    known: Option<&[u8]>,
    longest: i32,
) -> Result<Option<Row>, PostgresError> {
    let sql = format!(
        "{SELECT_VERSION}{SELECT_DOCUMENT}, v.parent, k.omitted, CASE WHEN NOT k.omitted THEN v.content END AS content,
         {SETTINGS_REVISION} AS settings
         {FROM_DOCUMENT}
         CROSS JOIN LATERAL (
             SELECT position(convert_to(v.etag, 'UTF8') IN $2) > 0
                    OR coalesce(octet_length(v.content) > $3, FALSE) AS omitted) k
         WHERE d.id = $1"
    );
    let known = known.unwrap_or_default();
    Ok(session.query(&sql, &[&id.as_str(), &known, &longest]).await?.pop())
}

/// Returns the version in a row of [`newest_row`].
pub(super) fn newest_in(row: &Row) -> Result<NewestVersion, PostgresError> {
    verify_document(row)?;
    let is_text_omitted = value(row, "omitted")?;
    let stored = if is_text_omitted {
        StoredVersion { revision: Arc::new(revision(row)?), document: None }
    } else {
        stored(row)?
    };
    let settings = value::<Option<i64>>(row, "settings")?.and_then(|revision| u64::try_from(revision).ok());
    Ok(NewestVersion { stored, is_text_omitted, seal: seal(row, "seal")?, settings })
}

/// Returns the row of one version of a document, with its text.
pub(super) async fn version_row(
    session: Session<'_>,
    id: &DocumentId,
    number: u64,
) -> Result<Option<Row>, PostgresError> {
    let sql = format!("{SELECT_VERSION}, v.content, v.parent {FROM_VERSION} WHERE v.document = $1 AND v.number = $2");
    Ok(session.query(&sql, &[&id.as_str(), &signed(number)]).await?.pop())
}

/// Returns one version of a document, with its text.
pub(super) async fn version(
    session: Session<'_>,
    id: &DocumentId,
    number: u64,
) -> Result<Option<StoredVersion>, PostgresError> {
    version_row(session, id, number).await?.as_ref().map(stored).transpose()
}

/// Returns versions of a document, newest first.
pub(super) async fn versions(session: Session<'_>, asked: &VersionQuery) -> Result<Page<Revision>, PostgresError> {
    let sql = format!(
        "{SELECT_VERSION} {FROM_VERSION} WHERE v.document = $1 AND v.number < $2 ORDER BY v.number DESC LIMIT $3"
    );
    let before = asked.before.map_or(i64::MAX, signed);
    let rows = session.query(&sql, &[&asked.id.as_str(), &before, &limit(asked.limit).saturating_add(1)]).await?;
    Page::fill(rows.iter().map(revision), asked.limit, asked.bytes, Revision::bytes)
}

/// Returns documents that exist, by id.
pub(super) async fn list(session: Session<'_>, asked: &ListQuery) -> Result<Page<DocumentSummary>, PostgresError> {
    let sql =
        format!("{SELECT_VERSION}{SELECT_DOCUMENT} {FROM_DOCUMENT} WHERE d.id > $1 AND d.alive ORDER BY d.id LIMIT $2");
    // An id is never empty, so the empty text comes before all ids.
    let after = asked.after.as_ref().map_or("", DocumentId::as_str);
    let rows = session.query(&sql, &[&after, &limit(asked.limit).saturating_add(1)]).await?;
    let summary = |row: &Row| {
        verify_document(row)?;
        let title = text(row, "title")?.ok_or(PostgresError::Unreadable("title"))?;
        Ok(DocumentSummary {
            id: id(row, "document")?,
            title,
            parent: parent(row, "d_parent")?,
            revision: revision(row)?,
        })
    };
    Page::fill(rows.iter().map(summary), asked.limit, asked.bytes, DocumentSummary::bytes)
}

/// The number of the first version of a document after a place in the sequence.
///
/// Versions with higher numbers have higher places, so this is a binary search: an index would be written with every
/// version.
const FIRST_AFTER: &str = "
    WITH RECURSIVE search (first, last) AS (
        SELECT 1::BIGINT, coalesce((SELECT number FROM ifmatch.document WHERE id = $1), 0) + 1
        UNION ALL
        SELECT CASE WHEN m.sequence > $2 THEN s.first ELSE m.number + 1 END,
               CASE WHEN m.sequence > $2 THEN m.number ELSE s.last END
        FROM search s JOIN ifmatch.version m ON m.document = $1 AND m.number = s.first + (s.last - s.first) / 2
        WHERE s.first < s.last)";

/// Returns events, oldest first.
pub(super) async fn events(session: Session<'_>, asked: &EventQuery) -> Result<Vec<StoreEvent>, PostgresError> {
    let (after, limit) = (signed(asked.after), limit(asked.limit));
    let rows = match &asked.id {
        None => {
            let sql = format!("{SELECT_VERSION} {FROM_VERSION} WHERE v.sequence > $1 ORDER BY v.sequence LIMIT $2");
            session.query(&sql, &[&after, &limit]).await?
        }
        Some(about) => {
            let sql = format!(
                "{FIRST_AFTER} {SELECT_VERSION} {FROM_VERSION}
                 WHERE v.document = $1 AND v.number >= (SELECT max(first) FROM search) ORDER BY v.number LIMIT $3"
            );
            session.query(&sql, &[&about.as_str(), &after, &limit]).await?
        }
    };
    rows.iter().map(event).collect()
}

/// Returns events of all documents after a number, oldest first, without the numbers in `without`.
pub(super) async fn events_without(
    session: Session<'_>,
    after: u64,
    without: &[u64],
    count: usize,
) -> Result<Vec<StoreEvent>, PostgresError> {
    let sql = format!(
        "{SELECT_VERSION} {FROM_VERSION} WHERE v.sequence > $1 AND v.sequence <> ALL ($2) ORDER BY v.sequence LIMIT $3"
    );
    let without: Vec<i64> = without.iter().map(|number| signed(*number)).collect();
    let rows = session.query(&sql, &[&signed(after), &without, &limit(count)]).await?;
    rows.iter().map(event).collect()
}

fn event(row: &Row) -> Result<StoreEvent, PostgresError> {
    let revision = Arc::new(revision(row)?);
    Ok(StoreEvent { sequence: unsigned(row, "sequence")?, id: id(row, "document")?, revision })
}

/// Returns the number of the newest event, or 0 if there is none.
pub(super) async fn latest_sequence(session: Session<'_>) -> Result<u64, PostgresError> {
    let rows = session.query("SELECT last FROM ifmatch.event_counter", &[]).await?;
    unsigned(rows.first().ok_or(PostgresError::MissingRow("event_counter"))?, "last")
}

/// The numbers of the versions whose hash begins with these digits, newest first.
const BY_HASH: &str = "SELECT number FROM ifmatch.version WHERE document = $1 AND substr(hash, 1, 8) = $2
                       ORDER BY number DESC LIMIT $3";
/// The numbers of the versions that were written between two times, newest first.
const BY_TIME: &str = "SELECT number FROM ifmatch.version WHERE document = $1 AND at BETWEEN $2 AND $3
                       ORDER BY number DESC LIMIT $4";

/// Returns the newest versions that a tag was issued for, oldest first.
pub(super) async fn issued_versions(
    session: Session<'_>,
    id: &DocumentId,
    tag: &EntityTag,
    kind: Etags,
) -> Result<Vec<IssuedTag>, PostgresError> {
    let id = id.as_str();
    let rows = match VersionStamp::lookup_key(tag, kind) {
        None => return Ok(Vec::new()),
        Some(TagLookup::Number(number)) => return issued_of(session, id, &[signed(number)], tag, kind).await,
        Some(TagLookup::Hash(hash)) => session.query(BY_HASH, &[&id, &hash, &limit(MAX_VERSIONS_PER_TAG)]).await?,
        Some(TagLookup::Second(second)) => {
            let first = second.saturating_mul(1000);
            let times = (signed(first), signed(first.saturating_add(999)));
            session.query(BY_TIME, &[&id, &times.0, &times.1, &limit(MAX_VERSIONS_PER_TAG)]).await?
        }
    };
    let mut numbers = rows.iter().map(|row| value(row, "number")).collect::<Result<Vec<i64>, _>>()?;
    numbers.reverse();
    issued_of(session, id, &numbers, tag, kind).await
}

/// Returns those of these versions that have the tag, each with the version after it.
async fn issued_of(
    session: Session<'_>,
    id: &str,
    numbers: &[i64],
    tag: &EntityTag,
    kind: Etags,
) -> Result<Vec<IssuedTag>, PostgresError> {
    let wanted: Vec<i64> = numbers.iter().flat_map(|number| [*number, number.saturating_add(1)]).collect();
    let sql = format!("{SELECT_VERSION} {FROM_VERSION} WHERE v.document = $1 AND v.number = ANY ($2)");
    let rows = session.query(&sql, &[&id, &wanted]).await?;
    let revisions = rows.iter().map(|row| revision(row).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    let of = |number: u64| revisions.iter().find(|revision| revision.stamp.version == number);
    let issued = numbers.iter().filter_map(|number| {
        let version = u64::try_from(*number).ok()?;
        of(version).filter(|revision| revision.stamp.etag(kind) == *tag)?;
        Some(IssuedTag { tag: tag.clone(), version, next: of(version.saturating_add(1)).map(Arc::clone) })
    });
    Ok(issued.collect())
}

/// Returns whether any version of the document has one of these tags.
pub(super) async fn has_issued(
    session: Session<'_>,
    id: &DocumentId,
    tags: &[EntityTag],
    kind: Etags,
) -> Result<bool, PostgresError> {
    for tag in tags {
        if !issued_versions(session, id, tag, kind).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
