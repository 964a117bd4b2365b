//! A request that the caller spells out: any method, any fields, any body.
//!
//! It shows what a server does with a request that no editor would send: a weak tag, a date, a condition with a
//! mistake. Nothing is repaired, and only the fields that every request of this client has are added.

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use thiserror::Error;

use crate::client::Client;
use crate::error::TransportError;
use crate::request::OutgoingRequest;
use contract::{Exchange, fields};

/// A request before it is addressed to a server.
#[derive(Debug, Clone)]
pub struct RawRequest(pub(crate) OutgoingRequest);

/// Fields that every request of a client has.
///
/// They identify the author and the server, so the client sets them.
const CLIENT_FIELDS: [&str; 6] =
    ["Host", "Ifmatch-Author", "Authorization", "Accept", "Accept-Encoding", "Content-Length"];

/// The error when the parts do not make a valid request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RawRequestError {
    /// A method is a token (RFC 9110 section 9.1).
    #[error("'{0}' is not a valid method")]
    Method(String),
    /// A path begins with a slash.
    #[error("'{0}' is not a valid path on a server")]
    Target(String),
    /// The record of a request keeps only the beginning of a long body.
    #[error("its body is longer than the record of it")]
    BodyTruncated,
    /// A field that cannot be sent.
    #[error("the field '{0}' has a value that HTTP cannot carry")]
    Field(String),
}

impl RawRequest {
    /// Returns a request from its parts. The body is sent as JSON, unless the fields name another type.
    ///
    /// # Errors
    ///
    /// [`RawRequestError`] if the method, the target or a field is not valid.
    pub fn new(
        method: &str,
        target: &str,
        fields: &[(String, String)],
        body: Option<String>,
    ) -> Result<Self, RawRequestError> {
        let sound = target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic());
        if !sound {
            return Err(RawRequestError::Target(target.to_owned()));
        }
        let mut lines = Vec::new();
        for (name, value) in fields {
            let wrong = || RawRequestError::Field(name.clone());
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            lines.push((name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong())?));
        }
        Ok(Self(OutgoingRequest {
            method: Method::from_bytes(method.as_bytes()).map_err(|_| RawRequestError::Method(method.to_owned()))?,
            target: target.to_owned(),
            accept: fields::JSON,
            fields: lines,
            body: body.map(String::into_bytes),
        }))
    }

    /// Returns this request with another media type in `Accept` than that of JSON.
    #[must_use]
    pub fn accepting(mut self, media_type: &'static str) -> Self {
        self.0.accept = media_type;
        self
    }

    /// Returns the request of an exchange, unchanged.
    ///
    /// It keeps the conditions that it had, whatever is true now.
    ///
    /// # Errors
    ///
    /// [`RawRequestError::BodyTruncated`] if the record does not have the whole body. Otherwise as for
    /// [`RawRequest::new`].
    pub fn replay_of(exchange: &Exchange) -> Result<Self, RawRequestError> {
        let request = &exchange.request;
        if request.cut {
            return Err(RawRequestError::BodyTruncated);
        }
        let its_own = |name: &String| !CLIENT_FIELDS.iter().any(|other| other.eq_ignore_ascii_case(name));
        let fields: Vec<_> = request.fields.iter().filter(|(name, _)| its_own(name)).cloned().collect();
        // Only the length field distinguishes a GET without a body from a PUT with an empty one.
        let body = request.field("Content-Length").map(|_| request.body.clone());
        Self::new(&exchange.method, &exchange.target, &fields, body)
    }
}

impl Client {
    /// Sends the request once, and returns the status of the response. The recorder has the rest.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if no response arrives.
    pub async fn send_raw(&self, plain: RawRequest) -> Result<u16, TransportError> {
        self.exchange(plain.0).await.map(|answer| answer.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_parts_of_a_request_are_refused() {
        let with = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert!(RawRequest::new("PUT", "/api/documents/a", &with("If-Match", "W/\"v1\""), None).is_ok());
        let error = |made: Result<RawRequest, RawRequestError>| made.unwrap_err();
        assert_eq!(error(RawRequest::new("P T", "/", &[], None)), RawRequestError::Method("P T".to_owned()));
        assert_eq!(error(RawRequest::new("GET", "api", &[], None)), RawRequestError::Target("api".to_owned()));
        assert_eq!(error(RawRequest::new("GET", "/a b", &[], None)), RawRequestError::Target("/a b".to_owned()));
        let smuggled = with("If-Match", "a\r\nHost: evil");
        assert_eq!(error(RawRequest::new("GET", "/", &smuggled, None)), RawRequestError::Field("If-Match".to_owned()));
    }
}
