//! Requests and responses as bytes.
//!
//! Nothing is repaired, so that a condition arrives exactly as it is meant.

/// One field line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldLine {
    /// The name, as it is shown.
    pub name: String,
    /// The value, without the white space around it. It may be empty.
    pub value: Vec<u8>,
}

impl FieldLine {
    /// Returns a field line.
    #[must_use]
    pub fn new(name: &str, value: impl AsRef<[u8]>) -> Self {
        Self { name: name.to_owned(), value: value.as_ref().to_vec() }
    }

    /// Returns whether the field has this name. Names have no case (RFC 9110 section 5.1).
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// When the bytes of a body are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyPace {
    /// At once, with the head.
    AtOnce,
    /// All bytes but the last at once, and the last 50 ms later.
    LastByteLate,
}

/// A request to the probed server, without the fields that every request has.
///
/// The transport adds `Host`, `Content-Length` and `Connection`, and the fields that the user gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeRequest {
    /// The method.
    pub method: &'static str,
    /// Path and query on the server.
    pub target: String,
    /// The fields, in order.
    pub fields: Vec<FieldLine>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// When the body is sent.
    pub pace: BodyPace,
}

/// The response to a request, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeResponse {
    /// The status code.
    pub status: u16,
    /// The fields, in the order in which they arrived; lines of one field are together.
    pub fields: Vec<FieldLine>,
    /// The body as it was sent, with its content coding.
    pub body: Vec<u8>,
}

impl ProbeResponse {
    /// Returns the value of a field, or `None` if the response does not have it.
    ///
    /// Of several lines, it is the first.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|line| line.is(name)).map(|line| line.value.as_slice())
    }

    /// Returns the value of a field as text, if it is UTF-8.
    #[must_use]
    pub fn text_field(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(|value| str::from_utf8(value).ok())
    }

    /// Returns whether the status says that the request was carried out: 2xx, or 303 (See Other).
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self.status, 200..=299 | 303)
    }
}
