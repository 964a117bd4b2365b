//! The HTTP contract between the document server and its clients, as Rust types.
//!
//! These are the bodies and the field names of the contract: documents, versions, problems, events, exchanges,
//! settings. Both sides use the same types, so the two halves of the protocol cannot drift apart.
//!
//! # Where to begin
//!
//! - [`Document`] and [`DocumentId`] are what a client reads and writes; [`Snapshot`] is a document with its tag.
//! - [`Problem`] is the body of every 4xx and 5xx. Its [`Reason`] is the word that says why; the table in [`reason`]
//!   has them all.
//! - [`Version`] and [`DocumentEvent`] describe changes; [`overwritten_unseen`] finds lost updates in the history.
//! - [`ParticipantRow`] is a client in a room, and [`Question`] what its leader asks.
//! - [`Exchange`] is a recorded request with its response; [`secrets`] redacts what must not be shown.
//!   [`Anomaly`] is what an observer of exchanges found.
//! - [`HttpOrigin`] is the server that a URL names.
//!
//! Rules are elsewhere. [`precondition`] evaluates requests, and the store decides what is stored and how. Nothing here
//! opens a socket or a file, or reads a clock.

pub mod anomaly;
mod api_path;
pub mod author;
pub mod control;
pub mod document;
pub mod event;
pub mod exchange;
pub mod fields;
mod http_origin;
pub mod json;
pub mod name;
pub mod overwritten;
pub mod parameters;
pub mod participant;
pub mod problem;
pub mod question;
pub mod reason;
pub mod room_settings;
pub mod secrets;
mod status;
pub mod time;
pub mod token;
pub mod version;

pub use anomaly::{Anomaly, AnomalyKind, Certainty};
pub use api_path::ApiPath;
pub use author::{ANONYMOUS, Author};
pub use control::{FaultSettings, GateSettings, HeldExchange, Hold};
pub use document::{Document, DocumentId};
pub use event::{DocumentEvent, EventKind};
pub use exchange::{Exchange, ExchangeList, Message};
pub use http_origin::{HttpOrigin, HttpOriginError};
pub use name::{AuthorError, NameError};
pub use overwritten::overwritten_unseen;
pub use participant::{JoinRequest, JoinedParticipant, ParticipantList, ParticipantRow};
pub use precondition::{EntityTag, Policy};
pub use problem::{Deletion, Problem};
pub use question::{Question, QuestionAnswer, QuestionError, QuestionSetting, QuestionState};
pub use reason::Reason;
pub use room_settings::RoomSettings;
pub use status::{phrase, short_status};
pub use time::Timestamp;
pub use token::{Token, TokenError};
pub use version::{DocumentEntry, DocumentList, Snapshot, Version, VersionList};
