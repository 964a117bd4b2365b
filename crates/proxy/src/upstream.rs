//! The call to the server behind the proxy.

use async_trait::async_trait;
use axum::extract::Request;
use axum::response::Response;
use contract::Author;
use thiserror::Error;

/// The name of the caller, among the extensions of a request that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(pub Author);

/// The server behind the proxy.
///
/// A wrapper may answer a request itself, or send requests of its own before.
#[async_trait]
pub trait Upstream: Send + Sync + 'static {
    /// Sends a request, and returns the response as soon as its header section is there.
    ///
    /// The target of the request is in origin form, or `*`. The fields about one connection are removed, `Host`, `Via`
    /// and `Forwarded` are set. A [`Caller`] is among the extensions if the caller has a name. Bodies stream, and
    /// dropping the future or the body of the response ends the exchange.
    ///
    /// An implementation with status 101 adds a [`server::UpgradedStream`] to the extensions of the response.
    ///
    /// # Errors
    ///
    /// There is no response.
    async fn send(&self, request: Request) -> Result<Response, UpstreamError>;
}

/// The error that the server behind the proxy sent no response.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpstreamError {
    /// No connection could be opened.
    #[error("{server} cannot be reached: {why}")]
    Unreachable {
        /// The address, as the user gave it.
        server: String,
        /// The error of the system, or of TLS.
        why: String,
        /// The remedy, as a sentence without its full stop.
        remedy: String,
    },
    /// The connection ended before there was a whole header section.
    #[error("{server} closed the connection before it responded")]
    Closed {
        /// The address, as the user gave it.
        server: String,
    },
    /// The response was not HTTP.
    #[error("the response of {server} is not HTTP: {why}")]
    NotHttp {
        /// The address, as the user gave it.
        server: String,
        /// The error of the parser.
        why: String,
    },
    /// There was no response, or no connection, in time.
    #[error("{server} did not {action} within {seconds} s")]
    TimedOut {
        /// The address, as the user gave it.
        server: String,
        /// The awaited action: `respond` or `accept a connection`.
        action: &'static str,
        /// How long the proxy waited, in seconds.
        seconds: u64,
    },
    /// The body of the request broke off.
    #[error("the body of the request broke off")]
    BodyFailed,
}
