//! The protocol spoken: what the terminal side needs of the network and of the disk.
//!
//! An editor decides *what* to ask ([`editor::EditorRequest`]); this crate turns that into a conditional request, sends
//! it, and turns the answer into what the editor understands ([`editor::ResponseOutcome`]). Every exchange is kept as
//! it really was, for whoever wants to see the wire ([`Recorder`]), explained in one sentence ([`explain`]), or
//! repeated by hand ([`curl`]). Server-sent events are heard through an [`EventStream`]; unsaved text is kept on disk
//! as a draft ([`Drafts`]).
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `server_url`, `target` | where a server is, and where things are on it | yes |
//! | `request` | an `EditorRequest` as a request | yes |
//! | `response`, `outcome` | a response as a `ResponseOutcome` | yes |
//! | `tls_trust` | whom a server at an https address has to be known by | yes |
//! | `intermediary` | what a proxy did to an answer, and which | yes |
//! | `client`, `queries`, `control`, `gate`, `exchanges` | requests sent, answers read | no |
//! | `raw_request` | a request that somebody spells out | but for sending it |
//! | `recorder` | what was sent and received, recorded | but for the clock |
//! | `sse` | the bytes of an event stream as events | yes |
//! | `control_stream` | an event stream that is over when it breaks off | no |
//! | `event_stream` | an event stream that is resumed for as long as somebody listens | no |
//! | `explain`, `curl` | an exchange in words, and as a command | yes |
//! | `draft` | unsaved text on disk, a file and a lock for each editor | no |
//!
//! What is *not* here: decisions. Nothing is ever sent a second time by this crate, not after a 412 and not after a
//! lost answer: whether to try again, with which tag and with which text, is the editor's to say. A client library
//! that repeats a PUT under its caller's feet can turn one save into two, or a refusal into a lost update.

mod client;
mod control;
mod control_stream;
mod curl;
mod draft;
mod error;
mod event_stream;
mod exchanges;
mod explain;
mod gate;
mod intermediary;
mod outcome;
mod queries;
mod raw_request;
mod recorder;
mod request;
mod response;
mod server_url;
mod sse;
mod target;
mod tls_trust;

pub use client::{Client, ClientLimits};
pub use control::GuardedPolicy;
pub use curl::curl;
pub use draft::{
    DraftCommand, DraftError, DraftFile, DraftId, DraftKey, DraftMatch, DraftWish, DraftWriter, Drafts, FoundDraft,
    FoundDrafts, UnreadableDraft, find_drafts, keep_drafts, plain_cause,
};
pub use error::{ClientError, TransportError};
pub use event_stream::{Backoff, EventStream, Scope, StreamEvent};
pub use exchanges::Exchanges;
pub use explain::{explain, explain_among};
pub use gate::GateLease;
pub use raw_request::{RawRequest, RawRequestError};
pub use recorder::{Clock, Recorder};
pub use server_url::{ServerUrl, ServerUrlError};
pub use sse::{EventParser, EventTooLong, ServerSentEvent};
pub use target::ApiPath;
pub use tls_trust::{TrustError, TrustRoots};
