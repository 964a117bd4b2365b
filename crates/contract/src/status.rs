//! The words that the standards have for a status code. The server gives others to a kind of problem; these are for
//! whoever shows a message.

/// The reason phrase of a status that this contract knows, after RFC 9110 section 15 and RFC 6585; none for another.
///
/// ```
/// assert_eq!(contract::phrase(412), Some("Precondition Failed"));
/// assert_eq!(contract::phrase(299), None);
/// ```
#[must_use]
pub const fn phrase(status: u16) -> Option<&'static str> {
    Some(match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => return None,
    })
}
