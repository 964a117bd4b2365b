//! One connection: its timeouts, its share of the budgets, and its end.
//!
//! Nothing here knows what the server does with a request: the [`listener`](crate::listener) accepts connections and
//! serves them.
//!
//! | module | subject |
//! | --- | --- |
//! | `socket` | a socket that a held request may watch |
//! | `tls` | the TLS handshake |
//! | `lingering_close` | the deadline of the next request, and reading on after the last response |
//! | `half_close`, `peer` | clients that have closed their sending half, and whether they are still connected |
//! | `body_timeout`, `receive_budget` | the deadline of a request's body, and how much of requests is in memory |
//! | `write_timeout` | clients that do not read what the server sends |
//! | `response_body`, `reserved_bytes` | the bodies of responses, counted until they are sent |
//! | `send_progress`, `stream_executor` | HTTP/2 streams whose client does not read them |
//! | `hyper_error_rewriter` | problem details in place of hyper's own error responses |
//! | `immediate_response` | a single response on a connection that cannot speak HTTP |
//! | `tunnel` | a connection that has switched protocols, such as WebSocket |
//! | `activity` | counts the requests and the bytes of a connection |
//! | `admission` | how many connections may be open, and which one is closed for a new one |
//! | `peer_client` | the client, for the pipeline |

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
pub(crate) mod response_body;
pub(crate) mod send_progress;
pub(crate) mod socket;
pub(crate) mod stream_executor;
pub(crate) mod tls;
pub(crate) mod tunnel;
pub(crate) mod write_timeout;

use crate::budget;

/// The most bytes of a request's header section. A larger one is a 431.
pub(crate) const MAX_HEAD_BYTES: usize = budget::HEAD_BYTES.size();

/// Bodies up to this size are sent without being counted, so that a refusal is always possible.
pub(crate) const SMALL_RESPONSE_BYTES: usize = 1024;
