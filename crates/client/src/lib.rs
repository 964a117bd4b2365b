//! The client: the network and the disk, for the terminal.
//!
//! An editor decides *what* to ask ([`editor::EditorRequest`]). This crate turns that into a conditional request, sends
//! it, and turns the response into an outcome that the editor understands ([`editor::ResponseOutcome`]). Begin with
//! [`Client`]. A [`Recorder`] keeps every exchange exactly as it was. An [`EventStream`] listens to server-sent events;
//! [`Drafts`] keeps unsaved text on disk.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `server_url` | the address of a server | yes |
//! | `request` | an `EditorRequest` as a request | yes |
//! | `response`, `outcome` | a response as a `ResponseOutcome` | yes |
//! | `tls_trust` | the certificates that a client trusts at an https address | yes |
//! | `client`, `queries`, `control`, `gate`, `exchanges`, `room` | requests sent, responses read | no |
//! | `entry_change` | a title, a parent or a delete, under the tag that a list shows | except for sending it |
//! | `document` | one document, read and written by a program without an editor | no |
//! | `raw_request` | a request that the caller spells out | except for sending it |
//! | `raw_response` | a response as it arrived, for a caller that judges the path to the server | except for its body |
//! | `late_body` | a body that is sent some time after its head | except for the clock |
//! | `recorder` | what was sent and received, recorded | except for the clock |
//! | `credential` | the token of a client and its clones | yes |
//! | `editing` | what the editor of a client and its clones is doing | yes |
//! | `server_facts` | what the server knows of a session, for a leader who saves it | no |
//! | `sse` | the bytes of an event stream as events | yes |
//! | `control_stream` | an event stream that is over when it breaks off | no |
//! | `event_stream` | an event stream that is resumed for as long as the caller listens | no |
//! | `draft` | unsaved text on disk, a file and a lock for each editor | no |
//!
//! *Not* here: decisions. This crate never sends a request twice, neither after a 412 nor after a lost response. The
//! editor decides whether to try again, with which tag and with which text. A client library that silently repeats a
//! PUT can turn one save into two, or a refusal into a lost update.

mod client;
mod control;
mod control_stream;
mod credential;
mod document;
mod draft;
mod editing;
mod entry_change;
mod error;
mod event_stream;
mod exchanges;
mod gate;
mod late_body;
mod outcome;
mod queries;
mod raw_request;
mod raw_response;
mod recorder;
mod request;
mod response;
mod room;
mod room_settings;
mod server_facts;
mod server_url;
mod sse;
mod tagged;
mod tls_trust;

pub use client::{Client, ClientLimits};
pub use document::WriteReceipt;
pub use draft::{
    DraftCommand, DraftError, DraftFile, DraftId, DraftKey, DraftMatch, DraftTiming, DraftWish, DraftWriter, Drafts,
    FoundDraft, FoundDrafts, UnreadableDraft, find_drafts, keep_drafts, optional_draft, plain_cause,
};
pub use entry_change::EntryChange;
pub use error::{ClientError, TransportError};
pub use event_stream::{Backoff, EventStream, Scope, StreamEvent};
pub use exchanges::Exchanges;
pub use gate::GateLease;
pub use queries::DocumentListing;
pub use raw_request::{RawRequest, RawRequestError};
pub use raw_response::{RawResponse, RawStream};
pub use recorder::{Clock, Recorder};
pub use server_url::{ServerUrl, ServerUrlError};
pub use sse::{EventParser, EventTooLong, ServerSentEvent};
pub use tagged::Tagged;
pub use tls_trust::{TrustError, TrustRoots};
