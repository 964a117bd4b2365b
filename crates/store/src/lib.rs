//! Every version of every document, judged and written in one transaction.
//!
//! A lost update happens between looking and writing. So a caller cannot look first and write later: [`Store::write`]
//! takes the conditions *and* the change, judges the conditions, and makes the change, and nothing comes between. One
//! module decides what happens, and knows no database: [`decide`]. A backend gathers the facts for it inside a
//! transaction, and appends the version that was decided on in the same transaction.
//!
//! | module | its subject |
//! | --- | --- |
//! | `store`, [`request`], [`outcome`] | the trait [`Store`]: what it is asked, and what it answers |
//! | [`error`], `database_status` | what can fail in an open store; the state of connections to a database server |
//! | [`revision`], [`etag_chain`] | versions, and the entity tags that chain them |
//! | `serialized_document` | a document with its JSON, which is sent and hashed |
//! | [`facts`], [`decide`], [`merge_patch`] | what a judgement rests on, and the judgement with its consequences |
//! | `options`, `check_then_act` | [`StoreOptions`]: kept texts, the hook of the policy `judging: apart` |
//! | [`shared_settings`] | settings that all servers of a store share, such as the policy |
//! | `open`, `maintenance` | an address becomes a store; what an operator does with a database |
//! | [`sqlite`] | the backend in a SQLite file, or in memory |
//! | [`postgres`] | the backend in a PostgreSQL database, for several servers (feature `postgres`) |
//! | [`head_cache`], `head`, `validator_cache` | newest versions in memory, for a backend that knows of every write |
//! | `seal`, `verification` | checksums of rows, and the rules of a check, for any backend |
//! | [`subscriptions`] | events to subscribers, for any backend |
//! | `write_job` | a write that waits for a writer, and the error of its last one, for any backend |
//! | `contract_tests` | the rules of a store as tests that any backend runs (feature `contract-tests`) |
//!
//! A further backend is a module beside [`sqlite`], a variant of [`OpenError`], and an arm of [`open_with`]. In its
//! tests it runs `store_contract!`.
//!
//! A backend whose database several servers share
//!
//! - decides inside a transaction that no other write to the document can come between, and repeats a transaction that
//!   the database aborts;
//! - makes events visible in the order of their numbers, also if the database commits in another order;
//! - publishes what the database notifies it of, and not only its own writes;
//! - answers nothing from memory that may be out of date, since it does not know of every write in time;
//! - has its own migrations: one server at a time runs those that are missing.
//!
//! Not here: HTTP. Status codes and fields belong to the server, and the rules of conditions to the crate
//! [`precondition`].

mod check_then_act;
mod commit_races;
#[cfg(feature = "contract-tests")]
pub mod contract_tests;
mod database_status;
pub mod decide;
pub mod error;
pub mod etag_chain;
pub mod facts;
mod head;
pub mod head_cache;
mod maintenance;
pub mod merge_patch;
mod open;
mod options;
pub mod outcome;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod request;
pub mod revision;
mod seal;
mod serialized_document;
pub mod shared_settings;
pub mod sqlite;
mod store;
pub mod subscriptions;
mod validator_cache;
mod verification;
mod waiting_writes;
mod write_job;

pub use self::store::Store;
pub use check_then_act::BetweenJudgeAndWrite;
pub use database_status::{DatabaseStatus, FollowerStatus, PoolStatus, RepeatCounts};
pub use error::StoreError;
pub use maintenance::{check_database, migrate_database};
pub use open::{OpenError, display_address, is_postgres, open, open_with};
pub use options::{DatabaseLogin, MIN_KEPT_VERSIONS, Retention, StoreOptions};
pub use outcome::{ReadJudgement, ReadPayload, WriteConflict, WriteEffect, WriteOutcome};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOpenError, PostgresStore};
pub use request::{DocumentChange, EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
pub use revision::{DocumentState, Page, Revision, StoreEvent, StoredVersion, VersionStamp};
pub use serialized_document::SerializedDocument;
pub use shared_settings::{JoinedServer, POLICY_SETTING, SettingChanges, SharedSetting, SharedSettings};
pub use sqlite::{BackupError, BackupSummary, SqliteOpenError, SqliteStore};
pub use sqlite::{backup, check};
pub use verification::{CheckSummary, StoreFlaw, StoreProblem};
