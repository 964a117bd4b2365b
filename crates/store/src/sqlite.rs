//! The store in SQLite: a file that any `sqlite3` shell opens, or memory.
//!
//! One connection writes, and a thread owns it (`write_queue`). Readers of a file have connections of their own and
//! never wait for the writer. In memory there is only one connection, and reads and writes take turns. A turn is short,
//! since nothing waits for a disk.
//!
//! | module | its subject |
//! | --- | --- |
//! | `store` | [`SqliteStore`], the backend |
//! | `error` | what can fail, in general and in opening a file |
//! | `lock` | one process holds a file |
//! | `identity` | whether the file is still the one that was opened |
//! | `migrations` | opening a connection, and bringing an older file to the newest schema |
//! | `columns`, `rows` | what the queries select, and values in rows |
//! | `queries`, `tree` | the queries, and those for parents and children |
//! | `seal` | checksums of rows |
//! | `tag_indexes` | indexes for the kinds of tags that are mistakes |
//! | `write_queue`, `writer` | the thread that writes and its queue; the commit of a batch |
//! | `readers` | connections that only read |
//! | `removal` | removes the texts of old versions, if not all are kept |
//! | `read_only` | reads the file of a store that another process may have open |
//! | `backup`, `check` | a copy of such a file, and what is broken in it |

mod backup;
mod check;
mod columns;
mod error;
mod identity;
mod lock;
mod migrations;
mod queries;
mod read_only;
mod readers;
mod removal;
mod rows;
mod seal;
mod store;
mod tag_indexes;
mod tree;
mod write_queue;
mod writer;

pub use self::store::SqliteStore;
pub use backup::{BackupError, BackupSummary, backup};
pub use check::check;
pub use error::SqliteOpenError;
