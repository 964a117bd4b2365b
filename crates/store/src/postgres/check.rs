//! Verifies a store in PostgreSQL: hashes, checksums, chains, and the counter of events.
//!
//! All is read from one state of the database, in pages, while servers read and write. PostgreSQL's own structures are
//! not checked: that is the subject of `pg_amcheck`.

use contract::Document;
use precondition::EntityTag;
use tokio_postgres::{IsolationLevel, Row, Transaction};

use super::connections::Connector;
use super::error::{PostgresError, PostgresOpenError};
use super::migrations::{self, NEWEST_SCHEMA};
use super::rows::{FROM_VERSION, SELECT_DOCUMENT, SELECT_VERSION, revision, text, value, verify_document};
use crate::options::DatabaseLogin;
use crate::verification::{CheckSummary, CheckedVersion, MAX_MISSING_LISTED, StoreFlaw, StoreProblem, TextState};

/// The versions that are read at once.
const PAGE_VERSIONS: i32 = 200;

/// Checks the store in the database, and reports each problem to `report`.
///
/// # Errors
///
/// [`PostgresOpenError`] if there is no store with the schema that this program knows, or it cannot be read. A store
/// that can be read and is broken is not an error.
pub async fn check(
    url: &str,
    login: &DatabaseLogin,
    report: impl FnMut(StoreProblem),
) -> Result<CheckSummary, PostgresOpenError> {
    let mut client = Connector::new(url, login)?.client().await?;
    let transaction = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    let transaction = transaction.start().await?;
    match migrations::schema_of(&transaction).await? {
        Some(NEWEST_SCHEMA) => {}
        Some(found) if found > NEWEST_SCHEMA => return Err(PostgresOpenError::Newer { found, known: NEWEST_SCHEMA }),
        Some(found) => return Err(PostgresOpenError::Older { found, known: NEWEST_SCHEMA }),
        None => return Err(PostgresOpenError::Missing),
    }
    let summary = CheckSummary { schema: NEWEST_SCHEMA.into(), ..CheckSummary::default() };
    let mut checker = Checker { problems: Vec::new(), summary, newest_event: 0 };
    checker.check_versions(&transaction).await?;
    checker.check_documents(&transaction).await?;
    checker.check_single_rows(&transaction).await?;
    checker.check_counter(&transaction).await?;
    let Checker { problems, mut summary, .. } = checker;
    summary.problems = u64::try_from(problems.len()).unwrap_or(u64::MAX);
    problems.into_iter().for_each(report);
    Ok(summary)
}

/// A check in progress.
struct Checker {
    problems: Vec<StoreProblem>,
    summary: CheckSummary,
    newest_event: i64,
}

/// The version before, against which the next one is checked.
struct PrecedingVersion {
    document: String,
    number: i64,
    sequence: i64,
    /// The tag in the store, and the one that it should have been.
    tags: [Option<EntityTag>; 2],
    /// Whether something is wrong with it, which the checksum of the next version shows as well.
    is_wrong: bool,
}

impl Checker {
    fn report(&mut self, document: &str, version: Option<i64>, flaw: StoreFlaw) {
        self.problems.push(StoreProblem { document: Some(document.to_owned()), version, flaw });
    }

    /// Checks every version, by document and number, and the row of the document with its newest version.
    async fn check_versions(&mut self, transaction: &Transaction<'_>) -> Result<(), PostgresOpenError> {
        let sql = format!(
            "{SELECT_VERSION}{SELECT_DOCUMENT}, d.newest_seal, d.removed, v.parent, v.content,
                    n.number IS NULL AS is_newest
             {FROM_VERSION}
             LEFT JOIN ifmatch.version n ON n.document = v.document AND n.number = v.number + 1
             LEFT JOIN ifmatch.document d ON d.id = v.document
             ORDER BY v.document, v.number"
        );
        let portal = transaction.bind(&sql, &[]).await?;
        let mut before: Option<PrecedingVersion> = None;
        loop {
            let rows = transaction.query_portal(&portal, PAGE_VERSIONS).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                let (document, number): (String, i64) = (row.try_get("document")?, row.try_get("number")?);
                before = before.filter(|before| before.document == document);
                before = Some(self.check_version(row, document, number, before)?);
            }
        }
    }

    /// Checks a version against the version before it.
    fn check_version(
        &mut self,
        row: &Row,
        document: String,
        number: i64,
        before: Option<PrecedingVersion>,
    ) -> Result<PrecedingVersion, tokio_postgres::Error> {
        self.summary.versions += 1;
        self.summary.documents += u64::from(before.is_none());
        let sequence: i64 = row.try_get("sequence")?;
        self.newest_event = self.newest_event.max(sequence);
        let problems = self.problems.len();
        let mut expected = before.as_ref().map_or(1, |before| before.number + 1);
        while expected < number && self.problems.len() < MAX_MISSING_LISTED {
            self.report(&document, Some(expected), StoreFlaw::Missing(expected));
            expected += 1;
        }
        if before.as_ref().is_some_and(|before| before.sequence >= sequence) {
            self.report(&document, Some(number), StoreFlaw::Sequence);
        }
        let was_wrong = before.as_ref().is_some_and(|before| before.is_wrong);
        let mut tags = [None, None];
        match read_version(row, &document) {
            Err(column) => self.report(&document, Some(number), StoreFlaw::Column(column)),
            Ok(version) => {
                let tags_before = before.filter(|before| before.number + 1 == number).map(|before| before.tags);
                let (computed, flaw) = version.judge(number, tags_before, number == 1);
                if let Some(flaw) = flaw {
                    self.report(&document, Some(number), flaw);
                }
                if matches!(version.state, TextState::Removed) {
                    self.summary.removed += 1;
                    if row.try_get::<_, Option<i64>>("removed")?.is_some_and(|removed| removed < number) {
                        self.report(&document, Some(number), StoreFlaw::NoText);
                    }
                }
                tags = [Some(version.tag), computed];
            }
        }
        // The checksum covers the version before, too.
        if self.problems.len() == problems && !was_wrong && revision(row).is_err() {
            self.report(&document, Some(number), StoreFlaw::Seal);
        }
        let is_wrong = self.problems.len() > problems;
        if row.try_get("is_newest")? {
            self.check_document(row, &document, number, is_wrong)?;
        }
        Ok(PrecedingVersion { document, number, sequence, tags, is_wrong })
    }

    /// Checks the row of a document against its newest version.
    fn check_document(
        &mut self,
        row: &Row,
        document: &str,
        number: i64,
        is_wrong: bool,
    ) -> Result<(), tokio_postgres::Error> {
        let Some(current) = row.try_get::<_, Option<i64>>("d_number")? else {
            self.report(document, None, StoreFlaw::Unlisted);
            return Ok(());
        };
        let title: Option<&[u8]> = row.try_get("title")?;
        let (alive, parent): (bool, Option<&str>) = (row.try_get("d_alive")?, row.try_get("d_parent")?);
        let seals: [&[u8]; 2] = [row.try_get("newest_seal")?, row.try_get("seal")?];
        let is_newest = current == number && seals[0] == seals[1];
        let fits = is_newest && alive == title.is_some() && parent == row.try_get("parent")?;
        if (!fits && !is_wrong) || verify_document(row).is_err() {
            self.report(document, None, StoreFlaw::Current);
        }
        Ok(())
    }

    /// Finds documents without a version.
    async fn check_documents(&mut self, transaction: &Transaction<'_>) -> Result<(), PostgresOpenError> {
        let sql = "SELECT id FROM ifmatch.document d
                   WHERE NOT EXISTS (SELECT FROM ifmatch.version v WHERE v.document = d.id) ORDER BY id";
        for row in transaction.query(sql, &[]).await? {
            self.report(row.try_get("id")?, None, StoreFlaw::NoVersion);
        }
        Ok(())
    }

    /// Finds missing rows of the tables that have one, and says how to insert them.
    async fn check_single_rows(&mut self, transaction: &Transaction<'_>) -> Result<(), PostgresOpenError> {
        for table in migrations::tables_without_row(transaction).await? {
            let insert = match table {
                "event_counter" => format!("(last) VALUES ({})", self.newest_event),
                "setting_counter" => "(last) SELECT coalesce(max(revision), 0) FROM ifmatch.setting".to_owned(),
                _ => "DEFAULT VALUES".to_owned(),
            };
            let flaw = format!(
                "the table ifmatch.{table} must have one row, and has none; stop all servers, then run \
                 'INSERT INTO ifmatch.{table} {insert}'"
            );
            self.problems.push(StoreProblem { document: None, version: None, flaw: StoreFlaw::Database(flaw) });
        }
        Ok(())
    }

    /// Compares the counter of events with the versions: each is one event.
    async fn check_counter(&mut self, transaction: &Transaction<'_>) -> Result<(), PostgresOpenError> {
        let Some(row) = transaction.query_opt("SELECT last FROM ifmatch.event_counter", &[]).await? else {
            return Ok(());
        };
        let last: i64 = row.try_get("last")?;
        let versions = i64::try_from(self.summary.versions).unwrap_or(i64::MAX);
        let newest = self.newest_event;
        if last != newest || last != versions {
            let flaw = format!(
                "the counter of events is {last}, the newest event has the number {newest}, and there are {versions} \
                 versions"
            );
            self.problems.push(StoreProblem { document: None, version: None, flaw: StoreFlaw::Database(flaw) });
        }
        Ok(())
    }
}

/// Reads a row, or names the column that cannot be read.
fn read_version(row: &Row, document: &str) -> Result<CheckedVersion, &'static str> {
    let column = |name| move |_: PostgresError| name;
    let id = document.parse().map_err(|_| "document id")?;
    let tag: &str = value(row, "etag").map_err(column("tag"))?;
    let tag = EntityTag::parse(tag.as_bytes()).map_err(|_| "tag")?;
    let hash = value::<&str>(row, "hash").map_err(column("hash"))?.parse().map_err(|_| "hash")?;
    value::<i64>(row, "at").ok().filter(|at| *at >= 0).ok_or("time")?;
    let based_on: Option<&[u8]> = value(row, "based_on").map_err(column("base"))?;
    if based_on.is_some_and(|tag| EntityTag::parse(tag).is_err()) {
        return Err("base");
    }
    let (title, content) = (text(row, "title"), text(row, "content"));
    let (title, content) = (title.map_err(column("title"))?, content.map_err(column("text"))?);
    let parent: Option<&str> = value(row, "parent").map_err(column("parent"))?;
    let parent = parent.map(|parent| parent.parse().map_err(|_| "parent")).transpose()?;
    let state = match (title, content) {
        (Some(title), Some(content)) => TextState::Here(Document { title, content, parent }),
        (Some(_), None) => TextState::Removed,
        (None, None) => TextState::Deleted,
        (None, Some(_)) => return Err("text"),
    };
    Ok(CheckedVersion { id, tag, hash, state })
}
