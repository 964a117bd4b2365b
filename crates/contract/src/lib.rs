//! What the document server and its clients say to each other.
//!
//! These are the bodies and the field names of the HTTP contract, as Rust values: documents, versions, problems,
//! events, exchanges, settings. Both sides use the same types, so the two halves of the protocol cannot drift apart.
//!
//! What is *not* here: rules. Whether a request may go on is judged by [`precondition`]; what is stored, and how, is
//! the store's business; nothing here opens a socket, a file or a clock.

pub mod author;
pub mod control;
pub mod document;
pub mod event;
pub mod exchange;
pub mod fields;
pub mod name;
pub mod overwritten;
pub mod parameters;
pub mod problem;
pub mod reason;
pub mod secrets;
mod status;
pub mod time;
pub mod token;
pub mod version;

pub use author::Author;
pub use control::{FaultSettings, GateSettings, HeldExchange, Hold};
pub use document::{Document, DocumentId};
pub use event::{DocumentEvent, EventKind};
pub use exchange::{Exchange, ExchangeList, Message};
pub use name::{AuthorError, NameError};
pub use overwritten::overwritten_unseen;
pub use precondition::{EntityTag, Policy};
pub use problem::{Deletion, Problem};
pub use reason::Reason;
pub use status::phrase;
pub use time::Timestamp;
pub use token::{Token, TokenError};
pub use version::{DocumentEntry, DocumentList, Snapshot, Version, VersionList};
