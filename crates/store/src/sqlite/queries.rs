//! The queries of the store: versions into rows, and rows into versions. Nothing is decided in here.

use std::sync::Arc;

use contract::{Author, Document, DocumentId};
use precondition::EntityTag;
use precondition::policy::Etags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{FROM_DOCUMENT, FROM_VERSION, SELECT_DOCUMENT, SELECT_VERSION};
use super::error::SqliteError;
use super::rows::{
    id, limit, limit_plus_one, parent, parse_column, query_all, query_one, query_page, signed, unreadable_column,
    unsigned,
};
use super::{seal, tree};
use crate::etag_chain::StateHash;
use crate::facts::{Descendants, IssuedTag, MAX_VERSIONS_PER_TAG, WriteFacts, tags_to_look_up};
use crate::head::{Head, TagOrigin};
use crate::request::{DocumentChange, EventQuery, ListQuery, VersionQuery};
use crate::revision::{
    DocumentState, DocumentSummary, Page, Revision, StoreEvent, StoredVersion, TagLookup, VersionStamp,
};
use crate::serialized_document::SerializedDocument;

/// Returns the newest version of a document, with its text, or `None` if the document never existed.
pub(super) fn head(connection: &Connection, id: &DocumentId) -> Result<Option<Head>, SqliteError> {
    let sql = format!("{SELECT_VERSION}{SELECT_DOCUMENT}, v.content, v.parent {FROM_DOCUMENT} WHERE d.id = ?1");
    let read = |row: &Row<'_>| {
        verify_document_seal(row)?;
        stored_from_row(id, row)
    };
    Ok(query_one(connection, &sql, &[&id.as_str()], read)?.map(|stored| Head::new(Arc::new(stored))))
}

/// Returns one version of a document, with its text.
pub(super) fn version(
    connection: &Connection,
    id: &DocumentId,
    number: u64,
) -> Result<Option<StoredVersion>, SqliteError> {
    let sql = format!("{SELECT_VERSION}, v.content, v.parent {FROM_VERSION} WHERE v.document = ?1 AND v.number = ?2");
    query_one(connection, &sql, params![id.as_str(), signed(number)], |row| stored_from_row(id, row))
}

/// Returns versions of a document, newest first.
pub(super) fn versions(connection: &Connection, query: &VersionQuery) -> Result<Page<Revision>, SqliteError> {
    let sql = format!(
        "{SELECT_VERSION} {FROM_VERSION} WHERE v.document = ?1 AND v.number < ?2 ORDER BY v.number DESC LIMIT ?3"
    );
    let before = query.before.map_or(i64::MAX, signed);
    let values = params![query.id.as_str(), before, limit_plus_one(query.limit)];
    query_page(connection, &sql, values, (query.limit, query.bytes), revision_from_row, Revision::bytes)
}

/// The documents that a list has, and their order.
const LIST_CLAUSE: &str = "WHERE d.id > ?1 AND d.alive ORDER BY d.id LIMIT ?2";

/// Returns documents that exist, by id.
pub(super) fn list(connection: &Connection, query: &ListQuery) -> Result<Page<DocumentSummary>, SqliteError> {
    let sql = format!("{SELECT_VERSION}{SELECT_DOCUMENT} {FROM_DOCUMENT} {LIST_CLAUSE}");
    // An id is never empty, so the empty text comes before all ids.
    let after = query.after.as_ref().map_or("", DocumentId::as_str);
    let values = params![after, limit_plus_one(query.limit)];
    let listed = |row: &Row<'_>| {
        verify_document_seal(row)?;
        let revision = revision_from_row(row)?;
        Ok(DocumentSummary { id: id(row)?, title: row.get("title")?, parent: parent(row, "d_parent")?, revision })
    };
    query_page(connection, &sql, values, (query.limit, query.bytes), listed, DocumentSummary::bytes)
}

/// Returns events, oldest first.
pub(super) fn events(connection: &Connection, query: &EventQuery) -> Result<Vec<StoreEvent>, SqliteError> {
    let limit = limit(query.limit);
    let read = |row: &Row<'_>| {
        let revision = Arc::new(revision_from_row(row)?);
        Ok(StoreEvent { sequence: unsigned(row, "sequence")?, id: id(row)?, revision })
    };
    let Some(about) = &query.id else {
        let sql = format!("{SELECT_VERSION} {FROM_VERSION} {EVENTS}");
        return query_all(connection, &sql, params![signed(query.after), limit], read);
    };
    let sql = format!("{SELECT_VERSION} {FROM_VERSION} {EVENTS_OF_ONE}");
    let first = first_after(connection, about, signed(query.after))?;
    query_all(connection, &sql, params![about.as_str(), first, limit], read)
}

const EVENTS: &str = "WHERE v.sequence > ?1 ORDER BY v.sequence LIMIT ?2";
/// The events of one document are in the order of its versions.
const EVENTS_OF_ONE: &str = "WHERE v.document = ?1 AND v.number >= ?2 ORDER BY v.number LIMIT ?3";

/// The version with this number, or the next one.
const FROM_NUMBER: &str =
    "SELECT number, sequence FROM version WHERE document = ?1 AND number >= ?2 ORDER BY number LIMIT 1";
/// The number of the newest version of a document.
const NEWEST_NUMBER: &str = "SELECT number FROM version WHERE document = ?1 ORDER BY number DESC LIMIT 1";

/// Returns the number of the first version of a document after a place in the sequence.
///
/// If there is none yet, this is the number that the next version will have.
///
/// Versions with higher numbers have higher places, so this is a binary search: an index would be written with every
/// version.
fn first_after(connection: &Connection, id: &DocumentId, after: i64) -> Result<i64, SqliteError> {
    let newest = connection.prepare_cached(NEWEST_NUMBER)?.query_row([id.as_str()], |row| row.get(0)).optional()?;
    let (mut first, mut last) = (1, newest.map_or(1_i64, |newest: i64| newest.saturating_add(1)));
    let mut statement = connection.prepare_cached(FROM_NUMBER)?;
    while first < last {
        let middle = first + (last - first) / 2;
        let (number, sequence): (i64, i64) =
            statement.query_row(params![id.as_str(), middle], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if sequence > after {
            last = middle;
        } else {
            first = number.saturating_add(1);
        }
    }
    Ok(first)
}

/// Returns the number of the newest event, or 0 if there is none.
pub(super) fn latest_sequence(connection: &Connection) -> Result<u64, SqliteError> {
    let sql = "SELECT coalesce(max(sequence), 0) AS sequence FROM version";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| unsigned(row, "sequence"))?)
}

/// Gathers the facts that a judgement rests on.
///
/// `head` is the document as it is in the same transaction. Tags that it knows are not looked up.
///
/// `change` is `None` if the request changes nothing, or its body is not read yet.
pub(super) fn gather_facts(
    connection: &Connection,
    id: &DocumentId,
    head: Option<&Head>,
    conditions: &precondition::Conditions,
    change: Option<&DocumentChange>,
    kind: Etags,
) -> Result<WriteFacts, SqliteError> {
    let found = DocumentState::from(head.map(|head| Arc::clone(head.stored())));
    let mut issued = Vec::new();
    let current = found.current().map(|stored| stored.etag(kind));
    for tag in tags_to_look_up(conditions, current.as_ref()) {
        match head.filter(|_| kind == Etags::Version).map_or(TagOrigin::Unknown, |head| head.look_up(&tag)) {
            TagOrigin::Issued(known) => issued.push(known),
            TagOrigin::NeverIssued => {}
            TagOrigin::Unknown => issued.extend(issued_versions(connection, id, &tag, kind)?.into_iter().map(Arc::new)),
        }
    }
    let parent = change.and_then(DocumentChange::parent);
    let below = match (change, &parent) {
        (Some(DocumentChange::Delete), _) | (_, Some(_)) => tree::descendants(connection, id)?,
        _ => Descendants::default(),
    };
    let ancestors = parent.map_or_else(|| Ok(Vec::new()), |parent| tree::ancestors(connection, &parent))?;
    Ok(WriteFacts { found, issued, below, ancestors })
}

/// Appends the version that was decided on. `found` is the document that it replaces.
pub(super) fn append(
    connection: &Connection,
    id: &DocumentId,
    found: &DocumentState,
    stored: &StoredVersion,
) -> Result<u64, SqliteError> {
    let StoredVersion { revision, document } = stored;
    let Revision { stamp, before, author, based_on } = &**revision;
    let parent = parent_in(stored);
    let (tag, hash, based_on) =
        (stamp.tag.to_string(), stamp.hash.to_string(), based_on.as_ref().map(EntityTag::to_bytes));
    let title = document.as_ref().map(|document| &document.title);
    let (before_tag, before_hash) =
        (before.as_ref().map(|before| before.tag.to_string()), before.as_ref().map(|before| before.hash.to_string()));
    let seal = seal::seal_of([
        ValueRef::from(id.as_str()),
        ValueRef::Integer(signed(stamp.version)),
        ValueRef::from(&*tag),
        ValueRef::from(&*hash),
        ValueRef::from(author.as_str()),
        ValueRef::Integer(signed(stamp.at.as_millis())),
        based_on.as_deref().map_or(ValueRef::Null, ValueRef::Blob),
        title.map_or(ValueRef::Null, |title| ValueRef::from(title.as_str())),
        before.as_ref().map_or(ValueRef::Null, |before| ValueRef::Integer(signed(before.version))),
        before_tag.as_deref().map_or(ValueRef::Null, ValueRef::from),
        before_hash.as_deref().map_or(ValueRef::Null, ValueRef::from),
        before.as_ref().map_or(ValueRef::Null, |before| ValueRef::Integer(signed(before.at.as_millis()))),
        before.as_ref().map_or(ValueRef::Null, |before| ValueRef::Integer(before.deleted.into())),
    ]);
    let sequence = connection.prepare_cached(INSERT_VERSION)?.insert(params![
        id.as_str(),
        signed(stamp.version),
        tag,
        hash,
        author.as_str(),
        signed(stamp.at.as_millis()),
        based_on,
        seal,
        title,
        parent,
        document.as_ref().map(|document| &document.content),
    ])?;
    let seal = seal::seal_of([
        ValueRef::from(id.as_str()),
        ValueRef::Integer(sequence),
        ValueRef::Integer((!stamp.deleted).into()),
        parent.map_or(ValueRef::Null, ValueRef::from),
    ]);
    let from = found.current().and_then(|stored| parent_in(stored));
    if found.current().is_some() && !stamp.deleted && from == parent {
        let changed = connection.prepare_cached(NEW_CURRENT)?.execute(params![id.as_str(), sequence, seal])?;
        if changed != 1 {
            return Err(rusqlite::Error::StatementChangedRows(changed).into());
        }
    } else {
        let current = "INSERT INTO document (id, current, alive, parent, seal) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT (id) DO UPDATE SET current = ?2, alive = ?3, parent = ?4, seal = ?5";
        connection.prepare_cached(current)?.execute(params![id.as_str(), sequence, !stamp.deleted, parent, seal])?;
        tree::update_heights(connection, from, parent)?;
    }
    Ok(u64::try_from(sequence).unwrap_or(0))
}

const INSERT_VERSION: &str = "
    INSERT INTO version (document, number, etag, hash, author, at, based_on, seal, title, parent, content)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// Sets the current version of a document whose place stays the same. No index has these columns.
const NEW_CURRENT: &str = "UPDATE document SET current = ?2, seal = ?3 WHERE id = ?1";

/// Returns the parent of a version.
fn parent_in(stored: &StoredVersion) -> Option<&str> {
    stored.document.as_ref()?.parent.as_ref().map(DocumentId::as_str)
}

/// The numbers of the versions whose hash begins with these digits, newest first.
const BY_HASH: &str = "SELECT number FROM version WHERE document = ?1 AND substr(hash, 1, 8) = ?2
                       ORDER BY number DESC LIMIT ?3";
/// The numbers of the versions that were written between two times, newest first.
const BY_TIME: &str = "SELECT number FROM version WHERE document = ?1 AND at BETWEEN ?2 AND ?3
                       ORDER BY at DESC, number DESC LIMIT ?4";

/// Returns the newest versions that a tag was issued for, oldest first.
fn issued_versions(
    connection: &Connection,
    id: &DocumentId,
    tag: &EntityTag,
    kind: Etags,
) -> Result<Vec<IssuedTag>, SqliteError> {
    let number = |row: &Row<'_>| unsigned(row, "number").map_err(SqliteError::from);
    let mut numbers = match VersionStamp::lookup_key(tag, kind) {
        None => return Ok(Vec::new()),
        Some(TagLookup::Number(number)) => vec![number],
        Some(TagLookup::Hash(hash)) => {
            query_all(connection, BY_HASH, params![id.as_str(), hash, limit(MAX_VERSIONS_PER_TAG)], number)?
        }
        Some(TagLookup::Second(second)) => {
            let first = second.saturating_mul(1000);
            let times = (signed(first), signed(first.saturating_add(999)));
            query_all(connection, BY_TIME, params![id.as_str(), times.0, times.1, limit(MAX_VERSIONS_PER_TAG)], number)?
        }
    };
    numbers.reverse();
    let sql = format!(
        "{SELECT_VERSION} {FROM_VERSION} WHERE v.document = ?1 AND v.number BETWEEN ?2 AND ?3 ORDER BY v.number"
    );
    let mut issued = Vec::new();
    for version in numbers {
        let both = params![id.as_str(), signed(version), signed(version.saturating_add(1))];
        let mut both = query_all(connection, &sql, both, revision_from_row)?.into_iter();
        if both.next().is_some_and(|revision| revision.stamp.version == version && revision.stamp.etag(kind) == *tag) {
            issued.push(IssuedTag { tag: tag.clone(), version, next: both.next().map(Arc::new) });
        }
    }
    Ok(issued)
}

/// Returns whether any version of the document has one of these tags.
pub(super) fn has_issued(
    connection: &Connection,
    id: &DocumentId,
    tags: &[EntityTag],
    kind: Etags,
) -> Result<bool, SqliteError> {
    for tag in tags {
        if !issued_versions(connection, id, tag, kind)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads a version of `id` with its text. The text is verified by the hash, the rest by the seal.
fn stored_from_row(id: &DocumentId, row: &Row<'_>) -> Result<StoredVersion, SqliteError> {
    let revision = Arc::new(revision_from_row(row)?);
    let title: Option<String> = row.get("title")?;
    let content: Option<String> = row.get("content")?;
    // A title without a content means that the text was removed, see `removal`.
    let document = match (title, content) {
        (Some(title), Some(content)) => Some(Document { title, content, parent: parent(row, "parent")? }.into()),
        _ => None,
    };
    let stored = StoredVersion { revision, document };
    let stamp = &stored.revision.stamp;
    let hash = stored.document.as_ref().map_or_else(|| StateHash::of(None), SerializedDocument::hash);
    if !stored.is_text_removed() && hash != stamp.hash {
        return Err(SqliteError::Damaged { id: id.clone(), number: stamp.version });
    }
    Ok(stored)
}

/// Verifies the row of a document by its seal.
fn verify_document_seal(row: &Row<'_>) -> Result<(), SqliteError> {
    if seal::is_document_intact(row)? { Ok(()) } else { Err(damaged_error(row)) }
}

/// Returns the error for a row that is not what was written.
///
/// It names the version if the row still does.
fn damaged_error(row: &Row<'_>) -> SqliteError {
    match (id(row), unsigned(row, "number")) {
        (Ok(id), Ok(number)) => SqliteError::Damaged { id, number },
        _ => unreadable_column("document").into(),
    }
}

/// Reads a version without its text, and verifies it by its seal.
fn revision_from_row(row: &Row<'_>) -> Result<Revision, SqliteError> {
    if !seal::is_version_intact(row)? {
        return Err(damaged_error(row));
    }
    let before: Option<i64> = row.get("b_number")?;
    let based_on: Option<Vec<u8>> = row.get("based_on")?;
    Ok(Revision {
        stamp: stamp_from_row(row, "")?,
        before: before.map(|_| stamp_from_row(row, "b_")).transpose()?,
        // A name that an older version allowed must not make the document unreadable.
        author: parse_column(row, "author", |text| Some(Author::from_repaired(text)))?,
        based_on: based_on
            .map(|bytes| EntityTag::parse(&bytes).map_err(|_| unreadable_column("based_on")))
            .transpose()?,
    })
}

fn stamp_from_row(row: &Row<'_>, prefix: &str) -> rusqlite::Result<VersionStamp> {
    let column = |name: &str| format!("{prefix}{name}");
    Ok(VersionStamp {
        version: unsigned(row, &column("number"))?,
        tag: parse_column(row, &column("etag"), |text| EntityTag::parse(text.as_bytes()).ok())?,
        hash: parse_column(row, &column("hash"), |text| text.parse().ok())?,
        at: contract::Timestamp::from_millis(unsigned(row, &column("at"))?),
        deleted: row.get(column("deleted").as_str())?,
    })
}

#[cfg(test)]
mod tests;
