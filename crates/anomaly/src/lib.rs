//! Finds lost updates in the exchanges between clients and any HTTP server, and what leads to them.
//!
//! [`AnomalyDetector`] is given the exchanges that passed a proxy, each when it is complete. It remembers which version
//! of each resource each caller was shown, and returns the [`Anomaly`](contract::Anomaly)s that an exchange completes:
//!
//! | kind | found if |
//! | --- | --- |
//! | lost update | a write replaced changes of another caller that its writer had not been shown |
//! | blind retry | after a 412, the same body was sent with another condition, the newer version unread |
//! | unchanged tag | one strong entity tag was sent with two different contents |
//! | unconditional write | a write was accepted that names no version |
//!
//! # Certain and possible
//!
//! An observer sees messages, not minds: it cannot know which version a person looked at. An anomaly is *certain* only
//! if the exchanges exclude every other explanation, under one assumption: all requests for the resource pass this
//! observer. A lost update is certain if all of this holds:
//!
//! - **Order.** The server answered the first write before the second one was forwarded. If the two overlap, only the
//!   loss of one of the two can be certain.
//! - **Identity.** Both callers are known, and differ. The same caller may have kept its own text. One case needs no
//!   names: a write that names an old version in `If-Match`, and is accepted although the tag has changed since.
//! - **Base.** The writer was shown an older version of this resource, or wrote one. A writer who was never seen
//!   reading may have read past the observer, or under another name. A list shows versions too, but which part of it
//!   is this resource is not known.
//! - **Not shown.** Nothing that the writer was sent since contains the change: no read of this resource, no list that
//!   contains it, no refusal with the current version in it. Responses that cannot be searched (compressed, cut, still
//!   open, or forgotten) leave doubt.
//! - **Lost.** The writer's text lacks the change. If both wrote the same, nothing is lost. A deleted document has no
//!   text to lose; a patch loses only the values that it sets.
//!
//! If one of these is unknown, the anomaly is *possible*, and its sentence says what is not known. If one is false,
//! there is none.
//!
//! # Modules
//!
//! | module | subject |
//! | --- | --- |
//! | [`observed`] | the input: an exchange, and the order of its moments |
//! | `facts` | the parts of an exchange that matter here |
//! | `body`, `lines` | kept bodies, and their content as lines that can be compared |
//! | `loss` | the changes of one write that another one lost |
//! | `resource`, `caller`, `memory` | what is remembered, within limits |
//! | `sighting` | whether a caller was shown a version |
//! | `lost_update`, `blind_retry`, `unchanged_tag`, `unconditional_write` | one rule each |
//! | `detector` | the rules in order |
//! | [`report`] | everything that was found, as text and as JSON |
//!
//! What is *not* here: sockets, files, clocks and screens.

mod blind_retry;
mod body;
mod caller;
mod detector;
mod facts;
mod lines;
mod loss;
mod lost_update;
mod memory;
pub mod observed;
mod recency;
pub mod report;
mod resource;
mod sighting;
mod unchanged_tag;
mod unconditional_write;
mod wording;

pub use detector::AnomalyDetector;
pub use memory::MemoryLimits;
pub use observed::{ExchangeOrder, ObservedExchange, ObservedMessage, ObservedResponse};
pub use report::AnomalyReport;
