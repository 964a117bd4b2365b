//! The error that a request has no response.

use thiserror::Error;

/// Why a request has no response.
#[derive(Debug, Error)]
pub enum GuardError<E> {
    /// The server behind the guard gave none.
    #[error("the server behind the proxy did not respond: {0}")]
    Server(E),
    /// The body of the request broke off, so the server never got the request.
    #[error("the body of the request broke off")]
    BodyFailed,
}
