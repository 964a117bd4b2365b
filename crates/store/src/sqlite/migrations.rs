//! Opens a SQLite file, refuses one that is foreign or too new, and upgrades one of an older schema.
//!
//! `user_version` has the number of the schema, and `application_id` says that the file is ours. Each step of the
//! schema is a file of SQL. A new file runs through all steps, and an old one through those that it lacks. So there is
//! no second description of the newest schema, which could differ.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::columns::SCHEMA_WITH_SEALS;
use super::error::SqliteOpenError;
use super::seal;

/// The steps of the schema in their order. A step that was released is never changed: add another one.
const MIGRATIONS: [&str; 5] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
];

/// The `application_id` of our files: `ifma`.
const APPLICATION_ID: i64 = 0x6966_6d61;

/// The time to wait for another process that has locked the file.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Refuses a path at which a file is impossible, before anything is created.
pub(super) fn check_path(path: &Path) -> Result<(), SqliteOpenError> {
    if path.is_dir() {
        return Err(SqliteOpenError::Folder(path.to_owned()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(SqliteOpenError::NoFolder(folder.to_owned()));
    }
    Ok(())
}

/// The KiB of pages that a reader keeps: the upper levels of its trees.
///
/// The system keeps the rest, once for all readers.
const READER_CACHE_KIB: u32 = 256;

/// The length to which the write-ahead log is cut once all of it is in the database.
///
/// The log grows beyond that during a long read, such as a backup, and would keep that length while the server runs.
const MAX_IDLE_LOG_BYTES: u32 = 16 * 1024 * 1024;

/// Opens a file for writing, creates it if it is missing, and brings it to the newest schema.
pub(super) fn open_file(path: &Path) -> Result<Connection, SqliteOpenError> {
    open_writer(path, false)
}

/// Opens a file for writing for this connection alone, so that the index of the log is in memory.
///
/// Needed if the disk is full: SQLite has no room for the index that connections share, and cannot read without it.
pub(super) fn open_alone(path: &Path) -> Result<Connection, SqliteOpenError> {
    open_writer(path, true)
}

fn open_writer(path: &Path, alone: bool) -> Result<Connection, SqliteOpenError> {
    check_path(path)?;
    let failed = |error| SqliteOpenError::from_sqlite(path, &error);
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    keep_plans(&connection).map_err(failed)?;
    if alone {
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE").map_err(failed)?;
    }
    // This comes before the mode of the journal is set, which writes to the file: the file may be another program's.
    check_schema_version(&connection, path)?;
    prepare(&connection).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(SqliteOpenError::Unwritable(path.to_owned()));
    }
    upgrade(&mut connection, path, &MIGRATIONS)?;
    Ok(connection)
}

/// Opens the same file again, for reading only.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(&connection)?;
    connection.execute_batch(&format!("PRAGMA cache_size = -{READER_CACHE_KIB};"))?;
    Ok(connection)
}

/// Opens a database in memory, with the newest schema. It is gone when the connection is closed.
pub(super) fn open_memory() -> Result<Connection, SqliteOpenError> {
    let path = Path::new(":memory:");
    let mut connection = Connection::open_in_memory().map_err(|error| SqliteOpenError::from_sqlite(path, &error))?;
    keep_plans(&connection).map_err(|error| SqliteOpenError::from_sqlite(path, &error))?;
    upgrade(&mut connection, path, &MIGRATIONS)?;
    Ok(connection)
}

/// Makes SQLite plan a statement by its text alone.
///
/// Otherwise each new value for a limit or a range may need another plan, and the statement is compiled again, which
/// takes longer than running it.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Sets up a write-ahead log, and commits that are durable.
///
/// With the log, readers and the writer do not wait for each other. With `synchronous=FULL`, SQLite syncs the log
/// before a commit is visible and before it is acknowledged. `NORMAL` would be faster, and could lose an acknowledged
/// write when the power fails. The entries of the files in their folder are synced when the files are created, by
/// SQLite for the log and by `lock` for the database.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = {MAX_IDLE_LOG_BYTES};"
    ))
}

/// Runs the missing steps, all of them or none.
fn upgrade(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), SqliteOpenError> {
    // A step may replace a table that another one refers to. The setting cannot be changed inside a transaction.
    let enforce = |connection: &Connection, on: bool| {
        connection.pragma_update(None, "foreign_keys", on).map_err(|error| SqliteOpenError::from_sqlite(path, &error))
    };
    enforce(connection, false)?;
    let run = run_steps(connection, path, steps);
    enforce(connection, true).and(run)
}

fn run_steps(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), SqliteOpenError> {
    let failed = |error| SqliteOpenError::from_sqlite(path, &error);
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let found = schema_of(&transaction, path)?;
    if found > known {
        return Err(SqliteOpenError::Newer { path: path.to_owned(), found, known });
    }
    if found == known {
        // Nothing is written: a full disk is then no reason to fail here.
        return Ok(());
    }
    for (number, step) in (1..).zip(steps).skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step).map_err(failed)?;
        if number == SCHEMA_WITH_SEALS {
            seal::seal_all(&transaction).map_err(failed)?;
        }
    }
    transaction
        .execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {known};"))
        .and_then(|()| transaction.commit())
        .map_err(failed)?;
    if found < known && found > 0 {
        tracing::info!(path = %path.display(), from = found, to = known, "migrated the database to a newer schema");
    }
    Ok(())
}

/// Returns the number of the schema, and refuses a newer schema than this program knows.
pub(super) fn check_schema_version(connection: &Connection, path: &Path) -> Result<i64, SqliteOpenError> {
    let (found, known) = (schema_of(connection, path)?, i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX));
    if found > known { Err(SqliteOpenError::Newer { path: path.to_owned(), found, known }) } else { Ok(found) }
}

/// Returns the number of the schema, and refuses the database of another program.
///
/// The number is 0 for an empty database.
fn schema_of(connection: &Connection, path: &Path) -> Result<i64, SqliteOpenError> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let ask = |sql: &str| number(sql).map_err(|error| SqliteOpenError::from_sqlite(path, &error));
    match (ask("PRAGMA application_id")?, ask("SELECT count(*) FROM sqlite_schema")?) {
        (APPLICATION_ID, objects) => match ask("PRAGMA user_version")? {
            found if found > 0 || (found == 0 && objects == 0) => Ok(found),
            found => Err(SqliteOpenError::Corrupt {
                path: path.to_owned(),
                reason: format!("its header has schema {found}, which this program never writes"),
            }),
        },
        (0, 0) => Ok(0),
        _ => Err(SqliteOpenError::Foreign(path.to_owned())),
    }
}

/// Creates a store of an older schema with 125 versions, as the program of that time left it.
#[cfg(test)]
pub(super) fn make_older(path: &Path, schema: i64) {
    let mut connection = Connection::open(path).unwrap();
    connection.execute_batch(include_str!("schema/tests/2.sql")).unwrap();
    if schema == 1 {
        connection.execute_batch("DROP INDEX document_by_parent; PRAGMA user_version = 1").unwrap();
    } else {
        upgrade(&mut connection, path, &MIGRATIONS[..usize::try_from(schema).unwrap()]).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn in_folder(name: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        (folder, path)
    }

    #[test]
    fn empty_and_missing_files_get_the_newest_schema() {
        let (_folder, path) = in_folder("new.db");
        fs::write(&path, "").unwrap();
        for _ in 0..2 {
            let connection = open_file(&path).unwrap();
            let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(number("PRAGMA user_version"), 5);
            assert_eq!(number("PRAGMA synchronous"), 2, "FULL");
            let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
            assert_eq!(mode, "wal");
        }
    }

    #[test]
    fn stores_of_all_older_schemas_keep_what_they_hold() {
        let (_folder, newest) = in_folder("newest.db");
        make_older(&newest, 4);
        let rows = |connection: &Connection, sql: &str| -> Vec<Vec<rusqlite::types::Value>> {
            let mut statement = connection.prepare(sql).unwrap();
            let count = statement.column_count();
            let rows = statement.query_map([], |row| (0..count).map(|column| row.get(column)).collect()).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let versions = "SELECT sequence, document, number, etag, hash, author, at, based_on, title, content, parent";
        let before = Connection::open(&newest).unwrap();
        let expected = [
            rows(&before, &format!("{versions}, seal FROM version NATURAL JOIN seal ORDER BY sequence")),
            rows(&before, "SELECT * FROM document ORDER BY id"),
        ];
        drop(before);
        assert_eq!(expected[0].len(), 125);
        for schema in 1..=4 {
            let (_folder, path) = in_folder("old.db");
            make_older(&path, schema);
            let new = open_file(&path).unwrap();
            let number = |sql: &str| new.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!((number("PRAGMA user_version"), number("PRAGMA foreign_keys")), (5, 1));
            let found = [
                rows(&new, &format!("{versions}, seal FROM version ORDER BY sequence")),
                rows(&new, "SELECT * FROM document ORDER BY id"),
            ];
            assert_eq!(found, expected, "from schema {schema}");
            let names = rows(&new, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name");
            let names: Vec<_> = names.into_iter().flatten().map(|name| format!("{name:?}")).collect();
            let indexes = ["document", "document_alive", "document_by_height", "document_by_parent", "version"];
            assert_eq!(names, indexes.map(|name| format!("Text({name:?})")));
            assert_eq!(rows(&new, "PRAGMA foreign_key_check").len(), 0);
        }
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let (_folder, path) = in_folder("old.db");
        let mut connection = Connection::open(&path).unwrap();
        upgrade(&mut connection, &path, &MIGRATIONS[..1]).unwrap();
        upgrade(&mut connection, &path, &[MIGRATIONS[0], "CREATE TABLE half (x); CREATE TABLE version (x)"])
            .unwrap_err();
        let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("PRAGMA user_version"), 1);
        assert_eq!(number("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
    }

    #[test]
    fn a_newer_file_is_refused_in_words_and_left_alone() {
        let (_folder, path) = in_folder("newer.db");
        drop(open_file(&path).unwrap());
        Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 7").unwrap();
        let error = open_file(&path).unwrap_err();
        assert_eq!(error, SqliteOpenError::Newer { path: path.clone(), found: 7, known: 5 });
        assert!(error.to_string().contains("has schema 7, and this program supports schemas up to 5"), "{error}");
    }

    #[test]
    fn impossible_schema_numbers_get_a_sentence_without_sql() {
        for number in [-1, 0, i32::MIN] {
            let (_folder, path) = in_folder("odd.db");
            drop(open_file(&path).unwrap());
            Connection::open(&path).unwrap().execute_batch(&format!("PRAGMA user_version = {number}")).unwrap();
            let error = open_file(&path).unwrap_err();
            assert!(matches!(error, SqliteOpenError::Corrupt { .. }), "{error:?}");
            let sentence = error.to_string();
            assert!(sentence.contains(&format!("schema {number}")) && !sentence.contains("CREATE"), "{sentence}");
        }
    }

    #[test]
    fn statement_with_new_values_is_not_compiled_again() {
        let (_folder, path) = in_folder("plans.db");
        for connection in [open_file(&path).unwrap(), open_reader(&path).unwrap(), open_memory().unwrap()] {
            let sql = "SELECT etag FROM version WHERE document = ?1 AND number BETWEEN ?2 AND ?3 LIMIT ?4";
            let mut statement = connection.prepare(sql).unwrap();
            for number in 1..5 {
                assert!(!statement.exists(rusqlite::params!["a", number, number + 1, number]).unwrap());
            }
            assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
        }
    }

    #[test]
    fn log_that_grew_during_a_long_read_becomes_short_again() {
        let (_folder, path) = in_folder("log.db");
        let writer = open_file(&path).unwrap();
        let reader = open_reader(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM version").unwrap();
        writer.execute_batch("CREATE TABLE filler (x)").unwrap();
        let log_bytes = || fs::metadata(path.with_extension("db-wal")).unwrap().len();
        while log_bytes() <= 2 * u64::from(MAX_IDLE_LOG_BYTES) {
            writer.execute("INSERT INTO filler VALUES (zeroblob(4194304))", []).unwrap();
        }
        reader.execute_batch("COMMIT").unwrap();
        // The first commit moves the log into the database, and the second starts a new log.
        for _ in 0..2 {
            writer.execute("INSERT INTO filler VALUES (1)", []).unwrap();
        }
        assert!(log_bytes() <= u64::from(MAX_IDLE_LOG_BYTES), "{} bytes", log_bytes());
    }

    #[test]
    fn opening_a_current_store_writes_nothing_to_the_log() {
        let (_folder, path) = in_folder("current.db");
        drop(open_file(&path).unwrap());
        let _open = open_file(&path).unwrap();
        assert_eq!(fs::metadata(path.with_extension("db-wal")).unwrap().len(), 0);
    }

    #[test]
    fn what_is_not_ours_is_refused_and_left_alone() {
        let (folder, path) = in_folder("other");
        assert_eq!(open_file(folder.path()).unwrap_err(), SqliteOpenError::Folder(folder.path().to_owned()));

        let text = "a letter, and a long one, that is surely no database ".repeat(40);
        fs::write(&path, &text).unwrap();
        assert_eq!(open_file(&path).unwrap_err(), SqliteOpenError::NoDatabase(path.clone()));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);

        let missing = folder.path().join("no/such/file.db");
        assert_eq!(open_file(&missing).unwrap_err(), SqliteOpenError::NoFolder(folder.path().join("no/such")));

        let foreign = folder.path().join("foreign.db");
        Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE music (song)").unwrap();
        assert_eq!(open_file(&foreign).unwrap_err(), SqliteOpenError::Foreign(foreign.clone()));
    }
}
