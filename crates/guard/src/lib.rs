//! Preconditions for a server that has none: a proxy that judges each write before the server gets it.
//!
//! A server without preconditions loses updates: two clients read the same version, both write, and the second
//! overwrites what it has never seen. A [`ServerGuard`] in front of such a server gives each version an entity tag, and
//! refuses a write that does not name the current one: with 428 (Precondition Required) if it names none, with 412
//! (Precondition Failed) if it names an old one. The conditions are judged by [`precondition::judge`], as on a document
//! server.
//!
//! # One write
//!
//! ```text
//! client                     guard                                  server
//!   │  PUT, If-Match: "7-…"    │                                      │
//!   ├─────────────────────────▶│ receives the whole body              │
//!   │                          │ locks the resource                   │
//!   │                          ├─ GET ───────────────────────────────▶│
//!   │                          │◀──────────────── the current version ┤
//!   │                          │ is it the one of "7-…"? if not: 412  │
//!   │                          ├─ PUT, without the condition ────────▶│
//!   │                          │◀─────────────────────────────── 204 ─┤
//!   │                          ├─ GET: the new version, for its tag ─▶│
//!   │◀──── 204, ETag: "8-…" ───┤ unlocks the resource                 │
//! ```
//!
//! # The guarantee, and its limits
//!
//! No update is lost if all writes come through one guard. It relies on this:
//!
//! - **There is no other way to the server.** A write around the guard is seen by the next read, and ends the tags that
//!   clients hold. But one that arrives between the guard's read and its write is overwritten, unless the server
//!   evaluates its own tags: if the server has strong ones, the guard sends the current one as `If-Match`.
//! - **Each resource has one URL.** Many spellings count as one (`resource_key`), and some are refused. The guard does
//!   not know that `/posts/7` and `/posts/7?pretty` are stored in one place.
//! - **Equal versions are equal bytes.** A representation that differs with every GET cannot be guarded: a write to it
//!   gets a 501 that says so.
//! - **The server has finished when it answers.** A write that is answered with 202 (Accepted), or not at all, may be
//!   applied after a later one.
//! - **POST is not judged**, unless it carries `If-Match` or `If-None-Match`: it usually creates, and has nothing to
//!   replace. Nor are `MOVE` and `COPY`.
//!
//! If the guard ends, however abruptly, no acknowledged write is lost, since it keeps none. The next one has a new
//! epoch, so clients get a 412 and read again.
//!
//! # Modules
//!
//! | module | subject |
//! | --- | --- |
//! | `guard` | which requests are judged |
//! | `read` | GET and HEAD |
//! | `write` | PUT, PATCH and DELETE |
//! | `unguarded` | all others |
//! | `versions` | the state of one resource, as a state machine without input or output |
//! | `tags`, `fingerprint` | the tags, and what they are made of |
//! | `resource_key` | which URLs are the same resource |
//! | `resources` | the states and locks of all resources |
//! | `representation`, `buffered` | the server's responses, as far as they are read into memory |
//! | `problem` | refusals |

mod buffered;
mod error;
mod evaluated;
mod fields;
mod fingerprint;
mod guard;
mod judging;
mod options;
mod origin_server;
mod problem;
mod read;
mod representation;
mod resource_key;
mod resources;
mod shared;
mod tags;
mod unguarded;
mod versions;
mod write;
mod write_mark;

pub use error::GuardError;
pub use evaluated::EvaluatedConditions;
pub use guard::ServerGuard;
pub use options::{GuardMode, GuardOptions};
pub use origin_server::OriginServer;
