//! The interface of the network, so that the engine can be tested with servers that are a function.

use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

use crate::message::{ProbeRequest, ProbeResponse};

/// The error when no response arrives.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SendError {
    /// The server cannot be reached. The request was not sent.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke before the whole response arrived. The request may have been carried out.
    #[error("the connection broke before the response was complete: {0}")]
    Lost(String),
    /// The response took too long. The request may have been carried out.
    #[error("no response within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The response is longer than this number of bytes.
    #[error("the response is longer than {0} bytes")]
    TooLong(usize),
    /// HTTP cannot carry the request. It was not sent.
    #[error("the request cannot be sent: {0}")]
    Invalid(String),
}

/// Sends requests to one server.
#[async_trait]
pub trait ProbeTransport: Send + Sync {
    /// Sends the requests at once, each on a connection of its own.
    ///
    /// Returns the responses in the order of the requests.
    ///
    /// All connections are established before the first request is sent.
    async fn send_all(&self, requests: Vec<ProbeRequest>) -> Vec<Result<ProbeResponse, SendError>>;

    /// Waits, so that the next write falls into another second.
    async fn pause(&self, time: Duration);
}
