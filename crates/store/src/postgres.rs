//! The store in PostgreSQL: several servers share one database, and keep every promise of a store.
//!
//! # How a write is made
//!
//! A server has one writer, a task with one connection. It takes all writes that wait, and carries them out in one
//! transaction. Most often, it has the newest versions of their documents in memory. So it lets
//! [`decide`](crate::decide) judge by these, and sends one statement that locks the documents, compares their versions
//! with those in memory, appends the versions that were decided on, and commits (`confirmed`). If a version in memory
//! is not the newest one, nothing is written; the writer then locks the rows, reads them, decides by what it has read,
//! appends and commits (`writer`). Nothing takes effect that was decided by a version that was not confirmed.
//!
//! Four locks make several servers agree. Each transaction takes them in this order, so there are no deadlocks:
//!
//! 1. the lock of the policy, shared by all that write, so that the policy does not change meanwhile: see `settings`;
//! 2. the lock of the tree, if the write changes which document is under which: see `tree`;
//! 3. the rows of the documents, ordered by id; of a document that is created, its key;
//! 4. the counter of events.
//!
//! # Events
//!
//! A number from a SEQUENCE is handed out before its version is visible, and a version with a smaller number may become
//! visible later. A reader that asks for 'all after the last one' would miss it. So the counter is a row, and the
//! transaction that takes numbers holds its lock until it is committed: events become visible in the order of their
//! numbers, without gaps.
//!
//! This costs that transactions that write are committed one after another, in all servers together. What makes up for
//! it is that a transaction has many writes. The other ways would not keep the numbers of events on the wire, one
//! integer each: the snapshot's `xmin` needs a pair of numbers, and holds back all events while any transaction in the
//! whole cluster is open; a log that is numbered afterwards writes each version twice.
//!
//! Each server listens for notifications (LISTEN), which have the events in them (`event_message`), and reads from the
//! database those that do not come this way (`follower`). An event is published only after the one before it, and the
//! writer's own as soon as they are committed (`event_publisher`). NOTIFY takes a lock of the whole database until the
//! commit, too; transactions that write wait for one another anyway. A server that is alone does not notify.
//!
//! # Reads
//!
//! A read asks the database that writes go to, never a replica. A statement sees all that was committed before it
//! began, and a write is acknowledged after its commit. So what one server has acknowledged, every server serves. If
//! the version is in memory, the read only asks whether that is still the newest one. Reads that wait share such a
//! query (`newest_versions`), which also tells whether settings have changed.
//!
//! | module | its subject |
//! | --- | --- |
//! | `store` | [`PostgresStore`], the backend |
//! | `address`, `password_file`, `tls` | the URL of a database, the password, encryption |
//! | `hosts` | the hosts of an address, of which one takes writes |
//! | `connections`, `session` | pools of connections; one connection with its prepared statements |
//! | `driven_connections` | connections for short queries, without tasks of their own |
//! | `counters` | what happens to connections, for operators |
//! | `migrations` | the schema, and its number |
//! | `error` | what can fail, in general and in opening |
//! | `rows`, `queries`, `tree`, `gather` | values in rows; queries; those for parents and children; facts |
//! | `clock` | the clock of the database, by which all servers judge dates |
//! | `write_queue`, `writer`, `append` | the queue of writes; the transaction of a batch; the rows that it writes |
//! | `known_heads`, `confirmed` | versions in memory; the writes that are decided by them, and confirmed |
//! | `refusals` | refuses the writers who have lost a race, in their order, without the writer |
//! | `newest_versions` | which versions are the newest ones, for all reads that wait |
//! | `event_publisher`, `follower` | publishes each event once; hears of those of all servers, or reads them |
//! | `event_message`, `notices` | events in the text of a notification; those that are sent a moment later |
//! | `turns` | lets a server write next that another one has overtaken |
//! | `settings` | the settings that servers share, and which servers run |
//! | `check`, `maintenance` | what an operator needs: what is broken, and a newer schema |
//! | `removal` | removes the texts of old versions, if not all are kept |

mod address;
mod append;
mod check;
mod clock;
mod confirmed;
mod connections;
mod counters;
mod driven_connections;
mod error;
mod event_message;
mod event_publisher;
mod follower;
mod gather;
mod hosts;
mod known_heads;
mod maintenance;
mod migrations;
mod newest_versions;
mod notices;
mod password_file;
mod queries;
mod refusals;
mod removal;
mod rows;
mod session;
mod settings;
mod store;
mod tls;
mod tree;
mod turns;
mod write_queue;
mod writer;

pub use self::store::PostgresStore;
pub use check::check;
pub use error::PostgresOpenError;
pub use maintenance::migrate;
