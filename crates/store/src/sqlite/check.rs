//! Verifies a store's file, and changes nothing: SQLite's own check, hashes, checksums and chains.
//!
//! How the hash, the tag and the text of a version are compared is in [`crate::verification`].

use std::collections::HashSet;
use std::path::Path;

use contract::Document;
use precondition::EntityTag;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row};

use super::columns::{FROM_DOCUMENT, FROM_VERSION, SCHEMA_WITH_SEALS, SELECT_DOCUMENT, select_version};
use super::error::SqliteOpenError;
use super::{read_only, seal};
use crate::verification::{CheckSummary, CheckedVersion, MAX_MISSING_LISTED, StoreFlaw, StoreProblem, TextState};

/// Checks the store at `path`, and reports each problem to `report` as it is found.
///
/// # Errors
///
/// [`SqliteOpenError`] if there is no store at the path, or it cannot be read. A store that can be read and is broken
/// is not an error.
pub fn check(path: &Path, mut report: impl FnMut(StoreProblem)) -> Result<CheckSummary, SqliteOpenError> {
    let checked = read_only::read_consistently(path, |connection, schema| {
        // Problems are reported at the end, since this may be called twice.
        let mut problems = Vec::new();
        // Everything is read from one state of the store.
        let _state =
            connection.unchecked_transaction().map_err(|error| SqliteOpenError::from_sqlite_read(path, &error))?;
        let checked = Checker {
            connection,
            problems: &mut problems,
            checked: CheckSummary { schema, ..CheckSummary::default() },
        };
        checked.run(path).map(|checked| (checked, problems))
    });
    let (checked, problems) = match checked {
        // The beginning of the file is damaged.
        Err(SqliteOpenError::Corrupt { reason, .. }) => {
            let problem = StoreProblem { document: None, version: None, flaw: StoreFlaw::Database(reason) };
            (CheckSummary { problems: 1, ..CheckSummary::default() }, vec![problem])
        }
        other => other?,
    };
    problems.into_iter().for_each(&mut report);
    Ok(checked)
}

/// A check in progress.
struct Checker<'a> {
    connection: &'a Connection,
    problems: &'a mut Vec<StoreProblem>,
    checked: CheckSummary,
}

/// The values of a version that the next one is checked against.
struct PrecedingVersion {
    document: String,
    number: i64,
    sequence: i64,
    /// The tag in the store, and the one that it should have been.
    tags: [Option<EntityTag>; 2],
    alive: bool,
    parent: Option<String>,
    /// The last version so far whose text is missing, deletes aside.
    without_text: Option<i64>,
}

impl Checker<'_> {
    fn run(mut self, path: &Path) -> Result<CheckSummary, SqliteOpenError> {
        if self.checked.schema == 0 {
            return Ok(self.checked);
        }
        for part in [Self::check_database, Self::check_versions, Self::check_documents, Self::check_seals] {
            match part(&mut self) {
                Ok(()) => {}
                Err(error) if is_damage(&error) => self.report(None, None, StoreFlaw::Database(error.to_string())),
                Err(error) => return Err(SqliteOpenError::from_sqlite_read(path, &error)),
            }
        }
        self.checked.problems = u64::try_from(self.problems.len()).unwrap_or(u64::MAX);
        Ok(self.checked)
    }

    fn report(&mut self, document: Option<&str>, version: Option<i64>, flaw: StoreFlaw) {
        let problem = StoreProblem { document: document.map(str::to_owned), version, flaw };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Runs SQLite's own check of pages, indexes and references.
    fn check_database(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        for line in lines.into_iter().filter(|line| line != "ok") {
            self.report(None, None, StoreFlaw::Database(line));
        }
        Ok(())
    }

    /// Checks every version, by document and number.
    fn check_versions(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare(
            "SELECT document, number, sequence, etag, hash, author, at, based_on, title, content, parent
             FROM version ORDER BY document, number",
        )?;
        let mut rows = statement.query([])?;
        let mut before: Option<PrecedingVersion> = None;
        while let Some(row) = rows.next()? {
            self.checked.versions += 1;
            let document = text_lossy(row, 0)?;
            if before.as_ref().is_none_or(|before| before.document != document) {
                self.checked.documents += 1;
                self.check_newest(before.take())?;
            }
            before = Some(self.check_version(row, document, before)?);
        }
        self.check_newest(before)
    }

    /// Checks a version against the version before it.
    fn check_version(
        &mut self,
        row: &Row<'_>,
        document: String,
        before: Option<PrecedingVersion>,
    ) -> rusqlite::Result<PrecedingVersion> {
        let (number, sequence): (i64, i64) = (row.get(1)?, row.get(2)?);
        let mut expected = before.as_ref().map_or(1, |before| before.number + 1);
        while expected < number && self.problems.len() < MAX_MISSING_LISTED {
            self.report(Some(&document), Some(expected), StoreFlaw::Missing(expected));
            expected += 1;
        }
        if before.as_ref().is_some_and(|before| before.sequence >= sequence) {
            self.report(Some(&document), Some(number), StoreFlaw::Sequence);
        }
        let (mut tags, mut alive, mut parent) = ([None, None], false, None);
        let mut without_text = before.as_ref().and_then(|before| before.without_text);
        match read_version(row, &document) {
            Err(column) => self.report(Some(&document), Some(number), StoreFlaw::Column(column)),
            Ok(version) => {
                let follows = before.as_ref().is_none_or(|before| before.number + 1 == number);
                let tags_before = before.map(|before| before.tags).filter(|_| follows);
                let (computed, flaw) = version.judge(number, tags_before, number == 1);
                if let Some(flaw) = flaw {
                    self.report(Some(&document), Some(number), flaw);
                }
                tags = [Some(version.tag), computed];
                if matches!(version.state, TextState::Removed) {
                    self.checked.removed += 1;
                    without_text = Some(number);
                }
                alive = !matches!(version.state, TextState::Deleted);
                parent = version.state.parent();
            }
        }
        Ok(PrecedingVersion { document, number, sequence, tags, alive, parent, without_text })
    }

    /// Checks the row of a document against its newest version.
    fn check_newest(&mut self, newest: Option<PrecedingVersion>) -> rusqlite::Result<()> {
        let Some(newest) = newest else { return Ok(()) };
        let removed = if self.checked.schema < SCHEMA_WITH_REMOVAL { "0" } else { "removed" };
        let sql = format!("SELECT current, alive, parent, {removed} FROM document WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let says = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get::<_, i64>(3)?));
        match statement.query_row([&newest.document], says).optional()? {
            None => self.report(Some(&newest.document), None, StoreFlaw::Unlisted),
            Some((said, removed)) => {
                if said != (newest.sequence, newest.alive, newest.parent) {
                    self.report(Some(&newest.document), None, StoreFlaw::Current);
                }
                if let Some(number) = newest.without_text.filter(|number| *number > removed) {
                    self.report(Some(&newest.document), Some(number), StoreFlaw::NoText);
                }
            }
        }
        Ok(())
    }

    /// Finds documents without a version.
    fn check_documents(&mut self) -> rusqlite::Result<()> {
        let sql = "SELECT id FROM document d WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.document = d.id)";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let document = text_lossy(row, 0)?;
            self.report(Some(&document), None, StoreFlaw::NoVersion);
        }
        Ok(())
    }

    /// Checks the checksums of rows.
    ///
    /// They cover what the hashes do not, and the version before. So a row that has a problem already, and the row
    /// after it, are skipped.
    fn check_seals(&mut self) -> rusqlite::Result<()> {
        if self.checked.schema < SCHEMA_WITH_SEALS {
            return Ok(());
        }
        let has_problem: HashSet<(String, Option<i64>)> =
            self.problems.iter().filter_map(|problem| Some((problem.document.clone()?, problem.version))).collect();
        let (select, join) = select_version(self.checked.schema);
        let mut statement =
            self.connection.prepare(&format!("{select} {FROM_VERSION} {join} ORDER BY v.document, v.number"))?;
        let mut rows = statement.query([])?;
        let mut broken: Option<(String, i64)> = None;
        while let Some(row) = rows.next()? {
            let (document, number) = (text_lossy(row, 0)?, row.get::<_, i64>("number")?);
            let is_told = |number| {
                has_problem.contains(&(document.clone(), Some(number))) || broken == Some((document.clone(), number))
            };
            if !seal::is_version_intact(row)? && !is_told(number) && !is_told(number - 1) {
                self.report(Some(&document), Some(number), StoreFlaw::Seal);
                broken = Some((document, number));
            }
        }
        let mut statement = self.connection.prepare(&format!("{select}{SELECT_DOCUMENT} {FROM_DOCUMENT} {join}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let document = text_lossy(row, 0)?;
            if !seal::is_document_intact(row)? && !has_problem.contains(&(document.clone(), None)) {
                self.report(Some(&document), None, StoreFlaw::Current);
            }
        }
        Ok(())
    }
}

/// The schema that introduced the removal of texts.
const SCHEMA_WITH_REMOVAL: i64 = 4;

/// Reads a row, or names the column that cannot be read.
fn read_version(row: &Row<'_>, document: &str) -> Result<CheckedVersion, &'static str> {
    let id = document.parse().map_err(|_| "document id")?;
    let tag = text(row, 3, "tag")?.and_then(|tag| EntityTag::parse(tag.as_bytes()).ok()).ok_or("tag")?;
    let hash = text(row, 4, "hash")?.and_then(|hash| hash.parse().ok()).ok_or("hash")?;
    // A name that an older version of this program allowed is not damage.
    text(row, 5, "author")?.ok_or("author")?;
    row.get::<_, i64>(6).ok().filter(|at| *at >= 0).ok_or("time")?;
    let based_on: Option<Vec<u8>> = row.get(7).map_err(|_| "base")?;
    if based_on.is_some_and(|tag| EntityTag::parse(&tag).is_err()) {
        return Err("base");
    }
    let (title, content, parent) = (text(row, 8, "title")?, text(row, 9, "text")?, text(row, 10, "parent")?);
    let parent = parent.map(|parent| parent.parse().map_err(|_| "parent")).transpose()?;
    let state = match (title, content) {
        (Some(title), Some(content)) => TextState::Here(Document { title, content, parent }),
        (Some(_), None) => TextState::Removed,
        (None, None) => TextState::Deleted,
        _ => return Err("text"),
    };
    Ok(CheckedVersion { id, tag, hash, state })
}

fn text(row: &Row<'_>, column: usize, name: &'static str) -> Result<Option<String>, &'static str> {
    row.get(column).map_err(|_| name)
}

/// Returns a name, even if it is damaged.
fn text_lossy(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(String::from_utf8_lossy(row.get_ref(column)?.as_bytes().unwrap_or_default()).into_owned())
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || matches!(
            error,
            rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::Utf8Error(..)
        )
}

#[cfg(test)]
mod tests;
