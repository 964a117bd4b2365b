//! The input: an exchange between a client and a server, and the order of its moments.

/// A complete exchange, as an observer between client and server saw it.
#[derive(Debug, Clone)]
pub struct ObservedExchange<'a> {
    /// The number of the exchange in the observer's record.
    pub number: u64,
    /// The caller, if the observer can tell callers apart.
    pub caller: Option<&'a str>,
    /// The method, such as `PUT`.
    pub method: &'a str,
    /// The path and query of the request.
    pub target: &'a str,
    /// The order of its moments.
    pub order: ExchangeOrder,
    /// The request.
    pub request: ObservedMessage<'a>,
    /// The response, if there was one.
    pub response: Option<ObservedResponse<'a>>,
}

/// When the parts of an exchange passed the observer.
///
/// The numbers come from one counter of the observer, so that no two moments are equal. A clock would not do: two
/// requests of one millisecond have an order too, and a request that is held may be forwarded minutes after it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeOrder {
    /// When the request arrived: its content was decided before.
    pub arrived: u64,
    /// When the request was forwarded to the server, if it was.
    pub forwarded: Option<u64>,
    /// When the head of the server's response arrived, if one did.
    pub answered: Option<u64>,
}

/// The fields and the body of a message.
#[derive(Debug, Clone, Default)]
pub struct ObservedMessage<'a> {
    /// Names and values in the order of the message, not redacted.
    pub fields: Vec<(&'a str, &'a [u8])>,
    /// The body, as far as it was copied.
    pub body: &'a [u8],
    /// The length of the whole body in bytes; more than that of `body` if the copy is cut.
    pub length: u64,
}

/// A response to an observed request.
#[derive(Debug, Clone)]
pub struct ObservedResponse<'a> {
    /// The status code.
    pub status: u16,
    /// The fields and the body, as the caller got them.
    pub message: ObservedMessage<'a>,
    /// Whether the caller got the whole response.
    pub is_delivered: bool,
}

impl<'a> ObservedMessage<'a> {
    /// Returns the value of the first field with that name; names are case-insensitive.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Returns the value of a field as text, or `None` if it is not UTF-8.
    #[must_use]
    pub fn text_field(&self, name: &str) -> Option<&'a str> {
        self.field(name).and_then(|value| str::from_utf8(value).ok()).map(str::trim)
    }

    /// Returns whether the whole body was copied.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        u64::try_from(self.body.len()) == Ok(self.length)
    }
}
