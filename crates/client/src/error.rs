//! The errors between client and server, one variant for each case that callers treat differently.

use std::error::Error as _;
use std::time::Duration;
use std::{io, iter};

use contract::Problem;
use thiserror::Error;

use crate::server_url::{ServerUrl, ServerUrlError};
use crate::tls_trust::{CertificateError, certificate_error};

/// The error when a request has no response.
///
/// All but [`TransportError::NotSent`] and [`TransportError::Untrusted`] leave open whether a write was applied: the
/// request may have arrived, and only the response may be lost. The messages of these two begin with
/// [`NOT_SENT_PREFIX`](contract::exchange::NOT_SENT_PREFIX), so that a recorded exchange shows that nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// There is no connection. The request was never sent, so it cannot have changed anything.
    #[error("not sent, because {server} cannot be reached ({why})")]
    NotSent {
        /// The server's address.
        server: String,
        /// The operating system's reason.
        why: String,
    },
    /// A server answers, but its certificate is not trusted. The request was never sent.
    #[error("not sent, because the certificate that {server} shows is not trusted: {why}")]
    Untrusted {
        /// The server's address.
        server: String,
        /// Why the certificate is not trusted.
        why: String,
        /// Whether the issuer is unknown, so that naming the certificate with `--ca` may help.
        is_issuer_unknown: bool,
    },
    /// The connection ended before the response was complete.
    #[error("the connection broke before the response was complete: {why}")]
    CutOff {
        /// How the connection ended.
        why: String,
    },
    /// The bytes that came back are not an HTTP response.
    #[error("the response is not HTTP: {why}")]
    NotHttp {
        /// The parser's reason.
        why: String,
    },
    /// The time limit has passed.
    #[error("no response within {limit:?}")]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The response is longer than this client reads.
    #[error("the response is longer than the {limit} bytes that this client reads")]
    TooLong {
        /// The most bytes that are read.
        limit: usize,
    },
    /// The caller stopped waiting before the response arrived.
    #[error("the program stopped waiting for the response")]
    GivenUp,
}

impl TransportError {
    /// Returns the remedy, which is appended to the message.
    fn next_step(&self) -> &'static str {
        match self {
            Self::NotSent { .. } => "; is the server running there?",
            Self::Untrusted { is_issuer_unknown: true, .. } => {
                "; if the certificate is your own, pass it or its issuer's with --ca FILE"
            }
            Self::NotHttp { .. } => "; check the address and the port",
            Self::CutOff { .. } | Self::TimedOut { .. } => "; try again",
            // The other reasons to distrust a certificate name their remedy, or have none here.
            Self::Untrusted { .. } | Self::TooLong { .. } | Self::GivenUp => "",
        }
    }

    /// Converts an error of the HTTP library.
    pub(crate) fn from_transport(error: &reqwest::Error, server: &ServerUrl) -> Self {
        let server = server.to_string();
        let why = match certificate_error(error) {
            Some(CertificateError::UnknownIssuer) => {
                let why = "its issuer is not one that this client trusts".to_owned();
                return Self::Untrusted { server, why, is_issuer_unknown: true };
            }
            Some(CertificateError::Certificate(why)) => {
                return Self::Untrusted { server, why, is_issuer_unknown: false };
            }
            Some(CertificateError::NotTls) => "the server there does not speak TLS; try an http:// address".to_owned(),
            None => root_cause(error),
        };
        if error.is_connect() {
            Self::NotSent { server, why }
        } else if is_unparsable(error) {
            Self::NotHttp { why }
        } else {
            Self::CutOff { why }
        }
    }
}

/// Returns whether the bytes that came back could not be parsed as a response.
fn is_unparsable(error: &reqwest::Error) -> bool {
    let causes = iter::successors(error.source(), |cause| (*cause).source());
    causes.filter_map(|cause| cause.downcast_ref::<hyper::Error>()).any(hyper::Error::is_parse)
}

/// Returns the innermost source of an error, which is the operating system's.
fn root_cause(error: &reqwest::Error) -> String {
    let mut inner = error.source();
    let mut last = error.to_string();
    while let Some(cause) = inner {
        last = cause.downcast_ref::<io::Error>().map_or_else(|| cause.to_string(), plain_description);
        inner = cause.source();
    }
    last
}

/// Returns the plain words for common errors, without the operating system's number.
fn plain_description(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
        io::ErrorKind::TimedOut => "timed out".to_owned(),
        _ => error.to_string(),
    }
}

/// The error when a client's call fails.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server's address is not valid.
    #[error(transparent)]
    Address(#[from] ServerUrlError),
    /// The operating system does not provide what HTTP needs.
    #[error("HTTP cannot be set up on this machine: {0}")]
    Setup(String),
    /// No response.
    #[error("{lost}{step}", lost = .0, step = .0.next_step())]
    Lost(#[from] TransportError),
    /// The server refused, and says why.
    #[error("{} {}: {}", .0.status, .0.title, .0.detail)]
    Refused(Box<Problem>),
    /// A server answers at that address, but it is not a document server.
    #[error("{server} does not respond like an ifmatch server ({why}); check the address and the port")]
    NotIfmatch {
        /// The server's address.
        server: String,
        /// The reason to think so.
        why: String,
    },
}

impl ClientError {
    /// Returns the error without a full stop at its end, for a place within a sentence.
    #[must_use]
    pub fn clause(&self) -> String {
        self.to_string().trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use contract::exchange::NOT_SENT_PREFIX;

    use super::*;

    #[test]
    fn unsent_request_is_known_by_its_prefix() {
        let lost = TransportError::NotSent { server: "http://a".to_owned(), why: "connection refused".to_owned() };
        assert!(lost.to_string().starts_with(NOT_SENT_PREFIX), "{lost}");
        let why = "it has expired".to_owned();
        let lost = TransportError::Untrusted { server: "https://a".to_owned(), why, is_issuer_unknown: false };
        assert!(lost.to_string().starts_with(NOT_SENT_PREFIX), "{lost}");
        for other in [
            TransportError::CutOff { why: "x".to_owned() },
            TransportError::NotHttp { why: "x".to_owned() },
            TransportError::TimedOut { limit: Duration::from_secs(2) },
            TransportError::TooLong { limit: 1 },
            TransportError::GivenUp,
        ] {
            assert!(!other.to_string().starts_with(NOT_SENT_PREFIX), "{other}");
        }
    }

    /// `traffic::explain` puts these into its sentences.
    #[test]
    fn sentence_says_why_there_is_no_response() {
        for (lost, sentence) in [
            (
                TransportError::CutOff { why: "connection reset".to_owned() },
                "the connection broke before the response was complete: connection reset",
            ),
            (TransportError::TimedOut { limit: Duration::from_secs(5) }, "no response within 5s"),
            (
                TransportError::NotSent { server: "http://a".to_owned(), why: "connection refused".to_owned() },
                "not sent, because http://a cannot be reached (connection refused)",
            ),
        ] {
            assert_eq!(lost.to_string(), sentence);
        }
    }

    #[test]
    fn a_refusal_has_its_status_and_its_next_step() {
        let problem = Problem {
            status: 403,
            title: "Forbidden".to_owned(),
            detail: "Ask the leader for a token.".to_owned(),
            ..Problem::default()
        };
        let error = ClientError::Refused(Box::new(problem));
        assert_eq!(error.to_string(), "403 Forbidden: Ask the leader for a token.");
        assert_eq!(error.clause(), "403 Forbidden: Ask the leader for a token");
    }
}
