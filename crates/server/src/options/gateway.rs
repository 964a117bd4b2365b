//! A gateway: the server that gets the requests which this one does not answer itself.
//!
//! With a [`Gateway`], the server has no documents. It forwards every request, except those under
//! [`CONTROL_PREFIX`], which is the only path that it takes away from the server behind it. Forwarded requests are
//! recorded, held at the gate and disturbed by faults like requests for documents.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use contract::{Anomaly, Author, Timestamp};
use precondition::Evaluation;
use tokio::io::{AsyncRead, AsyncWrite};

/// The path below which a server with a gateway answers itself.
///
/// It has the control interface, metrics and problem types there.
pub const CONTROL_PREFIX: &str = "/.ifmatch";

/// Forwards requests to another server.
#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    /// Returns the name of the caller, for the roster, the record and the gate; `None` if it has none.
    fn caller(&self, request: &Parts, address: Option<IpAddr>) -> Option<Author>;

    /// Sends a request to the other server, and returns its response when the header section is there.
    ///
    /// The body of the request may still be read then, and that of the response still arrive. A response with status
    /// 101 has an [`UpgradedStream`] among its extensions. The response may have an [`Evaluated`], too.
    ///
    /// # Errors
    ///
    /// There is no response, see [`GatewayError`].
    async fn forward(&self, request: Request, from: ForwardedClient) -> Result<Response, GatewayError>;

    /// Is called when a request is about to be forwarded.
    ///
    /// From `moment` on, the other server may carry it out. Like the other two calls about the progress of an exchange,
    /// it runs on the task of the connection, so it must be short and must not block.
    fn forwarding(&self, _number: u64, _method: &Method, _target: &str, _moment: u64) {}

    /// Is called before a client gets a part of a response whose body is not complete.
    ///
    /// `moment` is when the header section was there.
    fn responding(&self, _number: u64, _caller: Option<&Author>, _moment: u64) {}

    /// Is called once for every forwarded exchange, when it is complete, before the record gets it.
    ///
    /// Returns the anomalies that the exchange completes, for the record.
    fn completed(&self, _exchange: &ForwardedExchange<'_>) -> Vec<Anomaly> {
        Vec::new()
    }

    /// Returns whether the record shows the values of `Cookie` and `Set-Cookie`.
    fn shows_cookies(&self) -> bool {
        false
    }
}

/// The client of a forwarded request.
#[derive(Debug, Clone)]
pub struct ForwardedClient {
    /// The name of the caller, as [`Gateway::caller`] returned it.
    pub caller: Option<Author>,
    /// The IP address of the other end of the connection; `None` without a connection.
    pub address: Option<IpAddr>,
    /// Whether the connection to the client is encrypted.
    pub is_encrypted: bool,
}

/// The conditions that were evaluated before a request was forwarded, for the record.
///
/// An extension of the response.
#[derive(Debug, Clone)]
pub struct Evaluated(pub Vec<Evaluation>);

/// A stream of bytes in both directions.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// The connection to the other server after it has switched protocols (RFC 9110 section 15.2.2).
///
/// An extension of the response with status 101. Clones are the same stream, and it can be taken once.
#[derive(Clone)]
pub struct UpgradedStream(Arc<std::sync::Mutex<Option<UpgradeFuture>>>);

/// Is ready with the stream when the other server's side of the switch is complete.
type UpgradeFuture = Pin<Box<dyn Future<Output = Option<Box<dyn ByteStream>>> + Send>>;

impl UpgradedStream {
    /// Wraps the future of a stream.
    pub fn new(stream: impl Future<Output = Option<Box<dyn ByteStream>>> + Send + 'static) -> Self {
        Self(Arc::new(std::sync::Mutex::new(Some(Box::pin(stream)))))
    }

    /// Takes the future of the stream out.
    pub(crate) fn take(&self) -> Option<UpgradeFuture> {
        crate::lock::lock(&self.0).take()
    }
}

/// The error that a request got no response from the other server.
///
/// The text says what happened and what to do next, in sentences with full stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayError {
    /// The other server cannot be reached, or its response cannot be read: 502.
    Unreachable(String),
    /// The other server did not answer in time: 504.
    TimedOut(String),
    /// The body of the request broke off, so no one waits for a response.
    BodyFailed(String),
    /// The request cannot be forwarded: 400.
    Invalid(String),
    /// This program does not forward such requests: 501.
    Unsupported(String),
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(detail)
            | Self::TimedOut(detail)
            | Self::BodyFailed(detail)
            | Self::Invalid(detail)
            | Self::Unsupported(detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for GatewayError {}

/// A complete forwarded exchange.
#[derive(Debug)]
pub struct ForwardedExchange<'a> {
    /// The number in the record of exchanges.
    pub number: u64,
    /// The name of the caller.
    pub caller: Option<&'a Author>,
    /// When the header section of the request arrived.
    pub received: Timestamp,
    /// The order of its moments among those of all exchanges.
    pub moments: ForwardedMoments,
    /// The method.
    pub method: &'a Method,
    /// The target, path and query, with everything secret in it.
    pub target: &'a str,
    /// The request as it arrived.
    pub request: CopiedMessage<'a>,
    /// The response; `None` if there was none, since the client left before it.
    pub response: Option<ForwardedResponse<'a>>,
}

/// When the parts of a forwarded exchange passed, as numbers from one counter.
///
/// Times are too coarse to tell which of two requests was forwarded first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardedMoments {
    /// When the header section of the request arrived.
    pub arrived: u64,
    /// When the request was about to be forwarded; `None` if it was not.
    pub forwarded: Option<u64>,
    /// When the header section of the other server's response was there; `None` if it has sent none.
    pub answered: Option<u64>,
}

/// The response of a forwarded exchange.
#[derive(Debug)]
pub struct ForwardedResponse<'a> {
    /// When the header section was there.
    pub at: Timestamp,
    /// The status.
    pub status: StatusCode,
    /// Fields and body as the client got them.
    pub message: CopiedMessage<'a>,
    /// Whether the client got the response to its end.
    ///
    /// False if it was lost on purpose, the client left, or the other server broke off.
    pub is_delivered: bool,
}

/// The fields of a message, with everything secret in them, and a copy of the beginning of its body.
#[derive(Debug, Clone, Copy)]
pub struct CopiedMessage<'a> {
    /// The fields.
    pub fields: &'a HeaderMap,
    /// The beginning of the body.
    ///
    /// It has at most [`MAX_RECORDED_BODY`](contract::exchange::MAX_RECORDED_BODY) bytes. It is shorter or
    /// empty if much else is under way, see the budget `record-bytes`.
    pub body: &'a [u8],
    /// How many bytes of the body passed.
    pub length: u64,
}

impl CopiedMessage<'_> {
    /// Returns whether `body` is the whole body.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.length == self.body.len() as u64
    }
}

/// A gateway as an option of a server. Clones are the same gateway.
#[derive(Clone)]
pub struct GatewayHandle(pub(crate) Arc<dyn Gateway>);

impl GatewayHandle {
    /// Wraps a gateway.
    pub fn new(gateway: Arc<dyn Gateway>) -> Self {
        Self(gateway)
    }
}

impl fmt::Debug for GatewayHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayHandle")
    }
}

/// Returns the path of a request to the server itself; `None` if the request is for the other server.
pub(crate) fn control_path(path: &str) -> Option<&str> {
    match path.strip_prefix(CONTROL_PREFIX)? {
        "" => Some("/"),
        rest => rest.starts_with('/').then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_path_is_only_what_is_below_the_prefix() {
        for (path, own) in [
            ("/.ifmatch", Some("/")),
            ("/.ifmatch/", Some("/")),
            ("/.ifmatch/control/gate", Some("/control/gate")),
            ("/.ifmatchx", None),
            ("/.ifmatc", None),
            ("/control/gate", None),
            ("/a/.ifmatch/control/gate", None),
            ("/", None),
            ("*", None),
        ] {
            assert_eq!(control_path(path), own, "{path}");
        }
    }
}
