//! A reverse proxy that records, holds and loses exchanges with any HTTP server.
//!
//! It records every exchange, and can hold a request, release several in a chosen order, send one twice, or lose a
//! response.
//!
//! The recording, the gate, the faults and the control interface are those of the document server: [`Proxy`] is its
//! [`Gateway`], and every path but [`CONTROL_PREFIX`](server::CONTROL_PREFIX) is the other server's. This crate does
//! what makes a proxy transparent (RFC 9110 section 7.6).
//!
//! | module | subject |
//! | --- | --- |
//! | `proxy` | one exchange, from the client's request to the client's response |
//! | `hop_by_hop` | the fields that are about one connection only, and are not passed on |
//! | `forwarded` | `Via`, `Forwarded` and `X-Forwarded-*` |
//! | `caller` | how the clients get the names under which they are shown |
//! | `upstream` | the call to the other server, as a trait |
//! | `http_upstream` | that call over HTTP/1.1 or HTTP/2, and its connections |
//! | `guarded` | that call with preconditions that the proxy judges |
//! | `upstream_url` | the address of the other server |
//!
//! # Two places for others to hook in
//!
//! * A request is about to be sent: [`Upstream::send`]. Wrap an [`HttpUpstream`] to answer some requests yourself, or
//!   to send others before. [`Evaluated`] among the extensions of a response shows conditions in the
//!   record.
//! * An exchange is complete: [`ExchangeObserver::completed`], which sees both header sections, the caller, and copies
//!   of both bodies.
//!
//! What is *not* here: the command line, the screen, and any knowledge of versions.

mod caller;
mod forwarded;
mod guarded;
mod hop_by_hop;
mod http_upstream;
mod proxy;
mod serve;
mod upstream;
mod upstream_url;

pub use axum::http::{HeaderMap, Method};
pub use caller::{CallerSource, CallerSourceError};
pub use guarded::GuardedUpstream;
pub use http_upstream::{HttpUpstream, UpstreamOptions};
#[cfg(feature = "tls")]
pub use http_upstream::{UpstreamTls, UpstreamTlsError};
pub use proxy::{ExchangeObserver, Proxy, ProxyOptions};
pub use serve::serve;
pub use server::{CopiedMessage, Evaluated, ForwardedExchange, ForwardedMoments, ForwardedResponse, Gateway};
pub use upstream::{Caller, Upstream, UpstreamError};
pub use upstream_url::{UpstreamUrl, UpstreamUrlError};
