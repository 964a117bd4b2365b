//! The yardsticks of a durable write: SQLite alone on this disk, and the disk alone.
//!
//! *SQLite alone* is a loop on one connection, with nothing around it: no HTTP, no JSON, no judgement, no hashing, no
//! other thread. It has the tables of the store, and the same pragmas (a write-ahead log, and a commit that is synced).
//! A write has the steps that a conditional PUT cannot do without: look the current version up and compare its tag,
//! insert a version of the same size, make it the current one. A commit has one such write, or 64, each to a document
//! of its own.
//!
//! *The disk* is `fdatasync` after an append of one page to a file: the least that a commit costs.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::error::Error;
use crate::requests;
use crate::sample::number;

/// The schema of the store.
const SCHEMA: [&str; 5] = [
    include_str!("../../store/src/sqlite/schema/1.sql"),
    include_str!("../../store/src/sqlite/schema/2.sql"),
    include_str!("../../store/src/sqlite/schema/3.sql"),
    include_str!("../../store/src/sqlite/schema/4.sql"),
    include_str!("../../store/src/sqlite/schema/5.sql"),
];

/// The number of documents that are written in turn.
const DOCUMENT_COUNT: usize = 64;

/// A database, and the loop that writes to it.
pub(crate) struct RawSqlite {
    connection: Connection,
    tags: Vec<String>,
    turn: u64,
    /// How many bytes the content of a document has.
    bytes: usize,
}

impl RawSqlite {
    pub(crate) fn open(path: &Path, bytes: usize) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        for step in SCHEMA {
            connection.execute_batch(step)?;
        }
        let mut alone = Self { connection, tags: vec![String::new(); DOCUMENT_COUNT], turn: 0, bytes };
        alone.commit(DOCUMENT_COUNT)?;
        Ok(alone)
    }

    /// Commits `batch` writes again and again, for `time`. Returns the number of writes a second.
    pub(crate) fn writes_per_second(&mut self, batch: usize, time: Duration) -> Result<f64, Error> {
        let begun = Instant::now();
        let mut writes = 0_u64;
        while begun.elapsed() < time {
            self.commit(batch)?;
            writes += batch as u64;
        }
        Ok(number(writes) / begun.elapsed().as_secs_f64())
    }

    fn commit(&mut self, batch: usize) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for _ in 0..batch {
            self.turn += 1;
            let place = usize::try_from(self.turn).unwrap_or(0) % DOCUMENT_COUNT;
            let content = requests::content(0, self.turn, self.bytes);
            write(&transaction, &requests::document(place), self.turn, &content, &mut self.tags[place])?;
        }
        Ok(transaction.commit()?)
    }
}

fn write(connection: &Connection, document: &str, turn: u64, content: &str, tag: &mut String) -> rusqlite::Result<()> {
    let look = "SELECT v.number, v.etag FROM document d JOIN version v ON v.sequence = d.current WHERE d.id = ?1";
    let mut current = connection.prepare_cached(look)?;
    let mut rows = current.query([document])?;
    let (before, named) = match rows.next()? {
        Some(row) => (row.get(0)?, row.get::<_, String>(1)?),
        None => (0_i64, String::new()),
    };
    if named != *tag {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    }
    let (version, at) = (before + 1, 1_795_323_611_123_i64);
    *tag = format!("\"v{version}-{turn:08x}\"");
    let insert = "INSERT INTO version (document, number, etag, hash, author, at, based_on, title, content, parent)
                  VALUES (?1, ?2, ?3, ?4, 'bench', ?5, ?6, 'A draft', ?7, NULL)";
    let hash = format!("{turn:064x}");
    let values = params![document, version, &*tag, hash, at, named.as_bytes(), content];
    let sequence = connection.prepare_cached(insert)?.insert(values)?;
    let make_current = "INSERT INTO document (id, current, alive, parent) VALUES (?1, ?2, 1, NULL)
                        ON CONFLICT (id) DO UPDATE SET current = ?2, alive = 1, parent = NULL";
    connection.prepare_cached(make_current)?.execute(params![document, sequence])?;
    Ok(())
}

/// Appends a page and syncs it again and again, for `time`. Returns how often a second.
pub(crate) fn syncs_per_second(file: &mut File, time: Duration) -> Result<f64, Error> {
    const PAGE: [u8; 4096] = [0x5a; 4096];
    let begun = Instant::now();
    let mut syncs = 0_u64;
    while begun.elapsed() < time {
        file.write_all(&PAGE).map_err(Error::while_doing("a file cannot be appended to"))?;
        file.sync_data().map_err(Error::while_doing("a file cannot be synced"))?;
        syncs += 1;
    }
    Ok(number(syncs) / begun.elapsed().as_secs_f64())
}
