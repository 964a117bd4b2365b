//! The protocol spoken: what the terminal side needs of the network and of the disk.
//!
//! An editor decides *what* to ask ([`editor::Ask`]); this crate turns that into a conditional request, sends it, and
//! turns the answer into what the editor understands ([`editor::Outcome`]). Every exchange is kept as it really was,
//! for whoever wants to see the wire ([`Wire`]), explained in one sentence ([`explain`]), or repeated by hand
//! ([`curl`]). Server-sent events are heard through a [`Watch`]; unsaved text is kept on disk as a draft ([`Drafts`]).
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `address`, `target` | where a server is, and where things are on it | yes |
//! | `call` | an `Ask` as a request | yes |
//! | `answer`, `outcome` | a response as an `Outcome` | yes |
//! | `trust` | whom a server at an https address has to be known by | yes |
//! | `on_the_way` | what a proxy did to an answer, and which | yes |
//! | `client`, `lists`, `control`, `gate`, `exchanges` | requests sent, answers read | no |
//! | `plain` | a request that somebody spells out | but for sending it |
//! | `wire` | what was sent and received, recorded | but for the clock |
//! | `sse` | the bytes of an event stream as events | yes |
//! | `stream` | an event stream that is over when it breaks off | no |
//! | `watch` | an event stream that is resumed for as long as somebody listens | no |
//! | `explain`, `curl` | an exchange in words, and as a command | yes |
//! | `draft` | unsaved text on disk, a file and a lock for each editor | no |
//!
//! What is *not* here: decisions. Nothing is ever sent a second time by this crate, not after a 412 and not after a
//! lost answer: whether to try again, with which tag and with which text, is the editor's to say. A client library
//! that repeats a PUT under its caller's feet can turn one save into two, or a refusal into a lost update.

mod address;
mod answer;
mod call;
mod client;
mod control;
mod curl;
mod draft;
mod error;
mod exchanges;
mod explain;
mod gate;
mod lists;
mod on_the_way;
mod outcome;
mod plain;
mod sse;
mod stream;
mod target;
mod trust;
mod watch;
mod wire;

pub use address::{AddressError, ServerUrl};
pub use client::{Client, Limits};
pub use control::GuardedPolicy;
pub use curl::curl;
pub use draft::{
    DraftError, DraftFile, DraftId, DraftKey, DraftLookup, DraftMatch, DraftWish, DraftWriter, Drafts, FoundDraft,
    UnreadableDraft, Wanted, find_drafts, keep_drafts, plain_cause,
};
pub use error::{ClientError, Lost};
pub use exchanges::Exchanges;
pub use explain::{explain, explain_among};
pub use gate::Holding;
pub use plain::{Plain, PlainError};
pub use sse::{Parser, ServerSentEvent, TooLong};
pub use target::Target;
pub use trust::{Trust, TrustError};
pub use watch::{Backoff, Told, Watch, Watched};
pub use wire::{Clock, Wire};
