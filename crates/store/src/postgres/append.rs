//! The rows that a batch writes: collected first, and then written by three statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::DocumentId;
use precondition::EntityTag;

use super::error::PostgresError;
use super::rows::{document_seal, limit, signed, version_seal};
use super::session::Session;
use crate::revision::StoredVersion;
use crate::seal::Seal;

/// Inserts documents that did not exist.
///
/// If another server inserts one of them meanwhile, this waits for that server's transaction, and then fails with a
/// violation of the key: the transaction is repeated, and finds the document.
const INSERT_DOCUMENTS: &str = "
    INSERT INTO ifmatch.document (id, number, alive, parent, seal, newest_seal)
    SELECT * FROM unnest($1::TEXT[], $2::BIGINT[], $3::BOOLEAN[], $4::TEXT[], $5::BYTEA[], $6::BYTEA[])";

/// Changes documents, whose rows are locked.
const UPDATE_DOCUMENTS: &str = "
    UPDATE ifmatch.document d SET number = n.number, alive = n.alive, parent = n.parent, seal = n.seal,
        newest_seal = n.newest_seal, turn = NULL
    FROM unnest($1::TEXT[], $2::BIGINT[], $3::BOOLEAN[], $4::TEXT[], $5::BYTEA[], $6::BYTEA[])
         AS n (id, number, alive, parent, seal, newest_seal)
    WHERE d.id = n.id";

/// Inserts versions with the next numbers of events, and notifies all servers.
///
/// The notification is sent by the commit. Until then, the transaction holds the lock of the counter.
const INSERT_VERSIONS: &str = "
    WITH counter AS (UPDATE ifmatch.event_counter SET last = last + $12 RETURNING last - $12 AS last),
    added AS (
        INSERT INTO ifmatch.version
            (document, number, sequence, at, etag, hash, author, based_on, seal, parent, title, content)
        SELECT n.document, n.number, counter.last + n.place, n.at, n.etag, n.hash, n.author, n.based_on, n.seal,
               n.parent, n.title, n.content
        FROM counter, unnest($1::TEXT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[], $6::TEXT[], $7::BYTEA[],
                             $8::BYTEA[], $9::TEXT[], $10::BYTEA[], $11::BYTEA[]) WITH ORDINALITY
            AS n (document, number, at, etag, hash, author, based_on, seal, parent, title, content, place))
    SELECT pg_notify($13, '') FROM counter";

/// The versions that a transaction appends, in their order.
#[derive(Default)]
pub(super) struct NewVersions {
    versions: Vec<(DocumentId, Arc<StoredVersion>)>,
    /// The newest version of each document, and whether the document's row exists.
    documents: BTreeMap<DocumentId, (Arc<StoredVersion>, bool)>,
}

/// The rows of documents, by columns.
#[derive(Default)]
struct DocumentColumns<'a> {
    ids: Vec<&'a str>,
    numbers: Vec<i64>,
    alive: Vec<bool>,
    parents: Vec<Option<&'a str>>,
    seals: Vec<Vec<u8>>,
    newest_seals: Vec<Vec<u8>>,
}

impl NewVersions {
    /// Adds a version. `is_first` says whether the document never existed.
    pub(super) fn push(&mut self, id: &DocumentId, stored: &Arc<StoredVersion>) {
        self.versions.push((id.clone(), Arc::clone(stored)));
        let is_first = stored.revision.before.is_none();
        let (newest, _) = self.documents.entry(id.clone()).or_insert_with(|| (Arc::clone(stored), !is_first));
        *newest = Arc::clone(stored);
    }

    /// Returns whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Returns whether this document has a new version.
    pub(super) fn has(&self, id: &DocumentId) -> bool {
        self.documents.contains_key(id)
    }

    /// Returns the documents that have a new version.
    pub(super) fn documents(&self) -> impl Iterator<Item = &DocumentId> {
        self.documents.keys()
    }

    /// Writes all rows, in the transaction of this connection, which is then committed.
    ///
    /// Servers are notified on `channel`.
    ///
    /// # Errors
    ///
    /// [`PostgresError`] if a row was not written; the transaction cannot be committed then.
    pub(super) async fn write(&self, session: Session<'_>, channel: &str) -> Result<(), PostgresError> {
        for sql in [INSERT_DOCUMENTS, UPDATE_DOCUMENTS, INSERT_VERSIONS] {
            session.prepare(sql).await?;
        }
        let inserted = self.write_documents(session, INSERT_DOCUMENTS, false);
        let updated = self.write_documents(session, UPDATE_DOCUMENTS, true);
        // All statements are sent before the first response comes.
        let versions = self.write_versions(session, channel);
        let (inserted, updated, versions) = tokio::join!(biased; inserted, updated, versions);
        inserted?;
        updated?;
        versions
    }

    async fn write_documents(&self, session: Session<'_>, sql: &str, exist: bool) -> Result<(), PostgresError> {
        let mut columns = DocumentColumns::default();
        for (id, (stored, _)) in self.documents.iter().filter(|(_, (_, exists))| *exists == exist) {
            let (number, alive) = (signed(stored.revision.stamp.version), !stored.revision.stamp.deleted);
            let parent = parent_of(stored);
            columns.ids.push(id.as_str());
            columns.numbers.push(number);
            columns.alive.push(alive);
            columns.parents.push(parent);
            columns.seals.push(document_seal(id.as_str(), number, alive, parent).to_vec());
            columns.newest_seals.push(seal_of_version(id, stored).to_vec());
        }
        if columns.ids.is_empty() {
            return Ok(());
        }
        let DocumentColumns { ids, numbers, alive, parents, seals, newest_seals } = &columns;
        let written = session.execute(sql, &[ids, numbers, alive, parents, seals, newest_seals]).await?;
        // The rows are locked, so this is a bug or a row that was deleted by hand.
        if written == u64::try_from(ids.len()).unwrap_or(u64::MAX) { Ok(()) } else { Err(PostgresError::Overtaken) }
    }

    async fn write_versions(&self, session: Session<'_>, channel: &str) -> Result<(), PostgresError> {
        let rows = &self.versions;
        let revisions = || rows.iter().map(|(_, stored)| &stored.revision);
        let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
        let numbers: Vec<i64> = revisions().map(|revision| signed(revision.stamp.version)).collect();
        let times: Vec<i64> = revisions().map(|revision| signed(revision.stamp.at.as_millis())).collect();
        let tags: Vec<String> = revisions().map(|revision| revision.stamp.tag.to_string()).collect();
        let hashes: Vec<String> = revisions().map(|revision| revision.stamp.hash.to_string()).collect();
        let authors: Vec<&str> = revisions().map(|revision| revision.author.as_str()).collect();
        let bases: Vec<Option<Vec<u8>>> =
            revisions().map(|revision| revision.based_on.as_ref().map(EntityTag::to_bytes)).collect();
        let titles: Vec<Option<&[u8]>> =
            rows.iter().map(|(_, stored)| stored.document.as_ref().map(|document| document.title.as_bytes())).collect();
        let contents: Vec<Option<&[u8]>> = rows
            .iter()
            .map(|(_, stored)| stored.document.as_ref().map(|document| document.content.as_bytes()))
            .collect();
        let parents: Vec<Option<&str>> = rows.iter().map(|(_, stored)| parent_of(stored)).collect();
        let seals: Vec<Vec<u8>> = rows.iter().map(|(id, stored)| seal_of_version(id, stored).to_vec()).collect();
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 13] = [
            &ids,
            &numbers,
            &times,
            &tags,
            &hashes,
            &authors,
            &bases,
            &seals,
            &parents,
            &titles,
            &contents,
            &limit(rows.len()),
            &channel,
        ];
        let notified = session.query(INSERT_VERSIONS, &values).await?;
        // Without the row of the counter, nothing was inserted.
        if notified.is_empty() { Err(PostgresError::MissingRow("event_counter")) } else { Ok(()) }
    }
}

/// Returns the parent of a version.
fn parent_of(stored: &StoredVersion) -> Option<&str> {
    stored.document.as_ref()?.parent.as_ref().map(DocumentId::as_str)
}

/// Returns the checksum of a version's row.
pub(super) fn seal_of_version(id: &DocumentId, stored: &StoredVersion) -> Seal {
    let title = stored.document.as_ref().map(|document| document.title.as_bytes());
    version_seal(id, &stored.revision, stored.revision.author.as_str(), title)
}
