//! The SQL of the store: versions into rows, and rows into versions. Nothing is decided in here.

use contract::{Author, Document, DocumentId};
use precondition::EntityTag;
use precondition::policy::Etags;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::Fault;
use crate::chain::{self, StateHash};
use crate::facts::{Facts, Issued, tags_in_question};
use crate::request::{Change, EventQuery, ListQuery, VersionQuery};
use crate::revision::{Found, Happened, Listed, Mark, Page, Revision, Stored};

/// Columns and tables of every query for versions. `b` is the version before.
const VERSION: &str = "
    SELECT v.document, v.sequence, v.author, v.based_on, v.title, v.parent,
           v.number, v.etag, v.hash, v.at, v.title IS NULL AS deleted,
           b.number AS b_number, b.etag AS b_etag, b.hash AS b_hash, b.at AS b_at, b.title IS NULL AS b_deleted";
const FROM: &str = "FROM version v LEFT JOIN version b ON b.document = v.document AND b.number = v.number - 1";

/// The newest version of a document.
pub(super) fn found(connection: &Connection, id: &DocumentId) -> Result<Found, Fault> {
    let sql = format!(
        "{VERSION}, v.content FROM document d JOIN version v ON v.sequence = d.current
         LEFT JOIN version b ON b.document = v.document AND b.number = v.number - 1 WHERE d.id = ?1"
    );
    let newest = connection.prepare_cached(&sql)?.query_row([id.as_str()], with_text).optional()?;
    newest.map(|stored| undamaged(id, stored)).transpose().map(Found::from)
}

/// One version of a document.
pub(super) fn version(connection: &Connection, id: &DocumentId, number: u64) -> Result<Option<Stored>, Fault> {
    let sql = format!("{VERSION}, v.content {FROM} WHERE v.document = ?1 AND v.number = ?2");
    let found =
        connection.prepare_cached(&sql)?.query_row(params![id.as_str(), signed(number)], with_text).optional()?;
    found.map(|stored| undamaged(id, stored)).transpose()
}

/// Versions of a document, newest first.
pub(super) fn versions(connection: &Connection, query: &VersionQuery) -> Result<Page<Revision>, Fault> {
    let sql = format!("{VERSION} {FROM} WHERE v.document = ?1 AND v.number < ?2 ORDER BY v.number DESC LIMIT ?3");
    let before = query.before.map_or(i64::MAX, signed);
    let values = params![query.id.as_str(), before, one_more(query.limit)];
    page(connection, &sql, values, (query.limit, query.bytes), revision, Revision::bytes)
}

/// Documents that exist, by id.
pub(super) fn list(connection: &Connection, query: &ListQuery) -> Result<Page<Listed>, Fault> {
    let sql = format!(
        "{VERSION} FROM document d JOIN version v ON v.sequence = d.current
         LEFT JOIN version b ON b.document = v.document AND b.number = v.number - 1
         WHERE d.id > ?1 AND d.alive ORDER BY d.id LIMIT ?2"
    );
    // No id is empty, so the empty text comes before all of them.
    let after = query.after.as_ref().map_or("", DocumentId::as_str);
    let values = params![after, one_more(query.limit)];
    let listed = |row: &Row<'_>| {
        Ok(Listed { id: id(row)?, title: row.get("title")?, parent: parent(row)?, revision: revision(row)? })
    };
    page(connection, &sql, values, (query.limit, query.bytes), listed, Listed::bytes)
}

/// Events, oldest first.
pub(super) fn events(connection: &Connection, query: &EventQuery) -> Result<Vec<Happened>, Fault> {
    let sql = format!(
        "{VERSION} {FROM} WHERE v.sequence > ?1 AND (?2 IS NULL OR v.document = ?2) ORDER BY v.sequence LIMIT ?3"
    );
    let about = query.id.as_ref().map(DocumentId::as_str);
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    all(connection, &sql, params![signed(query.after), about, limit], |row| {
        Ok(Happened { sequence: unsigned(row, "sequence")?, id: id(row)?, revision: revision(row)? })
    })
}

/// The number of the newest event, 0 where there is none.
pub(super) fn latest(connection: &Connection) -> Result<u64, Fault> {
    let sql = "SELECT coalesce(max(sequence), 0) AS sequence FROM version";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| unsigned(row, "sequence"))?)
}

/// What a judgement rests on, besides what was `found`. `change` is none where the request's body is not known (yet).
pub(super) fn facts(
    connection: &Connection,
    id: &DocumentId,
    found: Found,
    conditions: &precondition::Conditions,
    change: Option<&Change>,
    kind: Etags,
) -> Result<Facts, Fault> {
    let mut past = Vec::new();
    let current = found.here().map(|stored| stored.etag(kind));
    for tag in tags_in_question(conditions, current.as_ref()) {
        past.extend(issued(connection, id, &tag, kind)?);
    }
    let children = match change {
        Some(Change::Delete) => children(connection, id)?,
        _ => Vec::new(),
    };
    let ancestors = match change.and_then(Change::parent) {
        Some(parent) => ancestors(connection, &parent)?,
        None => Vec::new(),
    };
    Ok(Facts { found, issued: past, children, ancestors })
}

/// Writes the version that a decision made, and makes it the current one.
pub(super) fn append(connection: &Connection, id: &DocumentId, stored: &Stored) -> Result<u64, Fault> {
    let Stored { revision: Revision { mark, author, based_on, .. }, document } = stored;
    let parent = document.as_ref().and_then(|document| document.parent.as_ref()).map(DocumentId::as_str);
    let insert = "INSERT INTO version (document, number, etag, hash, author, at, based_on, title, content, parent)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let sequence = connection.prepare_cached(insert)?.insert(params![
        id.as_str(),
        signed(mark.version),
        mark.tag.to_string(),
        mark.hash.to_string(),
        author.as_str(),
        signed(mark.at.as_millis()),
        based_on.as_ref().map(EntityTag::to_bytes),
        document.as_ref().map(|document| &document.title),
        document.as_ref().map(|document| &document.content),
        parent,
    ])?;
    let current = "INSERT INTO document (id, current, alive, parent) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (id) DO UPDATE SET current = ?2, alive = ?3, parent = ?4";
    connection.prepare_cached(current)?.execute(params![id.as_str(), sequence, !mark.deleted, parent])?;
    Ok(u64::try_from(sequence).unwrap_or(0))
}

/// The versions that a tag was issued for. Our own kind of tag names its version, and no more than one has it; for the
/// other kinds every version has to be looked at, which is one more thing that is wrong with them.
fn issued(connection: &Connection, id: &DocumentId, tag: &EntityTag, kind: Etags) -> Result<Vec<Issued>, Fault> {
    let numbers = match (kind, chain::number_in(tag)) {
        (Etags::Version, Some(number)) => signed(number)..=signed(number.saturating_add(1)),
        (Etags::Version, None) => return Ok(Vec::new()),
        (Etags::Content | Etags::Seconds, _) => 1..=i64::MAX,
    };
    let sql = format!("{VERSION} {FROM} WHERE v.document = ?1 AND v.number BETWEEN ?2 AND ?3 ORDER BY v.number");
    let revisions = all(connection, &sql, params![id.as_str(), numbers.start(), numbers.end()], revision)?;
    let places = revisions.iter().enumerate().filter(|(_, revision)| revision.mark.etag(kind) == *tag);
    Ok(places
        .map(|(place, revision)| Issued {
            tag: tag.clone(),
            version: revision.mark.version,
            next: revisions.get(place + 1).cloned(),
        })
        .collect())
}

fn children(connection: &Connection, id: &DocumentId) -> Result<Vec<DocumentId>, Fault> {
    let sql = "SELECT id AS document FROM document WHERE parent = ?1 ORDER BY id";
    all(connection, sql, params![id.as_str()], self::id)
}

/// A document and all that it belongs under; empty where it does not exist.
fn ancestors(connection: &Connection, id: &DocumentId) -> Result<Vec<DocumentId>, Fault> {
    // UNION, not UNION ALL: it ends in a circle too, should there ever be one.
    let sql = "WITH RECURSIVE above (id, parent) AS (
                   SELECT id, parent FROM document WHERE id = ?1 AND alive
                   UNION SELECT d.id, d.parent FROM document d JOIN above ON d.id = above.parent)
               SELECT id AS document FROM above";
    all(connection, sql, params![id.as_str()], self::id)
}

fn all<T>(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Fault> {
    Ok(connection.prepare_cached(sql)?.query_map(values, read)?.collect::<rusqlite::Result<_>>()?)
}

/// Reads a page: `limit` rows at most, and no more than have so many `bytes` together. One row is always on it.
///
/// A row that does not fit is read and dropped, and those after it are not read at all.
fn page<T>(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    (limit, bytes): (usize, usize),
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    size: impl Fn(&T) -> usize,
) -> Result<Page<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let (mut items, mut taken) = (Vec::new(), 0_usize);
    for item in statement.query_map(values, read)? {
        let item = item?;
        taken = taken.saturating_add(size(&item));
        if items.len() == limit || (taken > bytes && !items.is_empty()) {
            return Ok(Page { items, more: true });
        }
        items.push(item);
    }
    Ok(Page { items, more: false })
}

fn with_text(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let title: Option<String> = row.get("title")?;
    let document = match title {
        Some(title) => Some(Document { title, content: row.get("content")?, parent: parent(row)? }),
        None => None,
    };
    Ok(Stored { revision: revision(row)?, document })
}

/// No database notices a bit that has turned over on the disk. The hash does.
fn undamaged(id: &DocumentId, stored: Stored) -> Result<Stored, Fault> {
    let mark = &stored.revision.mark;
    if StateHash::of(stored.document.as_ref()) == mark.hash {
        return Ok(stored);
    }
    Err(Fault::Damaged { id: id.clone(), number: mark.version })
}

fn revision(row: &Row<'_>) -> rusqlite::Result<Revision> {
    let before: Option<i64> = row.get("b_number")?;
    let based_on: Option<Vec<u8>> = row.get("based_on")?;
    Ok(Revision {
        mark: mark(row, "")?,
        before: before.map(|_| mark(row, "b_")).transpose()?,
        // A name that an older version allowed must not make the document unreadable.
        author: parsed(row, "author", |text| Some(Author::repaired(text)))?,
        based_on: based_on.map(|bytes| EntityTag::parse(&bytes).map_err(|_| unreadable("based_on"))).transpose()?,
    })
}

fn mark(row: &Row<'_>, prefix: &str) -> rusqlite::Result<Mark> {
    let column = |name: &str| format!("{prefix}{name}");
    Ok(Mark {
        version: unsigned(row, &column("number"))?,
        tag: parsed(row, &column("etag"), |text| EntityTag::parse(text.as_bytes()).ok())?,
        hash: parsed(row, &column("hash"), |text| text.parse().ok())?,
        at: contract::Timestamp::from_millis(unsigned(row, &column("at"))?),
        deleted: row.get(column("deleted").as_str())?,
    })
}

fn id(row: &Row<'_>) -> rusqlite::Result<DocumentId> {
    parsed(row, "document", |text| text.parse().ok())
}

fn parent(row: &Row<'_>) -> rusqlite::Result<Option<DocumentId>> {
    let parent: Option<String> = row.get("parent")?;
    parent.map(|text| text.parse().map_err(|_| unreadable("parent"))).transpose()
}

fn parsed<T>(row: &Row<'_>, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| unreadable(column))
}

fn unreadable(column: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnName(column.to_owned())
}

fn unsigned(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| unreadable(column))
}

/// SQLite's integers end where `i64` does, and so do our numbers: nobody writes that many versions.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One more than is asked for, to see whether there is more.
fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}
