//! The accept loop: how connections begin, how many there may be, and how all of them end.
//!
//! It is an own one, since the one that comes with axum waits for ever for the head of a request, and cannot close a
//! connection without an answer, which is what [`faults`](crate::pipeline::faults) ask for. It knows nothing of what is
//! served. Of what all handlers share it takes the clock, the sign to end, and the numbers, in which its own refusals
//! stand too.
//!
//! | where | what |
//! | --- | --- |
//! | `handler` | one connection: its settings, its patience, its end |
//! | `socket` | a socket that a held request may look at |
//! | `lingering_close` | by when a request has to come, and what is taken after the last answer |
//! | `half_close`, `peer` | clients that have nothing more to send, and whether they are still there |
//! | `body_timeout`, `receive_budget` | requests that come in time, or not at all, and how much of them is there |
//! | `write_timeout` | answers that are taken, or the connection ends |
//! | `response_body`, `send_progress` | bodies on their way, and streams of HTTP/2 whose client takes nothing of them |
//! | `hyper_error_rewriter` | what is said to requests that hyper could not read |
//! | `immediate_response` | what is said where HTTP cannot be spoken |
//! | `activity` | what is under way in a connection |
//! | `admission` | how many connections there may be, and which one gives way |
//! | `peer_client` | the other end of a connection, for the layers |

pub(crate) mod activity;
pub(crate) mod admission;
pub(crate) mod body_timeout;
pub(crate) mod half_close;
pub(crate) mod hyper_error_rewriter;
pub(crate) mod immediate_response;
pub(crate) mod lingering_close;
pub(crate) mod peer;
pub(crate) mod peer_client;
pub(crate) mod receive_budget;
pub(crate) mod reserved_bytes;
pub(crate) mod response_body;
pub(crate) mod send_progress;
pub(crate) mod socket;
pub(crate) mod stream_executor;
pub(crate) mod tls;
pub(crate) mod write_timeout;

use crate::budget;

/// The most bytes that the head of a request may have. A larger one is a 431.
pub(crate) const MAX_HEAD_BYTES: usize = budget::HEAD_BYTES.size();

/// Bodies up to this size are sent without being counted: a refusal must always be possible.
pub(crate) const SMALL_RESPONSE_BYTES: usize = 1024;
